"""What the scores might have been: draws of a round's win rates, and of a joint ranking's scores.

The bootstrap (B. Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7, 1979) asks
how a result would vary if other people of the same kind had voted: it draws ballots from those at hand, with
replacement, and counts again, many times. Bodies are drawn separately (stratified), since who sits in a body
is not a matter of chance. Of n ballots n - 1 are drawn, so that the variance of a mean comes out as s² / n
without bias also in small bodies (P. J. McCarthy and C. B. Snowden, The bootstrap and finite population
sampling, 1985; J. N. K. Rao and C. F. J. Wu, Resampling inference with complex survey data, JASA 83, 1988).
A body with one ballot tells nothing about its variation: its draws are all its one result.

From MOST_ROWS ballots on, a win rate is a mean over so many ballots that its distribution is normal for every
purpose here. Then the draws are normal with the covariance of the win rates (see moments), which costs the
same for any number of ballots.

For a body where everybody voted there is no sampling. The same draws then say how much the result hangs on
single ballots; call that robustness, not confidence.

A draw is a matter of the ballots and the seed alone: it does not depend on their order of arrival, on batches
or on the machine. The steps, for a third party: sort the ballots by Rows.in_order; draw Numbers(seed,
"bootstrap", n); the first n - 1 are the ballots of the first draw, and so on; a draw's win rate is
(1 + surplus / comparisons) / 2 of the ballots drawn, rounded to a 32-bit float.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.contributions import MOST_ROWS, Contributions, Rows
from participation.tally.draws import LARGEST_NORMAL, NORMAL_UNIT, Normals, Numbers
from participation.tally.errors import InvalidCounts
from participation.tally.joint import LEAST_COVERAGE, Weight, check_share, check_weights
from participation.tally.margins import LARGEST_INT64
from participation.tally.moments import Moments, exact_float, win_rate_floats

DRAWS: Final = 1_000
"""As many as usual for the ends of a 95 % interval (Efron and Tibshirani, An Introduction to the Bootstrap,
1993, chapter 13)."""

BOOTSTRAP: Final = "bootstrap"
COVARIANCE: Final = "covariance"

CELLS: Final = 2**20
"""Draws times ballots held at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What the scores of some options might have been."""

    options: tuple[str, ...]
    scores: NDArray[np.float32] = field(repr=False)
    """(draws, options): between 0 and 1; NaN where the option has no score in a draw."""

    def __len__(self) -> int:
        """The number of draws."""
        return len(self.scores)

    def to_bytes(self) -> bytes:
        """Compressed 32-bit floats, little-endian, draw by draw; the options are kept beside them."""
        return zlib.compress(self.scores.astype("<f4").tobytes())

    @classmethod
    def from_bytes(cls, options: Sequence[str], data: bytes) -> "Draws":
        """Read what to_bytes wrote; raises InvalidCounts if it does not fit the options."""
        floats = np.frombuffer(zlib.decompress(data), "<f4").astype(np.float32)
        if len(options) == 0 or len(floats) % len(options):
            raise InvalidCounts("wrong_size", options=len(options))
        return cls(tuple(options), floats.reshape(-1, len(options)))


def method_for(ballots: int) -> str:
    """How draw_round draws for so many ballots: BOOTSTRAP or COVARIANCE."""
    return BOOTSTRAP if ballots < MOST_ROWS else COVARIANCE


def draw_round(contributions: Contributions, seed: bytes, draws: int = DRAWS) -> Draws:
    """Draw a round's win rates; the seed of a round is the hash of its ballots.

    >>> from participation.tally.ballots import Profile
    >>> from participation.tally.kinds import BallotKind
    >>> ballots = Profile.of(BallotKind.RANKING, ["a", "b"], [["a"], ["a"], ["b"]])
    >>> draw_round(Contributions.of(ballots), b"seed", 4).scores.tolist()
    [[0.5, 0.5], [1.0, 0.0], [1.0, 0.0], [0.5, 0.5]]

    By hand: each draw takes two of the three ballots; both for a, or one for each.
    """
    if contributions.moments is not None:
        scores = _from_covariance(contributions.moments, seed, draws)
    else:
        scores = _resampled(contributions.rows(), seed, draws)
    return Draws(contributions.options, scores.astype(np.float32))


def joint_draws(rounds: Mapping[str, Draws], weights: Mapping[str, Weight]) -> Draws:
    """Combine the draws of rounds, draw by draw, by the rules of joint.joint_scores.

    The first draws of all rounds make the first joint draw, and so on; rounds are independent since their
    seeds differ. An option that a draw leaves with less than half of the speaking rounds' weight has no score
    in that draw. Raises what joint_scores raises, and InvalidCounts for different numbers of draws.
    """
    check_weights(list(rounds), weights)
    if len({len(one) for one in rounds.values()}) > 1:
        raise InvalidCounts("different_numbers_of_draws", draws={name: len(one) for name, one in rounds.items()})
    options = tuple(dict.fromkeys(option for one in rounds.values() for option in one.options))
    place = {option: at for at, option in enumerate(options)}
    weighed = [name for name in rounds if weights[name] > 0]
    size = len(next(iter(rounds.values())))
    total, weight = np.zeros((size, len(options))), np.zeros((size, len(options)))
    whole = sum((Fraction(weights[name]) for name in weighed), Fraction(0))
    parts = _whole_weights([Fraction(weights[name]) for name in weighed])
    behind, speaking = np.zeros(total.shape, parts.dtype), np.zeros((size, 1), parts.dtype)
    for name, part in zip(weighed, parts, strict=True):
        scores = np.full((size, len(options)), np.nan)
        scores[:, [place[option] for option in rounds[name].options]] = rounds[name].scores
        has, share = ~np.isnan(scores), float(weights[name] / whole)
        total += share * np.where(has, scores, 0.0)
        weight += share * has
        behind[has] += part
        speaking[has.any(axis=1)] += part
    enough = LEAST_COVERAGE.denominator * behind >= LEAST_COVERAGE.numerator * speaking
    covered = np.asarray((behind > 0) & enough, np.bool_)
    scores = np.full(total.shape, np.nan)
    np.divide(total, weight, out=scores, where=covered)
    return Draws(options, scores.astype(np.float32))


def carry_draws(own: Draws, goals: Draws, serves: Mapping[str, Sequence[str]], share: Fraction | int) -> Draws:
    """Let measures take a share of their goals' scores, draw by draw, by the rules of joint.carry_over."""
    check_share(share)
    if len(own) != len(goals):
        raise InvalidCounts("different_numbers_of_draws", draws={"own": len(own), "goals": len(goals)})
    place = {goal: at for at, goal in enumerate(goals.options)}
    part = float(share)
    scores = own.scores.astype(np.float64)
    for at, measure in enumerate(own.options):
        served = [place[goal] for goal in serves.get(measure, ()) if goal in place]
        theirs = goals.scores[:, served].astype(np.float64)
        known = np.count_nonzero(~np.isnan(theirs), axis=1)
        mean = np.nan_to_num(theirs).sum(axis=1) / np.maximum(known, 1)
        scores[:, at] = np.where(known > 0, (1 - part) * scores[:, at] + part * mean, scores[:, at])
    return Draws(own.options, scores.astype(np.float32))


