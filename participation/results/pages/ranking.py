"""The joint ranking and a round's result: one sentence, then the list."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeGuard

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.ballots.rules import is_small
from participation.ballots.sentences import channel_name
from participation.results.pages.intervals import intervals
from participation.results.pages.rows import (
    Part,
    Row,
    Snapshot,
    Statistics,
    ballot_in_words,
    counted_ballots,
    counted_options,
    exact_share,
    figure,
    grouped,
    moment,
    parts_of,
    plain_number,
    plain_percent,
    row_of,
)
from participation.results.pages.sureness import bands_explained, brackets, sureness_in_a_sentence, with_bands
from participation.results.queries import wording_in
from participation.results.rules.joint_snapshot import score_from_text
from participation.rounds.kinds import Eligibility
from participation.rounds.sentences import class_name, sheets_beside_accounts
from participation.web.locale import reader_languages


def joint_page(snapshot: Snapshot, statistics: Statistics | None, default_language: str) -> dict[str, Any]:
    """Return what the template of a joint ranking's main part needs."""
    languages = reader_languages(default_language)
    parts = parts_of(snapshot, languages)
    rows = with_bands([_joint_row(one, snapshot, languages) for one in snapshot["options"]], statistics)
    return {
        "title": wording_in(snapshot["title"], languages),
        "declared_by": wording_in(snapshot["declared_by"], languages),
        "declared_at": moment(snapshot["declared_at"]),
        "computed_at": moment(snapshot["computed_at"]),
        "zone": snapshot["time_zone"],
        "summary": _joint_summary(snapshot, parts),
        "parts": parts,
        "bodies": [part.kind for part in parts],
        "fingerprint": grouped(snapshot["inputs_hash"]),
        "method": snapshot["method_version"],
        "api": url_for("api_results.show_ranking", slug=snapshot["process"], ranking=snapshot["ranking"]),
        "topics": joint_topics(snapshot),
        "carry_over": _carry_over(snapshot),
        "intervals": {one.part.slug: one for one in intervals(statistics, parts)} if _has_intervals(statistics) else {},
        "holds": statistics["holds"] if _has_intervals(statistics) else None,
        **_ranked(rows, statistics),
    }


def round_page(snapshot: Snapshot, default_language: str) -> dict[str, Any]:
    """Return what the template of a round's result needs."""
    languages = reader_languages(default_language)
    statistics = snapshot.get("statistics")
    rows = with_bands([_round_row(one, snapshot, languages) for one in snapshot["options"]], statistics)
    return {
        "title": wording_in(snapshot["title"], languages),
        "kind": snapshot["kind"],
        "closed_at": moment(snapshot["closed_at"] or snapshot["closes_at"]),
        "counted_at": moment(snapshot["counted_at"]),
        "zone": snapshot["time_zone"],
        "ballots": snapshot["ballots"],
        "summary": _round_summary(snapshot),
        "struck": [
            (one["code"], wording_in(one["title"], languages), wording_in(one["reason"], languages))
            for one in snapshot["struck"]
        ],
        "ballot": ballot_in_words(snapshot["ballot"]),
        "small": is_small(snapshot["ballots"]),
        "expected": snapshot["turnout"]["expected"],
        "classes": [(class_name(name), count) for name, count in snapshot["turnout"]["classes"].items()],
        "channels": [(channel_name(name), count) for name, count in snapshot["turnout"]["channels"].items()],
        "sheets": _sheets_in_words(snapshot),
        "fingerprint": grouped(snapshot["ballots_hash"]),
        "method": snapshot["method_version"],
        "api": url_for("api_results.show_result", slug=snapshot["round"]),
        "topics": round_topics(snapshot),
        **_ranked(rows, statistics),
    }


def _sheets_in_words(snapshot: Snapshot) -> list[str]:
    """Return what a reader is told of a round's ballot sheets, sentence by sentence; nothing where there were none."""
    sheets = snapshot["turnout"].get("sheets")
    if sheets is None:
        return []
    printed = ngettext(
        "%(count)s ballot sheet was given out.",
        "%(count)s ballot sheets were given out.",
        sheets["printed"],
        count=plain_number(sheets["printed"]),
    )
    aside = ngettext(
        "%(count)s of them was set aside and not counted.",
        "%(count)s of them were set aside and not counted.",
        sheets["set_aside"],
        count=plain_number(sheets["set_aside"]),
    )
    if sheets["received"] is None:
        hidden = _("How many came back and were counted is not shown, so that small groups stay unknown.")
        said = [printed, aside, hidden]
    else:
        received = ngettext(
            "%(count)s was handed in before the close.",
            "%(count)s were handed in before the close.",
            sheets["received"],
            count=plain_number(sheets["received"]),
        )
        said = [printed, received, aside]
    return [*said, sheets_beside_accounts()] if snapshot["eligibility"] == Eligibility.OPEN else said


