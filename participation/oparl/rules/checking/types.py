"""The twelve types of OParl 1.1 with their properties, as chapter 3 of the specification lists them.

Three demands stand in the text only and not in the schema files: `created` and `modified` are mandatory everywhere, a
body has ten lists, and an agenda item says its place (`order`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NAMESPACE: Final = "https://schema.oparl.org/1.1/"


class Shape(StrEnum):
    """What a value can be."""

    TEXT = "text"
    WHOLE = "whole number"
    YES_NO = "yes or no"
    DAY = "date"
    MOMENT = "date-time"
    URL = "url"
    REFERENCE = "address of an object"
    LIST = "address of a list"
    OBJECT = "object"
    GEO = "GeoJSON feature"


@dataclass(frozen=True, slots=True)
class Property:
    """A property: the shape of its value or values, the type that it leads to, and whether it must be there."""

    shape: Shape
    leads_to: str = ""
    many: bool = False
    required: bool = False


def _many(shape: Shape, leads_to: str = "", *, required: bool = False) -> Property:
    return Property(shape, leads_to, many=True, required=required)


def _one(shape: Shape, leads_to: str = "", *, required: bool = False) -> Property:
    return Property(shape, leads_to, required=required)


_TEXT: Final = _one(Shape.TEXT)
_URL: Final = _one(Shape.URL)
_DAY: Final = _one(Shape.DAY)
_MOMENT: Final = _one(Shape.MOMENT)
_WHOLE: Final = _one(Shape.WHOLE)
_YES_NO: Final = _one(Shape.YES_NO)
_FILE: Final = _one(Shape.OBJECT, "File")
_FILES: Final = _many(Shape.OBJECT, "File")
_PLACE: Final = _one(Shape.OBJECT, "Location")


def _to(type_: str) -> Property:
    return _one(Shape.REFERENCE, type_)


def _to_many(type_: str) -> Property:
    return _many(Shape.REFERENCE, type_)


def _listed(type_: str) -> Property:
    return _one(Shape.LIST, type_, required=True)


COMMON: Final[Mapping[str, Property]] = {
    "id": _one(Shape.URL, required=True),
    "type": _one(Shape.URL, required=True),
    "license": _URL,
    "created": _one(Shape.MOMENT, required=True),
    "modified": _one(Shape.MOMENT, required=True),
    "keyword": _many(Shape.TEXT),
    "web": _URL,
    "deleted": _YES_NO,
}

TYPES: Final[Mapping[str, Mapping[str, Property]]] = {
    "System": {
        "oparlVersion": _one(Shape.URL, required=True),
        "otherOparlVersions": _many(Shape.URL),
        "body": _listed("Body"),
        "name": _TEXT,
        "contactEmail": _TEXT,
        "contactName": _TEXT,
        "website": _URL,
        "vendor": _URL,
        "product": _URL,
    },
    "Body": {
        "system": _to("System"),
        "shortName": _TEXT,
        "name": _one(Shape.TEXT, required=True),
        "website": _URL,
        "licenseValidSince": _MOMENT,
        "oparlSince": _MOMENT,
        "ags": _TEXT,
        "rgs": _TEXT,
        "equivalent": _many(Shape.URL),
        "contactEmail": _TEXT,
        "contactName": _TEXT,
        "organization": _listed("Organization"),
        "person": _listed("Person"),
        "meeting": _listed("Meeting"),
        "paper": _listed("Paper"),
        "legislativeTerm": _many(Shape.OBJECT, "LegislativeTerm", required=True),
        "agendaItem": _listed("AgendaItem"),
        "consultation": _listed("Consultation"),
        "file": _listed("File"),
        "locationList": _listed("Location"),
        "legislativeTermList": _listed("LegislativeTerm"),
        "membership": _listed("Membership"),
        "classification": _TEXT,
        "location": _PLACE,
    },
    "LegislativeTerm": {"body": _to("Body"), "name": _TEXT, "startDate": _DAY, "endDate": _DAY},
    "Organization": {
        "body": _to("Body"),
        "name": _TEXT,
        "membership": _to_many("Membership"),
        "meeting": _one(Shape.LIST, "Meeting"),
        "shortName": _TEXT,
        "post": _many(Shape.TEXT),
        "subOrganizationOf": _to("Organization"),
        "organizationType": _TEXT,
        "classification": _TEXT,
        "startDate": _DAY,
        "endDate": _DAY,
        "website": _URL,
        "location": _PLACE,
        "externalBody": _URL,  # a body of another system: it is not followed
    },
    "Person": {
        "body": _to("Body"),
        "name": _TEXT,
        "familyName": _TEXT,
        "givenName": _TEXT,
        "formOfAddress": _TEXT,
        "affix": _TEXT,
        "title": _many(Shape.TEXT),
        "gender": _TEXT,
        "phone": _many(Shape.TEXT),
        "email": _many(Shape.TEXT),
        "location": _to("Location"),
        "locationObject": _PLACE,
        "status": _many(Shape.TEXT),
        "membership": _many(Shape.OBJECT, "Membership"),
        "life": _TEXT,
        "lifeSource": _TEXT,
    },
    "Membership": {
        "person": _to("Person"),
        "organization": _to("Organization"),
        "role": _TEXT,
        "votingRight": _YES_NO,
        "startDate": _DAY,
        "endDate": _DAY,
        "onBehalfOf": _to("Organization"),
    },
    "Meeting": {
        "name": _TEXT,
        "meetingState": _TEXT,
        "cancelled": _YES_NO,
        "start": _MOMENT,
        "end": _MOMENT,
        "location": _PLACE,
        "organization": _to_many("Organization"),
        "participant": _to_many("Person"),
        "invitation": _FILE,
        "resultsProtocol": _FILE,
        "verbatimProtocol": _FILE,
        "auxiliaryFile": _FILES,
        "agendaItem": _many(Shape.OBJECT, "AgendaItem"),
    },
    "AgendaItem": {
        "meeting": _to("Meeting"),
        "number": _TEXT,
        "order": _one(Shape.WHOLE, required=True),
        "name": _TEXT,
        "public": _YES_NO,
        "consultation": _to("Consultation"),
        "result": _TEXT,
        "resolutionText": _TEXT,
        "resolutionFile": _FILE,
        "auxiliaryFile": _FILES,
        "start": _MOMENT,
        "end": _MOMENT,
    },
    "Paper": {
        "body": _to("Body"),
        "name": _TEXT,
        "reference": _TEXT,
        "date": _DAY,
        "paperType": _TEXT,
        "relatedPaper": _to_many("Paper"),
        "superordinatedPaper": _to_many("Paper"),
        "subordinatedPaper": _to_many("Paper"),
        "mainFile": _FILE,
        "auxiliaryFile": _FILES,
        "location": _many(Shape.OBJECT, "Location"),
        "originatorPerson": _to_many("Person"),
        "underDirectionOf": _to_many("Organization"),
        "originatorOrganization": _to_many("Organization"),
        "consultation": _many(Shape.OBJECT, "Consultation"),
    },
    "Consultation": {
        "paper": _to("Paper"),
        "agendaItem": _to("AgendaItem"),
        "meeting": _to("Meeting"),
        "organization": _to_many("Organization"),
        "authoritative": _YES_NO,
        "role": _TEXT,
    },
    "File": {
        "name": _TEXT,
        "fileName": _TEXT,
        "mimeType": _TEXT,
        "date": _DAY,
        "size": _WHOLE,
        "sha1Checksum": _TEXT,
        "sha512Checksum": _TEXT,
        "text": _TEXT,
        "accessUrl": _one(Shape.URL, required=True),
        "downloadUrl": _URL,
        "externalServiceUrl": _URL,
        "masterFile": _to("File"),
        "derivativeFile": _to_many("File"),
        "fileLicense": _URL,
        "meeting": _to_many("Meeting"),
        "agendaItem": _to_many("AgendaItem"),
        "paper": _to_many("Paper"),
    },
    "Location": {
        "description": _TEXT,
        "geojson": _one(Shape.GEO),
        "streetAddress": _TEXT,
        "room": _TEXT,
        "postalCode": _TEXT,
        "subLocality": _TEXT,
        "locality": _TEXT,
        "bodies": _to_many("Body"),
        "organizations": _to_many("Organization"),
        "persons": _to_many("Person"),
        "meetings": _to_many("Meeting"),
        "papers": _to_many("Paper"),
    },
}

WAY_BACK: Final[Mapping[tuple[str, str], str]] = {
    ("Body", "LegislativeTerm"): "body",
    ("Person", "Membership"): "person",
    ("Meeting", "AgendaItem"): "meeting",
    ("Paper", "Consultation"): "paper",
    ("Meeting", "File"): "meeting",
    ("AgendaItem", "File"): "agendaItem",
    ("Paper", "File"): "paper",
    ("Body", "Location"): "bodies",
    ("Organization", "Location"): "organizations",
    ("Person", "Location"): "persons",
    ("Meeting", "Location"): "meetings",
    ("Paper", "Location"): "papers",
}
"""What an object leaves out inside of another one, and must say when it is asked for alone."""

LISTS_OF_A_BODY: Final = tuple(name for name, known in TYPES["Body"].items() if known.shape is Shape.LIST)

LEFT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "AgendaItem": ("auxiliaryFile",),
    "Meeting": ("auxiliaryFile",),
    "Paper": ("auxiliaryFile", "location"),
    "Person": ("membership",),
}
"""What a list should leave out when it is asked with `omit_internal=true` (chapter 2.5)."""


def properties(type_: str) -> Mapping[str, Property]:
    """Return all properties of a type, those that every type has among them."""
    return {**COMMON, **TYPES[type_]}


def type_name(url: object) -> str | None:
    """Return the short name of a namespace URL, None for one that the specification does not know."""
    name = url.removeprefix(NAMESPACE) if isinstance(url, str) and url.startswith(NAMESPACE) else ""
    return name if name in TYPES else None
