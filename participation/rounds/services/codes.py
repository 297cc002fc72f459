"""Participation codes: issued in batches, revoked, replaced, found again when typed."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from participation.accounts.services import check_attempts, door, look_at_attempts, note_attempt
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.ids import fingerprint, new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape, clean_text
from participation.rounds.codes import code_text, read_code
from participation.rounds.models import CodeBatch, CodeReplacement, ParticipationCode, Round
from participation.rounds.queries import batch_by_number, lock_round
from participation.rounds.rules import TAKES_CODES, BatchKind, RoundState
from participation.rounds.services.records import record_act

MAX_BATCH: Final = 1_000
LABEL: Final = TextShape("label", 120, one_line=True, required=False)
MAX_FAILURES: Final = 60
LONGEST_VALIDITY: Final = timedelta(days=366)
"""How long after a round's end its codes may still be said to hold: it may yet be extended."""
_WITHOUT: Final[Mapping[BatchKind, str]] = {
    BatchKind.CARDS: "round_without_codes",
    BatchKind.SHEETS: "round_without_sheets",
}


def issue_codes(  # noqa: PLR0913 - what the form asks, beside session, key, actor and now
    session: Session,
    round_: Round,
    count: int,
    label: str,
    app_key: str,
    *,
    actor: Actor,
    now: datetime,
    kind: BatchKind = BatchKind.CARDS,
    last_day: date | None = None,
) -> CodeBatch:
    """Make a batch of codes for a round whose participants come with codes, before it is closed.

    Those on ballot sheets come also where others join by e-mail; the sheets themselves are the later room's. After
    `last_day`, in the process's time zone, they let nobody in any more; see `let_expire`.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    round_ = lock_round(session, round_.id)
    check_takes_codes(round_, kind)
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
        expires_at=_end_of(last_day, round_, now),
    )
    session.add(batch)
    session.flush()
    session.execute(insert(ParticipationCode), [_new_code(batch, number, app_key) for number in range(1, count + 1)])
    record_act(session, "codes.issued", round_, actor, now, {"batch": batch.number, "count": count, "kind": kind.value})
    return batch


def let_expire(
    session: Session, round_: Round, batch_number: int, last_day: date | None, *, actor: Actor, now: datetime
) -> CodeBatch:
    """Say on which day the codes of a batch are good for the last time, or that they are until the round ends.

    It holds at once for browsers that are in already. Ballots that were cast before stay in the box and are counted,
    as with codes that were made invalid. Raises Invalid `last_day_out_of_range` and Conflict `batch_revoked`.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    round_ = lock_round(session, round_.id)
    batch = batch_by_number(session, round_, batch_number)
    check_takes_codes(round_, batch.kind)
    if batch.revoked_at is not None:
        raise Conflict("batch_revoked", number=batch.number)
    batch.expires_at = _end_of(last_day, round_, now)
    session.flush()
    facts = {"batch": batch.number, "last_day": last_day.isoformat() if last_day else None}
    record_act(session, "codes.expiry_set", round_, actor, now, facts)
    return batch


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

    Raises NotFound `no_such_card`, and Conflict `sheet_stays_valid` for the code of a ballot sheet that was received.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    round_ = lock_round(session, round_.id)
    batch = batch_by_number(session, round_, batch_number)
    code = card_of(batch, number)
    if code.revoked_at is None:
        if code.handed_in:
            raise Conflict("sheet_stays_valid", field="number", sheet=f"{batch.number}/{number}")
        code.revoked_at = now
        session.flush()
        record_act(session, "code.revoked", round_, actor, now, {"batch": batch.number, "number": number})
    return code


