"""The same figures from votelib, where its rules are ours: complete rankings, and who is ranked before whom."""

from collections import Counter
from fractions import Fraction
from itertools import permutations
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from votelib.component.pairwin_scorer import margins as margin_of_wins
from votelib.component.rankscore import Borda
from votelib.convert import (
    ApprovalToSimpleVotes,
    RankedToCondorcetVotes,
    RankedToPositionalVotes,
    ScoreToSimpleVotes,
)
from votelib.evaluate.condorcet import CondorcetWinner, KemenyYoung, Schulze

from participation.tally.ballots import Profile
from participation.tally.condorcet import condorcet
from participation.tally.counts import count
from participation.tally.grades import Grades, median_grades
from participation.tally.kemeny import kemeny
from participation.tally.kinds import BallotKind
from participation.tally.margins import margins
from participation.tally.mentions import Mentions, mean_scores, mention_shares
from participation.tally.schulze import schulze
from participation.tally.scoring import win_rates

OPTIONS = 6
CODES = [f"M{number}" for number in range(OPTIONS)]

complete = st.lists(st.permutations(range(OPTIONS)), min_size=1, max_size=12)
truncated = st.lists(
    st.permutations(range(OPTIONS)).flatmap(lambda order: st.integers(1, OPTIONS).map(lambda k: order[:k])),
    min_size=1,
    max_size=12,
)


def counted(ballots: list[list[int]]) -> Counter[tuple[int, ...]]:
    return Counter(tuple(ballot) for ballot in ballots)


def named(ballots: list[list[int]]) -> list[list[str]]:
    return [[CODES[option] for option in ballot] for ballot in ballots]


@given(complete)
def test_on_complete_rankings_the_win_rate_is_the_borda_score_of_votelib(ballots: list[list[int]]) -> None:
    borda = RankedToPositionalVotes(Borda(base=0)).convert(counted(ballots))
    most = len(ballots) * (OPTIONS - 1)
    assert win_rates(count(BallotKind.RANKING, CODES, named(ballots))) == {
        CODES[option]: Fraction(score, most) for option, score in borda.items()
    }


@given(truncated)
def test_pairwise_wins_are_those_of_votelib(ballots: list[list[int]]) -> None:
    """Options that no ballot ranks are unknown to votelib, so that they cannot be below anything there."""
    wins = RankedToCondorcetVotes(unranked_at_bottom=True).convert(counted(ballots))
    ranked = {option for ballot in ballots for option in ballot}
    above = count(BallotKind.RANKING, CODES, named(ballots)).above
    for one in ranked:
        for other in ranked - {one}:
            assert above[one, other] == wins.get((one, other), 0)


DAILY: Final = range(400)
REST: Final = range(400, 10_000)
PROFILES = pytest.mark.parametrize("seeds", [DAILY, pytest.param(REST, marks=pytest.mark.slow)], ids=["daily", "rest"])


def weak_orders(seed: int) -> list[dict[str, int]]:
    """Ballots of 2 to 5 options, tied or not, as points of 1 to 4, so that every ballot compares all."""
    random = Random(seed)
    options = CODES[: random.randint(2, 5)]
    return [{option: random.randint(1, 4) for option in options} for _ in range(random.randint(1, 9))]


def as_votelib(ballots: list[dict[str, int]]) -> dict[tuple[frozenset[str], ...], int]:
    """The same as votelib's shared rankings."""
    return Counter(
        tuple(
            frozenset(o for o in ballot if ballot[o] == level) for level in range(4, 0, -1) if level in ballot.values()
        )
        for ballot in ballots
    )


@PROFILES
def test_schulze_kemeny_and_condorcet_winners_are_those_of_votelib(seeds: range) -> None:
    """Its Schulze takes winning votes; handed margins as votes, it finds the same paths and the same order.

    Its ranking is by the options that one is before, ours by those before it: they differ only where the
    relation leaves pairs open, so that there the relations are compared. Its Kemeny refuses ties.
    """
    unique = 0
    for seed in seeds:
        ballots = weak_orders(seed)
        counts = count(BallotKind.POINTS, list(ballots[0]), ballots)
        votes = RankedToCondorcetVotes().convert(as_votelib(ballots))
        everywhere = {(a, b): votes.get((a, b), 0) for a in counts.options for b in counts.options if a != b}
        by_margin = {pair: max(0, margin) for pair, margin in margin_of_wins(everywhere).items()}
        found = margins(counts)

        result = schulze(found)
        paths = Schulze.widest_paths(by_margin)
        for (i, a), (j, b) in permutations(enumerate(counts.options), 2):
            assert result.strengths[i, j] == paths.get((a, b), 0)
        if not result.open_pairs():
            assert Schulze().evaluate(by_margin, len(counts.options)) == [one.option for one in result.ranking()]

        assert CondorcetWinner().evaluate(everywhere) == [one for one in [condorcet(found).winner] if one]

        consensus = kemeny(found)
        try:
            best = KemenyYoung().evaluate(everywhere, len(counts.options))
        except NotImplementedError:
            assert consensus.unique is False
            continue
        unique += 1
        assert consensus.unique
        assert list(consensus.order) == best
    assert unique > len(seeds) // 4


@PROFILES
def test_mean_scores_medians_and_approvals_are_those_of_votelib(seeds: range) -> None:
    for seed in seeds:
        random = Random(seed)
        ballots = [
            {option: random.randint(0, 5) for option in CODES if random.random() < 2 / 3}
            for _ in range(random.randint(1, 9))
        ]
        votes = Counter(frozenset((o, Fraction(score)) for o, score in ballot.items()) for ballot in ballots)
        profile = Profile.of(BallotKind.SCORE, CODES, ballots)
        given_any = {option for ballot in ballots for option in ballot}
        for function, ours in (
            ("mean", mean_scores(Mentions.of(profile))),
            ("median_low", median_grades(Grades.of(profile))),
        ):
            assert ScoreToSimpleVotes(function=function).convert(votes) == {o: ours[o] for o in given_any}

        chosen = [[option for option in ballot if ballot[option] > 2] for ballot in ballots]
        approvals = ApprovalToSimpleVotes().convert(Counter(map(frozenset, chosen)))
        shares = mention_shares(Mentions.of(Profile.of(BallotKind.APPROVAL, CODES, chosen)))
        assert shares == {option: Fraction(approvals.get(option, 0), len(ballots)) for option in CODES}