def joint_topics(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """Return what else there is to read about a joint ranking: address, title, and what it answers."""
    names = {"process": snapshot["process"], "ranking": snapshot["ranking"]}
    return [
        (
            url_for("results.ranking_explained", **names),
            _("How it was counted"),
            _("The rule on one page, with an example from these ballots. For printing."),
        ),
        (
            url_for("results.disagreements", **names),
            _("Where the bodies disagree"),
            _("Where judgements lie far apart, and what comes out without one of the bodies."),
        ),
        (
            url_for("results.what_if", **names),
            _("What if the weights were different?"),
            _("Try other weights, and see what an amount of money would pay for."),
        ),
        (
            url_for("results.ranking_by_other_rules", **names),
            _("What other rules say"),
            _("The same ballots, counted in other ways."),
        ),
    ]


def round_topics(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """Return what else there is to read about a round's result, nothing where nobody voted."""
    if not snapshot["ballots"]:
        return []
    return [
        (
            url_for("results.round_explained", slug=snapshot["round"]),
            _("How it was counted"),
            _("The rule on one page, with an example from these ballots. For printing."),
        ),
        (
            url_for("results.round_by_other_rules", slug=snapshot["round"]),
            _("What other rules say"),
            _("The same ballots, counted in other ways."),
        ),
    ]


def _ranked(rows: Sequence[Row], statistics: Statistics | None) -> dict[str, Any]:
    placed = [row for row in rows if row.place is not None]
    return {
        "first": [row for row in placed if row.place == 1],
        "sure": sureness_in_a_sentence(placed, statistics),
        "rows": placed,
        "brackets": brackets(placed, statistics),
        "bands": bands_explained(statistics),
        "apart": [row for row in rows if row.place is None],
    }


def _carry_over(snapshot: Snapshot) -> tuple[str, str] | None:
    """Return which share comes from the goals, and the address of their ranking; None where nothing carries over."""
    declared = snapshot["carry_over"]
    if declared["share"] == "0":
        return None
    names = {"process": snapshot["process"], "ranking": declared["goals_ranking"]}
    return exact_share(Fraction(declared["share"])), url_for("results.joint_ranking", **names)


def _has_intervals(statistics: Statistics | None) -> TypeGuard[Statistics]:
    return statistics is not None and bool(statistics.get("weight_intervals"))


def _joint_summary(snapshot: Snapshot, parts: Sequence[Part]) -> str:
    bodies = len({part.kind for part in parts})
    return _(
        "%(bodies)s, %(ballots)s, %(options)s.",
        bodies=ngettext("%(num)s body", "%(num)s bodies", bodies),
        ballots=counted_ballots(snapshot["ballots"]),
        options=counted_options(snapshot),
    )


def _round_summary(snapshot: Snapshot) -> str:
    return _(
        "%(ballots)s, %(options)s.",
        ballots=counted_ballots(snapshot["ballots"]),
        options=counted_options(snapshot),
    )


def _joint_row(one: Snapshot, snapshot: Snapshot, languages: Sequence[str]) -> Row:
    figures = [score_from_text(one["rounds"][part["round"]]) for part in snapshot["rounds"]]
    facts = [*_coverage(one), *_carried(one)]
    return row_of(
        one,
        snapshot,
        languages,
        score=one["score"],
        meta=" · ".join(facts) or None,
        parts=[(share, figure(share)) for share in figures],
    )


def _coverage(one: Snapshot) -> list[str]:
    coverage = Fraction(one["coverage"])
    if coverage == 1:
        return []
    return [_("judged by rounds with %(share)s of the weight", share=plain_percent(coverage, 0))]


def _carried(one: Snapshot) -> list[str]:
    """Say what a figure is made of where goals carry over: the measure's own one and that of the goals it serves."""
    own, goals = score_from_text(one.get("own")), score_from_text(one.get("goals"))
    if own is None or goals is None:
        return []
    return [_("own figure %(own)s, goals %(goals)s", own=plain_percent(own), goals=plain_percent(goals))]


def _round_row(one: Snapshot, snapshot: Snapshot, languages: Sequence[str]) -> Row:
    meta = _(
        "named on %(count)s of %(ballots)s ballots",
        count=plain_number(one["mentioned"]),
        ballots=plain_number(snapshot["ballots"]),
    )
    return row_of(one, snapshot, languages, score=one["win_rate"], meta=meta, parts=())
