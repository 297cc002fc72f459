"""Pages that exist in a demonstration only, and answer this machine only."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Final, ParamSpec, TypeVar

from flask import current_app, request
from werkzeug.exceptions import NotFound

P = ParamSpec("P")
R = TypeVar("R")

_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def here_only(view: Callable[P, R]) -> Callable[P, R]:
    """Let a page exist in a demonstration for those who sit at its machine, and nowhere else.

    The Host header is looked at too: a foreign site whose name suddenly means this machine (DNS rebinding) must not
    read the links that sign everybody in.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        settings = current_app.config["SETTINGS"]
        name = request.host.rpartition(":")[0] if ":" in request.host.rpartition("]")[2] else request.host
        if not settings.demo or name not in _NAMES or not _is_loopback(request.remote_addr):
            raise NotFound
        return view(*args, **kwargs)

    return guarded


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False
