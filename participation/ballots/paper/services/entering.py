"""Typing sheets in: two people, each without seeing the other's entry, and one ballot if they read the same.

Whoever types holds the round shared, as a voter does, and the sheet alone. A request for the conclusion holds the round
alone, so that no sheet is cast after it; two pairs at one sheet stand in line at the sheet; and a ballot that the same
code casts online meets this one at the key of the box, where one of both finds the other.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from participation.ballots import box
from participation.ballots.keys import KeyStore
from participation.ballots.models import Channel
from participation.ballots.paper.models import PaperEntry, PaperSheet
from participation.ballots.paper.queries import entries_of, sheet_at
from participation.ballots.paper.rules import (
    TYPISTS,
    Entry,
    Reason,
    SheetState,
    Typed,
    check_entering,
    check_typeable,
    read_entry,
)
from participation.ballots.paper.sealing import seal, unseal
from participation.ballots.paper.services.receiving import bearer_of
from participation.ballots.paper.services.sheets import record_sheets
from participation.ballots.queries import options_of, shape_of, voting_task_of
from participation.ballots.rules import Content
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Unavailable
from participation.core.permissions import Permission, authorise, may
from participation.rounds.models import Round
from participation.rounds.queries import lock_round_by_slug, participant_in, requested_conclusion


class Outcome(StrEnum):
    """What became of a sheet with an entry."""

    WAITS = "waits"
    DIFFERS = "differs"
    CAST = "cast"
    SET_ASIDE = "set_aside"


_OUTCOMES: Final[Mapping[SheetState, Outcome]] = {
    SheetState.CAST: Outcome.CAST,
    SheetState.SET_ASIDE: Outcome.SET_ASIDE,
}
REQUEST: Final = "paper"
"""What takes the place of a form's token: a sheet casts one ballot, once."""


def enter_sheet(
    session: Session, slug: str, batch: int, number: int, typed: Typed, *, actor: Actor, now: datetime, keys: KeyStore
) -> Outcome:
    """Keep what somebody typed in from a received sheet; the second of two people casts it if both typed the same.

    After a difference, either of the two may type it anew. Sending the same once more changes nothing. Raises what
    rules.read_entry raises; Conflict by rules.check_entering and rules.check_typeable, `sheet_second_person` where the
    same person types a sheet twice, `sheet_typed_by_two` for a third one; Forbidden `sheet_typed_by_people`;
    Unavailable `round_suspended`.
    """
    round_, sheet = _sheet_to_type(session, slug, batch, number, actor)
    numbers = {option.position: option.code for option in options_of(session, round_.id)}
    entry = read_entry(shape_of(session, round_), numbers, typed)
    key = keys.key(round_.id)
    entries = entries_of(session, sheet)
    own = next((one for one in entries if one.typed_by == actor.id), None)
    if own is not None and len(entries) < TYPISTS:
        if Entry.unpacked(unseal(key, own.bound_to, own.sealed)) != entry:
            raise Conflict("sheet_second_person", sheet=sheet.address)
        return Outcome.WAITS
    if own is None and len(entries) == TYPISTS:
        raise Conflict("sheet_typed_by_two", sheet=sheet.address)
    return _keep(session, round_, sheet, entry, actor=actor, now=now, keys=keys)


def confirm_entry(
    session: Session, slug: str, batch: int, number: int, seen: int, *, actor: Actor, now: datetime, keys: KeyStore
) -> Outcome:
    """Say after a difference that the other one read the sheet rightly: their entry is the actor's too.

    `seen` is the revision of the other's entry that the actor was shown. Raises Conflict `sheet_entry_changed` if it is
    another one by now, `sheet_not_compared` where there are not two entries, one of them the actor's.
    """
    round_, sheet = _sheet_to_type(session, slug, batch, number, actor)
    entries = entries_of(session, sheet)
    if len(entries) < TYPISTS or actor.id not in {one.typed_by for one in entries}:
        raise Conflict("sheet_not_compared", sheet=sheet.address)
    other = next(one for one in entries if one.typed_by != actor.id)
    if other.revision != seen:
        raise Conflict("sheet_entry_changed", sheet=sheet.address)
    entry = Entry.unpacked(unseal(keys.key(round_.id), other.bound_to, other.sealed))
    return _keep(session, round_, sheet, entry, actor=actor, now=now, keys=keys)


