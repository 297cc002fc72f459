"""The five kinds of rounds as data: who takes part, through which door, and what a round of it may ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Task(StrEnum):
    """What a round asks of its participants."""

    PROPOSE = "propose"
    COMMENT = "comment"
    PRIORITISE_GOALS = "prioritise_goals"
    PRIORITISE_MEASURES = "prioritise_measures"
    COST = "cost"


VOTING_TASKS: Final = frozenset({Task.PRIORITISE_GOALS, Task.PRIORITISE_MEASURES})


class Eligibility(StrEnum):
    """Who may take part, and how somebody shows it."""

    ROLL = "roll"
    CODES = "codes"
    OPEN = "open"
    ORGANISATIONS = "organisations"
    DEPARTMENTS = "departments"


class KindName(StrEnum):
    """The body that a round belongs to."""

    STEERING_GROUP = "steering_group"
    CITIZENS = "citizens"
    ONLINE = "online"
    ADMINISTRATION = "administration"
    MIGRANT_FORUM = "migrant_forum"


IN_PERSON: Final = frozenset({Eligibility.ROLL, Eligibility.OPEN})
"""In which rounds people vote as themselves, so that they are known again in another one."""


@dataclass(frozen=True, slots=True)
class RoundKind:
    """What all rounds of one body have in common; `endpoint` is the view of the body's door.

    `usual` is how its participants show who they are unless a round says otherwise.
    """

    name: KindName
    usual: Eligibility
    eligibility: frozenset[Eligibility]
    allows: frozenset[Task]
    endpoint: str
    path: str


_ALL_TASKS: Final = frozenset(Task)
_NO_COSTS: Final = _ALL_TASKS - {Task.COST}

KINDS: Final[Mapping[KindName, RoundKind]] = {
    kind.name: kind
    for kind in (
        RoundKind(
            KindName.STEERING_GROUP,
            Eligibility.ROLL,
            frozenset({Eligibility.ROLL}),
            _NO_COSTS,
            "steering_group.door",
            "/steering-group",
        ),
        RoundKind(
            KindName.CITIZENS,
            Eligibility.CODES,
            frozenset({Eligibility.CODES}),
            _NO_COSTS,
            "citizens.door",
            "/citizens",
        ),
        RoundKind(
            KindName.ONLINE,
            Eligibility.OPEN,
            frozenset({Eligibility.OPEN, Eligibility.CODES}),
            _NO_COSTS,
            "online.door",
            "/online",
        ),
        RoundKind(
            KindName.ADMINISTRATION,
            Eligibility.DEPARTMENTS,
            frozenset({Eligibility.DEPARTMENTS}),
            _ALL_TASKS,
            "administration.door",
            "/administration",
        ),
        RoundKind(
            KindName.MIGRANT_FORUM,
            Eligibility.ORGANISATIONS,
            frozenset({Eligibility.ORGANISATIONS}),
            _NO_COSTS,
            "migrant_forum.door",
            "/migrant-forum",
        ),
    )
}
