"""Snapshots as their pages show them: rows, figures and names, worded for one reader. Nothing is counted here."""

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
from participation.results.rules.joint_snapshot import score_from_text
from participation.rounds.sentences import class_name
from participation.texts.queries import Wording
from participation.web.locale import current_language, reader_languages
from participation.web.rendering import number, percent

Snapshot: TypeAlias = Mapping[str, Any]

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
    low: None = None
    high: None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A round of a joint ranking, as the table of weights shows it. `tau` is the agreement as text, None for none."""

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


@dataclass(frozen=True, slots=True)
class Example:
    """The count of one option, step by step: each round's share of the weight times its own figure."""

    title: Wording
    steps: Sequence[tuple[Part, Fraction]]
    score: Fraction


def joint_page(snapshot: Snapshot, default_language: str) -> dict[str, Any]:
    """Return what the template of a joint ranking's main part needs."""
    languages = reader_languages(default_language)
    parts = [_part(one, languages) for one in snapshot["rounds"]]
    rows = [_joint_row(one, snapshot, languages) for one in snapshot["options"]]
    return {
        "title": wording_in(snapshot["title"], languages),
        "declared_by": wording_in(snapshot["declared_by"], languages),
        "declared_at": _moment(snapshot["declared_at"]),
        "computed_at": _moment(snapshot["computed_at"]),
        "zone": snapshot["time_zone"],
        "summary": _joint_summary(snapshot, parts),
        "first": [row for row in rows if row.place == 1],
        "rows": [row for row in rows if row.place is not None],
        "apart": [row for row in rows if row.place is None],
        "parts": parts,
        "bodies": [part.kind for part in parts],
        "example": _example(snapshot, parts, languages),
        "fingerprint": grouped(snapshot["inputs_hash"]),
        "method": snapshot["method_version"],
        "api": url_for("api_results.show_ranking", slug=snapshot["process"], ranking=snapshot["ranking"]),
    }


def round_page(snapshot: Snapshot, default_language: str) -> dict[str, Any]:
    """Return what the template of a round's result needs."""
    languages = reader_languages(default_language)
    rows = [_round_row(one, snapshot, languages) for one in snapshot["options"]]
    return {
        "title": wording_in(snapshot["title"], languages),
        "kind": snapshot["kind"],
        "closed_at": _moment(snapshot["closed_at"] or snapshot["closes_at"]),
        "counted_at": _moment(snapshot["counted_at"]),
        "zone": snapshot["time_zone"],
        "ballots": snapshot["ballots"],
        "summary": _round_summary(snapshot),
        "first": [row for row in rows if row.place == 1],
        "rows": [row for row in rows if row.place is not None],
        "apart": [row for row in rows if row.place is None],
        "struck": [
            (one["code"], wording_in(one["title"], languages), wording_in(one["reason"], languages))
            for one in snapshot["struck"]
        ],
        "ballot": ballot_in_words(snapshot["ballot"]),
        "small": not snapshot["publishes_ballots"],
        "expected": snapshot["turnout"]["expected"],
        "classes": [(class_name(name), count) for name, count in snapshot["turnout"]["classes"].items()],
        "fingerprint": grouped(snapshot["ballots_hash"]),
        "method": snapshot["method_version"],
        "api": url_for("api_results.show_result", slug=snapshot["round"]),
    }


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


def grouped(fingerprint: str) -> list[str]:
    """Return a fingerprint in groups of eight, for reading aloud and comparing."""
    return [fingerprint[start : start + 8] for start in range(0, len(fingerprint), 8)]


def plain_number(count: int) -> str:
    """Return a number in the reader's way of writing, for sentences that are not markup."""
    return str(number(count).striptags())


def _three_places(text: str) -> str:
    """Return a decimal of a snapshot in the reader's way of writing; it has three places already."""
    return str(format_decimal(Decimal(text), "0.000", locale=current_language().babel))


def _joint_summary(snapshot: Snapshot, parts: Sequence[Part]) -> str:
    bodies = len({part.kind for part in parts})
    return _(
        "%(bodies)s, %(ballots)s, %(options)s.",
        bodies=ngettext("%(num)s body", "%(num)s bodies", bodies),
        ballots=_ballots(snapshot["ballots"]),
        options=_COUNTED_OPTIONS[snapshot["task"]](len(snapshot["options"])),
    )


def _round_summary(snapshot: Snapshot) -> str:
    return _(
        "%(ballots)s, %(options)s.",
        ballots=_ballots(snapshot["ballots"]),
        options=_COUNTED_OPTIONS[snapshot["task"]](len(snapshot["options"])),
    )


def _ballots(count: int) -> str:
    return ngettext("%(shown)s ballot", "%(shown)s ballots", count, shown=plain_number(count))


def _part(one: Snapshot, languages: Sequence[str]) -> Part:
    return Part(
        slug=one["round"],
        kind=one["kind"],
        title=wording_in(one["title"], languages),
        ballot=ballot_in_words(one["ballot"]) if one["ballot"] else "",
        ballots=one["ballots"],
        weight=one["weight"],
        share=Fraction(one["share"]),
        tau=_three_places(one["agreement"]["tau_b"]) if one["agreement"] else None,
        silent=one["silent"],
        small=is_small(one["ballots"]),
    )


def _joint_row(one: Snapshot, snapshot: Snapshot, languages: Sequence[str]) -> Row:
    figures = [score_from_text(one["rounds"][part["round"]]) for part in snapshot["rounds"]]
    coverage = Fraction(one["coverage"])
    meta = None
    if coverage < 1:
        meta = _("judged by rounds with %(share)s of the weight", share=str(percent(coverage, 0).striptags()))
    return _row(one, snapshot, languages, score=one["score"], meta=meta, parts=[(f, _figure(f)) for f in figures])


def _round_row(one: Snapshot, snapshot: Snapshot, languages: Sequence[str]) -> Row:
    meta = _(
        "named on %(count)s of %(ballots)s ballots",
        count=plain_number(one["mentioned"]),
        ballots=plain_number(snapshot["ballots"]),
    )
    return _row(one, snapshot, languages, score=one["win_rate"], meta=meta, parts=())


def _row(
    one: Snapshot,
    snapshot: Snapshot,
    languages: Sequence[str],
    *,
    score: str | None,
    meta: str | None,
    parts: Sequence[tuple[Fraction | None, Markup | str]],
) -> Row:
    share, costing = score_from_text(score), one["costing"]
    return Row(
        place=one["rank"],
        shared=bool(one["tied_with"]),
        code=one["code"],
        href=url_for("site.proposal", process=snapshot["process"], code=one["code"]),
        title=wording_in(one["title"], languages),
        meta=meta,
        share=share or Fraction(0),
        shown=_figure(share),
        parts=parts,
        cost=Money(costing["once_cents"] + costing["annual_cents"], costing["currency"]) if costing else None,
        covered=bool(costing) and costing["cover"] == Cover.COVERED,
    )


def _figure(share: Fraction | None) -> Markup | str:
    return NOTHING if share is None else percent(share)


def _example(snapshot: Snapshot, parts: Sequence[Part], languages: Sequence[str]) -> Example | None:
    """Return the count of the first option, where more than one round took part in it."""
    for one in snapshot["options"][:1]:
        score = score_from_text(one["score"])
        figures = [(part, score_from_text(one["rounds"][part.slug])) for part in parts if part.weight]
        steps = [(part, figure) for part, figure in figures if figure is not None]
        if score is not None and len(steps) > 1:
            return Example(wording_in(one["title"], languages), steps, score)
    return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
