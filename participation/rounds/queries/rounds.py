"""Reading rounds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, lazyload

from participation.accounts.models import Account
from participation.core.errors import NotFound
from participation.processes.models import Process
from participation.rounds.kinds import KindName
from participation.rounds.models import RollEntry, Round
from participation.rounds.rules import RoundState
from participation.storage.pages import Page, read_page


def round_by_slug(session: Session, slug: str) -> Round:
    """Return a round or raise NotFound."""
    found = session.scalar(select(Round).where(Round.slug == slug))
    if found is None:
        raise NotFound("no_such_round", slug=slug)
    return found


def slug_is_taken(session: Session, slug: str) -> bool:
    """Say whether a round has this address already."""
    return session.scalar(select(Round.id).where(Round.slug == slug)) is not None


def lock_round(session: Session, round_id: str, *, shared: bool = False) -> Round:
    """Return the round as it stands now, held until the transaction ends.

    On PostgreSQL a ballot takes it shared and a close takes it alone, so that no ballot slips past a close;
    on SQLite the write transaction itself (BEGIN IMMEDIATE) is the lock. While others wait, only the round and its
    process are read; its words are fetched when somebody asks for them.
    """
    _stand_in_line(session, _LINE_BY_ID[shared], round_id)
    return session.scalars(_LOCK_BY_ID[shared], {"which": round_id}).one()


def lock_round_by_slug(session: Session, slug: str, *, shared: bool = False) -> Round:
    """Return the round at an address, held as by lock_round, or raise NotFound."""
    _stand_in_line(session, _LINE_BY_SLUG[shared], slug)
    found = session.scalars(_LOCK_BY_SLUG[shared], {"which": slug}).one_or_none()
    if found is None:
        raise NotFound("no_such_round", slug=slug)
    return found


def lock_unconcluded_rounds(session: Session) -> list[Round]:
    """Return every round that is not concluded, held shared and in the order of their ids.

    Whoever holds several rounds takes them in that order, so that nobody waits in a circle.
    """
    ids = session.scalars(select(Round.id).where(Round.state != RoundState.CONCLUDED).order_by(Round.id)).all()
    return [lock_round(session, round_id, shared=True) for round_id in ids]


def _stand_in_line(session: Session, line: Select[Any], which: str) -> None:
    """Let nobody overtake whoever waits for the round alone.

    Row locks of PostgreSQL are not fair: as long as ballots overlap, each shares the row with the one before it, and
    a close waits for ever. Advisory locks have a queue; whoever comes after a close that waits stands behind it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(line, {"which": which})


def _locking(which: ColumnElement[bool], *, shared: bool) -> Select[Round]:
    return (
        select(Round)
        .where(which)
        .options(lazyload("*"), joinedload(Round.process, innerjoin=True).lazyload("*"))
        .with_for_update(read=shared, of=Round)
        .execution_options(populate_existing=True)
    )


def _line(which: ColumnElement[bool], *, shared: bool) -> Select[Any]:
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    return select(lock(func.hashtextextended(Round.id, 0))).where(which)


# Built once: every ballot of a busy round goes through them while others wait.
_BY_ID: Final = Round.id == bindparam("which")
_BY_SLUG: Final = Round.slug == bindparam("which")
_LOCK_BY_ID: Final = {shared: _locking(_BY_ID, shared=shared) for shared in (False, True)}
_LOCK_BY_SLUG: Final = {shared: _locking(_BY_SLUG, shared=shared) for shared in (False, True)}
_LINE_BY_ID: Final = {shared: _line(_BY_ID, shared=shared) for shared in (False, True)}
_LINE_BY_SLUG: Final = {shared: _line(_BY_SLUG, shared=shared) for shared in (False, True)}


def all_rounds(session: Session) -> Sequence[Round]:
    """Return every round in the order of their windows."""
    return session.scalars(select(Round).order_by(Round.opens_at, Round.slug)).all()


def rounds_page(
    session: Session,
    *,
    page: int,
    per_page: int,
    process: str | None = None,
    kind: KindName | None = None,
    state: RoundState | None = None,
) -> Page[Round]:
    """Return one page of rounds in the order of their windows; `process` is a slug."""
    statement = select(Round).order_by(Round.opens_at, Round.slug)
    if process is not None:
        statement = statement.join(Process, Process.id == Round.process_id).where(Process.slug == process)
    if kind is not None:
        statement = statement.where(Round.kind == kind)
    if state is not None:
        statement = statement.where(Round.state == state)
    return read_page(session, statement, page=page, per_page=per_page)


def within_window(moment: datetime) -> ColumnElement[bool]:
    """Return the SQL twin of `moment in round.window`."""
    return and_(Round.opens_at <= moment, moment < Round.closes_at)


def rounds_of(session: Session, process_id: str) -> Sequence[Round]:
    """Return a process's rounds in the order of their windows."""
    return session.scalars(
        select(Round).where(Round.process_id == process_id).order_by(Round.opens_at, Round.slug)
    ).all()


def roll_of(session: Session, round_id: str) -> Sequence[RollEntry]:
    """Return the people on the roll of a round."""
    return session.scalars(
        select(RollEntry).join(Account).where(RollEntry.round_id == round_id).order_by(Account.email, RollEntry.id)
    ).all()


def addresses_on_roll(session: Session, round_id: str) -> list[tuple[RollEntry, str]]:
    """Return the entries of a roll with the address of each account, for those who keep the roll."""
    rows = session.execute(
        select(RollEntry, Account.email)
        .join(Account)
        .where(RollEntry.round_id == round_id)
        .order_by(Account.email, RollEntry.id)
    )
    return [(entry, address or "") for entry, address in rows]
