"""The order in which a .pb file's own rule looks at projects: votes and scores, counted from the ballots."""

from fractions import Fraction

import numpy as np

from participation.tally.errors import UnreadableFile
from participation.tally.formats.pabulib import PabulibFile
from participation.tally.kinds import BallotKind

BORDA = "borda"


def votes(file: PabulibFile) -> dict[str, Fraction]:
    """How many ballots name each project, whatever they give it."""
    return _by_project(file, file.sums())


def scores(file: PabulibFile) -> dict[str, Fraction]:
    """By how much each project is preferred, as the collection counts it.

    Votes where ballots only choose, points where they give points. On ordinal ballots without points, Borda as
    the collection's checker computes it: of L projects listed, the first gets L points and the last one gets
    1. Raises UnreadableFile for another scoring function.
    """
    if file.points is not None:
        return _by_project(file, file.sums(file.points))
    if file.profile.kind is not BallotKind.RANKING:
        return votes(file)
    stated = file.meta.entries.get("scoring_fn", "")
    if stated and stated.lower() != BORDA:
        raise UnreadableFile("unknown_scoring_function", text=stated[:80], known=[BORDA])
    ends = np.repeat(np.cumsum(file.profile.lengths), file.profile.lengths)
    return _by_project(file, file.sums(ends - np.arange(len(ends))))


def _by_project(file: PabulibFile, sums: list[int]) -> dict[str, Fraction]:
    return {project.id: Fraction(total) for project, total in zip(file.projects, sums, strict=True)}
