"""Who has money of their own under equal shares: bodies, their weights, their voters and what these support.

A voter supports what they ranked, chose, gave points to, or scored LEAST_SCORE or more. Every other difference
between ballots is left to the ranking: equal shares asks whom a measure serves, not how much.

The budget is divided among the bodies by their declared weights and within a body equally among its ballots, so
that a body's weight, not its size, is its money: a voter of body g starts with w_g * B / (W * n_g). A body
without ballots or without weight has nobody to pay; the weights of the others are taken among themselves. A
voter who supports nothing counts as a voter.

Prices are per head all the same: of an option that two bodies support, every supporter pays as much as the
others while they can, so that the larger body pays more of it and the smaller keeps more for what it alone
wants. Only a body's money does not depend on its size.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import BATCH, Profile, option_places
from participation.tally.budget.instances import Amount, Instance
from participation.tally.errors import InvalidBudget
from participation.tally.joint import check_weights
from participation.tally.kinds import BallotKind

LEAST_SCORE: Final = 3
"""Of 0 to 5: the upper half of the scale speaks for an option."""


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The ballots of one body as equal shares reads them; voters who support the same are one row."""

    name: str
    weight: Amount
    shown: tuple[str, ...]
    supports: NDArray[np.bool_]
    """(rows, options shown): what the voters of a row support. No two rows are the same."""
    voters: NDArray[np.int64]
    """(rows,): how many voters the row stands for, at least one."""

    @classmethod
    def of(cls, name: str, weight: Amount, shown: Sequence[str], ballots: Iterable[Collection[str]]) -> "Body":
        """From the options that every voter supports; raises InvalidOptions or InvalidBudget.

        >>> body = Body.of("online", 1, ["a", "b"], [["a"], ["a"], []])
        >>> body.supports.tolist(), body.voters.tolist()
        ([[False, False], [True, False]], [1, 2])
        """
        places, rows = option_places(shown), list(ballots)
        supports = np.zeros((len(rows), len(places)), np.bool_)
        for row, options in enumerate(rows):
            for option in options:
                if option not in places:
                    raise InvalidBudget("unknown_option_supported", body=name, ballot=row, option=option)
                supports[row, places[option]] = True
        return cls(name, weight, tuple(places), *_alike([_packed(supports)], len(places)))

    @classmethod
    def from_profile(cls, name: str, weight: Amount, profile: Profile, *, least_score: int = LEAST_SCORE) -> "Body":
        """From ballots of any kind; on scores, `least_score` or more is support.

        >>> profile = Profile.of(BallotKind.SCORE, ["a", "b"], [{"a": 5, "b": 2}, {"b": 3}])
        >>> Body.from_profile("online", 1, profile).supports.tolist()
        [[False, True], [True, False]]
        """
        packed = []
        for batch in profile.batches(BATCH):
            supports = np.zeros((len(batch), len(batch.shown)), np.bool_)
            speaks = np.ones(len(batch.options), np.bool_)
            if batch.kind is BallotKind.SCORE and batch.values is not None:
                speaks = batch.values >= least_score
            supports[batch.owners()[speaks], batch.options[speaks]] = True
            packed.append(_packed(supports))
        return cls(name, weight, profile.shown, *_alike(packed, len(profile.shown)))

    def __len__(self) -> int:
        """The number of voters."""
        return int(self.voters.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Electorate:
    """The bodies that have money, with one row for all voters of a body who support the same."""

    options: tuple[str, ...]
    """What is for sale."""
    bodies: tuple[Body, ...]
    """Those with ballots and weight."""
    dropped: tuple[str, ...]
    """The names of the others."""
    supports: NDArray[np.bool_]
    """(rows, options of the instance)."""
    voters: NDArray[np.int64]
    """(rows,)."""
    body: NDArray[np.int64]
    """(rows,): the row's body, a place in `bodies`."""
    supporters: tuple[NDArray[np.int64], ...]
    """For each option, the rows that support it."""

    @classmethod
    def of(cls, instance: Instance, bodies: Sequence[Body]) -> "Electorate":
        """Bring bodies together over the options that are for sale; what else they were shown costs them nothing.

        Raises InvalidWeights for weights that are not exact or negative, and for names given twice.
        """
        check_weights([body.name for body in bodies], {body.name: body.weight for body in bodies})
        paying = tuple(body for body in bodies if body.weight and len(body))
        nothing = np.zeros((0, len(instance.costs)), np.bool_)
        supports = np.concatenate([nothing, *(_for_sale(body, instance) for body in paying)])
        return cls(
            instance.options,
            paying,
            tuple(body.name for body in bodies if body not in paying),
            supports,
            np.concatenate([np.zeros(0, np.int64), *(body.voters for body in paying)]),
            np.repeat(np.arange(len(paying)), [len(body.voters) for body in paying]),
            tuple(column.nonzero()[0] for column in np.ascontiguousarray(supports.T)),
        )

    def __len__(self) -> int:
        """The number of voters, over all bodies that have money."""
        return int(self.voters.sum())

    def shares(self) -> list[Fraction]:
        """For each body, the part of the budget that one of its voters starts with."""
        whole = sum((Fraction(body.weight) for body in self.bodies), Fraction(0))
        return [Fraction(body.weight) / whole / len(body) for body in self.bodies]

    def standing(self) -> list[Fraction]:
        """For each option, the part of the bodies' weight that supports it: each body's share of supporters.

        With one body this is the share of its voters.
        """
        shares = self.shares()
        return [
            sum((share * votes for share, votes in zip(shares, self._by_body(rows), strict=True)), Fraction(0))
            for rows in self.supporters
        ]

    def weight_of(self, rows: NDArray[np.int64]) -> Fraction:
        """The part of the bodies' weight that the voters of some rows have, each body's divided by its voters."""
        parts = zip(self.shares(), self._by_body(rows), strict=True)
        return sum((share * voters for share, voters in parts), Fraction(0))

    def _by_body(self, rows: NDArray[np.int64]) -> list[int]:
        """How many voters of some rows each body has."""
        counted = np.bincount(self.body[rows], self.voters[rows], len(self.bodies))
        return [int(number) for number in counted.tolist()]


def _for_sale(body: Body, instance: Instance) -> NDArray[np.bool_]:
    """The supports of a body's rows over the instance's options; one that it was not shown, nobody supports."""
    if body.shown == instance.options:
        return body.supports
    places = {option: place for place, option in enumerate(body.shown)}
    supports = np.zeros((len(body.voters), len(instance.costs)), np.bool_)
    stood = [(column, places[option]) for column, option in enumerate(instance.costs) if option in places]
    for column, place in stood:
        supports[:, column] = body.supports[:, place]
    return supports


def _packed(supports: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Rows of truth values as rows of 64-bit words."""
    missing = -supports.shape[1] % 64
    return np.packbits(np.pad(supports, ((0, 0), (0, missing))), axis=1).view(np.uint64)


def _alike(packed: Sequence[NDArray[np.uint64]], width: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Different rows and how often each occurs."""
    words = np.concatenate(packed) if packed else np.zeros((0, -(-width // 64)), np.uint64)
    if words.shape[1] == 1:
        rows, voters = np.unique(words[:, 0], return_counts=True)
        rows = rows[:, None]
    else:
        rows, voters = np.unique(words, axis=0, return_counts=True)
    if not len(rows):
        return np.zeros((0, width), np.bool_), np.zeros(0, np.int64)
    bits = np.unpackbits(rows.view(np.uint8), axis=1, count=width)
    return bits.astype(np.bool_), voters.astype(np.int64)
