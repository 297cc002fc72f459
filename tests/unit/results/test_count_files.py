"""The commands that count files, as a newcomer calls them: without settings, without a database."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from participation.results import count_files
from participation.results.count_files import DISAGREES, budget, tally
from tests.unit.tally.formats.test_abif import RANKED
from tests.unit.tally.formats.test_ballot_table import TABLE
from tests.unit.tally.formats.test_preflib import TOI
from tests.unit.tally.pabulib_files import APPROVAL, CUMULATIVE


def put(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return str(file)


def counted(*args: str) -> Result:
    return CliRunner().invoke(tally, list(args))


def decided(*args: str) -> Result:
    return CliRunner().invoke(budget, list(args))


@pytest.mark.parametrize(
    "name,text,order",
    [
        ("x.pb", APPROVAL, ["1", "2", "4"]),
        ("x.toi", TOI, ["1", "3", "2", "4"]),
        ("x.abif", RANKED, ["Lamp", "Bench", "Big Tree"]),
    ],
)
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_every_format_is_counted_by_its_ending(
    tmp_path: Path, name: str, text: str, order: list[str], packed: str
) -> None:
    done = counted(put(tmp_path, name + packed, text))
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert [one["id"] for one in document["options"]] == order
    assert set(order) >= set(document["names"])
    assert done.stderr == ""


def test_a_table_of_several_rounds_is_weighed(tmp_path: Path) -> None:
    file = put(tmp_path, "x.csv", TABLE.replace("steering,goals,score,1,5,0,-\n", ""))
    weights = put(tmp_path, "w.json", '{"online/measures": 1, "steering/measures": "1/2", "forum/measures": 0}')
    document = json.loads(counted(file, "--weights", weights).stdout)
    assert {one["round"]: one["weight"] for one in document["rounds"]} == {
        "online/measures": "1",
        "steering/measures": "1/2",
        "forum/measures": "0",
    }
    refused = counted(file)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "has no weight; see --weights" in refused.stderr


def test_the_format_can_be_said(tmp_path: Path) -> None:
    file = put(tmp_path, "x.txt", TOI.replace("FILE NAME: 1.toi", "FILE NAME: x"))
    assert counted(file, "--input", "preflib").exit_code == 0
    refused = counted(file)
    assert refused.exit_code == 1
    assert refused.stderr == (
        "Refused: x.txt: the name does not say which format this is; "
        "--input takes one of jsonlines, pabulib, preflib, abif, csv\n"
    )


@pytest.mark.parametrize("rule", ["win-rate", "schulze", "kemeny"])
def test_rules_that_need_an_order_count_every_format(tmp_path: Path, rule: str) -> None:
    done = counted(put(tmp_path, "x.toi", TOI), "--rule", rule, "--format", "table")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("rank")


def test_a_rule_that_the_ballots_do_not_carry_is_refused(tmp_path: Path) -> None:
    refused = counted(put(tmp_path, "x.pb", APPROVAL), "--rule", "median")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Refused: ")


@pytest.mark.parametrize("name", ["x.pb", "x.soi", "x.abif", "x.csv", "x.jsonl", "x.pb.gz"])
@pytest.mark.parametrize("data", [b"", b"\0\0", b"\xff\xfe", b"hello\n", gzip.compress(b"META\n", mtime=0)[:-9]])
def test_no_file_gives_anything_but_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    for command in (counted, decided):
        refused = command(str(file))
        if refused.exit_code == 0:  # an empty file of JSON lines would have no rounds
            continue
        assert refused.exit_code == 1
        assert isinstance(refused.exception, SystemExit)
        assert refused.stderr.startswith("Refused: ")
        assert refused.stderr.count("\n") == 1


def test_declarations_beside_the_file_are_for_json_lines(tmp_path: Path) -> None:
    rounds = put(tmp_path, "rounds.json", '[{"round": "r", "ballot": {"kind": "ranking"}, "options": ["a", "b"]}]')
    ballots = put(tmp_path, "b.jsonl", '{"round": "r", "ballot_no": 1, "content": ["b"]}\n')
    assert json.loads(counted(ballots, "--rounds", rounds).stdout)["options"][0]["id"] == "b"
    assert counted(put(tmp_path, "x.toi", TOI), "--rounds", rounds).exit_code == 2


def test_a_packed_file_that_unpacks_beyond_all_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count_files, "_UNPACKED_ANYWAY", 2**16)
    file = put(tmp_path, "x.abif.gz", "1:\n" * 200_000)
    refused = counted(file)
    assert refused.exit_code == 1
    assert "unpacks to more than" in refused.stderr


def test_a_budget_is_decided_and_explained(tmp_path: Path) -> None:
    file = put(tmp_path, "x.pb", APPROVAL)
    document = json.loads(decided(file).stdout)
    assert {"rule", "budget", "spent", "selected", "reasons", "ties", "published"} <= set(document)
    assert document["selected"] == ["1", "2"]
    table = decided(file, "--format", "table").stdout
    assert "rule greedy (the file states greedy)" in table
    assert ["x", "1", "600", "2", "taken:", "600", "of", "the", "2,500", "left"] in [
        line.split() for line in table.splitlines()
    ]
    assert json.loads(decided(file, "--rule", "mes-add1").stdout)["rule"] == "mes-add1"
    assert decided(file, "--tie-break", "refuse").exit_code == 0


def test_a_tie_that_nobody_breaks_is_refused(tmp_path: Path) -> None:
    file = put(tmp_path, "x.pb", APPROVAL.replace("budget;2500", "budget;1800.50"))
    refused = decided(file, "--tie-break", "refuse")
    assert refused.exit_code == 1
    assert refused.stderr == "Refused: 1, 2 are equal where one has to be taken, and 'refuse' does not choose\n"


def test_what_is_drawn_depends_on_the_file_alone(tmp_path: Path) -> None:
    text = APPROVAL.replace("budget;2500", "budget;600").replace("1800.50", "600")
    one, other = put(tmp_path, "x.pb", text), put(tmp_path, "y.pb.gz", text)
    seeds = {json.loads(decided(file, "--tie-break", "draw").stdout)["seed"] for file in (one, other)}
    assert len(seeds) == 1
    tie = json.loads(decided(one).stdout)["ties"][0]
    assert (set(tie["options"]), tie["decided_by"]) == ({"1", "2"}, ["draw"])


def test_check_ends_with_its_own_code_if_the_file_contradicts_itself(tmp_path: Path) -> None:
    assert decided(put(tmp_path, "x.pb", CUMULATIVE), "--check").exit_code == 0
    lying = decided(put(tmp_path, "x.pb", CUMULATIVE.replace("60;2;13", "60;3;13")), "--check", "--format", "table")
    assert lying.exit_code == DISAGREES
    assert "line 11: votes of LET/1 is 3, found 2" in lying.stdout


def test_progress_is_said_beside_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_files, "_EVERY", 0.0)
    done = counted(put(tmp_path, "x.pb", APPROVAL), "--progress")
    assert "100 % read" in done.stderr
    json.loads(done.stdout)


def test_a_name_in_a_file_does_not_command_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "file.toi"
    header = "# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 1\n# NUMBER VOTERS: 1\n# NUMBER UNIQUE ORDERS: 1\n"
    file.write_text(f"{header}# ALTERNATIVE NAME 1: \x1b[31mred\n1: 1\n")
    said = CliRunner().invoke(tally, [str(file), "--format", "table"])
    assert "red" in said.output
    assert "\x1b" not in said.output
