"""Reading and counting the box of a closed round, without holding anybody up."""

import gc
import hashlib
import typing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
import orjson
from sqlalchemy import Connection, Engine, Row, Select, Table, Text, cast, select
from sqlalchemy.orm import Session

from participation.ballots.box import by_receipt
from participation.ballots.models import Ballot, CountedBallot
from participation.ballots.queries import shape_of
from participation.ballots.rules import BallotShape
from participation.bundles.lines import ballot_lines
from participation.bundles.merkle import MerkleTree
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.results.rules.counting import Counting, Kept, count_on
from participation.results.rules.documents import BallotsHash
from participation.results.rules.evaluation import evaluate
from participation.results.rules.round_snapshot import CountedBox, Evaluation
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundAction, RoundState, next_state
from participation.tally.ballots import BATCH, Content, Profile
from participation.tally.errors import UnreadableBallot

PAGE: Final = 2048
"""Ballots that are read at once where they are handed out."""

_BATCHES: Final = {"yield_per": BATCH}
_BOX: Final = typing.cast("Table", Ballot.__table__)
_COUNTED: Final = typing.cast("Table", CountedBallot.__table__)


@typing.final
class Counted(typing.NamedTuple):
    """A finished count, and what follows from it."""

    box: CountedBox
    evaluation: Evaluation


def count_round(session: Session, slug: str, *, actor: Actor) -> Counted | None:
    """Count a closed round's ballots in a read transaction; None for a round that votes on nothing.

    This is the long part of a conclusion and holds no lock: ballots of a closed round do not change, and
    conclude_round makes sure of it by their hash. Nothing of the count is shown or kept before that.
    """
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_CONCLUDE, round_)
    if round_.state is RoundState.CONCLUDED:
        return None  # there is a result, and it never changes
    next_state(round_.state, RoundAction.CONCLUDE)
    return count_box(session, round_) if round_.ballot_kind else None


def count_box(session: Session, round_: Round) -> Counted:
    """Count what lies in the box, struck options included.

    Raises Conflict `nothing_to_vote_on`, and `unreadable_ballot_in_box` as box_refusals says.
    """
    shape = shape_of(session, round_)
    counting = Counting.start(shape)
    with box_refusals(round_.slug), open_box(session.connection(), round_.id) as batches:
        for _batch in count_on(counting, None, batches):
            pass
    return evaluated(counting)


def evaluated(counting: Counting) -> Counted:
    """Finish a count: work out what follows from it."""
    box = counting.result()
    return Counted(box, evaluate(box, counting.shape.limits))


@contextmanager
def box_refusals(slug: str) -> Iterator[None]:
    """Refuse a box with a ballot that breaks the rules of its round: Conflict `unreadable_ballot_in_box`.

    It was checked when it was cast, so somebody has changed the box, and no ballot is left out in silence.
    """
    try:
        yield
    except UnreadableBallot as fault:
        raise Conflict("unreadable_ballot_in_box", round=slug, reason=fault.code) from fault


@contextmanager
def open_box(connection: Connection, round_id: str) -> Iterator[Iterator[Sequence[Kept]]]:
    """Read the box in the order of receipts, so many ballots at a time."""
    with (
        connection.execute(
            _rows(_BOX, round_id).order_by(by_receipt(connection.dialect.name)), execution_options=_BATCHES
        ) as rows,
        _no_search_for_cycles(),
    ):
        yield map(_read, rows.partitions(BATCH))


@contextmanager
def open_counted(connection: Connection, round_id: str) -> Iterator[Iterator[Sequence[Kept]]]:
    """Read a concluded round's ballots in the order of receipts, so many at a time."""
    ordered = _rows(_COUNTED, round_id).order_by(_COUNTED.c.receipt)
    with connection.execute(ordered, execution_options=_BATCHES) as rows, _no_search_for_cycles():
        yield map(_read, rows.partitions(BATCH))


