"""Publishing bundles, as job, command line and whoever has concluded do it: prepared in the open, kept in one write."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from participation.ballots.guard import key_store
from participation.core.errors import Unavailable
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results import services
from participation.results.models import PublishedBundle
from participation.results.services.bundles import Prepared
from participation.web.logs import trace

log = logging.getLogger("participation.results")


class NotPublished(RuntimeError):
    """Bundles of some results could not be made; those of all others are."""


def publish_bundles(*, older: bool = False) -> list[str]:
    """Make and sign every bundle that is not there yet; return the fingerprints of those that are new.

    `older`: also those of rounds that were concluded before there were bundles. Twice does no harm. One that cannot be
    made keeps no other from being made; after them NotPublished is raised, so that a job tries again.
    """
    made, failed = [], False
    for prepare in _of_rounds(older=older):
        bundle, fault = _published(prepare)
        made.append(bundle)
        failed = failed or fault
    while rankings := _of_rankings():  # goals first, then what carries them over
        outcomes = [_published(prepare) for prepare in rankings]
        made += [bundle for bundle, _fault in outcomes]
        failed = failed or any(fault for _bundle, fault in outcomes)
        if not any(bundle for bundle, _fault in outcomes):  # somebody else makes them at this moment, or nobody can
            break
    if failed:
        raise NotPublished
    return [bundle.fingerprint for bundle in made if bundle is not None]


def _of_rounds(*, older: bool) -> list[Callable[[], Prepared]]:
    session, site, now = _surroundings()
    return [
        partial(services.prepare_round, session, round_id, site=site, now=now)
        for round_id in services.unpublished_rounds(session, older=older)
    ]


def _of_rankings() -> list[Callable[[], Prepared]]:
    session, site, now = _surroundings()
    return [
        partial(services.prepare_ranking, session, ranking_id, site=site, now=now)
        for ranking_id in services.unpublished_rankings(session)
    ]


def _published(prepare: Callable[[], Prepared]) -> tuple[PublishedBundle | None, bool]:
    """Make one bundle and keep it; return it, None if somebody else was faster, and whether it cannot be made."""
    try:
        prepared = prepare()
        is_first = not services.has_bundles(db.session())
        db.session.rollback()
        secret = key_store().signing_secret(is_first=is_first)
        with transaction() as session:
            return services.keep_bundle(session, prepared, secret, now=utcnow()), False
    except Unavailable:  # the store or the keys; the next one would fare no better
        raise
    except Exception as failure:  # noqa: BLE001 - raised for all of them together, after the others are made
        db.session.rollback()
        log.error("a bundle could not be published: %s", trace(failure))  # noqa: TRY400 - a text may hold names
        return None, True


def _surroundings() -> tuple[Session, str, datetime]:
    base_url: str = current_app.config["SETTINGS"].base_url
    return db.session(), base_url, utcnow()
