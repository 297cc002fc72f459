"""Which money there is in which year, from which decision; and where the office enters it."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.budgeting import services
from participation.budgeting.forms import EnvelopeForm, ReasonForm, envelope_form
from participation.budgeting.models import Envelope
from participation.budgeting.pages import envelopes_page
from participation.budgeting.queries import envelope_by_code, envelopes_of
from participation.budgeting.rules.envelopes import Mode, parse_year
from participation.budgeting.services import EnvelopeDraft
from participation.budgeting.views.blueprint import Page, bp, offer_languages, process_to, rest_on
from participation.budgeting.wording import mode_name
from participation.core.errors import DomainError, Faults, Invalid
from participation.core.money import parse_cents
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.texts.queries import wordings
from participation.web.forms import submitted, typed_in_languages
from participation.web.guard import current_actor, requires


@bp.get("/processes/<process>/envelopes")
@requires(Permission.PROCESS_READ)
def envelopes(process: str) -> str:
    """Show the money of every year with its sources."""
    found = process_by_slug(db.session(), process)
    every = envelopes_of(db.session(), found.id)
    return render_template("budgeting/envelopes.html", process=found, envelopes=every, **envelopes_page(every))


@bp.get("/processes/<process>/envelopes/new")
@requires(Permission.ENVELOPE_EDIT)
def new_envelope(process: str) -> Page:
    """Show the form for money that was granted."""
    found = process_to(Permission.ENVELOPE_EDIT, process)
    return _form_page(found, _form(found, None), None, HTTPStatus.OK)


@bp.post("/processes/<process>/envelopes/new")
@requires(Permission.ENVELOPE_EDIT)
def enter_envelope(process: str) -> Page | Response:
    """Enter money that was granted."""
    found = process_to(Permission.ENVELOPE_EDIT, process)
    form = _form(found, None)

    def enter(session: Session) -> None:
        services.enter_envelope(session, process, _draft(form, found), actor=current_actor(), now=utcnow())

    status = submitted(form, enter)
    if status is not HTTPStatus.SEE_OTHER:
        return _form_page(found, form, None, status)
    flash(_("The envelope %(code)s is entered.", code=form.code.data), "success")
    return redirect(url_for(".envelopes", process=process), HTTPStatus.SEE_OTHER)


@bp.get("/processes/<process>/envelopes/<code>/edit")
@requires(Permission.ENVELOPE_EDIT)
def edit_envelope(process: str, code: str) -> Page:
    """Show what an envelope says, to mend it."""
    found = process_to(Permission.ENVELOPE_EDIT, process)
    envelope = envelope_by_code(db.session(), found.id, code)
    return _form_page(found, _form(found, envelope), envelope, HTTPStatus.OK)


@bp.post("/processes/<process>/envelopes/<code>/edit")
@requires(Permission.ENVELOPE_EDIT)
def revise_envelope(process: str, code: str) -> Page | Response:
    """Mend what an envelope says."""
    found = process_to(Permission.ENVELOPE_EDIT, process)
    envelope = envelope_by_code(db.session(), found.id, code)
    form = _form(found, envelope)

    def revise(session: Session) -> None:
        services.revise_envelope(
            session,
            process,
            code,
            _draft(form, found),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, revise)
    if status is not HTTPStatus.SEE_OTHER:
        db.session().refresh(envelope)
        stale = rest_on(form, envelope.revision)
        return _form_page(found, form, envelope, status, standing=envelope if stale else None)
    flash(_("The envelope %(code)s is changed.", code=code), "success")
    return redirect(url_for(".envelopes", process=process), HTTPStatus.SEE_OTHER)


@bp.get("/processes/<process>/envelopes/<code>/withdraw")
@requires(Permission.ENVELOPE_EDIT)
def ask_to_withdraw_envelope(process: str, code: str) -> Page:
    """Ask why an envelope is taken out of the count."""
    found = process_to(Permission.ENVELOPE_EDIT, process)
    envelope = envelope_by_code(db.session(), found.id, code)
    form = ReasonForm(data={"based_on": envelope.revision})
    return _reason_page(found, envelope, form, HTTPStatus.OK)


@bp.post("/processes/<process>/envelopes/<code>/withdraw")
@requires(Permission.ENVELOPE_EDIT)
def withdraw_envelope(process: str, code: str) -> Page | Response:
    """Take an envelope out of the count, with a reason."""
    found = process_to(Permission.ENVELOPE_EDIT, process)
    envelope = envelope_by_code(db.session(), found.id, code)
    form = ReasonForm()

    def withdraw(session: Session) -> None:
        services.withdraw_envelope(
            session,
            process,
            code,
            form.reason.data or "",
            language=form.language.data or "",
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, withdraw)
    if status is not HTTPStatus.SEE_OTHER:
        db.session().refresh(envelope)
        rest_on(form, envelope.revision)
        return _reason_page(found, envelope, form, status)
    flash(_("The envelope %(code)s does not count any more.", code=code), "success")
    return redirect(url_for(".envelopes", process=process), HTTPStatus.SEE_OTHER)


def _form(process: Process, envelope: Envelope | None) -> EnvelopeForm:
    form = envelope_form(process.languages, data=_said(envelope) if envelope else {"based_on": 0})
    form.mode.choices = [(mode.value, mode_name(mode)) for mode in Mode]
    if envelope:
        form.code.data = envelope.code
    return form


def _said(envelope: Envelope) -> dict[str, Any]:
    whole, cents = divmod(envelope.cents, 100)
    return {
        "based_on": envelope.revision,
        "code": envelope.code,
        "amount": f"{whole},{cents:02d}" if cents else str(whole),
        "first_year": str(envelope.first_year),
        "last_year": str(envelope.last_year or ""),
        "mode": envelope.mode.value,
        "carries_over": envelope.carries_over,
        "decided_on": envelope.decided_on,
        "source_paper": envelope.source_paper or "",
        **{f"title-{tag}": shown.body for tag, shown in wordings(envelope.title).items()},
        **{f"source-{tag}": shown.body for tag, shown in wordings(envelope.source).items()},
    }


def _draft(form: EnvelopeForm, process: Process) -> EnvelopeDraft:
    """Read the form; everything that cannot be read is named at once."""
    faults: list[DomainError] = []

    def year(name: str) -> int | None:
        typed = str(form[name].data or "")
        try:
            return parse_year(typed, field=name) if typed.strip() else None
        except DomainError as fault:
            faults.append(fault)
            return None

    cents = 0
    try:
        cents = parse_cents(form.amount.data or "", field="amount", currency=process.currency)
    except DomainError as fault:
        faults.append(fault)
    first, last, decided_on = year("first_year"), year("last_year"), form.decided_on.data
    Faults.refuse(faults)
    if first is None or decided_on is None:
        raise Invalid("not_a_year", field="first_year")
    return EnvelopeDraft(
        code=(form.code.data or "").strip(),
        titles=typed_in_languages(form, "title", process.languages),
        cents=cents,
        first_year=first,
        last_year=last,
        sources=typed_in_languages(form, "source", process.languages),
        decided_on=decided_on,
        mode=Mode(form.mode.data),
        carries_over=bool(form.carries_over.data),
        source_paper=(form.source_paper.data or "").strip(),
    )


def _form_page(
    process: Process, form: EnvelopeForm, envelope: Envelope | None, status: int, standing: Envelope | None = None
) -> Page:
    page = render_template("budgeting/envelope.html", process=process, form=form, envelope=envelope, standing=standing)
    return page, status


def _reason_page(process: Process, envelope: Envelope, form: ReasonForm, status: int) -> Page:
    offer_languages(form, process)
    page = render_template("budgeting/withdraw_envelope.html", process=process, form=form, envelope=envelope)
    return page, status
