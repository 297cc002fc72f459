"""Two officials conclude a round: what follows from it is said before it is done."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.ballots.box import count_ballots, count_register
from participation.ballots.paper.queries import paper_figures
from participation.ballots.queries import turnout
from participation.ballots.rules import is_small
from participation.core.errors import Conflict, Forbidden
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results import services
from participation.results.concluding import confirm
from participation.results.queries import conclusion_standing, name_of, rankings_with, waiting_rounds
from participation.results.views.blueprint import bp, stands
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundState
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires

CONFIRMED = "consequences"
"""Name of the hidden field of the page that says what a conclusion means."""


@bp.get("/rounds/<slug>/conclusion")
@requires(Permission.ROUND_CONCLUDE)
def conclusion(slug: str) -> ResponseReturnValue:
    """Show where the conclusion stands, what it will mean, and the button that is this person's."""
    return _page(slug)


@bp.post("/rounds/<slug>/conclusion/request")
@requires(Permission.ROUND_CONCLUDE, fresh=True)
def request_conclusion(slug: str) -> ResponseReturnValue:
    """Ask for the conclusion; somebody else has to confirm it."""
    try:
        with transaction() as session:
            services.request_conclusion(session, slug, actor=current_actor(), now=utcnow())
    except Conflict as refusal:
        return _refused(slug, refusal)
    flash(_("The conclusion is requested. A second person has to confirm it."), "success")
    return redirect(url_for("results.conclusion", slug=slug), HTTPStatus.SEE_OTHER)


@bp.post("/rounds/<slug>/conclusion/withdraw")
@requires(Permission.ROUND_CONCLUDE)
def withdraw_conclusion(slug: str) -> ResponseReturnValue:
    """Take the request back."""
    try:
        with transaction() as session:
            services.withdraw_conclusion_request(session, slug, actor=current_actor(), now=utcnow())
    except Conflict as refusal:
        return _refused(slug, refusal)
    flash(_("The request is withdrawn. The round stays closed and uncounted."), "success")
    return redirect(url_for("results.conclusion", slug=slug), HTTPStatus.SEE_OTHER)


@bp.post("/rounds/<slug>/conclusion/confirm")
@requires(Permission.ROUND_CONCLUDE, fresh=True)
def confirm_conclusion(slug: str) -> ResponseReturnValue:
    """Conclude the round, as the second person; whoever has not seen what that means is shown it first."""
    if request.form.get(CONFIRMED) != "seen":
        return _page(slug)
    try:
        confirmed = confirm(slug, actor=current_actor(), now=utcnow())
    except (Conflict, Forbidden) as refusal:
        return _refused(slug, refusal)
    if confirmed.is_counting:
        flash(_("The conclusion is confirmed. The ballots are being counted."), "success")
        return redirect(url_for("results.conclusion", slug=slug), HTTPStatus.SEE_OTHER)
    if confirmed.result is None:
        flash(_("The round is concluded. It asked for no votes, so there is nothing to count."), "success")
        return redirect(url_for("results.conclusion", slug=slug), HTTPStatus.SEE_OTHER)
    flash(_("The round is concluded. This is its result."), "success")
    return redirect(url_for("results.round_result", slug=slug), HTTPStatus.SEE_OTHER)


def _refused(slug: str, refusal: Conflict | Forbidden) -> ResponseReturnValue:
    """Say what is in the way on the page that shows where things stand."""
    db.session.rollback()
    return _page(slug, error=words_for(refusal)), refusal.status


def _fault(session: Session, round_: Round, code: str) -> str:
    """Say what has stopped a count, as it stands now."""
    ballots, voters = count_ballots(session, round_.id), count_register(session, round_.id)
    return words_for(Conflict(code, round=round_.slug, ballots=ballots, voters=voters))


def _page(slug: str, *, error: str | None = None) -> str:
    session, actor = db.session(), current_actor()
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_CONCLUDE, round_)
    standing, voters = conclusion_standing(session, round_), turnout(session, round_).total
    requested, confirmed, progress = standing.request, standing.confirmation, standing.progress
    return render_template(
        "results/conclusion.html",
        paper=paper_figures(session, round_.id),
        round=round_,
        requested=requested,
        requested_by=name_of(session, requested.actor_id) if requested else "",
        is_own=requested is not None and requested.actor_id == actor.id,
        confirmed=confirmed,
        confirmed_by=name_of(session, confirmed.actor_id) if confirmed else "",
        progress=progress,
        fault=_fault(session, round_, progress.fault) if progress and progress.fault else None,
        can_begin=round_.state is RoundState.CLOSED,
        completes=[one for one in rankings_with(session, round_.id) if waiting_rounds(one) == [round_]],
        voters=voters,
        small=is_small(voters),
        confirmed_field=CONFIRMED,
        error=error,
        stands=stands,
        is_example=round_.process.is_example,
    )
