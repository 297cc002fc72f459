"""Reading proposals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from participation.core.actor import Actor
from participation.core.errors import Invalid, NotFound
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind, ProposalState
from participation.rounds.queries import organisations_spoken_for


def proposal_by_code(session: Session, process_id: str, code: str) -> Proposal:
    """Return a proposal by its code, a draft by its id, or raise NotFound; who may read it is asked apart."""
    found = session.scalar(with_words(select(Proposal).where(Proposal.process_id == process_id, Proposal.code == code)))
    if found is None:
        raise NotFound("no_such_proposal", proposal=code)
    return found


def readable_proposal(session: Session, process: Process, code: str, *, actor: Actor, now: datetime) -> Proposal:
    """Return a proposal that the actor may read: what was submitted is public, a draft is its author's alone."""
    found = proposal_by_code(session, process.id, code)
    if found.submitted_at is None and not is_author(session, found, actor, now):
        raise NotFound("no_such_proposal", proposal=code)
    return found


def process_of(session: Session, proposal_id: str) -> str:
    """Return the id of a proposal's process: what is held before the proposal itself."""
    found = session.scalar(select(Proposal.process_id).where(Proposal.id == proposal_id))
    if found is None:
        raise NotFound("no_such_proposal", proposal=proposal_id)
    return found


def hold_proposal(session: Session, proposal_id: str) -> Proposal:
    """Return the proposal as it stands now, held until the transaction ends."""
    found = session.scalar(
        with_words(select(Proposal).where(Proposal.id == proposal_id))
        .with_for_update(of=Proposal)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("no_such_proposal", proposal=proposal_id)
    return found


def is_author(session: Session, proposal: Proposal, actor: Actor, now: datetime) -> bool:
    """Say whether the actor wrote the proposal, or speaks today for the organisation whose proposal it is."""
    if actor.is_anonymous or actor.is_system:
        return False
    if proposal.organisation_id is None:
        return proposal.author_id == actor.id
    spoken_for = organisations_spoken_for(session, proposal.process, actor, now)
    return proposal.organisation_id in {organisation.id for organisation in spoken_for}


def admitted(session: Session, process_id: str, kind: ProposalKind) -> Sequence[Proposal]:
    """Return the admitted goals or measures of a process in the order of lists."""
    return session.scalars(with_words(_admitted(process_id, kind))).all()


def sub_goals(session: Session, process_id: str) -> Sequence[Proposal]:
    """Return the admitted sub-goals of a process: those that measures serve and rounds prioritise."""
    return session.scalars(
        with_words(_admitted(process_id, ProposalKind.GOAL).where(Proposal.parent_id.is_not(None)))
    ).all()


def by_codes(session: Session, process_id: str, codes: Sequence[str], *, field: str = "codes") -> list[Proposal]:
    """Return proposals in the order of their codes; raises Invalid `unknown_proposal` for one that is not there.

    Drafts are not found: they are their author's alone.
    """
    known = {
        proposal.code: proposal
        for proposal in session.scalars(
            with_words(
                select(Proposal).where(
                    Proposal.process_id == process_id,
                    Proposal.code.in_(set(codes)),
                    Proposal.state != ProposalState.DRAFT,
                )
            )
        )
    }
    for code in codes:
        if code not in known:
            raise Invalid("unknown_proposal", field=field, proposal=code)
    return [known[code] for code in codes]


def with_words(statement: Select[Proposal]) -> Select[Proposal]:
    """Load what a card, an option or a page says about each proposal, in a fixed number of queries."""
    return statement.options(
        selectinload(Proposal.body),
        selectinload(Proposal.target_group),
        selectinload(Proposal.serves),
        selectinload(Proposal.parent),
        selectinload(Proposal.field),
        selectinload(Proposal.organisation),
        selectinload(Proposal.department),
    )


def _admitted(process_id: str, kind: ProposalKind) -> Select[Proposal]:
    return (
        select(Proposal)
        .where(Proposal.process_id == process_id, Proposal.kind == kind, Proposal.state == ProposalState.ADMITTED)
        .order_by(Proposal.position, Proposal.id)
    )
