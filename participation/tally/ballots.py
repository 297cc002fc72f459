"""Ballots as people cast them, read into arrays that can be counted.

A content is the JSON of one ballot: a ranking is a list of option codes, best first; an approval a list of
codes; points and scores map codes to whole numbers. `shown` are the codes of all options that stood in the
round, in the round's order; what a ballot does not mention is read by its kind (see kinds.READINGS).

A fault raises UnreadableBallot with the ballot's place. Nothing is clamped, deduplicated or skipped.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from types import MappingProxyType
from typing import Final, NoReturn, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from participation.tally.errors import InvalidOptions, UnreadableBallot
from participation.tally.kinds import NO_OPINION, READINGS, BallotKind

Content: TypeAlias = Sequence[str] | Mapping[str, int]
AnyContent = TypeVar("AnyContent", bound=Content)

BATCH: Final = 2**14
"""Ballots read and counted at a time, so that memory does not grow; no figure depends on it."""

LARGEST_VALUE: Final = 2**31 - 1
"""No ballot gives one option more; sums over 2**32 ballots then still fit an int64."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The ballots of one round, or a batch of them.

    Ballots lie one behind the other: the first `lengths[0]` entries of `options` belong to the first ballot,
    and so on. Ballots keep their order, which no count depends on.
    """

    kind: BallotKind
    shown: tuple[str, ...]
    options: NDArray[np.int32]
    """Places in `shown`, in the order of the content."""
    values: NDArray[np.int64] | None
    """Points or scores beside `options`; None for kinds that carry no values.

    A ranking in which options share a place, as other formats have them, carries levels here: higher is
    better, 1 the least.
    """
    lengths: NDArray[np.int64]
    """How many options each ballot mentions."""

    def __len__(self) -> int:
        """The number of ballots, empty ones included."""
        return len(self.lengths)

    @classmethod
    def of(cls, kind: BallotKind, shown: Sequence[str], contents: Sequence[Content]) -> "Profile":
        """Read contents; raises InvalidOptions or UnreadableBallot.

        >>> Profile.of(BallotKind.RANKING, ["a", "b", "c"], [["c", "a"], []]).levels().tolist()
        [[1, 0, 2], [0, 0, 0]]
        """
        index = option_places(shown)
        reading = READINGS[kind]
        _check_shapes(contents, carries_values=reading.carries_values)
        lengths = np.fromiter(map(len, contents), np.int64, len(contents))
        options = _read_options(contents, index, int(lengths.sum()))
        if reading.carries_values:
            valued = cast("Sequence[Mapping[str, int]]", contents)
            values = _read_values(valued, reading.smallest_value, len(options))
            return cls(kind, tuple(index), options, values, lengths)
        profile = cls(kind, tuple(index), options, None, lengths)
        _check_no_duplicates(profile, cast("Sequence[Sequence[str]]", contents))
        return profile

    def levels(self) -> NDArray[np.int64]:
        """The weak orders as a (ballots, options) array; a higher level stands above a lower one.

        Ranked options count down to 1 for the last one that is ranked, chosen options have level 1, points
        and scores are their own levels. NO_OPINION (-1) marks an option that the ballot compares with
        nothing.
        """
        reading = READINGS[self.kind]
        levels = np.full((len(self), len(self.shown)), reading.unmentioned, np.int64)
        levels[self.owners(), self.options] = self.levels_mentioned()
        return levels

    def owners(self) -> NDArray[np.int64]:
        """The ballot of every entry of `options`, from 0."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def batches(self, size: int) -> Iterator["Profile"]:
        """The same ballots in portions of at most `size`, as views."""
        ends = np.concatenate(([0], np.cumsum(self.lengths)))
        for first in range(0, len(self), size):
            last = min(first + size, len(self))
            entries = slice(ends[first], ends[last])
            yield Profile(
                self.kind,
                self.shown,
                self.options[entries],
                None if self.values is None else self.values[entries],
                self.lengths[first:last],
            )

    def without(self, struck: Collection[str]) -> "Profile":
        """The ballots with some options erased from them; raises InvalidOptions if one of them was not shown.

        >>> profile = Profile.of(BallotKind.RANKING, ["a", "b", "c"], [["c", "a"], ["a"]]).without(["a"])
        >>> profile.shown, profile.levels().tolist()
        (('b', 'c'), [[0, 1], [0, 0]])
        """
        if not struck:
            return self
        places = option_places(self.shown)
        for option in struck:
            if option not in places:
                raise InvalidOptions("unknown_option", option=option)
        remaining = [option for option in self.shown if option not in struck]
        new_place = np.full(len(self.shown), -1, np.int32)
        new_place[[places[option] for option in remaining]] = np.arange(len(remaining))
        kept = new_place[self.options] >= 0
        return Profile(
            self.kind,
            tuple(remaining),
            new_place[self.options[kept]],
            None if self.values is None else self.values[kept],
            np.bincount(self.owners()[kept], minlength=len(self)),
        )

    def levels_mentioned(self) -> NDArray[np.int64]:
        """The levels of the entries of `options`, each beside its own."""
        if self.values is not None:
            return self.values
        if not READINGS[self.kind].order_counts:
            return np.ones(len(self.options), np.int64)
        return np.repeat(np.cumsum(self.lengths), self.lengths) - np.arange(len(self.options))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a round allows beyond the shape of its kind; None where nothing is limited."""

    options: int | None = None
    """How many options one ballot may rank or choose."""
    points: int | None = None
    """How many points one ballot may give in all."""
    value: int | None = None
    """The most that one option may be given."""

    def check(self, profile: Profile) -> None:
        """Raise UnreadableBallot for the first ballot beyond a limit."""
        if self.options is not None:
            _refuse_above("too_many_options", profile.lengths, self.options)
        if profile.values is None:
            return
        if self.points is not None:
            given = np.zeros(len(profile), np.int64)
            np.add.at(given, profile.owners(), profile.values)
            _refuse_above("too_many_points", given, self.points)
        if self.value is not None:
            highest = np.zeros(len(profile), np.int64)
            np.maximum.at(highest, profile.owners(), profile.values)
            _refuse_above("value_too_large", highest, self.value)


def levels(kind: BallotKind, content: Content, shown: Sequence[str]) -> dict[str, int | None]:
    """One ballot as a weak order: the level of every option shown, None where it states no opinion.

    For a receipt, an explanation, or counting by hand; Profile.levels is the same for many ballots.

    >>> levels(BallotKind.RANKING, ["b", "c"], ["a", "b", "c"])
    {'a': 0, 'b': 2, 'c': 1}
    >>> levels(BallotKind.SCORE, {"b": 0, "c": 5}, ["a", "b", "c"])
    {'a': None, 'b': 0, 'c': 5}
    """
    row = Profile.of(kind, shown, [content]).levels()[0].tolist()
    return {option: None if level == NO_OPINION else level for option, level in zip(shown, row, strict=True)}


def profiles(kind: BallotKind, shown: Sequence[str], contents: Iterable[Content]) -> Iterator[Profile]:
    """Read a stream of contents in batches; a fault names the ballot's place in the stream, from 0."""
    stream, read = iter(contents), 0
    while batch := list(islice(stream, BATCH)):
        try:
            yield Profile.of(kind, shown, batch)
        except UnreadableBallot as fault:
            raise fault.placed(read + fault.ballot) from None
        read += len(batch)


