import io
import json
from fractions import Fraction
from typing import Any

import pytest

from participation.tally import METHOD_VERSION
from participation.tally.errors import InvalidWeights, MissingWeight, UnknownRound, UnknownRule, WrongKind
from participation.tally.file_bands import counts_seed
from participation.tally.jsonlines import CountedRound, read_ballots
from participation.tally.rules import RULES
from participation.tally.statement import as_table, statement

FILE = b"""\
{"round": "online", "ballot": {"kind": "ranking"}, "options": ["M1", "M2", "M10"]}
{"round": "online", "ballot_no": 1, "content": ["M1", "M2"]}
{"round": "online", "ballot_no": 2, "content": ["M2", "M1"]}
{"round": "steering", "ballot": {"kind": "score", "max": 5}, "options": ["M1", "M2", "M3"]}
{"round": "steering", "ballot_no": 1, "content": {"M1": 5, "M2": 5, "M3": 0}}
"""


@pytest.fixture(name="rounds")
def fixture_rounds() -> dict[str, CountedRound]:
    return read_ballots(io.BytesIO(FILE), name="ballots.jsonl")


def test_a_file_without_rounds_is_refused_by_its_own_reason() -> None:
    with pytest.raises(InvalidWeights) as refusal:
        statement({}, None)
    assert refusal.value.code == "no_rounds"


def test_one_round_needs_no_weights(rounds: dict[str, CountedRound]) -> None:
    document = statement({"online": rounds["online"]}, None)
    assert [(one["id"], one["rank"], one["score"]) for one in document["options"]] == [
        ("M1", 1, "3/4"),
        ("M2", 1, "3/4"),
        ("M10", 3, "0"),
    ]
    assert document["ties"] == [["M1", "M2"]]
    assert document["tie_break"] is None
    assert (document["rule"], document["method_version"], document["ballots"]) == ("win-rate", METHOD_VERSION, 2)


def test_several_rounds_are_weighed_and_what_has_little_weight_behind_it_is_listed_apart(
    rounds: dict[str, CountedRound],
) -> None:
    document = statement(rounds, {"online": Fraction(2, 3), "steering": Fraction(1, 3)})
    assert document["rounds"] == [
        {"round": "online", "kind": "ranking", "ballots": 2, "weight": "2/3"},
        {"round": "steering", "kind": "score", "ballots": 1, "weight": "1/3"},
    ]
    assert document["options"][2:] == [
        {
            "id": "M10",
            "rank": 3,
            "score": "0",
            "band": [3, 3],
            "coverage": "2/3",
            "rounds": {"online": "0", "steering": None},
        },
        {
            "id": "M3",
            "rank": None,
            "score": "0",
            "band": None,
            "coverage": "1/3",
            "rounds": {"online": None, "steering": "0"},
        },
    ]
    assert as_table(document) == (
        "rank  option  band    score  online  steering\n"
        "   1  M1       1-2   75.0 %  75.0 %    75.0 %\n"
        "   1  M2       1-2   75.0 %  75.0 %    75.0 %\n"
        "   3  M10      3-3    0.0 %   0.0 %         -\n"
        "   -  M3         -  (0.0 %)       -     0.0 %\n"
    )
    assert json.loads(json.dumps(document)) == document


def test_rounds_without_a_weight_are_left_out_and_named(rounds: dict[str, CountedRound]) -> None:
    document = statement(rounds, {"steering": 5})
    assert document["left_out"] == ["online"]
    assert {one["id"] for one in document["options"]} == {"M1", "M2", "M3"}


def test_nothing_is_weighed_by_guess(rounds: dict[str, CountedRound]) -> None:
    with pytest.raises(MissingWeight):
        statement(rounds, None)
    with pytest.raises(UnknownRound):
        statement(rounds, {"online": 1, "citizens": 1})


def test_bands_are_a_matter_of_the_ballots_and_name_their_seed(rounds: dict[str, CountedRound]) -> None:
    lines = FILE.splitlines(keepends=True)
    other_order = b"".join([lines[0], lines[2], lines[1], *lines[3:]])
    weights = {"online": Fraction(1), "steering": Fraction(1)}
    document = statement(rounds, weights)
    assert statement(read_ballots(io.BytesIO(other_order), name="x"), weights) == document
    assert document["bands"]["level"] == "19/20"
    assert document["bands"]["seeds"] == {name: counts_seed(name, one.counts).hex() for name, one in rounds.items()}


def test_other_rules_than_the_win_rate_have_no_bands(rounds: dict[str, CountedRound]) -> None:
    document = statement({"online": rounds["online"]}, None, rule="schulze")
    assert document["bands"] is None
    assert {one["band"] for one in document["options"]} == {None}
    assert "band" not in as_table(document)


