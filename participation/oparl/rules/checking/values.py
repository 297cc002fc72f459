"""Single values: moments, days, addresses, texts."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from participation.oparl.rules.checking.faults import Fault, Faults, Level
from participation.oparl.rules.checking.types import Shape

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-fA-F]+);")
_ADDRESS: Final = re.compile(r"[!-~]+")


def read_moment(value: object) -> datetime | None:
    """Return a date-time as the specification wants it (RFC 3339, with its zone), None for anything else."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def is_day(value: object) -> bool:
    """Say whether it is a date without a time and without a zone."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_url(value: object) -> bool:
    """Say whether it is a full address of the web, with nothing in it that would have to be encoded."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def check_canonical(where: str, url: str, base: str) -> Faults:
    """Look whether an address of this interface is spelled the one way: host, scheme, slashes, order of parameters."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != base:
        yield Fault(where, "addresses of one interface keep to one scheme and host", url)
    if parts.netloc != parts.netloc.lower() or "//" in parts.path or parts.fragment:
        yield Fault(where, "an address has one canonical spelling", url)
    names = [name for name, _value in parse_qsl(parts.query, keep_blank_values=True)]
    if names != sorted(names):
        yield Fault(where, "parameters of an address are always sorted alike", url, Level.SHOULD)


def _is_feature(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") == "Feature" and {"geometry", "properties"} <= value.keys()


_FITS: Final[Mapping[Shape, Callable[[Any], bool]]] = {
    Shape.TEXT: lambda value: isinstance(value, str),
    Shape.WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Shape.YES_NO: lambda value: isinstance(value, bool),
    Shape.DAY: is_day,
    Shape.MOMENT: lambda value: read_moment(value) is not None,
    Shape.URL: is_url,
    Shape.REFERENCE: is_url,
    Shape.LIST: is_url,
    Shape.OBJECT: lambda value: isinstance(value, dict),
    Shape.GEO: _is_feature,
}


def check_value(where: str, shape: Shape, value: object) -> Faults:
    """Look whether a single value has the shape that its property has."""
    if not _FITS[shape](value):
        yield Fault(where, f"the value has its shape: {shape.value}", repr(value)[:120])
    elif shape is Shape.TEXT and isinstance(value, str):
        if _ENTITY.search(value):
            yield Fault(where, "texts are not escaped as in HTML", value[:120], Level.SHOULD)
        if value == "":
            yield Fault(where, "a property of which nothing is known is left out", '""', Level.SHOULD)
