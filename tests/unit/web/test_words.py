"""Every refusal has its words: no code of an error is without a sentence, and no sentence without its code."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from participation.app import create_app
from participation.config import Settings
from participation.core import errors

ROOT: Final = Path(__file__).resolve().parents[3] / "participation"
ERRORS: Final = {
    name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, errors.DomainError)
}


def codes_in(source: str) -> Iterator[str]:
    """Yield the codes of the refusals that a module raises or hands on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in ERRORS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


@pytest.fixture(scope="module")
def words() -> set[str]:
    app: Flask = create_app(Settings.for_tests())
    return set(app.extensions["participation.words"])


def raised() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        for code in codes_in(path.read_text(encoding="utf-8")):
            found.setdefault(code, []).append(str(path.relative_to(ROOT)))
    return found


def test_every_refusal_has_its_words(words: set[str]) -> None:
    assert {code: places for code, places in raised().items() if code not in words} == {}


def test_a_code_without_words_would_be_found() -> None:
    assert list(codes_in('raise Invalid("nobody_said_why", field="x")')) == ["nobody_said_why"]
    assert list(codes_in('raise errors.Conflict("nor_here")')) == ["nor_here"]
