"""The stations of a paper: in which order they come, what a committee is asked for, and what it can answer."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, TypeVar


class Competence(StrEnum):
    """What a committee is asked for."""

    SENATE = "senate"
    PRELIMINARY = "preliminary"
    INFORMATION = "information"
    DECISION = "decision"


class Outcome(StrEnum):
    """What a committee made of a paper."""

    ADOPTED_UNCHANGED = "adopted_unchanged"
    ADOPTED_AMENDED = "adopted_amended"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    NOTED = "noted"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"


ADOPTED: Final = frozenset({Outcome.ADOPTED_UNCHANGED, Outcome.ADOPTED_AMENDED})
FINAL: Final = ADOPTED | {Outcome.REJECTED}
"""With these a body has decided; with the others it has put the decision off or left it to somebody else."""

MAX_STATIONS: Final = 60
"""Committees of one paper: far above what a city's council has."""
MAX_COMMITTEES: Final = 200


class Station(Protocol):
    """What the order of stations is made of."""

    @property
    def held_on(self) -> date | None: ...

    @property
    def position(self) -> int: ...


class Meeting(Protocol):
    """What says who may know how a station ended."""

    @property
    def is_public(self) -> bool: ...


def result_is_public(station: Meeting) -> bool:
    """Say whether everybody may know what came of a station; behind closed doors it is for the council to announce."""
    return station.is_public


S = TypeVar("S", bound=Station)


def in_order(stations: Iterable[S]) -> list[S]:
    """Return stations by their day, those of one day as they were entered; those without a day come last."""
    return sorted(stations, key=lambda station: (station.held_on or date.max, station.position))
