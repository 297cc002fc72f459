"""Preferences as PrefLib publishes them: .soc, .soi, .toc, .toi and .cat (preflib.org; Mattei and Walsh, ADT 2013).

A header of lines `# KEY: value`, then one line for every different ballot: how many people cast it, a colon,
and the numbers of the alternatives between commas, best first; those in braces are tied. `s` and `t` say
whether orders are strict or may have ties, `c` and `i` whether they are complete. What an incomplete order
does not list is tied last (the ranking's definition here; PrefLib leaves it open).

A .cat file puts alternatives into categories, the best category first. Two categories into which every ballot
puts all alternatives are read as approvals (the first one is chosen), else a category is a score: the number
of categories below it. An alternative in no category has no score.

The numbers that the header states are checked, `NUMBER UNIQUE ...` only where it is there. The older header
without keys is refused: it does not say which type the file has.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from participation.tally.ballots import Profile
from participation.tally.declarations import RoundDeclaration
from participation.tally.formats.elections import Election
from participation.tally.formats.lines import BLANKS, LONGEST_CODE, MOST_OPTIONS, ByteReader, Place, numbered_lines
from participation.tally.formats.numbers import whole_number
from participation.tally.formats.orders import LARGEST_COUNT, Groups, Order, ranking_profile, times
from participation.tally.kinds import BallotKind


@dataclass(frozen=True, slots=True)
class DataType:
    """What the orders of one type of file may be."""

    name: str
    ties: bool
    complete: bool
    categories: bool = False

    @property
    def unique(self) -> str:
        """The header's key for the number of different ballots."""
        return "NUMBER UNIQUE PREFERENCES" if self.categories else "NUMBER UNIQUE ORDERS"


DATA_TYPES: Final[Mapping[str, DataType]] = MappingProxyType(
    {
        one.name: one
        for one in (
            DataType("soc", ties=False, complete=True),
            DataType("soi", ties=False, complete=False),
            DataType("toc", ties=True, complete=True),
            DataType("toi", ties=True, complete=False),
            DataType("cat", ties=True, complete=False, categories=True),
        )
    }
)

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})

MOST_CATEGORIES: Final = 101
"""Scores from 0 to 100; more are no categories."""

ALTERNATIVE: Final = "ALTERNATIVE NAME "
CATEGORY: Final = "CATEGORY NAME "
_NUMBERS: Final = frozenset(
    {"NUMBER ALTERNATIVES", "NUMBER VOTERS", "NUMBER CATEGORIES", *(one.unique for one in DATA_TYPES.values())}
)
_GROUP: Final = re.compile(r"[ \t]*(?:\{([0-9, \t]*)\}|([0-9]+))[ \t]*(,|\Z)")


@dataclass(frozen=True, slots=True)
class PrefLibFile:
    """One file of preferences."""

    data_type: DataType
    header: Mapping[str, str]
    """The entries that are neither names nor numbers, in the file's order."""
    alternatives: tuple[str, ...]
    """Their names; alternative number 1 is the first one."""
    orders: tuple[Order, ...]
    categories: tuple[str, ...] = ()
    """Their names, best first; of a .cat file, the groups of an order are its categories."""

    def election(self) -> Election:
        """The ballots, ready to be counted; options have their numbers as codes."""
        shown = tuple(str(number) for number in range(1, len(self.alternatives) + 1))
        profile = self._categories(shown) if self.data_type.categories else ranking_profile(shown, self.orders)
        declaration = RoundDeclaration(self.header.get("TITLE") or "preferences", profile.kind, shown)
        names = MappingProxyType(dict(zip(shown, self.alternatives, strict=True)))
        return Election(declaration, profile, times(self.orders), names)

    def _categories(self, shown: tuple[str, ...]) -> Profile:
        below = [len(self.categories) - 1 - place for place in range(len(self.categories))]
        if len(self.categories) == 2 and all(_listed(order) == len(shown) for order in self.orders):  # noqa: PLR2004
            chosen = [order.groups[0] for order in self.orders]
            options = np.array([option for group in chosen for option in group], np.int32)
            return Profile(BallotKind.APPROVAL, shown, options, None, np.array([*map(len, chosen)], np.int64))
        given = [
            (option, below[place])
            for order in self.orders
            for place, group in enumerate(order.groups)
            for option in group
        ]
        return Profile(
            BallotKind.SCORE,
            shown,
            np.array([option for option, _ in given], np.int32),
            np.array([score for _, score in given], np.int64),
            np.array([_listed(order) for order in self.orders], np.int64),
        )


