"""Ballots of a round and joint rankings in the formats that others use: .pb (Pabulib) and PrefLib.

**A round** is written as its ballots were counted: without options that were struck, in an order that has nothing to do
with time, titles as names. PrefLib: .cat for approvals and scores, else weak orders in the narrowest of .soc, .soi,
.toc and .toi that holds them. Pabulib: approval, ordinal and cumulative ballots; scores cannot be written there, since
it reads silence as the score 0. A .pb file has costs and a budget: costs are one-off and one year's cost together, as
the ballot showed them; the budget is the amount that is asked for, or else the sum of all costs, which decides nothing
(META says so). Options without costs, such as goals, cannot be written as .pb.

**A joint ranking** has no ballots; what can be written are its bodies. PrefLib: every body's ranking as one weak order,
cast as many times as the body has weight (in lowest terms), so that a rule that counts orders counts weights; options
that did not stand in a round are not listed by it, which for PrefLib's readers may mean last (TITLE says what it is).
Pabulib: every body is a voter of vote type cumulative who gives each option its part of the joint score in hundred
thousandths, its share of the weight of the bodies that judged the option times its own figure; where goals carry over,
they are one more voter. The points of an option then add up to its joint score, as far as they are rounded, and greedy
by points is greedy by the joint ranking. Options that are listed apart are not written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd
from typing import Any, Final

import numpy as np

from participation.core.errors import Conflict, Invalid
from participation.results.rules.joint_snapshot import score_from_text
from participation.tally.ballots import Profile
from participation.tally.errors import WrongKind
from participation.tally.exact import fraction_from_text, rounded
from participation.tally.formats.orders import Order
from participation.tally.formats.pabulib_writing import pabulib_of, pabulib_pieces, write_pabulib
from participation.tally.formats.preflib import DATA_TYPES, PrefLibFile
from participation.tally.formats.preflib_writing import preflib_of, write_preflib
from participation.tally.kinds import BallotKind
from participation.tally.scoring import rank

PABULIB: Final = "pb"
PREFLIB: Final = "preflib"
POINTS: Final = 100_000
"""The points of a joint score of 1."""

_CENTS: Final = 100
_LONGEST_AMOUNT: Final = 15
_NO_DECISION: Final = "No amount was asked for: budget is the sum of all costs and decides nothing."
_CUMULATIVE: Final = (
    "Joint ranking. Each voter is a body; its points are its part of the joint score in hundred thousandths."
)


def formats_of_round(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in which formats a round's ballots can be had: in none where they are too few to be published."""
    if not snapshot["publishes_ballots"]:
        return ()
    fits = snapshot["ballot"]["kind"] != BallotKind.SCORE.value and _has_costs(snapshot["options"])
    return (PABULIB, PREFLIB) if fits else (PREFLIB,)


