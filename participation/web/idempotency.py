"""Requests that may be sent twice: the header Idempotency-Key names the request, not the act."""

import re
from typing import Any, Final

from flask import g, request

from participation.core.errors import Invalid

HEADER: Final = "Idempotency-Key"
_SHAPE: Final = re.compile(r"[\x21-\x7e]{1,64}")

IDEMPOTENCY_PARAMETER: Final[dict[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "Any text of 1 to 64 visible ASCII characters that the client chose for this request. "
        "Sent again with the same key, the request is done once and answered the same."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]{1,64}$"},
}
"""For the document: `@blp.doc(parameters=[IDEMPOTENCY_PARAMETER])`."""


def idempotency_key() -> str | None:
    """Return the key that a client gave its request, None if it gave none; raises Invalid for one that is none."""
    given = request.headers.get(HEADER)
    if given is not None and not _SHAPE.fullmatch(given):
        raise Invalid("not_an_idempotency_key", field=HEADER)
    return given


def heed_name() -> None:
    """Note that what is done for this request goes by the name that it carries.

    A header that a client sends with everything says nothing where nobody looks at it.
    """
    g.name_is_heeded = True


def is_named_request() -> bool:
    """Say whether sending the request again does nothing twice."""
    return "name_is_heeded" in g
