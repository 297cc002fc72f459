"""Results as tables: what stands in which column of a file, read from the snapshot alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

from participation.results.queries import wording_in
from participation.results.rules.joint_snapshot import score_from_text

Snapshot: TypeAlias = Mapping[str, Any]
OTHER_RULES: Final = ("approval", "score", "median", "schulze", "kemeny")
Cell: TypeAlias = str | int | bool | Decimal | Fraction | None
"""Text, a whole number, yes or no, an amount of money in full units, an exact share, or nothing."""

BAND_COLUMNS: Final = ("rank_low", "rank_high", "score_low_percent", "score_high_percent", "group")
CARRY_COLUMNS: Final = ("own_percent", "goals_percent")
COST_COLUMNS: Final = ("cost_once", "cost_annual", "cost_volume", "currency", "cover", "department")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in CSV files, which is part of the interface; `round` is set for a body's own figure."""

    name: str
    round: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; exact shares stay exact, whoever writes the file rounds them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def joint_table(snapshot: Snapshot, languages: Sequence[str], statistics: Snapshot | None = None) -> Table:
    """Return a joint ranking: place, what, joint score, coverage, each body's own figure, costs, department.

    Behind these stand, as far as they are there, what it would be without goals that carry over, bands and groups,
    and the places that other rules give. Titles are in the first of `languages` that they are worded in, else as the
    author wrote them.
    """
    rounds = [one["round"] for one in snapshot["rounds"]]
    columns = (
        *map(Column, ("rank", "shared", "code", "title", "score", "score_percent", "coverage_percent")),
        *(Column(f"win_rate_percent:{slug}", slug) for slug in rounds),
        *map(Column, COST_COLUMNS),
    )
    carries = snapshot["carry_over"]["share"] != "0"
    beside = _Beside.of(statistics, (statistics or {}).get("rules", {}))
    rows = (
        (
            *_joint_row(one, rounds, languages),
            *((score_from_text(one["own"]), score_from_text(one["goals"])) if carries else ()),
            *beside.cells(one["code"]),
        )
        for one in snapshot["options"]
    )
    return Table((*columns, *map(Column, CARRY_COLUMNS if carries else ()), *beside.columns()), tuple(rows))


def round_table(snapshot: Snapshot, languages: Sequence[str]) -> Table:
    """Return a round's result: place, what, win rate, how many ballots mention it and what they give it, costs.

    Behind these stand bands and groups, where there are any, and the places that other rules give.
    """
    beside = _Beside.of(snapshot.get("statistics"), snapshot.get("rules", {}))
    columns = map(Column, ("rank", "shared", "code", "title", "win_rate", "win_rate_percent", "mentioned", "given"))
    rows = (
        (
            *_place(one, languages),
            one["win_rate"],
            score_from_text(one["win_rate"]),
            one["mentioned"],
            one["given"],
            *_costs(one, languages),
            *beside.cells(one["code"]),
        )
        for one in snapshot["options"]
    )
    return Table((*columns, *map(Column, COST_COLUMNS), *beside.columns()), tuple(rows))


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside a ranking: bands by code, numbers of groups by code, and other rules' places by code."""

    has_bands: bool
    bands: Mapping[str, Snapshot]
    groups: Mapping[str, int]
    places: Mapping[str, Mapping[str, int | None]]

    @classmethod
    def of(cls, statistics: Snapshot | None, rules: Snapshot) -> "_Beside":
        bands = statistics["options"] if statistics else ()
        groups = statistics["groups"] if statistics else ()
        return cls(
            bool(bands),
            {one["code"]: one for one in bands},
            {code: number for number, group in enumerate(groups, start=1) for code in group},
            {
                rule: {one["code"]: one["rank"] for one in rules[rule]["options"]}
                for rule in OTHER_RULES
                if rule in rules
            },
        )

    def columns(self) -> tuple[Column, ...]:
        bands = BAND_COLUMNS if self.has_bands else ()
        return (*map(Column, bands), *(Column(f"rank:{rule}") for rule in self.places))

    def cells(self, code: str) -> tuple[Cell, ...]:
        places = (ranks.get(code) for ranks in self.places.values())
        return (*self._band(code), *places) if self.has_bands else tuple(places)

    def _band(self, code: str) -> tuple[Cell, ...]:
        band = self.bands.get(code)
        if band is None:
            return (None,) * len(BAND_COLUMNS)
        return (*band["rank"], *map(Fraction, band["score"]), self.groups.get(code))


def _joint_row(one: Snapshot, rounds: Sequence[str], languages: Sequence[str]) -> tuple[Cell, ...]:
    return (
        *_place(one, languages),
        one["score"],
        score_from_text(one["score"]),
        score_from_text(one["coverage"]),
        *(score_from_text(one["rounds"][slug]) for slug in rounds),
        *_costs(one, languages),
    )


def _place(one: Snapshot, languages: Sequence[str]) -> tuple[Cell, ...]:
    return (one["rank"], bool(one["tied_with"]), one["code"], wording_in(one["title"], languages).body)


def _costs(one: Snapshot, languages: Sequence[str]) -> tuple[Cell, ...]:
    department = one["department"]
    name = wording_in(department["title"], languages).body if department else None
    costing = one["costing"]
    if costing is None:
        return (None, None, None, None, None, name)
    once, annual = costing["once_cents"], costing["annual_cents"]
    return (
        _units(once),
        _units(annual),
        _units(once + annual),
        costing["currency"],
        costing["cover"],
        name,
    )


def _units(cents: int) -> Decimal:
    """Two places, always; Decimal's own arithmetic would depend on its context."""
    return Decimal(cents).scaleb(-2)
