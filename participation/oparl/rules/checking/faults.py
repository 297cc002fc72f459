"""What a check finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Whether the text demands something or recommends it (its chapter 1.5)."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the specification does not allow: where, which demand, and what was found."""

    where: str
    rule: str
    found: str
    level: Level = Level.MUST

    def __str__(self) -> str:
        return f"{self.level} · {self.rule} · {self.where} · {self.found}"


Faults = Iterator[Fault]
