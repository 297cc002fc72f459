"""The same ballots under other rules: places side by side, and what each rule is, in one plain sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from participation.results.pages.rows import (
    Snapshot,
    Statistics,
    exact_share,
    figure,
    href_of,
    three_places,
    title_of,
)
from participation.results.queries import wording_in
from participation.results.rules.charts import Stretch, signed
from participation.results.rules.joint_snapshot import score_from_text
from participation.tally.exact import rounded
from participation.texts.queries import Wording
from participation.web.locale import reader_languages
from participation.web.rendering import number, percent

Elsewhere: TypeAlias = tuple[int | None, int | None, Markup | None]
"""An option's place under another rule, by how many places it is higher there, and the figure that decides there."""


@dataclass(frozen=True, slots=True)
class OtherRule:
    """A rule with its name, what it does, and how far its order is ours."""

    key: str
    name: str
    explanation: str
    note: str | None
    tau: str | None
    bar: Stretch | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An option with its place here and its place under every other rule, with the figure that decides there."""

    code: str
    href: str
    title: Wording
    place: int | None
    shown: Markup | str
    others: Sequence[Elsewhere]


@dataclass(frozen=True, slots=True)
class _Words:
    name: Callable[[], str]
    explanation: Callable[[], str]
    figure: Callable[[str], Markup] | None = None


def _as_percent(text: str) -> Markup:
    return percent(Fraction(text))


def _as_number(text: str) -> Markup:
    return number(rounded(Fraction(text), 2))


_RULES: Final[Mapping[str, _Words]] = {
    "schulze": _Words(
        lambda: _("Schulze"),
        lambda: _(
            "Every two options are compared; one stands before another if the chain of majorities that leads from it "
            "to the other one is stronger than any chain back. Majorities are measured by their margin."
        ),
    ),
    "kemeny": _Words(
        lambda: _("Kemeny"),
        lambda: _(
            "Of all possible orders this is the one that contradicts the fewest judgements about two options: the "
            "order that is closest to a compromise of all voters."
        ),
    ),
    "approval": _Words(
        lambda: _("Approval"),
        lambda: _("The share of the ballots that choose the option."),
        _as_percent,
    ),
    "score": _Words(
        lambda: _("Mean score"),
        lambda: _(
            "The average of the scores that the ballots give the option. Ballots without an opinion do not count."
        ),
        _as_number,
    ),
    "median": _Words(
        lambda: _("Median grade"),
        lambda: _("The score in the middle: at least half of the voters give this one or a better one."),
        _as_number,
    ),
}
"""In the order of display: those that read all comparisons first."""


def other_rules_of_ranking(snapshot: Snapshot, statistics: Statistics | None, default_language: str) -> dict[str, Any]:
    """Return what the page needs for a joint ranking."""
    names = {"process": snapshot["process"], "ranking": snapshot["ranking"]}
    return {
        "back": url_for("results.joint_ranking", **names),
        "kind": None,
        "joint": True,
        "carry_over": _carry_over(snapshot),
        **_page(snapshot, statistics or {}, "score", reader_languages(default_language)),
    }


def other_rules_of_round(snapshot: Snapshot, default_language: str) -> dict[str, Any]:
    """Return what the page needs for a round."""
    return {
        "back": url_for("results.round_result", slug=snapshot["round"]),
        "kind": snapshot["kind"],
        "joint": False,
        "carry_over": None,
        **_page(snapshot, snapshot, "win_rate", reader_languages(default_language)),
    }


def _carry_over(snapshot: Snapshot) -> str | None:
    """Return which share comes from the goals: a reason why the places differ from those of rules that leave it out."""
    share = Fraction(snapshot["carry_over"]["share"])
    return exact_share(share) if share else None


def _page(snapshot: Snapshot, document: Mapping[str, Any], score: str, languages: Sequence[str]) -> dict[str, Any]:
    rules = document.get("rules") or {}
    known = [key for key in _RULES if key in rules]
    places = {key: {one["code"]: one for one in rules[key]["options"]} for key in known}
    options = {one["code"]: one for one in snapshot["options"]}
    return {
        "title": wording_in(snapshot["title"], languages),
        "process": snapshot["process"],
        "rules": [_rule(key, rules[key]) for key in known],
        "rows": [_compared(one, snapshot, languages, score, known, places) for one in snapshot["options"]],
        "condorcet": _condorcet(document.get("condorcet"), options, snapshot, languages),
    }


def _rule(key: str, found: Mapping[str, Any]) -> OtherRule:
    words, tau = _RULES[key], found.get("tau_b")
    return OtherRule(
        key,
        words.name(),
        words.explanation(),
        _note(key, found),
        three_places(tau["tau_b"]) if tau else None,
        signed(Fraction(tau["tau_b"])) if tau else None,
    )


def _note(key: str, found: Mapping[str, Any]) -> str | None:
    """Return what must be said beside a rule's order: here, whether the best of all orders was found."""
    if key != "kemeny":
        return None
    if not found["optimal"]:
        return _("This is the best order found in the time given. It is not proved that no other order is better.")
    if found["unique"] is None:
        return _(
            "It is proved that no order is better. Whether another one is as good was not found in the time given."
        )
    if not found["unique"]:
        return _("It is proved that no order is better, and several are as good. Where they differ, places are shared.")
    return _("It is proved that no other order is as good.")


def _compared(
    one: Snapshot,
    snapshot: Snapshot,
    languages: Sequence[str],
    score: str,
    known: Sequence[str],
    places: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> Compared:
    return Compared(
        code=one["code"],
        href=href_of(one, snapshot),
        title=title_of(one, languages),
        place=one["rank"],
        shown=figure(score_from_text(one[score])),
        others=[_other(key, places[key].get(one["code"]), one["rank"]) for key in known],
    )


def _other(key: str, found: Mapping[str, Any] | None, place: int | None) -> Elsewhere:
    if found is None:
        return None, None, None
    rank, text, write = found["rank"], found.get("figure"), _RULES[key].figure
    rise = None if place is None or rank is None else place - rank
    return rank, rise, write(text) if write and text is not None else None


def _condorcet(
    found: Mapping[str, Any] | None, options: Mapping[str, Snapshot], snapshot: Snapshot, languages: Sequence[str]
) -> dict[str, Any] | None:
    """Return the option that wins every comparison with another one, and whether it stands first here."""
    if found is None:
        return None
    winner = options.get(found["winner"] or "")
    if winner is None:
        return {"title": None, "href": None, "first": False, "place": None}
    return {
        "title": title_of(winner, languages),
        "href": href_of(winner, snapshot),
        "first": winner["rank"] == 1,
        "place": winner["rank"],
    }
