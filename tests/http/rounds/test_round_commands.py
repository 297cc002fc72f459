"""Rounds, codes and processes on the command line."""

import pytest
from click.testing import Result
from flask import Flask

from tests.factories.town import PROCESS, WORKSHOP, Town


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def run(town: Town, *words: str) -> Result:
    return town.app.test_cli_runner().invoke(args=list(words))


def test_processes_and_rounds_are_listed_and_shown(town: Town) -> None:
    town.round("vote")
    assert run(town, "process", "list").output == f"{PROCESS}  Europe/Berlin  de,en,tr,ar  Integrationskonzept\n"
    listed = run(town, "round", "list", "--process", PROCESS).output
    assert listed.startswith("vote  open  online  ")
    assert listed.endswith("Europe/Berlin  Was zuerst?\n")
    shown = run(town, "round", "show", "vote").output
    assert "ballot:       ranking (max_choices 5)" in shown
    assert "options:      all_measures" in shown


def test_a_round_is_extended_in_the_citys_time(town: Town) -> None:
    town.round("vote")
    done = run(
        town, "round", "extend", "vote", "2150-07-01T18:00", "--reason", "Mehr Zeit.", "--reason", "en=More time."
    )
    assert done.output == "vote is open until 2150-07-01 18:00 Europe/Berlin.\n"
    assert "extended:" in run(town, "round", "show", "vote").output
    done = run(town, "round", "extend", "vote", "2150-08-01T16:00:00+00:00", "--reason", "Noch mehr.")
    assert done.output == "vote is open until 2150-08-01 18:00 Europe/Berlin.\n"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("round", "show", "none"), "There is no such round."),
        (("round", "list", "--process", "none"), "There is no such participation process."),
        (("round", "extend", "vote", "bald", "--reason", "x"), "“bald” is no day and time."),
        (("round", "extend", "vote", "2020-01-01T00:00", "--reason", "x"), "must be later than the present one"),
        (("code", "issue", "vote", "5"), "The participants of this round do not come with codes."),
        (("code", "print", "workshop", "7"), "There is no such batch of codes."),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_one(town: Town, arguments: tuple[str, ...], said: str) -> None:
    town.round("vote")
    town.round("workshop", **WORKSHOP)
    refused = run(town, *arguments)
    assert refused.exit_code == 1
    assert f"Refused: {said}" in refused.output or said in refused.output


def test_codes_are_made_printed_and_revoked(town: Town) -> None:
    town.round("workshop", **WORKSHOP)
    assert run(town, "code", "issue", "workshop", "3").output == "Batch 1 of workshop has 3 codes.\n"
    printed = run(town, "code", "print", "workshop", "1").output.splitlines()
    assert len(printed) == 3
    number, code, address = printed[0].split("\t")
    assert number == "1"
    assert address == f"http://localhost/code#{code.replace(' ', '')}"
    assert run(town, "code", "revoke", "workshop", "1", "--card", "1").output == "workshop has 2 valid codes.\n"
    again = run(town, "code", "print", "workshop", "1", "--reason", "Paper jam")
    assert len(again.output.splitlines()) == 2
    assert run(town, "code", "revoke", "workshop", "1").output == "workshop has 0 valid codes.\n"
    assert run(town, "code", "print", "workshop", "1").exit_code == 1
    assert run(town, "code", "issue", "workshop", "1001").exit_code == 2
