"""Costs and judged rows as plain values: what the interface answers, and what a preview's page sends back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from marshmallow import ValidationError

from participation.core.errors import Invalid
from participation.costings.models import Costing, Costs
from participation.costings.round_trip import TAKEN_OVER, Judged, Stated
from participation.costings.rules import post_is_needed
from participation.costings.schemas import CostingRowsIn
from participation.costings.uploads import place_of
from participation.web.errors import words_for

_SAID: Final = (
    "once_cents",
    "annual_cents",
    "low_cents",
    "high_cents",
    "quality",
    "cover",
    "cover_source",
    "needs_post",
    "note",
    "years",
    "posts_hundredths",
    "feasibility",
    "statement",
    "first_month",
    "last_month",
    "language",
)


def costing_out(costing: Costing) -> dict[str, Any]:
    """Return a stored statement."""
    return {
        "revision": costing.revision,
        "once_cents": costing.once_cents,
        "annual_cents": costing.annual_cents,
        "volume_cents": costing.volume.cents,
        "low_cents": costing.low_cents,
        "high_cents": costing.high_cents,
        "currency": costing.currency,
        "quality": costing.quality,
        "cover": costing.cover,
        "cover_source": costing.cover_source,
        "needs_post": costing.needs_post,
        "note": costing.note,
        "years": costing.years,
        "whole_cents": costing.whole_cents,
        "posts_hundredths": costing.posts_hundredths,
        "feasibility": costing.feasibility,
        "statement": costing.statement,
        "first_month": costing.first_month,
        "last_month": costing.last_month,
        "department": costing.department.code if costing.department else None,
        "written_at": costing.written_at,
    }


def judged_out(judged: Judged) -> dict[str, Any]:
    """Return a judged row with what is wrong in it in words."""
    return {
        "code": judged.stated.code,
        "row": judged.stated.row,
        "verdict": judged.verdict.value,
        "costs": _row(judged) if judged.costs else None,
        "present": costing_out(judged.present) if judged.present else None,
        "faults": [
            {"code": fault.code, "cell": place_of(fault), "detail": words_for(fault)} for fault in judged.faults
        ],
    }


def rows_to_send_back(judged: Sequence[Judged]) -> str:
    """Return as JSON the rows that would change something, for the button that confirms them."""
    return orjson.dumps([_row(one) for one in judged if one.verdict in TAKEN_OVER]).decode()


def rows_sent_back(sent: str) -> list[Stated]:
    """Read what `rows_to_send_back` wrote; raises Invalid `rows_unreadable` for anything else."""
    try:
        loaded = CostingRowsIn().load({"rows": orjson.loads(sent)})
    except (orjson.JSONDecodeError, ValidationError) as broken:
        raise Invalid("rows_unreadable", field="rows") from broken
    return stated_rows(loaded["rows"])


def stated_rows(rows: Sequence[Mapping[str, Any]]) -> list[Stated]:
    """Return rows of the interface as what they state."""
    return [Stated(row["code"], row["based_on"], costs_in({name: row[name] for name in _SAID})) for row in rows]


def costs_in(said: Mapping[str, Any]) -> Costs:
    """Return what the interface was told that a measure costs."""
    return Costs(**{**said, "needs_post": post_is_needed(said["posts_hundredths"], stated=said["needs_post"])})


def _row(judged: Judged) -> dict[str, Any]:
    said = {name: getattr(judged.costs, name) for name in _SAID}
    return {"code": judged.stated.code, "based_on": judged.stated.based_on, **said}
