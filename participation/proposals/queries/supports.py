"""Who supports a proposal: how many people, and which organisations by name."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from participation.accounts.models import Organisation
from participation.core.actor import Actor
from participation.core.ids import fingerprint
from participation.proposals.models import Proposal, ProposalSupport
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.rounds.queries import Participant, rounds_to_enter
from participation.texts.queries import original

SUPPORTING_TASKS: Final = (Task.PROPOSE, Task.COMMENT)
_WHAT_IS_SAID: Final = tuple(selectinload(text) for text in (Proposal.body, Proposal.target_group, Proposal.partners))
"""Rounds that ask for one of these let their participants support proposals."""


@dataclass(frozen=True, slots=True)
class Signature:
    """An organisation that signed a proposal, and which wording of it.

    `came_with` is the code of the proposal that it signed, where that was merged into this one.
    """

    organisation: Organisation
    revision: int
    signed_at: datetime
    is_of_earlier_wording: bool
    came_with: str | None


@dataclass(frozen=True, slots=True)
class Support:
    """How a proposal is supported: people as a number, of whom some read an earlier wording, and signatures."""

    people: int = 0
    people_earlier: int = 0
    people_along: int = 0
    signatures: Sequence[Signature] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether nobody supports it."""
        return not self.people and not self.signatures


NOBODY: Final = Support()


@dataclass(frozen=True, slots=True)
class GoneAlong:
    """How much of a merged proposal's support stands with another one (by its code) today."""

    code: str
    signatures: int
    people: int


@dataclass(frozen=True, slots=True)
class Signed:
    """What an organisation signed: the proposal with which its signature stands now."""

    proposal: Proposal
    signature: Signature


def words_mark(proposal: Proposal) -> str:
    """Return a fingerprint of what the author says, in the author's language: the same words, the same mark."""
    texts = (proposal.title, proposal.body, proposal.target_group, *filter(None, [proposal.partners]))
    return fingerprint("\x1f".join(original(text).body if text else "" for text in texts))


def support_of(session: Session, proposals: Sequence[Proposal]) -> dict[str, Support]:
    """Return how each proposal is supported, by its id, in a fixed number of queries."""
    marks = {proposal.id: words_mark(proposal) for proposal in proposals}
    signatures = _signatures(session, marks)
    everybody, earlier, along = Counter[str](), Counter[str](), Counter[str]()
    rows = session.execute(
        select(ProposalSupport.proposal_id, ProposalSupport.wording, ProposalSupport.came_with_id, func.count())
        .where(ProposalSupport.proposal_id.in_(marks), ProposalSupport.organisation_id.is_(None))
        .where(ProposalSupport.participant.not_like("department:%"))
        .group_by(ProposalSupport.proposal_id, ProposalSupport.wording, ProposalSupport.came_with_id)
    )
    for proposal_id, wording, came_with_id, count in rows:
        everybody[proposal_id] += count
        if came_with_id is not None:
            along[proposal_id] += count
        elif wording != marks[proposal_id]:
            earlier[proposal_id] += count
    return {one: Support(everybody[one], earlier[one], along[one], signatures.get(one, ())) for one in marks}


def support_gone_along(session: Session, proposal: Proposal) -> Sequence[GoneAlong]:
    """Return with which proposals the support that was given for a merged one went on."""
    rows = session.execute(
        select(Proposal.code, func.count(ProposalSupport.organisation_id), func.count())
        .join(ProposalSupport, ProposalSupport.proposal_id == Proposal.id)
        .where(ProposalSupport.came_with_id == proposal.id)
        .group_by(Proposal.code)
        .order_by(Proposal.code)
    )
    return [GoneAlong(code, signatures, everybody - signatures) for code, signatures, everybody in rows]


def _signatures(session: Session, marks: Mapping[str, str]) -> Mapping[str, list[Signature]]:
    found: dict[str, list[Signature]] = defaultdict(list)
    rows = session.scalars(
        select(ProposalSupport)
        .join(Organisation, Organisation.id == ProposalSupport.organisation_id)
        .where(ProposalSupport.proposal_id.in_(marks))
        .order_by(Organisation.name, ProposalSupport.id)
        .options(
            selectinload(ProposalSupport.organisation),
            selectinload(ProposalSupport.came_with).options(*_WHAT_IS_SAID),
        )
        .execution_options(populate_existing=True)
    )
    for row in rows:
        if row.organisation is not None:
            found[row.proposal_id].append(_signature(row, row.organisation, marks[row.proposal_id]))
    return found


def _signature(row: ProposalSupport, organisation: Organisation, mark: str) -> Signature:
    """Return a signature; `mark` is that of the proposal it stands with, which was signed unless it came along."""
    signed = words_mark(row.came_with) if row.came_with else mark
    came_with = row.came_with.code if row.came_with else None
    return Signature(organisation, row.revision, row.supported_at, row.wording != signed, came_with)


def is_own(proposal: Proposal, participant: Participant, actor: Actor) -> bool:
    """Say whether a proposal is a participant's own, which they do not support beside that."""
    if proposal.organisation_id is not None:
        return proposal.organisation_id == participant.organisation_id
    return participant.organisation_id is None and proposal.author_id == actor.id


def supported_by(session: Session, proposal: Proposal, participant: Participant) -> ProposalSupport | None:
    """Return a participant's own support of a proposal."""
    return session.scalar(
        select(ProposalSupport).where(
            ProposalSupport.proposal_id == proposal.id, ProposalSupport.participant == participant.key
        )
    )


def signed_by(session: Session, organisation_id: str) -> list[Signed]:
    """Return what an organisation signed, in the order of lists."""
    rows = session.scalars(
        select(ProposalSupport)
        .join(Proposal, Proposal.id == ProposalSupport.proposal_id)
        .where(ProposalSupport.organisation_id == organisation_id)
        .order_by(Proposal.position, Proposal.id)
        .options(
            selectinload(ProposalSupport.organisation),
            *(
                selectinload(one).options(*_WHAT_IS_SAID)
                for one in (ProposalSupport.proposal, ProposalSupport.came_with)
            ),
        )
    )
    return [
        Signed(row.proposal, _signature(row, row.organisation, words_mark(row.proposal)))
        for row in rows
        if row.organisation is not None
    ]


def rounds_to_support_in(
    session: Session, process_id: str, *, actor: Actor, now: datetime
) -> list[tuple[Round, Participant]]:
    """Return the rounds in which the actor can support proposals now, one for each way in which they take part.

    Departments do not support.
    """
    ways: dict[str, tuple[Round, Participant]] = {}
    for task in SUPPORTING_TASKS:
        for round_, participant in rounds_to_enter(session, process_id, task, actor=actor, now=now):
            if participant.department_id is None:
                ways.setdefault(participant.key, (round_, participant))
    return list(ways.values())
