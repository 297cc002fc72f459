"""Where a person is sent next, and addresses that leave the site."""

from typing import Any, Final
from urllib.parse import urlsplit

from flask import current_app

_LONGEST: Final = 500


def local_path(asked: str | None, otherwise: str = "/") -> str:
    """Return the asked address if it is a path of this site, else the other one.

    Nobody is led elsewhere by a link to our sign-in: no scheme, no host, no two slashes or backslashes that browsers
    read as one, no characters that end a header.
    """
    if not asked or len(asked) > _LONGEST or not asked.startswith("/") or asked.startswith(("//", "/\\")):
        return otherwise
    if "\\" in asked or not asked.isprintable() or " " in asked:
        return otherwise
    parts = urlsplit(asked)
    return otherwise if parts.scheme or parts.netloc else asked


def absolute_url(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - parts of an address, as url_for takes them
    """Return a full address for a mail or a printed card.

    It begins with the address in the settings, never with what a request's Host header says.
    """
    path = current_app.url_map.bind("site").build(endpoint, values)
    return f"{current_app.config['SETTINGS'].base_url}{path}"
