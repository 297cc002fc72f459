"""The command line of results: two accounts conclude, files are exported and counted."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from participation.results.count_files import tally
from tests.http.results.conftest import City

BALLOTS = """\
{"round": "online", "ballot": {"kind": "ranking", "k": 3}, "options": ["a", "b", "c"]}
{"round": "online", "ballot_no": 1, "content": ["a"]}
{"round": "online", "ballot_no": 2, "content": ["b", "a"]}
{"round": "online", "ballot_no": 3, "content": []}
"""


def run(city: City, *args: str) -> Result:
    return city.app.test_cli_runner().invoke(args=list(args))


def test_one_account_requests_and_another_confirms(city: City) -> None:
    city.close("steering")
    for _again in range(2):
        asked = run(city, "round", "conclude", "steering", "--as", "birte@example.org")
        assert (asked.exit_code, "Another account has to confirm it" in asked.output) == (0, True)
    done = run(city, "round", "conclude", "steering", "--as", "Farid@example.org")
    assert (done.exit_code, done.output) == (0, "steering is concluded: 4 ballots.\n")


def test_a_stranger_and_a_citizen_are_refused(city: City) -> None:
    city.close("steering")
    for email in ("nobody@example.org", "aye@example.org"):
        assert run(city, "round", "conclude", "steering", "--as", email).exit_code == 1
    assert run(city, "round", "conclude", "steering").exit_code == 2


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_an_export_has_the_bytes_of_the_page(city: City, tmp_path: Path, ending: str) -> None:
    city.conclude("steering", "online")
    file = tmp_path / f"ranking.{ending}"
    options = ("--as", "birte@example.org", "--format", ending, "--language", "tr", "--output", str(file))
    done = run(city, "ranking", "export", "integration", "joint", *options)
    assert done.exit_code == 0, done.output
    page = city.browser_of(city.hall.birte).get(f"/processes/integration/rankings/joint.{ending}?lang=tr")
    assert file.read_bytes() == page.data


def test_an_export_before_the_result_is_refused(city: City) -> None:
    refused = run(city, "ranking", "export", "integration", "joint", "--as", "birte@example.org")
    assert refused.exit_code == 1
    assert "no result yet" in refused.output


def test_rankings_are_listed(city: City) -> None:
    city.conclude("steering")
    listed = run(city, "ranking", "list", "integration")
    assert listed.output == "joint  no result yet  steering=3 online=1  Gemeinsame Rangliste\n"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_counted_without_a_database(city: City, tmp_path: Path, packed: bool) -> None:  # noqa: FBT001
    file = tmp_path / ("ballots.jsonl.gz" if packed else "ballots.jsonl")
    file.write_bytes(gzip.compress(BALLOTS.encode()) if packed else BALLOTS.encode())
    done = city.app.test_cli_runner().invoke(tally, [str(file)])
    assert done.exit_code == 0, done.output
    assert [(one["id"], one["rank"], one["score"]) for one in json.loads(done.output)["options"]] == [
        ("a", 1, "2/3"),
        ("b", 2, "7/12"),
        ("c", 3, "1/4"),
    ]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_faulty_file_is_refused_with_its_line(city: City, tmp_path: Path) -> None:
    file = tmp_path / "ballots.jsonl"
    file.write_text(BALLOTS + '{"round": "online", "ballot_no": 4, "content": ["z"]}\n')
    refused = city.app.test_cli_runner().invoke(tally, [str(file)])
    assert refused.exit_code == 1
    assert refused.output == "Refused: ballots.jsonl:5: 'z' is none of the options\n"


def test_counting_needs_no_settings(tmp_path: Path) -> None:
    file = tmp_path / "ballots.jsonl"
    file.write_text(BALLOTS)
    done = subprocess.run(
        [sys.executable, "-m", "participation", "tally", str(file), "--format", "table"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "66.7 %" in done.stdout
