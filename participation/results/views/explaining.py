"""Everybody reads why: where the bodies disagree, what other rules say, and how it was counted."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from participation.core.errors import NotFound
from participation.core.permissions import Permission
from participation.extensions import db
from participation.results.fragments import Fragment
from participation.results.pages import Snapshot
from participation.results.pages.disagreements import disagreements_page
from participation.results.pages.explanation import example_round
from participation.results.pages.explanation import ranking_explained as ranking_explained_page
from participation.results.pages.explanation import round_explained as round_explained_page
from participation.results.pages.other_rules import other_rules_of_ranking, other_rules_of_round
from participation.results.queries import Head, ranking_head, result_of, round_head
from participation.results.views.blueprint import bp
from participation.results.views.showing import (
    kept,
    rendered,
    show,
    shown_bundle,
    snapshot_of_ranking,
    snapshot_of_round,
    statistics_of_ranking,
)
from participation.rounds.queries import round_by_slug
from participation.web.guard import requires


@bp.get("/processes/<process>/rankings/<ranking>/disagreements")
@requires(Permission.RANKING_READ)
def disagreements(process: str, ranking: str) -> str:
    """Show where the bodies disagree, how far each agrees with the whole, and what comes out without one of them."""
    head = _ranking(process, ranking)
    return show(head, kept("disagreements", head, _render_disagreements))


@bp.get("/processes/<process>/rankings/<ranking>/other-rules")
@requires(Permission.RANKING_READ)
def ranking_by_other_rules(process: str, ranking: str) -> str:
    """Show which places other rules give."""
    head = _ranking(process, ranking)
    return show(head, kept("ranking by other rules", head, _render_ranking_by_other_rules))


@bp.get("/processes/<process>/rankings/<ranking>/explanation")
@requires(Permission.RANKING_READ)
def ranking_explained(process: str, ranking: str) -> str:
    """Explain the rule on one page, with an example from these ballots."""
    head = _ranking(process, ranking)
    return show(head, kept("ranking explained", head, _render_ranking_explained))


@bp.get("/rounds/<slug>/result/other-rules")
@requires(Permission.RANKING_READ)
def round_by_other_rules(slug: str) -> str:
    """Show which places other rules give."""
    head = _round(slug)
    return show(head, kept("round by other rules", head, _render_round_by_other_rules))


@bp.get("/rounds/<slug>/result/explanation")
@requires(Permission.RANKING_READ)
def round_explained(slug: str) -> str:
    """Explain the rule on one page, with an example from these ballots."""
    head = _round(slug)
    return show(head, kept("round explained", head, _render_round_explained))


def _ranking(process: str, ranking: str) -> Head:
    head = ranking_head(db.session(), process, ranking)
    if not head.has_result:
        raise NotFound("no_joint_result_yet", slug=ranking)
    return head


def _round(slug: str) -> Head:
    head = round_head(db.session(), slug)
    if not head.has_result:
        raise NotFound("no_result_yet", slug=slug)
    return head


def _render_disagreements(head: Head) -> Fragment:
    page = disagreements_page(snapshot_of_ranking(head), statistics_of_ranking(head), head.default_language)
    return _rendered(_("Where the bodies disagree"), "results/_disagreements.html", page, head)


def _render_ranking_by_other_rules(head: Head) -> Fragment:
    page = other_rules_of_ranking(snapshot_of_ranking(head), statistics_of_ranking(head), head.default_language)
    return _rendered(_("What other rules say"), "results/_other_rules.html", page, head)


def _render_round_by_other_rules(head: Head) -> Fragment:
    page = other_rules_of_round(snapshot_of_round(head), head.default_language)
    return _rendered(_("What other rules say"), "results/_other_rules.html", page, head)


def _render_ranking_explained(head: Head) -> Fragment:
    snapshot = snapshot_of_ranking(head)
    page = ranking_explained_page(snapshot, statistics_of_ranking(head), _example(snapshot), head.default_language)
    return _rendered(_("How it was counted"), "results/_explanation.html", page, head)


def _render_round_explained(head: Head) -> Fragment:
    page = round_explained_page(snapshot_of_round(head), head.default_language)
    return _rendered(_("How it was counted"), "results/_explanation.html", page, head)


def _rendered(name: str, template: str, page: Mapping[str, Any], head: Head) -> Fragment:
    title = _("%(page)s: %(title)s", page=name, title=page["title"].body)
    return rendered(title, template, {**page, **shown_bundle(head)}, head)


def _example(snapshot: Snapshot) -> Snapshot | None:
    """Return the round's snapshot from which the explanation takes its numbers."""
    slug = example_round(snapshot)
    result = result_of(db.session(), round_by_slug(db.session(), slug).id) if slug else None
    return result.snapshot if result else None
