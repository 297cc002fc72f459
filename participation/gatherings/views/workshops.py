"""The tables of a workshop day, and what facilitators note at them on their phones."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.gatherings import services
from participation.gatherings.forms import ChangedNoteForm, HeadsForm, NoteForm, TableForm, TranslationForm
from participation.gatherings.models import Gathering, TableNote, WorkshopTable
from participation.gatherings.queries import note_of, table_of
from participation.gatherings.services import NoteDraft, TableDraft
from participation.gatherings.views.blueprint import (
    Page,
    bp,
    gathering_to,
    language_choices,
    taker_choices,
    to_gathering,
    typed_codes,
)
from participation.texts.filters import words_for_inputs
from participation.texts.queries import original
from participation.web.forms import in_languages, pressed, sent_again, submitted, typed_in_languages, unsent
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language


@bp.get("/manage/processes/<process>/gatherings/<int:number>/tables/new")
@requires(Permission.GATHERING_MANAGE)
def new_table(process: str, number: int) -> Page:
    """Ask for number and theme of one more table."""
    gathering = gathering_to(Permission.GATHERING_MANAGE, process, number)
    form = _table_form(gathering, None)
    form.number.data = max((table.number for table in gathering.tables), default=0) + 1
    return _table_page(gathering, None, form, HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/tables/new")
@requires(Permission.GATHERING_MANAGE)
def set_table(process: str, number: int) -> Page | Response:
    """Set up one more table."""
    gathering = gathering_to(Permission.GATHERING_MANAGE, process, number)
    form = _table_form(gathering, None)
    status = submitted(
        form,
        lambda session: services.set_table(
            session, process, number, _table_draft(gathering, form), actor=current_actor(), now=utcnow()
        ),
        theme=f"theme-{gathering.process.default_language}",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _table_page(gathering, None, form, status)
    flash(_("The table is set up."), "success")
    return to_gathering(process, number)


@bp.get("/manage/processes/<process>/gatherings/<int:number>/tables/<int:table>")
@requires(Permission.GATHERING_MANAGE)
def edit_table(process: str, number: int, table: int) -> Page:
    """Show what is said about a table."""
    gathering = gathering_to(Permission.GATHERING_MANAGE, process, number)
    found = table_of(gathering, table)
    return _table_page(gathering, found, _table_form(gathering, found), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/tables/<int:table>")
@requires(Permission.GATHERING_MANAGE)
def save_table(process: str, number: int, table: int) -> Page | Response:
    """Change what is said about a table."""
    gathering = gathering_to(Permission.GATHERING_MANAGE, process, number)
    found = table_of(gathering, table)
    form = _table_form(gathering, found)
    status = submitted(
        form,
        lambda session: services.change_table(
            session, process, number, table, _table_draft(gathering, form), actor=current_actor(), now=utcnow()
        ),
        theme=f"theme-{gathering.process.default_language}",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _table_page(gathering, found, form, status)
    flash(_("It is saved."), "success")
    return to_gathering(process, number)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/tables/<int:table>/remove")
@requires(Permission.GATHERING_MANAGE)
def remove_table(process: str, number: int, table: int) -> Response:
    """Take a table away."""
    done = pressed(
        FlaskForm(),
        lambda session: services.remove_table(session, process, number, table, actor=current_actor(), now=utcnow()),
    )
    if done:
        flash(_("The table is taken away."), "success")
    return to_gathering(process, number)


@bp.get("/manage/processes/<process>/gatherings/<int:number>/tables/<int:table>/notes")
@requires(Permission.GATHERING_NOTE)
def table(process: str, number: int, table: int) -> Page:
    """Show what was noted at a table, and take the next note."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    found = table_of(gathering, table)
    form = _note_form(gathering)
    form.language.data = found.notes[-1].body.language if found.notes else current_language().tag
    return _notes_page(gathering, found, form, HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/tables/<int:table>/notes")
@requires(Permission.GATHERING_NOTE)
def write_note(process: str, number: int, table: int) -> Page | Response:
    """Note what a table has said."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    found = table_of(gathering, table)
    form = _note_form(gathering)
    status = submitted(
        form,
        lambda session: services.write_note(
            session, process, number, table, _note_draft(form), actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _notes_page(gathering, found, form, status)
    flash(_("The note is saved."), "success")
    return _to_table(process, number, table)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/tables/<int:table>/heads")
@requires(Permission.GATHERING_NOTE)
def note_heads_at_table(process: str, number: int, table: int) -> Response:
    """Say how many people sit at a table."""
    form = HeadsForm()
    done = pressed(
        form,
        lambda session: services.note_heads_at_table(
            session, process, number, table, form.headcount.data, actor=current_actor(), now=utcnow()
        ),
    )
    if done:
        flash(_("It is saved."), "success")
    return _to_table(process, number, table)


@bp.get("/manage/processes/<process>/gatherings/<int:number>/notes/<note>")
@requires(Permission.GATHERING_NOTE)
def edit_note(process: str, number: int, note: str) -> Page:
    """Show a note to word it better."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    found = note_of(gathering, note)
    return _note_page(gathering, found, _changed_note_form(gathering, found), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/notes/<note>")
@requires(Permission.GATHERING_NOTE)
def save_note(process: str, number: int, note: str) -> Page | Response:
    """Word a note better."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    found = note_of(gathering, note)
    form, table, language = _changed_note_form(gathering, found), found.table.number, found.body.language
    form.language.data = language
    status = submitted(
        form,
        lambda session: services.change_note(
            session,
            process,
            number,
            note,
            _note_draft(form),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
        found = note_of(gathering, note)
        present = sent_again(form, _changed_note_form(gathering, found, standing=True))
        return _note_page(gathering, found, form, status, present)
    flash(_("The note is saved."), "success")
    return _to_table(process, number, table)


@bp.get("/manage/processes/<process>/gatherings/<int:number>/notes/<note>/translate")
@requires(Permission.GATHERING_NOTE)
def ask_translation(process: str, number: int, note: str) -> Page:
    """Show a note as it was said, and ask for a translation."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    found = note_of(gathering, note)
    return _translation_page(gathering, found, _translation_form(gathering, found), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/notes/<note>/translate")
@requires(Permission.GATHERING_NOTE)
def translate_note(process: str, number: int, note: str) -> Page | Response:
    """Add a translation by hand."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    found = note_of(gathering, note)
    form, table = _translation_form(gathering, found), found.table.number
    status = submitted(
        form,
        lambda session: services.translate_note(
            session,
            process,
            number,
            note,
            NoteDraft(form.language.data or "", form.body.data or ""),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
        found = note_of(gathering, note)
        form.based_on.raw_data, form.based_on.data = None, found.body.revision  # the page shows the present words
        return _translation_page(gathering, found, form, status)
    flash(_("The translation is saved."), "success")
    return _to_table(process, number, table)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/notes/<note>/remove")
@requires(Permission.GATHERING_NOTE)
def remove_note(process: str, number: int, note: str) -> Response:
    """Take a note away."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    table = note_of(gathering, note).table.number
    done = pressed(
        FlaskForm(),
        lambda session: services.remove_note(session, process, number, note, actor=current_actor(), now=utcnow()),
    )
    if done:
        flash(_("The note is taken away."), "success")
    return _to_table(process, number, table)


def _to_table(process: str, number: int, table: int) -> Response:
    return redirect(url_for(".table", process=process, number=number, table=table), HTTPStatus.SEE_OTHER)


def _table_form(gathering: Gathering, found: WorkshopTable | None) -> TableForm:
    shape = in_languages(TableForm, "theme", _("Theme"), gathering.process.languages)
    known = (
        {
            "number": found.number,
            "facilitator": found.facilitator_id or "",
            "headcount": found.headcount,
            **words_for_inputs("theme", found.theme),
        }
        if found
        else {}
    )
    form = shape(data=known)
    form.facilitator.choices = taker_choices(gathering.process)
    return form


def _table_draft(gathering: Gathering, form: TableForm) -> TableDraft:
    return TableDraft(
        number=form.number.data or 0,
        themes=typed_in_languages(form, "theme", gathering.process.languages),
        facilitator=form.facilitator.data or "",
        headcount=form.headcount.data,
    )


def _table_page(gathering: Gathering, found: WorkshopTable | None, form: TableForm, status: HTTPStatus) -> Page:
    page = render_template(
        "gatherings/table.html", process=gathering.process, gathering=gathering, table=found, form=form
    )
    return page, status


def _note_form(gathering: Gathering) -> NoteForm:
    form = NoteForm()
    form.language.choices = language_choices(gathering.process)
    return form


def _changed_note_form(gathering: Gathering, note: TableNote, *, standing: bool = False) -> ChangedNoteForm:
    known = {
        "language": note.body.language,
        "body": original(note.body).body,
        "proposals": " ".join(note.proposal_codes),
        "based_on": note.body.revision,
    }
    form = ChangedNoteForm(data=known, **unsent(standing=standing))
    form.language.choices = language_choices(gathering.process)
    return form


def _note_draft(form: NoteForm) -> NoteDraft:
    return NoteDraft(form.language.data or "", form.body.data or "", typed_codes(form.proposals.data))


def _notes_page(gathering: Gathering, found: WorkshopTable, form: NoteForm, status: HTTPStatus) -> Page:
    page = render_template(
        "gatherings/notes.html",
        process=gathering.process,
        gathering=gathering,
        table=found,
        form=form,
        heads=HeadsForm(formdata=None, data={"headcount": found.headcount}),
    )
    return page, status


def _note_page(
    gathering: Gathering,
    note: TableNote,
    form: NoteForm,
    status: HTTPStatus,
    present: Sequence[tuple[str, str]] = (),
) -> Page:
    page = render_template(
        "gatherings/note.html",
        process=gathering.process,
        gathering=gathering,
        note=note,
        form=form,
        present=present,
    )
    return page, status


def _translation_form(gathering: Gathering, note: TableNote) -> TranslationForm:
    form = TranslationForm(data={"based_on": note.body.revision})
    form.language.choices = [
        choice for choice in language_choices(gathering.process) if choice[0] != note.body.language
    ]
    return form


def _translation_page(gathering: Gathering, note: TableNote, form: TranslationForm, status: HTTPStatus) -> Page:
    page = render_template(
        "gatherings/translate.html", process=gathering.process, gathering=gathering, note=note, form=form
    )
    return page, status
