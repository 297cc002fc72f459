"""Figures shown beside the win rate: how many ballots mention an option, and what they give it.

Like pairwise counts they add up over batches. They decide no order here: shares of approval and mean scores
cannot be compared between ballot kinds, which is why rounds are combined by win rates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from participation.tally.ballots import Profile, option_places
from participation.tally.errors import InvalidCounts, WrongKind
from participation.tally.kinds import READINGS, BallotKind


@dataclass(frozen=True, slots=True)
class Mentions:
    """For each option shown, the ballots that rank, choose, give points to or score it, and the sum given."""

    kind: BallotKind
    options: tuple[str, ...]
    mentioned: tuple[int, ...]
    given: tuple[int, ...]
    """Points or scores in all; zeros where the kind carries none."""
    ballots: int

    @classmethod
    def none(cls, kind: BallotKind, shown: Sequence[str]) -> "Mentions":
        """The figures of no ballots, where every sum starts."""
        options = tuple(option_places(shown))
        return cls(kind, options, (0,) * len(options), (0,) * len(options), 0)

    @classmethod
    def of(cls, profile: Profile) -> "Mentions":
        """Sum up a profile.

        >>> Mentions.of(Profile.of(BallotKind.SCORE, ["a", "b"], [{"a": 5}, {"a": 0}])).mentioned
        (2, 0)
        """
        given = np.zeros(len(profile.shown), np.int64)
        # A ranking with ties has values too, but they are levels that its file gives to nobody as points.
        if profile.values is not None and READINGS[profile.kind].carries_values:
            np.add.at(given, profile.options, profile.values)
        mentioned = np.bincount(profile.options, minlength=len(profile.shown)).tolist()
        return cls(profile.kind, profile.shown, tuple(mentioned), tuple(given.tolist()), len(profile))

    def __add__(self, other: "Mentions") -> "Mentions":
        """The figures of both sets of ballots; raises InvalidCounts if kind or options differ."""
        if (self.kind, self.options) != (other.kind, other.options):
            raise InvalidCounts("different_options", here=self.options, there=other.options)
        return Mentions(
            self.kind,
            self.options,
            tuple(map(sum, zip(self.mentioned, other.mentioned, strict=True))),
            tuple(map(sum, zip(self.given, other.given, strict=True))),
            self.ballots + other.ballots,
        )


def mention_shares(mentions: Mentions) -> dict[str, Fraction | None]:
    """The share of all ballots that mention each option; on approval ballots this is its approval.

    None where there are no ballots.
    """
    return _ratios(mentions, mentions.mentioned, (mentions.ballots,) * len(mentions.options))


def mean_scores(mentions: Mentions) -> dict[str, Fraction | None]:
    """The mean score of each option over the ballots that score it, None where none does.

    Raises WrongKind for other kinds than score.

    >>> mentions = Mentions.of(Profile.of(BallotKind.SCORE, ["a", "b"], [{"a": 5}, {"a": 0}, {}]))
    >>> mean_scores(mentions)
    {'a': Fraction(5, 2), 'b': None}
    """
    if mentions.kind is not BallotKind.SCORE:
        raise WrongKind("carries_no_scores", kind=mentions.kind.value)
    return _ratios(mentions, mentions.given, mentions.mentioned)


def mean_points(mentions: Mentions) -> dict[str, Fraction | None]:
    """The mean number of points over all ballots, where no points are 0.

    Raises WrongKind for other kinds than points.
    """
    if mentions.kind is not BallotKind.POINTS:
        raise WrongKind("carries_no_points", kind=mentions.kind.value)
    return _ratios(mentions, mentions.given, (mentions.ballots,) * len(mentions.options))


def _ratios(mentions: Mentions, above: Sequence[int], below: Sequence[int]) -> dict[str, Fraction | None]:
    return {
        option: Fraction(part, whole) if whole else None
        for option, part, whole in zip(mentions.options, above, below, strict=True)
    }
