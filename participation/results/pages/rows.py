"""What the pages of results share: rows, figures and names, worded for one reader. Nothing is counted here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

from babel.numbers import format_decimal
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from participation.ballots.rules import is_small
from participation.core.money import Money
from participation.costings.models import Cover
from participation.results.queries import wording_in
from participation.results.rules.charts import Stretch
from participation.results.rules.joint_snapshot import score_from_text
from participation.texts.queries import Wording
from participation.web.locale import current_language
from participation.web.rendering import number, percent

Snapshot: TypeAlias = Mapping[str, Any]
Statistics: TypeAlias = Mapping[str, Any]

NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ranking, with the names that the macro `ranking_table` knows."""

    place: int | None
    shared: bool
    code: str
    href: str
    title: Wording
    meta: str | None
    share: Fraction
    shown: Markup | str
    parts: Sequence[tuple[Fraction | None, Markup | str]]
    cost: Money | None
    covered: bool
    low: Fraction | None = None
    high: Fraction | None = None
    could_be: str | None = None
    places: Stretch | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """Rows that stand together: `label` says why, None where each of them stands for itself."""

    label: str | None
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Part:
    """A round of a joint ranking, as tables and charts show it. `tau` is the agreement as text, None for none.

    `mark` tells rounds of one body apart, None where a body has one round only.
    """

    slug: str
    kind: str
    title: Wording
    ballot: str
    ballots: int
    weight: int
    share: Fraction
    tau: str | None
    silent: bool
    small: bool
    mark: int | None


def parts_of(snapshot: Snapshot, languages: Sequence[str]) -> list[Part]:
    """Return the rounds of a joint ranking in the order in which they were declared."""
    kinds = [one["kind"] for one in snapshot["rounds"]]
    return [
        Part(
            slug=one["round"],
            kind=one["kind"],
            title=wording_in(one["title"], languages),
            ballot=ballot_in_words(one["ballot"]) if one["ballot"] else "",
            ballots=one["ballots"],
            weight=one["weight"],
            share=Fraction(one["share"]),
            tau=three_places(one["agreement"]["tau_b"]) if one["agreement"] else None,
            silent=one["silent"],
            small=is_small(one["ballots"]),
            mark=kinds[: at + 1].count(one["kind"]) if kinds.count(one["kind"]) > 1 else None,
        )
        for at, one in enumerate(snapshot["rounds"])
    ]


def ballot_in_words(ballot: Mapping[str, Any]) -> str:
    """Return what one ballot could say, in a sentence."""
    return _BALLOTS[ballot["kind"]](ballot)


_BALLOTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "ranking": lambda b: ngettext(
        "Each ballot could put one option first.", "Each ballot could put up to %(num)s options in order.", b["k"]
    ),
    "approval": lambda b: ngettext(
        "Each ballot could choose one option.", "Each ballot could choose up to %(num)s options.", b["k"]
    ),
    "points": lambda b: _(
        "Each ballot could give %(points)s points, at most %(max)s to one option.", points=b["points"], max=b["max"]
    ),
    "score": lambda b: _("Each ballot could give every option a score from 0 to %(max)s, or no opinion.", max=b["max"]),
}

_COUNTED_OPTIONS: Final[Mapping[str, Callable[[int], str]]] = {
    "prioritise_goals": lambda count: ngettext("%(num)s goal", "%(num)s goals", count),
    "prioritise_measures": lambda count: ngettext("%(num)s measure", "%(num)s measures", count),
}


def counted_options(snapshot: Snapshot) -> str:
    """Return how many goals or measures there are, with their noun."""
    return _COUNTED_OPTIONS[snapshot["task"]](len(snapshot["options"]))


def counted_ballots(count: int) -> str:
    """Return how many ballots there are, with their noun."""
    return ngettext("%(shown)s ballot", "%(shown)s ballots", count, shown=plain_number(count))


def grouped(fingerprint: str) -> list[str]:
    """Return a fingerprint in groups of eight, for reading aloud and comparing."""
    return [fingerprint[start : start + 8] for start in range(0, len(fingerprint), 8)]


def plain_number(count: int | Decimal) -> str:
    """Return a number in the reader's way of writing, for sentences that are not markup."""
    return str(number(count).striptags())


def plain_percent(share: Fraction, digits: int = 1) -> str:
    """Return a share as a percentage, for sentences that are not markup."""
    return str(percent(share, digits).striptags())


def exact_share(share: Fraction) -> str:
    """Return a declared share as it is: a percentage with at most two decimals, or else the fraction, never rounded.

    Whoever counts again multiplies by it: a third is no 33 %.
    """
    for digits in range(3):
        if (share * 10 ** (digits + 2)).denominator == 1:
            return plain_percent(share, digits)
    return str(share)


def three_places(text: str) -> str:
    """Return a decimal of a document in the reader's way of writing; it has three places already."""
    return str(format_decimal(Decimal(text), "0.000", locale=current_language().babel))


def figure(share: Fraction | None) -> Markup | str:
    """Return a figure for a cell, a dash for none."""
    return NOTHING if share is None else percent(share)


def moment(text: str) -> datetime:
    """Return a moment that a document carries as text."""
    return datetime.fromisoformat(text)


def title_of(one: Snapshot, languages: Sequence[str]) -> Wording:
    """Return an option's title in the reader's language."""
    return wording_in(one["title"], languages)


def href_of(one: Snapshot, snapshot: Snapshot) -> str:
    """Return the address of an option's page."""
    return url_for("site.proposal", process=snapshot["process"], code=one["code"])


def cost_of(one: Snapshot) -> Money | None:
    """Return what an option costs once and in one full year, None where nobody has costed it."""
    costing = one["costing"]
    return Money(costing["once_cents"] + costing["annual_cents"], costing["currency"]) if costing else None


def row_of(
    one: Snapshot,
    snapshot: Snapshot,
    languages: Sequence[str],
    *,
    score: str | None,
    meta: str | None,
    parts: Sequence[tuple[Fraction | None, Markup | str]],
) -> Row:
    """Return an option's line of a ranking, without how sure it is."""
    share = score_from_text(score)
    return Row(
        place=one["rank"],
        shared=bool(one["tied_with"]),
        code=one["code"],
        href=href_of(one, snapshot),
        title=title_of(one, languages),
        meta=meta,
        share=share or Fraction(0),
        shown=figure(share),
        parts=parts,
        cost=cost_of(one),
        covered=bool(one["costing"]) and one["costing"]["cover"] == Cover.COVERED,
    )
