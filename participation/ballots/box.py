"""Statements on the box and the register: one upsert each, never a look before the write (promise 2).

They are built once and run as Core statements, because every ballot of a busy round goes through them while others
wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Table, bindparam, collate, delete, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from participation.ballots.models import Ballot, Channel, ErasedMark, Participation, ReplacedReceipt
from participation.ballots.rules import Content
from participation.core.ids import random_code

RECEIPT_CHARACTERS: Final = 16
"""80 random bits, in Crockford's alphabet; shown in four groups of four."""

_BALLOTS = cast("Table", Ballot.__table__)
_REGISTER = cast("Table", Participation.__table__)
_MARKS = cast("Table", ErasedMark.__table__)
_REPLACED = cast("Table", ReplacedReceipt.__table__)


@dataclass(frozen=True, slots=True)
class StoredBallot:
    """A ballot as it lies in the box."""

    revision: int
    content: Content
    receipt: str
    request: str


def put(
    session: Session, round_id: str, ballot_key: str, content: Content, *, request: str, based_on: int
) -> tuple[int, str] | None:
    """File a ballot, or change the one that is there if it still is the revision `based_on`.

    Returns its revision and new receipt; None if the box holds another revision or this very request. The receipt of
    the ballot that was changed is kept as replaced: each revision has one, so that what is read before the change is
    what the change replaces, or the change is not made.
    """
    former = find(session, round_id, ballot_key) if based_on else None
    stored = session.execute(
        _PUT[_dialect(session)],
        {
            "round_id": round_id,
            "ballot_key": ballot_key,
            "revision": 1,
            "content": content,
            "receipt": random_code(RECEIPT_CHARACTERS),
            "request": request,
            "based_on": based_on,
        },
    ).one_or_none()
    if stored is None:
        return None
    if former is not None:
        session.execute(insert(_REPLACED), {"round_id": round_id, "receipt": former.receipt})
    return stored.revision, stored.receipt


def find(session: Session, round_id: str, ballot_key: str) -> StoredBallot | None:
    """Return what the box holds under a key."""
    stored = session.execute(_FIND, {"round_id": round_id, "ballot_key": ballot_key}).one_or_none()
    return StoredBallot(stored.revision, stored.content, stored.receipt, stored.request) if stored else None


def register(
    session: Session, round_id: str, participant: str, participant_class: str, *, channel: Channel, voted_on: date
) -> bool:
    """Note that a participant has voted; say whether that is new."""
    noted = session.execute(
        _NOTE[_dialect(session)],
        {
            "round_id": round_id,
            "participant": participant,
            "participant_class": participant_class,
            "channel": channel,
            "voted_on": voted_on,
        },
    ).one_or_none()
    return noted is not None


def is_registered(session: Session, round_id: str, participant: str) -> bool:
    """Say whether the register has an entry."""
    noted = select(_REGISTER.c.participant).where(
        _REGISTER.c.round_id == round_id, _REGISTER.c.participant == participant
    )
    return session.execute(noted).one_or_none() is not None


def is_marked(session: Session, round_id: str, marks: Sequence[str]) -> bool:
    """Say whether one of the marks was left by somebody who voted and was then erased."""
    if not marks:
        return False
    in_register = select(_REGISTER.c.participant).where(
        _REGISTER.c.round_id == round_id, _REGISTER.c.participant.in_(marks)
    )
    beside = select(_MARKS.c.mark).where(_MARKS.c.round_id == round_id, _MARKS.c.mark.in_(marks))
    return session.execute(in_register.union_all(beside).limit(1)).first() is not None


def leave_further_marks(session: Session, round_id: str, marks: Sequence[str]) -> None:
    """Leave marks beside the register, where it has none of its own for them."""
    for mark in marks:
        session.execute(_MARK[_dialect(session)], {"round_id": round_id, "mark": mark})


