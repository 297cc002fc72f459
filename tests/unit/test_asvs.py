"""The table of docs/ASVS.md names all requirements of the first level, and tests that are there."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TABLE: Final = ROOT / "docs" / "ASVS.md"
FIRST_LEVEL: Final = (
    *("1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.5.1", "2.1.1", "2.2.1", "2.2.2", "2.3.1"),
    *("3.2.1", "3.2.2", "3.3.1", "3.4.1", "3.4.2", "3.5.1", "3.5.2", "3.5.3", "4.1.1", "4.4.1"),
    *("5.2.1", "5.2.2", "5.3.1", "5.3.2", "6.1.1", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6", "6.2.7"),
    *("6.2.8", "6.3.1", "6.3.2", "6.4.1", "6.4.2", "7.2.1", "7.2.2", "7.2.3", "7.2.4", "7.4.1", "7.4.2"),
    *("8.1.1", "8.2.1", "8.2.2", "8.3.1", "9.1.1", "9.1.2", "9.1.3", "9.2.1"),
    *("10.4.1", "10.4.2", "10.4.3", "10.4.4", "10.4.5", "11.3.1", "11.3.2", "11.4.1", "12.1.1", "12.2.1", "12.2.2"),
    *("13.4.1", "14.2.1", "14.3.1", "15.1.1", "15.2.1", "15.3.1"),
)
ROW: Final = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
WORDS: Final = ("Does not apply: ", "Documented: ", "Met by those who run the site")


def rows(text: str) -> dict[str, str]:
    return {number: shown for number, _asks, shown in ROW.findall(text)}


def names_in(path: str) -> set[str]:
    source = ROOT / path
    if not source.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.FunctionDef)}


def faults_of(text: str) -> list[str]:
    found = rows(text)
    missing = [f"{number} is missing" for number in FIRST_LEVEL if number not in found]
    unknown = [f"{number} is none of the first level" for number in found if number not in FIRST_LEVEL]
    silent = [
        f"{number} is shown by nothing"
        for number, shown in found.items()
        if not TEST.search(shown) and not shown.startswith(WORDS)
    ]
    gone = [
        f"{number} names {path}::{name}, which is not there"
        for number, shown in found.items()
        for path, name in TEST.findall(shown)
        if name not in names_in(path)
    ]
    return missing + unknown + silent + gone


def test_every_requirement_of_the_first_level_is_shown_or_explained() -> None:
    assert len(FIRST_LEVEL) == len(set(FIRST_LEVEL)) == 70
    assert faults_of(TABLE.read_text()) == []


def test_a_test_that_is_gone_and_a_row_that_is_missing_are_found() -> None:
    text = TABLE.read_text()
    assert "1.2.1 is missing" in faults_of(text.replace("| 1.2.1 |", "| 1.2.x |"))
    assert any(
        "is not there" in fault for fault in faults_of(text.replace("::test_what_is_stored", "::test_nothing_is"))
    )
    assert "1.3.1 is shown by nothing" in faults_of(text.replace("Does not apply: nobody", "Nobody"))
