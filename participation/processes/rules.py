"""What a process, a phase and a field may look like."""

import re
import unicodedata
import zoneinfo
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from typing import Final

from participation.core.errors import Invalid
from participation.core.windows import Window

MAX_SLUG: Final = 64
MAX_CODE: Final = 16
MAX_POSITION: Final = 10_000
RESERVED_SLUGS: Final = frozenset({"new"})
"""Words that stand where a slug could stand in an address of ours."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_SPELLED_OUT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u0131": "i", "ł": "l", "ø": "o", "&": " "}
)


def check_slug(slug: str, *, field: str = "slug") -> str:
    """Return a word that can stand in an address: small letters a to z, digits, single hyphens between them."""
    if not _SLUG.fullmatch(slug) or len(slug) > MAX_SLUG or slug in RESERVED_SLUGS:
        raise Invalid("slug_not_possible", field=field, slug=slug, maximum=MAX_SLUG)
    return slug


def slug_from(title: str) -> str:
    """Return a slug made from a title, or an empty word when nothing of it is in the Latin script."""
    spelled = unicodedata.normalize("NFKD", title.lower().translate(_SPELLED_OUT))
    words = re.findall(r"[a-z0-9]+", "".join(sign for sign in spelled if not unicodedata.combining(sign)))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:MAX_SLUG]
        if len(longer) > MAX_SLUG:
            break
        slug = longer
    return slug


def check_code(code: str, *, field: str = "code") -> str:
    """Return the short public name of a phase or field: letters a to z, digits, inner points and hyphens."""
    if not _CODE.fullmatch(code) or len(code) > MAX_CODE:
        raise Invalid("short_name_not_possible", field=field, typed=code, maximum=MAX_CODE)
    return code


def check_time_zone(name: str, *, field: str = "time_zone") -> str:
    """Return the name of a zone of the IANA time zone database."""
    if name not in time_zones():
        raise Invalid("unknown_time_zone", field=field, zone=name)
    return name


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all zones that a city may have; technical ones such as `Etc/GMT+5` are no city's zone."""
    known = zoneinfo.available_timezones()
    return frozenset(name for name in known if name == "UTC" or ("/" in name and not name.startswith("Etc/")))


def check_currency(code: str, *, field: str = "currency") -> str:
    """Return the three capital letters of a currency (ISO 4217)."""
    if not _CURRENCY.fullmatch(code):
        raise Invalid("currency_not_possible", field=field, typed=code)
    return code


def check_default_language(default: str, languages: Collection[str]) -> str:
    """Return the language in which a process speaks first; it is one of its own."""
    if default not in languages:
        raise Invalid("default_language_not_among_them", field="default_language", tag=default)
    return default


def check_position(position: int, *, field: str = "position") -> int:
    """Return a place in a list; gaps are allowed."""
    if not 0 <= position <= MAX_POSITION:
        raise Invalid("position_out_of_range", field=field, highest=MAX_POSITION)
    return position


EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def check_moment(moment: datetime, *, field: str) -> datetime:
    """Return in UTC a moment that a city can mean; others cannot even be turned into the time of every zone."""
    if not EARLIEST <= moment < LATEST:
        raise Invalid("moment_out_of_range", field=field, first=EARLIEST.year, last=LATEST.year - 1)
    return moment.astimezone(UTC)


def check_window(window: Window) -> Window:
    """Return in UTC a window that has a length."""
    opens_at = check_moment(window.opens_at, field="opens_at")
    closes_at = check_moment(window.closes_at, field="closes_at")
    if opens_at >= closes_at:
        raise Invalid("window_without_length", field="closes_at")
    return Window(opens_at, closes_at)
