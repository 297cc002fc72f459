"""Where things stand on a chart: whole numbers and percentages that templates put into attributes.

Charts are drawn by the server. A style in a page is forbidden, so every length is an attribute of an SVG element,
either in thousandths of a stretched bar or in percent of a line whose marks keep their shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

WHOLE: Final = 1000
"""A bar's width in its own units."""
NEAREST: Final = Fraction(7, 100)
"""Marks closer than this are set one above the other: a sign is 20 pixels wide and a phone's line 280 long."""
LANE: Final = 24
"""The height of a lane of marks in pixels."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a bar, in thousandths from its beginning."""

    start: int
    length: int

    @property
    def middle(self) -> int:
        """Return the point in its middle."""
        return self.start + self.length // 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign on a line: which of the given values it is, how far along in percent, and how many lanes down."""

    at: int
    along: str
    lane: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its marks and the stretch between the outermost ones, in percent of its width."""

    marks: tuple[Mark, ...]
    lanes: int
    start: str
    end: str

    @property
    def height(self) -> int:
        """Return the line's height in pixels."""
        return LANE * self.lanes


def stretch(low: Fraction, high: Fraction) -> Stretch:
    """Return the part of a bar between two shares; a part too short to be seen is 2 thousandths long.

    >>> stretch(Fraction(1, 4), Fraction(3, 4))
    Stretch(start=250, length=500)
    >>> stretch(Fraction(1), Fraction(1))
    Stretch(start=998, length=2)
    """
    low, high = max(Fraction(0), min(low, high)), min(Fraction(1), max(low, high))
    start, end = _thousandths(low), _thousandths(high)
    length = max(end - start, 2)
    return Stretch(min(start, WHOLE - length), length)


def places(low: int, high: int, count: int) -> Stretch:
    """Return the part of a bar that stands for places, the first one at its beginning; each place is as wide.

    >>> places(1, 1, 4), places(2, 4, 4)
    (Stretch(start=0, length=250), Stretch(start=250, length=750))
    """
    return stretch(Fraction(low - 1, count), Fraction(high, count))


def line(shares: Sequence[Fraction | None], *, mirrored: bool = False) -> Line | None:
    """Place one mark for each share on a line from 0 to 1, None where there is no share at all.

    Marks that would cover each other go into lanes; the outermost ones stand on the line itself where they can.
    `mirrored` is for languages that are written from right to left: there 0 stands at the right end. Signs are not
    mirrored themselves.

    >>> line([Fraction(1, 2), None, Fraction(13, 25), Fraction(9, 10)]).marks
    (Mark(at=0, along='50.0%', lane=0), Mark(at=2, along='52.0%', lane=1), Mark(at=3, along='90.0%', lane=0))
    """
    known = sorted(
        (min(max(share, Fraction(0)), Fraction(1)), at) for at, share in enumerate(shares) if share is not None
    )
    if not known:
        return None
    first, last = known[0], known[-1]
    lanes: list[list[Fraction]] = []
    marks = []
    for share, at in dict.fromkeys([first, last, *known]):
        lane = next((free for free, taken in enumerate(lanes) if _is_free(taken, share)), len(lanes))
        lanes[lane : lane + 1] = [[*(lanes[lane] if lane < len(lanes) else ()), share]]
        marks.append(Mark(at, _percent(share, mirrored=mirrored), lane))
    marks.sort(key=lambda mark: mark.at)
    ends = (_percent(share, mirrored=mirrored) for share, _at in (first, last))
    return Line(tuple(marks), len(lanes), *ends)


def _is_free(taken: Sequence[Fraction], share: Fraction) -> bool:
    return all(abs(share - other) >= NEAREST for other in taken)


def signed(value: Fraction) -> Stretch:
    """Return the part of a bar from -1 to 1 that a value fills, from the middle outwards.

    >>> signed(Fraction(1, 2)), signed(Fraction(-1, 2))
    (Stretch(start=500, length=250), Stretch(start=250, length=250))
    """
    middle = Fraction(1, 2)
    return stretch(middle, middle + value / 2)


def _thousandths(share: Fraction) -> int:
    return int(share * WHOLE + Fraction(1, 2))


def _percent(share: Fraction, *, mirrored: bool) -> str:
    tenths = _thousandths(1 - share if mirrored else share)
    return f"{tenths // 10}.{tenths % 10}%"
