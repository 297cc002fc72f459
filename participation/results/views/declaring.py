"""The office declares joint rankings, and takes declarations back while no round has been opened."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.results import services
from participation.results.forms import TASK_NAMES, DeclareRankingForm, ranking_form
from participation.results.queries import rankings_of
from participation.results.rules.declaration import Declaration, share_from_text, weight_from_text
from participation.results.views.blueprint import bp
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.rounds.queries import rounds_of
from participation.rounds.rules import RoundState
from participation.texts.queries import wording
from participation.web.errors import show_in_form
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@bp.get("/manage/processes/<slug>/rankings/new")
@requires(Permission.RANKING_DECLARE)
def new_ranking(slug: str) -> ResponseReturnValue:
    """Show the form."""
    process, drafts = _process_and_drafts(slug)
    return _page(process, drafts, _form(process, drafts))


@bp.post("/manage/processes/<slug>/rankings/new")
@requires(Permission.RANKING_DECLARE)
def declare_ranking(slug: str) -> ResponseReturnValue:
    """Declare a joint ranking."""
    process, drafts = _process_and_drafts(slug)
    form = _form(process, drafts)
    if not form.validate():
        return _page(process, drafts, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        declared = _declared(form)
        with transaction() as session:
            services.declare_joint_ranking(session, slug, declared, actor=current_actor(), now=utcnow())
    except (Invalid, Conflict) as refusal:
        db.session.rollback()
        process, drafts = _process_and_drafts(slug)
        show_in_form(refusal, form, **_places(refusal, process))
        return _page(process, drafts, form), refusal.status
    flash(
        _("The joint ranking is declared. Its weights can be taken back until the first of its rounds opens."),
        "success",
    )
    return redirect(url_for("results.joint_ranking", process=slug, ranking=declared.slug), HTTPStatus.SEE_OTHER)


@bp.post("/manage/processes/<slug>/rankings/<ranking>/withdraw")
@requires(Permission.RANKING_DECLARE)
def withdraw_ranking(slug: str, ranking: str) -> ResponseReturnValue:
    """Take a declaration back."""
    with transaction() as session:
        services.withdraw_joint_ranking(session, slug, ranking, actor=current_actor(), now=utcnow())
    flash(_("The declaration is taken back. The joint ranking can be declared anew."), "success")
    return redirect(url_for("results.index", slug=slug), HTTPStatus.SEE_OTHER)


def _process_and_drafts(slug: str) -> tuple[Process, list[Round]]:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.RANKING_DECLARE, process)
    rounds = rounds_of(db.session(), process.id)
    return process, [one for one in rounds if one.state is RoundState.DRAFT and one.voting_task]


def _form(process: Process, drafts: list[Round]) -> DeclareRankingForm:
    languages = reader_languages(process.default_language)
    goals = [one for one in rankings_of(db.session(), process.id) if one.task is Task.PRIORITISE_GOALS]
    return ranking_form(
        drafts,
        process.languages,
        {one.slug: wording(one.title, languages).body for one in drafts},
        {one.slug: wording(one.title, languages).body for one in goals},
    )


def _declared(form: DeclareRankingForm) -> Declaration:
    return Declaration(
        slug=(form.slug.data or "").strip(),
        task=Task(form.task.data),
        weights={slug: weight_from_text(slug, typed) for slug, typed in form.weights().items()},
        title=form.words("title"),
        declared_by=form.words("declared_by"),
        share=share_from_text(form.share.data or ""),
        goals_ranking=form.goals_ranking.data or None,
    )


def _places(refusal: Invalid | Conflict, process: Process) -> dict[str, str]:
    """Say at which of the form's inputs a refusal is shown."""
    language = str(refusal.facts.get("language", process.default_language))
    round_ = refusal.facts.get("round")
    return {
        "title": f"title-{language}",
        "declared_by": f"declared_by-{language}",
        "weights": f"weight-{round_}" if round_ else "weights",
    }


def _page(process: Process, drafts: list[Round], form: DeclareRankingForm) -> str:
    return render_template(
        "results/declare.html",
        process=process,
        drafts=drafts,
        form=form,
        task_names=TASK_NAMES,
        is_example=process.is_example,
    )
