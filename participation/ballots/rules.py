"""What counts as a ballot in a round: pure checks, no repair."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from participation.core.errors import InvalidBallot
from participation.tally.ballots import LARGEST_VALUE, Limits
from participation.tally.kinds import READINGS, BallotKind

Content: TypeAlias = list[str] | dict[str, int]
"""A list of option codes (ranking in order, approval in the round's order), or points or scores by code."""

SHOWN_OF_A_TYPED_CODE: Final = 40
"""An unknown code is named in the refusal up to this length; it is whatever somebody sent."""


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
