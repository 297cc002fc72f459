"""A whole interface, from its entrance: every list, every object at its own address, every way between them."""

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha512
from typing import Any, Final
from urllib.parse import urlsplit

from participation.oparl.rules.checking.answers import OK, Answer, Fetch, Visit
from participation.oparl.rules.checking.faults import Fault, Level
from participation.oparl.rules.checking.lists import check_list, identity
from participation.oparl.rules.checking.objects import check_object
from participation.oparl.rules.checking.types import (
    LISTS_OF_A_BODY,
    TYPES,
    WAY_BACK,
    Shape,
    properties,
    type_name,
)
from participation.oparl.rules.checking.values import check_canonical

Object = Mapping[str, Any]

_BOTH_WAYS: Final = (
    ("Consultation", "agendaItem", "consultation"),
    ("AgendaItem", "consultation", "agendaItem"),
    ("File", "masterFile", "derivativeFile"),
    ("File", "derivativeFile", "masterFile"),
    ("Paper", "superordinatedPaper", "subordinatedPaper"),
    ("Paper", "subordinatedPaper", "superordinatedPaper"),
)
"""Properties that lead somewhere from which another one leads back."""


def check_interface(fetch: Fetch, entrance: str, *, earlier: Collection[str] = ()) -> list[Fault]:
    """Look at everything that an interface puts out, and return what the specification does not allow.

    `entrance` is the address of its System object; `earlier` are addresses of objects that somebody has seen before,
    because nobody else can tell whether what was deleted is held back. Every list is read with several filters and
    every object at its own address, so this asks for a few times as many addresses as there are objects.
    """
    parts = urlsplit(entrance)
    visit = Visit(fetch, f"{parts.scheme}://{parts.netloc}")
    if parts.scheme != "https":
        visit.note(entrance, "HTTPS is recommended", parts.scheme, Level.SHOULD)
    system = visit.read(entrance)
    visit.note_all(check_object(system, "System"))
    if not isinstance(system, dict):
        return visit.faults
    if system.get("id") != entrance:
        visit.note(entrance, "the address of an object is its id", system.get("id"))
    known = _collected(visit, system)
    for one in list(known.values()):
        _check_at_its_address(visit, one)
        _check_references(visit, one, known)
        if _is_present(one, "File"):
            _check_file(visit, one)
    for url in earlier:
        _check_still_told(visit, url, known)
    visit.check_conditional(entrance)
    visit.check_refusal(f"{entrance}/there-is-no-such-thing")
    return list(dict.fromkeys(visit.faults))


def _collected(visit: Visit, system: Object) -> dict[str, Object]:
    """Return every object of every list by its id, the deleted among them; what is wrong with lists is noted."""
    known: dict[str, Object] = {identity(system): system}
    bodies = check_list(visit, system["body"], "Body") if isinstance(system.get("body"), str) else []
    for body in bodies:
        known[identity(body)] = body
        _check_body(visit, body, known)
    for one in [one for one in known.values() if _is_present(one, "Organization")]:
        if isinstance(one.get("meeting"), str):
            _check_meetings_of(visit, one, check_list(visit, one["meeting"], "Meeting"), known)
    return known


def _check_still_told(visit: Visit, url: str, known: Mapping[str, Object]) -> None:
    """Look whether an object that was seen before is still there, or is told of as deleted."""
    one = visit.read(url)
    if isinstance(one, dict) and url not in known:
        visit.note(url, "modified_since tells what was deleted", one.get("deleted"))


def _check_body(visit: Visit, body: Object, known: dict[str, Object]) -> None:
    lists = {name: body[name] for name in LISTS_OF_A_BODY if isinstance(body.get(name), str)}
    for name, url in lists.items():
        for one in check_list(visit, url, TYPES["Body"][name].leads_to):
            known[identity(one)] = one
            if one.get("deleted") is not True and one.get("body", body.get("id")) != body.get("id"):
                visit.note(identity(one), "what a body lists belongs to it", one.get("body"))
    terms = body.get("legislativeTerm")
    inside = {identity(term) for term in _several(terms) if isinstance(term, dict)}
    outside = {key for key, one in known.items() if _is_present(one, "LegislativeTerm")}
    if "legislativeTermList" in lists and inside != outside:
        visit.note(identity(body), "legislativeTermList holds the same objects as legislativeTerm", outside)


def _is_present(one: Object, type_: str) -> bool:
    return type_name(one.get("type")) == type_ and one.get("deleted") is not True


def _check_meetings_of(visit: Visit, group: Object, listed: list[dict[str, Any]], known: Mapping[str, Object]) -> None:
    own = {identity(one) for one in listed if one.get("deleted") is not True}
    said = {
        identity(one)
        for one in known.values()
        if _is_present(one, "Meeting") and identity(group) in _several(one.get("organization"))
    }
    if own != said:
        visit.note(identity(group), "meeting and organization say the same of each other", own ^ said)


