"""The steps that follow the decision: the public page, and how the office keeps it."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.permissions import Permission, authorise, may
from participation.core.windows import utcnow
from participation.extensions import db
from participation.monitoring import services
from participation.monitoring.forms import BasedOnForm, ChangedStepForm, DoneForm, StepForm
from participation.monitoring.queries import StepOnRoad, roadmap_of, step_of
from participation.monitoring.rules import Repeat
from participation.monitoring.sentences import due_sentence, repeat_name, rhythm_sentence
from participation.monitoring.services import StepDraft
from participation.monitoring.views.blueprint import Page, bp, needed_day, rest_on, tags_of, today_in
from participation.papers.queries import missing_outcomes
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.texts.filters import words_for_inputs
from participation.web.forms import in_languages, pressed, submitted, typed_in_languages
from participation.web.guard import current_actor, requires


@bp.get("/processes/<process>/roadmap")
@requires(Permission.PROCESS_READ)
def roadmap(process: str) -> str:
    """Show the steps that follow the decision; and to the office, which results of consultations are missing."""
    session = db.session()
    found = process_by_slug(session, process)
    writes = may(current_actor(), Permission.COUNCIL_PAPER_EDIT, found)
    return render_template(
        "monitoring/roadmap.html",
        process=found,
        steps=roadmap_of(session, found.id),
        today=today_in(found),
        missing=missing_outcomes(session, [found.id], utcnow()) if writes else (),
    )


@bp.get("/manage/processes/<process>/roadmap/new")
@requires(Permission.ROADMAP_EDIT)
def new_step(process: str) -> Page:
    """Ask for a further step."""
    found = _process(process)
    return _new_page(found, _new_form(found), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/roadmap/new")
@requires(Permission.ROADMAP_EDIT)
def add_step(process: str) -> Page | Response:
    """Add a step at the end."""
    found = _process(process)
    form = _new_form(found)
    status = submitted(
        form,
        lambda session: services.add_step(
            session, process_by_slug(session, process), _draft(form, found), actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _new_page(found, form, status)
    flash(_("The step stands on the roadmap."), "success")
    return _to_roadmap(process)


@bp.get("/manage/processes/<process>/roadmap/<step>")
@requires(Permission.ROADMAP_EDIT)
def edit_step(process: str, step: str) -> Page:
    """Show a step with all that can be done with it."""
    found = _process(process)
    road = step_of(db.session(), found.id, step)
    return _page(found, road, _step_form(found, road), _done_form(found, road), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/roadmap/<step>")
@requires(Permission.ROADMAP_EDIT)
def save_step(process: str, step: str) -> Page | Response:
    """Change what a step says, how often it comes round or when it is due."""
    found = _process(process)
    road = step_of(db.session(), found.id, step)
    form = _step_form(found, road)

    def save(session: Session) -> None:
        services.change_step(
            session,
            process_by_slug(session, process),
            step,
            _draft(form, found),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, save)
    if status is not HTTPStatus.SEE_OTHER:
        road = step_of(db.session(), found.id, step)
        changed = status is HTTPStatus.CONFLICT
        if changed:
            rest_on(form, road.step.revision)
        return _page(found, road, form, _done_form(found, road, unsent=True), status, show_present=changed)
    road = step_of(db.session(), found.id, step)
    flash(" ".join(filter(None, [_("It is saved."), due_sentence(road)])), "success")
    return _to_roadmap(process)


@bp.post("/manage/processes/<process>/roadmap/<step>/done")
@requires(Permission.ROADMAP_EDIT)
def note_done(process: str, step: str) -> Page | Response:
    """Note that a step was done."""
    found = _process(process)
    road = step_of(db.session(), found.id, step)
    form = _done_form(found, road)

    def note(session: Session) -> None:
        services.note_done(
            session,
            process_by_slug(session, process),
            step,
            done_on=needed_day(form.done_on),
            notes=typed_in_languages(form, "note", tags_of(found)),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, note)
    if status is not HTTPStatus.SEE_OTHER:
        road = step_of(db.session(), found.id, step)
        if status is HTTPStatus.CONFLICT:
            rest_on(form, len(road.step.times))
        return _page(found, road, _step_form(found, road, unsent=True), form, status)
    road = step_of(db.session(), found.id, step)
    flash(" ".join(filter(None, [_("It is noted."), due_sentence(road)])), "success")
    return _to_roadmap(process)


@bp.post("/manage/processes/<process>/roadmap/<step>/take-back")
@requires(Permission.ROADMAP_EDIT)
def take_back_done(process: str, step: str) -> Response:
    """Take back that a step was done the last time."""
    form = BasedOnForm()
    done = pressed(
        form,
        lambda session: services.take_back_done(
            session,
            process_by_slug(session, process),
            step,
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if done:
        flash(_("It counts as not done again."), "success")
    return redirect(url_for(".edit_step", process=process, step=step), HTTPStatus.SEE_OTHER)


@bp.post("/manage/processes/<process>/roadmap/<step>/<any(earlier,later):direction>")
@requires(Permission.ROADMAP_EDIT)
def move_step(process: str, step: str, direction: str) -> Response:
    """Let a step change places with its neighbour."""
    pressed(
        FlaskForm(),
        lambda session: services.move_step(
            session,
            process_by_slug(session, process),
            step,
            earlier=direction == "earlier",
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    return _to_roadmap(process)


@bp.post("/manage/processes/<process>/roadmap/<step>/remove")
@requires(Permission.ROADMAP_EDIT)
def remove_step(process: str, step: str) -> Response:
    """Take a step off the roadmap."""
    done = pressed(
        FlaskForm(),
        lambda session: services.remove_step(
            session, process_by_slug(session, process), step, actor=current_actor(), now=utcnow()
        ),
    )
    if done:
        flash(_("The step is off the roadmap."), "success")
    return _to_roadmap(process)


def _process(slug: str) -> Process:
    found = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.ROADMAP_EDIT, found)
    return found


def _to_roadmap(process: str) -> Response:
    return redirect(url_for(".roadmap", process=process), HTTPStatus.SEE_OTHER)


def _draft(form: StepForm, process: Process) -> StepDraft:
    titles = typed_in_languages(form, "title", tags_of(process))
    return StepDraft(titles, Repeat(form.repeat.data), form.first_due_on.data)


def _offer(form: StepForm, road: StepOnRoad | None = None) -> None:
    """Offer the rhythms; of a step that was done, with the day on which it would be due next."""
    form.repeat.choices = [
        (repeat.value, rhythm_sentence(repeat, road.due_by(repeat)) if road and road.last else repeat_name(repeat))
        for repeat in Repeat
    ]


def _new_form(process: Process) -> StepForm:
    form = in_languages(StepForm, "title", _("What is to be done?"), tags_of(process))(
        data={"repeat": Repeat.ONCE.value}
    )
    _offer(form)
    return form


def _step_form(process: Process, road: StepOnRoad, *, unsent: bool = False) -> ChangedStepForm:
    """Return the form of a step; `unsent` where the other form of its page was sent."""
    step = road.step
    told = {
        "repeat": step.repeat.value,
        "first_due_on": step.first_due_on,
        "based_on": step.revision,
        **words_for_inputs("title", step.title),
    }
    shape = in_languages(ChangedStepForm, "title", _("What is to be done?"), tags_of(process))
    form = shape(formdata=None, data=told) if unsent else shape(data=told)
    _offer(form, road)
    return form


def _done_form(process: Process, road: StepOnRoad, *, unsent: bool = False) -> DoneForm:
    told = {"done_on": today_in(process), "based_on": len(road.step.times)}
    shape = in_languages(DoneForm, "note", _("What is to be said about it?"), tags_of(process), long=True)
    return shape(formdata=None, data=told) if unsent else shape(data=told)


def _new_page(process: Process, form: StepForm, status: HTTPStatus) -> Page:
    page = render_template("monitoring/new_step.html", process=process, form=form, tags=tags_of(process))
    return page, status


def _page(
    process: Process,
    road: StepOnRoad,
    form: ChangedStepForm,
    done: DoneForm,
    status: HTTPStatus,
    *,
    show_present: bool = False,
) -> Page:
    page = render_template(
        "monitoring/step.html",
        process=process,
        road=road,
        step=road.step,
        form=form,
        done=done,
        tags=tags_of(process),
        today=today_in(process),
        show_present=show_present,
    )
    return page, status
