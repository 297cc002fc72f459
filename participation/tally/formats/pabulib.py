"""Participatory budgets as Pabulib publishes them: files that end with .pb.

Three sections of rows between semicolons, META, PROJECTS and VOTES in this order, each with a line of column
names (pabulib.org/format; Faliszewski et al., "Participatory Budgeting: Data, Tools, and Analysis", IJCAI
2023). Columns stand in any order, and those that we do not know are kept.

What is read although the format's description does not say so, because files of the collection or the
examples in its description have it: blanks around cells and around the codes in a list, empty lines, a byte
order mark, carriage returns, section and column names in capital or small letters, a decimal comma, values
that are left out in META (read as not stated), `selected` other than 0 and 1, and marks that open a name
without closing it (see cells). Everything else is refused with its place; nothing is guessed or repaired.

How a ballot is read as a weak order: approval and choose-1 as approvals, ordinal as a ranking, cumulative and
scoring as points. Who gives a project no points in a `scoring` file gives it the default score, which is 0.

Whether the ballots keep the limits that META states, and whether the published votes, scores and selection
follow from the ballots, is another question than whether the file can be read: see published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import Profile
from participation.tally.kinds import BallotKind

SEPARATOR: Final = ";"

WITHDRAWN: Final = 999_999_999
"""The cost by which the collection marks a project that was withdrawn after the vote."""

SELECTED: Final = 1
"""What `selected` says of a project that the rule took; 2 and 3 were taken for a reason beside the rule."""

SECTIONS: Final = ("META", "PROJECTS", "VOTES")


@dataclass(frozen=True, slots=True)
class VoteType:
    """One way of voting, as META names it."""

    name: str
    kind: BallotKind
    points: bool = False
    """The column `points` has to be there."""
    most: int | None = None
    """How many projects one ballot may name, where the vote type alone says so."""


VOTE_TYPES: Final[Mapping[str, VoteType]] = MappingProxyType(
    {
        one.name: one
        for one in (
            VoteType("approval", BallotKind.APPROVAL),
            VoteType("choose-1", BallotKind.APPROVAL, most=1),
            VoteType("ordinal", BallotKind.RANKING),
            VoteType("cumulative", BallotKind.POINTS, points=True),
            VoteType("scoring", BallotKind.POINTS, points=True),
        )
    }
)

LIMITS: Final = (
    "min_length",
    "max_length",
    "min_sum_cost",
    "max_sum_cost",
    "min_points",
    "max_points",
    "min_sum_points",
    "max_sum_points",
)
"""What META may say about how every ballot had to be filled in."""

NOT_STATED: Final = "unknown"
"""Pabulib's own word for a rule that nobody knows; a file without the entry says the same."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a file says about the election as a whole."""

    entries: Mapping[str, str]
    """All entries as they stand there, in the file's order."""
    vote_type: VoteType
    budget: Fraction
    rule: str
    limits: Mapping[str, Fraction]
    """Those of LIMITS that are stated."""
    threshold: Fraction | None
    """`min_project_score_threshold`: with a lower score, a project is not selected even if it fits."""


@dataclass(frozen=True, slots=True)
class Project:
    """What stood to the vote."""

    id: str
    cost: Fraction
    name: str | None = None
    categories: tuple[str, ...] = ()
    votes: Fraction | None = None
    """Published: how many ballots name it."""
    score: Fraction | None = None
    """Published: the points that it was given."""
    selected: int | None = None
    """Published: 1 if the rule took it, 2 or 3 if it was taken for another reason, 0 if not."""
    more: Mapping[str, str] = field(default_factory=dict)
    """The other columns."""
    line: int = 0

    @property
    def withdrawn(self) -> bool:
        """Whether the collection marks it as withdrawn after the vote."""
        return self.cost == WITHDRAWN


@dataclass(frozen=True, slots=True, eq=False)
class PabulibFile:
    """One election."""

    meta: Meta
    project_columns: tuple[str, ...]
    projects: tuple[Project, ...]
    voter_columns: Mapping[str, tuple[str, ...]]
    """Every column of VOTES but the choices and the points, `voter_id` among them: one text a ballot."""
    profile: Profile
    """The ballots in the file's order; `shown` are the projects' ids."""
    points: NDArray[np.int64] | None
    """The column `points`, beside profile.options: an ordinal file can have it too."""
    lines: NDArray[np.int64]
    """The line of every ballot."""

    @property
    def voter_id(self) -> str:
        """The name of the column of voters' ids as the file writes it."""
        return next(name for name in self.voter_columns if name.lower() == "voter_id")

    def sums(self, weights: NDArray[np.int64] | None = None) -> list[int]:
        """Add up over the ballots what each gives to the projects that it names, one if nothing is given."""
        given = np.ones(len(self.profile.options), np.int64) if weights is None else weights
        total = np.zeros(len(self.projects), np.int64)
        np.add.at(total, self.profile.options, given)
        return [int(one) for one in total]
