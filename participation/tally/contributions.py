"""What each ballot contributes to the win rates: how sure a ranking is follows from how ballots differ.

On one ballot, an option wins some of the comparisons that the ballot makes of it and loses others; ties are
neither. Its surplus is the number won less the number lost. Summed over the ballots of a round,

    win rate  =  (1 + surplus / comparisons) / 2

which is scoring.win_rates exactly (half-points won out of comparisons made). Where a ballot may state no
opinion the number of comparisons differs between ballots as well, and the win rate is a ratio of two sums.

Below MOST_ROWS ballots every ballot's row is kept; from there on only exact sums and sums of products, from
which the covariance of the win rates follows. Either way they add up over batches, and what comes out does
not depend on how ballots were divided or in which order they came. Memory is bounded by MOST_ROWS rows.

These are as secret as the ballots: a row is one. They live in memory while a round is counted and are never
published or stored.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import BATCH, Profile, option_places
from participation.tally.errors import InvalidCounts
from participation.tally.kinds import NO_OPINION, READINGS, BallotKind
from participation.tally.moments import Moments

MOST_ROWS: Final = 20_000
"""From so many ballots on, sums take the place of rows."""

CELLS: Final = 2**22
"""Ballots times levels tabled at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Ballots one by one, as two (ballots, options) arrays of small integers."""

    surplus: NDArray[np.signedinteger]
    made: NDArray[np.signedinteger] | None
    """Comparisons made; None where every ballot compares every pair."""

    def __len__(self) -> int:
        """The number of ballots."""
        return len(self.surplus)

    @classmethod
    def of(cls, profile: Profile) -> "Rows":
        """One row a ballot, in the ballots' order.

        >>> Rows.of(Profile.of(BallotKind.RANKING, ["a", "b", "c"], [["b", "a"], []])).surplus.tolist()
        [[0, 2, -2], [0, 0, 0]]
        """
        compressed, levels = _levels(profile)
        if len(profile) > 1 and len(profile) * levels > CELLS:
            return cls.joined([cls.of(half) for half in profile.batches((len(profile) + 1) // 2)])
        return _rows(profile, compressed, levels)

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """The ballots of all parts."""
        made = [part.made for part in parts if part.made is not None]
        return cls(np.concatenate([part.surplus for part in parts]), np.concatenate(made) if made else None)

    def in_order(self) -> "Rows":
        """Sorted by the surplus of the first option, then of the second, and so on, then by comparisons.

        So a ballot's place says nothing about when it came, and draws from the rows are a matter of the
        ballots alone.
        """
        if not self.surplus.size:
            return self
        columns = self.surplus if self.made is None else np.hstack((self.surplus, self.made))
        size = columns.itemsize
        # With the sign flipped and the largest byte first, numbers sort as their bytes do.
        flipped = columns.view(f"u{size}") ^ np.array(2 ** (8 * size - 1), f"u{size}")
        keys = flipped.astype(f">u{size}").view(f"S{size * columns.shape[1]}").ravel()
        order = np.argsort(keys, kind="stable")
        return Rows(self.surplus[order], None if self.made is None else self.made[order])


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """The contributions of a round's ballots, or of a part of them."""

    kind: BallotKind
    options: tuple[str, ...]
    ballots: int
    parts: tuple[Rows, ...] = field(repr=False)
    """Rows below MOST_ROWS ballots, else none."""
    moments: Moments | None = field(repr=False)
    """Sums from MOST_ROWS ballots on, else None."""

    @classmethod
    def none(cls, kind: BallotKind, shown: Sequence[str]) -> "Contributions":
        """Those of no ballots, where every sum starts."""
        return cls(kind, tuple(option_places(shown)), 0, (), None)

    @classmethod
    def of(cls, profile: Profile, struck: Collection[str] = ()) -> "Contributions":
        """Take a profile's ballots, restricted to the options that were not struck.

        What was struck must be said here: a row cannot be restricted later, since it holds sums over all
        comparisons. Raises InvalidOptions if a struck option was not shown.
        """
        remaining = profile.without(struck)
        total = cls.none(remaining.kind, remaining.shown)
        for batch in remaining.batches(max(1, min(BATCH, 4 * CELLS // max(1, len(remaining.shown))))):
            total += cls(batch.kind, batch.shown, len(batch), (Rows.of(batch),), None)
        return total

    def __add__(self, other: "Contributions") -> "Contributions":
        """Those of both sets of ballots; raises InvalidCounts if kind or options differ."""
        if (self.kind, self.options) != (other.kind, other.options):
            raise InvalidCounts("different_options", here=self.options, there=other.options)
        ballots = self.ballots + other.ballots
        if ballots < MOST_ROWS:
            return Contributions(self.kind, self.options, ballots, self.parts + other.parts, None)
        return Contributions(self.kind, self.options, ballots, (), self.sums() + other.sums())

    def rows(self) -> Rows:
        """Every ballot, sorted; only below MOST_ROWS ballots."""
        nothing = np.zeros((0, len(self.options)), np.int16)
        return Rows.joined(self.parts).in_order() if self.parts else Rows(nothing, None)

    def sums(self) -> Moments:
        """The sums over all ballots, whether rows are kept or not."""
        if self.moments is not None:
            return self.moments
        total = Moments.none(len(self.options), silent=READINGS[self.kind].unmentioned == NO_OPINION)
        for part in self.parts:
            total += Moments.of(part.surplus, part.made)
        return total

    def win_rates(self) -> dict[str, Fraction | None]:
        """The exact win rates: those of the pairwise counts of the same ballots.

        >>> profile = Profile.of(BallotKind.RANKING, ["a", "b", "c"], [["a"], ["b", "a"], []])
        >>> {option: str(rate) for option, rate in Contributions.of(profile).win_rates().items()}
        {'a': '2/3', 'b': '7/12', 'c': '1/4'}
        """
        sums = self.sums()
        return {
            option: Fraction(made + surplus, 2 * made) if made else None
            for option, surplus, made in zip(self.options, sums.surplus.tolist(), sums.made.tolist(), strict=True)
        }


def _levels(profile: Profile) -> tuple[NDArray[np.int64], int]:
    """The levels of the mentioned options as small numbers from 0, and how many there are of them."""
    levels = profile.levels_mentioned()
    highest = int(levels.max(initial=0))
    if highest <= len(profile.shown):
        return levels, highest + 1
    distinct, compressed = np.unique(levels, return_inverse=True)
    # One more in front, so that a level above that of the unmentioned stays above it.
    return compressed.reshape(-1) + 1, len(distinct) + 1


def _rows(profile: Profile, levels: NDArray[np.int64], size: int) -> Rows:
    """Count the options on each level of each ballot; those below are won, those above lost."""
    ballots, options = len(profile), len(profile.shown)
    kind = np.int16 if options <= 2**15 else np.int32
    owners = profile.owners()
    cells = owners * size + levels
    tabled = np.bincount(cells, minlength=ballots * size).reshape(ballots, size)
    silent = READINGS[profile.kind].unmentioned == NO_OPINION
    placed = profile.lengths if silent else np.full(ballots, options)
    if not silent:
        tabled[:, 0] += options - profile.lengths
    table = (2 * np.cumsum(tabled, axis=1) - tabled - placed[:, None]).astype(kind)
    surplus = np.zeros((ballots, options), kind)
    if not silent:
        surplus += table[:, :1]
    mentioned = owners * options + profile.options
    surplus.ravel()[mentioned] = table.ravel()[cells]
    if not silent:
        return Rows(surplus, None)
    made = np.zeros((ballots, options), kind)
    made.ravel()[mentioned] = np.repeat((profile.lengths - 1).astype(kind), profile.lengths)
    return Rows(surplus, made)
