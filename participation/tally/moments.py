"""Sums and sums of products over ballots, exact, and the covariance of the win rates that follows from them."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from participation.tally.errors import InvalidCounts

Floats: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Over some ballots, with s the surplus of an option on a ballot and d the comparisons made of it."""

    ballots: int
    surplus: NDArray[np.int64]
    """(options,): the sums of s."""
    made: NDArray[np.int64]
    """(options,): the sums of d."""
    products: NDArray[np.int64]
    """(columns, columns): the sums of products of two columns. Columns are s of every option and, where a ballot may
    state no opinion, behind them d of every option; where every ballot compares every pair, d is a constant."""

    @classmethod
    def none(cls, options: int, *, silent: bool) -> "Moments":
        """The sums over no ballots; `silent` says whether a ballot may state no opinion."""
        nothing, columns = np.zeros(options, np.int64), options * (2 if silent else 1)
        return cls(0, nothing, nothing, np.zeros((columns, columns), np.int64))

    @classmethod
    def of(cls, surplus: NDArray[np.signedinteger], made: NDArray[np.signedinteger] | None) -> "Moments":
        """Sum up (ballots, options) arrays; `made` is None where every ballot compares every pair."""
        ballots, options = surplus.shape
        columns = surplus if made is None else np.hstack((surplus, made))
        every = np.full(options, ballots * (options - 1), np.int64)
        return cls(
            ballots,
            surplus.sum(axis=0, dtype=np.int64),
            every if made is None else made.sum(axis=0, dtype=np.int64),
            products_of(columns, max(1, options - 1)),
        )

    def __add__(self, other: "Moments") -> "Moments":
        """The sums over both sets of ballots; raises InvalidCounts where they would leave an int64."""
        ballots = self.ballots + other.ballots
        if ballots * len(self.surplus) ** 2 >= 2**62:
            raise InvalidCounts("too_many_ballots", ballots=ballots)
        return Moments(ballots, self.surplus + other.surplus, self.made + other.made, self.products + other.products)

    def scores(self) -> NDArray[np.float64]:
        """(options,): the win rates, NaN where no ballot compares an option."""
        return win_rate_floats(self.surplus.astype(np.float64), self.made.astype(np.float64))

    def covariance(self) -> NDArray[np.float64]:
        """(options, options): the covariance of the win rates as estimates, zero where there is no win rate.

        The delta method for a ratio of two sums: with r = sum of s / sum of d, a ballot's residual is
        e = s - r * d, and the covariance of two ratios is n / (n - 1) times the sum of e(i) * e(j) over the
        ballots, divided by the sums of d(i) and d(j) (W. G. Cochran, Sampling Techniques, 1977, 6.19). The
        win rate is half of 1 + r, so a quarter of that. With one ballot nothing is known: zero.
        """
        if self.ballots <= 1:
            return np.zeros((len(self.surplus), len(self.surplus)))
        options = len(self.surplus)
        made = np.where(self.made > 0, self.made, 1).astype(np.float64)
        products = self.products.astype(np.float64)
        if len(products) == options:
            residuals = products - self.surplus[:, None] * (self.surplus / self.ballots)[None, :]
        else:
            ratio = self.surplus / made
            mixed = products[:options, options:] * ratio[None, :]
            squares = products[options:, options:] * (ratio[:, None] * ratio[None, :])
            residuals = products[:options, :options] - mixed - mixed.T + squares
        residuals = (residuals + residuals.T) / 2
        scale = self.ballots / (4 * (self.ballots - 1))
        covariance: NDArray[np.float64] = scale * residuals / (made[:, None] * made[None, :])
        return covariance


def products_of(columns: NDArray[np.signedinteger], highest: int) -> NDArray[np.int64]:
    """(columns, columns): the sums over the rows of the products of two columns, exact; no entry exceeds `highest`.

    Products are summed as floats in portions small enough that every partial sum is a whole number that the
    float holds exactly, whatever the order of summation.
    """
    square = highest**2
    rows = 2**14 if square > 2**14 else min(2**24 // square, 2**14)
    exact = exact_float(rows * square)
    total = np.zeros((columns.shape[1], columns.shape[1]), np.int64)
    for first in range(0, len(columns), rows):
        portion: Floats = columns[first : first + rows].astype(exact)
        total += (portion.T @ portion).astype(np.int64)
    return total


def exact_float(highest: int) -> np.dtype[np.floating[Any]]:
    """The smaller float type that holds every whole number up to the highest: sums are exact in any order."""
    return np.dtype(np.float32) if highest <= 2**24 else np.dtype(np.float64)


def win_rate_floats(surplus: Floats, made: Floats) -> NDArray[np.float64]:
    """(1 + surplus / made) / 2 to the nearest float, NaN where nothing was compared."""
    won, made = surplus.astype(np.float64), made.astype(np.float64)
    won += made
    rates = np.full(won.shape, np.nan)
    np.divide(won, 2 * made, out=rates, where=made > 0)
    return rates
