"""Work of results for after the commit: counting large rounds, statistics of joint rankings, public bundles."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.core.errors import Conflict
from participation.outbox.worker import Handler
from participation.results.concluding import add_statistics, finish_count
from participation.results.publishing import publish_bundles
from participation.results.services import ADD_STATISTICS, COUNT_ROUND, PUBLISH_BUNDLES

log = logging.getLogger("participation.results")

CLEARED_UP_BY_PEOPLE: Final = frozenset(
    {
        "box_changed",
        "options_changed",
        "register_differs",
        "suspended",
        "unreadable_ballot_in_box",
        "weighed_round_changed",
    }
)
"""Refusals that trying again does not change; the round's page says what has stopped the count."""


def count_round(_session: Session, payload: Mapping[str, Any]) -> None:
    """Count a confirmed round from where its count was kept, and conclude it. Twice does no harm."""
    round_id = str(payload["round_id"])
    try:
        finish_count(round_id)
    except Conflict as refusal:
        if refusal.code not in CLEARED_UP_BY_PEOPLE | {"count_stopped"}:
            raise
        log.warning("the count of round %s has stopped: %s", round_id, refusal.code)


def add_statistics_of(_session: Session, _payload: Mapping[str, Any]) -> None:
    """Work out the statistics of every joint ranking that has none yet. Twice does no harm."""
    add_statistics()


def publish_bundles_of(_session: Session, _payload: Mapping[str, Any]) -> None:
    """Publish every bundle that can be made and is not there yet. Twice does no harm."""
    add_statistics()  # a joint ranking's bundle holds them
    publish_bundles()


ENDLESS: Final = frozenset({COUNT_ROUND, PUBLISH_BUNDLES})
"""Two people have concluded the round; its count is not given up because a store was away for a day, nor its bundle."""

JOBS: Final[Mapping[str, Handler]] = {
    COUNT_ROUND: count_round,
    ADD_STATISTICS: add_statistics_of,
    PUBLISH_BUNDLES: publish_bundles_of,
}
