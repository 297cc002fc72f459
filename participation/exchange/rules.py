"""What a record of an import may say: pure checks that collect every fault with its place."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from participation.core.errors import DomainError, Faults, Invalid
from participation.core.languages import language as known_language
from participation.core.money import parse_cents
from participation.core.wording import BODY, NAME, REASON, TITLE, TextShape, clean_text
from participation.costings.rules import (
    amount_faults,
    month_faults,
    parse_month,
    parse_posts,
    parse_years,
    post_faults,
    post_is_needed,
    running_faults,
)
from participation.exchange.sheets import Record
from participation.proposals.rules import PARTNERS, UNIT
from participation.workbooks.reading import MAX_FAULTS, Cell

CODE_MAX: Final = 16
QUALITIES: Final = frozenset({"rough_estimate", "calculated", "quoted"})
COVERS: Final = frozenset({"covered", "open"})
FEASIBILITIES: Final = frozenset({"feasible", "with_conditions", "not_feasible"})
SHEET_COLUMNS: Final = ("years", "posts", "feasibility", "statement", "first_month", "last_month")
_STATEMENT: Final = replace(REASON, field="statement", required=False)
_YES_NO: Final[Mapping[str, bool]] = {
    "yes": True,
    "true": True,
    "1": True,
    "ja": True,
    "no": False,
    "false": False,
    "0": False,
    "nein": False,
    "": False,
}
_CODE_CHARACTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Costs:
    """What a file says a measure costs, in cents."""

    once_cents: int
    annual_cents: int
    low_cents: int | None
    high_cents: int | None
    quality: str
    cover: str
    cover_source: str
    needs_post: bool
    years: int | None = None
    posts_hundredths: int | None = None
    feasibility: str = ""
    statement: str = ""
    first_month: str | None = None
    last_month: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """A goal or measure that may be entered as it stands; texts by language, the original's first."""

    kind: str
    code: str
    parent: str
    field: str
    serves: tuple[str, ...]
    department: str
    language: str
    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    target_groups: Mapping[str, str]
    partners: Mapping[str, str]
    unit: str
    costs: Costs | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a process already has, so that a file can refer to it and must not double it."""

    default_language: str
    languages: Collection[str]
    fields: Collection[str]
    departments: Collection[str]
    goals: Mapping[str, bool]
    """Codes of goals; True for one that has a parent (a sub-goal)."""
    taken: Collection[str]


class _Collector:
    """Collects faults, so that one reading of a file names them all."""

    def __init__(self) -> None:
        self.faults: list[DomainError] = []

    def add(self, cell: Cell, code: str, **facts: str | int) -> None:
        self.faults.append(cell.fault(Invalid(code, field=None, **facts)))

    def read(self, cell: Cell, reader: Callable[[str], T]) -> T | None:
        return self.attempt(cell, lambda: reader(cell.value), None) if cell.value else None

    def attempt(self, cell: Cell, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except DomainError as error:
            self.faults.append(cell.fault(error))
            return otherwise


def check_records(records: Sequence[Record], around: Surroundings) -> list[Intake]:
    """Return what may be entered, goals before sub-goals before measures; raises Faults with every place at fault."""
    collect = _Collector()
    codes: dict[str, Record] = {}
    for record in records:
        _check_code(record, codes, around, collect)
    goals = dict(around.goals)
    goals.update(
        {code: bool(record.get("parent").value) for code, record in codes.items() if record.get("kind").value == "goal"}
    )
    for record in records:
        if record.surplus:
            collect.add(record.surplus, "cell_without_column")
    intakes = [_intake(record, goals, around, collect) for record in records if not record.surplus]
    if collect.faults:
        raise Faults("import_refused", collect.faults[:MAX_FAULTS])
    return sorted(intakes, key=lambda intake: (intake.kind != "goal", bool(intake.parent)))


def _check_code(record: Record, codes: dict[str, Record], around: Surroundings, collect: _Collector) -> None:
    cell = record.get("code")
    if not cell.value:
        collect.add(cell, "code_missing")
    elif len(cell.value) > CODE_MAX or not set(cell.value) <= _CODE_CHARACTERS:
        collect.add(cell, "code_malformed", proposal=cell.value, maximum=CODE_MAX)
    elif cell.value in codes:
        collect.add(cell, "code_doubled", proposal=cell.value, first=codes[cell.value].row)
    elif cell.value in around.taken:
        collect.add(cell, "code_taken", proposal=cell.value)
    else:
        codes[cell.value] = record


def _intake(record: Record, goals: Mapping[str, bool], around: Surroundings, collect: _Collector) -> Intake:
    kind = record.get("kind").value.lower()
    if kind not in {"goal", "measure"}:
        collect.add(record.get("kind"), "kind_unknown", kind=kind)
    language = record.get("language").value or around.default_language
    collect.attempt(record.get("language"), lambda: known_language(language).tag, language)
    parent = _parent(record, kind, goals, collect)
    return Intake(
        kind=kind,
        code=record.get("code").value,
        parent=parent,
        field=_reference(record, "field", around.fields, collect),
        serves=_serves(record, kind, goals, collect),
        department=_reference(record, "department", around.departments, collect),
        language=language,
        titles=_texts(record, "title", TITLE, language, collect, required=True),
        bodies=_texts(record, "text", BODY, language, collect),
        target_groups=_texts(record, "target_group", NAME, language, collect),
        partners=_partners(record, kind, language, collect),
        unit=_unit(record, kind, collect),
        costs=_costs(record, kind, collect),
    )


def _parent(record: Record, kind: str, goals: Mapping[str, bool], collect: _Collector) -> str:
    cell = record.get("parent")
    if not cell.value:
        return ""
    if kind != "goal":
        collect.add(cell, "measure_has_no_parent")
    elif cell.value not in goals or cell.value == record.get("code").value:
        collect.add(cell, "goal_unknown", proposal=cell.value)
    elif goals[cell.value]:
        collect.add(cell, "goals_two_levels_only", proposal=cell.value)
    return cell.value


def _serves(record: Record, kind: str, goals: Mapping[str, bool], collect: _Collector) -> tuple[str, ...]:
    cell = record.get("serves")
    codes = tuple(cell.value.replace(",", " ").replace(";", " ").split())
    if codes and kind != "measure":
        collect.add(cell, "goal_serves_nothing")
    for place, code in enumerate(codes):
        if code not in goals:
            collect.add(cell, "goal_unknown", proposal=code)
        elif not goals[code]:
            collect.add(cell, "serves_no_sub_goal", proposal=code)
        elif code in codes[:place]:
            collect.add(cell, "code_doubled", proposal=code, first=cell.row)
    return codes


def _reference(record: Record, column: str, known: Collection[str], collect: _Collector) -> str:
    cell = record.get(column)
    if cell.value and cell.value not in known:
        collect.add(cell, f"{column}_unknown", proposal=cell.value)
    return cell.value


def _texts(
    record: Record, column: str, shape: TextShape, language: str, collect: _Collector, *, required: bool = False
) -> dict[str, str]:
    cells = dict(record.wordings.get(column, {}))
    plain = record.get(column)
    if plain.value:
        if language in cells:
            collect.add(plain, "text_given_twice", language=language)
        cells[language] = plain
    texts: dict[str, str] = {}
    for tag, cell in cells.items():
        if cell.value:
            collect.attempt(cell, lambda tag=tag: known_language(tag).tag, tag)  # type: ignore[misc]
            texts[tag] = collect.attempt(cell, lambda cell=cell: clean_text(cell.value, shape), cell.value)  # type: ignore[misc]
    if (required or texts) and language not in texts:
        collect.add(plain, "original_text_missing", language=language)
    return {language: texts.pop(language, ""), **texts} if texts else {}


def _partners(record: Record, kind: str, language: str, collect: _Collector) -> dict[str, str]:
    partners = _texts(record, "partners", PARTNERS, language, collect)
    if partners and kind == "goal":
        collect.add(record.get("partners"), "only_measures_have_partners")
    return partners


def _unit(record: Record, kind: str, collect: _Collector) -> str:
    cell = record.get("unit")
    if cell.value and kind == "goal":
        collect.add(cell, "only_measures_have_units")
    return collect.attempt(cell, lambda: clean_text(cell.value, UNIT), cell.value)


def _costs(record: Record, kind: str, collect: _Collector) -> Costs | None:
    columns = ("once", "annual", "low", "high", "quality", "cover", "cover_source", *SHEET_COLUMNS)
    if not any(record.get(column).value for column in columns):
        return None
    if kind != "measure":
        collect.add(record.get("once"), "goal_has_no_costs")
        return None
    amounts = {column: _amount(record.get(column), collect) for column in ("once", "annual", "low", "high")}
    quality, cover = record.get("quality"), record.get("cover")
    if quality.value and quality.value not in QUALITIES:
        collect.add(quality, "quality_unknown", quality=quality.value)
    if cover.value not in COVERS:
        collect.add(cover, "cover_unknown", cover=cover.value)
    source = record.get("cover_source")
    if source.value and cover.value == "open":
        collect.add(source, "open_cover_has_no_source")
    once, annual, low, high = (amounts[column] for column in ("once", "annual", "low", "high"))
    for fault in amount_faults(once or 0, annual or 0, low, high):
        collect.faults.append(record.get(fault.field or "once").fault(fault))
    post = record.get("needs_post")
    if post.value.lower() not in _YES_NO:
        collect.add(post, "not_yes_or_no", typed=post.value)
    posts = collect.read(record.get("posts"), parse_posts)
    stated = _YES_NO.get(post.value.lower(), False) if post.value else None
    costs = Costs(
        once_cents=once or 0,
        annual_cents=annual or 0,
        low_cents=low,
        high_cents=high,
        quality=quality.value or "rough_estimate",
        cover=cover.value,
        cover_source=source.value,
        needs_post=post_is_needed(posts, stated=stated),
        years=collect.read(record.get("years"), parse_years),
        posts_hundredths=posts,
        feasibility=record.get("feasibility").value,
        statement=collect.read(record.get("statement"), lambda typed: clean_text(typed, _STATEMENT)) or "",
        first_month=collect.read(record.get("first_month"), partial(parse_month, field="first_month")),
        last_month=collect.read(record.get("last_month"), partial(parse_month, field="last_month")),
    )
    _check_sheet(record, costs, collect)
    return costs


def _check_sheet(record: Record, costs: Costs, collect: _Collector) -> None:
    """Note what is wrong with what a costing says beside money."""
    faults = [
        *running_faults(costs.annual_cents, costs.years),
        *post_faults(costs.posts_hundredths, needs_post=costs.needs_post),
        *month_faults(costs.first_month, costs.last_month),
    ]
    if costs.feasibility and costs.feasibility not in FEASIBILITIES:
        faults.append(Invalid("feasibility_unknown", field="feasibility"))
    elif costs.statement and not costs.feasibility:
        faults.append(Invalid("statement_without_feasibility", field="feasibility"))
    elif costs.feasibility not in {"", "feasible"} and not costs.statement:
        faults.append(Invalid("statement_missing", field="statement"))
    collect.faults += [record.get(fault.field or "once").fault(fault) for fault in faults]


def _amount(cell: Cell, collect: _Collector) -> int | None:
    return collect.attempt(cell, lambda: parse_cents(cell.value), None) if cell.value else None
