"""Requests that cannot be read are refused in words before anything looks at them.

Databases and encoders choke on these signs one by one, deep inside; here is the one place that looks: broken UTF-8,
NUL, lone surrogates, JSON that is none or is nested without end.
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from flask import Flask, request
from werkzeug.exceptions import BadRequest, NotFound

from participation.core.errors import Invalid
from participation.web.errors import wants_problem_json

_REPLACEMENT: Final = "\ufffd"
"""What Werkzeug puts in the place of bytes that are no UTF-8. People's keyboards do not have it."""

_URLENCODED: Final = "application/x-www-form-urlencoded"
_FORMS: Final = frozenset({_URLENCODED, "multipart/form-data"})


def init_app(app: Flask) -> None:
    """Look at every request first.

    Addresses with doubled slashes are not found instead of led to a full address, which would begin with whatever the
    request's Host header says.
    """
    app.url_map.merge_slashes = False
    app.before_request(refuse_unreadable)


def refuse_unreadable() -> None:
    """Refuse what cannot be text; 404 for an address, 400 for JSON that is none, else 422."""
    if "\x00" in request.path or _REPLACEMENT in request.path:
        raise NotFound
    for name, value in request.args.items(multi=True):
        _check(name, value)
    if request.mimetype in _FORMS:
        if request.mimetype == _URLENCODED:
            _check_bytes(request.get_data(cache=True))
        for name, value in request.form.items(multi=True):
            _check(name, value)
        for name, upload in request.files.items(multi=True):
            _check(name, upload.filename or "")
    elif request.is_json and wants_problem_json():
        _read_json()


def _check_bytes(body: bytes) -> None:
    """Refuse an encoded form that is no UTF-8; Werkzeug would keep such bytes as the text `%FF`."""
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError as reason:
        raise Invalid("unreadable_text") from reason


def _check(name: str, value: str) -> None:
    for text in (name, value):
        if "\x00" in text or _REPLACEMENT in text:
            raise Invalid("unreadable_text", field=name if name.isprintable() else None)


def _read_json() -> None:
    body = request.get_data(cache=True)
    if not body:
        return
    try:
        read = json.loads(body, parse_constant=_refuse_constant)
        for text in _texts_in(read):
            text.encode()
            if "\x00" in text:
                raise Invalid("unreadable_text")
    except UnicodeEncodeError as reason:
        raise Invalid("unreadable_text") from reason
    except (ValueError, RecursionError) as reason:
        raise BadRequest from reason


def _texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON can be
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
