"""Where the bodies disagree: places far apart, agreement with the joint ranking, what comes out without a body.

Options are compared by their places, since figures of different ballot kinds spread differently (tally.disagreement).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from participation.results.pages.rows import (
    Part,
    Snapshot,
    Statistics,
    figure,
    href_of,
    parts_of,
    plain_number,
    three_places,
    title_of,
)
from participation.results.queries import wording_in
from participation.results.rules.charts import Line, Stretch, line, signed
from participation.results.rules.joint_snapshot import score_from_text
from participation.texts.queries import Wording
from participation.web.locale import current_language, reader_languages

MOST_SHOWN: Final = 10
"""Disagreements that are shown at once; the rest unfolds."""
_CLOSE: Final = Decimal("0.7")
_PARTLY: Final = Decimal("0.4")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An option with every round's figure and place, and how far the places lie apart; the chart is of places."""

    code: str
    href: str
    title: Wording
    spread: Fraction
    apart: str
    figures: Sequence[tuple[Fraction | None, Markup | str, int | None]]
    chart: Line | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a round's own ranking is that of all rounds together; `bar` runs from -1 to 1."""

    part: Part
    tau: str | None
    bar: Stretch | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What comes out without one of the rounds."""

    part: Part
    tau: str | None
    sentence: str
    first: Wording | None
    first_href: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """An option's place with all rounds, and without each one: the place, and by how many it rises (+) or falls."""

    code: str
    title: Wording
    place: int | None
    without: Sequence[tuple[int | None, int | None]]


def disagreements_page(snapshot: Snapshot, statistics: Statistics | None, default_language: str) -> dict[str, Any]:
    """Return what the template of this page needs; `statistics` are missing for results of an earlier version."""
    languages = reader_languages(default_language)
    parts = parts_of(snapshot, languages)
    found = _disagreements(snapshot, statistics, languages) if statistics else []
    widest = statistics["disagreements"][0] if statistics and found and found[0].spread else None
    return {
        "title": wording_in(snapshot["title"], languages),
        "process": snapshot["process"],
        "ranking": snapshot["ranking"],
        "back": url_for("results.joint_ranking", process=snapshot["process"], ranking=snapshot["ranking"]),
        "parts": parts,
        "bodies": [part.kind for part in parts],
        "widest": _widest(found[0], widest, parts) if widest else None,
        "found": found[:MOST_SHOWN],
        "more": found[MOST_SHOWN:],
        "agreements": [_agreement(part, one) for part, one in zip(parts, snapshot["rounds"], strict=True)],
        "together": _together(statistics),
        "left_out": _left_out(snapshot, statistics, parts, languages) if statistics else [],
        "places": _places(snapshot, statistics, languages) if statistics else [],
    }


def _disagreements(snapshot: Snapshot, statistics: Statistics, languages: Sequence[str]) -> list[Disagreement]:
    options = {one["code"]: one for one in snapshot["options"]}
    mirrored = current_language().direction == "rtl"
    found = []
    for one in statistics.get("disagreements", ()):
        option = options[one["code"]]
        given = [one["rounds"].get(part["round"]) for part in snapshot["rounds"]]
        shares = [score_from_text(of_round["score"]) if of_round else None for of_round in given]
        places = [Fraction(of_round["place"]) if of_round else None for of_round in given]
        ranks = [of_round["rank"] for of_round in given if of_round]
        found.append(
            Disagreement(
                code=one["code"],
                href=href_of(option, snapshot),
                title=title_of(option, languages),
                spread=Fraction(one["spread"]),
                apart=_("from place %(high)s to place %(low)s", high=min(ranks), low=max(ranks)),
                figures=[
                    (share, figure(share), of_round["rank"] if of_round else None)
                    for share, of_round in zip(shares, given, strict=True)
                ],
                chart=line(places, mirrored=mirrored),
            )
        )
    return found


def _widest(found: Disagreement, one: Mapping[str, Any], parts: Sequence[Part]) -> dict[str, Any]:
    """Return who places the most disputed option highest and lowest; of several the one that was declared first."""
    by_slug = {part.slug: part for part in parts}
    high, low = one["high"][0], one["low"][0]
    return {
        "option": found,
        "high": by_slug[high],
        "high_place": plain_number(one["rounds"][high]["rank"]),
        "low": by_slug[low],
        "low_place": plain_number(one["rounds"][low]["rank"]),
    }


def _agreement(part: Part, one: Mapping[str, Any]) -> Agreement:
    tau = one["agreement"]
    return Agreement(part, part.tau, signed(Fraction(tau["tau_b"])) if tau else None)


def _together(statistics: Statistics | None) -> tuple[str, str] | None:
    """Return Kendall's W as a sentence and as a figure."""
    w = (statistics.get("agreement") or {}).get("kendall_w") if statistics else None
    if not w:
        return None
    value = Decimal(w["w"])
    if value >= _CLOSE:
        sentence = _("On the whole the bodies judge alike.")
    elif value >= _PARTLY:
        sentence = _("The bodies judge alike in part.")
    else:
        sentence = _("The bodies judge very differently.")
    return sentence, three_places(w["w"])


def _left_out(
    snapshot: Snapshot, statistics: Statistics, parts: Sequence[Part], languages: Sequence[str]
) -> list[LeftOut]:
    options = {one["code"]: one for one in snapshot["options"]}
    by_slug = {part.slug: part for part in parts}
    return [
        _without(by_slug[one["round"]], one, options, snapshot, languages)
        for one in statistics.get("leave_one_out", ())
    ]


def _without(
    part: Part,
    one: Mapping[str, Any],
    options: Mapping[str, Snapshot],
    snapshot: Snapshot,
    languages: Sequence[str],
) -> LeftOut:
    moved = sum(option["rank"] != options[option["code"]]["rank"] for option in one["options"])
    first = [options[option["code"]] for option in one["options"] if option["rank"] == 1]
    stays = len(first) == 1 and first[0]["rank"] == 1
    sentence = ngettext("%(num)s option changes its place.", "%(num)s options change their places.", moved)
    tau = one["tau_b"]
    return LeftOut(
        part,
        three_places(tau["tau_b"]) if tau else None,
        sentence if moved else _("No option changes its place."),
        None if stays or not first else title_of(first[0], languages),
        None if stays or not first else href_of(first[0], snapshot),
    )


def _places(snapshot: Snapshot, statistics: Statistics, languages: Sequence[str]) -> list[Places]:
    without = [{one["code"]: one["rank"] for one in left["options"]} for left in statistics.get("leave_one_out", ())]
    return [
        Places(
            one["code"],
            title_of(one, languages),
            one["rank"],
            [(ranks.get(one["code"]), _rise(one["rank"], ranks.get(one["code"]))) for ranks in without],
        )
        for one in snapshot["options"]
    ]


def _rise(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else before - now
