"""Rendered results kept in the process's memory.

A result never changes, so its page in one language is rendered once and then handed out; what changes from reader
to reader stands around it. The oldest are dropped, so that memory is bounded.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from markupsafe import Markup

_INDENTED: Final = re.compile(r"\s*\n\s*")
MOST_KEPT: Final = 256
"""At most some 250 kB each, with 62 options and five bodies; most are far smaller."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A rendered result: the page's title as plain text, the way back, the main part, and links to its files."""

    title: str
    crumbs: Markup
    body: Markup
    downloads: Markup


def without_indentation(rendered: str) -> Markup:
    """Return markup without the templates' indentation, half of its length; a line break stays where one was."""
    return Markup(_INDENTED.sub("\n", rendered))  # noqa: S704 - it was rendered by a template, which escapes


class Fragments:
    """Rendered fragments, the most recently used ones."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._kept: OrderedDict[Hashable, Fragment] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, render: Callable[[], Fragment]) -> Fragment:
        """Return what is kept under the key, or render and keep it.

        The lock is not held while rendering: two readers may render the same thing, and it is the same.
        """
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        rendered = render()
        with self._lock:
            self._kept[key] = rendered
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return rendered
