"""Scenes that many tests begin with are made once in a worker, and then written down again as they were.

Nothing of a test is left out by it: the services that make a scene have tests of their own, and
tests/services/test_remembering.py compares a scene that is written down again with one that is made.
"""

import functools
import io
import pickle
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Table, exists, insert, select, text
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.audit.models import AuditRecord
from participation.processes.models import Process
from participation.storage import Base

A = ParamSpec("A")
T = TypeVar("T")
Make = Callable[Concatenate[Session, datetime, A], T]
Rows = list[tuple[Table, list[dict[str, Any]]]]

OLDEST: Final = timedelta(minutes=1)
"""So long ago a scene may have been set for a test that begins now: people do not act in the same second either."""

_THE_SESSION: Final = "session"


@dataclass(frozen=True)
class _Scene:
    set_at: datetime
    rows: Rows
    made: bytes


_scenes: dict[tuple[Hashable, ...], list[_Scene]] = {}


def remembered(make: Make[A, T]) -> Make[A, T]:
    """Let a factory make its scene once for each database and arguments; it must write to nothing but the database.

    Where there is something already, the scene is made as ever.
    """

    @functools.wraps(make)
    def scene(session: Session, now: datetime, /, *args: A.args, **kwargs: A.kwargs) -> T:
        if not _is_empty(session):
            return make(session, now, *args, **kwargs)
        dialect = session.connection().dialect.name
        key = (dialect, make.__module__, make.__qualname__, repr(args), repr(sorted(kwargs.items())))
        known = _scenes.setdefault(key, [])
        found = next((one for one in known if timedelta(0) <= now - one.set_at <= OLDEST), None)
        if found is not None:
            _write(session, found.rows)
            return _enter(session, found.made)  # type: ignore[no-any-return]
        is_first = not rows_of(session)
        made = make(session, now, *args, **kwargs)
        session.flush()
        if is_first:
            known.append(_Scene(now, rows_of(session), _leave(session, made)))
        return made

    return scene


def rows_of(session: Session) -> Rows:
    """Return everything that is stored, by table, in the order in which it lies there."""
    tables = ((table, session.execute(select(table)).mappings().all()) for table in Base.metadata.sorted_tables)
    return [(table, [dict(row) for row in rows]) for table, rows in tables if rows]


def _is_empty(session: Session) -> bool:
    session.flush()
    some = select(*(exists(select(model.__table__)) for model in (Process, Account, AuditRecord)))
    return not any(session.execute(some).one())


def _write(session: Session, rows: Rows) -> None:
    checks = session.connection().dialect.name == "postgresql"
    if checks:  # rows that refer to later ones of their table are let in
        session.execute(text("SET LOCAL session_replication_role = replica"))
    for table, values in rows:
        session.execute(insert(table), values)
    if checks:
        session.execute(text("SET LOCAL session_replication_role = origin"))


class _Leaving(pickle.Pickler):
    def persistent_id(self, thing: object) -> str | None:
        return _THE_SESSION if isinstance(thing, Session) else None


class _Entering(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, session: Session) -> None:
        super().__init__(file)
        self._session = session

    def persistent_load(self, _name: object) -> Session:
        return self._session


def _leave(session: Session, made: object) -> bytes:
    file = io.BytesIO()
    _Leaving(file).dump((made, list(session.identity_map.values())))
    return file.getvalue()


def _enter(session: Session, made: bytes) -> Any:
    scene, known = _Entering(io.BytesIO(made), session).load()
    session.add_all(known)
    return scene
