"""How equals are told apart: named rules, each a part of the result.

A rule compares by what can be explained first (cost, votes), and ends with a draw, with the listed order if
that is what was declared, or with a refusal. It orders all options once; the same order holds in every round
of a completion, as the method's authors ask (equalshares.net, "Tie breaking").

The draw: every option has a lot, the first block of the stream of tally.draws for the purpose "tie " and its
code in UTF-8 as hexadecimal digits; lower lots go first. Nobody can choose a code that wins before the seed is
known, the listing does not matter, and an option that is withdrawn changes nothing between the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from participation.tally.budget.instances import Instance
from participation.tally.draws import block, stream_key
from participation.tally.errors import InvalidBudget, UndecidedTie

Votes: TypeAlias = Mapping[str, Fraction | int]


@dataclass(frozen=True, slots=True)
class Equals:
    """What a tie rule may look at."""

    instance: Instance
    votes: Votes
    """How many support each option; where it is not known, no option has any and it decides nothing."""
    seed: bytes | None
    """What lots are drawn from; None where nothing may be drawn."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Options that were equal where their order mattered, in the order that the tie rule gave them."""

    options: tuple[str, ...]
    decided_by: tuple[str, ...]
    """The first figures in which neighbours in that order differ, such as "lower_cost" or "draw"."""


Criterion: TypeAlias = Callable[[Equals, str], Any]
"""A figure of one option; the lower one goes first."""


@dataclass(frozen=True, slots=True)
class TieRule:
    """A name and the figures that are compared in turn; what they leave equal is refused."""

    name: str
    criteria: Mapping[str, Criterion]

    def order(self, equals: Equals, options: Sequence[str]) -> list[str]:
        """Put options that are equal in score in order; the order in which they are given decides nothing.

        Raises UndecidedTie if the rule leaves two of them equal, or needs a draw without a seed.
        """
        return self._settle(equals, list(options), list(self.criteria.values()))

    def _settle(self, equals: Equals, options: list[str], criteria: list[Criterion]) -> list[str]:
        """Sort by the first criterion, and what it leaves equal by the others: no lot is drawn without need."""
        if len(options) < 2:  # noqa: PLR2004  # a tie takes two
            return options
        if not criteria:
            raise UndecidedTie("tie_not_decided", tie_break=self.name, options=sorted(options))
        figures = {option: criteria[0](equals, option) for option in options}
        levels = groupby(sorted(options, key=figures.__getitem__), key=figures.__getitem__)
        return [option for _, equal in levels for option in self._settle(equals, list(equal), criteria[1:])]

    def tie(self, equals: Equals, options: Sequence[str]) -> Tie:
        """Put options in order, and say by what figures neighbours differ."""
        ordered = self.order(equals, options)
        return Tie(tuple(ordered), tuple(self._decided_by(equals, *pair) for pair in pairwise(ordered)))

    def _decided_by(self, equals: Equals, first: str, second: str) -> str:
        return next(name for name, figure in self.criteria.items() if figure(equals, first) != figure(equals, second))


def lot(seed: bytes, option: str) -> bytes:
    """The lot that an option has under a seed: 32 bytes, the lower one goes first.

    >>> lot(b"seed", "M1").hex()[:16]
    'b4a441bc64e0c7ba'
    """
    return block(stream_key(seed, "tie " + option.encode().hex()), 0)


def _cost(equals: Equals, option: str) -> Fraction:
    return equals.instance.costs[option]


def _fewest_votes_last(equals: Equals, option: str) -> Fraction | int:
    return -equals.votes.get(option, 0)


def _listed(equals: Equals, option: str) -> int:
    return equals.instance.options.index(option)


def _lot(equals: Equals, option: str) -> bytes:
    if equals.seed is None:
        raise UndecidedTie("no_seed_to_draw_from", options=[option])
    return lot(equals.seed, option)


_COST: Final[tuple[str, Criterion]] = ("lower_cost", _cost)
_VOTES: Final[tuple[str, Criterion]] = ("more_votes", _fewest_votes_last)
_LISTED: Final[tuple[str, Criterion]] = ("listed_first", _listed)
_DRAW: Final[tuple[str, Criterion]] = ("draw", _lot)

DEFAULT_TIE_BREAK: Final = "lower-cost"

_RULES: Final[Mapping[str, tuple[tuple[str, Criterion], ...]]] = MappingProxyType(
    {
        "lower-cost": (_COST, _DRAW),
        # What the method's authors recommend.
        "lower-cost-then-votes": (_COST, _VOTES, _DRAW),
        # As in Wieliczka in 2023 and in Świecie.
        "votes-then-lower-cost": (_VOTES, _COST, _DRAW),
        "draw": (_DRAW,),
        "listed": (_LISTED,),
        "lower-cost-then-listed": (_COST, _LISTED),
        "refuse": (),
    }
)

TIE_BREAKS: Final[Mapping[str, TieRule]] = MappingProxyType(
    {name: TieRule(name, MappingProxyType(dict(criteria))) for name, criteria in _RULES.items()}
)


def tie_rule(name: str) -> TieRule:
    """The rule of this name; raises InvalidBudget `unknown_tie_break`."""
    if name not in TIE_BREAKS:
        raise InvalidBudget("unknown_tie_break", tie_break=name, known=list(TIE_BREAKS))
    return TIE_BREAKS[name]
