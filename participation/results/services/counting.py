"""Counting the box of a closed round, ballot by ballot, without holding anybody up."""

import typing
from collections.abc import Iterator
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Table, Text, cast, collate, select
from sqlalchemy.orm import Session

from participation.ballots.models import Ballot
from participation.ballots.queries import shape_of
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.results.rules.documents import BallotsHash
from participation.results.rules.round_snapshot import CountedBox
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundAction, RoundState, next_state
from participation.tally.ballots import Content, profiles
from participation.tally.counts import PairwiseCounts
from participation.tally.errors import UnreadableBallot
from participation.tally.mentions import Mentions

_BALLOTS = typing.cast("Table", Ballot.__table__)
_ROWS_AT_A_TIME: Final = 4096


def count_round(session: Session, slug: str, *, actor: Actor) -> CountedBox | None:
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


def count_box(session: Session, round_: Round) -> CountedBox:
    """Count what lies in the box, struck options included.

    Raises Conflict `nothing_to_vote_on`, and `unreadable_ballot_in_box` if a ballot breaks the rules of its round: it
    was checked when it was cast, so somebody has changed the box, and no ballot is left out in silence.
    """
    shape = shape_of(session, round_)
    counts, mentions = PairwiseCounts.none(shape.shown), Mentions.none(shape.kind, shape.shown)
    box = BallotsHash()
    try:
        for profile in profiles(shape.kind, shape.shown, _contents(session, round_.id, box)):
            shape.limits.check(profile)
            counts += PairwiseCounts.of(profile)
            mentions += Mentions.of(profile)
    except UnreadableBallot as fault:
        raise Conflict("unreadable_ballot_in_box", round=round_.slug, reason=fault.code) from fault
    return CountedBox(counts, mentions, box.hexdigest())


def hash_box(session: Session, round_id: str) -> str:
    """Return the hash of what lies in the box now."""
    box = BallotsHash()
    for _content in _contents(session, round_id, box):
        pass
    return box.hexdigest()


def _contents(session: Session, round_id: str, box: BallotsHash) -> Iterator[Content]:
    """Read ballots in the order of their receipts and put each into the hash on its way to the count.

    Plain rows on the session's connection take half the time of rows that go through the mapper.
    """
    rows = session.connection().execute(
        select(_BALLOTS.c.receipt, cast(_BALLOTS.c.content, Text))
        .where(_BALLOTS.c.round_id == round_id)
        .order_by(_bytewise(session, _BALLOTS.c.receipt))
        .execution_options(yield_per=_ROWS_AT_A_TIME)
    )
    for receipt, text in rows:
        content: Any = orjson.loads(text)
        box.add(receipt, content)
        yield content


def _bytewise(session: Session, column: ColumnElement[str]) -> ColumnElement[str]:
    """Order like bytes on both databases; PostgreSQL would otherwise follow the cluster's language."""
    return collate(column, "C") if session.get_bind().dialect.name == "postgresql" else column
