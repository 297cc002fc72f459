"""Who acts in a request: found from the session cookie or the bearer token."""

from flask import Flask

from participation.core.actor import ANONYMOUS, Actor
from participation.web.guard import set_actor_loader


def init_app(app: Flask) -> None:
    """Let the guard ask here."""
    set_actor_loader(app, load_actor)


def load_actor() -> Actor:
    """Return who acts in this request."""
    return ANONYMOUS
