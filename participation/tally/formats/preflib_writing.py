"""Write PrefLib's files: what was read, or a round of ours, whose ballots are too many to be held at once."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Final

from participation.tally.ballots import Profile
from participation.tally.errors import WrongKind
from participation.tally.formats.lines import BLANKS
from participation.tally.formats.orders import LARGEST_COUNT, Groups
from participation.tally.formats.preflib import (
    ALTERNATIVE,
    CATEGORY,
    DATA_TYPES,
    MOST_CATEGORIES,
    NO_NAMES,
    DataType,
    PrefLibFile,
)
from participation.tally.formats.sorting import sorted_lines
from participation.tally.kinds import BallotKind

_END: Final = "0001"
"""The end of a group in a line that is sorted, before any option: an option's place is written two higher."""
_SIGN: Final = struct.Struct(">H")
_COUNT: Final = len(str(LARGEST_COUNT))


def write_preflib(file: PrefLibFile) -> bytes:
    """Write a file of preferences; reading it gives the same."""
    ballots, different = sum(order.times for order in file.orders), len({order.groups for order in file.orders})
    orders = (_line(order.times, order.groups) for order in file.orders)
    return "".join([_header(file, ballots, different), *orders]).encode()


def preflib_of(
    parts: Iterable[Profile], *, title: str, names: Mapping[str, str] = NO_NAMES, entries: Mapping[str, str] = NO_NAMES
) -> tuple[DataType, Iterator[bytes]]:
    """Write a round's ballots piece by piece: equal ones once, with how many people cast them, most first.

    Approvals become two categories and scores one category each; an option without a score is in none. All else becomes
    weak orders, points too, in the narrowest type that holds them; an empty ballot is the order in which all are tied,
    which is how it counts. A line break in a name becomes a blank.

    `parts`, at least one, are gone through before this returns; what is sorted lies on the disk. Raises WrongKind for
    scores above MOST_CATEGORIES.
    """
    first = next(iter(parts))
    categories = _categories_of(first.kind, parts)
    everything, seen = len(first.shown), _Seen()
    keys = (_key(groups) for part in parts for groups in _ballots_in(part, len(categories)))
    lines = sorted_lines(_counted(sorted_lines(keys), seen, everything))
    begun = list(islice(lines, 1))  # from here on, all ballots are seen
    data_type = DATA_TYPES["cat"] if categories else _narrowest(ties=seen.ties, complete=seen.complete)
    file = PrefLibFile(
        data_type,
        {"TITLE": _one_line(title), "DATA TYPE": data_type.name, **entries},
        tuple(_one_line(names.get(option, option)) for option in first.shown),
        (),
        categories,
    )
    header = _header(file, seen.ballots, seen.different).encode()
    return data_type, chain([header], map(_line_of, chain(begun, lines)))


@dataclass(slots=True)
class _Seen:
    """What a file's header says of its ballots."""

    ballots: int = 0
    different: int = 0
    ties: bool = False
    complete: bool = True


def _counted(keys: Iterable[bytes], seen: _Seen, options: int) -> Iterator[bytes]:
    """Give every different ballot once, as a line that stands before those of ballots that were cast less often."""
    for key, equal in groupby(keys):
        times, groups = sum(1 for _key in equal), _groups(key)
        listed = sum(map(len, groups))
        seen.ballots += times
        seen.different += 1
        seen.ties = seen.ties or listed > len(groups)
        seen.complete = seen.complete and listed == options
        yield b"%0*d" % (_COUNT, LARGEST_COUNT - times) + key


def _line_of(counted: bytes) -> bytes:
    return _line(LARGEST_COUNT - int(counted[:_COUNT]), _groups(counted[_COUNT:])).encode()


def _key(groups: Groups) -> bytes:
    r"""Write groups as a line; lines are in the order of groups.

    >>> _key(((2, 0), (1,))), _groups(_key(((2, 0), (), (1,))))
    (b'00040002000100030001\n', ((2, 0), (), (1,)))
    """
    return "".join([*("".join([*(f"{option + 2:04x}" for option in group), _END]) for group in groups), "\n"]).encode()


def _groups(key: bytes) -> Groups:
    found: list[tuple[int, ...]] = []
    group: list[int] = []
    for (sign,) in _SIGN.iter_unpack(bytes.fromhex(key.decode())):
        if sign == 1:
            found.append(tuple(group))
            group = []
        else:
            group.append(sign - 2)
    return tuple(found)


def _narrowest(*, ties: bool, complete: bool) -> DataType:
    return next(
        one for one in DATA_TYPES.values() if not one.categories and one.ties == ties and one.complete == complete
    )


def _categories_of(kind: BallotKind, parts: Iterable[Profile]) -> tuple[str, ...]:
    if kind is BallotKind.APPROVAL:
        return "chosen", "not chosen"
    if kind is not BallotKind.SCORE:
        return ()
    highest = max(0 if part.values is None else int(part.values.max(initial=0)) for part in parts)
    if highest >= MOST_CATEGORIES:
        raise WrongKind("too_many_scores_for_categories", most=MOST_CATEGORIES - 1, found=highest)
    return tuple(str(score) for score in range(highest, -1, -1))


def _ballots_in(profile: Profile, categories: int) -> Iterator[Groups]:
    """Every ballot as its categories, or as a weak order if there are none."""
    everything = tuple(range(len(profile.shown)))
    if not categories:
        yield from (order or ((everything,) if everything else ()) for order in _weak_orders(profile))
        return
    for row in profile.levels().tolist():
        # The best category is first; one that stands for no opinion is none.
        yield tuple(
            tuple(option for option in everything if row[option] == score) for score in range(categories - 1, -1, -1)
        )


def _weak_orders(profile: Profile) -> Iterator[Groups]:
    """Every ballot's options in groups of equal level, best first."""
    options, levels, first = profile.options.tolist(), profile.levels_mentioned().tolist(), 0
    for length in profile.lengths.tolist():
        entries = sorted(range(first, first + length), key=lambda entry: (-levels[entry], options[entry]))
        yield tuple(tuple(options[entry] for entry in group) for _, group in groupby(entries, key=levels.__getitem__))
        first += length


def _header(file: PrefLibFile, ballots: int, different: int) -> str:
    numbers = {
        "NUMBER ALTERNATIVES": len(file.alternatives),
        "NUMBER VOTERS": ballots,
        file.data_type.unique: different,
    }
    if file.data_type.categories:
        numbers["NUMBER CATEGORIES"] = len(file.categories)
    entries = {**file.header, "DATA TYPE": file.data_type.name, **numbers}
    entries |= {f"{CATEGORY}{number}": one for number, one in enumerate(file.categories, start=1)}
    entries |= {f"{ALTERNATIVE}{number}": one for number, one in enumerate(file.alternatives, start=1)}
    return "".join(f"# {key}: {value}".rstrip(BLANKS) + "\n" for key, value in entries.items())


def _line(times: int, groups: Groups) -> str:
    return f"{times}: {','.join(map(_group_text, groups))}\n"


def _group_text(group: Sequence[int]) -> str:
    numbers = ",".join(str(option + 1) for option in group)
    return numbers if len(group) == 1 else f"{{{numbers}}}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