def give_code_instead(
    session: Session, round_: Round, batch_number: int, number: int, app_key: str, *, actor: Actor, now: datetime
) -> ParticipationCode:
    """Make the code of a lost card invalid and give out one in its place, the next number of its batch.

    The caller holds the round and knows that nothing was cast with the lost one: the register is a later room's.
    Raises NotFound `no_such_card`; Conflict `batch_of_other_kind`, `batch_revoked`, `batch_expired` or
    `card_replaced_already`.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    check_takes_codes(round_, BatchKind.CARDS)
    batch = batch_by_number(session, round_, batch_number)
    check_prints(batch, BatchKind.CARDS, round_, now)
    lost = card_of(batch, number)
    known = session.scalar(select(CodeReplacement).where(CodeReplacement.lost_id == lost.id))
    if known is not None:
        raise Conflict("card_replaced_already", field="number", number=number, by=known.code.number)
    lost.revoked_at = lost.revoked_at or now
    given = ParticipationCode(**_new_code(batch, max(code.number for code in batch.codes) + 1, app_key))
    batch.codes.append(given)
    session.flush()
    session.add(CodeReplacement(lost_id=lost.id, code_id=given.id))
    session.flush()
    facts = {"batch": batch.number, "number": number, "by": given.number}
    record_act(session, "code.replaced", round_, actor, now, facts)
    return given


def hand_in_codes(session: Session, code_ids: Collection[str]) -> None:
    """Let nothing be voted online any more with codes whose ballot sheets were received; waits for votes under way."""
    session.execute(update(ParticipationCode).where(ParticipationCode.id.in_(code_ids)).values(handed_in=True))


def find_code(session: Session, typed: str, *, now: datetime, round_id: str | None = None) -> ParticipationCode:
    """Return the code that somebody typed, of one round if that is named.

    Raises Invalid for what cannot be a code (see rounds.codes.read_code), `no_such_code` for one that was never
    issued, `code_revoked` for one that holds no more, `code_expired` for one whose time is over,
    `code_of_other_round`.
    """
    code = session.scalar(
        select(ParticipationCode).where(ParticipationCode.fingerprint == fingerprint(read_code(typed)))
    )
    if code is None:
        raise Invalid("no_such_code", field="code")
    if code.revoked_at is not None or code.batch.revoked_at is not None:
        raise Invalid("code_revoked", field="code")
    if round_id is not None and code.round_id != round_id:
        raise Invalid("code_of_other_round", field="code")
    if code.batch.is_expired(now):
        raise Invalid("code_expired", field="code", at=code.batch.expires_at, zone=code.batch.round.process.time_zone)
    return code


def check_wrong_codes(session: Session, round_: Round | None, *, now: datetime) -> None:
    """Raise TooManyAttempts where a code that was never issued would not be counted any more; takes no lock."""
    look_at_attempts(session, _door(round_), limit=MAX_FAILURES, code="too_many_wrong_codes", now=now)


def note_wrong_code(session: Session, round_: Round | None, *, now: datetime) -> None:
    """Count a code that was never issued, against the round at whose door it was tried.

    Counted per round in the database and not per address, because a workshop shares one. A right code is let in even
    while the throttle holds: 75 bits are beyond guessing, and nobody may keep a workshop out by guessing at its door.
    What the throttle stops is the writing. Raises TooManyAttempts instead of counting after MAX_FAILURES in an hour.
    """
    at = _door(round_)
    check_attempts(session, at, limit=MAX_FAILURES, code="too_many_wrong_codes", now=now)
    note_attempt(session, at, now=now)


def _door(round_: Round | None) -> str:
    return door("code", round_.id if round_ else "any round")


def check_takes_codes(round_: Round, kind: BatchKind) -> None:
    """Refuse codes of a kind that a round does not give out, and any once it is closed."""
    if round_.eligibility not in TAKES_CODES[kind]:
        raise Conflict(_WITHOUT[kind], eligibility=round_.eligibility.value)
    if round_.state not in {RoundState.DRAFT, RoundState.OPEN}:
        raise Conflict("round_needs_no_codes", state=round_.state.value)


def check_prints(batch: CodeBatch, kind: BatchKind, round_: Round, now: datetime) -> None:
    """Refuse to print codes in the way of another kind, and such as let nobody in any more."""
    if batch.kind is not kind:
        raise Conflict("batch_of_other_kind", number=batch.number)
    if batch.revoked_at is not None:
        raise Conflict("batch_revoked", number=batch.number)
    if batch.is_expired(now):
        raise Conflict("batch_expired", at=batch.expires_at, zone=round_.process.time_zone)


def card_of(batch: CodeBatch, number: int) -> ParticipationCode:
    """Return the code of the card with a number or raise NotFound `no_such_card`."""
    code = next((code for code in batch.codes if code.number == number), None)
    if code is None:
        raise NotFound("no_such_card", field="number", batch=batch.number, number=number)
    return code


def _new_code(batch: CodeBatch, number: int, app_key: str) -> dict[str, Any]:
    code_id = new_id()
    return {
        "id": code_id,
        "batch_id": batch.id,
        "round_id": batch.round_id,
        "number": number,
        "fingerprint": fingerprint(code_text(app_key, code_id)),
    }


def _end_of(last_day: date | None, round_: Round, now: datetime) -> datetime | None:
    """Return the midnight that ends a day; codes that could never be used, or for ever, are a slip of the pen."""
    if last_day is None:
        return None
    zone = ZoneInfo(round_.process.time_zone)
    first = max(now, round_.opens_at).astimezone(zone).date()
    last = max(first, round_.closes_at.astimezone(zone).date()) + LONGEST_VALIDITY
    if not first <= last_day <= last:
        raise Invalid("last_day_out_of_range", field="last_day", lowest=first, highest=last)
    return datetime.combine(last_day + timedelta(days=1), time.min, zone).astimezone(UTC)
