"""What belongs to a concept, and what has to hold for its parts and its versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from participation.bundles import canonical
from participation.core.errors import Conflict, Invalid
from participation.core.wording import BODY, REASON, TITLE, TextShape, clean_text
from participation.processes.rules import RESERVED_SLUGS
from participation.processes.rules import check_code as check_short_name

FORMAT: Final = "participation/concept/1"

CODE: Final = TextShape("code", 16, one_line=True)
SENTENCE: Final = TextShape("sentence", 500, one_line=True)
SECTION_TITLE: Final = TITLE
SECTION_BODY: Final = BODY
NOTE: Final = TextShape("note", REASON.maximum)

MAX_PARTS: Final = 200
"""Principles or sections of one concept: above what anybody reads, below what a script could flood us with."""


class ConceptPlace(StrEnum):
    """Where a section stands: before the fields and their goals, or behind the measures."""

    OPENING = "opening"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class PrincipleDraft:
    """What is said about a principle: its words by language, and its place among the principles (None: the last)."""

    sentences: Mapping[str, str]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """What a section says, by language, and where it stands (None: last in its place)."""

    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    place: ConceptPlace = ConceptPlace.OPENING
    position: int | None = None


def check_code(typed: str) -> str:
    """Return a code as it can stand in addresses, or refuse it."""
    code = check_short_name(clean_text(typed, CODE), field=CODE.field)
    if code in RESERVED_SLUGS:
        raise Invalid("part_code_reserved", field=CODE.field, typed=code)
    return code


def free_code(letter: str, taken: Iterable[str]) -> str:
    """Return the first of `P1`, `P2`, … that no part has or had beside it."""
    known = set(taken)
    number = 1
    while f"{letter}{number}" in known:
        number += 1
    return f"{letter}{number}"


def check_part_basis(revision: int, based_on: int) -> None:
    """Refuse a change that rests on words that somebody else has changed meanwhile."""
    if based_on != revision:
        raise Conflict("part_changed", field="based_on", revision=revision, based_on=based_on)


def draft_mark(content: Mapping[str, Any], latest: int) -> str:
    """Return a fingerprint of a draft beside the version that stands: what was read is what is published."""
    return sha256(canonical.written({"content": content, "latest": latest})).hexdigest()


def check_draft_basis(mark: str, based_on: str) -> None:
    """Refuse to publish another draft than the one that was read, or beside another version."""
    if based_on != mark:
        raise Conflict("draft_changed", field="based_on")


def place_in_list(count: int, wanted: int | None) -> int:
    """Return the index at which a part goes into a list of `count` others; beyond its ends it goes to the end."""
    if wanted is None or wanted > count:
        return count
    if wanted < 1:
        raise Invalid("position_below_one", field="position")
    return wanted - 1
