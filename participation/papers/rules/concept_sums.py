"""What the measures of a concept cost together, each sum apart: one time, in every full year, and both together."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

COVERS: Final = ("covered", "open")


def sums_of(measures: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sums of measures as a concept tells them: all of them, the covered, the open, and those without costs.

    `volume_cents` is one-off cost plus the running cost of one full year.
    """
    told = list(measures)
    stated = [one["costing"] for one in told if one["costing"] is not None]
    by_cover = {cover: [costing for costing in stated if costing["cover"] == cover] for cover in COVERS}
    return {
        "measures": len(told),
        "without_costs": len(told) - len(stated),
        "stated": _summed(stated),
        **{cover: _summed(costings) for cover, costings in by_cover.items()},
    }


def _summed(costings: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    costings = list(costings)
    once = sum(costing["once_cents"] for costing in costings)
    annual = sum(costing["annual_cents"] for costing in costings)
    return {"measures": len(costings), "once_cents": once, "annual_cents": annual, "volume_cents": once + annual}
