"""What every format is read into: ballots of one round, each cast by one person or by many, ready to be counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import BATCH, Profile
from participation.tally.declarations import RoundDeclaration, check_size
from participation.tally.jsonlines import CountedRound

Progress: TypeAlias = Callable[[int], object]
"""Told how many ballots were counted, now and then."""


@dataclass(frozen=True, slots=True, eq=False)
class Election:
    """A round and its ballots."""

    declaration: RoundDeclaration
    profile: Profile
    times: NDArray[np.int64] | None = None
    """How many people cast each ballot; one each where it is None."""
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What options are called, by their codes, where the file says so."""

    @property
    def ballots(self) -> int:
        """How many people voted."""
        return len(self.profile) if self.times is None else int(self.times.sum())

    def count(self, progress: Progress = lambda _: None) -> CountedRound:
        """Count all ballots in batches. Raises TallyError for more options than can be counted.

        Equal ballots are not counted one by one: a ballot cast 5 times is counted where its number has binary
        digits, 4 and 1, and sums are doubled in between. So a file that claims a million million ballots
        takes no longer than one that lists each ballot some forty times.
        """
        check_size([self.declaration])
        if self.times is None:
            return self._once(self.profile, progress)
        total = CountedRound.none(self.declaration)
        for digit in reversed(range(int(self.times.max(initial=0)).bit_length())):
            total += total
            total += self._once(those(self.profile, (self.times >> digit) & 1 == 1), progress)
        return total

    def _once(self, profile: Profile, progress: Progress) -> CountedRound:
        total = CountedRound.none(self.declaration)
        for batch in profile.batches(BATCH):
            total += CountedRound.of(self.declaration, batch)
            progress(len(batch))
        return total


def those(profile: Profile, wanted: NDArray[np.bool_]) -> Profile:
    """The ballots of a profile that are wanted."""
    entries = np.repeat(wanted, profile.lengths)
    return Profile(
        profile.kind,
        profile.shown,
        profile.options[entries],
        None if profile.values is None else profile.values[entries],
        profile.lengths[wanted],
    )
