"""The check of single objects: what is whole passes, and each way of breaking it is found."""

from collections.abc import Callable
from typing import Any

import pytest

from participation.oparl.rules.checking.objects import check_object

BASE = "https://ris.example/oparl/v1.1"
TYPE = "https://schema.oparl.org/1.1"

Change = Callable[[dict[str, Any]], object]


def head(kind: str, type_: str) -> dict[str, Any]:
    return {
        "id": f"{BASE}/{kind}/1",
        "type": f"{TYPE}/{type_}",
        "created": "2026-01-31T10:00:00+01:00",
        "modified": "2026-02-01T09:00:00.250000Z",
    }


def whole() -> dict[str, dict[str, Any]]:
    """Return one whole object of each type that the tests break."""
    item = head("agendaitem", "AgendaItem") | {"order": 0, "number": "Ö 9.3", "name": "Konzept", "public": True}
    file = head("file", "File") | {
        "name": "Vorlage",
        "fileName": "vo.pdf",
        "mimeType": "application/pdf",
        "size": 3,
        "sha512Checksum": "a" * 128,
        "accessUrl": f"{BASE}/file/1/access/vo.pdf",
    }
    return {
        "System": head("system", "System")
        | {"oparlVersion": f"{TYPE}/", "body": f"{BASE}/bodies", "contactEmail": "ris@ris.example"},
        "Body": head("body", "Body")
        | {"name": "Lindenhafen", "legislativeTerm": []}
        | {
            name: f"{BASE}/body/1/{name.lower()}"
            for name in (
                *("organization", "person", "meeting", "paper", "agendaItem", "consultation", "file"),
                *("locationList", "legislativeTermList", "membership"),
            )
        },
        "Organization": head("organization", "Organization") | {"name": "Rat", "organizationType": "Gremium"},
        "Meeting": head("meeting", "Meeting")
        | {"start": "2026-03-25T00:00:00+01:00", "organization": [f"{BASE}/organization/1"], "agendaItem": [item]},
        "Paper": head("paper", "Paper")
        | {"name": "Konzept", "date": "2026-02-28", "mainFile": file, "keyword": ["Integration"]},
        "File": file | {"paper": [f"{BASE}/paper/1"]},
        "Consultation": head("consultation", "Consultation") | {"paper": f"{BASE}/paper/1", "role": "Entscheidung"},
        "Location": head("location", "Location")
        | {"geojson": {"type": "Feature", "geometry": None, "properties": {}}, "papers": [f"{BASE}/paper/1"]},
        "Person": head("person", "Person")
        | {
            "location": f"{BASE}/location/1",
            "locationObject": head("location", "Location") | {"locality": "Lindenhafen"},
        },
    }


def put(name: str, value: object) -> Change:
    return lambda one: one.__setitem__(name, value)


def drop(name: str) -> Change:
    return lambda one: one.pop(name)


