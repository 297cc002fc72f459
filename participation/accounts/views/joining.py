"""An organisation registers itself, and its delegates name further ones or lay their mandate down."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.accounts import services
from participation.accounts.forms import ApplicationForm, ConfirmForm, DelegateForm
from participation.accounts.messages import application_state_name, organisation_kind_name
from participation.accounts.models import Organisation, OrganisationApplication, OrganisationKind
from participation.accounts.queries import (
    mandate_today,
    organisation_by_code,
    own_applications,
    proposed_delegates_of,
    readable_application,
)
from participation.accounts.services import Named, Wish
from participation.accounts.views.blueprint import bp
from participation.core.errors import Forbidden
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission
from participation.core.windows import local_at, utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language

Page = tuple[str, int]
bp.add_app_template_filter(application_state_name, "application_state_name")
bp.add_app_template_filter(organisation_kind_name, "organisation_kind_name")


@bp.get("/processes/<slug>/organisations/register")
@requires(Permission.ORGANISATION_JOIN)
def application_form(slug: str) -> Page:
    """Show the form with which an organisation registers, and what one has registered already."""
    process = process_by_slug(db.session(), slug)
    return _form_page(process, _application_form(process), HTTPStatus.OK)


@bp.post("/processes/<slug>/organisations/register")
@requires(Permission.ORGANISATION_JOIN)
def apply_for_organisation(slug: str) -> Page | Response:
    """Register an organisation; it waits for the office."""
    process = process_by_slug(db.session(), slug)
    form = _application_form(process)
    made: list[str] = []

    def apply(session: Session) -> None:
        wish = Wish(
            name=form.name.data or "",
            kind=OrganisationKind(form.kind.data),
            languages=form.languages.data or [],
            language=form.language.data,
            description=form.description.data or "",
            role_label=form.role_label.data or "",
        )
        made.append(services.apply_for_organisation(session, process, wish, actor=current_actor(), now=utcnow()).id)

    status = submitted(form, apply)
    if status is not HTTPStatus.SEE_OTHER:
        return _form_page(process, form, status)
    flash(_("Thank you. The office will look at it and write to you."), "success")
    return redirect(url_for(".application", slug=slug, application_id=made[0]), status)


@bp.get("/processes/<slug>/organisations/registrations/<application_id>")
@requires(Permission.ORGANISATION_JOIN)
def application(slug: str, application_id: str) -> str:
    """Show where a registration stands."""
    process, found = _own_application(slug, application_id)
    return render_template("accounts/application.html", process=process, application=found, form=ConfirmForm())


@bp.post("/processes/<slug>/organisations/registrations/<application_id>/withdraw")
@requires(Permission.ORGANISATION_JOIN)
def withdraw_application(slug: str, application_id: str) -> Response:
    """Take a registration back."""
    _process, found = _own_application(slug, application_id)
    with transaction() as session:
        services.withdraw_application(session, found.id, actor=current_actor(), now=utcnow())
    flash(_("The registration is taken back."), "success")
    return redirect(url_for(".application", slug=slug, application_id=application_id), HTTPStatus.SEE_OTHER)


@bp.get("/processes/<slug>/organisations/<code>/delegates")
@requires(Permission.ORGANISATION_JOIN)
def delegate_form(slug: str, code: str) -> Page:
    """Show the form with which a delegate names a further one, and who was named already."""
    process, found = _spoken_for(slug, code)
    return _delegates_page(process, found, DelegateForm(), HTTPStatus.OK)


@bp.post("/processes/<slug>/organisations/<code>/delegates")
@requires(Permission.ORGANISATION_JOIN)
def propose_delegate(slug: str, code: str) -> Page | Response:
    """Name a further delegate; the office decides."""
    process, found = _spoken_for(slug, code)
    form = DelegateForm()

    def propose(session: Session) -> None:
        named = Named(
            email=form.email.data or "",
            display_name=form.display_name.data or "",
            role_label=form.role_label.data or "",
            language=current_language().tag,
        )
        services.propose_delegate(session, process, found, named, actor=current_actor(), now=utcnow())

    status = submitted(form, propose)
    if status is not HTTPStatus.SEE_OTHER:
        return _delegates_page(process, found, form, status)
    flash(_("Thank you. The office will look at it and write to you."), "success")
    return redirect(url_for(".delegate_form", slug=slug, code=code), status)


@bp.get("/processes/<slug>/organisations/<code>/mandate/end")
@requires(Permission.ORGANISATION_JOIN)
def confirm_laying_down(slug: str, code: str) -> str:
    """Ask before somebody stops speaking for their organisation."""
    process, found = _spoken_for(slug, code)
    return render_template("accounts/lay_down.html", process=process, organisation=found, form=ConfirmForm())


@bp.post("/processes/<slug>/organisations/<code>/mandate/end")
@requires(Permission.ORGANISATION_JOIN)
def lay_down_mandate(slug: str, code: str) -> Response:
    """Stop speaking for an organisation."""
    process = process_by_slug(db.session(), slug)
    now = utcnow()
    with transaction() as session:
        services.lay_down_mandate(
            session,
            organisation_by_code(session, process.id, code),
            today=local_at(now, process.time_zone).date(),
            actor=current_actor(),
            now=now,
        )
    flash(_("You no longer speak for this organisation."), "success")
    return redirect(url_for("site.organisation", slug=slug, code=code), HTTPStatus.SEE_OTHER)


def _own_application(slug: str, application_id: str) -> tuple[Process, OrganisationApplication]:
    process = process_by_slug(db.session(), slug)
    return process, readable_application(db.session(), process.id, application_id, current_actor())


def _spoken_for(slug: str, code: str) -> tuple[Process, Organisation]:
    """Return the organisation of this address if the visitor speaks for it today."""
    process = process_by_slug(db.session(), slug)
    found = organisation_by_code(db.session(), process.id, code)
    today = local_at(utcnow(), process.time_zone).date()
    if mandate_today(db.session(), found, current_actor(), today) is None:
        raise Forbidden("not_a_delegate")
    return process, found


def _application_form(process: Process) -> ApplicationForm:
    tags = [*process.languages, *(tag for tag in LANGUAGES if tag not in process.languages)]
    here = current_language().tag if current_language().tag in tags else process.default_language
    kind = OrganisationKind.MIGRANT_ASSOCIATION.value
    form = ApplicationForm(data={"kind": kind, "language": here, "languages": [here]})
    form.kind.choices = [(kind.value, organisation_kind_name(kind)) for kind in OrganisationKind]
    form.languages.choices = form.language.choices = [(tag, LANGUAGES[tag].own_name) for tag in tags]
    return form


def _form_page(process: Process, form: ApplicationForm, status: int) -> Page:
    mine = own_applications(db.session(), process.id, current_actor())
    return render_template("accounts/apply.html", process=process, form=form, mine=mine), status


def _delegates_page(process: Process, found: Organisation, form: DelegateForm, status: int) -> Page:
    page = render_template(
        "accounts/delegates.html",
        process=process,
        organisation=found,
        form=form,
        proposed=proposed_delegates_of(db.session(), found.id),
    )
    return page, status