def leave_mark(session: Session, round_id: str, *, ballot_key: str, participant: str, mark: str) -> bool:
    """Put a mark into the register in a voter's place; say whether there was exactly that voter and their one ballot.

    The ballot stays as it is. Under another key it would be the one ballot that moved, between two backups, when the
    voter left the register: found without any key.
    """
    ballots = session.execute(
        select(func.count()).where(_BALLOTS.c.round_id == round_id, _BALLOTS.c.ballot_key == ballot_key)
    ).scalar_one()
    marked = session.execute(
        update(_REGISTER)
        .where(_REGISTER.c.round_id == round_id, _REGISTER.c.participant == participant)
        .values(participant=mark)
        .returning(_REGISTER.c.participant)
    ).all()
    return ballots == len(marked) == 1


def take_off_register(session: Session, round_id: str, participant: str) -> None:
    """Delete an entry of a concluded round, whose ballots belong to nobody."""
    session.execute(delete(_REGISTER).where(_REGISTER.c.round_id == round_id, _REGISTER.c.participant == participant))


def rounds_voted_in(session: Session, participant: str) -> list[str]:
    """Return the ids of the rounds in which the register knows a participant, in order."""
    found = select(_REGISTER.c.round_id).where(_REGISTER.c.participant == participant).order_by(_REGISTER.c.round_id)
    return list(session.scalars(found))


def count_ballots(session: Session, round_id: str) -> int:
    """Return how many ballots lie in the box."""
    return session.execute(select(func.count()).where(_BALLOTS.c.round_id == round_id)).scalar_one()


def count_register(session: Session, round_id: str) -> int:
    """Return how many participants have voted."""
    return session.execute(select(func.count()).where(_REGISTER.c.round_id == round_id)).scalar_one()


def by_receipt(dialect: str) -> ColumnElement[str]:
    """Return by what the ballots of a round are put in the order of their receipts, byte by byte on both databases.

    PostgreSQL would follow the cluster's language. SQLite would fetch each ballot by its receipt from wherever it lies,
    which takes longer than to sort them; the plus keeps it from that.
    """
    return _BY_RECEIPT[dialect]


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _put_with(module: Any) -> ReturningInsert[Any]:  # noqa: ANN401 - the two dialects share no type
    new = module.insert(_BALLOTS)
    return new.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=[_BALLOTS.c.round_id, _BALLOTS.c.ballot_key],
        set_={
            "revision": _BALLOTS.c.revision + 1,
            "content": new.excluded.content,
            "receipt": new.excluded.receipt,
            "request": new.excluded.request,
        },
        where=(_BALLOTS.c.revision == bindparam("based_on")) & (_BALLOTS.c.request != new.excluded.request),
    ).returning(_BALLOTS.c.revision, _BALLOTS.c.receipt)


def _note_with(module: Any) -> ReturningInsert[Any]:  # noqa: ANN401 - see above
    return (  # type: ignore[no-any-return]
        module.insert(_REGISTER)
        .on_conflict_do_nothing(index_elements=[_REGISTER.c.round_id, _REGISTER.c.participant])
        .returning(_REGISTER.c.participant)
    )


_MODULES: Final[Mapping[str, Any]] = {"sqlite": sqlite, "postgresql": postgresql}
_BY_RECEIPT: Final[Mapping[str, ColumnElement[str]]] = {
    "sqlite": literal_column("+ballots.receipt"),
    "postgresql": collate(_BALLOTS.c.receipt, "C"),
}
_PUT: Final = {name: _put_with(module) for name, module in _MODULES.items()}
_MARK: Final = {name: module.insert(_MARKS).on_conflict_do_nothing() for name, module in _MODULES.items()}
_NOTE: Final = {name: _note_with(module) for name, module in _MODULES.items()}
_FIND: Final = select(_BALLOTS.c.revision, _BALLOTS.c.content, _BALLOTS.c.receipt, _BALLOTS.c.request).where(
    _BALLOTS.c.round_id == bindparam("round_id"), _BALLOTS.c.ballot_key == bindparam("ballot_key")
)
