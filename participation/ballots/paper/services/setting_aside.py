"""Setting received sheets aside on purpose, and taking them up again: said by name and with a reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from participation.ballots.paper.models import PaperSheet
from participation.ballots.paper.queries import sheet_at
from participation.ballots.paper.rules import (
    REASONS_OF_ONE,
    TAKEN_UP_AGAIN,
    Reason,
    SheetState,
    check_typeable,
)
from participation.ballots.paper.services.entering import check_round, delete_entries
from participation.ballots.paper.services.sheets import record_sheets
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.rounds.models import Round
from participation.rounds.queries import lock_round_by_slug


def set_aside(
    session: Session, slug: str, sheets: Sequence[tuple[int, int]], reason: str, *, actor: Actor, now: datetime
) -> list[str]:
    """Leave received sheets uncounted that wait, each named, with one reason; return their numbers.

    For sheets that two people cannot type in, so that they do not hold up the conclusion for ever. It stands in the
    audit log with the name of whoever did it, and the sheets can be taken up again until the conclusion is asked for.
    Raises Invalid `reason_unknown`, `no_sheet_chosen`; Conflict by rules.check_entering and rules.check_typeable.
    """
    round_ = _locked(session, slug, actor)
    if reason not in REASONS_OF_ONE:
        raise Invalid("reason_unknown", field="reason")
    if not sheets:
        raise Invalid("no_sheet_chosen", field="sheets")
    found = _sheets(session, round_, sheets)
    for sheet in found:
        check_typeable(sheet.state, sheet.address)
        delete_entries(session, sheet)
        sheet.state, sheet.reason = SheetState.SET_ASIDE, Reason(reason)
    session.flush()
    named = [sheet.address for sheet in found]
    record_sheets(session, "set_aside", round_, actor, now, sheets=named, reason=reason)
    return named


def take_up_again(session: Session, slug: str, batch: int, number: int, *, actor: Actor, now: datetime) -> PaperSheet:
    """Let a sheet that was set aside wait again, so that two people type it in.

    Raises Conflict `sheet_not_set_aside`, `sheet_stays_aside` where a fact and no decision keeps it from counting.
    """
    round_ = _locked(session, slug, actor)
    sheet = sheet_at(session, round_.id, batch, number, lock=True)
    if sheet.state is not SheetState.SET_ASIDE:
        raise Conflict("sheet_not_set_aside", sheet=sheet.address)
    if sheet.reason not in TAKEN_UP_AGAIN:
        raise Conflict("sheet_stays_aside", sheet=sheet.address)
    sheet.state, sheet.reason = SheetState.RECEIVED, None
    session.flush()
    record_sheets(session, "taken_up", round_, actor, now, sheet=sheet.address)
    return sheet


def _locked(session: Session, slug: str, actor: Actor) -> Round:
    round_ = lock_round_by_slug(session, slug, shared=True)
    authorise(actor, Permission.ROUND_CONCLUDE, round_)
    check_round(session, round_)
    return round_


def _sheets(session: Session, round_: Round, sheets: Sequence[tuple[int, int]]) -> list[PaperSheet]:
    """Return the sheets, locked in one order whoever asks, so that two people do not wait in a circle."""
    return [sheet_at(session, round_.id, batch, number, lock=True) for batch, number in sorted(set(sheets))]
