"""Each wall stands: a line that breaches it makes the check fail, and without such a line it passes."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BREACHES = {
    "an earlier room asks a later one": (
        "texts/queries.py",
        "from participation.accounts import models",
        "Every room depends only on rooms earlier on the street",
    ),
    "a room without a place on the street": (
        "extras/__init__.py",
        '"""A room that nobody planned."""',
        "Every room depends only on rooms earlier on the street",
    ),
    "one door looks through another": (
        "kinds/citizens/views.py",
        "from participation.kinds.online import views",
        "The five doors know nothing of each other",
    ),
    "a module that nobody placed": (
        "rounds/extras.py",
        '"""Things."""',
        "Inside a room, entry points call services",
    ),
    "a service calls a view": (
        "rounds/services.py",
        "from participation.rounds import views",
        "Inside a room, entry points call services",
    ),
    "rules ask the database": (
        "rounds/rules.py",
        "import sqlalchemy",
        "Core, tally and all rules know no web, no database and no translation",
    ),
    "the count speaks a language": (
        "tally/errors.py",
        "from flask_babel import gettext",
        "Core, tally and all rules know no web, no database and no translation",
    ),
    "a service reads the request": (
        "texts/services.py",
        "from flask import request",
        "Services, queries and models know no web",
    ),
    "a query reaches the web by a detour": (
        "texts/queries.py",
        "from participation.extensions import db",
        "Services, queries and models know no web",
    ),
}


def check_walls(home: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in a folder."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": str(home), "COLUMNS": "400"},
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a folder with a copy of the program that a test may spoil."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "participation", tmp_path / "participation", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    return tmp_path


def test_the_walls_stand(house: Path) -> None:
    assert check_walls(house).returncode == 0


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_found(house: Path, breach: str) -> None:
    place, line, wall = BREACHES[breach]
    module = house / "participation" / place
    module.parent.mkdir(exist_ok=True)
    with module.open("a") as file:
        file.write(f"\n{line}\n")
    answer = check_walls(house)
    broken = [said for said in answer.stdout.splitlines() if said.endswith("BROKEN")]
    assert answer.returncode == 1
    assert any(said.startswith(wall) for said in broken), answer.stdout


def test_every_room_is_inside_the_walls() -> None:
    contracts = {
        contract["id"]: contract
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    }
    foundations = {"backup", "bundles", "core", "documents", "kinds", "static", "storage", "tally", "web", "workbooks"}
    package = ROOT / "participation"
    rooms = {f"participation.{path.parent.name}" for path in package.glob("*/__init__.py")} - {
        f"participation.{name}" for name in foundations
    }
    doors = {f"participation.kinds.{path.parent.name}" for path in package.glob("kinds/*/__init__.py")}
    inner = {"participation.ballots.paper"}  # a room of its own inside another one
    assert set(contracts["rooms"]["containers"]) == rooms | doors | inner


def test_no_module_is_named_after_nothing() -> None:
    nameless = {"common", "helpers", "misc", "shared", "stuff", "tools", "util", "utils"}
    assert [path for path in (ROOT / "participation").rglob("*.py") if {path.stem, path.parent.name} & nameless] == []
