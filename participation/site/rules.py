"""Names for the way of a proposal: its stations, and how far it has come."""

from enum import IntEnum, StrEnum


class StationKind(StrEnum):
    """What a station is about, in the order of the way."""

    PROPOSAL = "proposal"
    COSTS = "costs"
    VOTE = "vote"
    RESULT = "result"
    RANKING = "ranking"
    PLAN = "plan"
    PAPER = "paper"
    CONSULTATION = "consultation"
    STATUS = "status"


class Step(IntEnum):
    """How far a proposal has come."""

    HANDED_IN = 1
    ADMITTED = 2
    RANKED = 3
    PLANNED = 4
    DECIDED = 5
    CARRIED_OUT = 6
