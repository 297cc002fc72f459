"""joint.json, and the joint ranking that follows from it and from the rounds' bundles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from participation.bundles.checks import Refused, a_list, a_moment, a_number, a_text, an_object, require, shown, words
from participation.bundles.naming import JOINT, JOINT_RANKING
from participation.tally import METHOD_VERSION
from participation.tally.errors import InvalidFraction
from participation.tally.exact import fraction_from_text, fraction_text
from participation.tally.joint import LEAST_COVERAGE, RoundScores, joint_scores
from participation.tally.scoring import rank, ties

RULE: Final = "weighted-win-rates"

_NAMES: Final = (
    "schema",
    "process",
    "phase",
    "ranking",
    "task",
    "title",
    "declared_at",
    "declared_by",
    "computed_at",
    "time_zone",
    "currency",
    "rounds",
    "carry_over",
)


@dataclass(frozen=True, slots=True)
class CheckedRound:
    """A round of a joint ranking whose own bundle has been verified: its declaration and its ranking."""

    declaration: Mapping[str, Any]
    ranking: Mapping[str, Any]

    @property
    def standing(self) -> Sequence[Mapping[str, Any]]:
        """Return the options that were not struck, as they are declared."""
        return [one for one in self.declaration["options"] if one["struck"] is None]


@dataclass(frozen=True, slots=True)
class Weighing:
    """A joint ranking as its bundle declares it, checked."""

    weights: Mapping[str, int]
    share: Fraction
    goals_ranking: str | None


def check_joint(document: Mapping[str, Any], manifest: Mapping[str, Any]) -> Weighing:
    """Return the declaration; raises Refused if it is not in order, or not that of the manifest."""
    an_object(document, _NAMES, "joint.json")
    require(document["schema"] == JOINT, f"unknown schema {shown(document['schema'])}")
    for name in ("ranking", "process"):
        require(document[name] == manifest[name], f"{name} is {shown(document[name])}, the manifest says another")
    require(manifest["method_version"] == METHOD_VERSION, f"unknown method {shown(manifest['method_version'])}")
    for name in ("task", "time_zone", "currency"):
        a_text(document[name], name)
    if document["phase"] is not None:
        a_text(document["phase"], "phase")
    words(document["title"], "title")
    words(document["declared_by"], "declared_by")
    a_moment(document["declared_at"], "declared_at")
    a_moment(document["computed_at"], "computed_at")
    weights = _weights(a_list(document["rounds"], "rounds"))
    require(set(weights) == set(manifest["rounds"]), "the rounds are not those of the manifest")
    carried = an_object(document["carry_over"], ("share", "goals_ranking"), "carry_over")
    share = _share(carried["share"])
    goals = carried["goals_ranking"]
    if goals is not None:
        a_text(goals, "goals_ranking")
    carries = {share > 0, goals is not None, manifest["goals"] is not None}
    require(len(carries) == 1, "a share above 0, the name of the goals' ranking and its fingerprint do not go together")
    return Weighing(weights, share, goals)


def _weights(rounds: Sequence[object]) -> dict[str, int]:
    weights: dict[str, int] = {}
    for place, given in enumerate(rounds):
        one = an_object(given, ("round", "weight"), f"rounds[{place}]")
        name = a_text(one["round"], f"rounds[{place}].round")
        require(name not in weights, f"the round {shown(name)} is named twice")
        weights[name] = a_number(one["weight"], f"the weight of {shown(name)}")
    require(any(weights.values()), "no round has weight")
    return weights


def _share(text: object) -> Fraction:
    try:
        share = fraction_from_text(a_text(text, "share"))
    except InvalidFraction:
        raise Refused(f"share is not an exact number: {shown(text)}") from None
    require(0 <= share <= 1, f"share is not from 0 to 1: {shown(text)}")
    return share


def joint_ranking_document(
    weighing: Weighing, rounds: Mapping[str, CheckedRound], goals: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return ranking.json of a joint ranking; `rounds` are those that were counted, `goals` the goals' ranking."""
    rates = {
        name: {one["code"]: _number(one["win_rate"]) for one in rounds[name].ranking["options"]}
        if name in rounds
        else {}
        for name in weighing.weights
    }
    joint = joint_scores([RoundScores(name, figures) for name, figures in rates.items()], weighing.weights)
    serves = _serves(rounds)
    known = _goal_scores(goals)
    own = {code: one.mean for code, one in joint.options.items()}
    of_goals = {code: _mean([known[goal] for goal in serves.get(code, ()) if goal in known]) for code in own}
    scores = {code: _mixed(own[code], of_goals[code], weighing.share) for code in own}
    ranking = rank(
        {code: score if joint.options[code].coverage >= LEAST_COVERAGE else None for code, score in scores.items()}
    )
    return {
        "schema": JOINT_RANKING,
        "rule": RULE,
        "method_version": METHOD_VERSION,
        "tie_break": None,
        "ballots": sum(one.ranking["ballots"] for one in rounds.values()),
        "options": [
            {
                "code": one.option,
                "rank": one.rank,
                "score": _text(scores[one.option]),
                "own": _text(own[one.option]),
                "goals": _text(of_goals[one.option]),
                "coverage": fraction_text(joint.options[one.option].coverage),
                "tied_with": list(one.tied_with),
                "rounds": {name: _text(rate) for name, rate in joint.options[one.option].by_round.items()},
            }
            for one in ranking
        ],
        "ties": [list(group) for group in ties(ranking)],
    }


def _serves(rounds: Mapping[str, CheckedRound]) -> dict[str, list[str]]:
    """Return which goals each option serves, as the round says that showed it last."""
    served: dict[str, list[str]] = {}
    for _name, one in sorted(rounds.items(), key=lambda pair: (pair[1].declaration["opens_at"], pair[0])):
        served |= {option["code"]: _goals_of(option["content"]) for option in one.standing}
    return served


def _goals_of(content: Mapping[str, Any]) -> list[str]:
    """Return the codes under `serves`; one that is not of the form that ours has names none."""
    goals = content.get("serves")
    if type(goals) is not list:
        return []
    codes = [goal.get("code") if type(goal) is dict else None for goal in goals]
    return [code for code in codes if type(code) is str] if all(type(code) is str for code in codes) else []


def _goal_scores(goals: Mapping[str, Any] | None) -> dict[str, Fraction]:
    options = goals["options"] if goals else ()
    return {
        one["code"]: fraction_from_text(one["score"])
        for one in options
        if one["rank"] is not None and one["score"] is not None
    }


def _mean(scores: Sequence[Fraction]) -> Fraction | None:
    return sum(scores, Fraction(0)) / len(scores) if scores else None


def _mixed(own: Fraction | None, goals: Fraction | None, share: Fraction) -> Fraction | None:
    return own if own is None or goals is None else (1 - share) * own + share * goals


def _number(text: str | None) -> Fraction | None:
    return None if text is None else fraction_from_text(text)


def _text(score: Fraction | None) -> str | None:
    return None if score is None else fraction_text(score)
