"""How what is stored about a person is written into a file that programs can read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any


def plain(value: object) -> object:
    """Return a value as JSON can say it: moments in UTC and days as RFC 3339 writes them, names of states as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value


def document(
    account_id: str, stored: Mapping[str, Sequence[Mapping[str, Any]]], *, site: str, now: datetime
) -> dict[str, object]:
    """Return the file with everything that is stored about a person."""
    return {"site": site, "account": account_id, "made_at": plain(now), "stored": plain(stored)}
