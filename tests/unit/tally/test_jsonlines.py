import io
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from participation.tally.ballots import BATCH
from participation.tally.declarations import RoundDeclaration
from participation.tally.errors import UnreadableFile
from participation.tally.jsonlines import (
    LONGEST_LINE,
    CountedRound,
    ballot_line,
    declaration_line,
    read_ballots,
    read_declarations,
    read_weights,
)
from participation.tally.kinds import BallotKind
from tests.unit.tally.elections import Election, elections

DECLARED = b'{"round": "online", "ballot": {"kind": "ranking", "k": 2}, "options": ["a", "b", "c"]}\n'
BALLOT = b'{"round": "online", "ballot_no": 1, "content": ["c", "a"]}\n'


def read(data: bytes, *declared: RoundDeclaration) -> dict[str, CountedRound]:
    return read_ballots(io.BytesIO(data), name="ballots.jsonl", declared=declared)


def fault(data: bytes, *declared: RoundDeclaration) -> tuple[str, dict[str, object]]:
    with pytest.raises(UnreadableFile) as refusal:
        read(data, *declared)
    assert refusal.value.facts["file"] == "ballots.jsonl"
    return refusal.value.code, {name: fact for name, fact in refusal.value.facts.items() if name != "file"}


def test_a_file_declares_its_rounds_and_holds_their_ballots_in_any_order() -> None:
    score = b'{"round": "admin", "ballot": {"kind": "score", "max": 5}, "options": ["a", "b"]}\n'
    other = b'{"round": "admin", "ballot_no": 1, "content": {"b": 5, "a": 0}}\r\n'
    rounds = read(b"\xef\xbb\xbf" + DECLARED + score + b"\n" + other + BALLOT)
    assert list(rounds) == ["online", "admin"]
    assert rounds["online"].counts.above.tolist() == [[0, 1, 0], [0, 0, 0], [1, 1, 0]]
    assert rounds["admin"].counts.above.tolist() == [[0, 0], [1, 0]]
    assert rounds["admin"].mentions.given == (0, 5)


def test_rounds_can_be_declared_beside_the_file() -> None:
    declared = read_declarations(b"[" + DECLARED + b"]", name="rounds.json")
    assert read(BALLOT, *declared)["online"].counts == read(DECLARED + BALLOT)["online"].counts
    assert read(DECLARED + BALLOT, *declared)["online"].counts.ballots == 1
    assert read(b"", *declared)["online"].counts.ballots == 0


def test_a_round_is_declared_once_beside_the_file() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_declarations(b"[" + DECLARED + b"," + DECLARED.replace(b'"k": 2', b'"k": 3') + b"]", name="rounds.json")
    assert refusal.value.code == "round_declared_twice"


@pytest.mark.parametrize(
    "rounds,options,code",
    [(1, 20_000, "too_many_options_to_count"), (5, 2_000, "too_many_pairs_to_count"), (1_001, 1, "too_many_rounds")],
)
def test_a_short_file_cannot_declare_what_takes_gigabytes_to_count(rounds: int, options: int, code: str) -> None:
    codes = [f"M{place}" for place in range(options)]
    declarations = [RoundDeclaration(f"R{place}", BallotKind.RANKING, tuple(codes)) for place in range(rounds)]
    assert fault(b"".join(map(declaration_line, declarations)))[0] == code
    beside = json.dumps([one.to_json() for one in declarations]).encode()
    with pytest.raises(UnreadableFile) as refusal:
        read_declarations(beside, name="rounds.json")
    assert refusal.value.code == code


@given(elections())
def test_what_was_written_is_read_and_counted_the_same(election: Election) -> None:
    declaration = RoundDeclaration("a round", election.kind, election.shown)
    lines = [ballot_line("a round", number, one) for number, one in enumerate(election.contents, start=1)]
    counted = read(declaration_line(declaration) + b"".join(lines))["a round"]
    assert counted.declaration == declaration
    assert counted.counts == election.count()


def test_more_ballots_than_a_batch_are_counted_and_a_fault_still_names_its_line() -> None:
    lines = [ballot_line("online", number, ["a"]) for number in range(1, BATCH + 10)]
    assert read(DECLARED + b"".join(lines))["online"].counts.ballots == BATCH + 9
    lines[BATCH + 3] = ballot_line("online", BATCH + 4, ["z"])
    assert fault(DECLARED + b"".join(lines)) == ("unknown_option", {"line": BATCH + 5, "option": "z"})


