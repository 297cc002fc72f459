"""Changing an item of the agenda, its place in it, and taking it off. Items are added where proposals are known."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.gatherings import services
from participation.gatherings.forms import AgendaForm
from participation.gatherings.models import AgendaItem, Gathering
from participation.gatherings.queries import item_of
from participation.gatherings.services import AgendaDraft
from participation.gatherings.views.blueprint import Page, bp, gathering_to, typed_codes
from participation.texts.filters import words_for_inputs
from participation.web.forms import in_languages, pressed, submitted, typed_in_languages
from participation.web.guard import current_actor, requires


@bp.get("/manage/processes/<process>/gatherings/<int:number>/agenda/<item>")
@requires(Permission.GATHERING_MANAGE)
def edit_item(process: str, number: int, item: str) -> Page:
    """Show what an item says."""
    gathering = gathering_to(Permission.GATHERING_MANAGE, process, number)
    found = item_of(gathering, item)
    return _page(gathering, found, _form(gathering, found), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/agenda/<item>")
@requires(Permission.GATHERING_MANAGE)
def save_item(process: str, number: int, item: str) -> Page | Response:
    """Change what an item says."""
    gathering = gathering_to(Permission.GATHERING_MANAGE, process, number)
    found = item_of(gathering, item)
    form = _form(gathering, found)
    languages = gathering.process.languages
    status = submitted(
        form,
        lambda session: services.change_item(
            session,
            process,
            number,
            item,
            AgendaDraft(typed_in_languages(form, "title", languages), typed_codes(form.proposals.data)),
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(gathering, found, form, status)
    flash(_("It is saved."), "success")
    return _to_agenda(process, number)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/agenda/<item>/<any(earlier,later):direction>")
@requires(Permission.GATHERING_MANAGE)
def move_item(process: str, number: int, item: str, direction: str) -> Response:
    """Let an item change places with its neighbour."""
    pressed(
        FlaskForm(),
        lambda session: services.move_item(
            session, process, number, item, earlier=direction == "earlier", actor=current_actor(), now=utcnow()
        ),
    )
    return _to_agenda(process, number)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/agenda/<item>/remove")
@requires(Permission.GATHERING_MANAGE)
def remove_item(process: str, number: int, item: str) -> Response:
    """Take an item off the agenda."""
    done = pressed(
        FlaskForm(),
        lambda session: services.take_off_agenda(session, process, number, item, actor=current_actor(), now=utcnow()),
    )
    if done:
        flash(_("It is off the agenda."), "success")
    return _to_agenda(process, number)


def _to_agenda(process: str, number: int) -> Response:
    return redirect(url_for("site.agenda", process=process, number=number), HTTPStatus.SEE_OTHER)


def _form(gathering: Gathering, item: AgendaItem) -> AgendaForm:
    shape = in_languages(AgendaForm, "title", _("What is it about?"), gathering.process.languages)
    return shape(data={"proposals": " ".join(item.proposal_codes), **words_for_inputs("title", item.title)})


def _page(gathering: Gathering, item: AgendaItem, form: AgendaForm, status: HTTPStatus) -> Page:
    page = render_template("gatherings/item.html", process=gathering.process, gathering=gathering, item=item, form=form)
    return page, status