def read_preflib(stream: ByteReader, *, name: str) -> PrefLibFile:
    """Read a file of preferences; `name` is the file's name for messages. Raises UnreadableFile."""
    reading = _Reading(name)
    for number, line in numbered_lines(stream, name):
        place = Place(name, number)
        text = line.strip(BLANKS)
        reading.last = number
        if text.startswith("#"):
            reading.entry(line, place)
        elif text:
            reading.order(line, place)
    return reading.result()


@dataclass(slots=True)
class _Reading:
    name: str
    entries: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    different: set[Groups] = field(default_factory=set)
    data_type: DataType | None = None
    alternatives: tuple[str, ...] = ()
    numbers: dict[str, int] = field(default_factory=dict)
    """The alternatives' places by their numbers, as they are written without zeros in front."""
    categories: tuple[str, ...] = ()
    voters: int = 0
    last: int = 1

    def entry(self, line: str, place: Place) -> None:
        """Read one line of the header."""
        if self.data_type is not None:
            place.refuse("header_after_ballots")
        key, colon, value = line.partition("#")[2].partition(":")
        name = key.strip(BLANKS).upper()
        if not colon or not name:
            place.refuse("not_a_header_line", needs="# KEY: value")
        if name in self.entries:
            place.refuse("entry_twice", name=name[:LONGEST_CODE])
        self.entries[name], self.places[name] = value.strip(BLANKS), place.right(len(line) - len(value.lstrip(BLANKS)))

    def order(self, line: str, place: Place) -> None:
        """Read one ballot and how many people cast it."""
        if self.data_type is None:
            self._header(place)
        people, colon, text = line.partition(":")
        if not colon:
            place.refuse("missing_count", needs="count: order")
        count = whole_number(people, place, "count")
        if not 1 <= count <= LARGEST_COUNT - self.voters:
            place.refuse("count_out_of_range", most=LARGEST_COUNT)
        groups = self._groups(text, place.right(len(people) + 1))
        self._check(groups, place)
        self.different.add(groups)
        self.voters += count
        self.orders.append(Order(count, groups, place.line))

    def result(self) -> PrefLibFile:
        """Everything, if the numbers in the header are those of the ballots."""
        if self.data_type is None:
            self._header(Place(self.name, self.last))
        if self.data_type is None:
            raise AssertionError
        self._check_number("NUMBER VOTERS", self.voters)
        if self.data_type.unique in self.entries:
            self._check_number(self.data_type.unique, len(self.different))
        others = {
            key: value
            for key, value in self.entries.items()
            if key not in _NUMBERS and not key.startswith((ALTERNATIVE, CATEGORY))
        }
        return PrefLibFile(self.data_type, others, self.alternatives, tuple(self.orders), self.categories)

    def _header(self, place: Place) -> None:
        """The header is complete when the first ballot comes."""
        kind = self._stated("DATA TYPE", place)
        if kind not in DATA_TYPES:
            self.places["DATA TYPE"].refuse("unknown_data_type", text=kind[:LONGEST_CODE], known=list(DATA_TYPES))
        ending = self.name.lower().removesuffix(".gz").rpartition(".")[2]
        if ending in DATA_TYPES and ending != kind:
            self.places["DATA TYPE"].refuse("data_type_is_not_the_ending", text=kind, ending=ending)
        self._stated("NUMBER VOTERS", place)
        self.alternatives = self._names("NUMBER ALTERNATIVES", ALTERNATIVE, place)
        self.numbers = {str(number): number - 1 for number in range(1, len(self.alternatives) + 1)}
        if DATA_TYPES[kind].categories:
            self.categories = self._names("NUMBER CATEGORIES", CATEGORY, place)
        self.data_type = DATA_TYPES[kind]

    def _stated(self, key: str, place: Place) -> str:
        if not self.entries.get(key):
            self.places.get(key, place).refuse("missing_entry", name=key)
        return self.entries[key]

    def _names(self, number: str, prefix: str, place: Place) -> tuple[str, ...]:
        stated = whole_number(self._stated(number, place), self.places[number], number)
        keys = [key for key in self.entries if key.startswith(prefix)]
        if len(keys) > MOST_OPTIONS:
            self.places[keys[MOST_OPTIONS]].refuse("too_many_options", limit=MOST_OPTIONS)
        if len(keys) != stated:
            self.places[number].refuse("wrong_count", what=number, stated=stated, found=len(keys))
        for at in range(1, stated + 1):
            if f"{prefix}{at}" not in self.entries:
                place.refuse("missing_entry", name=f"{prefix}{at}")
        return tuple(self.entries[f"{prefix}{at}"] for at in range(1, stated + 1))

    def _check_number(self, key: str, found: int) -> None:
        stated = whole_number(self.entries[key], self.places[key], key)
        if stated != found:
            self.places[key].refuse("wrong_count", what=key, stated=stated, found=found)

    def _groups(self, text: str, place: Place) -> Groups:
        plain = self._strict(text)
        if plain is not None:
            return plain
        found: list[tuple[int, ...]] = []
        seen: set[int] = set()
        at = 0
        while at < len(text) or not found:
            match = _GROUP.match(text, at)
            if match is None:
                place.right(at).refuse("not_an_order", text=text[at : at + LONGEST_CODE])
            group = tuple(self._alternatives(match, place, seen))
            if not group and not (self.data_type and self.data_type.categories):
                place.right(at).refuse("empty_choice")
            found.append(group)
            at = match.end()
            if match[3] and at >= len(text):
                place.right(at).refuse("empty_choice")
        return tuple(found)

    def _strict(self, text: str) -> Groups | None:
        """An order without ties at once; None for anything else, also if it is faulty."""
        if "{" in text:
            return None
        try:
            groups = tuple((self.numbers[number.strip(BLANKS)],) for number in text.split(","))
        except KeyError:
            return None
        return groups if len(set(groups)) == len(groups) else None

    def _alternatives(self, match: re.Match[str], place: Place, seen: set[int]) -> Iterator[int]:
        listed = match[2] if match[1] is None else match[1]
        at = match.start(2 if match[1] is None else 1)
        if not listed.strip(BLANKS):
            return
        for part in listed.split(","):
            here = place.right(at + len(part) - len(part.lstrip(BLANKS)))
            number = whole_number(part, here, "alternative")
            if not 1 <= number <= len(self.alternatives):
                here.refuse("unknown_option", option=str(number), options=len(self.alternatives))
            if number in seen:
                here.refuse("choice_twice", option=str(number))
            seen.add(number)
            at += len(part) + 1
            yield number - 1

    def _check(self, groups: Groups, place: Place) -> None:
        kind = self.data_type
        if kind is None:
            raise AssertionError
        listed = sum(map(len, groups))
        if kind.categories and len(groups) != len(self.categories):
            place.refuse("wrong_number_of_categories", stated=len(self.categories), found=len(groups))
        if not kind.ties and listed > len(groups):
            place.refuse("tie_in_a_strict_order", data_type=kind.name)
        if kind.complete and listed < len(self.alternatives):
            place.refuse("order_not_complete", data_type=kind.name, options=len(self.alternatives), found=listed)


def _listed(order: Order) -> int:
    return sum(map(len, order.groups))
