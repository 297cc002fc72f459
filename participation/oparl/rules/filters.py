"""What a list can be asked: moments of creation and change, how many objects on a page, and which page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from participation.core.errors import Invalid

PER_PAGE: Final = 25
MAX_PER_PAGE: Final = 100
MAX_PAGE: Final = 1_000_000
MOMENTS: Final = ("created_since", "created_until", "modified_since", "modified_until")
PAGE: Final = "page"

_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a list is wanted. Without a moment of change, what was deleted does not belong to it."""

    created_since: datetime | None = None
    created_until: datetime | None = None
    modified_since: datetime | None = None
    modified_until: datetime | None = None
    omit_internal: bool = False
    limit: int = PER_PAGE
    page: int = 1

    @property
    def with_deleted(self) -> bool:
        """Say whether deleted objects belong to the answer: whoever brings a copy up to date must learn of them."""
        return self.modified_since is not None

    def query(self, page: int) -> str:
        """Return the one way of writing this in the address of a page: sorted, without what goes without saying."""
        parts = {name: rfc3339(moment) for name in MOMENTS if (moment := getattr(self, name)) is not None}
        if self.limit != PER_PAGE:
            parts["limit"] = str(self.limit)
        if self.omit_internal:
            parts["omit_internal"] = "true"
        if page != 1:
            parts[PAGE] = str(page)
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(parts.items()))
        return f"?{query}" if query else ""


def read_asked(given: Mapping[str, str]) -> Asked:
    """Return what the query of an address asks for; names that mean nothing here are left alone.

    Raises Invalid `oparl_moment` or `oparl_number`. More on a page than there may be is as many as there may be: a
    client may not rely on what it asks for.
    """
    return Asked(
        **{name: read_moment(name, given[name]) for name in MOMENTS if name in given},
        omit_internal=given.get("omit_internal") == "true",
        limit=min(_number("limit", given.get("limit", str(PER_PAGE))), MAX_PER_PAGE),
        page=_number(PAGE, given.get(PAGE, "1")),
    )


def read_moment(name: str, typed: str) -> datetime:
    """Return a moment written as RFC 3339 demands, its zone included; a plus that arrived as a blank is one."""
    written = typed.replace(" ", "+")
    if _DATE_TIME.fullmatch(written):
        try:
            return datetime.fromisoformat(written).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Invalid("oparl_moment", field=name, name=name)


def rfc3339(moment: datetime) -> str:
    """Write a moment with its zone, exactly as it is stored, so that filters find what was shown."""
    return moment.astimezone(UTC).isoformat()


def _number(name: str, typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MAX_PAGE)) and 1 <= int(typed) <= MAX_PAGE):
        raise Invalid("oparl_number", field=name, name=name)
    return int(typed)
