"""Publishing bundles, as job, command line and whoever has concluded do it: prepared in the open, kept in one write."""

from flask import current_app

from participation.ballots.guard import key_store
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results import services
from participation.results.models import PublishedBundle
from participation.results.services.bundles import Prepared


def publish_bundles(*, older: bool = False) -> list[str]:
    """Make and sign every bundle that is not there yet; return the fingerprints of those that are new.

    `older`: also those of rounds that were concluded before there were bundles. Twice does no harm.
    """
    made = [
        _kept(services.prepare_round(db.session(), round_id, site=_site(), now=utcnow()))
        for round_id in services.unpublished_rounds(db.session(), older=older)
    ]
    while rankings := services.unpublished_rankings(db.session()):  # goals first, then what carries them over
        kept = [
            _kept(services.prepare_ranking(db.session(), ranking_id, site=_site(), now=utcnow()))
            for ranking_id in rankings
        ]
        made += kept
        if not any(kept):  # somebody else makes them at this moment
            break
    return [bundle.fingerprint for bundle in made if bundle is not None]


def _kept(prepared: Prepared) -> PublishedBundle | None:
    db.session.rollback()
    secret = key_store().signing_secret()
    with transaction() as session:
        return services.keep_bundle(session, prepared, secret, now=utcnow())


def _site() -> str:
    base_url: str = current_app.config["SETTINGS"].base_url
    return base_url
