"""Announcing gatherings, changing and discarding them, saying how many came."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from participation.core.permissions import Permission, authorise
from participation.core.windows import Window, local_at, moment_at, utcnow
from participation.extensions import db
from participation.gatherings import services
from participation.gatherings.forms import ChangedGatheringForm, GatheringForm, HeadsForm
from participation.gatherings.models import Gathering
from participation.gatherings.rules import MANNERS, GatheringKind
from participation.gatherings.services import GatheringDraft
from participation.gatherings.views.blueprint import (
    Page,
    bp,
    gathering_to,
    language_choices,
    taker_choices,
    to_gathering,
)
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.rounds.queries import rounds_of
from participation.texts.filters import words_for_inputs
from participation.texts.queries import wording
from participation.web.forms import in_languages, pressed, sent_again, submitted, typed_in_languages, unsent
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@bp.get("/manage/processes/<process>/gatherings/new/<any(session,workshop,assisted):kind>")
@requires(Permission.GATHERING_NOTE)
def new(process: str, kind: str) -> Page:
    """Ask where and when people meet."""
    found = _process(process)
    return _page(found, GatheringKind(kind), None, _form(found, GatheringKind(kind), None), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/new/<any(session,workshop,assisted):kind>")
@requires(Permission.GATHERING_NOTE)
def create(process: str, kind: str) -> Page | Response:
    """Announce a gathering, or enter an assisted session that has been."""
    found, wanted = _process(process), GatheringKind(kind)
    form = _form(found, wanted, None)
    made: list[int] = []
    status = submitted(
        form,
        lambda session: made.append(
            services.create_gathering(
                session, process, _draft(found, wanted, None, form), actor=current_actor(), now=utcnow()
            ).number
        ),
        title=f"title-{found.default_language}",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(found, wanted, None, form, status)
    flash(_("It is saved."), "success")
    return to_gathering(process, made[0])


@bp.get("/manage/processes/<process>/gatherings/<int:number>")
@requires(Permission.GATHERING_NOTE)
def edit(process: str, number: int) -> Page:
    """Show what is said about a gathering."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    form = _form(gathering.process, gathering.kind, gathering)
    return _page(gathering.process, gathering.kind, gathering, form, HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>")
@requires(Permission.GATHERING_NOTE)
def save(process: str, number: int) -> Page | Response:
    """Change what is said about a gathering."""
    gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
    found, kind = gathering.process, gathering.kind
    form = _form(found, kind, gathering)
    status = submitted(
        form,
        lambda session: services.change_gathering(
            session,
            process,
            number,
            _draft(found, kind, gathering, form),
            based_on=form["based_on"].data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
        title=f"title-{found.default_language}",
    )
    if status is not HTTPStatus.SEE_OTHER:
        gathering = gathering_to(Permission.GATHERING_NOTE, process, number)
        present = sent_again(form, _form(gathering.process, kind, gathering, standing=True))
        return _page(gathering.process, kind, gathering, form, status, present)
    flash(_("It is saved."), "success")
    return to_gathering(process, number)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/discard")
@requires(Permission.GATHERING_NOTE)
def discard(process: str, number: int) -> Response:
    """Take back a gathering at which nothing was written down."""
    done = pressed(
        FlaskForm(),
        lambda session: services.discard_gathering(session, process, number, actor=current_actor(), now=utcnow()),
    )
    if not done:
        return to_gathering(process, number)
    flash(_("It is discarded."), "success")
    return redirect(url_for("site.gatherings", process=process), HTTPStatus.SEE_OTHER)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/heads")
@requires(Permission.GATHERING_NOTE)
def note_heads(process: str, number: int) -> Response:
    """Say how many people came."""
    form = HeadsForm()
    done = pressed(
        form,
        lambda session: services.note_heads(
            session, process, number, form.headcount.data, actor=current_actor(), now=utcnow()
        ),
    )
    if done:
        flash(_("It is saved."), "success")
    return to_gathering(process, number)


def _process(slug: str) -> Process:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.GATHERING_NOTE, process)
    return process


def _form(
    process: Process, kind: GatheringKind, gathering: Gathering | None, *, standing: bool = False
) -> GatheringForm:
    shape: type[GatheringForm] = ChangedGatheringForm if gathering else GatheringForm
    if MANNERS[kind].has_title:
        shape = in_languages(shape, "title", _("Title"), process.languages)
    form = shape(data=_data(gathering) if gathering else {"assistant": current_actor().id}, **unsent(standing=standing))
    if gathering:
        del form.headcount  # noted apart, by its own form
    languages = reader_languages(process.default_language)
    form.round.choices = [
        ("", _("For the whole process")),
        *((one.slug, wording(one.title, languages).body) for one in rounds_of(db.session(), process.id)),
    ]
    form.interpreters.choices = language_choices(process)
    form.assistant.choices = taker_choices(process)
    return form


def _data(gathering: Gathering) -> dict[str, Any]:
    zone = gathering.process.time_zone
    return {
        "place": gathering.place,
        "starts_at": local_at(gathering.starts_at, zone),
        "ends_at": local_at(gathering.ends_at, zone),
        "round": gathering.round.slug if gathering.round else "",
        "interpreters": gathering.interpreters,
        "based_on": gathering.revision,
        "assistant": gathering.assistant_id or "",
        **words_for_inputs("title", gathering.title),
    }


def _draft(process: Process, kind: GatheringKind, gathering: Gathering | None, form: GatheringForm) -> GatheringDraft:
    began, ended = (gathering.starts_at, gathering.ends_at) if gathering else (None, None)
    starts_at, ends_at = form.starts_at.data or datetime.min, form.ends_at.data or datetime.min  # noqa: DTZ901 - typed
    return GatheringDraft(
        kind=kind,
        place=form.place.data or "",
        window=Window(
            moment_at(starts_at, process.time_zone, field="starts_at", standing=began),
            moment_at(ends_at, process.time_zone, field="ends_at", standing=ended),
        ),
        titles=typed_in_languages(form, "title", process.languages) if MANNERS[kind].has_title else {},
        interpreters=tuple(form.interpreters.data or ()),
        round=form.round.data or "",
        headcount=form.headcount.data if "headcount" in form else None,
        assistant=form.assistant.data or "",
    )


def _page(
    process: Process,
    kind: GatheringKind,
    gathering: Gathering | None,
    form: GatheringForm,
    status: HTTPStatus,
    present: Sequence[tuple[str, str]] = (),
) -> Page:
    page = render_template(
        "gatherings/gathering.html",
        process=process,
        kind=kind,
        manner=MANNERS[kind],
        gathering=gathering,
        form=form,
        present=present,
    )
    return page, status
