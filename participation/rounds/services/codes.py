"""Participation codes: issued in batches, printed on cards, revoked, found again when typed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from participation.accounts.services import check_attempts, door, note_attempt
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.ids import fingerprint, new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape, clean_text
from participation.rounds.codes import code_text, read_code
from participation.rounds.models import CodeBatch, ParticipationCode, Round
from participation.rounds.queries import batch_by_number, lock_round
from participation.rounds.rules import TAKES_CODES, BatchKind, RoundState
from participation.rounds.services.records import record_act

MAX_BATCH: Final = 1_000
LABEL: Final = TextShape("label", 120, one_line=True, required=False)
MAX_FAILURES: Final = 60
_WITHOUT: Final[Mapping[BatchKind, str]] = {
    BatchKind.CARDS: "round_without_codes",
    BatchKind.SHEETS: "round_without_sheets",
}


def issue_codes(
    session: Session,
    round_: Round,
    count: int,
    label: str,
    app_key: str,
    *,
    actor: Actor,
    now: datetime,
    kind: BatchKind = BatchKind.CARDS,
) -> CodeBatch:
    """Make a batch of codes for a round whose participants come with codes, before it is closed.

    Those on ballot sheets come also where others join by e-mail; the sheets themselves are the later room's.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    round_ = lock_round(session, round_.id)
    _check_takes_codes(round_, kind)
    if not 1 <= count <= MAX_BATCH:
        raise Invalid("limit_out_of_range", field="count", lowest=1, highest=MAX_BATCH)
    last = session.scalar(select(func.max(CodeBatch.number)).where(CodeBatch.round_id == round_.id))
    batch = CodeBatch(
        round_id=round_.id,
        kind=kind,
        number=(last or 0) + 1,
        label=clean_text(label, LABEL),
        created_at=now,
        created_by=actor.id,
    )
    session.add(batch)
    session.flush()
    ids = [new_id() for _ in range(count)]
    session.execute(
        insert(ParticipationCode),
        [
            {
                "id": code_id,
                "batch_id": batch.id,
                "round_id": round_.id,
                "number": number,
                "fingerprint": fingerprint(code_text(app_key, code_id)),
            }
            for number, code_id in enumerate(ids, start=1)
        ],
    )
    record_act(session, "codes.issued", round_, actor, now, {"batch": batch.number, "count": count, "kind": kind.value})
    return batch


def print_codes(
    session: Session, round_: Round, batch_number: int, app_key: str, *, actor: Actor, now: datetime
) -> list[tuple[int, str]]:
    """Return number and text of every code of a batch of cards that still holds; that somebody saw them is recorded."""
    valid = see_codes(session, round_, batch_number, BatchKind.CARDS, actor=actor, now=now)
    return [(code.number, code_text(app_key, code.id)) for code in valid]


def see_codes(
    session: Session, round_: Round, batch_number: int, kind: BatchKind, *, actor: Actor, now: datetime
) -> list[ParticipationCode]:
    """Return the codes of a batch that still hold, to be printed in its kind's way; that somebody did is recorded.

    Raises Conflict `batch_of_other_kind` for a batch that is printed otherwise, and `batch_revoked`.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    _check_takes_codes(round_, kind)
    batch = batch_by_number(session, round_, batch_number)
    if batch.kind is not kind:
        raise Conflict("batch_of_other_kind", number=batch.number)
    if batch.revoked_at is not None:
        raise Conflict("batch_revoked", number=batch.number)
    record_act(session, "codes.printed", round_, actor, now, {"batch": batch.number})
    return [code for code in batch.codes if code.revoked_at is None]


def revoke_batch(session: Session, round_: Round, batch_number: int, *, actor: Actor, now: datetime) -> CodeBatch:
    """Make all codes of a batch invalid; ballots that were cast with them stay, since no ballot is ever dropped.

    Raises Conflict `sheets_of_batch_handed_in`: what was received on paper counts as well.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    round_ = lock_round(session, round_.id)
    batch = batch_by_number(session, round_, batch_number)
    if batch.revoked_at is None:
        handed_in = sum(code.handed_in for code in batch.codes)
        if handed_in:
            raise Conflict("sheets_of_batch_handed_in", sheets=handed_in)
        batch.revoked_at = now
        session.flush()
        record_act(session, "codes.revoked", round_, actor, now, {"batch": batch.number})
    return batch


def revoke_code(
    session: Session, round_: Round, batch_number: int, number: int, *, actor: Actor, now: datetime
) -> ParticipationCode:
    """Make one code invalid, by the number on its card: lost, or handed out by mistake.

    Raises Conflict `sheet_stays_valid` for the code of a ballot sheet that was received.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    round_ = lock_round(session, round_.id)
    batch = batch_by_number(session, round_, batch_number)
    code = next((code for code in batch.codes if code.number == number), None)
    if code is None:
        raise NotFound("no_such_card", field="number", batch=batch_number, number=number)
    if code.revoked_at is None:
        if code.handed_in:
            raise Conflict("sheet_stays_valid", field="number", sheet=f"{batch.number}/{number}")
        code.revoked_at = now
        session.flush()
        record_act(session, "code.revoked", round_, actor, now, {"batch": batch.number, "number": number})
    return code


def hand_in_codes(session: Session, code_ids: Collection[str]) -> None:
    """Let nothing be voted online any more with codes whose ballot sheets were received; waits for votes under way."""
    session.execute(update(ParticipationCode).where(ParticipationCode.id.in_(code_ids)).values(handed_in=True))


def find_code(session: Session, typed: str) -> ParticipationCode:
    """Return the code that somebody typed.

    Raises Invalid for what cannot be a code (see rounds.codes.read_code), `no_such_code` for one that was never
    issued, `code_revoked` for one that holds no more.
    """
    code = session.scalar(
        select(ParticipationCode).where(ParticipationCode.fingerprint == fingerprint(read_code(typed)))
    )
    if code is None:
        raise Invalid("no_such_code", field="code")
    if code.revoked_at is not None or code.batch.revoked_at is not None:
        raise Invalid("code_revoked", field="code")
    return code


def note_wrong_code(session: Session, round_: Round | None, *, now: datetime) -> None:
    """Count a code that was never issued, against the round at whose door it was tried.

    Counted per round in the database and not per address, because a workshop shares one. A right code is let in even
    while the throttle holds: 75 bits are beyond guessing, and nobody may keep a workshop out by guessing at its door.
    What the throttle stops is the writing. Raises TooManyAttempts instead of counting after MAX_FAILURES in an hour.
    """
    at = door("code", round_.id if round_ else "any round")
    check_attempts(session, at, limit=MAX_FAILURES, code="too_many_wrong_codes", now=now)
    note_attempt(session, at, now=now)


def _check_takes_codes(round_: Round, kind: BatchKind) -> None:
    if round_.eligibility not in TAKES_CODES[kind]:
        raise Conflict(_WITHOUT[kind], eligibility=round_.eligibility.value)
    if round_.state not in {RoundState.DRAFT, RoundState.OPEN}:
        raise Conflict("round_needs_no_codes", state=round_.state.value)