BROKEN: list[tuple[str, Change, str]] = [
    ("Paper", drop("id"), "id is mandatory"),
    ("Paper", drop("created"), "created is mandatory"),
    ("Paper", drop("modified"), "modified is mandatory"),
    ("Paper", put("type", "https://schema.oparl.org/1.0/Paper"), "type is one of"),
    ("Paper", put("type", f"{TYPE}/paper"), "type is one of"),
    ("Paper", put("created", "2026-01-31T10:00:00"), "date-time"),
    ("Paper", put("created", "2026-02-30T10:00:00Z"), "date-time"),
    ("Paper", put("modified", "2026-01-01T00:00:00Z"), "before it was created"),
    ("Paper", put("date", "2026-02-28T00:00:00Z"), "its shape: date"),
    ("Paper", put("date", "2026-02-29"), "its shape: date"),
    ("Paper", put("name", None), "no property is null"),
    ("Paper", put("name", "Stadt &amp; Land"), "not escaped as in HTML"),
    ("Paper", put("keyword", "Integration"), "the value is a list"),
    ("Paper", put("keyword", []), "a list without entries"),
    ("Paper", put("mainFile", f"{BASE}/file/1"), "its shape: object"),
    ("Paper", lambda one: one["mainFile"].pop("created"), "created is mandatory"),
    ("Paper", lambda one: one["mainFile"].update(paper=[f"{BASE}/paper/1"]), "way back is left out"),
    ("Paper", put("relatedPaper", f"{BASE}/paper/2"), "the value is a list"),
    ("Paper", put("relatedPaper", ["paper/2"]), "address of an object"),
    ("Paper", put("web", "/processes/k"), "its shape: url"),
    ("Paper", put("web", "https://ris.example/ä"), "its shape: url"),
    ("Paper", put("issuer", "?"), "prefix of their maker"),
    ("Paper", put("@ris:issuer", "?"), "prefix of their maker"),
    ("System", put("oparlVersion", "https://schema.oparl.org/1.0/"), "oparlVersion is"),
    ("System", put("body", [f"{BASE}/body/1"]), "address of a list"),
    ("Body", drop("name"), "name is mandatory"),
    ("Body", drop("legislativeTerm"), "legislativeTerm is mandatory"),
    *[("Body", drop(name), f"{name} is mandatory") for name in ("agendaItem", "consultation", "file", "membership")],
    *[("Body", drop(name), f"{name} is mandatory") for name in ("locationList", "legislativeTermList", "person")],
    ("Organization", put("organizationType", "Rat"), "recommended values"),
    ("Meeting", put("start", "2026-03-25"), "date-time"),
    ("Meeting", put("meetingState", "open"), "recommended values"),
    ("Meeting", lambda one: one["agendaItem"][0].update(order=1), "counted from 0"),
    ("Meeting", lambda one: one["agendaItem"][0].pop("order"), "order is mandatory"),
    ("Meeting", lambda one: one["agendaItem"][0].update(public="yes"), "yes or no"),
    ("File", drop("accessUrl"), "accessUrl is mandatory"),
    ("File", drop("paper"), "says to what it belongs"),
    ("File", put("size", "3"), "whole number"),
    ("File", put("size", 1.5), "whole number"),
    ("File", put("sha512Checksum", "abc"), "128 hexadecimal"),
    ("File", put("sha1Checksum", "da39a3ee"), "no longer be used"),
    ("File", put("name", "Vorlage.pdf"), "has no ending"),
    ("File", put("mimeType", "pdf"), "media type"),
    ("Consultation", drop("paper"), "says to what it belongs"),
    ("Location", put("geojson", {"type": "Point", "coordinates": [1, 2]}), "GeoJSON feature"),
    ("Person", drop("location"), "both are the same place"),
]


@pytest.mark.parametrize("type_", whole())
def test_a_whole_object_passes(type_: str) -> None:
    assert list(check_object(whole()[type_], type_)) == []


@pytest.mark.parametrize(
    "type_, change, rule",
    BROKEN,
    ids=[f"{number}-{type_}-{rule}" for number, (type_, _change, rule) in enumerate(BROKEN)],
)
def test_a_broken_object_is_found(type_: str, change: Change, rule: str) -> None:
    one = whole()[type_]
    change(one)
    assert [fault for fault in check_object(one, type_) if rule in fault.rule]


def test_of_a_deleted_object_little_must_be_left() -> None:
    gone = head("paper", "Paper") | {"deleted": True}
    assert list(check_object(gone, "Paper")) == []
    for name in ("id", "created", "modified"):
        left = {key: value for key, value in gone.items() if key != name}
        assert [fault for fault in check_object(left, "Paper") if f"keeps its {name}" in fault.rule]
    assert [fault for fault in check_object(gone | {"deleted": "true"}, "Paper") if "deleted is true" in fault.rule]


def test_an_object_of_another_type_is_found() -> None:
    assert [fault.rule for fault in check_object(whole()["File"], "Paper")] == ["this is a Paper"]
