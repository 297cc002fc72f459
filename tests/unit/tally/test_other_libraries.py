"""The same figures from votelib, where its rules are ours: complete rankings, and who is ranked before whom."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from votelib.component.rankscore import Borda
from votelib.convert import RankedToCondorcetVotes, RankedToPositionalVotes

from participation.tally.counts import count
from participation.tally.kinds import BallotKind
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
