"""The README stays true: what it lists is what there is."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
SPEAKERS = [
    ROOT / "run",
    ROOT / "gunicorn.conf.py",
    *(ROOT / "participation").rglob("*.py"),
    *ROOT.glob("tests/**/*.py"),
]


def variables() -> set[str]:
    """Return every variable of the environment that is asked for somewhere."""
    said = "\n".join(path.read_text() for path in SPEAKERS)
    return set(re.findall(r"\bPARTICIPATION_[A-Z][A-Z_]*[A-Z]\b", said))


def dependencies() -> set[str]:
    """Return what pyproject.toml asks for, to run and to test."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["dependency-groups"]["test"]
    names = {re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0] for requirement in asked}
    return {name for name in names if not name.startswith("types-")}  # named together as type stubs


@pytest.mark.parametrize("variable", sorted(variables()))
def test_a_variable_that_is_read_is_explained(variable: str) -> None:
    assert f"`{variable}" in README


@pytest.mark.parametrize("dependency", sorted(dependencies()))
def test_a_dependency_has_its_reason(dependency: str) -> None:
    assert re.search(rf"\b{re.escape(dependency)}\b", README) is not None


@pytest.mark.parametrize(
    "room", sorted(path.name for path in (ROOT / "participation").iterdir() if path.is_dir() and path.name[0] != "_")
)
def test_a_room_is_on_the_map(room: str) -> None:
    assert re.search(rf"^      {room}/ +\S", README, re.MULTILINE) is not None


@pytest.mark.parametrize("command", re.findall(r"^([a-z]+)\)", (ROOT / "run").read_text(), re.MULTILINE))
def test_a_command_of_run_is_listed(command: str) -> None:
    assert command == "demo" or f"`./run {command}" in README
