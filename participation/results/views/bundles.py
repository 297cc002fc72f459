"""Everybody checks: the public bundle of a result, what is in it and how to count it again; the keys of this site."""

from flask import Response, render_template, url_for

from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.results.downloads import (
    bundle_of_ranking,
    bundle_of_round,
    packed_for_auditor,
    packed_for_everybody,
)
from participation.results.models import PublishedBundle
from participation.results.pages.bundle import bundle_page, keys_page
from participation.results.queries import Head, ranking_head, round_head, signing_keys
from participation.results.views.blueprint import bp
from participation.web.guard import current_actor, requires


@bp.get("/rounds/<slug>/bundle")
@requires(Permission.RANKING_READ)
def round_bundle(slug: str) -> str:
    """Show what is in the bundle of a round's result, and how to check it."""
    head = round_head(db.session(), slug)
    bundle = bundle_of_round(db.session(), slug)
    addresses = (
        url_for("results.download_round_bundle", slug=slug),
        url_for("results.download_round_bundle_for_auditors", slug=slug),
    )
    return _shown(head, bundle, url_for("results.round_result", slug=slug), addresses)


@bp.get("/rounds/<slug>/bundle.zip")
@requires(Permission.RANKING_READ)
def download_round_bundle(slug: str) -> Response:
    """Give the public edition of a round's bundle."""
    return packed_for_everybody(bundle_of_round(db.session(), slug), slug)


@bp.get("/rounds/<slug>/bundle-for-auditors.zip")
@requires(Permission.BALLOT_AUDIT, fresh=True)
def download_round_bundle_for_auditors(slug: str) -> Response:
    """Give a named auditor a round's bundle with its ballots; it is written down each time."""
    head = round_head(db.session(), slug)
    return packed_for_auditor(bundle_of_round(db.session(), slug), slug, head.process_id, current_actor())


@bp.get("/processes/<process>/rankings/<ranking>/bundle")
@requires(Permission.RANKING_READ)
def ranking_bundle(process: str, ranking: str) -> str:
    """Show what is in the bundle of a joint ranking, and how to check it."""
    head = ranking_head(db.session(), process, ranking)
    bundle = bundle_of_ranking(db.session(), process, ranking)
    back = url_for("results.joint_ranking", process=process, ranking=ranking)
    addresses = (
        url_for("results.download_ranking_bundle", process=process, ranking=ranking),
        url_for("results.download_ranking_bundle_for_auditors", process=process, ranking=ranking),
    )
    return _shown(head, bundle, back, addresses)


@bp.get("/processes/<process>/rankings/<ranking>/bundle.zip")
@requires(Permission.RANKING_READ)
def download_ranking_bundle(process: str, ranking: str) -> Response:
    """Give the public edition of a joint ranking's bundle."""
    return packed_for_everybody(bundle_of_ranking(db.session(), process, ranking), f"{process}-{ranking}")


@bp.get("/processes/<process>/rankings/<ranking>/bundle-for-auditors.zip")
@requires(Permission.BALLOT_AUDIT, fresh=True)
def download_ranking_bundle_for_auditors(process: str, ranking: str) -> Response:
    """Give a named auditor a joint ranking's bundle with all ballots; it is written down each time."""
    head = ranking_head(db.session(), process, ranking)
    bundle = bundle_of_ranking(db.session(), process, ranking)
    return packed_for_auditor(bundle, f"{process}-{ranking}", head.process_id, current_actor())


@bp.get("/bundles/key")
@requires(Permission.SITE_READ)
def bundle_keys() -> str:
    """Show with which keys this site has signed its bundles, and when."""
    return render_template("results/keys.html", keys=keys_page(signing_keys(db.session())))


def _shown(head: Head, bundle: PublishedBundle, back: str, addresses: tuple[str, str]) -> str:
    download, for_auditors = addresses
    is_auditor = may(current_actor(), Permission.BALLOT_AUDIT, head.process_id)
    return render_template(
        "results/bundle.html",
        head=head,
        back=back,
        download=download,
        for_auditors=for_auditors if is_auditor else None,
        is_example=head.is_example,
        **bundle_page(bundle),
    )
