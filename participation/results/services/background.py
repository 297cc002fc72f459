"""The count of a large round in the background: begun by a confirmation, kept batch by batch, taken up again.

A checkpoint holds what the ballots read so far give. Each is stored in a short transaction of its own, and only by
whoever has counted on from the one before: of two workers that count the same round, one stops.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session, undefer

from participation.ballots.queries import shape_of
from participation.core.errors import Conflict
from participation.outbox.services import file_job
from participation.results.models import CountCheckpoint
from participation.results.rules.counting import BoxChanged, Counting, Mark
from participation.rounds.models import Round
from participation.rounds.rules import RoundState

COUNT_ROUND: Final = "results.count_round"
"""The job that is filed with a confirmation."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A count in hand: where it begins, and for how many ballots."""

    round_id: str
    slug: str
    counting: Counting
    mark: Mark | None
    ballots: int


def begin_count(session: Session, round_id: str, ballots: int, *, now: datetime) -> None:
    """Make sure that a round's count is under way; called under the round's lock, with the confirmation.

    One that is under way goes on undisturbed. One that a fault has stopped begins anew.
    """
    row = session.get(CountCheckpoint, round_id, with_for_update=True, populate_existing=True)
    if row is None:
        session.add(CountCheckpoint(round_id=round_id, ballots=ballots, counted=0, updated_at=now))
    elif row.fault is None:
        return
    else:
        row.ballots, row.fault = ballots, None
        _empty(row, now)
    file_job(session, COUNT_ROUND, {"round_id": round_id}, now=now)


def end_count(session: Session, round_id: str) -> None:
    """Delete what is kept of a round's count, if anything is; called under the round's lock."""
    session.execute(delete(CountCheckpoint).where(CountCheckpoint.round_id == round_id))


def is_counting(session: Session, round_id: str) -> bool:
    """Say whether a count is under way, or was stopped by a fault."""
    return session.scalar(select(CountCheckpoint.round_id).where(CountCheckpoint.round_id == round_id)) is not None


def take_up_count(session: Session, round_id: str) -> TakenUp | None:
    """Return a round's count from where it was kept, None if there is nothing to count any more.

    Raises Conflict `options_changed` if it was kept before an option was struck: then it begins anew.
    """
    row = session.get(CountCheckpoint, round_id, options=[undefer(CountCheckpoint.state)], populate_existing=True)
    round_ = session.get_one(Round, round_id)
    if row is None or row.fault is not None or round_.state is not RoundState.CLOSED:
        return None
    shape = shape_of(session, round_)
    mark = _mark(row)
    counting = Counting.unpacked(mark.state, shape) if mark else Counting.start(shape)
    if counting is None:
        raise Conflict("options_changed", round=round_.slug)
    return TakenUp(round_id, round_.slug, counting, mark, row.ballots)


@contextmanager
def apart(session: Session) -> Iterator[Connection]:
    """Give a connection that reads while the session writes: one view of the box from the first batch to the last."""
    with session.get_bind().engine.connect() as connection:
        yield connection


def keep_count(session: Session, taken: TakenUp, before: Mark | None, *, now: datetime) -> Mark | None:
    """Keep how far the count has come, once nothing in it is a single ballot; return where it stands now.

    Raises Conflict `count_stopped` if the request was withdrawn or the round concluded, `count_elsewhere` if somebody
    else counts on from another place, and BoxChanged if there are more ballots than there were at the confirmation.
    """
    if not taken.counting.is_summed:
        return before
    row = session.get(CountCheckpoint, taken.round_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Conflict("count_stopped", round=taken.slug)
    _check_place(row, before, taken.slug)
    mark = taken.counting.mark()
    if mark.counted > row.ballots:
        raise BoxChanged
    row.counted, row.last_receipt, row.digest, row.state = mark.counted, mark.last_receipt, mark.digest, mark.state
    row.updated_at = now
    session.flush()
    return mark


def _check_place(row: CountCheckpoint, before: Mark | None, slug: str) -> None:
    if (row.counted, row.digest) != ((before.counted, before.digest) if before else (0, None)):
        raise Conflict("count_elsewhere", round=slug)


def restart_count(session: Session, round_id: str, *, now: datetime) -> None:
    """Throw away what was counted, because box or options are not what they were; the count begins anew."""
    row = session.get(CountCheckpoint, round_id, with_for_update=True, populate_existing=True)
    if row is not None:
        _empty(row, now)
        session.flush()


def stop_count(session: Session, round_id: str, fault: str, *, now: datetime) -> None:
    """Note what stopped a count; it waits until somebody has cleared it up and confirms again, or withdraws."""
    row = session.get(CountCheckpoint, round_id, with_for_update=True, populate_existing=True)
    if row is not None:
        row.fault = fault
        _empty(row, now)
        session.flush()


def _empty(row: CountCheckpoint, now: datetime) -> None:
    row.counted, row.last_receipt, row.digest, row.state, row.updated_at = 0, None, None, None, now


def _mark(row: CountCheckpoint) -> Mark | None:
    if row.state is None or row.digest is None:
        return None
    return Mark(row.counted, row.last_receipt, row.digest, row.state)
