"""What the command line says about a count: a JSON document, and the same as a table.

The document is a public interface. `rule` and `method_version` name what was counted. Scores are exact texts such
as "1217/2430"; `rank` is null for an option that is listed apart, and `score` too if no ballot of a weighted
round says anything of it. What a score is depends on the rule: the share of comparisons won (win-rate) or of
ballots that choose the option (approval), the mean score (score), the median grade (median). Schulze's and
Kemeny's rules only order: their options have a rank and the score null. `details` is what a rule says beside.

`tie_break` is null because ties are not broken: equal options share a rank. `band` is the best and the last rank of
an option in 95 % of the draws (see bands); it is null where the option has no rank, and for other rules than the win
rate. `bands` says what was drawn, and from which seed for each round. `condorcet` names the option that a weighted
majority places above each other ranked one, if there is one, and says whether it has the first rank, be it shared.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from participation.tally.bands import LEVEL
from participation.tally.bootstrap import DRAWS
from participation.tally.condorcet import condorcet
from participation.tally.errors import InvalidWeights, UnknownRound, UnknownRule
from participation.tally.exact import fraction_from_text, fraction_text, rounded
from participation.tally.file_bands import FileBands, file_bands
from participation.tally.joint import JointScore, Weight
from participation.tally.jsonlines import CountedRound
from participation.tally.rules import RULES, Outcome, Rule, joint_margins
from participation.tally.scoring import RankedOption, ties

RULE: Final = "win-rate"
"""The rule that decides; the others are shown beside it."""


def statement(
    rounds: Mapping[str, CountedRound], weights: Mapping[str, Weight] | None, *, rule: str = RULE
) -> dict[str, Any]:
    """Combine counted rounds and say what came out.

    The weights name the rounds that make up the ranking; rounds that they do not name are left out, and the
    document says so. A single round needs none. Raises UnknownRule, MissingWeight for several rounds without
    weights, UnknownRound if a weight names a round that is not there, InvalidWeights, and WrongKind if the
    ballots do not carry what the rule needs.
    """
    if rule not in RULES:
        raise UnknownRule("unknown_rule", rule=rule, known=list(RULES))
    if not rounds:
        raise InvalidWeights("no_rounds")
    if weights is None:
        weights = dict.fromkeys(rounds, 1) if len(rounds) == 1 else {}
    for name in weights:
        if name not in rounds:
            raise UnknownRound("weight_without_round", round=name)
    taken = {name: counted for name, counted in rounds.items() if name in weights or not weights}
    chosen = RULES[rule]
    outcome = chosen.count(taken, weights)
    drawn = file_bands(taken, weights, outcome.ranking) if rule == RULE else None
    return {
        "rule": chosen.name,
        "method_version": chosen.method_version,
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
        "silent_rounds": list(outcome.joint.silent_rounds),
        "options": [_option(one, outcome, chosen, drawn) for one in outcome.ranking],
        "ties": [list(group) for group in ties(outcome.ranking)],
        "tie_break": None,
        "bands": None if drawn is None else _bands(drawn),
        "condorcet": _condorcet(taken, weights, outcome.ranking),
        "details": dict(outcome.facts),
    }


def as_table(document: Mapping[str, Any]) -> str:
    """The statement's options as lines of text; shares in percent rounded to one place, other scores to two.

    An option that is listed apart has no rank; its score, where it has one, stands in brackets.
    """
    rule = RULES[document["rule"]]
    names = [one["round"] for one in document["rounds"]] if rule.scores else []
    drawn = document["bands"] is not None
    header = ["rank", "option", *(["band"] if drawn else []), *(["score", *names] if rule.scores else [])]
    rows = [header, *(_cells(one, names, rule, drawn=drawn) for one in document["options"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(_line(row, widths) for row in rows)


def _condorcet(
    rounds: Mapping[str, CountedRound], weights: Mapping[str, Weight], ranking: tuple[RankedOption, ...]
) -> dict[str, object]:
    winner = condorcet(joint_margins(rounds, weights)[0]).winner
    first = {one.option for one in ranking if one.rank == 1}
    return {"winner": winner, "is_first": None if winner is None else winner in first}


def _option(one: RankedOption, outcome: Outcome, rule: Rule, drawn: FileBands | None) -> dict[str, Any]:
    band = None if drawn is None else drawn.by_option.get(one.option)
    joint = outcome.joint.options[one.option]
    return {
        "id": one.option,
        "rank": one.rank,
        "score": _text(joint.mean) if rule.scores else None,
        "band": None if band is None else list(band.rank),
        "coverage": fraction_text(joint.coverage),
        "rounds": _by_round(joint) if rule.scores else {},
        **outcome.by_option.get(one.option, {}),
    }


def _bands(drawn: FileBands) -> dict[str, Any]:
    return {
        "of": "rank",
        "level": fraction_text(LEVEL),
        "draws": DRAWS,
        "seeds": {name: seed.hex() for name, seed in drawn.seeds.items()},
    }


def _by_round(joint: JointScore) -> dict[str, str | None]:
    return {name: _text(score) for name, score in joint.by_round.items()}


def _text(score: Fraction | None) -> str | None:
    return None if score is None else fraction_text(score)


def _cells(one: Mapping[str, Any], names: list[str], rule: Rule, *, drawn: bool) -> list[str]:
    cells = ["-" if one["rank"] is None else str(one["rank"]), one["id"]]
    if drawn:
        cells.append("-" if one["band"] is None else "{}-{}".format(*one["band"]))
    if rule.scores:
        score = _figure(one["score"], rule)
        cells.append(f"({score})" if one["rank"] is None else score)
        cells += [_figure(one["rounds"][name], rule) for name in names]
    return cells


def _figure(score: str | None, rule: Rule) -> str:
    if score is None:
        return "-"
    exact = fraction_from_text(score)
    return f"{rounded(100 * exact, 1)} %" if rule.percent else str(rounded(exact, 2))


def _line(cells: list[str], widths: list[int]) -> str:
    """Figures to the right, the option's code to the left."""
    padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    padded[1] = cells[1].ljust(widths[1])
    return "  ".join(padded).rstrip() + "\n"
