"""Options that somebody marked before voting. They are kept in a cookie of that browser and nowhere else.

What people like is theirs alone: no table, no log and no address holds it. A shared tablet has no marks, since they
would be the next person's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, unquote

from flask import current_app, g, request
from werkzeug.wrappers import Response

from participation.core.errors import Invalid
from participation.rounds.guard import FAVOURITES
from participation.rounds.models import Round
from participation.web.errors import SHARED_SCREEN

_BETWEEN: Final = "!"
_LONGEST: Final = 3_500
"""Browsers keep at least 4,096 bytes of a cookie, its name and attributes included."""

_AFTERWARDS: Final = timedelta(days=1)


def favourites_of(round_: Round) -> list[str]:
    """Return the codes that this browser marked in a round, in the order of marking; the list may name anything."""
    if g.get(SHARED_SCREEN) is not None:
        return []
    kept = request.cookies.get(_cookie(round_), "")[:_LONGEST]
    return list(dict.fromkeys(unquote(part) for part in kept.split(_BETWEEN) if part))


def keep_favourites(response: Response, round_: Round, codes: Sequence[str], *, now: datetime) -> None:
    """Let this browser keep its marks until the round is over; raises Invalid `too_many_favourites`."""
    secure = current_app.config["SETTINGS"].uses_https
    if not codes:
        response.delete_cookie(_cookie(round_), secure=secure, httponly=True, samesite="Lax")
        return
    value = _BETWEEN.join(quote(code, safe="") for code in codes)
    if len(value) > _LONGEST:
        raise Invalid("too_many_favourites")
    seconds = int((max(round_.closes_at, now) + _AFTERWARDS - now).total_seconds())
    response.set_cookie(_cookie(round_), value, max_age=seconds, secure=secure, httponly=True, samesite="Lax")


def _cookie(round_: Round) -> str:
    name = f"{FAVOURITES}{round_.slug}"
    return f"__Host-{name}" if current_app.config["SETTINGS"].uses_https else name
