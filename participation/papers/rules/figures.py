"""Figures that a proposed decision names in braces, such as {open_volume}: a closed list, filled in from the plan."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from participation.core.errors import Invalid


class FigureKind(StrEnum):
    """How a figure is written."""

    COUNT = "count"
    MONEY = "money"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Figure:
    """How a figure is written, and where it stands in a plan's document; None where the plan does not have it."""

    kind: FigureKind
    read: Callable[[Mapping[str, Any]], int | None]


_BRACES: Final = re.compile(r"\{([^{}]*)\}")


def names_in(text: str) -> list[str]:
    """Return what stands in braces in a text, in its order."""
    return _BRACES.findall(text)


def check_names(texts: Iterable[str], known: Mapping[str, Figure], *, field: str = "decisions") -> list[str]:
    """Return the names of the figures that texts use, each once.

    Whatever else stands in braces is refused, and so is a brace without its other half: a slip of the pen must not
    reach the council. Raises Invalid `unknown_figure` and `loose_brace`.
    """
    used: dict[str, None] = {}
    for text in texts:
        for name in names_in(text):
            if name not in known:
                raise Invalid("unknown_figure", field=field, name=name)
            used[name] = None
        rest = _BRACES.sub("", text)
        if "{" in rest or "}" in rest:
            raise Invalid("loose_brace", field=field)
    return list(used)


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with the words of its figures; names are those that `check_names` has seen."""
    return _BRACES.sub(lambda found: words[found[1]], text)
