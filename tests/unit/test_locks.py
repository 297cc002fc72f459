"""The locks pin everything by digest and name no address, so that they install from any package index."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PIN = re.compile(r"^([a-z0-9.-]+)==[^ ]+", re.MULTILINE)


def normal(requirement: str) -> str:
    """Return the name of a requirement as locks write it."""
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address(lock: Path) -> None:
    assert re.search(r"://|--find-links|--index|--extra-index|file:| @ ", lock.read_text()) is None


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_pinned_by_digest(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text())[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry] == []


def test_what_pyproject_asks_for_is_in_the_locks() -> None:
    runtime = set(PIN.findall((ROOT / "requirements.lock").read_text()))
    test = set(PIN.findall((ROOT / "requirements-test.lock").read_text()))
    assert {normal(asked) for asked in project()["project"]["dependencies"]} <= runtime
    assert {normal(asked) for asked in project()["dependency-groups"]["test"]} <= test
    assert runtime <= test


def test_both_locks_hold_the_same_versions() -> None:
    runtime = dict(re.findall(r"^([a-z0-9.-]+)==([^ ]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    test = dict(re.findall(r"^([a-z0-9.-]+)==([^ ]+)", (ROOT / "requirements-test.lock").read_text(), re.MULTILINE))
    assert {name: test[name] for name in runtime} == runtime
