"""Participants support proposals, organisations sign them, and their support goes along where proposals are merged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, NotFound
from participation.core.ids import new_id
from participation.core.permissions import Permission, authorise
from participation.processes.queries import lock_process
from participation.proposals.models import Proposal, ProposalSupport
from participation.proposals.queries.proposals import with_words
from participation.proposals.queries.supports import SUPPORTING_TASKS, is_own, words_mark
from participation.proposals.rules import LIVE, ProposalState, check_basis
from participation.rounds.models import Round
from participation.rounds.queries import Participant, account_key, code_key, lock_round_by_slug, take_part

_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def support(
    session: Session, proposal_id: str, slug: str, *, based_on: int, actor: Actor, now: datetime
) -> ProposalSupport:
    """Support a proposal as one takes part in a running round; a delegate signs for the organisation.

    Once for each participant, whatever races: one row and one upsert. Doing it again after a rewording renews it for
    the present wording. Raises Conflict `proposal_changed` for a wording that is no longer the present one,
    `supports_itself` and `not_open_to_support`, and Forbidden `departments_do_not_support`: support is told as a number
    of people, and whoever acts for a department is counted as a person where they support as one.
    """
    authorise(actor, Permission.PROPOSAL_SUPPORT)
    round_, participant = _enter(session, slug, actor, now)
    if participant.department_id is not None:
        raise Forbidden("departments_do_not_support")
    proposal = _read(session, proposal_id, round_)
    if proposal.state not in LIVE:
        raise Conflict("not_open_to_support")
    if is_own(proposal, participant, actor):
        raise Conflict("supports_itself")
    check_basis(proposal.revision, based_on)
    _put(session, proposal, participant, round_, now)
    return session.scalars(
        select(ProposalSupport)
        .where(ProposalSupport.proposal_id == proposal.id, ProposalSupport.participant == participant.key)
        .execution_options(populate_existing=True)
    ).one()


def withdraw_support(session: Session, proposal_id: str, slug: str, *, actor: Actor, now: datetime) -> bool:
    """Take one's support back while a round runs in which one takes part; say whether there was some."""
    authorise(actor, Permission.PROPOSAL_SUPPORT)
    round_, participant = _enter(session, slug, actor, now)
    proposal = _read(session, proposal_id, round_)
    taken_back = session.execute(
        delete(ProposalSupport)
        .where(ProposalSupport.proposal_id == proposal.id, ProposalSupport.participant == participant.key)
        .returning(ProposalSupport.id)
    )
    return taken_back.first() is not None


def hand_on_support(session: Session, lost: str, given: str) -> None:
    """Let what was supported with a lost card stand under the one that was given out for it, so that it counts once."""
    session.execute(
        update(ProposalSupport)
        .where(ProposalSupport.participant == lost)
        .values(participant=given)
        .execution_options(synchronize_session=False)
    )


def carry_support(session: Session, proposal: Proposal, target: Proposal) -> int:
    """Let the support of a merged proposal go along; return how much went.

    What is said of it is where it came from. Whoever supports both stands with the target already, and nobody supports
    what is their own; theirs stays readable with the merged proposal. The caller holds the process.
    """
    there = select(ProposalSupport.participant).where(ProposalSupport.proposal_id == target.id)
    conditions = (
        ProposalSupport.proposal_id == proposal.id,
        ProposalSupport.participant.not_in(there.scalar_subquery()),
        ProposalSupport.participant.not_in(_author_keys(target)),
    )
    moving = session.scalar(select(func.count()).where(*conditions)) or 0
    session.execute(
        update(ProposalSupport)
        .where(*conditions)
        .values(proposal_id=target.id, came_with_id=func.coalesce(ProposalSupport.came_with_id, proposal.id))
        .execution_options(synchronize_session=False)
    )
    return moving


def let_go_of_supporter(session: Session, account_id: str) -> None:
    """Delete what somebody supported in person; what they signed for an organisation is the organisation's."""
    session.execute(
        delete(ProposalSupport)
        .where(ProposalSupport.participant == account_key(account_id))
        .execution_options(synchronize_session=False)
    )


def forget_supporters(session: Session, round_id: str) -> None:
    """Take from support given in a round by whom it was given; how many it were and who signed stays.

    Each gets one random name for everything supported in the round, so that merging two of those proposals counts
    nobody twice. Whoever supports something in a later round is counted anew: nobody knows them any more.
    """
    given = (
        ProposalSupport.round_id == round_id,
        or_(*(ProposalSupport.participant.startswith(key) for key in (account_key(""), code_key("")))),
    )
    for participant in session.scalars(select(ProposalSupport.participant).where(*given).distinct()).all():
        session.execute(
            update(ProposalSupport)
            .where(*given, ProposalSupport.participant == participant)
            .values(participant=f"forgotten:{new_id()}")
            .execution_options(synchronize_session=False)
        )


def _enter(session: Session, slug: str, actor: Actor, now: datetime) -> tuple[Round, Participant]:
    """Return the round, held shared, and as whom the actor takes part in it in one of the ways that allow support."""
    round_ = lock_round_by_slug(session, slug, shared=True)
    task = next((task for task in SUPPORTING_TASKS if task in round_.tasks), SUPPORTING_TASKS[0])
    return round_, take_part(session, round_, task, actor=actor, now=now)


def _read(session: Session, proposal_id: str, round_: Round) -> Proposal:
    """Return the proposal; its process is held shared, so that neither words nor state change meanwhile."""
    lock_process(session, round_.process_id, shared=True)
    found = session.scalar(
        with_words(select(Proposal).where(Proposal.id == proposal_id, Proposal.process_id == round_.process_id))
        .where(Proposal.state != ProposalState.DRAFT)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("no_such_proposal", proposal=proposal_id)
    return found


def _author_keys(proposal: Proposal) -> tuple[str, ...]:
    """Return as whom the author of a proposal would support it: an author is known by id, of an account or a code."""
    if proposal.organisation_id is not None:
        return (f"organisation:{proposal.organisation_id}",)
    return (account_key(proposal.author_id), code_key(proposal.author_id)) if proposal.author_id else ()


def _put(session: Session, proposal: Proposal, participant: Participant, round_: Round, now: datetime) -> None:
    new = _INSERT[session.get_bind().dialect.name](ProposalSupport).values(
        id=new_id(),
        proposal_id=proposal.id,
        participant=participant.key,
        organisation_id=participant.organisation_id,
        round_id=round_.id,
        revision=proposal.revision,
        wording=words_mark(proposal),
        supported_at=now,
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=[ProposalSupport.proposal_id, ProposalSupport.participant],
            set_={
                "round_id": new.excluded.round_id,
                "revision": new.excluded.revision,
                "wording": new.excluded.wording,
                "supported_at": new.excluded.supported_at,
                "came_with_id": None,
            },
            where=or_(ProposalSupport.wording != new.excluded.wording, ProposalSupport.came_with_id.is_not(None)),
        )
    )
