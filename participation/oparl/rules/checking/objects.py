"""A single object: what must be in it, what may be, and what the values can be."""

import re
from collections.abc import Mapping
from typing import Any, Final

from participation.oparl.rules.checking.faults import Fault, Faults, Level
from participation.oparl.rules.checking.types import (
    NAMESPACE,
    WAY_BACK,
    Property,
    Shape,
    properties,
    type_name,
)
from participation.oparl.rules.checking.values import check_value, read_moment

_PREFIXED: Final = re.compile(r"[A-Za-z][^:@]*:[^:@]+")
_LEFT_OF_THE_DELETED: Final = ("id", "type", "created", "modified")
_SHA512: Final = re.compile(r"[0-9a-fA-F]{128}")
_MIME: Final = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?", re.ASCII)
_EXTENSION: Final = re.compile(r"\.(?:pdf|docx?|odt|xlsx?|csv|json|txt|html?)$", re.IGNORECASE)

_RECOMMENDED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("Meeting", "meetingState"): frozenset({"terminiert", "eingeladen", "durchgeführt"}),
    ("Organization", "organizationType"): frozenset(
        {"Gremium", "Partei", "Fraktion", "Verwaltungsbereich", "externes Gremium", "Institution", "Sonstiges"}
    ),
}


def check_object(content: Any, expected: str | None = None, *, parent: str | None = None) -> Faults:  # noqa: ANN401 - any JSON
    """Look at an object and at those inside of it. `expected` is its type; `parent` that in which it is put out."""
    if not isinstance(content, dict):
        yield Fault("?", "an object is a JSON object", repr(content)[:120])
        return
    where = str(content.get("id", "?"))
    found = type_name(content.get("type"))
    if found is None:
        yield Fault(where, f"type is one of {NAMESPACE}…", repr(content.get("type")))
        return
    if expected is not None and found != expected:
        yield Fault(where, f"this is a {expected}", found)
        return
    if "deleted" in content:
        yield from _check_deleted(where, content)
    if content.get("deleted") is True:
        yield from _check_moments(where, content)
        return
    known = properties(found)
    yield from _check_presence(where, found, content, known, parent)
    for name, value in content.items():
        if name in known:
            yield from _check_property(f"{where} {name}", known[name], value, found)
        elif not _PREFIXED.fullmatch(name):
            yield Fault(where, "further properties have the prefix of their maker, without @", name)
    yield from _check_moments(where, content)
    yield from _SPECIAL.get(found, _nothing)(where, content)


def _check_presence(
    where: str, type_: str, content: Mapping[str, Any], known: Mapping[str, Property], parent: str | None
) -> Faults:
    for name, one in known.items():
        if one.required and content.get(name) is None:
            yield Fault(where, f"{name} is mandatory", type_)
    way_back = WAY_BACK.get((parent or "", type_))
    if way_back is not None and way_back in content:
        yield Fault(where, f"inside of a {parent} the way back is left out", way_back)
    if parent is None:
        alone = {back for (_parent, child), back in WAY_BACK.items() if child == type_}
        if alone and not alone & content.keys():
            yield Fault(where, "an object asked for alone says to what it belongs", " or ".join(sorted(alone)))


def _check_property(where: str, one: Property, value: Any, type_: str) -> Faults:  # noqa: ANN401 - any JSON
    if value is None:
        yield Fault(where, "no property is null", "null", Level.MUST if one.required else Level.SHOULD)
        return
    if one.many and not isinstance(value, list):
        yield Fault(where, "the value is a list", repr(value)[:120])
        return
    if one.many and value == [] and not one.required:
        yield Fault(where, "a list without entries is left out", "[]", Level.SHOULD)
    for part in value if one.many else [value]:
        if one.shape is Shape.OBJECT and isinstance(part, dict):
            yield from check_object(part, one.leads_to, parent=type_)
        else:
            yield from check_value(where, one.shape, part)


def _check_deleted(where: str, content: Mapping[str, Any]) -> Faults:
    if not isinstance(content["deleted"], bool):
        yield Fault(where, "deleted is true or is left out", repr(content["deleted"]))
    elif content["deleted"]:
        for name in _LEFT_OF_THE_DELETED:
            if name not in content:
                yield Fault(where, f"a deleted object keeps its {name}", "missing")


def _check_moments(where: str, content: Mapping[str, Any]) -> Faults:
    created, modified = read_moment(content.get("created")), read_moment(content.get("modified"))
    if content.get("deleted") is True:
        for name, moment in (("created", created), ("modified", modified)):
            if moment is None:
                yield Fault(where, f"{name} is a date-time", repr(content.get(name)))
    if created and modified and modified < created:
        yield Fault(where, "nothing was changed before it was created", f"{created} > {modified}")


def _nothing(_where: str, _content: Mapping[str, Any]) -> Faults:
    return iter(())


def _check_system(where: str, content: Mapping[str, Any]) -> Faults:
    if content.get("oparlVersion") != NAMESPACE:
        yield Fault(where, f"oparlVersion is {NAMESPACE}", repr(content.get("oparlVersion")))


def _check_file(where: str, content: Mapping[str, Any]) -> Faults:
    checksum, mime, name = content.get("sha512Checksum"), content.get("mimeType"), content.get("name")
    if isinstance(checksum, str) and not _SHA512.fullmatch(checksum):
        yield Fault(where, "sha512Checksum has 128 hexadecimal digits", checksum[:40])
    if "sha1Checksum" in content:
        yield Fault(where, "sha1Checksum should no longer be used", "sha1Checksum", Level.SHOULD)
    if isinstance(mime, str) and not _MIME.fullmatch(mime):
        yield Fault(where, "mimeType is a media type", mime)
    if isinstance(name, str) and _EXTENSION.search(name):
        yield Fault(where, "the name of a file has no ending; fileName has it", name, Level.SHOULD)
    if isinstance(content.get("size"), int) and content["size"] < 0:
        yield Fault(where, "size counts bytes", str(content["size"]))


def _check_meeting(where: str, content: Mapping[str, Any]) -> Faults:
    yield from _check_recommended(where, "Meeting", "meetingState", content)
    items = content.get("agendaItem")
    orders = [item.get("order") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if orders != list(range(len(orders))):
        yield Fault(where, "order is the place on the agenda, counted from 0", str(orders))


def _check_organization(where: str, content: Mapping[str, Any]) -> Faults:
    yield from _check_recommended(where, "Organization", "organizationType", content)


def _check_recommended(where: str, type_: str, name: str, content: Mapping[str, Any]) -> Faults:
    if isinstance(content.get(name), str) and content[name] not in _RECOMMENDED[type_, name]:
        yield Fault(where, f"{name} is one of the recommended values", repr(content[name]), Level.SHOULD)


def _check_person(where: str, content: Mapping[str, Any]) -> Faults:
    place = content.get("locationObject")
    if isinstance(place, dict) and content.get("location") != place.get("id"):
        yield Fault(where, "locationObject comes with location, and both are the same place", repr(place.get("id")))


_SPECIAL: Final = {
    "System": _check_system,
    "File": _check_file,
    "Meeting": _check_meeting,
    "Organization": _check_organization,
    "Person": _check_person,
}
