"""How it was counted, for people who follow it with a pencil: the rule, and one example from the data at hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from participation.ballots.rules import is_small
from participation.results.pages.rows import (
    Part,
    Snapshot,
    Statistics,
    exact_share,
    grouped,
    moment,
    parts_of,
    plain_number,
    plain_percent,
    title_of,
)
from participation.results.pages.sureness import bands_explained
from participation.results.queries import wording_in
from participation.results.rules.joint_snapshot import score_from_text
from participation.results.rules.worked_example import win_rate_of
from participation.tally.contributions import MOST_ROWS
from participation.tally.exact import rounded
from participation.texts.queries import Wording
from participation.web.locale import reader_languages
from participation.web.redirects import absolute_url
from participation.web.rendering import number, percent


@dataclass(frozen=True, slots=True)
class Counted:
    """How the figure of one option in one round came about, each number as readers write it."""

    round: Wording
    code: str
    title: Wording
    other_code: str
    other_title: Wording
    ballots: str
    compared: str
    above: str
    below: str
    tied: str
    pair_points: str
    others: int
    points: str
    comparisons: str
    rate: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """How the joint figure came about: each round's figure times its weight, the sums, and the goals' share if any."""

    code: str
    title: Wording
    steps: Sequence[tuple[Part, Markup, Markup]]
    products: Markup
    weights: Markup
    mean: str
    carried: tuple[str, str, str, str] | None
    place: int | None
    could_be: tuple[int, int] | None


_KINDS: Final[Mapping[str, Callable[[], str]]] = {
    "ranking": lambda: _("Whoever puts some options in order places these above all others; the others are tied."),
    "approval": lambda: _("Whoever chooses some places the chosen ones above the others."),
    "points": lambda: _("Whoever shares out points orders the options by their points."),
    "score": lambda: _(
        "Whoever gives scores orders the options by them. No opinion compares with nothing and counts neither for nor "
        "against."
    ),
}


def example_round(snapshot: Snapshot) -> str | None:
    """Return the round whose count of the first option is shown: the smallest one that is not a small group.

    Small numbers are followed more easily; a round below the threshold is taken only where there is no other, and then
    too nothing but its published figures is shown.
    """
    option = next(iter(snapshot["options"]), None)
    if option is None:
        return None
    found = [one for one in snapshot["rounds"] if one["weight"] and option["rounds"][one["round"]] is not None]
    found.sort(key=lambda one: (is_small(one["ballots"]), one["ballots"]))
    return found[0]["round"] if found else None


def ranking_explained(
    snapshot: Snapshot, statistics: Statistics | None, round_snapshot: Snapshot | None, default_language: str
) -> dict[str, Any]:
    """Return what the page about a joint ranking needs; `round_snapshot` is that of `example_round`."""
    languages = reader_languages(default_language)
    parts = parts_of(snapshot, languages)
    first = next(iter(snapshot["options"]), None)
    kinds = dict.fromkeys(one["ballot"]["kind"] for one in snapshot["rounds"] if one["ballot"])
    return {
        **_page(snapshot, languages, kinds),
        "joint": True,
        "kind": None,
        "back": url_for("results.joint_ranking", process=snapshot["process"], ranking=snapshot["ranking"]),
        "parts": parts,
        "declared_by": wording_in(snapshot["declared_by"], languages),
        "declared_at": moment(snapshot["declared_at"]),
        "counted": _counted(round_snapshot, first["code"], languages) if round_snapshot and first else None,
        "weighed": _weighed(first, snapshot, statistics, parts, languages) if first else None,
        "carry_over": _carry_over(snapshot),
        "bands": bands_explained(statistics),
        "fingerprint": grouped(snapshot["inputs_hash"]),
        "sources": [
            absolute_url("api_results.show_ranking", slug=snapshot["process"], ranking=snapshot["ranking"]),
            *(
                absolute_url("api_results.show_result", slug=one["round"])
                for one in snapshot["rounds"]
                if one["result_hash"]
            ),
        ],
    }


def round_explained(snapshot: Snapshot, default_language: str) -> dict[str, Any]:
    """Return what the page about a round's result needs."""
    languages = reader_languages(default_language)
    first = next((one["code"] for one in snapshot["options"] if one["rank"] is not None), None)
    return {
        **_page(snapshot, languages, [snapshot["ballot"]["kind"]]),
        "joint": False,
        "kind": snapshot["kind"],
        "back": url_for("results.round_result", slug=snapshot["round"]),
        "counted": _counted(snapshot, first, languages) if first else None,
        "weighed": None,
        "carry_over": None,
        "bands": bands_explained(snapshot.get("statistics")),
        "fingerprint": grouped(snapshot["ballots_hash"]),
        "sources": [absolute_url("api_results.show_result", slug=snapshot["round"])],
    }


