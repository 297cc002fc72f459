"""One ballot for each person in all rounds of a phase that ask the same, where a process forbids overlap."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug
from participation.rounds.models import BallotClaim, Round
from participation.rounds.queries import Participant
from participation.rounds.queries.overlap import is_in_person, overlap_is_settled
from participation.rounds.rules import RoundState

_CLAIMS = cast("Table", BallotClaim.__table__)
_OF_PERSON: Final = (
    _CLAIMS.c.phase_id == bindparam("phase_id"),
    _CLAIMS.c.task == bindparam("task"),
    _CLAIMS.c.participant == bindparam("participant"),
)
_HELD: Final = select(_CLAIMS.c.round_id).where(*_OF_PERSON)
_MODULES: Final[Mapping[str, Any]] = {"sqlite": sqlite, "postgresql": postgresql}
_CLAIM: Final = {name: module.insert(_CLAIMS).on_conflict_do_nothing() for name, module in _MODULES.items()}


def claim_ballot(session: Session, round_: Round, participant: Participant) -> None:
    """Note that a person votes in this round and in no other one of its phase that asks the same.

    The insert decides, and whoever comes second waits for the first one's commit; only then it is read whose it is.
    Organisations, departments and codes are no persons and claim nothing. Raises Conflict `voted_in_other_round`.
    """
    if not round_.process.forbids_overlap or not is_in_person(participant) or round_.voting_task is None:
        return
    claim = {"phase_id": round_.phase_id, "task": round_.voting_task, "participant": participant.key}
    session.execute(_CLAIM[session.get_bind().dialect.name], claim | {"round_id": round_.id})
    held = session.execute(_HELD, claim).scalar_one()
    if held != round_.id:
        raise Conflict("voted_in_other_round", round=session.get_one(Round, held).slug)


def release_claims(session: Session, participant_key: str) -> list[Round]:
    """Let go of the claims of somebody who is erased; return the open rounds in which they must not vote again.

    Not among them are the rounds in which they have voted: there the register keeps a mark.
    """
    claims = session.scalars(
        select(BallotClaim).where(BallotClaim.participant == participant_key).order_by(BallotClaim.round_id)
    ).all()
    others: dict[str, Round] = {}
    for claim in claims:
        same = select(Round).where(
            Round.phase_id == claim.phase_id, Round.id != claim.round_id, Round.state == RoundState.OPEN
        )
        others |= {round_.id: round_ for round_ in session.scalars(same) if round_.voting_task is claim.task}
    session.execute(delete(BallotClaim).where(BallotClaim.participant == participant_key))
    return [others[round_id] for round_id in sorted(others)]


def settle_overlap(session: Session, slug: str, *, forbids: bool, actor: Actor, now: datetime) -> Process:
    """Decide whether a person may vote in several rounds of a process that ask the same in one phase.

    Raises Conflict `overlap_is_settled` once the first of its rounds has been opened.
    """
    process = lock_process(session, process_by_slug(session, slug).id)
    authorise(actor, Permission.PROCESS_EDIT, process)
    if overlap_is_settled(session, process):
        raise Conflict("overlap_is_settled")
    process.forbids_overlap = forbids
    session.flush()
    record(
        session,
        "process.overlap",
        actor=actor,
        now=now,
        subject_kind="process",
        subject_id=process.id,
        process_id=process.id,
        facts={"forbids": forbids},
    )
    return process
