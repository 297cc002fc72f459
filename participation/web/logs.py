"""One line a request with an id: method, rule, status, time; no address, no query, no content."""

import logging
import time
import traceback

from flask import Flask, Response, g, request

from participation.core.ids import random_code

log = logging.getLogger("participation.requests")


def init_app(app: Flask) -> None:
    """Give every request an id and a line."""
    logging.basicConfig(level=app.config["SETTINGS"].log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """Return the id of this request's line, by which somebody who reports a failure can be helped."""
    return str(g.get("request_id", "-"))


def trace(error: BaseException) -> str:
    """Return what kind of error it was and where in the program, without its text.

    The text of a database error holds the row, and that of a mail server's refusal the recipient.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    cause = error.__cause__ or error.__context__
    because = f" because of {type(cause).__name__}" if cause is not None else ""
    return f"{type(error).__name__}{because} at {places}"


def _begin() -> None:
    g.request_id = random_code(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    if "request_id" in g and request.endpoint != "static":
        rule = request.url_rule.rule if request.url_rule else "-"
        elapsed = (time.perf_counter() - g.began) * 1000
        log.info("%s %s %s %d %.1fms", g.request_id, request.method, rule, response.status_code, elapsed)
        response.headers["X-Request-Id"] = g.request_id
    return response
