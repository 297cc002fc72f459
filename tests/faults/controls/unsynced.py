"""The application of wsgi.py with SQLite told to wait less for the disk: what the tests of power loss must notice."""

import os

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from participation.extensions import db
from wsgi import app

__all__ = ["app"]


def _wait_less(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA synchronous={os.environ['TEST_SYNCHRONOUS']}")
    cursor.close()


with app.app_context():
    event.listen(db.engine, "connect", _wait_less)
