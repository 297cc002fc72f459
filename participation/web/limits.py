"""Nobody who waits for a page waits for the store without end, and no body without a length is read without end."""

from io import BytesIO
from typing import Any, Final

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from participation.storage.patience import ANSWER_SECONDS, wait_at_most

_CHUNKED: Final = "HTTP_TRANSFER_ENCODING"


def init_app(app: Flask) -> None:
    """Limit the waits and the bodies of every request; jobs and commands take the time that they need."""
    app.before_request(_limit)
    app.before_request(_take_whole)
    app.teardown_request(_lift)


def _limit() -> None:
    wait_at_most(ANSWER_SECONDS)


def _take_whole() -> None:
    """Take a body that came in pieces as if its length had been said.

    Werkzeug would cut such a body off at the limit and read the rest as if it were all of it.
    """
    environ: dict[str, Any] = request.environ
    if _CHUNKED not in environ:
        return
    most = int(current_app.config["MAX_CONTENT_LENGTH"])
    body: bytes = environ["wsgi.input"].read(most + 1)
    if len(body) > most:
        raise RequestEntityTooLarge
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
    del environ[_CHUNKED]


def _lift(_error: BaseException | None) -> None:
    wait_at_most(None)
