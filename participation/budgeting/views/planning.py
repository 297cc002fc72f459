"""The office makes a plan: what it rests on, what is decided by hand, and settling it."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.budgeting import services
from participation.budgeting.forms import DecisionForm, PlanForm, SettleForm, plan_form
from participation.budgeting.models import Plan
from participation.budgeting.pages import plan_page
from participation.budgeting.queries import decisions_that_count, plan_document, settled_plans
from participation.budgeting.rules.envelopes import parse_year
from participation.budgeting.rules.plans import Choice, parse_minimum
from participation.budgeting.services import HandDecision, PlanDraft
from participation.budgeting.views.blueprint import (
    Page,
    bp,
    offer_languages,
    plan_to_edit,
    process_to,
    rest_on,
)
from participation.budgeting.wording import choice_name
from participation.core.errors import Conflict, DomainError, Faults
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.models import Process
from participation.results.queries import rankings_of, wording_in
from participation.results.rules.documents import document_hash
from participation.rounds.kinds import Task
from participation.texts.queries import wording, wordings
from participation.web.errors import words_for
from participation.web.forms import submitted, typed_in_languages
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages

T = TypeVar("T")


@bp.get("/processes/<process>/plans/new")
@requires(Permission.PLAN_EDIT)
def new_plan(process: str) -> Page:
    """Show the form for a plan."""
    found = process_to(Permission.PLAN_EDIT, process)
    return _form_page(found, _form(found, None), None, HTTPStatus.OK)


@bp.post("/processes/<process>/plans/new")
@requires(Permission.PLAN_EDIT)
def begin_plan(process: str) -> Page | Response:
    """Begin a plan."""
    found = process_to(Permission.PLAN_EDIT, process)
    form = _form(found, None)

    def begin(session: Session) -> None:
        services.begin_plan(
            session,
            process,
            _draft(form, found),
            based_on=form.plan.data or None,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, begin)
    if status is not HTTPStatus.SEE_OTHER:
        return _form_page(found, form, None, status)
    return _to_plan(process, (form.slug.data or "").strip())


@bp.get("/processes/<process>/plans/<plan>/edit")
@requires(Permission.PLAN_EDIT)
def edit_plan(process: str, plan: str) -> Page:
    """Show what a draft rests on."""
    found = plan_to_edit(process, plan)
    return _form_page(found.process, _form(found.process, found), found, HTTPStatus.OK)


@bp.post("/processes/<process>/plans/<plan>/edit")
@requires(Permission.PLAN_EDIT)
def revise_plan(process: str, plan: str) -> Page | Response:
    """Change what a draft rests on."""
    found = plan_to_edit(process, plan)
    form = _form(found.process, found)

    def revise(session: Session) -> None:
        draft = _draft(form, found.process)
        basis = form.based_on.data or 0
        services.revise_plan(session, process, plan, draft, based_on=basis, actor=current_actor(), now=utcnow())

    status = submitted(form, revise)
    if status is not HTTPStatus.SEE_OTHER:
        db.session().refresh(found)
        stale = rest_on(form, found.revision)
        return _form_page(found.process, form, found, status, standing=found if stale else None)
    flash(_("The plan is changed."), "success")
    return _to_plan(process, plan)


@bp.get("/processes/<process>/plans/<plan>/decide")
@requires(Permission.PLAN_EDIT)
def new_decision(process: str, plan: str) -> Page:
    """Show the form with which something is decided by hand."""
    found = plan_to_edit(process, plan)
    return _decision_page(found, DecisionForm(data={"based_on": found.revision}), HTTPStatus.OK)


@bp.post("/processes/<process>/plans/<plan>/decide")
@requires(Permission.PLAN_EDIT)
def decide_by_hand(process: str, plan: str) -> Page | Response:
    """Decide something by hand, or take a decision back."""
    found = plan_to_edit(process, plan)
    form = DecisionForm()
    _offer_choices(form, found)

    def decide(session: Session) -> None:
        services.decide_by_hand(
            session,
            process,
            plan,
            _decision(form),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, decide)
    if status is not HTTPStatus.SEE_OTHER:
        db.session().refresh(found)
        stale = rest_on(form, found.revision)
        return _decision_page(found, form, status, is_stale=stale)
    flash(_("The decision is written down. The plan follows it."), "success")
    return _to_plan(process, plan)


@bp.get("/processes/<process>/plans/<plan>/settle")
@requires(Permission.PLAN_EDIT)
def ask_to_settle(process: str, plan: str) -> Page:
    """Say what settling means, and show the figures once more."""
    return _settle_page(plan_to_edit(process, plan), HTTPStatus.OK)


@bp.post("/processes/<process>/plans/<plan>/settle")
@requires(Permission.PLAN_EDIT, fresh=True)
def settle_plan(process: str, plan: str) -> Page | Response:
    """Settle a plan; what other rules would pay for is worked out before anything is locked."""
    found = plan_to_edit(process, plan)
    form = SettleForm()

    def settle(session: Session) -> None:
        services.settle_plan(
            session,
            process,
            plan,
            based_on=form.based_on.data or 0,
            seen=form.seen.data or "",
            comparison=comparison,
            actor=current_actor(),
            now=utcnow(),
        )

    try:
        comparison = None if found.is_settled else services.compare(db.session(), found)
        status = submitted(form, settle)
    except Conflict as refusal:
        return _settle_page(found, refusal.status, words_for(refusal))
    if status is not HTTPStatus.SEE_OTHER:
        db.session().refresh(found)
        return _settle_page(found, status, *_said(form))
    flash(_("The plan is settled and public."), "success")
    return _to_plan(process, plan)


@bp.post("/processes/<process>/plans/<plan>/discard")
@requires(Permission.PLAN_EDIT)
def discard_plan(process: str, plan: str) -> Response:
    """Throw a draft away."""
    plan_to_edit(process, plan)
    form = SettleForm()

    def discard(session: Session) -> None:
        services.discard_plan(
            session, process, plan, based_on=form.based_on.data or 0, actor=current_actor(), now=utcnow()
        )

    if submitted(form, discard) is not HTTPStatus.SEE_OTHER:
        flash(_said(form)[0], "error")
        return _to_plan(process, plan)
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for(".plans", process=process), HTTPStatus.SEE_OTHER)


def _said(form: SettleForm) -> list[str]:
    return [str(fault) for fault in (*form.form_errors, *(one for field in form for one in field.errors))]


def _to_plan(process: str, plan: str) -> Response:
    return redirect(url_for(".plan", process=process, plan=plan), HTTPStatus.SEE_OTHER)


def _form(process: Process, plan: Plan | None) -> PlanForm:
    session, languages = db.session(), reader_languages(process.default_language)
    said: dict[str, object] = {"based_on": 0}
    if plan:
        said = {
            "based_on": plan.revision,
            "slug": plan.slug,
            "ranking": plan.ranking.slug,
            "first_year": str(plan.first_year),
            "last_year": str(plan.last_year),
            "minimum": _percent(plan.minimum),
            **{f"title-{tag}": shown.body for tag, shown in wordings(plan.title).items()},
        }
    form = plan_form(process.languages, data=said)
    if plan:
        form.slug.data = plan.slug
    rankings = [one for one in rankings_of(session, process.id) if one.task is Task.PRIORITISE_MEASURES]
    form.ranking.choices = [(one.slug, wording(one.title, languages).body) for one in rankings]
    before = settled_plans(session, process.id)
    form.plan.choices = [("", _("None")), *((one.slug, wording(one.title, languages).body) for one in before)]
    return form


def _percent(minimum: str | None) -> str:
    """Return a least score as it can be typed again: a share of hundredths of a percent, without a sign."""
    if minimum is None:
        return ""
    above, _slash, below = minimum.partition("/")
    whole, rest = divmod(int(above) * 10_000 // int(below or 1), 100)
    return f"{whole},{rest:02d}" if rest else str(whole)


def _draft(form: PlanForm, process: Process) -> PlanDraft:
    """Read the form; everything that cannot be read is named at once."""
    faults: list[DomainError] = []

    def read(name: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(str(form[name].data or ""))
        except DomainError as fault:
            faults.append(fault)
            return None

    first, last = (read(name, partial(parse_year, field=name)) for name in ("first_year", "last_year"))
    minimum = read("minimum", parse_minimum)
    Faults.refuse(faults)
    return PlanDraft(
        slug=(form.slug.data or "").strip(),
        titles=typed_in_languages(form, "title", process.languages),
        ranking=form.ranking.data or "",
        first_year=first or 0,
        last_year=last or 0,
        minimum=minimum,
    )


def _form_page(process: Process, form: PlanForm, plan: Plan | None, status: int, standing: Plan | None = None) -> Page:
    page = render_template("budgeting/edit_plan.html", process=process, form=form, plan=plan, standing=standing)
    return page, status


def _offer_choices(form: DecisionForm, plan: Plan) -> None:
    offer_languages(form, plan.process)
    languages = reader_languages(plan.process.default_language)
    rows = plan_document(db.session(), plan)["measures"]
    form.measure.choices = [
        (row["code"], f"{row['code']} {wording_in(row['title'], languages).body}")
        for row in rows
        if row["costing"] and row["status"] != "covered"
    ]
    form.choice.choices = [(choice.value, choice_name(choice)) for choice in Choice]


def _decision(form: DecisionForm) -> HandDecision:
    typed = (form.start_year.data or "").strip()
    return HandDecision(
        measure=form.measure.data or "",
        choice=Choice(form.choice.data),
        reason=form.reason.data or "",
        language=form.language.data or "",
        start_year=parse_year(typed, field="start_year") if typed else None,
    )


def _decision_page(plan: Plan, form: DecisionForm, status: int, *, is_stale: bool = False) -> Page:
    _offer_choices(form, plan)
    page = render_template(
        "budgeting/decide.html",
        process=plan.process,
        plan=plan,
        form=form,
        counting=decisions_that_count(plan.decisions),
        is_stale=is_stale,
    )
    return page, status


def _settle_page(plan: Plan, status: int, *refusals: str) -> Page:
    document = plan_document(db.session(), plan)
    page = render_template(
        "budgeting/settle.html",
        process=plan.process,
        plan=plan,
        seen=document_hash(document),
        refusals=refusals,
        **plan_page(document, plan.process),
    )
    return page, status
