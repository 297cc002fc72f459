"""Concluding as page, interface, command line and worker do it: count in the open, then one short transaction.

Few ballots are counted by whoever confirms. Many are counted in the background: the confirmation is committed with a
job, and whoever runs that (a worker, or a command that waits for it) counts batch by batch and can be followed by
another one. Statistics of joint rankings that a conclusion completes are worked out after its commit, and bundles are
published; jobs that are filed with it do that where this program was ended in between.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from participation.ballots.box import count_register
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results import services
from participation.results.models import RoundResult
from participation.results.publishing import publish_bundles
from participation.results.queries import without_statistics
from participation.results.rules.counting import LARGE_ROUND, BoxChanged, count_on
from participation.results.rules.joint_statistics import joint_statistics
from participation.results.services.background import TakenUp
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundState
from participation.web.logs import trace

log = logging.getLogger("participation.results")

Told = Callable[[int, int], object]
"""Is told of a count's progress: so many ballots read, of so many."""

MOST_RECOUNTS: Final = 3
"""A box that changes while it is counted is counted anew; one that always does has to be looked at by people."""

CHANGED: Final = frozenset({"box_changed", "options_changed"})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a confirmation: the result, or a count in the background; neither where nothing was voted on."""

    result: RoundResult | None
    is_counting: bool = False


def confirm(slug: str, *, actor: Actor, now: datetime) -> Confirmed:
    """Confirm the request to conclude a round; counting holds up nobody who writes meanwhile."""
    reading = db.session()
    round_ = round_by_slug(reading, slug)
    if round_.state is RoundState.CLOSED and count_register(reading, round_.id) > LARGE_ROUND:
        with transaction() as session:
            confirmed = services.confirm_conclusion(session, slug, actor=actor, now=now)
        return Confirmed(None, is_counting=confirmed.state is RoundState.CLOSED)
    counted = services.count_round(reading, slug, actor=actor)
    with transaction() as session:
        result = services.conclude_round(session, slug, counted, actor=actor, now=now)
    _try_what_follows()
    return Confirmed(result)


def finish_count(round_id: str, *, told: Told = lambda _counted, _ballots: None) -> RoundResult | None:
    """Count a confirmed round from where the count was kept, and conclude it; None if there is nothing to do.

    What cannot be cleared up by counting again is noted for people and raised: see services.stop_count.
    """
    for _attempt in range(MOST_RECOUNTS):
        try:
            result = _count_and_conclude(round_id, told)
        except Conflict as refusal:
            db.session.rollback()
            if refusal.code not in CHANGED:
                _note(round_id, refusal)
                raise
            log.warning("the box of round %s was not what had been counted; it is counted anew", round_id)
            with transaction() as session:
                services.restart_count(session, round_id, now=utcnow())
        else:
            _try_what_follows()
            return result
    unsteady = BoxChanged()
    _note(round_id, unsteady)
    raise unsteady


def _count_and_conclude(round_id: str, told: Told) -> RoundResult | None:
    taken = services.take_up_count(db.session(), round_id)
    db.session.rollback()
    if taken is None:
        return None
    _count(taken, told)
    counted = services.evaluated(taken.counting)
    with transaction() as session:
        return services.conclude_counted_round(session, round_id, counted, now=utcnow())


def _count(taken: TakenUp, told: Told) -> None:
    counting, kept = taken.counting, taken.mark
    told(kept.counted if kept else 0, taken.ballots)
    with (
        services.box_refusals(taken.slug),
        services.apart(db.session()) as connection,
        services.open_box(connection, taken.round_id) as batches,
    ):
        for _batch in count_on(counting, taken.mark, batches):
            with transaction() as session:
                kept = services.keep_count(session, taken, kept, now=utcnow())
            told(counting.read, taken.ballots)


def _note(round_id: str, refusal: Conflict) -> None:
    """Leave for people what stopped the count, unless it is another count or a withdrawal."""
    if refusal.code in {"count_stopped", "count_elsewhere"}:
        return
    with transaction() as session:
        services.stop_count(session, round_id, refusal.code, now=utcnow())


def _try_what_follows() -> None:
    """Whoever has concluded a round is told so, whatever becomes of statistics and bundles; the jobs try again."""
    for work in (add_statistics, publish_bundles):
        try:
            work()
        except Exception as failure:  # noqa: BLE001 - the conclusion is committed, and the job says what is wrong
            db.session.rollback()
            log.error("%s has failed after a conclusion: %s", work.__name__, trace(failure))  # noqa: TRY400 - no names


def add_statistics() -> list[str]:
    """Work out the statistics of joint rankings that have a result but none yet; return the rankings' ids.

    Twice does no harm: what is there stays.
    """
    added = []
    for ranking_id in without_statistics(db.session()):
        evidence = services.evidence_of(db.session(), ranking_id)
        db.session.rollback()  # nobody is held up while they are worked out
        document = joint_statistics(evidence)
        with transaction() as session:
            if services.keep_statistics(session, ranking_id, document, now=utcnow()):
                added.append(ranking_id)
    return added