def _page(snapshot: Snapshot, languages: Sequence[str], kinds: Sequence[str] | Mapping[str, None]) -> dict[str, Any]:
    return {
        "title": wording_in(snapshot["title"], languages),
        "process": snapshot["process"],
        "zone": snapshot["time_zone"],
        "kinds": [_KINDS[kind]() for kind in kinds],
        "method": snapshot["method_version"],
        "sums_from": plain_number(MOST_ROWS),
    }


def _counted(snapshot: Snapshot, option: str, languages: Sequence[str]) -> Counted | None:
    found = win_rate_of(snapshot, option)
    if found is None:
        return None
    titles = {one["code"]: title_of(one, languages) for one in snapshot["options"]}
    pair = found.pair
    return Counted(
        round=wording_in(snapshot["title"], languages),
        code=option,
        title=titles[option],
        other_code=pair.other,
        other_title=titles[pair.other],
        ballots=plain_number(snapshot["ballots"]),
        compared=plain_number(pair.compared),
        above=plain_number(pair.above),
        below=plain_number(pair.below),
        tied=plain_number(pair.tied),
        pair_points=_decimal(pair.points, 1),
        others=found.others,
        points=_decimal(found.points, 1),
        comparisons=plain_number(found.comparisons),
        rate=plain_percent(found.rate, 2),
    )


def _weighed(
    one: Snapshot, snapshot: Snapshot, statistics: Statistics | None, parts: Sequence[Part], languages: Sequence[str]
) -> Weighed | None:
    figures = [(part, score_from_text(one["rounds"][part.slug])) for part in parts if part.weight]
    steps = [(part, share) for part, share in figures if share is not None]
    if not steps or one["score"] is None:
        return None
    weights = sum(part.weight for part, _share in steps)
    products = sum((part.weight * share for part, share in steps), Fraction(0))
    bands = {band["code"]: band["rank"] for band in statistics["options"]} if statistics else {}
    band = bands.get(one["code"])
    return Weighed(
        code=one["code"],
        title=title_of(one, languages),
        steps=[(part, percent(share, 2), number(rounded(part.weight * share * 100, 2))) for part, share in steps],
        products=number(rounded(products * 100, 2)),
        weights=number(weights),
        mean=plain_percent(products / weights, 2),
        carried=_carried(one, snapshot, products / weights),
        place=one["rank"],
        could_be=(band[0], band[1]) if band else None,
    )


def _carried(one: Snapshot, snapshot: Snapshot, own: Fraction) -> tuple[str, str, str, str] | None:
    """Return own figure, goals' figure, goals' share and the result, where the goals have a share in it."""
    share, goals = Fraction(snapshot["carry_over"]["share"]), score_from_text(one.get("goals"))
    if not share or goals is None:
        return None
    return (
        plain_percent(own, 2),
        plain_percent(goals, 2),
        exact_share(share),
        plain_percent((1 - share) * own + share * goals, 2),
    )


def _carry_over(snapshot: Snapshot) -> str | None:
    share = Fraction(snapshot["carry_over"]["share"])
    return exact_share(share) if share else None


def _decimal(value: Fraction, places: int) -> str:
    shown = rounded(value, places)
    return plain_number(shown if shown != shown.to_integral() else Decimal(int(shown)))