def _resampled(rows: Rows, seed: bytes, draws: int) -> NDArray[np.float64]:
    """(draws, options): the win rates of n - 1 ballots drawn from the n, again and again."""
    ballots, options = rows.surplus.shape
    scores = np.full((draws, options), np.nan)
    if not ballots:
        return scores
    numbers, size = Numbers(seed, "bootstrap", ballots), max(1, ballots - 1)
    exact = exact_float(size * max(1, options - 1))
    surplus, made = rows.surplus.astype(exact), None if rows.made is None else rows.made.astype(exact)
    portion = max(1, CELLS // ballots)
    for first in range(0, draws, portion):
        last = min(first + portion, draws)
        times = _times_drawn(numbers, last - first, size).astype(exact)
        every = np.full((last - first, options), size * (options - 1), exact)
        scores[first:last] = win_rate_floats(times @ surplus, every if made is None else times @ made)
    return scores


def _times_drawn(numbers: Numbers, draws: int, size: int) -> NDArray[np.int64]:
    """(draws, ballots): how often each ballot was drawn."""
    drawn = numbers.take(draws * size).reshape(draws, size).astype(np.int64)
    drawn += numbers.end * np.arange(draws)[:, None]
    return np.bincount(drawn.ravel(), minlength=draws * numbers.end).reshape(draws, numbers.end)


def _from_covariance(moments: Moments, seed: bytes, draws: int) -> NDArray[np.float64]:
    """(draws, options): normal numbers with the covariance of the win rates around them, between 0 and 1.

    Factor and normal numbers are put in units so coarse that their products add up exactly in a float: the
    same on every machine.
    """
    factor = lower_factor(moments.covariance())
    options = len(factor)
    normals = Normals(seed, "covariance").take(draws * options).reshape(draws, options)
    highest = float(np.abs(factor).max(initial=0.0))
    bits = 52 - LARGEST_NORMAL.bit_length() - options.bit_length()
    unit = bits - int(np.frexp(highest)[1])
    whole = np.rint(np.ldexp(factor, unit))
    moved = np.ldexp(normals.astype(np.float64) @ whole.T, -unit) / NORMAL_UNIT
    return np.clip(moments.scores()[None, :] + moved, 0, 1)


def lower_factor(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """A lower triangular matrix whose product with its transpose is the covariance (Cholesky).

    Win rates may add up to a constant, so the covariance need not have full rank: a column that nothing is
    left for is zero (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, 10.3). Written out,
    since libraries differ in the last bits.
    """
    rest, factor = covariance.copy(), np.zeros_like(covariance)
    nothing = 1e-12 * float(np.diagonal(covariance).max(initial=0.0))
    for at in range(len(covariance)):
        if rest[at, at] <= nothing:
            continue
        column = rest[at:, at] / np.sqrt(rest[at, at])
        factor[at:, at] = column
        rest[at:, at:] -= column[:, None] * column[None, :]
    return factor


def _whole_weights(weights: Sequence[Fraction]) -> NDArray[Any]:
    """The weights as whole numbers in the same ratios; Python's own where sums of them could leave 64 bits."""
    common = lcm(*(weight.denominator for weight in weights))
    parts = [int(weight * common) for weight in weights]
    fits = LEAST_COVERAGE.denominator * sum(parts) < LARGEST_INT64
    return np.array(parts, np.int64 if fits else object)
