"""Everybody reads: results of rounds, joint rankings, and the list of both."""

from fractions import Fraction

from flask import current_app, render_template, url_for
from flask_babel import gettext as _

from participation.core.permissions import Permission
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.results.exports import ENDINGS
from participation.results.fragments import Fragment
from participation.results.pages.ranking import joint_page, round_page
from participation.results.pages.rows import exact_share
from participation.results.queries import (
    Head,
    counted_rounds,
    ranking_by_slug,
    ranking_head,
    rankings_of,
    round_head,
    waiting_confirmation,
    waiting_rounds,
)
from participation.results.rules.other_formats import formats_of_ranking, formats_of_round
from participation.results.views.blueprint import bp, stands
from participation.results.views.showing import (
    kept,
    rendered,
    show,
    shown_bundle,
    snapshot_of_ranking,
    snapshot_of_round,
    statistics_of_ranking,
)
from participation.rounds.kinds import Eligibility
from participation.rounds.queries import round_by_slug, rounds_of
from participation.rounds.rules import RoundState
from participation.rounds.sentences import overlap_of, overlap_of_joint, weakness_of
from participation.web.guard import requires


@bp.get("/rounds/<slug>/result")
@requires(Permission.RANKING_READ)
def round_result(slug: str) -> str:
    """Show what came out of a round; before the conclusion, that nothing is counted yet and when it will be."""
    head = round_head(db.session(), slug)
    if not head.has_result:
        round_ = round_by_slug(db.session(), slug)
        return render_template(
            "results/round_ahead.html",
            round=round_,
            counting=waiting_confirmation(db.session(), round_.id) is not None,
            stands=stands,
            is_example=head.is_example,
        )
    return show(head, kept("round", head, _render_round))


@bp.get("/processes/<process>/rankings/<ranking>")
@requires(Permission.RANKING_READ)
def joint_ranking(process: str, ranking: str) -> str:
    """Show a joint ranking; before the last conclusion, what is declared and which rounds are waited for."""
    head = ranking_head(db.session(), process, ranking)
    if not head.has_result:
        declared = ranking_by_slug(db.session(), process, ranking)
        return render_template(
            "results/ranking_ahead.html",
            ranking=declared,
            carried=exact_share(Fraction(declared.carry_over.share)) if declared.carry_over else None,
            waiting=waiting_rounds(declared),
            can_withdraw=all(part.round.state is RoundState.DRAFT for part in declared.parts),
            head=head,
            stands=stands,
            is_example=head.is_example,
        )
    return show(head, kept("joint", head, _render_joint))


@bp.get("/processes/<slug>/rankings")
@requires(Permission.RANKING_READ)
def index(slug: str) -> str:
    """List what came out so far, and what is still to come."""
    process = process_by_slug(db.session(), slug)
    rankings = [(ranking, waiting_rounds(ranking)) for ranking in rankings_of(db.session(), process.id)]
    results = {result.round_id: result for result in counted_rounds(db.session(), process.id)}
    return render_template(
        "results/index.html",
        process=process,
        rankings=rankings,
        results=list(results.values()),
        ahead=[one for one in rounds_of(db.session(), process.id) if one.voting_task and one.id not in results],
        stands=stands,
        is_example=process.is_example,
    )


def _render_round(head: Head) -> Fragment:
    snapshot = snapshot_of_round(head)
    page = round_page(snapshot, head.default_language) | shown_bundle(head)
    asked = Eligibility(snapshot["eligibility"])
    page["guarded"] = [
        weakness_of(asked, with_provider=current_app.config["SETTINGS"].provider is not None),
        overlap_of(asked, forbids=head.forbids_overlap),
    ]
    page["receipts"] = url_for("ballots.find_receipt", slug=head.slug)
    files = {ending: url_for("results.export_round", slug=head.slug, ending=ending) for ending in ENDINGS}
    files |= {
        format_: url_for("results.export_ballots", slug=head.slug, format_=format_)
        for format_ in formats_of_round(snapshot)
    }
    return rendered(_("Result: %(title)s", title=page["title"].body), "results/_round_result.html", page, head, files)


def _render_joint(head: Head) -> Fragment:
    snapshot = snapshot_of_ranking(head)
    page = joint_page(snapshot, statistics_of_ranking(head), head.default_language) | shown_bundle(head)
    page["guarded"] = [overlap_of_joint(forbids=head.forbids_overlap, spans_phases=head.spans_phases)]
    files = {
        ending: url_for("results.export_ranking", process=head.process_slug, ranking=head.slug, ending=ending)
        for ending in ENDINGS
    }
    files |= {
        format_: url_for("results.export_bodies", process=head.process_slug, ranking=head.slug, format_=format_)
        for format_ in formats_of_ranking(snapshot)
    }
    return rendered(page["title"].body, "results/_joint_result.html", page, head, files)
