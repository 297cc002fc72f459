"""One ballot for each person in all rounds of a phase that ask the same, where a process forbids overlap."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug
from participation.rounds.models import BallotClaim, Round
from participation.rounds.queries import Participant
from participation.rounds.queries.overlap import claim_of, is_in_person, overlap_is_settled

_CLAIMS = cast("Table", BallotClaim.__table__)
_MODULES: Final[Mapping[str, Any]] = {"sqlite": sqlite, "postgresql": postgresql}


def _claim_with(module: Any) -> ReturningInsert[Any]:  # noqa: ANN401 - the two dialects share no type
    """One statement that claims and says whose the claim is: between two, what was found could be deleted."""
    return (  # type: ignore[no-any-return]
        module.insert(_CLAIMS)
        .on_conflict_do_update(
            index_elements=[_CLAIMS.c.phase_id, _CLAIMS.c.task, _CLAIMS.c.participant],
            set_={"round_id": _CLAIMS.c.round_id},
        )
        .returning(_CLAIMS.c.round_id)
    )


_CLAIM: Final = {name: _claim_with(module) for name, module in _MODULES.items()}


def claim_ballot(session: Session, round_: Round, participant: Participant) -> None:
    """Note that a person votes in this round and in no other one of its phase that asks the same.

    The insert decides, and whoever comes second waits for the first one's commit; only then it is read whose it is.
    Organisations, departments and codes are no persons and claim nothing. Raises Conflict `voted_in_other_round`.
    """
    if not round_.process.forbids_overlap or not is_in_person(participant) or round_.voting_task is None:
        return
    claim = {"phase_id": round_.phase_id, "task": round_.voting_task, "participant": participant.key}
    held = session.execute(_CLAIM[session.get_bind().dialect.name], claim | {"round_id": round_.id}).scalar_one()
    if held != round_.id:
        raise Conflict("voted_in_other_round", round=session.get_one(Round, held).slug)


def mark_claims(
    session: Session, participant_key: str, identities: Sequence[str], *, mark: Callable[[str, str], str]
) -> None:
    """Leave marks in place of the claims of somebody who is erased, by which the same identities are known again.

    Rounds of the phase may open much later, so that the claims cannot just go. They go with the marks when they would
    have gone anyway.
    """
    of_person = BallotClaim.participant == participant_key
    claims = session.execute(select(BallotClaim.phase_id, BallotClaim.task, BallotClaim.round_id).where(of_person))
    marks = [
        {
            "phase_id": claim.phase_id,
            "task": claim.task,
            "participant": mark(claim_of(claim.phase_id, claim.task), identity),
            "round_id": claim.round_id,
        }
        for claim in claims.all()
        for identity in identities
    ]
    session.execute(delete(BallotClaim).where(of_person))
    for one in marks:
        session.execute(_CLAIM[session.get_bind().dialect.name], one)


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
