"""Addresses of objects and lists, kept without the site's own address.

What is stored names only paths: a path is `{"path": ...}`, an object that is put out inside of another one is
`{"inside": ...}`. The address in the settings is put before them when an answer is written, so that neither a Host
header nor a process that was started with another address can change what has been published.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

ROOT: Final = "/oparl/v1.1"
PATH: Final = "path"
INSIDE: Final = "inside"


class Kind(StrEnum):
    """Types of objects that are put out here; of the others OParl knows there are none."""

    SYSTEM = "system"
    BODY = "body"
    ORGANIZATION = "organization"
    MEETING = "meeting"
    AGENDA_ITEM = "agendaitem"
    PAPER = "paper"
    CONSULTATION = "consultation"
    FILE = "file"


TYPES: Final[Mapping[Kind, str]] = {
    Kind.SYSTEM: "System",
    Kind.BODY: "Body",
    Kind.ORGANIZATION: "Organization",
    Kind.MEETING: "Meeting",
    Kind.AGENDA_ITEM: "AgendaItem",
    Kind.PAPER: "Paper",
    Kind.CONSULTATION: "Consultation",
    Kind.FILE: "File",
}

LISTS: Final[Mapping[str, tuple[str, Kind | None]]] = {
    "organization": ("organization", Kind.ORGANIZATION),
    "person": ("person", None),
    "meeting": ("meeting", Kind.MEETING),
    "paper": ("paper", Kind.PAPER),
    "agendaItem": ("agendaitem", Kind.AGENDA_ITEM),
    "consultation": ("consultation", Kind.CONSULTATION),
    "file": ("file", Kind.FILE),
    "locationList": ("location", None),
    "legislativeTermList": ("legislativeterm", None),
    "membership": ("membership", None),
}
"""The lists of a body: the property that leads there, how their address ends, and what they hold.

All ten are mandatory, also those of which nothing is known here: people, memberships, places and electoral terms.
"""

BACK_REFERENCES: Final[Mapping[tuple[Kind, Kind], str]] = {
    (Kind.MEETING, Kind.AGENDA_ITEM): "meeting",
    (Kind.PAPER, Kind.CONSULTATION): "paper",
    (Kind.PAPER, Kind.FILE): "paper",
}
"""What an object inside of another one leaves out: the way back."""

OMITTED: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.AGENDA_ITEM: ("auxiliaryFile",),
    Kind.MEETING: ("auxiliaryFile",),
    Kind.PAPER: ("auxiliaryFile", "location"),
}
"""What a list leaves out when it is asked with `omit_internal`."""


def path_of(kind: Kind, key: str) -> str:
    """Return the path of an object; that of the system has no key."""
    return f"{ROOT}/{kind.value}" if kind is Kind.SYSTEM else f"{ROOT}/{kind.value}/{key}"


def to(kind: Kind, key: str) -> dict[str, str]:
    """Return a reference to an object."""
    return {PATH: path_of(kind, key)}


def to_page(path: str) -> dict[str, str]:
    """Return a reference to a page of the site, a list or a file."""
    return {PATH: path}


def inside(kind: Kind, key: str) -> dict[str, str]:
    """Return the place of an object that is put out inside of this one."""
    return {INSIDE: f"{kind.value}/{key}"}


def insiders(content: Any) -> Iterator[tuple[Kind, str]]:  # noqa: ANN401 - any JSON
    """Yield which objects are put out inside of a content."""
    if isinstance(content, dict):
        if content.keys() == {INSIDE}:
            kind, _slash, key = content[INSIDE].partition("/")
            yield Kind(kind), key
            return
        content = list(content.values())
    if isinstance(content, list):
        for part in content:
            yield from insiders(part)


def with_addresses(content: Any, base_url: str, found: Mapping[tuple[Kind, str], Any], *, of: Kind) -> Any:  # noqa: ANN401 - any JSON
    """Return a content with full addresses, and with the objects that belong inside, without their way back."""
    if isinstance(content, list):
        return [with_addresses(part, base_url, found, of=of) for part in content]
    if not isinstance(content, dict):
        return content
    if content.keys() == {PATH}:
        return base_url + content[PATH]
    if content.keys() == {INSIDE}:
        ((kind, key),) = insiders(content)
        way_back = BACK_REFERENCES.get((of, kind))
        inner = {name: value for name, value in found[kind, key].items() if name != way_back}
        return with_addresses(inner, base_url, found, of=kind)
    return {name: with_addresses(value, base_url, found, of=of) for name, value in content.items()}
