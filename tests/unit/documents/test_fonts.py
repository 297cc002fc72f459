"""The typefaces of documents are what the register says they are, each with its licence."""

import hashlib
import re
import tomllib
from typing import Any

import pytest

from participation.documents.glyphs import FONTS, shown, signs_by_font
from participation.documents.pdf import _fonts
from participation.documents.typesetting import FAMILIES

REGISTER: list[dict[str, Any]] = tomllib.loads((FONTS / "FONTS.toml").read_text("utf-8"))["font"]
FILES = {name: checksum for font in REGISTER for name, checksum in font["files"].items()}


def test_every_file_has_the_checksum_that_is_stated_and_every_file_is_stated() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.iterdir()}
    del found["FONTS.toml"]
    assert found == FILES


@pytest.mark.parametrize("font", REGISTER, ids=lambda font: font["name"])
def test_every_typeface_names_its_version_source_and_licence(font: dict[str, Any]) -> None:
    assert all(font[key] for key in ("name", "version", "licence", "source", "use"))
    assert re.fullmatch(r"[0-9a-f]{64}", font["source_sha256"])
    licences = [name for name in font["files"] if name.startswith("OFL")]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / licences[0]).read_text("utf-8")


def test_the_typesetter_has_the_families_that_are_asked_for_and_no_other() -> None:
    assert set(_fonts().families()) == set(FAMILIES) == {font["name"] for font in REGISTER}


def test_the_signs_of_a_typeface_are_read_from_its_file() -> None:
    together = frozenset().union(*signs_by_font())
    assert set("aäßğıжЇΩế€ابپڕټትក中") - together == {"ក"}


@pytest.mark.parametrize(
    "words,seen",
    [
        ("plain", "plain"),
        ("a\tb\r\nc\u2028d\x85e", "a b\nc\nd\ne"),
        ("e\u0301", "é"),
        ("x\u0308\u0301", "x\u0308\u0301"),
        ("\ufeffa", "\u2060a"),
        ("x" + "\u0301" * 8, "x" + "\u0301" * 8),
        ("x" + "\u0301" * 20_000 + " y", "x" + "\u0301" * 8 + "[+19992] y"),
        ("ب\u0301\u0fff", "ب\u0301[U+0FFF]"),
    ],
)
def test_words_are_shown_as_they_are_or_by_number(words: str, seen: str) -> None:
    assert shown(words) == seen