@pytest.mark.parametrize(
    "line,code",
    [
        (b"{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"round": "\xff"}', "not_utf_8"),
        (b"[]", "not_an_object"),
        (b'"a"', "not_an_object"),
        (b"{}", "not_a_round_declaration"),
        (b'{"round": "online", "ballot_no": 2, "content": ["a"], "content": ["b"]}', "name_twice"),
        (b'{"round": "online", "ballot_no": 1, "content": ["b"]}', "ballot_number_twice"),
        (b'{"round": "online", "ballot_no": 0, "content": ["b"]}', "not_a_ballot"),
        (b'{"round": "online", "ballot_no": true, "content": ["b"]}', "not_a_ballot"),
        (b'{"round": "online", "content": ["b"]}', "not_a_ballot"),
        (b'{"round": "online", "ballot_no": 2, "content": ["b"], "voter": "x"}', "not_a_ballot"),
        (b'{"round": "other", "ballot_no": 2, "content": ["b"]}', "round_not_declared"),
        (b'{"round": ["online"], "ballot_no": 2, "content": ["b"]}', "round_not_declared"),
        (b'{"round": "online", "ballot_no": 2, "content": {"b": 1}}', "not_a_list"),
        (b'{"round": "online", "ballot_no": 2, "content": ["b", "b"]}', "duplicate_option"),
        (b'{"round": "online", "ballot_no": 2, "content": ["a", "b", "c"]}', "too_many_options"),
        (b'{"round": "online", "ballot_no": 2, "content": [NaN]}', "unknown_option"),
        (DECLARED.strip(), "round_declared_twice"),
        (b" " * LONGEST_LINE + b"{}", "too_long"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_file_line_and_reason(line: bytes, code: str) -> None:
    refused, facts = fault(DECLARED + BALLOT + line + b"\n")
    assert refused == code
    assert facts["line"] == 3


def test_a_declaration_that_contradicts_the_one_beside_the_file_is_refused() -> None:
    other = RoundDeclaration("online", BallotKind.APPROVAL, ("a", "b", "c"))
    assert fault(DECLARED, other) == ("round_declared_twice", {"line": 1, "round": "online"})


@pytest.mark.parametrize(
    "change,code",
    [
        ({"ballot": {"kind": "borda"}}, "unknown_ballot_kind"),
        ({"ballot": {"kind": ["ranking"]}}, "unknown_ballot_kind"),
        ({"ballot": {}}, "unknown_ballot_kind"),
        ({"ballot": "ranking"}, "unknown_ballot_kind"),
        ({"ballot": {"kind": "ranking", "max": 5}}, "unknown_limit"),
        ({"ballot": {"kind": "ranking", "k": 0}}, "limit_not_a_whole_number"),
        ({"ballot": {"kind": "ranking", "k": 2.0}}, "limit_not_a_whole_number"),
        ({"options": "abc"}, "not_a_list_of_codes"),
        ({"options": ["a", 1]}, "not_a_list_of_codes"),
        ({"options": ["a", "a"]}, "duplicate_option"),
        ({"options": ["a", " b"]}, "not_a_code"),
        ({"options": ["a", "b\u202e"]}, "not_a_code"),
        ({"options": ["a", "\ud800"]}, "not_a_code"),
        ({"round": ""}, "not_a_code"),
        ({"round": 5}, "not_a_code"),
        ({"more": 1}, "not_a_round_declaration"),
    ],
)
def test_a_declaration_leaves_nothing_to_guess(change: dict[str, Any], code: str) -> None:
    line = json.dumps(json.loads(DECLARED) | change).encode()
    assert fault(line)[0] == code


@pytest.mark.parametrize("kind", BallotKind)
def test_a_declaration_survives_the_way_through_json(kind: BallotKind) -> None:
    limits = {"ranking": {"k": 3}, "approval": {}, "points": {"points": 9, "max": 4}, "score": {"max": 5}}[kind]
    document = {"round": "r", "ballot": {"kind": kind.value, **limits}, "options": ["a", "ü"]}
    assert RoundDeclaration.from_json(document).to_json() == document


def test_weights_are_exact() -> None:
    weights = read_weights(b'{"steering": 40, "online": "1/3", "citizens": "0"}', name="weights.json")
    assert weights == {"steering": 40, "online": Fraction(1, 3), "citizens": 0}


@pytest.mark.parametrize(
    "data,code",
    [
        (b'{"online": 0.1}', "weight_not_exact"),
        (b'{"online": null}', "weight_not_exact"),
        (b'{"online": true}', "weight_not_exact"),
        (b'{"online": "0.1"}', "not_an_exact_number"),
        (b'{"online": 1, "online": 2}', "name_twice"),
        (b"[1]", "not_an_object"),
        (b"", "not_json"),
    ],
)
def test_weights_that_are_not_exact_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_weights(data, name="weights.json")
    assert refusal.value.code == code
    assert refusal.value.facts["file"] == "weights.json"
