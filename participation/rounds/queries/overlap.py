"""Whether somebody has voted in another round of the phase, where a process lets a person vote in one only."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.processes.models import Process
from participation.rounds.models import BallotClaim, Round
from participation.rounds.queries.participants import Participant, account_key
from participation.rounds.rules import RoundState

_PERSON: Final = account_key("")


def is_in_person(participant: Participant) -> bool:
    """Say whether a participant is a person by account; the same person can be known again in another round."""
    return participant.key.startswith(_PERSON)


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
