"""A plan as a document: everything that a page, a file, a council paper or a follow-up says about it.

Plain values that JSON carries; amounts are integer cents, scores exact texts, moments RFC 3339, texts are text
documents ({"language", "body", "translations": {tag: {"body", "origin", "stale"}}}). Its shape, `participation/plan/1`:

    schema, process, plan (slug), title, currency, time_zone
    state           "draft" | "settled";  settled_at  moment | null;  revision
    origin          "planned" | "amended";  consultation  code | null;  based_on  slug of a plan | null
    ranking         {slug, title, inputs_hash, computed_at}
    first_year, last_year, minimum (exact text | null), tie_break, ties [[code, ...], ...]
    totals          {all, covered, open, uncosted, starting, not_starting}, each {measures, once_cents, annual_cents,
                    volume_cents}; `all` are those that have costs, `uncosted` the others; `open` have no cover, so that
                    open.volume_cents is what has to be found; of these the envelopes pay for those `starting`
    envelopes       in the order of their decisions: [{code, title, cents, first_year, last_year | null, mode
                    "additive" | "replacing", carries_over, source, source_paper | null, decided_on "2021-03-25",
                    revision}]
    by_year         [{year, granted_cents, granted [{envelope, cents}], replaced [{envelope, by}], carried_in_cents,
                    spent_cents, carried_out_cents, lapsed_cents, starting [code, ...], starting_volume_cents}]
    measures        by place in the ranking, then those without a place; every measure of the process once:
        code, title, field {code, title} | null, department {code, title} | null, serves [code, ...]
        rank | null, score (exact text) | null
        costing     null | {revision, once_cents, annual_cents, volume_cents, low_cents, high_cents, years | null,
                    quality, cover "covered" | "open", cover_source | null, needs_post, posts_hundredths | null,
                    feasibility | null, first_month | null, last_month | null}
        shown_otherwise   null | {once_cents | null, annual_cents | null, cover | null}: what voters saw, if other costs
        status      "covered" | "starts" (see start_year) | "later" (put off by hand) | "out" | "apart"
        start_year  int | null
        reason      {code, facts}: codes and facts of budgeting.wording.REASONS
        by_hand     null | {choice "starts" | "later" | "out", start_year, reason, decided_at, consultation | null}
    funding_line    {after code | null, beyond [code, ...]}: the last measure before the first one that does not start,
                    and those below it that start all the same
    near_misses     [{code, missing_cents, year}], the least missing first
    steps           [{cents, starts [..], no_longer [..], earlier [..], later [..]}] for 10,000 more and less a year
    rules           None in a draft unless they were asked for; else see rules.side_by_side

The reader's version of a row is one sentence: budgeting.wording.reason_in_words.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from participation.budgeting.rules.envelopes import granted_by_year
from participation.budgeting.rules.measures import Candidate, Document, in_ranking_order, sums, totals
from participation.budgeting.rules.planning import STEP_CENTS, Basis, ByHand, Planned, plan, plan_with
from participation.budgeting.rules.plans import Choice
from participation.results.rules.round_snapshot import score_text
from participation.tally.budget.ledger import YearOfPlan
from participation.tally.budget.outcomes import Decision
from participation.tally.budget.years import CENTS
from participation.tally.exact import fraction_text

SCHEMA: Final = "participation/plan/1"
AMOUNTS: Final = frozenset({"cost", "left", "least_left", "missing", "once", "yearly"})
"""Facts of a tally's reason that are amounts."""
EXACT: Final = frozenset({"score", "minimum"})
_BY_THE_RANKING: Final = frozenset({"starts", "starts_and_stays"})
"""Reasons for which a reader also asks why it does not start before: `first_possible` says from when it could."""


def plan_document(about: Document, envelopes: Sequence[Document], basis: Basis) -> dict[str, Any]:
    """Return the document. `about` says which plan it is, `envelopes` what the grants of the basis are called."""
    planned = plan(basis)
    rows = _rows(basis, planned)
    starting = {row["code"] for row in rows if row["status"] == "starts"}
    paid_for = [one for one in basis.candidates if one.code in starting]
    others = [one for one in basis.candidates if one.can_be_paid_for and one.code not in starting]
    return {
        "schema": SCHEMA,
        **about,
        "first_year": basis.years[0],
        "last_year": basis.years[-1],
        "minimum": None if basis.minimum is None else fraction_text(basis.minimum),
        "tie_break": planned.plan.tie_break,
        "ties": [list(tie.options) for tie in planned.plan.ties],
        "totals": totals(basis.candidates) | {"starting": sums(paid_for), "not_starting": sums(others)},
        "envelopes": [dict(one) for one in envelopes],
        "by_year": by_year(basis, planned),
        "measures": rows,
        "funding_line": funding_line(rows),
        "near_misses": near_misses(rows),
        "steps": [_step(basis, planned, cents) for cents in (STEP_CENTS, -STEP_CENTS)],
        "rules": None,
    }


def _rows(basis: Basis, planned: Planned) -> list[dict[str, Any]]:
    decisions = {one.option: one for one in planned.plan.decisions}
    by_hand = {one.measure: one for one in basis.by_hand}
    return [
        _row(basis, one, decisions.get(one.code), by_hand.get(one.code), planned)
        for one in in_ranking_order(basis.candidates)
    ]


