"""Heads of the chain: what a witness notes, and what it proves later."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Self

from participation.core.errors import Invalid

CONCLUSION: Final = "round.conclude"
"""The act after which a head is noted at once."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some moment: whoever holds it finds out if anything before it is changed or cut off."""

    number: int
    hash: str
    at: str
    site: str

    def line(self) -> str:
        """Return the head as one line of JSON."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, line: str) -> Self:
        """Return the head that a line says; raises Invalid `not_a_head`."""
        try:
            said = json.loads(line)
            head = cls(number=said["number"], hash=said["hash"], at=str(said["at"]), site=str(said["site"]))
        except (ValueError, KeyError, TypeError) as reason:
            raise Invalid("not_a_head", line=line[:80]) from reason
        if type(head.number) is not int or not isinstance(head.hash, str):
            raise Invalid("not_a_head", line=line[:80])
        return head


def read_heads(lines: Iterable[str]) -> list[Head]:
    """Return the heads of a file, one a line; blank lines are passed over."""
    return [Head.read(line) for line in lines if line.strip()]


def is_due(last_number: int, last_noted: datetime | None, *, end: int, concluded: int, now: datetime) -> bool:
    """Say whether a head is to be noted: something was added since, and a round was concluded or a day has begun.

    `end` is the number of the last act, `concluded` that of the last conclusion; 0 where there is none.
    """
    if end <= last_number:
        return False
    return last_noted is None or concluded > last_number or last_noted.date() < now.date()
