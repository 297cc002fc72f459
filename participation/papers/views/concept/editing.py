"""The concept's draft: officials word its principles and sections."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectFieldBase

from participation.core.errors import Invalid
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers.models.concept import ConceptSection, Principle
from participation.papers.queries.concept import (
    principle_by_code,
    section_by_code,
)
from participation.papers.rules.concept import ConceptPlace, PrincipleDraft, SectionDraft
from participation.papers.services import concept as services
from participation.papers.views.blueprint import chosen
from participation.papers.views.concept.blueprint import Page, bp, edited_process
from participation.papers.views.concept.forms import (
    PartForm,
    RemoveForm,
    SectionForm,
    place_choices,
    principle_form,
    section_form,
)
from participation.processes.models import Process
from participation.texts.filters import words_for_inputs
from participation.web.forms import submitted, typed_in_languages
from participation.web.guard import current_actor, requires

Part = Principle | ConceptSection


@bp.get("/draft/principles/new")
@requires(Permission.CONCEPT_EDIT)
def new_principle(process: str) -> Page:
    """Ask what a new principle says."""
    found = edited_process(process)
    return _part_page(found, None, principle_form(found.languages)(data={"based_on": 0}), HTTPStatus.OK)


@bp.post("/draft/principles/new")
@requires(Permission.CONCEPT_EDIT)
def add_principle(process: str) -> Page | Response:
    """Add a principle."""
    found = edited_process(process)
    form = principle_form(found.languages)()
    said = _principle(form, found)
    return _saved(
        found,
        None,
        form,
        lambda session: services.add_principle(session, process, said, actor=current_actor(), now=utcnow()),
    )


@bp.get("/draft/principles/<code>")
@requires(Permission.CONCEPT_EDIT)
def principle(process: str, code: str) -> Page:
    """Show the words of a principle."""
    found = edited_process(process)
    part = principle_by_code(db.session(), found.id, code)
    return _part_page(found, part, _principle_form(found, part), HTTPStatus.OK)


@bp.post("/draft/principles/<code>")
@requires(Permission.CONCEPT_EDIT)
def change_principle(process: str, code: str) -> Page | Response:
    """Reword a principle or move it."""
    found = edited_process(process)
    form = _principle_form(found, principle_by_code(db.session(), found.id, code))
    said, basis = _principle(form, found), form["based_on"].data or 0

    def change(session: Session) -> None:
        services.change_principle(session, process, code, said, based_on=basis, actor=current_actor(), now=utcnow())

    def standing() -> tuple[Part, PartForm]:
        part = principle_by_code(db.session(), found.id, code)
        return part, _principle_form(found, part, formdata=None)

    return _saved(found, standing, form, change)


@bp.post("/draft/principles/<code>/remove")
@requires(Permission.CONCEPT_EDIT)
def remove_principle(process: str, code: str) -> Response:
    """Take a principle out of the draft."""
    edited_process(process)
    return _removed(process, code, services.remove_principle)


@bp.get("/draft/sections/new")
@requires(Permission.CONCEPT_EDIT)
def new_section(process: str) -> Page:
    """Ask what a new section says."""
    found = edited_process(process)
    return _part_page(found, None, _with_places(section_form(found.languages)(data={"based_on": 0})), HTTPStatus.OK)


@bp.post("/draft/sections/new")
@requires(Permission.CONCEPT_EDIT)
def add_section(process: str) -> Page | Response:
    """Add a section."""
    found = edited_process(process)
    form = _with_places(section_form(found.languages)())

    def add(session: Session) -> None:
        services.add_section(session, process, _section(form, found), actor=current_actor(), now=utcnow())

    return _saved(found, None, form, add)


@bp.get("/draft/sections/<code>")
@requires(Permission.CONCEPT_EDIT)
def section(process: str, code: str) -> Page:
    """Show the words of a section."""
    found = edited_process(process)
    part = section_by_code(db.session(), found.id, code)
    return _part_page(found, part, _section_form(found, part), HTTPStatus.OK)


@bp.post("/draft/sections/<code>")
@requires(Permission.CONCEPT_EDIT)
def change_section(process: str, code: str) -> Page | Response:
    """Reword a section or move it."""
    found = edited_process(process)
    form = _section_form(found, section_by_code(db.session(), found.id, code))
    basis = form["based_on"].data or 0

    def change(session: Session) -> None:
        said = _section(form, found)
        services.change_section(session, process, code, said, based_on=basis, actor=current_actor(), now=utcnow())

    def standing() -> tuple[Part, PartForm]:
        part = section_by_code(db.session(), found.id, code)
        return part, _section_form(found, part, formdata=None)

    return _saved(found, standing, form, change)


@bp.post("/draft/sections/<code>/remove")
@requires(Permission.CONCEPT_EDIT)
def remove_section(process: str, code: str) -> Response:
    """Take a section out of the draft."""
    edited_process(process)
    return _removed(process, code, services.remove_section)


def _principle(form: FlaskForm, process: Process) -> PrincipleDraft:
    return PrincipleDraft(typed_in_languages(form, "sentence", process.languages), form["position"].data)


def _principle_form(process: Process, part: Principle, **more: Any) -> PartForm:  # noqa: ANN401 - of the form
    said = words_for_inputs("sentence", part.sentence)
    return principle_form(process.languages)(
        data={"based_on": part.revision, "position": part.position, **said}, **more
    )


def _section(form: FlaskForm, process: Process) -> SectionDraft:
    titles, bodies = (typed_in_languages(form, name, process.languages) for name in ("title", "body"))
    place = chosen(ConceptPlace, form["place"].data, field="place")
    if place is None:
        raise Invalid("not_a_choice", field="place")
    return SectionDraft(titles, bodies, place, form["position"].data)


def _section_form(process: Process, part: ConceptSection, **more: Any) -> SectionForm:  # noqa: ANN401 - of the form
    said = words_for_inputs("title", part.title) | words_for_inputs("body", part.body)
    data = {"based_on": part.revision, "position": part.position, "place": part.place.value, **said}
    return _with_places(section_form(process.languages)(data=data, **more))


def _with_places(form: SectionForm) -> SectionForm:
    form.place.choices = place_choices()
    return form


def _saved(
    process: Process,
    standing: Callable[[], tuple[Part, PartForm]] | None,
    form: PartForm,
    act: Callable[[Session], object],
) -> Page | Response:
    """Do what the form of a part asks; one that rests on earlier words is shown beside what stands there now."""
    status = submitted(form, act)
    if status is HTTPStatus.SEE_OTHER:
        flash(_("The draft is saved."), "success")
        return _to_draft(process.slug)
    if standing is None:
        return _part_page(process, None, form, status)
    part, present = standing()
    differing: Sequence[tuple[str, str]] = ()
    if status is HTTPStatus.CONFLICT:  # sent once more after reading both, it is meant
        form["based_on"].raw_data, form["based_on"].data = None, part.revision
        differing = _differing(form, present)
    return _part_page(process, part, form, status, differing)


def _differing(form: PartForm, present: PartForm) -> list[tuple[str, str]]:
    """Return label and present words of each input in which something else was typed than stands there now."""
    return [
        (str(field.label.text), _shown(field))
        for field in present
        if field.name not in {"based_on", "csrf_token"} and (field.data or "") != (form[field.name].data or "")
    ]


def _shown(field: Any) -> str:  # noqa: ANN401 - a field of WTForms
    if isinstance(field, SelectFieldBase):
        return ", ".join(str(label) for value, label, *_rest in field.iter_choices() if value == field.data)
    return "" if field.data is None else f"{field.data}"


def _removed(process: str, code: str, remove: Callable[..., None]) -> Response:
    form = RemoveForm()
    basis = str(form.based_on.data or "")
    based_on = int(basis) if basis.isascii() and basis.isdigit() else 0

    def act(session: Session) -> None:
        remove(session, process, code, based_on=based_on, actor=current_actor(), now=utcnow())

    if submitted(form, act) is HTTPStatus.SEE_OTHER:
        flash(_("It is no longer in the draft. Versions that were published keep it."), "success")
    else:
        faults = [*form.form_errors, *(fault for field in form for fault in field.errors)]
        flash(str(faults[0]), "error")
    return _to_draft(process)


def _to_draft(process: str) -> Response:
    return redirect(url_for("concept.draft", process=process), HTTPStatus.SEE_OTHER)


def _part_page(
    process: Process, part: Part | None, form: PartForm, status: int, present: Sequence[tuple[str, str]] = ()
) -> Page:
    is_section = isinstance(form, SectionForm)
    page = render_template(
        "papers/concept/part.html", process=process, part=part, form=form, is_section=is_section, present=present
    )
    return page, status
