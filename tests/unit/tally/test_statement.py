import io
import json
from fractions import Fraction

import pytest

from participation.tally import METHOD_VERSION
from participation.tally.errors import InvalidWeights, MissingWeight, UnknownRound
from participation.tally.file_bands import counts_seed
from participation.tally.jsonlines import CountedRound, read_ballots
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
    with pytest.raises(InvalidWeights):
        statement({}, None)


def test_bands_are_a_matter_of_the_ballots_and_name_their_seed(rounds: dict[str, CountedRound]) -> None:
    lines = FILE.splitlines(keepends=True)
    other_order = b"".join([lines[0], lines[2], lines[1], *lines[3:]])
    weights = {"online": Fraction(1), "steering": Fraction(1)}
    document = statement(rounds, weights)
    assert statement(read_ballots(io.BytesIO(other_order), name="x"), weights) == document
    assert document["bands"]["level"] == "19/20"
    assert document["bands"]["seeds"] == {name: counts_seed(one.counts).hex() for name, one in rounds.items()}


def test_other_rules_than_the_win_rate_have_no_bands(rounds: dict[str, CountedRound]) -> None:
    document = statement({"online": rounds["online"]}, None, rule="schulze")
    assert document["bands"] is None
    assert {one["band"] for one in document["options"]} == {None}
    assert "band" not in as_table(document)