def counted_pages(engine: Engine, round_id: str) -> Iterator[list[Kept]]:
    """Read a concluded round's ballots in the order of receipts, a page in a transaction of its own at a time.

    They never change, so that pages fit together; whoever takes them slowly keeps nobody from writing and no erased row
    from being cleared away.
    """
    last = ""
    while True:
        with engine.connect() as connection:
            rows = connection.execute(
                _rows(_COUNTED, round_id).where(_COUNTED.c.receipt > last).order_by(_COUNTED.c.receipt).limit(PAGE)
            ).all()
        with _no_search_for_cycles():
            page = _read(rows)
        if page:
            yield page
        if len(page) < PAGE:
            return
        last = page[-1][0]


def hash_counted(connection: Connection, round_id: str) -> str:
    """Return the hash of a concluded round's ballots; it says of any result whether they are those that it counted."""
    box = BallotsHash()
    with open_counted(connection, round_id) as batches:
        for batch in batches:
            box.add_all(batch)
    return box.hexdigest()


@dataclass(frozen=True, slots=True)
class WrittenBallots:
    """What a round's counted ballots come to as the file of a bundle: root of its lines, SHA-256, bytes, lines."""

    root: str
    digest: str
    size: int
    count: int


def written_ballots(connection: Connection, round_id: str, salt: bytes) -> WrittenBallots:
    """Write the ballots that a conclusion has put among the counted ones, keeping nothing but what they come to."""
    tree, digest, size, count = MerkleTree(), hashlib.sha256(), 0, 0
    with open_counted(connection, round_id) as batches:
        for batch in batches:
            lines = ballot_lines(salt, batch)
            tree.add(lines)
            data = b"\n".join([*lines, b""])
            digest.update(data)
            size, count = size + len(data), count + len(lines)
    return WrittenBallots(tree.root().hex(), digest.hexdigest(), size, count)


@dataclass(frozen=True, slots=True)
class CountedProfiles:
    """A concluded round's ballots as they were counted, without struck options, in the order of receipts.

    They are read anew, a page at a time, as often as somebody goes through them; the first profile is there even if
    there is no ballot.
    """

    engine: Engine
    round_id: str
    shape: BallotShape
    told: Callable[[int], object]
    """Is told how many ballots more were read."""

    def __iter__(self) -> Iterator[Profile]:
        empty = True
        for page in counted_pages(self.engine, self.round_id):
            self.told(len(page))
            yield self._profile([content for _receipt, content in page])
            empty = False
        if empty:
            yield self._profile([])

    def _profile(self, contents: Sequence[Content]) -> Profile:
        return Profile.of(self.shape.kind, self.shape.shown, contents).without(self.shape.struck)


def counted_profiles(
    session: Session, round_: Round, told: Callable[[int], object] = lambda _ballots: None
) -> CountedProfiles:
    """Return a concluded round's ballots, to be gone through in pages."""
    return CountedProfiles(session.get_bind().engine, round_.id, shape_of(session, round_), told)


def counted_profile(session: Session, round_: Round) -> Profile:
    """Return a concluded round's ballots all at once, as the session's own transaction sees them."""
    shape = shape_of(session, round_)
    with open_counted(session.connection(), round_.id) as batches:
        parts = [
            Profile.of(shape.kind, shape.shown, [content for _receipt, content in batch]).without(shape.struck)
            for batch in batches
        ] or [Profile.of(shape.kind, shape.shown, []).without(shape.struck)]
    values = [part.values for part in parts if part.values is not None]
    return Profile(
        parts[0].kind,
        parts[0].shown,
        np.concatenate([part.options for part in parts]),
        np.concatenate(values) if values else None,
        np.concatenate([part.lengths for part in parts]),
    )


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Spare Python its search for cycles among lists that have none: it takes longer than reading and counting them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _rows(table: Table, round_id: str) -> Select[str, str]:
    """Plain rows on a connection take half the time of rows that go through the mapper."""
    return select(table.c.receipt, cast(table.c.content, Text)).where(table.c.round_id == round_id)


def _read(batch: Sequence[Row[str, str]]) -> list[Kept]:
    """Read a batch's contents, which the database keeps as JSON, all at once."""
    texts = [row[1] for row in batch]
    try:
        contents = orjson.loads(f"[{','.join(texts)}]")
    except orjson.JSONDecodeError:
        contents = []
    if len(contents) != len(batch):
        raise UnreadableBallot("not_json", ballot=0)
    return [(row[0], content) for row, content in zip(batch, contents, strict=True)]
