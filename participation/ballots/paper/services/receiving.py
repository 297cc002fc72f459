"""Noting sheets as received, before the close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from participation.ballots.paper.models import PaperSheet
from participation.ballots.paper.queries import sheet_at, sheet_by_mark
from participation.ballots.paper.rules import MOST_LINES, SheetState
from participation.ballots.paper.services.sheets import record_sheets
from participation.ballots.queries import voting_task_of
from participation.core.actor import Actor, ActorKind
from participation.core.errors import DomainError, Invalid
from participation.core.permissions import Permission, authorise
from participation.rounds.models import Round
from participation.rounds.queries import lock_round_by_slug, participant_in
from participation.rounds.rules import check_takes_part
from participation.rounds.services import hand_in_codes


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of one line: the sheet, and whether it was noted before; or why it was not noted."""

    line: int
    typed: str
    sheet: str | None = None
    was_noted: bool = False
    fault: DomainError | None = None


def receive_sheets(session: Session, slug: str, typed: Sequence[str], *, actor: Actor, now: datetime) -> list[Noted]:
    """Note sheets as handed in, by their marks; lines without anything on them are passed over.

    Each line is a thing of its own: those that are right are noted even if others are not, because a stack is scanned
    minutes before the close. A sheet that was noted before stays noted. From then on its code votes nothing online and
    stays valid, so that what two people type in is changed by nobody. Raises what a ballot at this moment would be
    refused with: Conflict `round_not_open_yet`, `round_over`, `round_closed_early`; Invalid `too_many_lines`,
    `no_sheet_typed`.
    """
    round_ = lock_round_by_slug(session, slug, shared=True)
    authorise(actor, Permission.PAPER_ENTER, round_)
    zone = round_.process.time_zone
    task = voting_task_of(round_)
    check_takes_part(task, round_.tasks, round_.state, round_.window, now, zone, is_suspended=round_.is_suspended)
    lines = [(number, line.strip()) for number, line in enumerate(typed, start=1) if line.strip()]
    if not lines:
        raise Invalid("no_sheet_typed", field="sheets")
    if len(lines) > MOST_LINES:
        raise Invalid("too_many_lines", field="sheets", maximum=MOST_LINES)
    found = [_found(session, round_, line) for _number, line in lines]
    for address in sorted({(sheet.batch, sheet.number) for sheet in found if isinstance(sheet, PaperSheet)}):
        sheet_at(session, round_.id, *address, lock=True)  # in one order, so that two scanners do not wait in a circle
    noted = [_note(session, round_, line, sheet, now) for line, sheet in zip(lines, found, strict=True)]
    new = [one.sheet for one in noted if one.sheet and not one.was_noted]
    if new:
        session.flush()
        hand_in_codes(session, {one.code_id for one in found if isinstance(one, PaperSheet) and one.address in new})
        record_sheets(session, "received", round_, actor, now, sheets=new)
    return noted


def _found(session: Session, round_: Round, line: str) -> PaperSheet | DomainError:
    try:
        return sheet_by_mark(session, round_, line)
    except Invalid as fault:
        return fault


def _note(
    session: Session, round_: Round, line: tuple[int, str], found: PaperSheet | DomainError, now: datetime
) -> Noted:
    if isinstance(found, DomainError):
        return Noted(*line, fault=found)
    if found.state is not SheetState.OUT:
        return Noted(*line, found.address, was_noted=True)
    if participant_in(session, round_, bearer_of(found), now) is None:
        return Noted(*line, fault=Invalid("sheet_revoked", field="sheet", sheet=found.address))
    found.state = SheetState.RECEIVED
    found.received_on = now.astimezone(ZoneInfo(round_.process.time_zone)).date()
    return Noted(*line, found.address)


def bearer_of(sheet: PaperSheet) -> Actor:
    """Return whoever has the code of a sheet, as the rounds know them."""
    return Actor(ActorKind.CODE, sheet.code_id)
