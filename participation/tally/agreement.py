"""How far rankings agree: two of them (tau-b), several (W), and what each body moves (leaving one out). Exact.

**Tau-b.** Of all pairs of options that both rankings score, those placed the same way count +1, those placed the
opposite way -1, those tied in either 0; the sum is divided by the geometric mean of the pairs that each
ranking does not tie. 1 is the same order, -1 the reverse. (M. G. Kendall, The treatment of ties in ranking
problems, Biometrika 33, 1945.)

**W**, Kendall's coefficient of concordance: how far the bodies' ranks of an option, added up, differ between
options, as a share of the most that they could. 1 if all bodies have the same order, near 0 if they have nothing
in common. (M. G. Kendall and B. Babington Smith, The problem of m rankings, Annals of Mathematical Statistics 10,
1939; with ties: M. G. Kendall, Rank Correlation Methods, 1970, chapter 6.) Each body counts once, whatever its
weight: a weight says how much a body decides, not how much it agrees.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from participation.tally.exact import rounded_root_ratio
from participation.tally.joint import JointScores, RoundScores, Weight, check_weights, joint_scores


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W over some bodies."""

    w: Fraction
    bodies: int
    options: int
    """Options that all these bodies score."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A joint ranking without one of its rounds."""

    round: str
    joint: JointScores
    tau: "TauB | None"
    """Its agreement with the ranking of all rounds."""


@dataclass(frozen=True, slots=True)
class TauB:
    """numerator / sqrt(radicand), kept as the two integers, since the root is seldom a fraction."""

    numerator: int
    """Pairs in the same order less pairs in opposite order."""
    radicand: int
    """Pairs that the first ranking does not tie, times those that the second does not."""
    options: int
    """Options that both rankings score."""

    def rounded(self, places: int) -> Decimal:
        """For showing, rounded half away from zero; from integers, so that every machine shows the same."""
        return rounded_root_ratio(self.numerator, self.radicand, places)


def kendall_tau_b(first: Mapping[str, Fraction | None], second: Mapping[str, Fraction | None]) -> TauB | None:
    """Compare two sets of scores over the options that have one in both.

    None where that says nothing: with fewer than two such options, or where one side ties them all.

    >>> tau = kendall_tau_b({"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(0)},
    ...                     {"a": Fraction(1), "b": Fraction(0), "c": Fraction(0)})
    >>> tau.numerator, tau.radicand, str(tau.rounded(3))
    (2, 6, '0.816')
    """
    scored = {option for option, score in second.items() if score is not None}
    shared = [option for option, score in first.items() if score is not None and option in scored]
    orders = [
        _order([score for option in shared if (score := scores[option]) is not None]) for scores in (first, second)
    ]
    numerator = int((orders[0] * orders[1]).sum()) // 2
    radicand = int(np.count_nonzero(orders[0]) // 2) * int(np.count_nonzero(orders[1]) // 2)
    return TauB(numerator, radicand, len(shared)) if radicand else None


def kendall_w(rounds: Sequence[RoundScores], weights: Mapping[str, Weight]) -> Concordance | None:
    """How far the bodies with weight agree on the options that all of them score.

    With m bodies, n options, R(i) the sum of the ranks of option i (those that tie share their mean rank) and T a
    body's sum of t³ - t over its groups of t tied options,

        W  =  12 * sum of (R(i) - m * (n + 1) / 2)²  /  (m² * (n³ - n) - m * sum of T)

    A body without any score is left out. None with fewer than two bodies or options, or where every body ties
    everything. Raises what joint.joint_scores raises.

    >>> rounds = [RoundScores("steering", {"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(0)}),
    ...           RoundScores("online", {"a": Fraction(3, 4), "b": Fraction(1, 4), "c": Fraction(1, 4)})]
    >>> kendall_w(rounds, {"steering": 1, "online": 1})
    Concordance(w=Fraction(13, 14), bodies=2, options=3)

    By hand: ranks 1, 2, 3 and 1, 2.5, 2.5 add up to 2, 4.5, 5.5; their mean is 4; the squares of the differences
    add up to 6.5; 12 * 6.5 / (4 * 24 - 2 * 6) = 78/84.
    """
    tables = _weighed(rounds, weights)
    shared = [option for option in tables[0] if all(option in table for table in tables)] if tables else []
    bodies, options = len(tables), len(shared)
    if bodies < 2 or options < 2:  # noqa: PLR2004  # agreement takes two
        return None
    sums, tied = Counter[str](), 0
    for table in tables:
        sums.update(_doubled_ranks({option: table[option] for option in shared}))
        tied += sum(size**3 - size for size in Counter(table[option] for option in shared).values())
    most = bodies**2 * (options**3 - options) - bodies * tied
    found = sum((total - bodies * (options + 1)) ** 2 for total in sums.values())
    return Concordance(Fraction(3 * found, most), bodies, options) if most else None


def leave_one_out(rounds: Sequence[RoundScores], weights: Mapping[str, Weight]) -> list[LeftOut]:
    """The joint ranking without each of its rounds in turn, in the order of the rounds.

    Rounds without weight change nothing and are not left out; nor is the only one that has any. Raises what
    joint.joint_scores raises.

    >>> rounds = [RoundScores("steering", {"a": Fraction(1), "b": Fraction(0)}),
    ...           RoundScores("online", {"a": Fraction(1, 4), "b": Fraction(3, 4)})]
    >>> [(one.round, one.tau and one.tau.numerator) for one in leave_one_out(rounds, {"steering": 2, "online": 3})]
    [('steering', -1), ('online', 1)]
    """
    whole = joint_scores(rounds, weights).scores()
    left: list[LeftOut] = []
    for one in rounds:
        others = {name: weight for name, weight in weights.items() if name != one.round}
        if weights[one.round] > 0 and any(others.values()):
            joint = joint_scores([other for other in rounds if other.round != one.round], others)
            left.append(LeftOut(one.round, joint, kendall_tau_b(joint.scores(), whole)))
    return left


def _weighed(rounds: Sequence[RoundScores], weights: Mapping[str, Weight]) -> list[dict[str, Fraction]]:
    """The scores of every body that has weight and says something."""
    check_weights([one.round for one in rounds], weights)
    tables = [
        {option: score for option, score in one.scores.items() if score is not None}
        for one in rounds
        if weights[one.round] > 0
    ]
    return [table for table in tables if table]


def _doubled_ranks(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """Twice the mean rank of the options that share a score: whole numbers."""
    sizes = Counter(scores.values())
    above, place = 0, {}
    for score in sorted(sizes, reverse=True):
        place[score] = 2 * above + sizes[score] + 1
        above += sizes[score]
    return {option: place[score] for option, score in scores.items()}


def _order(scores: list[Fraction]) -> NDArray[np.int64]:
    """Whether the option of the row is above (1), tied with (0) or below (-1) the option of the column."""
    height = {score: place for place, score in enumerate(sorted(set(scores)))}
    heights = np.array([height[score] for score in scores], np.int64)
    order: NDArray[np.int64] = np.sign(heights[:, None] - heights[None, :])
    return order