def _several(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _inner(one: Object) -> Iterator[tuple[str, Object]]:
    """Yield the objects inside of an object, each with the type in which it is put out."""
    type_ = type_name(one.get("type"))
    for name, known in properties(type_).items() if type_ else ():
        if known.shape is Shape.OBJECT and name in one:
            for part in _several(one[name]):
                if isinstance(part, dict):
                    yield str(type_), part
                    yield from _inner(part)


def _check_at_its_address(visit: Visit, one: Object) -> None:
    """Look whether an object stands at its address as it was shown in a list, and so do those inside of it."""
    shown = [(None, one), *_inner(one)]
    for parent, part in shown:
        url = part.get("id")
        if not isinstance(url, str):
            continue
        visit.note_all(check_canonical(url, url, visit.base))
        alone = visit.read(url)
        visit.note_all(check_object(alone, type_name(part.get("type"))))
        if not isinstance(alone, dict):
            continue
        if alone.get("id") != url:
            visit.note(url, "the address of an object is its id", alone.get("id"))
        way_back = WAY_BACK.get((parent or "", type_name(part.get("type")) or ""))
        if {name: value for name, value in alone.items() if name != way_back or parent is None} != dict(part):
            visit.note(url, "an object is the same inside of another one, in a list and alone", "it differs")


def _check_references(visit: Visit, one: Object, known: Mapping[str, Object]) -> None:
    """Look whether what an object names is there, of the right type, and says the same from its side."""
    type_ = type_name(one.get("type"))
    for name, rule in properties(type_).items() if type_ else ():
        if rule.shape is not Shape.REFERENCE or name not in one:
            continue
        for url in [url for url in _several(one[name]) if isinstance(url, str)]:
            where = f"{identity(one)} {name}"
            target = known.get(url) or visit.read(url)
            if not isinstance(target, dict) or type_name(target.get("type")) != rule.leads_to:
                visit.note(where, f"{name} leads to a {rule.leads_to}", url)
            elif target.get("deleted") is True:
                visit.note(where, "what is shown leads to nothing that was deleted", url)
            else:
                _check_way_back(visit, str(type_), name, one, target)
    for parent, part in _inner(one):
        if identity(part) not in known and type_name(part.get("type")) in {leads.leads_to for leads in _LISTED}:
            visit.note(identity(part), f"what stands inside of a {parent} is in its body's list too", one.get("id"))


_LISTED: Final = tuple(TYPES["Body"][name] for name in LISTS_OF_A_BODY)


def _check_way_back(visit: Visit, type_: str, name: str, one: Object, target: Object) -> None:
    for owner, there, back in _BOTH_WAYS:
        if (owner, there) == (type_, name) and identity(one) not in _several(target.get(back)):
            visit.note(identity(one), f"{name} and {back} say the same of each other", target.get("id"))
    for (parent, child), back in WAY_BACK.items():
        if child == type_ and name == back and type_name(target.get("type")) == parent:
            inner = {identity(part) for _parent, part in _inner(target)}
            if identity(one) not in inner:
                visit.note(identity(one), f"the {parent} that it names holds it", target.get("id"))


def _check_file(visit: Visit, file: Object) -> None:
    """Look whether a file can be looked at and saved, and is the one that its object describes."""
    where, access = identity(file), file.get("accessUrl")
    if not isinstance(access, str):
        return
    answer = visit.fetch(access, {})
    if answer.status != OK:
        visit.note(where, "a file can be fetched at its accessUrl", answer.status)
        return
    if _disposition(answer).startswith("attachment"):
        visit.note(where, "accessUrl is answered without attachment", _disposition(answer))
    _check_described(visit, file, answer)
    for header in ("etag", "last-modified", "content-length"):
        if header not in answer.headers:
            visit.note(where, f"files have {header}", "none", Level.SHOULD)
    if not isinstance(file.get("downloadUrl"), str):
        visit.note(where, "downloadUrl is recommended", "none", Level.SHOULD)
        return
    saved = visit.fetch(file["downloadUrl"], {})
    if saved.status != OK or saved.body != answer.body:
        visit.note(where, "downloadUrl gives the same file", saved.status)
    if not _disposition(saved).startswith("attachment") or "filename" not in _disposition(saved):
        visit.note(where, "downloadUrl is answered as attachment with filename", _disposition(saved))


def _disposition(answer: Answer) -> str:
    return answer.headers.get("content-disposition", "").strip().lower()


def _check_described(visit: Visit, file: Object, answer: Answer) -> None:
    where, checksum = identity(file), sha512(answer.body).hexdigest()
    if file.get("size", len(answer.body)) != len(answer.body):
        visit.note(where, "size is that of the file", f"{file['size']}, not {len(answer.body)}")
    if str(file.get("sha512Checksum", checksum)).lower() != checksum:
        visit.note(where, "sha512Checksum is that of the file", file["sha512Checksum"])
    said, sent = (str(mime).split(";", 1)[0].strip() for mime in (file.get("mimeType", ""), _media(answer)))
    if said and sent != said:
        visit.note(where, "mimeType is that of the file", sent)


def _media(answer: Answer) -> str:
    return answer.headers.get("content-type", "")
