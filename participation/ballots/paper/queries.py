"""Reading sheets and how far they are; what was typed in, only for the two people who typed it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.ballots.models import Option
from participation.ballots.paper.models import PaperEntry, PaperSheet
from participation.ballots.paper.rules import (
    TYPISTS,
    Difference,
    Entry,
    Reason,
    SheetState,
    compared,
    read_address,
    scanned_code,
)
from participation.ballots.paper.sealing import unseal
from participation.core.actor import Actor
from participation.core.errors import Invalid, NotFound
from participation.core.ids import fingerprint
from participation.rounds.codes import read_code
from participation.rounds.models import CodeBatch, ParticipationCode, Round
from participation.rounds.queries import requested_conclusion
from participation.rounds.rules import RoundState, takes_part_now
from participation.storage.pages import Page, read_page
from participation.tally.kinds import BallotKind


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """How far the sheets of a round are, for those who work with them; never what stands on one.

    These are exact where published figures are not: whoever counts and types sheets has them in hand.
    """

    printed: int = 0
    untyped: int = 0
    typed_once: int = 0
    differing: int = 0
    cast: int = 0
    set_aside: Mapping[Reason, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Return how many received sheets are neither cast nor set aside: no conclusion is asked for before."""
        return self.untyped + self.typed_once + self.differing

    @property
    def not_counted(self) -> int:
        """Return how many sheets were set aside, for whatever reason."""
        return sum(self.set_aside.values())

    @property
    def received(self) -> int:
        """Return how many sheets were handed in before the close."""
        return self.waiting + self.cast + self.not_counted


def paper_figures(session: Session, round_id: str) -> PaperFigures:
    """Return how far the sheets of a round are; printed are those whose code holds, and those handed in."""
    entries = (
        select(PaperEntry.sheet_id, func.count().label("people")).group_by(PaperEntry.sheet_id).subquery("entries")
    )
    people = func.coalesce(entries.c.people, 0)
    rows = session.execute(
        select(PaperSheet.state, PaperSheet.reason, people, func.count())
        .outerjoin(entries, entries.c.sheet_id == PaperSheet.code_id)
        .where(PaperSheet.round_id == round_id)
        .group_by(PaperSheet.state, PaperSheet.reason, people)
    ).all()
    revoked = session.scalar(
        select(func.count())
        .select_from(PaperSheet)
        .join(ParticipationCode, ParticipationCode.id == PaperSheet.code_id)
        .join(CodeBatch, CodeBatch.id == ParticipationCode.batch_id)
        .where(
            PaperSheet.round_id == round_id,
            PaperSheet.state == SheetState.OUT,
            ParticipationCode.revoked_at.is_not(None) | CodeBatch.revoked_at.is_not(None),
        )
    )
    waiting = {typed: count for state, _reason, typed, count in rows if state is SheetState.RECEIVED}
    return PaperFigures(
        printed=sum(count for *_of, count in rows) - (revoked or 0),
        untyped=waiting.get(0, 0),
        typed_once=waiting.get(1, 0),
        differing=waiting.get(TYPISTS, 0),
        cast=sum(count for state, *_more, count in rows if state is SheetState.CAST),
        set_aside={reason: count for reason in Reason for state, why, _typed, count in rows if why is reason and state},
    )


def published_sheets(figures: PaperFigures, by_channel: Mapping[str, int | None]) -> dict[str, int | None] | None:
    """Return what a result says of its sheets beside the ballots by channel, None where none were given out.

    How many were set aside is always said, since one person can set sheets aside, and these are no ballots and tell
    nothing of anybody's choice. How many were handed in is left out wherever the number of ballots on paper is
    suppressed, which could be worked out from both.
    """
    if not figures.printed and not figures.received:
        return None
    shown = bool(by_channel) and None not in by_channel.values()
    return {
        "printed": figures.printed,
        "received": figures.received if shown else None,
        "set_aside": figures.not_counted,
    }


def waiting_sheets(session: Session, round_id: str) -> int:
    """Return how many received sheets of a round are neither cast nor set aside."""
    return (
        session.scalar(
            select(func.count())
            .select_from(PaperSheet)
            .where(PaperSheet.round_id == round_id, PaperSheet.state == SheetState.RECEIVED)
        )
        or 0
    )


def waiting_sheets_by_round(session: Session, round_ids: Collection[str]) -> dict[str, int]:
    """Return the same for several rounds; those in which none wait are left out."""
    rows = session.execute(
        select(PaperSheet.round_id, func.count())
        .where(PaperSheet.round_id.in_(round_ids), PaperSheet.state == SheetState.RECEIVED)
        .group_by(PaperSheet.round_id)
    ).all()
    return dict(rows)


def takes_sheets_now(round_: Round, now: datetime) -> bool:
    """Say whether sheets can be noted as received: as long as people can vote."""
    return takes_part_now(round_.state, round_.window, now, is_suspended=round_.is_suspended)


def can_be_typed(session: Session, round_: Round) -> bool:
    """Say whether received sheets can be typed in now; rules.check_entering says why not."""
    return (
        round_.state in {RoundState.OPEN, RoundState.CLOSED}
        and not round_.is_suspended
        and requested_conclusion(session, round_.id) is None
    )


