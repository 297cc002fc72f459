"""What ./run says before it does anything."""

import os
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[2] / "run"


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Call ./run as a newcomer would, from another folder."""
    return subprocess.run(
        ["sh", RUN, *words],
        cwd="/",
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_is_plain_posix_shell() -> None:
    assert RUN.read_text().startswith("#!/bin/sh\n")
    assert os.access(RUN, os.X_OK)
    assert subprocess.run(["sh", "-n", RUN], check=False).returncode == 0


@pytest.mark.parametrize("word", ["help", "-h", "--help"])
def test_help_lists_the_commands(word: str) -> None:
    answer = run(word)
    assert answer.returncode == 0
    assert "./run test" in answer.stdout
    assert "./run serve" in answer.stdout


def test_an_unknown_command_is_refused_with_the_known_ones() -> None:
    answer = run("strat")
    assert answer.returncode == 2
    assert "there is no command 'strat'" in answer.stderr
    assert "./run serve" in answer.stderr


@pytest.mark.parametrize("python", ["/nonexistent/python3", "/bin/false"])
def test_an_interpreter_that_is_none_is_refused_by_name(python: str) -> None:
    answer = run("cli", PYTHON=python)
    assert answer.returncode == 1
    assert f"PYTHON={python} is not a Python from 3.11 to 3.14" in answer.stderr
