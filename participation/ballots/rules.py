"""What counts as a ballot in a round, and which counts of them may be shown: pure checks, no repair."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from participation.core.errors import InvalidBallot
from participation.rounds.rules import SMALL_GROUP
from participation.tally.ballots import LARGEST_VALUE, Limits
from participation.tally.kinds import READINGS, BallotKind

Content: TypeAlias = list[str] | dict[str, int]
"""A list of option codes (ranking in order, approval in the round's order), or points or scores by code."""

Part = TypeVar("Part", bound=Hashable)

SHOWN_OF_A_TYPED_CODE: Final = 40
"""An unknown code is named in the refusal up to this length; it is whatever somebody sent."""


class ReceiptState(StrEnum):
    """What a receipt stands for; whoever holds one may learn it, from the opening of the round on."""

    IN_THE_BOX = "in_the_box"
    COUNTED = "counted"
    REPLACED = "replaced"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BallotShape:
    """What a ballot of a round may look like.

    `shown` are the codes of all options in the round's order, `struck` those taken off since it opened.
    """

    kind: BallotKind
    limits: Limits
    shown: tuple[str, ...]
    struck: frozenset[str] = frozenset()

    @property
    def standing(self) -> tuple[str, ...]:
        """Return the options that can still be voted for, in the round's order."""
        return tuple(code for code in self.shown if code not in self.struck)


def check_ballot(shape: BallotShape, content: object, *, empty_confirmed: bool = False) -> Content:
    """Return the content as it is stored, or raise InvalidBallot with the first fault.

    Nothing about the vote is changed: only the order of codes that have no order is made the round's own.
    An empty ballot (all options tied) counts, but only if that was said on purpose.
    """
    for fault in ballot_faults(shape, content):
        raise fault
    if not content and not empty_confirmed:
        raise InvalidBallot("empty_not_confirmed", field="confirm_empty")
    return _canonical(shape, content)


def ballot_faults(shape: BallotShape, content: object) -> list[InvalidBallot]:
    """Return everything that is wrong with a content; an empty ballot is not a fault.

    Codes: wrong_shape, unknown_option, option_struck, duplicate_option, too_many_choices, not_a_whole_number,
    points_not_positive, too_many_points_for_option, too_many_points, score_out_of_range. The fact `option` is the
    code of the option at fault, where it is one.
    """
    if READINGS[shape.kind].carries_values:
        if not isinstance(content, dict) or not all(isinstance(code, str) for code in content):
            return [_fault("wrong_shape", kind=shape.kind.value)]
        return [*_faults_of_codes(shape, list(content)), *_VALUES[shape.kind](shape, content)]
    if not isinstance(content, list) or not all(isinstance(code, str) for code in content):
        return [_fault("wrong_shape", kind=shape.kind.value)]
    return [*_faults_of_codes(shape, content), *_faults_of_number(shape, len(content))]


def same_vote(shape: BallotShape, one: object, other: object) -> bool:
    """Say whether two contents are the same ballot, whatever the order of codes that have none."""
    if isinstance(one, list) and isinstance(other, list) and not READINGS[shape.kind].order_counts:
        return len(one) == len(other) and all(code in other for code in one)
    return one == other


def _faults_of_codes(shape: BallotShape, codes: list[str]) -> Iterator[InvalidBallot]:
    shown = frozenset(shape.shown)
    seen: set[str] = set()
    for code in codes:
        if code not in shown:
            yield _fault("unknown_option", option=code[:SHOWN_OF_A_TYPED_CODE])
        elif code in shape.struck:
            yield _fault("option_struck", option=code)
        elif code in seen:
            yield _fault("duplicate_option", option=code)
        seen.add(code)


def _faults_of_number(shape: BallotShape, chosen: int) -> Iterator[InvalidBallot]:
    limit = shape.limits.options
    if limit is not None and chosen > limit:
        yield _fault("too_many_choices", chosen=chosen, limit=limit, over=chosen - limit)


def _faults_of_points(shape: BallotShape, values: Mapping[str, object]) -> Iterator[InvalidBallot]:
    given = 0
    highest = LARGEST_VALUE if shape.limits.value is None else shape.limits.value
    for code, value in values.items():
        if type(value) is not int:  # bool is an int to Python; a vote is not
            yield _fault("not_a_whole_number", option=code[:SHOWN_OF_A_TYPED_CODE])
        elif value < 1:
            yield _fault("points_not_positive", option=code[:SHOWN_OF_A_TYPED_CODE])
        elif value > highest:
            yield _fault("too_many_points_for_option", option=code[:SHOWN_OF_A_TYPED_CODE], limit=highest)
        if type(value) is int and 0 < value <= LARGEST_VALUE:
            given += value
    if shape.limits.points is not None and given > shape.limits.points:
        limit = shape.limits.points
        yield _fault("too_many_points", given=given, limit=limit, over=given - limit)


def _faults_of_scores(shape: BallotShape, values: Mapping[str, object]) -> Iterator[InvalidBallot]:
    highest = LARGEST_VALUE if shape.limits.value is None else shape.limits.value
    for code, value in values.items():
        if type(value) is not int:
            yield _fault("not_a_whole_number", option=code[:SHOWN_OF_A_TYPED_CODE])
        elif not 0 <= value <= highest:
            yield _fault("score_out_of_range", option=code[:SHOWN_OF_A_TYPED_CODE], limit=highest)


_VALUES: Final[Mapping[BallotKind, Callable[[BallotShape, Mapping[str, object]], Iterator[InvalidBallot]]]] = {
    BallotKind.POINTS: _faults_of_points,
    BallotKind.SCORE: _faults_of_scores,
}


def _canonical(shape: BallotShape, content: object) -> Content:
    if isinstance(content, dict):
        return {code: content[code] for code in shape.shown if code in content}
    chosen: list[str] = list(content) if isinstance(content, list) else []
    if READINGS[shape.kind].order_counts:
        return chosen
    return [code for code in shape.shown if code in chosen]


def _fault(code: str, **facts: object) -> InvalidBallot:
    return InvalidBallot(code, field="content", **facts)


def is_small(ballots: int) -> bool:
    """Say whether a round has so few ballots that they are not published one by one."""
    return ballots < SMALL_GROUP


def published_parts(parts: Mapping[Part, int]) -> dict[Part, int | None]:
    """Return a breakdown as it may be shown, to officials too: None for a part that is suppressed (promise 12).

    The exact figures of a whole round are its result. A breakdown of it, such as the ballots by class of participants,
    could point at single people where a part is small; such parts are suppressed, and so is what they could be worked
    out from.

    Parts below SMALL_GROUP are suppressed. The whole is known, and that there is somebody in each part that is named:
    so the suppressed parts must be several, and any of them could be of SMALL_GROUP as far as that goes. Known is also
    that no suppressed part is larger than one that is shown, so that together they must stay below that. Otherwise the
    next smallest is suppressed with them; and if that does not help, nothing is broken down at all, not even by name.
    Parts in which nobody is are not shown.

    >>> published_parts({"account": 640, "code": 4})
    {'account': None, 'code': None}
    >>> published_parts({"account": 640, "code": 30, "paper": 6})
    {'account': 640, 'code': None, 'paper': None}
    >>> published_parts({"account": 640, "code": 30})
    {'account': 640, 'code': 30}
    >>> published_parts({"Monday": 1, "Tuesday": 1})
    {}
    """
    present = {name: size for name, size in parts.items() if size}
    rising = sorted(present, key=lambda name: (present[name], str(name)))
    hidden = [name for name in rising if is_small(present[name])]
    shown = rising[len(hidden) :]
    while hidden and shown and not _cover_each_other([present[name] for name in hidden], below=present[shown[0]]):
        hidden.append(shown.pop(0))
    if hidden and not _cover_each_other([present[name] for name in hidden]):
        return {}
    return {name: present[name] if name in shown else None for name in present}


def published_margins(cells: Mapping[tuple[str, str], int]) -> tuple[dict[str, int | None], dict[str, int | None]]:
    """Return ballots by class and by channel as they may be shown side by side, from those by both.

    Who has an account does not vote on paper, so that the two together can give away what neither does alone: 17 with
    codes and 12 on paper are 5 with codes online. Where any such group is small, the channels are not shown.

    >>> published_margins({("account", "online"): 90, ("code", "online"): 5, ("code", "paper"): 12})
    ({'account': 90, 'code': 17}, {'online': None, 'paper': None})
    """
    by_class: dict[str, int] = {}
    by_channel: dict[str, int] = {}
    for (participant_class, channel), size in cells.items():
        by_class[participant_class] = by_class.get(participant_class, 0) + size
        by_channel[channel] = by_channel.get(channel, 0) + size
    classes, channels = published_parts(by_class), published_parts(by_channel)
    crossed = sum(size > 0 for size in by_class.values()) > 1 and sum(size > 0 for size in by_channel.values()) > 1
    if crossed and any(size and is_small(size) for size in cells.values()):
        apart = _cover_each_other([size for size in by_channel.values() if size])
        channels = dict.fromkeys((name for name, size in by_channel.items() if size and apart), None)
    return classes, channels


def _cover_each_other(hidden: Sequence[int], *, below: int | None = None) -> bool:
    """Say whether each of the suppressed parts could be of SMALL_GROUP, by all that their sum says.

    `below` is the smallest part that is shown, if one is. One suppressed part is small and the others are smaller than
    that; where they fill this to the brim, such as nine and nine beside a ten, they could be nothing else.
    """
    if below is not None and sum(hidden) >= SMALL_GROUP - 1 + (len(hidden) - 1) * (below - 1):
        return False
    return len(hidden) > 1 and sum(hidden) - (len(hidden) - 1) >= SMALL_GROUP
