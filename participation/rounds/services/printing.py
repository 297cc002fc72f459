"""Printing the cards of codes, and the register of who did so, when, and why once more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Invalid
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape, clean_text
from participation.rounds.codes import code_text
from participation.rounds.models import CodePrinting, ParticipationCode, Round
from participation.rounds.queries import batch_by_number, lock_round
from participation.rounds.rules import BatchKind
from participation.rounds.services.codes import card_of, check_prints, check_takes_codes
from participation.rounds.services.records import record_act

PRINTING_REASON: Final = TextShape("reason", 300, one_line=True, required=False)


def print_codes(  # noqa: PLR0913 - what the form asks, beside session, key, actor and now
    session: Session,
    round_: Round,
    batch_number: int,
    app_key: str,
    *,
    actor: Actor,
    now: datetime,
    languages: Sequence[str] = (),
    card: int | None = None,
    reason: str = "",
) -> list[tuple[int, str]]:
    """Return number and text of the codes of a batch of cards that still hold, or of one card.

    Each printing stands in the batch's register. Raises Invalid `reprint_reason_missing` without a `reason` from the
    second one on: whoever prints cards again could vote with them. Raises what see_codes raises, and NotFound
    `no_such_card` for a card that is not there or holds no more.
    """
    valid = see_codes(session, round_, batch_number, BatchKind.CARDS, actor=actor, now=now)
    if card is not None:
        batch = batch_by_number(session, round_, batch_number)
        valid = [code for code in [card_of(batch, card)] if code in valid]
        if not valid:
            raise Invalid("card_not_valid", field="card", number=card)
    enter_printing(session, round_, batch_number, len(valid), languages, reason, actor=actor, now=now)
    return [(code.number, code_text(app_key, code.id)) for code in valid]


def see_codes(
    session: Session, round_: Round, batch_number: int, kind: BatchKind, *, actor: Actor, now: datetime
) -> list[ParticipationCode]:
    """Return the codes of a batch that still hold, to be printed in its kind's way; that somebody did is recorded.

    Raises Conflict `batch_of_other_kind` for a batch that is printed otherwise, `batch_revoked` and `batch_expired`.
    """
    authorise(actor, Permission.CODE_PRINT, round_)
    round_ = lock_round(session, round_.id)
    check_takes_codes(round_, kind)
    batch = batch_by_number(session, round_, batch_number)
    check_prints(batch, kind, round_, now)
    record_act(session, "codes.printed", round_, actor, now, {"batch": batch.number})
    return [code for code in batch.codes if code.revoked_at is None]


def enter_printing(
    session: Session,
    round_: Round,
    batch_number: int,
    cards: int,
    languages: Sequence[str],
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> CodePrinting:
    """Add a line to the register of a batch; the caller holds the round, so that numbers have no gap."""
    batch = batch_by_number(session, round_, batch_number)
    before = session.scalar(select(func.count()).where(CodePrinting.batch_id == batch.id)) or 0
    words = clean_text(reason, PRINTING_REASON)
    if before and not words:
        raise Invalid("reprint_reason_missing", field="reason", batch=batch.number)
    printing = CodePrinting(
        batch_id=batch.id,
        number=before + 1,
        printed_at=now,
        printed_by=actor.id,
        cards=cards,
        languages=list(languages),
        reason=words,
    )
    session.add(printing)
    session.flush()
    session.expire(batch, ["printings"])
    return printing
