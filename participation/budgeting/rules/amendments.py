"""What the council changed in a plan, applied to that plan's document and to nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from participation.budgeting.rules.document import by_year, funding_line, near_misses, said_of_decision
from participation.budgeting.rules.envelopes import Grant
from participation.budgeting.rules.measures import Candidate, Document, sums
from participation.budgeting.rules.planning import Basis, ByHand, Planned, plan
from participation.budgeting.rules.plans import Choice
from participation.budgeting.rules.side_by_side import over_years
from participation.core.errors import Conflict, Invalid

NO_REASON: Final[Mapping[str, Any]] = {}
_ABOUT: Final = ("title", "field", "department", "serves")


def check_changes(before: Document, changes: Mapping[str, int | None]) -> None:
    """Refuse changes that a plan cannot take: none at all, unknown measures, years outside, what money cannot move."""
    if not changes:
        raise Invalid("no_changes", field="changes")
    rows = {row["code"]: row for row in before["measures"]}
    for measure, year in changes.items():
        row = rows.get(measure)
        if row is None:
            raise Invalid("unknown_measure_of_plan", field="changes", measure=measure)
        if year is not None and not before["first_year"] <= year <= before["last_year"]:
            raise Invalid("start_year_outside", field="changes", first=before["first_year"], last=before["last_year"])
        if row["costing"] is None:
            raise Conflict("measure_without_costs", field="changes", measure=measure)
        if row["status"] == "covered":
            raise Conflict("measure_has_cover", field="changes", measure=measure)


def freed_by(before: Document, after: Document) -> list[dict[str, int]]:
    """Return what a change sets free: for each year that leaves more unused than before, by how many cents.

    What is carried over may pay for something later, so it is free only where the plan ends with it.
    """
    unused = _unused(before)
    more = [{"year": year, "cents": cents - unused[year]} for year, cents in _unused(after).items()]
    return [row for row in more if row["cents"] > 0]


def _unused(document: Document) -> dict[int, int]:
    """Return what lapses in each year, and in the last one also what is carried beyond the plan, in cents."""
    last = document["by_year"][-1]
    lapsed = {row["year"]: row["lapsed_cents"] for row in document["by_year"]}
    return lapsed | {last["year"]: last["lapsed_cents"] + last["carried_out_cents"]}


def amended_document(
    before: Document,
    changes: Mapping[str, int | None],
    *,
    envelopes: Sequence[Document],
    grants: Sequence[Grant],
    about: Document,
    decided: Document,
) -> dict[str, Any]:
    """Return the document of the plan after a council's changes.

    Whatever was not changed starts when it started before, or does not, with the reason that it had; money that the
    changes set free is not given to anything else, since nobody decided that. `decided` holds reason, moment and
    consultation. Raises Conflict `decision_does_not_fit`.
    """
    basis = _basis(before, changes, grants, decided)
    planned = plan(basis)
    for measure, (_code, facts) in planned.unworkable.items():
        raise Conflict("decision_does_not_fit", field="changes", measure=measure, currency=before["currency"], **facts)
    rows = [_row(row, changes, planned, decided) for row in before["measures"]]
    starting = [one for one in basis.candidates if one.code in planned.plan.starts]
    others = [one for one in basis.candidates if one.can_be_paid_for and one.code not in planned.plan.starts]
    document = {
        **before,
        **about,
        "ties": [],
        "totals": before["totals"] | {"starting": sums(starting), "not_starting": sums(others)},
        "envelopes": [dict(one) for one in envelopes],
        "by_year": by_year(basis, planned),
        "measures": rows,
        "funding_line": funding_line(rows),
        "near_misses": near_misses(rows),
        "steps": [],
    }
    return document | {"rules": _rules(document)}


def _rules(document: Document) -> dict[str, Any] | None:
    """Return what other rules would pay for, which no amendment changes, beside what the plan pays for now."""
    rules = document["rules"]
    if rules is None:
        return None
    return {**rules, "rules": [over_years(document, rules["year"]), *rules["rules"][1:]]}


def _basis(before: Document, changes: Mapping[str, int | None], grants: Sequence[Grant], decided: Document) -> Basis:
    """Return a basis in which everything is settled: first what stays, in its order, then what was changed."""
    candidates = [
        Candidate(
            row["code"],
            {name: row[name] for name in _ABOUT},
            row["costing"],
            {"rank": row["rank"], "score": row["score"], "costing": row["costing"]},
            admitted=row["reason"]["code"] != "not_admitted",
        )
        for row in before["measures"]
    ]
    stays = {
        row["code"]: row["start_year"]
        for row in before["measures"]
        if row["status"] != "covered" and row["code"] not in changes
    }
    settled = [
        ByHand(code, Choice.OUT if year is None else Choice.STARTS, year, NO_REASON, decided["decided_at"])
        for code, year in [*stays.items(), *changes.items()]
    ]
    return Basis(
        candidates,
        grants,
        range(before["first_year"], before["last_year"] + 1),
        bytes.fromhex(before["ranking"]["inputs_hash"]),
        by_hand=settled,
    )


def _row(row: Document, changes: Mapping[str, int | None], planned: Planned, decided: Document) -> dict[str, Any]:
    code = row["code"]
    if code not in changes:
        return dict(row)
    year = changes[code]
    decision = next(one for one in planned.plan.decisions if one.option == code)
    return {
        **row,
        "status": "out" if year is None else "starts",
        "start_year": year,
        "reason": said_of_decision(decision),
        "by_hand": {
            "choice": (Choice.OUT if year is None else Choice.STARTS).value,
            "start_year": year,
            **decided,
        },
    }