CYCLE = b"""\
{"round": "online", "ballot": {"kind": "score", "max": 5}, "options": ["a", "b", "c", "d", "e"]}
{"round": "online", "ballot_no": 1, "content": {"a": 5, "b": 3, "c": 1, "d": 0}}
{"round": "online", "ballot_no": 2, "content": {"a": 5, "b": 3, "c": 1, "d": 0}}
{"round": "online", "ballot_no": 3, "content": {"b": 5, "c": 3, "a": 1, "d": 0}}
{"round": "online", "ballot_no": 4, "content": {"b": 4, "c": 3, "a": 1, "d": 0}}
{"round": "online", "ballot_no": 5, "content": {"c": 5, "a": 3, "b": 1, "d": 0}}
"""


def by_rule(rule: str) -> dict[str, Any]:
    return statement(read_ballots(io.BytesIO(CYCLE), name="cycle.jsonl"), None, rule=rule)


@pytest.mark.parametrize(
    "rule,version,options,scores,ties",
    [
        ("win-rate", "win-rate/1", "b1 a2 c3 d4 e-", ["11/15", "2/3", "3/5", "0", None], []),
        ("score", "mean-score/1", "b1 a2 c3 d4 e-", ["16/5", "3", "13/5", "0", None], []),
        ("median", "median-grade/1", "a1 b1 c1 d4 e-", ["3", "3", "3", "0", None], [["a", "b", "c"]]),
        ("schulze", "schulze-margins/1", "a1 b1 c3 d4 e-", [None] * 5, [["a", "b"]]),
        ("kemeny", "kemeny/1", "a1 b1 c1 d4 e-", [None] * 5, [["a", "b", "c"]]),
    ],
)
def test_every_rule_says_its_name_version_ranks_and_scores(
    rule: str, version: str, options: str, scores: list[str | None], ties: list[list[str]]
) -> None:
    """A cycle: a beats b by 1 ballot, b beats c by 3, c beats a by 1; all beat d, and e is not judged."""
    document = by_rule(rule)
    assert (document["rule"], document["method_version"], document["ballots"]) == (rule, version, 5)
    assert " ".join(f"{one['id']}{one['rank'] or '-'}" for one in document["options"]) == options
    assert [one["score"] for one in document["options"]] == scores
    assert (document["ties"], document["tie_break"]) == (ties, None)
    assert json.loads(json.dumps(document)) == document


def test_rules_that_only_order_say_what_they_know_instead_of_scores() -> None:
    """Schulze: b is before c (3 against 1), a ties with both; Kemeny: one of the margins of 1 has to be overruled."""
    schulze, kemeny = by_rule("schulze"), by_rule("kemeny")
    assert schulze["details"] == {"strength": "margins", "open_pairs": 2}
    assert {one["id"]: (one.get("before"), one.get("after")) for one in schulze["options"]} == {
        "a": (1, 0),
        "b": (2, 0),
        "c": (1, 1),
        "d": (0, 3),
        "e": (None, None),
    }
    assert kemeny["details"] == {
        "score": "1/5",
        "bound": "1/5",
        "gap": "0",
        "optimal": True,
        "unique": False,
        "settled": True,
    }
    assert as_table(kemeny) == "rank  option\n   1  a\n   1  b\n   1  c\n   4  d\n   -  e\n"


def test_a_score_is_shown_with_two_places_and_a_share_in_percent() -> None:
    assert as_table(by_rule("score")).splitlines()[:2] == ["rank  option  score  online", "   1  b        3.20    3.20"]
    approval = b'{"round": "r", "ballot": {"kind": "approval"}, "options": ["a", "b"]}\n'
    approval += b'{"round": "r", "ballot_no": 1, "content": ["b"]}\n{"round": "r", "ballot_no": 2, "content": []}\n'
    document = statement(read_ballots(io.BytesIO(approval), name="x"), None, rule="approval")
    assert as_table(document).splitlines()[1] == "   1  b       50.0 %  50.0 %"


def test_a_condorcet_winner_is_named_and_whether_it_comes_first() -> None:
    lines = [b'{"round": "r", "ballot": {"kind": "ranking"}, "options": ["a", "b", "c"]}']
    contents = ["abc", "abc", "abc", "bca", "bca"]
    lines += [
        json.dumps({"round": "r", "ballot_no": n, "content": list(content)}).encode()
        for n, content in enumerate(contents, 1)
    ]
    rounds = read_ballots(io.BytesIO(b"\n".join(lines)), name="x")
    assert statement(rounds, None)["condorcet"] == {"winner": "a", "is_first": False}
    assert statement(rounds, None, rule="schulze")["condorcet"] == {"winner": "a", "is_first": True}
    assert by_rule("win-rate")["condorcet"] == {"winner": None, "is_first": None}


def test_rules_that_are_not_there_or_not_carried_are_refused(rounds: dict[str, CountedRound]) -> None:
    with pytest.raises(UnknownRule) as refusal:
        statement(rounds, {"online": 1}, rule="borda")
    assert refusal.value.facts["known"] == list(RULES)
    with pytest.raises(WrongKind):
        statement(rounds, {"online": 1}, rule="median")
    assert statement(rounds, {"steering": 1}, rule="median")["options"][0]["score"] == "5"
