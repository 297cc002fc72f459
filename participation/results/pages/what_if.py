"""What other weights would give, beside what was declared: moves in words, the money, how far a weight could go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from participation.core.money import Money
from participation.results.pages.intervals import intervals
from participation.results.pages.rows import (
    Snapshot,
    cost_of,
    figure,
    href_of,
    parts_of,
    plain_number,
    plain_percent,
    title_of,
)
from participation.results.queries import wording_in
from participation.results.rules.funding import COVERED
from participation.results.rules.joint_snapshot import score_from_text
from participation.texts.queries import Wording
from participation.web.locale import reader_languages
from participation.web.rendering import money_in_words


@dataclass(frozen=True, slots=True)
class Moved:
    """An option with its place under the typed weights, its declared one, and what the money says about it."""

    code: str
    href: str
    title: Wording
    place: int | None
    declared: int | None
    rise: int | None
    shown: Markup | str
    share: Fraction
    cost: Money | None
    paid: bool | None
    note: str | None
    last_before_the_end: bool


def what_if_page(snapshot: Snapshot, default_language: str) -> dict[str, Any]:
    """Return what stands around the form."""
    languages = reader_languages(default_language)
    names = {"process": snapshot["process"], "ranking": snapshot["ranking"]}
    return {
        "title": wording_in(snapshot["title"], languages),
        "parts": {part.slug: part for part in parts_of(snapshot, languages)},
        "currency": snapshot["currency"],
        "about_money": any(one["costing"] for one in snapshot["options"]),
        "here": url_for("results.what_if", **names),
        "back": url_for("results.joint_ranking", **names),
    }


def what_if_answer(snapshot: Snapshot, answer: Mapping[str, Any], default_language: str) -> dict[str, Any]:
    """Return what the answer's template needs."""
    languages = reader_languages(default_language)
    options = {one["code"]: one for one in snapshot["options"]}
    rows = [_moved(one, options[one["code"]], snapshot, answer, languages) for one in answer["options"]]
    funding = answer["funding"]
    return {
        "as_declared": answer["as_declared"],
        "sentences": _sentences(answer, options, languages),
        "shares": {one["round"]: plain_percent(Fraction(one["share"])) for one in answer["rounds"]},
        "rows": [row for row in rows if row.place is not None],
        "apart": [row for row in rows if row.place is None],
        "money": _money(funding, snapshot) if funding else None,
        "differs": _differs(funding, options, languages) if funding else None,
        "intervals": intervals(answer, parts_of(snapshot, languages)),
        "holds": answer["holds"],
    }


def _moved(
    one: Mapping[str, Any], option: Snapshot, snapshot: Snapshot, answer: Mapping[str, Any], languages: Sequence[str]
) -> Moved:
    funding = answer["funding"] or {}
    decisions = {decision["code"]: decision for decision in funding.get("decisions", ())}
    decision, costing = decisions.get(one["code"]), option["costing"]
    score = score_from_text(one["score"])
    note = None
    if decision:
        note = _paid_or_not(decision, snapshot["currency"])
    elif costing and costing["cover"] == COVERED:
        note = _("already paid for")
    elif funding and not costing:
        note = _("not costed yet")
    return Moved(
        code=one["code"],
        href=href_of(option, snapshot),
        title=title_of(option, languages),
        place=one["rank"],
        declared=one["declared_rank"],
        rise=one["moved"],
        shown=figure(score),
        share=score or Fraction(0),
        cost=cost_of(option),
        paid=decision["taken"] if decision else None,
        note=note,
        last_before_the_end=funding.get("ends_after") == one["code"],
    )


def _paid_or_not(decision: Mapping[str, Any], currency: str) -> str:
    left = money_in_words(decision["left_cents"], currency)
    if decision["taken"]:
        return _("would be paid for; %(left)s left before it", left=left)
    return _("does not fit, %(left)s left", left=left)


def _sentences(answer: Mapping[str, Any], options: Mapping[str, Snapshot], languages: Sequence[str]) -> list[str]:
    if answer["as_declared"]:
        return [_("These are the declared weights. This is the ranking that counts.")]
    moved = sum(one["rank"] != one["declared_rank"] for one in answer["options"])
    if not moved:
        return [_("With these weights no place would change.")]
    first = [title_of(options[one["code"]], languages).body for one in answer["options"] if one["rank"] == 1]
    changed = ngettext(
        "With these weights %(num)s option would have another place.",
        "With these weights %(num)s options would have other places.",
        moved,
    )
    if len(first) != 1:
        return [changed]
    return [changed, _("First would be “%(option)s”.", option=first[0].removesuffix("."))]


def _money(funding: Mapping[str, Any], snapshot: Snapshot) -> str:
    def written(cents: int) -> str:
        return money_in_words(cents, snapshot["currency"])

    count = len(funding["decisions"])
    return ngettext(
        "Of %(budget)s, %(taken)s of %(num)s measure without cover would be paid for. Together that costs %(spent)s; "
        "%(left)s would be left.",
        "Of %(budget)s, %(taken)s of %(num)s measures without cover would be paid for. Together they cost %(spent)s; "
        "%(left)s would be left.",
        count,
        taken=plain_number(len(funding["selected"])),
        budget=written(funding["budget_cents"]),
        spent=written(funding["spent_cents"]),
        left=written(funding["left_cents"]),
    )


def _differs(
    funding: Mapping[str, Any], options: Mapping[str, Snapshot], languages: Sequence[str]
) -> tuple[list[Wording], list[Wording]]:
    """Return the measures that the amount pays for only with the typed weights, and only with the declared ones."""
    now, declared = funding["selected"], funding["declared_selected"]
    return (
        [title_of(options[code], languages) for code in now if code not in declared],
        [title_of(options[code], languages) for code in declared if code not in now],
    )
