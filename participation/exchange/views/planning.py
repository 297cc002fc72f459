"""Officials set up a process from a template or as a copy: they see what would be made, then make it."""

from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import Conflict, Invalid
from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.exchange.blueprints import all_blueprints, blueprint_by_name
from participation.exchange.forms import CopyForm, TemplateForm
from participation.exchange.plans import Plan, make_process, plan_copy, plan_from_template
from participation.exchange.rehearsing import rehearsed
from participation.exchange.shown_plans import shown_plan, words_in
from participation.exchange.views.blueprint import bp
from participation.extensions import db, transaction
from participation.processes.forms import process_draft, process_form
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.texts.filters import words_for_inputs
from participation.web.errors import show_in_form
from participation.web.guard import current_actor, requires

Page = tuple[str, int]
MAKE = "make"
"""Value of the button that makes what the preview has shown."""


@bp.get("/manage/processes/templates")
@requires(Permission.PROCESS_EDIT, everywhere=True)
def templates() -> str:
    """Show which templates there are."""
    found = [(one["name"], words_in(one["title"]), words_in(one["about"])) for one in all_blueprints()]
    return render_template("exchange/templates.html", templates=found)


@bp.get("/manage/processes/templates/<name>")
@requires(Permission.PROCESS_EDIT, everywhere=True)
def template(name: str) -> Page:
    """Ask what the new process is called and when it begins."""
    return _template_page(name, _template_form(name), HTTPStatus.OK)


@bp.post("/manage/processes/templates/<name>")
@requires(Permission.PROCESS_EDIT, everywhere=True)
def use_template(name: str) -> Page | Response:
    """Show what would be made, or make it."""
    form = _template_form(name)

    def plan(_session: Session) -> Plan:
        starts_on = form.starts_on.data or date.min
        return plan_from_template(name, process_draft(form, INTERFACE_TAGS), starts_on, now=utcnow())

    return _planned(form, plan, lambda status, shown: _template_page(name, form, status, shown))


@bp.get("/manage/processes/<slug>/copy")
@requires(Permission.PROCESS_EDIT, everywhere=True)
def copy_form(slug: str) -> Page:
    """Ask what the copy is called and when it begins."""
    source = _source(slug)
    return _copy_page(source, _copy_form(source), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/copy")
@requires(Permission.PROCESS_EDIT, everywhere=True)
def copy_process(slug: str) -> Page | Response:
    """Show what would be copied, or copy it."""
    source = _source(slug)
    form = _copy_form(source)

    def plan(session: Session) -> Plan:
        return plan_copy(
            session,
            process_by_slug(session, slug),
            process_draft(form, source.languages),
            form.starts_on.data or date.min,
            with_organisations=bool(form.organisations.data),
            actor=current_actor(),
            now=utcnow(),
        )

    return _planned(form, plan, lambda status, shown: _copy_page(source, form, status, shown))


def _planned(
    form: TemplateForm | CopyForm,
    plan: Callable[[Session], Plan],
    page: Callable[[HTTPStatus, Plan | None], Page],
) -> Page | Response:
    """Look at a plan, or make it if that button was pressed; a refusal stands in the form."""
    if not form.validate():
        return page(HTTPStatus.UNPROCESSABLE_ENTITY, None)
    try:
        if request.form.get("then") != MAKE:
            return page(HTTPStatus.OK, rehearsed(plan, actor=current_actor(), now=utcnow()))
        with transaction() as session:
            wanted = plan(session)
            made = make_process(session, wanted, actor=current_actor(), now=utcnow())
            slug = made.slug
    except (Invalid, Conflict) as refusal:
        show_in_form(refusal, form)
        return page(HTTPStatus(refusal.status), None)
    drafts = ngettext(
        "The process is set up with %(num)s round as a draft.",
        "The process is set up with %(num)s rounds as drafts.",
        len(wanted.rounds),
    )
    flash(drafts, "success")
    if not wanted.weighs:
        return redirect(url_for("processes.edit", slug=slug), HTTPStatus.SEE_OTHER)
    flash(_("Next, declare the weights of its joint ranking. That is possible until its first round opens."), "info")
    return redirect(url_for("results.new_ranking", slug=slug), HTTPStatus.SEE_OTHER)


def _source(slug: str) -> Process:
    found = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.PROCESS_EDIT, found)
    return found


def _template_form(name: str) -> TemplateForm:
    blueprint_by_name(name)
    data = {
        "time_zone": "Europe/Berlin",
        "languages": list(INTERFACE_TAGS),
        "default_language": INTERFACE_TAGS[0],
        "currency": "EUR",
    }
    return process_form(TemplateForm, INTERFACE_TAGS, data)


def _copy_form(source: Process) -> CopyForm:
    data: dict[str, Any] = {
        "city": source.city,
        "time_zone": source.time_zone,
        "languages": source.languages,
        "default_language": source.default_language,
        "currency": source.currency,
        **words_for_inputs("title", source.title),
        **words_for_inputs("summary", source.summary),
    }
    return process_form(CopyForm, source.languages, data)


def _template_page(name: str, form: TemplateForm, status: HTTPStatus, plan: Plan | None = None) -> Page:
    found = blueprint_by_name(name)
    heading, lead = words_in(found["title"]).body, words_in(found["about"]).body
    return _plan_page(form, status, plan, INTERFACE_TAGS, heading=heading, lead=lead)


def _copy_page(source: Process, form: CopyForm, status: HTTPStatus, plan: Plan | None = None) -> Page:
    lead = _(
        "Phases, fields, departments and rounds are copied, and moved so that the first of them begins on the day that "
        "you choose. People, proposals, ballots and results are not copied."
    )
    return _plan_page(form, status, plan, source.languages, heading=_("Copy a process"), lead=lead, source=source)


def _plan_page(
    form: TemplateForm | CopyForm,
    status: HTTPStatus,
    plan: Plan | None,
    tags: Sequence[str],
    **about: object,
) -> Page:
    page = render_template(
        "exchange/plan.html", form=form, tags=tags, plan=shown_plan(plan) if plan else None, make=MAKE, **about
    )
    return page, status