def option_places(shown: Sequence[str]) -> dict[str, int]:
    """The place of every option shown; raises InvalidOptions unless they are different, non-empty codes."""
    if isinstance(shown, str) or not all(type(option) is str and option for option in shown):
        raise InvalidOptions("not_a_list_of_codes")
    index: dict[str, int] = {}
    for option in shown:
        if option in index:
            raise InvalidOptions("duplicate_option", option=option)
        index[option] = len(index)
    return index


_SHAPES: Final[Mapping[bool, tuple[frozenset[type], str]]] = MappingProxyType(
    {
        False: (frozenset({list, tuple}), "not_a_list"),
        True: (frozenset({dict}), "not_an_object"),
    }
)
"""Exact types by carries_values: to Python a text is a sequence of codes, and a dict would lend its keys."""


def _check_shapes(contents: Sequence[Content], *, carries_values: bool) -> None:
    allowed, code = _SHAPES[carries_values]
    if not set(map(type, contents)) <= allowed:
        raise UnreadableBallot(code, ballot=_first(contents, lambda content: type(content) not in allowed))


def _read_options(contents: Sequence[Content], index: Mapping[str, int], total: int) -> NDArray[np.int32]:
    try:
        return np.fromiter(map(index.__getitem__, chain.from_iterable(contents)), np.int32, total)
    except (KeyError, TypeError):
        ballot = _first(contents, lambda content: any(_unknown(option, index) for option in content))
        option = next(option for option in contents[ballot] if _unknown(option, index))
        raise UnreadableBallot("unknown_option", ballot=ballot, option=option) from None


def _unknown(option: object, index: Mapping[str, int]) -> bool:
    return type(option) is not str or option not in index


def _read_values(contents: Sequence[Mapping[str, int]], smallest: int, total: int) -> NDArray[np.int64]:
    given = list(chain.from_iterable(content.values() for content in contents))
    if not set(map(type, given)) <= {int}:
        _refuse_value("not_a_whole_number", contents, lambda value: type(value) is not int)
    if given and min(given) < smallest:
        _refuse_value("value_too_small", contents, lambda value: value < smallest)
    if given and max(given) > LARGEST_VALUE:
        _refuse_value("value_too_large", contents, lambda value: value > LARGEST_VALUE)
    return np.fromiter(given, np.int64, total)


def _refuse_value(code: str, contents: Sequence[Mapping[str, int]], wrong: Callable[[int], bool]) -> NoReturn:
    ballot = _first(contents, lambda content: any(map(wrong, content.values())))
    option, value = next(item for item in contents[ballot].items() if wrong(item[1]))
    raise UnreadableBallot(code, ballot=ballot, option=option, value=value)


def _check_no_duplicates(profile: Profile, contents: Sequence[Sequence[str]]) -> None:
    mentioned = np.zeros((len(profile), len(profile.shown)), np.bool_)
    mentioned[profile.owners(), profile.options] = True
    if np.count_nonzero(mentioned) == len(profile.options):
        return
    ballot = _first(contents, lambda content: len(set(content)) < len(content))
    seen: set[str] = set()
    for option in contents[ballot]:
        if option in seen:
            raise UnreadableBallot("duplicate_option", ballot=ballot, option=option)
        seen.add(option)


def _refuse_above(code: str, figures: NDArray[np.int64], limit: int) -> None:
    beyond = np.flatnonzero(figures > limit)
    if len(beyond):
        ballot = int(beyond[0])
        raise UnreadableBallot(code, ballot=ballot, limit=limit, value=int(figures[ballot]))


def _first(contents: Sequence[AnyContent], wrong: Callable[[AnyContent], bool]) -> int:
    return next(place for place, content in enumerate(contents) if wrong(content))
