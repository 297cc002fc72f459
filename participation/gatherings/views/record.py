"""Minutes, attendance, and the approval of what was written down."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField

from participation.accounts.models import Account
from participation.core.errors import Invalid
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.gatherings import services
from participation.gatherings.forms import MEMBER, AttendanceForm, BasedOnForm, with_members, with_minutes
from participation.gatherings.models import AgendaItem, Gathering
from participation.gatherings.queries import members_of
from participation.gatherings.rules import Presence
from participation.gatherings.sentences import presence_in_words
from participation.gatherings.services import MinutesDraft
from participation.gatherings.views.blueprint import Page, bp, gathering_to, to_gathering
from participation.rounds.models import RollEntry
from participation.texts.models import Text
from participation.texts.queries import wording, wordings
from participation.web.forms import pressed, sent_again, submitted, unsent
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@bp.get("/manage/processes/<process>/gatherings/<int:number>/minutes")
@requires(Permission.GATHERING_NOTE)
def minutes(process: str, number: int) -> Page | Response:
    """Show what was written about each item, in one language."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    if gathering.is_approved:
        return to_gathering(process, number)
    tag = _language(gathering)
    return _minutes_page(gathering, tag, _minutes_form(gathering, tag), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/minutes")
@requires(Permission.GATHERING_NOTE)
def write_minutes(process: str, number: int) -> Page | Response:
    """Write minutes in one language."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    tag = _language(gathering)
    form = _minutes_form(gathering, tag)
    ids = [item.id for item in gathering.items]

    def write(session: Session) -> None:
        draft = MinutesDraft(
            language=tag,
            whole=str(form["minutes"].data or ""),
            items={item_id: str(form[f"minutes-{item_id}"].data or "") for item_id in ids},
        )
        services.write_minutes(
            session, process, number, draft, based_on=form.based_on.data or 0, actor=current_actor(), now=utcnow()
        )

    status = submitted(form, write)
    if status is not HTTPStatus.SEE_OTHER:
        gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
        form.based_on.raw_data, form.based_on.data = None, gathering.revision  # sent again, it is meant so
        return _minutes_page(gathering, tag, form, status, present=_present(gathering, tag))
    flash(_("The minutes are saved as a draft. Somebody else approves and publishes them."), "success")
    return redirect(url_for(".minutes", process=process, number=number, language=tag), status)


@bp.get("/manage/processes/<process>/gatherings/<int:number>/attendance")
@requires(Permission.GATHERING_NOTE)
def attendance(process: str, number: int) -> Page:
    """Ask who of the members was there."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    return _attendance_page(gathering, _attendance_form(gathering), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/attendance")
@requires(Permission.GATHERING_NOTE)
def note_attendance(process: str, number: int) -> Page | Response:
    """Say who of the members was there."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    form = _attendance_form(gathering)

    def note(session: Session) -> None:
        noted = {name.removeprefix(MEMBER): form[name].data for name in form.data if name.startswith(MEMBER)}
        services.note_attendance(
            session,
            process,
            number,
            {entry_id: _presence(said, entry_id) for entry_id, said in noted.items() if said},
            guests=form.guests.data,
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, note)
    if status is not HTTPStatus.SEE_OTHER:
        gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
        present = sent_again(form, _attendance_form(gathering, standing=True))
        return _attendance_page(gathering, form, status, present)
    flash(_("The attendance is saved."), "success")
    return to_gathering(process, number)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/approve")
@requires(Permission.GATHERING_APPROVE)
def approve(process: str, number: int) -> Response:
    """Approve and publish what was written down."""
    form = BasedOnForm()
    done = pressed(
        form,
        lambda session: services.approve_record(
            session, process, number, based_on=form.based_on.data or 0, actor=current_actor(), now=utcnow()
        ),
    )
    if done:
        flash(_("It is approved and public."), "success")
    return to_gathering(process, number)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/reopen")
@requires(Permission.GATHERING_APPROVE)
def reopen(process: str, number: int) -> Response:
    """Take an approval back."""
    done = pressed(
        FlaskForm(),
        lambda session: services.reopen_record(session, process, number, actor=current_actor(), now=utcnow()),
    )
    if done:
        flash(_("It can be corrected now. Until it is approved again, it is not public."), "success")
    return to_gathering(process, number)


def _language(gathering: Gathering) -> str:
    asked = request.args.get("language", "")
    languages = gathering.process.languages
    return asked if asked in languages else gathering.process.default_language


def _minutes_form(gathering: Gathering, tag: str) -> BasedOnForm:
    shape = with_minutes(
        BasedOnForm, tag, [(item.id, _label(gathering, item, place)) for place, item in enumerate(gathering.items, 1)]
    )
    return shape(data={"based_on": gathering.revision, **_present(gathering, tag)})


def _label(gathering: Gathering, item: AgendaItem, place: int) -> str:
    codes = ", ".join(item.proposal_codes)
    if item.title is None:
        return _("Item %(place)s: %(what)s", place=place, what=codes)
    title = wording(item.title, reader_languages(gathering.process.default_language)).body
    return _("Item %(place)s: %(what)s", place=place, what=f"{title} ({codes})" if codes else title)


def _said(text: Text | None, tag: str) -> str:
    shown = wordings(text).get(tag) if text else None
    return shown.body if shown else ""


def _present(gathering: Gathering, tag: str) -> dict[str, str]:
    said = {f"minutes-{item.id}": _said(item.minutes, tag) for item in gathering.items}
    return {"minutes": _said(gathering.minutes, tag), **said}


def _minutes_page(
    gathering: Gathering, tag: str, form: BasedOnForm, status: HTTPStatus, present: Mapping[str, str] | None = None
) -> Page:
    """Show the form; after a refusal `present` is what stands there now, shown where something else was typed."""
    page = render_template(
        "gatherings/minutes.html",
        process=gathering.process,
        gathering=gathering,
        form=form,
        tag=tag,
        present={name: words for name, words in (present or {}).items() if words and words != form[name].data},
    )
    return page, status


def _presence(said: str, entry_id: str) -> Presence:
    try:
        return Presence(said)
    except ValueError as reason:
        raise Invalid("not_a_choice", field=f"{MEMBER}{entry_id}") from reason


def _attendance_form(gathering: Gathering, *, standing: bool = False) -> AttendanceForm:
    members = members_of(db.session(), gathering)
    languages = reader_languages(gathering.process.default_language)
    noted = {entry.account_id: entry.presence.value for entry in gathering.attendance}
    shape = with_members(AttendanceForm, [(entry.id, _member(entry, account, languages)) for entry, account in members])
    known = {f"{MEMBER}{entry.id}": noted.get(account.id, "") for entry, account in members}
    form = shape(
        data={"based_on": gathering.revision, "guests": gathering.headcount, **known}, **unsent(standing=standing)
    )
    for field in form:
        if isinstance(field, SelectField):
            field.choices = [
                ("", _("not noted")),
                *((presence.value, presence_in_words(presence)) for presence in Presence),
            ]
    return form


def _member(entry: RollEntry, account: Account, languages: tuple[str, ...]) -> str:
    name = account.display_name or account.email or ""
    return f"{name}, {wording(entry.seat, languages).body}" if entry.seat else name


def _attendance_page(
    gathering: Gathering, form: AttendanceForm, status: HTTPStatus, present: Sequence[tuple[str, str]] = ()
) -> Page:
    page = render_template(
        "gatherings/attendance.html", process=gathering.process, gathering=gathering, form=form, present=present
    )
    return page, status
