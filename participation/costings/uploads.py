"""Reading a filled-in sheet back: every cell that cannot be read is named, and nothing is guessed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from participation.core.errors import DomainError, Invalid
from participation.core.languages import INTERFACE_TAGS
from participation.core.money import parse_cents
from participation.costings.files import FIRST_ROW, INPUTS, NAMES, choices, headings
from participation.costings.models import Costs, Cover, EstimateQuality, Feasibility
from participation.costings.round_trip import Stated
from participation.costings.rules import parse_month, parse_posts, parse_years, post_is_needed
from participation.costings.schemas import MAX_ROWS
from participation.processes.models import Process
from participation.web.locale import force_language
from participation.workbooks.reading import Cell, brief_facts, in_brief, read_rows

T = TypeVar("T")
_REQUIRED: Final = frozenset({"code", "revision"})
_STATEMENT: Final = tuple(column.name for column in INPUTS if column.name != "language")
_MIDNIGHT: Final = "-01T00:00:00"
"""How a cell ends that a spreadsheet has turned from a month into its first day."""


def read_sheet(data: bytes, process: Process) -> list[Stated]:
    """Return what an uploaded sheet says of each measure; rows that say nothing are left out.

    Raises Invalid for what is wrong with the file as a whole: `sheet_not_ours`, `sheet_columns_missing`,
    `sheet_of_another_process`, `too_many_rows`, or what workbooks.reading refuses.
    """
    rows = read_rows(
        data,
        max_rows=FIRST_ROW + MAX_ROWS,
        max_columns=len(NAMES) * 2,
        is_wanted=lambda first: set(first) >= _REQUIRED,
        computed=False,
    )
    if not rows:
        raise Invalid("sheet_not_ours", field="file")
    if len(rows) > FIRST_ROW + MAX_ROWS:
        raise Invalid("too_many_rows", field="file", rows=len(rows), maximum=MAX_ROWS)
    names = [cell.value.strip() for cell in rows[0][1]]
    missing = [words for name, words in headings().items() if name not in names]
    if missing:
        raise Invalid("sheet_columns_missing", field="file", columns=", ".join(missing))
    known = _vocabulary(process)
    found = [_Row(number, dict(zip(names, cells, strict=False)), process, known) for number, cells in rows[FIRST_ROW:]]
    stated = [row.stated() for row in found if row.is_filled_in]
    if not stated:
        raise Invalid("sheet_says_nothing", field="file")
    return stated


def _vocabulary(process: Process) -> dict[str, dict[str, str]]:
    """Return the value of every word that can be chosen, in whichever language the sheet was made."""
    known: dict[str, dict[str, str]] = {}
    for tag in INTERFACE_TAGS:
        with force_language(tag):
            for name, offered in choices(process).items():
                for value, words in offered:
                    known.setdefault(name, {}).update({_folded(words): value, _folded(value): value})
    return known


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


@dataclass(slots=True)
class _Row:
    """One row of the sheet while it is read."""

    number: int
    cells: Mapping[str, Cell]
    process: Process
    known: Mapping[str, Mapping[str, str]]
    faults: list[DomainError] = field(default_factory=list)

    @property
    def is_filled_in(self) -> bool:
        """Say whether anything stands in the row beside what was there before it was filled in."""
        typed = ("code", *_STATEMENT) if self._revision() else _STATEMENT
        return any(self.cells[name].value.strip() or self.cells[name].is_formula for name in typed)

    def stated(self) -> Stated:
        """Return what the row says, with everything in it that cannot be read."""
        code = in_brief(self._typed("code"))
        if not code:
            self._fault("code", Invalid("sheet_row_without_code"))
        if self._typed("process") != self.process.slug:
            self._fault("code", Invalid("sheet_of_another_process"))
        based_on = self._revision()
        if based_on is None:
            self._fault("revision", Invalid("revision_unreadable", typed=self._typed("revision")))
        costs = self._costs()
        unreadable = bool(self.faults)
        return Stated(code, based_on or 0, None if unreadable else costs, self.number, self.faults)

    def _revision(self) -> int | None:
        typed = self._typed("revision")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None  # noqa: PLR2004 - of 31 bits

    def _costs(self) -> Costs:
        once, annual = self._amount("once", needed=True), self._amount("annual", needed=True)
        posts = self._read("posts", parse_posts)
        quality, cover = self._choice("quality", needed=True), self._choice("cover", needed=True)
        feasibility, post = self._choice("feasibility"), self._choice("needs_post")
        return Costs(
            once_cents=once or 0,
            annual_cents=annual or 0,
            quality=EstimateQuality(quality) if quality else EstimateQuality.ROUGH_ESTIMATE,
            cover=Cover(cover) if cover else Cover.OPEN,
            language=self._choice("language") or self.process.default_language,
            low_cents=self._amount("low"),
            high_cents=self._amount("high"),
            cover_source=self._text("cover_source"),
            needs_post=post_is_needed(posts, stated=None if not post else post == "yes"),
            note=self._text("note"),
            years=self._read("years", parse_years),
            posts_hundredths=posts,
            feasibility=Feasibility(feasibility) if feasibility else None,
            statement=self._text("statement"),
            first_month=self._month("first_month"),
            last_month=self._month("last_month"),
        )

    def _typed(self, name: str) -> str:
        return self.cells[name].value.strip() if name in self.cells else ""

    def _read(self, name: str, reader: Callable[[str], T]) -> T | None:
        cell = self.cells[name]
        if cell.is_formula:
            self._fault(name, Invalid("formula_in_cell"))
            return None
        if not cell.value.strip():
            return None
        try:
            return reader(cell.value.strip())
        except DomainError as fault:
            self._fault(name, fault)
            return None

    def _text(self, name: str) -> str:
        return self._read(name, str) or ""

    def _amount(self, name: str, *, needed: bool = False) -> int | None:
        cell = self.cells[name]
        if needed and not cell.is_formula and not cell.value.strip():
            self._fault(name, Invalid("amount_missing"))
        return self._read(name, partial(parse_cents, currency=self.process.currency))

    def _month(self, name: str) -> str | None:
        return self._read(name, lambda typed: parse_month(typed.removesuffix(_MIDNIGHT), field=name))

    def _choice(self, name: str, *, needed: bool = False) -> str | None:
        if needed and not self._typed(name):
            self._fault(name, Invalid("choice_missing"))
        return self._read(name, partial(self._chosen, name))

    def _chosen(self, name: str, typed: str) -> str:
        value = self.known[name].get(_folded(typed))
        if value is None:
            offered = [words for _value, words in choices(self.process)[name]]
            raise Invalid("choice_unknown", typed=typed, known=" / ".join(offered[:8]))
        return value

    def _fault(self, name: str, fault: DomainError) -> None:
        cell = self.cells.get(name)
        place = f"{cell.column}{cell.row}" if cell else ""
        facts = brief_facts(fault) | {"row": self.number, "cell": place, "proposal": in_brief(self._typed("code"))}
        self.faults.append(Invalid(fault.code, field=name, **facts))


def place_of(fault: DomainError, names: Sequence[str] = NAMES) -> str:
    """Return the cell at which a fault lies, as spreadsheets name it; an empty word where it is of the whole row."""
    if fault.facts.get("cell"):
        return str(fault.facts["cell"])
    name = fault.field or ""
    row = fault.facts.get("row")
    return f"{_letter(names.index(name))}{row}" if row and name in names else ""


def _letter(place: int) -> str:
    return chr(ord("A") + place)
