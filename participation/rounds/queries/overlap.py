"""Whether somebody has voted in another round of the phase, where a process lets a person vote in one only."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.core.errors import Conflict
from participation.processes.models import Process
from participation.rounds.kinds import IN_PERSON, Task
from participation.rounds.models import BallotClaim, ForgottenRound, Round
from participation.rounds.queries.participants import Participant, account_key
from participation.rounds.rules import RoundState

_PERSON: Final = account_key("")


def is_in_person(participant: Participant) -> bool:
    """Say whether a participant is a person by account; the same person can be known again in another round."""
    return participant.key.startswith(_PERSON)


def keeps_claims(round_: Round) -> bool:
    """Say whether those who vote in a round claim their one ballot of its phase with it."""
    return round_.process.forbids_overlap and round_.voting_task is not None and round_.eligibility in IN_PERSON


def claim_of(phase_id: str, task: Task) -> str:
    """Return for what there is one ballot; with an identity it makes the mark of somebody who was erased."""
    return f"{phase_id} {task.value}"


def claimed_before_erasure(
    session: Session, round_: Round, participant: Participant, mark: Callable[[str, str], str]
) -> bool:
    """Say whether a participant comes back with an identity of somebody who voted in the phase and was then erased."""
    if not round_.process.forbids_overlap or round_.voting_task is None or not participant.identities:
        return False
    claim = claim_of(round_.phase_id, round_.voting_task)
    found = select(BallotClaim.round_id).where(
        BallotClaim.phase_id == round_.phase_id,
        BallotClaim.task == round_.voting_task,
        BallotClaim.participant.in_([mark(claim, one) for one in participant.identities]),
    )
    return session.scalars(found.limit(1)).first() is not None


def count_claims_of(session: Session, account_id: str) -> int:
    """Return how many ballots of a phase somebody has used."""
    of_person = BallotClaim.participant == account_key(account_id)
    return session.scalar(select(func.count()).select_from(BallotClaim).where(of_person)) or 0


def voting_goes_on(session: Session, round_: Round) -> bool:
    """Say whether a round of the phase that asks the same is not concluded, so that somebody could vote twice."""
    return any(other.state is not RoundState.CONCLUDED for other in _asking_the_same(session, round_))


def check_claims_known(session: Session, round_: Round) -> None:
    """Refuse to open a round where it was forgotten who voted in its phase: nobody could be kept from voting twice.

    The caller holds the process. Raises Conflict `claims_forgotten`.
    """
    if not keeps_claims(round_):
        return
    others = [other.id for other in _asking_the_same(session, round_) if keeps_claims(other)]
    forgotten = select(ForgottenRound.round_id).where(
        ForgottenRound.round_id.in_(others), ForgottenRound.claims_forgotten_at.is_not(None)
    )
    if session.scalars(forgotten.limit(1)).first() is not None:
        raise Conflict("claims_forgotten")


def _asking_the_same(session: Session, round_: Round) -> list[Round]:
    others = select(Round).where(
        Round.process_id == round_.process_id, Round.phase_id == round_.phase_id, Round.id != round_.id
    )
    fresh = session.scalars(others.order_by(Round.id).execution_options(populate_existing=True))
    return [other for other in fresh if other.voting_task is round_.voting_task]


def voted_elsewhere(session: Session, round_: Round, participant: Participant | None) -> Round | None:
    """Return the other round of the phase in which a participant has voted, if that keeps them from voting here.

    For pages that say so beforehand: what decides is the claim that a ballot makes (services.claim_ballot).
    """
    if participant is None or not round_.process.forbids_overlap or not is_in_person(participant):
        return None
    return session.scalar(
        select(Round)
        .join(BallotClaim, BallotClaim.round_id == Round.id)
        .where(
            BallotClaim.phase_id == round_.phase_id,
            BallotClaim.task == round_.voting_task,
            BallotClaim.participant == participant.key,
            BallotClaim.round_id != round_.id,
        )
    )


def voters_elsewhere(session: Session, round_: Round) -> set[str]:
    """Return the keys of the people who have used their one ballot of the phase in another round."""
    if not round_.process.forbids_overlap:
        return set()
    return set(
        session.scalars(
            select(BallotClaim.participant).where(
                BallotClaim.phase_id == round_.phase_id,
                BallotClaim.task == round_.voting_task,
                BallotClaim.round_id != round_.id,
            )
        )
    )


def overlap_is_settled(session: Session, process: Process) -> bool:
    """Say whether a round of the process has been opened, so that what was said about overlap stands."""
    opened = select(Round.id).where(Round.process_id == process.id, Round.state != RoundState.DRAFT).limit(1)
    return session.scalar(opened) is not None