def sheet_at(session: Session, round_id: str, batch: int, number: int, *, lock: bool = False) -> PaperSheet:
    """Return a sheet by what is printed on it or raise NotFound; locked, nobody else changes it meanwhile."""
    found = select(PaperSheet).where(
        PaperSheet.round_id == round_id, PaperSheet.batch == batch, PaperSheet.number == number
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    sheet = session.scalar(found)
    if sheet is None:
        raise NotFound("no_such_sheet", sheet=f"{batch}/{number}")
    return sheet


def find_sheet(session: Session, round_: Round, typed: str) -> PaperSheet:
    """Return the sheet whose number or mark somebody typed or scanned; raises NotFound or as sheet_by_mark."""
    address = read_address(typed)
    return sheet_at(session, round_.id, *address) if address is not None else sheet_by_mark(session, round_, typed)


def sheet_by_mark(session: Session, round_: Round, typed: str) -> PaperSheet:
    """Return the sheet whose mark somebody typed or scanned: proof that the sheet is there, unlike its number.

    The code does not serve: it lies at the voter's home, and read out on the telephone it would receive a sheet that
    nobody has handed in. Raises Invalid for what cannot be a mark (rounds.codes.read_code), `sheet_mark_needed` for a
    number, `sheet_unknown` for a mark that is not ours, `sheet_of_other_round`.
    """
    if read_address(typed) is not None:
        raise Invalid("sheet_mark_needed", field="sheet")
    mark = fingerprint(read_code(scanned_code(typed), field="sheet"))
    sheet = session.scalar(select(PaperSheet).where(PaperSheet.mark == mark))
    if sheet is None:
        raise Invalid("sheet_unknown", field="sheet")
    if sheet.round_id != round_.id:
        raise Invalid("sheet_of_other_round", field="sheet")
    return sheet


def entries_of(session: Session, sheet: PaperSheet) -> Sequence[PaperEntry]:
    """Return who typed a sheet in, in the order in which they did; what they typed is sealed."""
    return session.scalars(
        select(PaperEntry)
        .where(PaperEntry.sheet_id == sheet.code_id)
        .order_by(PaperEntry.place)
        .execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True, slots=True)
class SheetInHand:
    """A sheet as somebody who works on it sees it.

    `people` says how many typed it in, `is_mine` whether the asker is one of them. `mine`, `theirs` and the lines of
    the comparison are there only for the two who typed it, and only once both have.
    """

    sheet: PaperSheet
    people: int
    is_mine: bool
    mine: Entry | None = None
    theirs: Entry | None = None
    theirs_revision: int = 0
    lines: Sequence[Difference] = ()


def sheet_in_hand(
    session: Session, round_: Round, sheet: PaperSheet, options: Sequence[Option], keys: KeyStore, *, actor: Actor
) -> SheetInHand:
    """Return where a sheet is for somebody; raises Unavailable `round_suspended` where the round's key is missing."""
    entries = entries_of(session, sheet)
    own = next((entry for entry in entries if entry.typed_by == actor.id), None)
    if own is None or len(entries) < TYPISTS:
        return SheetInHand(sheet, len(entries), own is not None)
    key = keys.key(round_.id)
    other = next(entry for entry in entries if entry is not own)
    mine, theirs = (Entry.unpacked(unseal(key, entry.bound_to, entry.sealed)) for entry in (own, other))
    position = {option.code: option.position for option in options}
    lines = compared(round_.ballot_kind or BallotKind.RANKING, position, mine, theirs)
    return SheetInHand(sheet, len(entries), True, mine, theirs, other.revision, lines)  # noqa: FBT003 - is_mine


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """A sheet in a list: its number, where it is, and how many people typed it in; `is_mine` if the asker did."""

    address: str
    batch: int
    number: int
    state: SheetState
    reason: Reason | None
    people: int
    is_mine: bool

    @property
    def waits_for_me(self) -> bool:
        """Say whether the asker can do something about it now."""
        return self.state is SheetState.RECEIVED and (not self.is_mine if self.people < TYPISTS else self.is_mine)


def sheets_page(
    session: Session, round_id: str, state: SheetState | None, *, actor: Actor, page: int, per_page: int
) -> Page[ListedSheet]:
    """Return a page of the sheets of a round, those in one state if one is named, in the order of their numbers."""
    statement = select(PaperSheet).where(PaperSheet.round_id == round_id).order_by(PaperSheet.batch, PaperSheet.number)
    if state is not None:
        statement = statement.where(PaperSheet.state == state)
    found = read_page(session, statement, page=page, per_page=per_page)
    typed: dict[str, list[str]] = {}
    for sheet_id, person in session.execute(
        select(PaperEntry.sheet_id, PaperEntry.typed_by).where(
            PaperEntry.sheet_id.in_([sheet.code_id for sheet in found.items])
        )
    ):
        typed.setdefault(sheet_id, []).append(person)
    return Page(
        [_listed(sheet, typed.get(sheet.code_id, []), actor) for sheet in found.items],
        found.page,
        found.pages,
        found.total,
    )


def _listed(sheet: PaperSheet, people: Sequence[str], actor: Actor) -> ListedSheet:
    return ListedSheet(
        sheet.address, sheet.batch, sheet.number, sheet.state, sheet.reason, len(people), actor.id in people
    )
