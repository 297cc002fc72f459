"""A small process with two rounds, counted by hand.

The steering group ranks; its four ballots are M1 > M2 > M3 twice, M2 > M1 > M3, and an empty one that ties all.
Every option is compared 4 times with each of the two others, 8 comparisons.
    M1  2 + 2 + 1 wins and 2 ties:  6 of 8
    M2  1 + 1 + 2 wins and 2 ties:  5 of 8
    M3  2 ties:                     1 of 8
Online scores; the three ballots are M1 = M2, M3 > M2, and one that says something about M1 alone.
    M1  one tie:                    1/2 of 1
    M2  one tie, one loss:          1/2 of 2
    M3  one win:                    1 of 1
With weights 3 and 1:  M1 (3 * 3/4 + 1/2) / 4 = 11/16,  M2 (3 * 5/8 + 1/4) / 4 = 17/32,  M3 (3 * 1/8 + 1) / 4 = 11/32.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.results.rules.documents import canonical, document_hash
from participation.results.rules.evaluation import evaluate
from participation.results.rules.joint_snapshot import WeighedRound, joint_snapshot
from participation.results.rules.round_snapshot import CountedBox, FrozenOption, Turnout, round_snapshot
from participation.tally.ballots import Content, Profile
from participation.tally.contributions import Contributions
from participation.tally.counts import PairwiseCounts
from participation.tally.grades import Grades
from participation.tally.kinds import BallotKind
from participation.tally.marks import Marks
from participation.tally.mentions import Mentions
from participation.tally.scoring import rank, win_rates

CODES = ("M1", "M2", "M3")
STEERING: list[Content] = [["M1", "M2"], ["M1", "M2"], ["M2", "M1"], []]
ONLINE: list[Content] = [{"M1": 5, "M2": 5}, {"M3": 4, "M2": 1}, {"M1": 0}]


def frozen(code: str, *, once_cents: int = 0, struck: Mapping[str, Any] | None = None) -> FrozenOption:
    facts = {
        "title": {"language": "de", "body": f"Maßnahme {code}", "translations": {}},
        "field": None,
        "serves": ["G1.1"],
        "department": {"code": "D4", "title": {"language": "de", "body": "Kultur", "translations": {}}},
        "costing": {"once_cents": once_cents, "annual_cents": 0, "currency": "EUR", "cover": "open"},
    }
    return FrozenOption(code, document_hash(facts), facts, struck)


def counted(
    kind: BallotKind, ballots: Sequence[Content], codes: Sequence[str] = CODES, struck: Sequence[str] = ()
) -> CountedBox:
    profile = Profile.of(kind, codes, ballots)
    return CountedBox(
        PairwiseCounts.of(profile),
        Mentions.of(profile),
        Grades.of(profile),
        Contributions.of(profile, struck),
        Marks.of(profile.without(struck)),
        "0" * 64,
        "0" * 64,
        bytes(32),
        frozenset(struck),
    )


def snapshot(
    kind: BallotKind, ballots: Sequence[Content], codes: Sequence[str] = CODES, *, once_cents: int = 0
) -> dict[str, Any]:
    options = [frozen(code, once_cents=once_cents) for code in codes]
    box = counted(kind, ballots, codes)
    return round_snapshot(about(kind), options, box, evaluate(box), Turnout(None))


LIMITS: Mapping[BallotKind, Mapping[str, int]] = {
    BallotKind.RANKING: {"k": 5},
    BallotKind.APPROVAL: {"k": 5},
    BallotKind.POINTS: {"points": 10, "max": 5},
    BallotKind.SCORE: {"max": 5},
}


def about(kind: BallotKind) -> dict[str, Any]:
    return {"round": kind.value, "ballot": {"kind": kind.value, **LIMITS[kind]}}


def weighed(slug: str, weight: int, result: Mapping[str, Any] | None, opened_at: str = "2026-01-01") -> WeighedRound:
    return WeighedRound(slug, weight, opened_at, {"kind": "online"}, result)


def figures(result: Mapping[str, Any], figure: str) -> dict[str, Any]:
    return {one["code"]: one[figure] for one in result["options"]}


@pytest.fixture
def steering() -> dict[str, Any]:
    return snapshot(BallotKind.RANKING, STEERING)


@pytest.fixture
def online() -> dict[str, Any]:
    return snapshot(BallotKind.SCORE, ONLINE, once_cents=500_00)


def test_win_rates_of_a_round_are_those_counted_by_hand(steering: dict[str, Any], online: dict[str, Any]) -> None:
    assert figures(steering, "win_rate") == {"M1": "3/4", "M2": "5/8", "M3": "1/8"}
    assert figures(steering, "rank") == {"M1": 1, "M2": 2, "M3": 3}
    assert figures(steering, "mentioned") == {"M1": 3, "M2": 3, "M3": 0}
    assert figures(online, "win_rate") == {"M3": "1", "M1": "1/2", "M2": "1/4"}
    assert figures(online, "given") == {"M3": 4, "M1": 5, "M2": 6}
    assert steering["pairwise"] == {
        "options": ["M1", "M2", "M3"],
        "ballots": 4,
        "above": [[0, 2, 3], [1, 0, 3], [0, 0, 0]],
        "compared": [[0, 4, 4], [4, 0, 4], [4, 4, 0]],
    }


def test_the_joint_ranking_is_the_one_counted_by_hand(steering: dict[str, Any], online: dict[str, Any]) -> None:
    joint = joint_snapshot({"ranking": "joint"}, [weighed("steering", 3, steering), weighed("online", 1, online)])
    assert figures(joint, "score") == {"M1": "11/16", "M2": "17/32", "M3": "11/32"}
    assert figures(joint, "rank") == {"M1": 1, "M2": 2, "M3": 3}
    assert figures(joint, "coverage") == {"M1": "1", "M2": "1", "M3": "1"}
    assert joint["options"][0]["rounds"] == {"steering": "3/4", "online": "1/2"}
    assert joint["ballots"] == 7
    assert [(one["round"], one["share"], one["agreement"]["tau_b"]) for one in joint["rounds"]] == [
        ("steering", "3/4", "1.000"),
        ("online", "1/4", "-0.333"),
    ]


def test_equal_scores_share_a_place_and_name_each_other() -> None:
    tied = snapshot(BallotKind.APPROVAL, [["M1", "M2"], []])
    assert figures(tied, "rank") == {"M1": 1, "M2": 1, "M3": 3}
    assert tied["ties"] == [["M1", "M2"]]
    assert tied["options"][0]["tied_with"] == ["M2"]
    assert tied["tie_break"] is None


def test_a_round_in_which_nobody_voted_has_a_result_without_scores_and_is_silent() -> None:
    empty = snapshot(BallotKind.RANKING, [])
    assert empty["ballots"] == 0
    assert set(figures(empty, "win_rate").values()) == {None}
    voted = snapshot(BallotKind.RANKING, STEERING)
    joint = joint_snapshot({}, [weighed("forum", 9, empty), weighed("steering", 1, voted)])
    assert [one["silent"] for one in joint["rounds"]] == [True, False]
    assert figures(joint, "coverage") == {"M1": "1", "M2": "1", "M3": "1"}
    assert joint["rounds"][0]["agreement"] is None


def test_a_round_without_a_count_is_silent_too() -> None:
    joint = joint_snapshot(
        {}, [weighed("talk", 1, None), weighed("steering", 1, snapshot(BallotKind.RANKING, STEERING))]
    )
    talk = joint["rounds"][0]
    assert (talk["silent"], talk["ballots"], talk["result_hash"]) == (True, 0, None)
    assert figures(joint, "score") == {"M1": "3/4", "M2": "5/8", "M3": "1/8"}


def test_a_round_of_weight_zero_decides_nothing_and_is_shown(steering: dict[str, Any], online: dict[str, Any]) -> None:
    joint = joint_snapshot({}, [weighed("steering", 1, steering), weighed("online", 0, online)])
    assert figures(joint, "score") == figures(steering, "win_rate")
    assert joint["options"][2]["rounds"] == {"steering": "1/8", "online": "1"}
    assert joint["rounds"][1]["share"] == "0"


def test_an_option_with_less_than_half_of_the_weight_behind_it_is_listed_apart() -> None:
    broad = snapshot(BallotKind.RANKING, [["M1"]], ("M1", "M2"))
    narrow = snapshot(BallotKind.RANKING, [["M9"]], ("M1", "M9"))
    joint = joint_snapshot({}, [weighed("broad", 3, broad), weighed("narrow", 2, narrow)])
    last = joint["options"][-1]
    assert (last["code"], last["rank"], last["score"], last["coverage"]) == ("M9", None, "1", "2/5")
    assert last["rounds"] == {"broad": None, "narrow": "1"}
    assert joint["options"][0]["rank"] == 1


def test_a_struck_option_leaves_the_ballots_and_the_ranking() -> None:
    struck = {"struck_at": "2026-02-01T00:00:00Z", "reason": {"language": "de", "body": "Doppelt.", "translations": {}}}
    options = [frozen("M1", struck=struck), frozen("M2"), frozen("M3")]
    box = counted(BallotKind.RANKING, STEERING, struck=["M1"])
    result = round_snapshot(about(BallotKind.RANKING), options, box, evaluate(box), Turnout(None))
    assert result["ballots"] == 4
    assert result["pairwise"]["options"] == ["M2", "M3"]
    assert figures(result, "win_rate") == {"M2": "7/8", "M3": "1/8"}
    assert [one["code"] for one in result["struck"]] == ["M1"]
    assert result["struck"][0]["reason"]["body"] == "Doppelt."
    without = [[code for code in ballot if code != "M1"] for ballot in STEERING]
    assert figures(snapshot(BallotKind.RANKING, without, ("M2", "M3")), "win_rate") == figures(result, "win_rate")


def test_costs_and_words_are_those_of_the_round_that_opened_last(
    steering: dict[str, Any], online: dict[str, Any]
) -> None:
    first, last = weighed("a", 1, steering, "2026-01-01"), weighed("b", 1, online, "2026-03-01")
    for rounds in ([first, last], [last, first]):
        joint = joint_snapshot({}, rounds)
        assert {one["costing"]["once_cents"] for one in joint["options"]} == {500_00}


def test_turnout_is_written_down_as_it_may_be_shown() -> None:
    box = counted(BallotKind.RANKING, STEERING)
    turnout = Turnout(60, {"account": 40, "code": None, "department": None}, {"online": 55})
    result = round_snapshot(about(BallotKind.RANKING), [frozen(code) for code in CODES], box, evaluate(box), turnout)
    assert result["turnout"] == {
        "expected": 60,
        "classes": {"account": 40, "code": None, "department": None},
        "channels": {"online": 55},
    }


@pytest.mark.parametrize("ballots,publishes", [(9, False), (10, True)])
def test_a_round_of_fewer_than_ten_publishes_figures_only(ballots: int, publishes: bool) -> None:  # noqa: FBT001
    assert snapshot(BallotKind.RANKING, [["M1"]] * ballots)["publishes_ballots"] is publishes


ballots = st.lists(st.lists(st.sampled_from(CODES), unique=True), max_size=12)


@given(ballots, st.randoms())
@settings(max_examples=50)
def test_a_snapshot_says_what_the_tally_says_in_any_order_of_arrival(cast: list[list[str]], chance: Any) -> None:
    profile = Profile.of(BallotKind.RANKING, CODES, cast)
    rates = win_rates(PairwiseCounts.of(profile))
    shown = snapshot(BallotKind.RANKING, cast)
    assert figures(shown, "win_rate") == {code: None if rate is None else str(rate) for code, rate in rates.items()}
    assert figures(shown, "rank") == {one.option: one.rank for one in rank(rates)}
    chance.shuffle(cast)
    assert canonical(snapshot(BallotKind.RANKING, cast)) == canonical(shown)


def test_the_inputs_are_named_by_a_hash_that_changes_with_each_of_them(
    steering: dict[str, Any], online: dict[str, Any]
) -> None:
    def inputs(weight: int, result: Mapping[str, Any]) -> str:
        value: str = joint_snapshot({}, [weighed("a", weight, result), weighed("b", 1, online)])["inputs_hash"]
        return value

    assert inputs(1, steering) == inputs(1, steering)
    assert len({inputs(1, steering), inputs(2, steering), inputs(1, online)}) == 3


@pytest.mark.parametrize(
    "eligibility,expected,everybody",
    [
        ("roll", 12, True),
        ("organisations", 12, True),
        ("departments", 12, True),
        ("roll", 13, False),
        ("roll", None, False),
        ("codes", 12, False),
        ("open", 12, False),
    ],
)
def test_only_a_body_with_known_members_can_say_that_everybody_voted(
    eligibility: str,
    expected: int | None,
    everybody: bool,  # noqa: FBT001
) -> None:
    box = counted(BallotKind.RANKING, STEERING * 3)
    facts = {**about(BallotKind.RANKING), "eligibility": eligibility}
    result = round_snapshot(facts, [frozen(code) for code in CODES], box, evaluate(box), Turnout(expected))
    assert result["statistics"]["everybody_voted"] is everybody
