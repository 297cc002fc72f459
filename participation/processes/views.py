"""Officials set up processes, phases and fields."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission, authorise
from participation.core.windows import Window, local_at, moment_at, utcnow
from participation.extensions import db
from participation.processes import services
from participation.processes.forms import FieldForm, PhaseForm, ProcessForm, process_draft, process_form
from participation.processes.models import Process
from participation.processes.queries import field_by_code, phase_by_code, process_by_slug
from participation.processes.services import FieldDraft, PhaseDraft
from participation.texts.filters import words_for_inputs
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires

bp = Blueprint("processes", __name__)
Page = tuple[str, int]


@bp.get("/manage/processes/new")
@requires(Permission.PROCESS_EDIT, everywhere=True)
def new() -> Page:
    """Ask what a new process is."""
    return _process_page(None, _process_form(None), HTTPStatus.OK)


@bp.post("/manage/processes/new")
@requires(Permission.PROCESS_EDIT, everywhere=True)
def create() -> Page | Response:
    """Set up a process."""
    form = _process_form(None)
    made: list[str] = []
    status = submitted(
        form,
        lambda session: made.append(
            services.create_process(
                session, process_draft(form, INTERFACE_TAGS), actor=current_actor(), now=utcnow()
            ).slug
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _process_page(None, form, status)
    flash(_("The process is set up. Now add its phases and fields."), "success")
    return redirect(url_for("processes.edit", slug=made[0]), status)


@bp.get("/manage/processes/<slug>")
@requires(Permission.PROCESS_EDIT)
def edit(slug: str) -> Page:
    """Show what is said about a process, with its phases and fields."""
    process = _process(slug)
    return _process_page(process, _process_form(process), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>")
@requires(Permission.PROCESS_EDIT)
def save(slug: str) -> Page | Response:
    """Change what is said about a process."""
    process = _process(slug)
    form = _process_form(process)
    tags = _tags(process)
    status = submitted(
        form,
        lambda session: services.edit_process(
            session, slug, process_draft(form, tags), actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _process_page(process, form, status)
    flash(_("The process is saved."), "success")
    return redirect(url_for("processes.edit", slug=slug), status)


@bp.get("/manage/processes/<slug>/phases/new")
@requires(Permission.PROCESS_EDIT)
def new_phase(slug: str) -> Page:
    """Ask what a new phase is."""
    process = _process(slug)
    return _part_page(process, _phase_form(process, {}), _("New phase"), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/phases/new")
@requires(Permission.PROCESS_EDIT)
def add_phase(slug: str) -> Page | Response:
    """Add a phase."""
    process = _process(slug)
    form = _phase_form(process, {})
    status = submitted(
        form,
        lambda session: services.add_phase(
            session, slug, _phase_draft(process, None, form), actor=current_actor(), now=utcnow()
        ),
    )
    return _part_saved(process, form, _("New phase"), status)


@bp.get("/manage/processes/<slug>/phases/<code>")
@requires(Permission.PROCESS_EDIT)
def phase(slug: str, code: str) -> Page:
    """Show what is said about a phase."""
    process = _process(slug)
    return _part_page(process, _phase_form(process, _phase_data(process, code)), _phase_title(code), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/phases/<code>")
@requires(Permission.PROCESS_EDIT)
def save_phase(slug: str, code: str) -> Page | Response:
    """Change a phase."""
    process = _process(slug)
    form = _phase_form(process, _phase_data(process, code))
    status = submitted(
        form,
        lambda session: services.edit_phase(
            session, slug, code, _phase_draft(process, code, form), actor=current_actor(), now=utcnow()
        ),
    )
    return _part_saved(process, form, _phase_title(code), status)


@bp.get("/manage/processes/<slug>/fields/new")
@requires(Permission.PROCESS_EDIT)
def new_field(slug: str) -> Page:
    """Ask what a new field is."""
    process = _process(slug)
    return _part_page(process, _field_form(process, {}), _("New field"), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/fields/new")
@requires(Permission.PROCESS_EDIT)
def add_field(slug: str) -> Page | Response:
    """Add a field."""
    process = _process(slug)
    form = _field_form(process, {})
    status = submitted(
        form,
        lambda session: services.add_field(
            session, slug, _field_draft(process, form), actor=current_actor(), now=utcnow()
        ),
    )
    return _part_saved(process, form, _("New field"), status)


@bp.get("/manage/processes/<slug>/fields/<code>")
@requires(Permission.PROCESS_EDIT)
def field(slug: str, code: str) -> Page:
    """Show what is said about a field."""
    process = _process(slug)
    return _part_page(process, _field_form(process, _field_data(process, code)), _field_title(code), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/fields/<code>")
@requires(Permission.PROCESS_EDIT)
def save_field(slug: str, code: str) -> Page | Response:
    """Change a field."""
    process = _process(slug)
    form = _field_form(process, _field_data(process, code))
    status = submitted(
        form,
        lambda session: services.edit_field(
            session, slug, code, _field_draft(process, form), actor=current_actor(), now=utcnow()
        ),
    )
    return _part_saved(process, form, _field_title(code), status)


def _process(slug: str) -> Process:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.PROCESS_EDIT, process)
    return process


def _phase_title(code: str) -> str:
    return _("Phase %(code)s", code=code)


def _field_title(code: str) -> str:
    return _("Field %(code)s", code=code)


def _tags(process: Process | None) -> Sequence[str]:
    return process.languages if process else INTERFACE_TAGS


def _process_form(process: Process | None) -> ProcessForm:
    return process_form(ProcessForm, _tags(process), _process_data(process))


def _process_data(process: Process | None) -> dict[str, Any]:
    if process is None:
        return {
            "time_zone": "Europe/Berlin",
            "languages": list(INTERFACE_TAGS),
            "default_language": INTERFACE_TAGS[0],
            "currency": "EUR",
        }
    return {
        "city": process.city,
        "time_zone": process.time_zone,
        "languages": process.languages,
        "default_language": process.default_language,
        "currency": process.currency,
        **words_for_inputs("title", process.title),
        **words_for_inputs("summary", process.summary),
    }


def _phase_form(process: Process, data: Mapping[str, Any]) -> PhaseForm:
    return in_languages(PhaseForm, "title", _("Title"), process.languages)(data=data)


def _phase_data(process: Process, code: str) -> dict[str, Any]:
    found = phase_by_code(process, code)
    return {
        "code": found.code,
        "opens_at": local_at(found.opens_at, process.time_zone),
        "closes_at": local_at(found.closes_at, process.time_zone),
        "position": found.position,
        **words_for_inputs("title", found.title),
    }


def _phase_draft(process: Process, code: str | None, form: PhaseForm) -> PhaseDraft:
    there = phase_by_code(process, code) if code is not None else None
    began, ended = (there.opens_at, there.closes_at) if there else (None, None)
    opens_at, closes_at = form.opens_at.data or datetime.min, form.closes_at.data or datetime.min  # noqa: DTZ901 - typed
    return PhaseDraft(
        code=(form.code.data or "").strip(),
        titles=typed_in_languages(form, "title", process.languages),
        window=Window(
            moment_at(opens_at, process.time_zone, field="opens_at", standing=began),
            moment_at(closes_at, process.time_zone, field="closes_at", standing=ended),
        ),
        position=form.position.data,
    )


def _field_form(process: Process, data: Mapping[str, Any]) -> FieldForm:
    return in_languages(FieldForm, "title", _("Title"), process.languages)(data=data)


def _field_data(process: Process, code: str) -> dict[str, Any]:
    found = field_by_code(process, code)
    return {"code": found.code, "position": found.position, **words_for_inputs("title", found.title)}


def _field_draft(process: Process, form: FieldForm) -> FieldDraft:
    return FieldDraft(
        code=(form.code.data or "").strip(),
        titles=typed_in_languages(form, "title", process.languages),
        position=form.position.data,
    )


def _process_page(process: Process | None, form: ProcessForm, status: HTTPStatus) -> Page:
    return render_template("processes/process.html", process=process, form=form, tags=_tags(process)), status


def _part_page(process: Process, form: FlaskForm, title: str, status: HTTPStatus) -> Page:
    return render_template("processes/part.html", process=process, form=form, title=title), status


def _part_saved(process: Process, form: FlaskForm, title: str, status: HTTPStatus) -> Page | Response:
    if status is not HTTPStatus.SEE_OTHER:
        return _part_page(process, form, title, status)
    flash(_("Saved."), "success")
    return redirect(url_for("processes.edit", slug=process.slug), status)
