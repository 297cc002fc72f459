"""What differs between two versions of a concept, and between two wordings: pure comparisons of documents."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

Document = Mapping[str, Any]

_PARTS: Final = ("principles", "sections", "fields", "measures")
_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST_COMPARED: Final = 4_000
"""Words beyond which two wordings stand side by side without marks: comparing them would take too long."""


class PartKind(StrEnum):
    """What can be new, changed or gone."""

    PRINCIPLE = "principle"
    SECTION = "section"
    FIELD = "field"
    GOAL = "goal"
    SUB_GOAL = "sub_goal"
    MEASURE = "measure"


class Verdict(StrEnum):
    """What happened to a part."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions say differently about a part; None where one of them says nothing."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A part that is new, changed or gone. `part` is the later one, the earlier one where it is gone."""

    kind: PartKind
    verdict: Verdict
    code: str
    part: Document
    differences: tuple[Difference, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of two wordings: in both, only in the earlier, or only in the later."""

    words: str
    verdict: Verdict | None


def is_empty(content: Document) -> bool:
    """Say whether a concept says nothing at all, not even fields of action."""
    return not any(content[part] for part in _PARTS)


def says_the_same(before: Document, after: Document) -> bool:
    """Say whether two concepts say the same; when and under which number they were published is no part of it."""
    return _without_version(before) == _without_version(after)


def changes_between(before: Document, after: Document) -> list[Change]:
    """Return every part that is new, changed or gone from one concept to a later one, in the order of the concept."""
    return [change for kind, parts in _KINDS.items() for change in _changes(kind, parts, before, after)]


def word_pieces(before: str, after: str) -> list[Piece]:
    """Return two wordings as one row of pieces, word by word; long ones as a whole each."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > LONGEST_COMPARED:
        return [Piece(before, Verdict.GONE), Piece(after, Verdict.NEW)]
    pieces: list[Piece] = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("".join(old[first:last]), None))
            continue
        if first < last:
            pieces.append(Piece("".join(old[first:last]), Verdict.GONE))
        if begin < end:
            pieces.append(Piece("".join(new[begin:end]), Verdict.NEW))
    return pieces


def _without_version(content: Document) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "version"}


def _goals(content: Document) -> Iterator[Document]:
    for theme in content["fields"]:
        for goal in theme["goals"]:
            yield {**goal, "field": theme["code"]}


def _sub_goals(content: Document) -> Iterator[Document]:
    for goal in _goals(content):
        for sub_goal in goal["sub_goals"]:
            yield {**sub_goal, "goal": goal["code"]}


_KINDS: Final[Mapping[PartKind, tuple[Callable[[Document], Iterator[Document]], Sequence[str]]]] = {
    PartKind.PRINCIPLE: (lambda content: iter(content["principles"]), ("sentence",)),
    PartKind.SECTION: (lambda content: iter(content["sections"]), ("title", "body", "place")),
    PartKind.FIELD: (lambda content: (one for one in content["fields"] if one["code"]), ("title",)),
    PartKind.GOAL: (_goals, ("title", "body", "field", "priority")),
    PartKind.SUB_GOAL: (_sub_goals, ("title", "body", "goal", "priority")),
    PartKind.MEASURE: (
        lambda content: iter(content["measures"]),
        (
            *("title", "body", "target_group", "partners", "field", "serves", "department", "unit"),
            *("costing", "priority", "plan"),
        ),
    ),
}
"""Where the parts of each kind stand in a document, and what is compared of them."""


def _changes(
    kind: PartKind,
    parts: tuple[Callable[[Document], Iterator[Document]], Sequence[str]],
    before: Document,
    after: Document,
) -> Iterator[Change]:
    listed, names = parts
    old = {one["code"]: one for one in listed(before)}
    new = {one["code"]: one for one in listed(after)}
    for code, part in new.items():
        if code not in old:
            yield Change(kind, Verdict.NEW, code, part)
        elif differences := tuple(_differences(names, old[code], part)):
            yield Change(kind, Verdict.CHANGED, code, part, differences)
    for code, part in old.items():
        if code not in new:
            yield Change(kind, Verdict.GONE, code, part)


def _differences(names: Sequence[str], before: Document, after: Document) -> Iterator[Difference]:
    for name in names:
        if before[name] != after[name]:
            yield Difference(name, before[name], after[name])