def withdraw_entries(
    session: Session, slug: str, batch: int, number: int, *, actor: Actor, now: datetime
) -> PaperSheet:
    """Delete what was typed in from a sheet, unseen, so that two people can begin anew.

    One of the two may do it, or somebody who concludes rounds, for when a person is not there to clear up a difference.
    """
    round_, sheet = _sheet_to_type(session, slug, batch, number, actor)
    people = {one.typed_by for one in entries_of(session, sheet)}
    if actor.id not in people and not may(actor, Permission.ROUND_CONCLUDE, round_):
        raise Forbidden("sheet_not_yours", sheet=sheet.address)
    if people:
        delete_entries(session, sheet)
        record_sheets(session, "entries_withdrawn", round_, actor, now, sheet=sheet.address)
    return sheet


def check_round(session: Session, round_: Round) -> None:
    """Refuse to change anything about received sheets of a round that the caller holds, outside the time for it."""
    check_entering(
        round_.state,
        is_suspended=round_.is_suspended,
        conclusion_requested=requested_conclusion(session, round_.id) is not None,
    )


def delete_entries(session: Session, sheet: PaperSheet) -> None:
    """Delete what was typed in from a sheet."""
    session.execute(delete(PaperEntry).where(PaperEntry.sheet_id == sheet.code_id))


def _sheet_to_type(session: Session, slug: str, batch: int, number: int, actor: Actor) -> tuple[Round, PaperSheet]:
    """Return the round, held shared, and the sheet, held alone, if it may be typed in now."""
    round_ = lock_round_by_slug(session, slug, shared=True)
    authorise(actor, Permission.PAPER_ENTER, round_)
    if not actor.is_account:
        raise Forbidden("sheet_typed_by_people")
    voting_task_of(round_)
    check_round(session, round_)
    sheet = sheet_at(session, round_.id, batch, number, lock=True)
    check_typeable(sheet.state, sheet.address)
    return round_, sheet


def _keep(
    session: Session, round_: Round, sheet: PaperSheet, entry: Entry, *, actor: Actor, now: datetime, keys: KeyStore
) -> Outcome:
    """Keep an entry beside the other one, or let the sheet go its way if both say the same."""
    key = keys.key(round_.id)
    entries = entries_of(session, sheet)
    other = next((one for one in entries if one.typed_by != actor.id), None)
    if other is not None and Entry.unpacked(unseal(key, other.bound_to, other.sealed)) == entry:
        return _agree(session, round_, sheet, entry, other.typed_by, actor=actor, now=now, keys=keys)
    own = next((one for one in entries if one.typed_by == actor.id), None)
    if own is None:
        place = 1 if other is None else TYPISTS
        own = PaperEntry(sheet_id=sheet.code_id, place=place, typed_by=actor.id, revision=0)
    own.revision += 1
    own.sealed = seal(key, own.bound_to, entry.packed())
    session.add(own)
    session.flush()
    record_sheets(session, "typed", round_, actor, now, sheet=sheet.address)
    return Outcome.WAITS if other is None else Outcome.DIFFERS


def _agree(
    session: Session,
    round_: Round,
    sheet: PaperSheet,
    entry: Entry,
    other: str,
    *,
    actor: Actor,
    now: datetime,
    keys: KeyStore,
) -> Outcome:
    """Cast what two people read alike, or set the sheet aside for the reason that both gave."""
    reason = entry.reason or _cast(session, round_, sheet, entry.content, now=now, keys=keys)
    delete_entries(session, sheet)
    sheet.state, sheet.reason = (SheetState.SET_ASIDE, reason) if reason else (SheetState.CAST, None)
    session.flush()
    facts: dict[str, object] = {"sheet": sheet.address, "first": other}
    if reason:
        facts["reason"] = reason.value
    record_sheets(session, sheet.state.value, round_, actor, now, **facts)
    return _OUTCOMES[sheet.state]


def _cast(
    session: Session, round_: Round, sheet: PaperSheet, content: Content | None, *, now: datetime, keys: KeyStore
) -> Reason | None:
    """Put a sheet's ballot into the box, or return why it does not belong there."""
    participant = participant_in(session, round_, bearer_of(sheet), now)
    if participant is None:
        return Reason.CODE_REVOKED
    if content is None or sheet.received_on is None:
        raise ValueError("neither a ballot nor a reason, or a sheet that nobody received")
    key = keys.key(round_.id)
    request = key.request_mark(participant.key, REQUEST)
    filed = box.put(session, round_.id, key.ballot_key(participant.key), content, request=request, based_on=0)
    if filed is None:
        return Reason.VOTED_ONLINE
    is_new = box.register(
        session,
        round_.id,
        participant.key,
        participant.participant_class,
        channel=Channel.PAPER,
        voted_on=sheet.received_on,
    )
    if not is_new:
        # Voted, but no ballot under this key: the key is not the one with which the round was opened.
        raise Unavailable("round_suspended")
    return None
