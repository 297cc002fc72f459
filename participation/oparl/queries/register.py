"""Reading the register: one object, one page of a list, and what belongs inside of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.oparl.models import PublishedObject
from participation.oparl.rules.addresses import Kind, insiders
from participation.oparl.rules.filters import Asked
from participation.oparl.rules.objects import Key
from participation.storage.pages import Page, read_page

_LOCK: Final = 0x6F7061726C
"""Key of PostgreSQL's advisory lock: "oparl" in ASCII."""

_AT_ONCE: Final = 500
"""Keys that one statement is asked for: databases take some thousands."""


def hold_register(session: Session) -> None:
    """Hold the register until the transaction ends: of two workers the second waits, and then finds nothing to do.

    On SQLite the write transaction is the lock. On PostgreSQL the first look finds no row that could be held.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def register_prints(session: Session) -> dict[Key, str]:
    """Return the fingerprint of every object, the empty one for what is gone."""
    row = PublishedObject
    rows = session.execute(select(row.kind, row.key, row.fingerprint))
    return {(kind, key): fingerprint for kind, key, fingerprint in rows}


def rows_of(session: Session, keys: Collection[Key]) -> dict[Key, PublishedObject]:
    """Return the rows of objects as they stand now; those that have none are not among them."""
    wanted = list(keys)
    found: dict[Key, PublishedObject] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = select(PublishedObject).where(_are(wanted[first : first + _AT_ONCE]))
        rows = session.scalars(some.execution_options(populate_existing=True))
        found.update({(row.kind, row.key): row for row in rows})
    return found


def _are(keys: Iterable[Key]) -> ColumnElement[bool]:
    by_kind: dict[Kind, list[str]] = defaultdict(list)
    for kind, key in keys:
        by_kind[kind].append(key)
    row = PublishedObject
    return or_(*(and_(row.kind == kind, row.key.in_(own)) for kind, own in by_kind.items()))


def object_by_key(session: Session, kind: Kind, key: str) -> PublishedObject:
    """Return an object, also one that is gone; raises NotFound for one that never was."""
    found = session.scalar(select(PublishedObject).where(PublishedObject.kind == kind, PublishedObject.key == key))
    if found is None:
        raise NotFound("no_such_object", kind=kind.value)
    return found


def read_list(
    session: Session, kind: Kind, asked: Asked, *, body: str = "", organization: str = ""
) -> Page[PublishedObject]:
    """Return one page of a list, the oldest object first; the order never changes, new objects come last.

    Moments are taken in both directions: what was changed at the very moment that is asked for belongs to the answer.
    """
    row = PublishedObject
    wanted: list[ColumnElement[bool]] = [row.kind == kind]
    if body:
        wanted.append(row.body_key == body)
    if organization:
        wanted.append(row.organization_key == organization)
    if not asked.with_deleted:
        wanted.append(row.is_deleted.is_(False))
    if asked.created_since:
        wanted.append(row.created_at >= asked.created_since)
    if asked.created_until:
        wanted.append(row.created_at <= asked.created_until)
    if asked.modified_since:
        wanted.append(row.modified_at >= asked.modified_since)
    if asked.modified_until:
        wanted.append(row.modified_at <= asked.modified_until)
    statement = select(row).where(*wanted).order_by(row.created_at, row.key)
    return read_page(session, statement, page=asked.page, per_page=asked.limit)


def read_insiders(session: Session, rows: Iterable[PublishedObject]) -> dict[Key, PublishedObject]:
    """Return what belongs inside of objects, and inside of that: one statement for each depth, of which there is one.

    A file inside of a paper holds nothing further, nor does a consultation or an item of an agenda.
    """
    found: dict[Key, PublishedObject] = {}
    contents: list[Mapping[str, Any]] = [row.content for row in rows if row.content is not None]
    while missing := {key for content in contents for key in insiders(content)} - found.keys():
        more = session.scalars(select(PublishedObject).where(_are(missing))).all()
        found |= {(row.kind, row.key): row for row in more}
        contents = [row.content for row in more if row.content is not None]
    return found
