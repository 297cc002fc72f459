"""The figures that a proposed decision can name, and where they stand in a plan's document (participation/plan/1)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from participation.papers.rules.figures import Figure, FigureKind

Plan = Mapping[str, Any]


def _total(group: str, name: str) -> Callable[[Plan], int | None]:
    def read(plan: Plan) -> int | None:
        value: int = plan["totals"][group][name]
        return value

    return read


def _granted(place: int) -> Callable[[Plan], int | None]:
    def read(plan: Plan) -> int | None:
        years = plan["by_year"]
        return int(years[place]["granted_cents"]) if place < len(years) else None

    return read


def _year(place: int) -> Callable[[Plan], int | None]:
    def read(plan: Plan) -> int | None:
        year: int = plan["first_year"] + place
        return year if year <= plan["last_year"] else None

    return read


def _sums(prefix: str, group: str) -> dict[str, Figure]:
    return {
        f"{prefix}measures": Figure(FigureKind.COUNT, _total(group, "measures")),
        f"{prefix}once": Figure(FigureKind.MONEY, _total(group, "once_cents")),
        f"{prefix}annual": Figure(FigureKind.MONEY, _total(group, "annual_cents")),
        f"{prefix}volume": Figure(FigureKind.MONEY, _total(group, "volume_cents")),
    }


FIGURES: Final[Mapping[str, Figure]] = MappingProxyType(
    {
        **_sums("", "all"),
        **_sums("covered_", "covered"),
        **_sums("open_", "open"),
        **_sums("starting_", "starting"),
        **_sums("not_starting_", "not_starting"),
        "first_year": Figure(FigureKind.YEAR, _year(0)),
        "second_year": Figure(FigureKind.YEAR, _year(1)),
        "last_year": Figure(FigureKind.YEAR, lambda plan: int(plan["last_year"])),
        "first_year_grant": Figure(FigureKind.MONEY, _granted(0)),
        "second_year_grant": Figure(FigureKind.MONEY, _granted(1)),
        "last_year_grant": Figure(FigureKind.MONEY, lambda plan: int(plan["by_year"][-1]["granted_cents"])),
    }
)
"""A volume is what is paid once plus one full year; `open` measures have no cover, `starting` ones the plan pays."""


def figures_of(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return every figure that a plan has, as a snapshot keeps it: its kind and its value (cents, a number, a year)."""
    read = {name: (figure.kind, figure.read(plan)) for name, figure in FIGURES.items()}
    return {name: {"kind": kind.value, "value": value} for name, (kind, value) in read.items() if value is not None}