def _row(
    basis: Basis, one: Candidate, decision: Decision | None, by_hand: ByHand | None, planned: Planned
) -> dict[str, Any]:
    status, reason = _said(basis, one, decision, by_hand, planned)
    return {
        "code": one.code,
        **one.about,
        "rank": one.rank,
        "score": score_text(one.score),
        "costing": dict(one.costing) if one.costing else None,
        "shown_otherwise": one.shown_otherwise,
        "status": status,
        "start_year": planned.plan.starts.get(one.code),
        "reason": reason,
        "by_hand": _by_hand(by_hand),
    }


def _said(
    basis: Basis, one: Candidate, decision: Decision | None, by_hand: ByHand | None, planned: Planned
) -> tuple[str, dict[str, Any]]:
    """Return a measure's status and its reason."""
    apart = _apart(one)
    if apart is not None or decision is None:
        return "apart", {"code": apart or "not_admitted", "facts": {}}
    if one.code in planned.unworkable:
        code, facts = planned.unworkable[one.code]
        return "out", {"code": code, "facts": dict(facts)}
    if decision.code == "covered":
        return "covered", {"code": "covered", "facts": {}}
    if decision.code == "settled_out" and by_hand is not None and by_hand.choice is Choice.LATER:
        return "later", {"code": "settled_later", "facts": {}}
    if decision.code == "not_ranked":
        return "apart", {"code": "not_ranked" if one.option else "not_in_the_ranking", "facts": {}}
    said = said_of_decision(decision)
    if decision.code in _BY_THE_RANKING:
        said["facts"]["first_possible"] = max(basis.years[0], one.costs.from_year or basis.years[0])
    return "starts" if decision.taken else "out", said


def said_of_decision(decision: Decision) -> dict[str, Any]:
    """Return a decision of the rule over years as a row's reason."""
    return {"code": decision.code, "facts": _facts(decision)}


def _apart(one: Candidate) -> str | None:
    """Return why a measure is listed apart whatever money there is."""
    if not one.admitted:
        return "not_admitted"
    return "not_costed" if one.costing is None else None


def _facts(decision: Decision) -> dict[str, Any]:
    """Return the figures of a reason: amounts as cents, scores as exact texts, years as they are."""
    facts: dict[str, Any] = {}
    for name, fact in decision.facts.items():
        if name in AMOUNTS:
            facts[f"{name}_cents"] = int(_number(fact) * CENTS)
        elif name in EXACT:
            facts[name] = score_text(_number(fact))
        elif name != "unit":
            facts[name] = fact
    return facts


def _number(fact: object) -> Fraction:
    if not isinstance(fact, int | Fraction):
        raise TypeError("a figure is a number")
    return Fraction(fact)


def _by_hand(one: ByHand | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "choice": one.choice.value,
        "start_year": one.start_year,
        "reason": dict(one.reason),
        "decided_at": one.decided_at,
        "consultation": one.consultation,
    }


def by_year(basis: Basis, planned: Planned) -> list[dict[str, Any]]:
    """Return the table of years: what each brings from which decision, what it pays for, what becomes of the rest."""
    costs = {one.code: one.costs for one in basis.candidates if one.can_be_paid_for}
    granted = granted_by_year(basis.grants, basis.years)
    rows = []
    for year, money in zip(granted, planned.plan.years, strict=True):
        starting = [code for code, start in planned.plan.starts.items() if start == year.year]
        rows.append(
            {
                **_money(money),
                "granted": [{"envelope": code, "cents": cents} for code, cents in year.by_code],
                "replaced": [{"envelope": code, "by": by} for code, by in year.replaced],
                "starting": starting,
                "starting_volume_cents": sum(costs[code].volume for code in starting),
            }
        )
    return rows


def _money(money: YearOfPlan) -> dict[str, Any]:
    return {
        "year": money.year,
        "granted_cents": money.granted,
        "carried_in_cents": money.carried_in,
        "spent_cents": money.spent,
        "carried_out_cents": money.carried_out,
        "lapsed_cents": money.lapsed,
    }


def funding_line(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return where in the ranking the money ends; measures with cover do not move the line."""
    ranked = [row for row in rows if row["rank"] is not None and row["status"] in {"starts", "later", "out"}]
    first_out = next((at for at, row in enumerate(ranked) if row["status"] != "starts"), len(ranked))
    return {
        "after": ranked[first_out - 1]["code"] if first_out else None,
        "beyond": [row["code"] for row in ranked[first_out:] if row["status"] == "starts"],
    }


def near_misses(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the measures for which there is too little money in every year, the least missing first."""
    missed = [
        {
            "code": row["code"],
            "missing_cents": row["reason"]["facts"]["missing_cents"],
            "year": row["reason"]["facts"]["short_year"],
        }
        for row in rows
        if row["reason"]["code"] == "no_year_fits"
    ]
    return sorted(missed, key=lambda one: one["missing_cents"])


def _step(basis: Basis, planned: Planned, cents: int) -> dict[str, Any]:
    """Return which measures would start otherwise with so much more a year, or less."""
    now, then = planned.plan.starts, plan_with(basis, cents).plan.starts
    both = [code for code in now if code in then]
    return {
        "cents": cents,
        "starts": [code for code in then if code not in now],
        "no_longer": [code for code in now if code not in then],
        "earlier": [code for code in both if then[code] < now[code]],
        "later": [code for code in both if then[code] > now[code]],
    }
