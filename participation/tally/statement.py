"""What the command line says about a count: a JSON document, and the same as a table.

The document is a public interface. Scores are exact texts such as "1217/2430"; `rank` is null for an option
that is listed apart, and `score` too if no ballot of a weighted round compares it. `tie_break` is null
because ties are not broken: equal scores share a rank. `band` is null where no bands were drawn.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from participation.tally import METHOD_VERSION
from participation.tally.errors import UnknownRound
from participation.tally.exact import fraction_from_text, fraction_text, rounded
from participation.tally.joint import JointScore, RoundScores, Weight, joint_scores
from participation.tally.jsonlines import CountedRound
from participation.tally.scoring import RankedOption, rank, ties, win_rates

RULE: Final = "win-rate"


def statement(rounds: Mapping[str, CountedRound], weights: Mapping[str, Weight] | None) -> dict[str, Any]:
    """Combine counted rounds and say what came out.

    The weights name the rounds that make up the ranking; rounds that they do not name are left out, and the
    document says so. A single round needs none. Raises MissingWeight for several rounds without weights,
    UnknownRound if a weight names a round that is not there, InvalidWeights.
    """
    if weights is None:
        weights = dict.fromkeys(rounds, 1) if len(rounds) == 1 else {}
    for name in weights:
        if name not in rounds:
            raise UnknownRound("weight_without_round", round=name)
    taken = {name: counted for name, counted in rounds.items() if name in weights or not weights}
    joint = joint_scores([RoundScores(name, win_rates(one.counts)) for name, one in taken.items()], weights)
    ranking = rank(joint.scores())
    return {
        "rule": RULE,
        "method_version": METHOD_VERSION,
        "ballots": sum(counted.counts.ballots for counted in taken.values()),
        "rounds": [
            {
                "round": name,
                "kind": counted.declaration.kind.value,
                "ballots": counted.counts.ballots,
                "weight": fraction_text(weights[name]),
            }
            for name, counted in taken.items()
        ],
        "left_out": [name for name in rounds if name not in taken],
        "silent_rounds": list(joint.silent_rounds),
        "options": [_option(one, joint.options[one.option]) for one in ranking],
        "ties": [list(group) for group in ties(ranking)],
        "tie_break": None,
    }


def as_table(document: Mapping[str, Any]) -> str:
    """The statement's options as lines of text, scores in percent rounded to one place.

    An option that is listed apart has no rank; its mean, where it has one, stands in brackets.
    """
    names = [one["round"] for one in document["rounds"]]
    header = ["rank", "option", "score", *names]
    rows = [header, *(_cells(one, names) for one in document["options"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(_line(row, widths) for row in rows)


def _option(one: RankedOption, joint: JointScore) -> dict[str, Any]:
    return {
        "id": one.option,
        "rank": one.rank,
        "score": _text(joint.mean),
        "band": None,
        "coverage": fraction_text(joint.coverage),
        "rounds": {name: _text(score) for name, score in joint.by_round.items()},
    }


def _text(score: Fraction | None) -> str | None:
    return None if score is None else fraction_text(score)


def _cells(one: Mapping[str, Any], names: list[str]) -> list[str]:
    score = _percent(one["score"])
    by_round = [_percent(one["rounds"][name]) for name in names]
    if one["rank"] is None:
        return ["-", one["id"], f"({score})", *by_round]
    return [str(one["rank"]), one["id"], score, *by_round]


def _percent(score: str | None) -> str:
    return "-" if score is None else f"{rounded(100 * fraction_from_text(score), 1)} %"


def _line(cells: list[str], widths: list[int]) -> str:
    """Figures to the right, the option's code to the left."""
    padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    padded[1] = cells[1].ljust(widths[1])
    return "  ".join(padded).rstrip() + "\n"
