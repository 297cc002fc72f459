"""Everybody may try what other weights would give, and what an amount of money would pay for."""

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from participation.core.errors import Invalid, NotFound
from participation.core.money import parse_cents
from participation.core.permissions import Permission
from participation.extensions import db
from participation.results.forms import WhatIfForm, what_if_form
from participation.results.pages import Snapshot
from participation.results.pages.what_if import what_if_answer, what_if_page
from participation.results.queries import ranking_head, wording_in
from participation.results.rules import what_if as rules
from participation.results.rules.declaration import weight_from_text
from participation.results.views.blueprint import bp
from participation.results.views.showing import snapshot_of_ranking
from participation.web.errors import show_in_form
from participation.web.guard import requires
from participation.web.locale import reader_languages

_WEIGHT: Final = "weight"
_PREFIX: Final = "weight-"


@bp.get("/processes/<process>/rankings/<ranking>/what-if")
@requires(Permission.RANKING_READ)
def what_if(process: str, ranking: str) -> ResponseReturnValue:
    """Show what other weights and an amount of money would give; nothing is stored and nothing is kept.

    Anybody may ask, so an answer is bounded: one joint count of what the snapshot holds, a few milliseconds.
    """
    head = ranking_head(db.session(), process, ranking)
    if not head.has_result:
        raise NotFound("no_joint_result_yet", slug=ranking)
    snapshot, languages = snapshot_of_ranking(head), reader_languages(head.default_language)
    declared = {one["round"]: one["weight"] for one in snapshot["rounds"]}
    titles = {one["round"]: wording_in(one["title"], languages).body for one in snapshot["rounds"]}
    form = what_if_form(request.args, declared, titles)
    answer = _answer(form, snapshot)
    page = render_template(
        "results/what_if.html",
        form=form,
        answer=what_if_answer(snapshot, answer, head.default_language) if answer else None,
        head=head,
        is_example=head.is_example,
        **what_if_page(snapshot, head.default_language),
    )
    return page, 200 if answer else 422


def _answer(form: WhatIfForm, snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Return the answer to what was typed, None where something cannot be meant; the form says then what."""
    form.validate()
    weights: dict[str, int] = {}
    budget_cents = None
    refusals = [*_misplaced(snapshot)]
    for slug, field in form.weights.items():
        try:
            weights[slug] = weight_from_text(slug, _once(f"{_PREFIX}{slug}", field.data, "weights", slug))
        except Invalid as refusal:
            refusals.append(refusal)
    try:
        typed = _once("budget", form.budget.data, "budget", None)
        budget_cents = parse_cents(typed, field="budget", currency=snapshot["currency"]) if typed else None
    except Invalid as refusal:
        refusals.append(refusal)
    if not refusals:
        try:
            return rules.what_if(snapshot, weights, budget_cents)
        except Invalid as refusal:
            refusals.append(refusal)
    for one in refusals:
        round_ = one.facts.get("round")
        show_in_form(one, form, weights=f"{_PREFIX}{round_}" if round_ else "weights")
    return None


def _misplaced(snapshot: Snapshot) -> list[Invalid]:
    """Return a refusal for each weight of a round that is not part of the ranking."""
    known = {one["round"] for one in snapshot["rounds"]}
    asked = [name.removeprefix(_PREFIX) for name in request.args if name.startswith(_WEIGHT)]
    return [Invalid("round_not_weighed", field="weights", round=slug) for slug in asked if slug not in known]


def _once(name: str, typed: str | None, field: str, slug: str | None) -> str:
    """Return what was typed, without blanks around it; raises Invalid `given_twice` if an address gives it twice."""
    if len(request.args.getlist(name)) > 1:
        raise Invalid("given_twice", field=field, **({"round": slug} if slug else {}))
    return (typed or "").strip()
