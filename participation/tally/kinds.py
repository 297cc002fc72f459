"""The four ballot kinds, and how each becomes a weak order over the options that were shown.

A kind is data: what its content looks like and what silence about an option means. Nothing else in the tally
asks which kind it has at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

NO_OPINION: Final = -1
"""The level of an option on which a ballot states no opinion: it is compared with nothing."""


@unique
class BallotKind(StrEnum):
    """What a ballot asks for; the value is what files and the API carry."""

    RANKING = "ranking"
    APPROVAL = "approval"
    POINTS = "points"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the content of one kind is read.

    A ballot gives each shown option a level; a higher level is placed above a lower one, equal levels are
    tied.
    """

    carries_values: bool
    """The content maps option codes to whole numbers; otherwise it is a list of option codes."""

    order_counts: bool
    """The place in the list is the opinion; otherwise being in the list is."""

    smallest_value: int
    """The least number that may stand in the content."""

    unmentioned: int
    """The level of a shown option that the content does not mention: last (0) or NO_OPINION."""


READINGS: Final[Mapping[BallotKind, Reading]] = MappingProxyType(
    {
        BallotKind.RANKING: Reading(carries_values=False, order_counts=True, smallest_value=0, unmentioned=0),
        BallotKind.APPROVAL: Reading(carries_values=False, order_counts=False, smallest_value=0, unmentioned=0),
        BallotKind.POINTS: Reading(carries_values=True, order_counts=False, smallest_value=1, unmentioned=0),
        BallotKind.SCORE: Reading(carries_values=True, order_counts=False, smallest_value=0, unmentioned=NO_OPINION),
    }
)
"""Ranked is above unranked, chosen above not chosen, more points above fewer; an absent score says nothing.

An empty ballot follows from this: all options tied, and for scores no opinion at all.
"""