def formats_of_ranking(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in which formats a joint ranking can be had."""
    ranked = [one for one in snapshot["options"] if one["rank"] is not None]
    return (PABULIB, PREFLIB) if ranked and _has_costs(ranked) else (PREFLIB,)


def _has_costs(options: Sequence[Mapping[str, Any]]) -> bool:
    return all(one["costing"] is not None for one in options)


def budget_from_text(typed: str) -> int | None:
    """Read an amount in cents as addresses carry it, None for none; raises Invalid `budget_not_a_number`."""
    if not typed:
        return None
    if not typed.isascii() or not typed.isdecimal() or len(typed) > _LONGEST_AMOUNT:
        raise Invalid("budget_not_a_number", field="budget_cents", typed=typed[:_LONGEST_AMOUNT])
    return int(typed)


def round_as_pabulib(
    snapshot: Mapping[str, Any], parts: Iterable[Profile], names: Mapping[str, str], budget_cents: int | None
) -> Iterator[bytes]:
    """Write a round's ballots, which are gone through twice, as .pb piece by piece.

    Raises Conflict `scores_not_in_pabulib` or `costs_missing` before the first piece.
    """
    costs = _costs(snapshot)
    try:
        file = pabulib_of(
            next(iter(parts)),
            costs,
            _budget(costs, budget_cents),
            names=names,
            entries=_entries(snapshot, snapshot["round"], [*_left_out(snapshot), *_notes(budget_cents)]),
        )
    except WrongKind as refusal:
        raise Conflict("scores_not_in_pabulib", round=snapshot["round"]) from refusal
    return pabulib_pieces(file, parts, snapshot["ballots"])


def round_as_preflib(
    snapshot: Mapping[str, Any], parts: Iterable[Profile], names: Mapping[str, str]
) -> tuple[str, Iterator[bytes]]:
    """Write a round's ballots as PrefLib does; return the file's ending and its pieces."""
    left_out = _left_out(snapshot)
    data_type, pieces = preflib_of(
        parts,
        title=f"{snapshot['process']} {snapshot['round']}",
        names=_with_codes(names),
        entries={"DESCRIPTION": left_out[0]} if left_out else {},
    )
    return data_type.name, pieces


def ranking_as_pabulib(snapshot: Mapping[str, Any], names: Mapping[str, str], budget_cents: int | None) -> bytes:
    """Write a joint ranking as .pb. Raises Conflict `costs_missing`."""
    ranked = [one for one in snapshot["options"] if one["rank"] is not None]
    costs = _costs({"options": ranked})
    rows = {name: points for name, points in _points(snapshot, ranked).items() if points}
    shown = tuple(one["code"] for one in ranked)
    given = list(rows.values())
    profile = Profile(
        BallotKind.POINTS,
        shown,
        np.array([shown.index(code) for points in given for code in points], np.int32),
        np.array([value for points in given for value in points.values()], np.int64),
        np.array([len(points) for points in given], np.int64),
    )
    entries = _entries(snapshot, snapshot["ranking"], [_CUMULATIVE, *_notes(budget_cents)])
    file = pabulib_of(profile, costs, _budget(costs, budget_cents), names=names, entries=entries)
    return write_pabulib(replace(file, voter_columns={"voter_id": tuple(rows)}))


def ranking_as_preflib(snapshot: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, bytes]:
    """Write a joint ranking's bodies as PrefLib does; return the file's ending and its bytes."""
    codes = [one["code"] for one in snapshot["options"]]
    whole = gcd(*(one["weight"] for one in snapshot["rounds"])) or 1
    orders = [
        Order(one["weight"] // whole, groups)
        for one in snapshot["rounds"]
        if one["weight"] and (groups := _groups(snapshot, one["round"], codes))
    ]
    file = PrefLibFile(
        DATA_TYPES["toi"],
        {
            "TITLE": f"{snapshot['process']} {snapshot['ranking']}: one order for each body, as often as it has weight",
            "DATA TYPE": "toi",
        },
        tuple(" ".join(_with_codes(names)[code].split()) for code in codes),
        tuple(orders),
    )
    return "toi", write_preflib(file)


def _with_codes(names: Mapping[str, str]) -> dict[str, str]:
    """Put the code before each title: a PrefLib file numbers options anew, so only codes say what is what elsewhere."""
    return {code: f"{code} {name}" for code, name in names.items()}


def _groups(snapshot: Mapping[str, Any], name: str, codes: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    scores = {one["code"]: score_from_text(one["rounds"][name]) for one in snapshot["options"]}
    by_rank: dict[int, list[int]] = {}
    for one in rank(scores):
        if one.rank is not None:
            by_rank.setdefault(one.rank, []).append(codes.index(one.option))
    return tuple(tuple(sorted(group)) for group in by_rank.values())


def _points(snapshot: Mapping[str, Any], ranked: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    weights = {one["round"]: one["weight"] for one in snapshot["rounds"]}
    share = fraction_from_text(snapshot["carry_over"]["share"])
    points: dict[str, dict[str, int]] = {name: {} for name in (*weights, *(["goals"] if share else []))}
    for one in ranked:
        judged = {name: score for name in weights if (score := score_from_text(one["rounds"][name])) is not None}
        behind = sum(weights[name] for name in judged)
        goals = score_from_text(one.get("goals")) if share else None
        kept = 1 - share if goals is not None else Fraction(1)
        parts = {name: kept * Fraction(weights[name], behind) * score for name, score in judged.items()}
        if goals is not None:
            parts["goals"] = share * goals
        for name, part in parts.items():
            value = int(rounded(part * POINTS, 0))
            if value:
                points[name][one["code"]] = value
    return points


def _costs(snapshot: Mapping[str, Any]) -> dict[str, Fraction]:
    for one in snapshot["options"]:
        if one["costing"] is None:
            raise Conflict("costs_missing", option=one["code"])
    return {
        one["code"]: Fraction(one["costing"]["once_cents"] + one["costing"]["annual_cents"], _CENTS)
        for one in snapshot["options"]
    }


def _budget(costs: Mapping[str, Fraction], budget_cents: int | None) -> Fraction:
    return sum(costs.values(), Fraction(0)) if budget_cents is None else Fraction(budget_cents, _CENTS)


def _left_out(snapshot: Mapping[str, Any]) -> list[str]:
    struck = [one["code"] for one in snapshot.get("struck", ())]
    return [f"Left out, because they were struck after the opening: {', '.join(struck)}."] if struck else []


def _notes(budget_cents: int | None) -> list[str]:
    return [_NO_DECISION] if budget_cents is None else []


def _entries(snapshot: Mapping[str, Any], instance: str, notes: Sequence[str]) -> dict[str, str]:
    entries = {
        "description": f"{snapshot['process']} {instance}",
        "unit": snapshot["process"],
        "instance": instance,
        "currency": snapshot["currency"],
        "rule": "unknown",
    }
    return entries | {"comment": " ".join(notes)} if notes else entries
