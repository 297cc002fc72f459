"""What the pages of envelopes and plans show, worded for one reader. Nothing is planned here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from participation.budgeting import wording
from participation.budgeting.models import Envelope
from participation.budgeting.rules.envelopes import Mode, granted_by_year, read_as, shown_years
from participation.processes.models import Process
from participation.results.pages.rows import figure, moment
from participation.results.queries import wording_in
from participation.texts.queries import Wording
from participation.web.locale import reader_languages
from participation.web.rendering import money_in_words

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A measure of a plan: its place, what it is, what it costs, what becomes of it and why."""

    code: str
    href: str
    title: Wording
    place: int | None
    score: Markup | str
    once: int | None
    annual: int | None
    volume: int | None
    status: str
    said: str
    why: str
    seen: str
    by_hand: Wording | None
    by_council: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of understanding the decisions about money: what each year brings then."""

    name: str
    cents: Sequence[int]


def envelopes_page(envelopes: Sequence[Envelope]) -> dict[str, Any]:
    """Return the table of years: what each brings from which decision, and both readings of all of them."""
    grants = [one.grant for one in envelopes if not one.is_withdrawn]
    years = shown_years(grants)
    entered = granted_by_year(grants, years)
    by_mode = {mode: granted_by_year(read_as(grants, mode), years) for mode in Mode}
    readings = [
        Reading(
            wording.reading_name(mode),
            cents=[year.cents for year in by_mode[mode]],
        )
        for mode in Mode
    ]
    last = [one for one in grants if one.last_year is None]
    return {
        "years": entered,
        "readings": readings if len(grants) > 1 else [],
        "alike": all(one.cents == readings[0].cents for one in readings),
        "goes_on": bool(last),
        "by_code": {one.code: one for one in envelopes},
    }


def plan_page(document: Document, process: Process) -> dict[str, Any]:
    """Return everything that a plan's page says."""
    languages = reader_languages(process.default_language)
    lines = [_line(row, document, languages) for row in document["measures"]]
    titles = {line.code: line.title for line in lines}
    envelopes = {one["code"]: one for one in document["envelopes"]}
    return {
        "document": document,
        "title": wording_in(document["title"], languages),
        "ranking_title": wording_in(document["ranking"]["title"], languages),
        "summary": wording.summary_in_words(document),
        "years": [_year(year, envelopes, titles, languages) for year in document["by_year"]],
        "envelopes": [_envelope(one, languages) for one in document["envelopes"]],
        "ranked": [line for line in lines if line.place is not None and line.status != "covered"],
        "unplaced": [line for line in lines if line.place is None and line.status in {"starts", "later", "out"}],
        "covered": [line for line in lines if line.status == "covered"],
        "apart": [line for line in lines if line.place is None and line.status == "apart"],
        "near": [
            (titles[one["code"]], one["code"], one["missing_cents"], one["year"]) for one in document["near_misses"][:5]
        ],
        "steps": [_step(one, titles, document["currency"]) for one in document["steps"]],
        "money_ends_after": document["funding_line"]["after"],
        "beyond": len(document["funding_line"]["beyond"]),
        "rules": comparison_page(document["rules"], document, process) if document["rules"] else None,
        "settled_at": moment(document["settled_at"]) if document["settled_at"] else None,
        "origin": wording.origin_name(document["origin"]),
        "minimum": figure(Fraction(document["minimum"])) if document["minimum"] else None,
    }


def comparison_page(rules: Document, document: Document, process: Process) -> dict[str, Any]:
    """Return the rules side by side: what each would pay for, and how it comes about."""
    languages = reader_languages(process.default_language)
    currency = document["currency"]
    answers = rules["rules"]
    rows = [
        (row, [row["code"] in answer["selected"] for answer in answers])
        for row in document["measures"]
        if any(row["code"] in answer["selected"] for answer in answers)
    ]
    return {
        "year": rules["year"],
        "budget": rules["budget_cents"],
        "answers": [
            {
                "name": wording.rule_name(one["rule"]),
                "how": wording.rule_in_words(one["rule"], rules["minimum"]),
                "count": len(one["selected"]),
                "spent": one["spent_cents"],
                "left": one["left_cents"],
                "missing": one.get("missing"),
            }
            for one in answers
        ],
        "rows": [
            (wording_in(row["title"], languages), row["code"], _href(document, row["code"]), taken)
            for row, taken in rows
        ],
        "bodies": rules["bodies"],
        "dropped": [one["round"] for one in rules["dropped"]],
        "secret": [one["round"] for one in rules["bodies"] if not one["published"]],
        "currency": currency,
    }


def _line(row: Document, document: Document, languages: Sequence[str]) -> Line:
    costing, by_hand = row["costing"], row["by_hand"]
    return Line(
        code=row["code"],
        href=_href(document, row["code"]),
        title=wording_in(row["title"], languages),
        place=row["rank"],
        score=figure(None if row["score"] is None else Fraction(row["score"])),
        once=costing and costing["once_cents"],
        annual=costing and costing["annual_cents"],
        volume=costing and costing["volume_cents"],
        status=row["status"],
        said=wording.status_in_words(row),
        why=wording.reason_in_words(row, document["currency"]),
        seen=wording.shown_otherwise_in_words(row, document["currency"]),
        by_hand=wording_in(by_hand["reason"], languages) if by_hand else None,
        by_council=bool(by_hand and by_hand["consultation"]),
    )


def _href(document: Document, code: str) -> str:
    return url_for("site.proposal", process=document["process"], code=code)


def _year(
    year: Document, envelopes: Mapping[str, Document], titles: Mapping[str, Wording], languages: Sequence[str]
) -> dict[str, Any]:
    return {
        **year,
        "sources": [
            (wording_in(envelopes[one["envelope"]]["title"], languages), one["cents"]) for one in year["granted"]
        ],
        "titles": [(code, titles[code]) for code in year["starting"]],
    }


def _envelope(one: Document, languages: Sequence[str]) -> dict[str, Any]:
    return {
        **one,
        "title": wording_in(one["title"], languages),
        "source": wording_in(one["source"], languages),
        "decided_on": date.fromisoformat(one["decided_on"]),
        "mode": wording.mode_name(one["mode"]),
    }


_CHANGES: Final[Mapping[str, Callable[[int], str]]] = {
    "starts": lambda n: ngettext("%(num)s more would start:", "%(num)s more would start:", n),
    "no_longer": lambda n: ngettext("%(num)s would not start any more:", "%(num)s would not start any more:", n),
    "earlier": lambda n: ngettext("%(num)s would start earlier:", "%(num)s would start earlier:", n),
    "later": lambda n: ngettext("%(num)s would start later:", "%(num)s would start later:", n),
}


def _step(step: Document, titles: Mapping[str, Wording], currency: str) -> dict[str, Any]:
    """Return what so much more or less a year would change."""
    amount = money_in_words(abs(step["cents"]), currency)
    return {
        "title": _("%(amount)s more in every year", amount=amount)
        if step["cents"] > 0
        else _("%(amount)s less in every year", amount=amount),
        "changes": [
            (words(len(step[name])), [(code, titles[code]) for code in step[name]])
            for name, words in _CHANGES.items()
            if step[name]
        ],
    }
