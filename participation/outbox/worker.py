"""Running jobs: a handler per name, registered by the app; mails are jobs that render a letter."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Flask
from sqlalchemy.orm import Session

Handler = Callable[[Session, Mapping[str, Any]], None]
_HANDLERS: Final = "participation.jobs"


def register_jobs(app: Flask, jobs: Mapping[str, Handler]) -> None:
    """Add a room's handlers."""
    app.extensions.setdefault(_HANDLERS, {}).update(jobs)
