"""The office decides about organisations that registered themselves and delegates who were named."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.accounts import services
from participation.accounts.forms import ApproveForm, DeclineForm
from participation.accounts.models import Organisation, OrganisationApplication, ProposedDelegate
from participation.accounts.queries import (
    application_by_id,
    organisation_by_code,
    organisations_of,
    proposed_delegate_by_id,
)
from participation.accounts.rules import code_from_name
from participation.accounts.views.blueprint import bp
from participation.core.errors import NotFound
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires

Page = tuple[str, int]


@bp.get("/manage/processes/<slug>/registrations/<application_id>")
@requires(Permission.ORGANISATION_MANAGE)
def registration(slug: str, application_id: str) -> Page:
    """Show what an organisation asked for, and how to answer."""
    process, found = _registration(slug, application_id)
    return _registration_page(process, found, ApproveForm(), _decline_form(process), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/registrations/<application_id>/approve")
@requires(Permission.ORGANISATION_MANAGE)
def approve_application(slug: str, application_id: str) -> Page | Response:
    """Admit an organisation that registered itself; the applicant's mandate begins."""
    process, found = _registration(slug, application_id)
    form = ApproveForm()
    made: list[str] = []

    def approve(session: Session) -> None:
        code = form.code.data or ""
        approved = services.approve_application(session, found.id, code=code, actor=current_actor(), now=utcnow())
        made.append(approved.code)

    status = submitted(form, approve)
    if status is not HTTPStatus.SEE_OTHER:
        return _registration_page(process, found, form, _decline_form(process, bound=False), status)
    flash(_("The organisation is approved and takes part from now on. The applicant gets a mail."), "success")
    return redirect(url_for(".organisation", slug=slug, code=made[0]), status)


@bp.post("/manage/processes/<slug>/registrations/<application_id>/decline")
@requires(Permission.ORGANISATION_MANAGE)
def decline_application(slug: str, application_id: str) -> Page | Response:
    """Say no to an organisation and why."""
    process, found = _registration(slug, application_id)
    form = _decline_form(process)
    status = submitted(
        form,
        lambda session: services.decline_application(
            session,
            found.id,
            reasons=typed_in_languages(form, "reason", process.languages),
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _registration_page(process, found, ApproveForm(formdata=None), form, status)
    flash(_("The registration is declined. The applicant gets a mail with the reason."), "success")
    return redirect(url_for(".organisations", slug=slug), status)


@bp.get("/manage/processes/<slug>/organisations/<code>/delegates/<proposed_id>")
@requires(Permission.ORGANISATION_MANAGE)
def proposed_delegate(slug: str, code: str, proposed_id: str) -> Page:
    """Show a further delegate whom an organisation named, and how to answer."""
    process, organisation, found = _proposed(slug, code, proposed_id)
    return _proposed_page(process, organisation, found, _decline_form(process), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/organisations/<code>/delegates/<proposed_id>/approve")
@requires(Permission.ORGANISATION_MANAGE)
def approve_delegate(slug: str, code: str, proposed_id: str) -> Page | Response:
    """Give a further delegate the mandate."""
    process, organisation, found = _proposed(slug, code, proposed_id)
    form = _decline_form(process)
    status = submitted(
        form, lambda session: services.approve_delegate(session, found.id, actor=current_actor(), now=utcnow())
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _proposed_page(process, organisation, found, form, status)
    flash(_("The mandate is given. Both get a mail."), "success")
    return redirect(url_for(".organisation", slug=slug, code=code), status)


@bp.post("/manage/processes/<slug>/organisations/<code>/delegates/<proposed_id>/decline")
@requires(Permission.ORGANISATION_MANAGE)
def decline_delegate(slug: str, code: str, proposed_id: str) -> Page | Response:
    """Say no to a further delegate and why."""
    process, organisation, found = _proposed(slug, code, proposed_id)
    form = _decline_form(process)
    status = submitted(
        form,
        lambda session: services.decline_delegate(
            session,
            found.id,
            reasons=typed_in_languages(form, "reason", process.languages),
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _proposed_page(process, organisation, found, form, status)
    flash(_("The proposal is declined. Whoever made it gets a mail with the reason."), "success")
    return redirect(url_for(".organisation", slug=slug, code=code), status)


def _process(slug: str) -> Process:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.ORGANISATION_MANAGE, process)
    return process


def _registration(slug: str, application_id: str) -> tuple[Process, OrganisationApplication]:
    process = _process(slug)
    found = application_by_id(db.session(), application_id)
    if found.process_id != process.id:
        raise NotFound("no_such_application")
    return process, found


def _proposed(slug: str, code: str, proposed_id: str) -> tuple[Process, Organisation, ProposedDelegate]:
    process = _process(slug)
    organisation = organisation_by_code(db.session(), process.id, code)
    found = proposed_delegate_by_id(db.session(), proposed_id)
    if found.organisation_id != organisation.id:
        raise NotFound("no_such_proposed_delegate")
    return process, organisation, found


def _decline_form(process: Process, *, bound: bool = True) -> FlaskForm:
    shape = in_languages(DeclineForm, "reason", _("Reason"), process.languages, long=True)
    return shape() if bound else shape(formdata=None)


def _registration_page(
    process: Process, found: OrganisationApplication, form: ApproveForm, decline_form: FlaskForm, status: int
) -> Page:
    taken = [one.code for one in organisations_of(db.session(), process.id)]
    page = render_template(
        "accounts/registration.html",
        process=process,
        application=found,
        form=form,
        decline_form=decline_form,
        code=code_from_name(found.name, taken),
    )
    return page, status


def _proposed_page(
    process: Process, organisation: Organisation, found: ProposedDelegate, form: FlaskForm, status: int
) -> Page:
    page = render_template(
        "accounts/proposed_delegate.html", process=process, organisation=organisation, proposed=found, form=form
    )
    return page, status
