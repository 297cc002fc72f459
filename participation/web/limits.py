"""Nobody who waits for a page waits for the store without end; jobs and commands take the time that they need."""

from flask import Flask

from participation.storage.patience import ANSWER_SECONDS, wait_at_most


def init_app(app: Flask) -> None:
    """Limit the waits of every request."""
    app.before_request(_limit)
    app.teardown_request(_lift)


def _limit() -> None:
    wait_at_most(ANSWER_SECONDS)


def _lift(_error: BaseException | None) -> None:
    wait_at_most(None)
