"""Officials see who is who in a process, give roles, and enter organisations and departments."""

from datetime import date
from http import HTTPStatus
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.accounts import services
from participation.accounts.forms import (
    DepartmentForm,
    GrantForm,
    MandateForm,
    OrganisationForm,
    RepresentativeForm,
)
from participation.accounts.messages import organisation_kind_name, role_name
from participation.accounts.models import ApplicationState, Organisation, OrganisationKind
from participation.accounts.queries import (
    applications_to_read,
    department_by_code,
    departments_of,
    invitations_in,
    organisation_by_code,
    organisations_of,
    people_with_roles,
    proposed_delegates_of,
    representatives_of,
    waiting_delegates,
)
from participation.accounts.services import roles_to_give
from participation.accounts.views.blueprint import bp
from participation.accounts.views.granting import give, grant_form, what_was_given
from participation.core.errors import NotFound
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, Role, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language

Page = tuple[str, int]


@bp.get("/manage/processes/<slug>/people")
@requires(Permission.ROLE_GRANT)
def people(slug: str) -> Page:
    """Show who holds which role in a process."""
    process = _process(slug, Permission.ROLE_GRANT)
    return _people_page(process, _grant_form(process), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/people")
@requires(Permission.ROLE_GRANT, fresh=True)
def grant_role(slug: str) -> Page | Response:
    """Give somebody a role."""
    process = _process(slug, Permission.ROLE_GRANT)
    form = _grant_form(process)

    status = submitted(form, lambda session: give(session, form, process.id))
    if status is not HTTPStatus.SEE_OTHER:
        return _people_page(process, form, status)
    flash(what_was_given(form), "success")
    return redirect(url_for("accounts.people", slug=slug), status)


@bp.post("/manage/processes/<slug>/people/<account_id>/invite")
@requires(Permission.ROLE_GRANT)
def resend_invitation(slug: str, account_id: str) -> Response:
    """Send the mail once more to somebody who has not signed in yet."""
    process = _process(slug, Permission.ROLE_GRANT)
    with transaction() as session:
        services.resend_invitation(session, account_id, process.id, actor=current_actor(), now=utcnow())
    flash(_("The mail is on its way once more."), "success")
    return redirect(url_for("accounts.people", slug=slug), HTTPStatus.SEE_OTHER)


@bp.post("/manage/processes/<slug>/people/<account_id>/<role>/revoke")
@requires(Permission.ROLE_GRANT, fresh=True)
def revoke_role(slug: str, account_id: str, role: str) -> Response:
    """Take a role away."""
    process = _process(slug, Permission.ROLE_GRANT)
    if role not in {known.value for known in Role}:
        raise NotFound("no_such_grant")
    with transaction() as session:
        services.revoke_role(session, account_id, Role(role), process.id, actor=current_actor(), now=utcnow())
    flash(_("The role is taken away."), "success")
    return redirect(url_for("accounts.people", slug=slug), HTTPStatus.SEE_OTHER)


@bp.get("/manage/processes/<slug>/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def organisations(slug: str) -> Page:
    """Show the organisations of a process."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    return _organisations_page(process, _organisation_form(process), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def register_organisation(slug: str) -> Page | Response:
    """Enter an organisation."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    form = _organisation_form(process)
    status = submitted(
        form,
        lambda session: services.register_organisation(
            session,
            process,
            code=form.code.data or "",
            kind=OrganisationKind(form.kind.data),
            name=form.name.data or "",
            languages=form.languages.data or [],
            description=typed_in_languages(form, "description", process.languages),
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _organisations_page(process, form, status)
    flash(_("The organisation is entered. It takes part once it is approved."), "success")
    return redirect(url_for("accounts.organisations", slug=slug), status)


@bp.get("/manage/processes/<slug>/organisations/<code>")
@requires(Permission.ORGANISATION_MANAGE)
def organisation(slug: str, code: str) -> Page:
    """Show an organisation and who speaks for it."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    found = organisation_by_code(db.session(), process.id, code)
    return _organisation_page(process, found, MandateForm(data={"valid_from": _today(process)}), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/organisations/<code>/approve")
@requires(Permission.ORGANISATION_MANAGE)
def approve_organisation(slug: str, code: str) -> Response:
    """Admit an organisation to the rounds."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    with transaction() as session:
        found = organisation_by_code(session, process.id, code)
        services.approve_organisation(session, found, actor=current_actor(), now=utcnow())
    flash(_("The organisation is approved and takes part from now on."), "success")
    return redirect(url_for("accounts.organisation", slug=slug, code=code), HTTPStatus.SEE_OTHER)


@bp.post("/manage/processes/<slug>/organisations/<code>/mandates")
@requires(Permission.ORGANISATION_MANAGE)
def give_mandate(slug: str, code: str) -> Page | Response:
    """Let somebody speak for an organisation."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    form = MandateForm()

    def give(session: Session) -> None:
        account = services.find_or_create_account(
            session,
            form.email.data or "",
            display_name=form.display_name.data or "",
            language=current_language().tag,
            process_id=process.id,
            actor=current_actor(),
            now=utcnow(),
        )
        services.give_mandate(
            session,
            organisation_by_code(session, process.id, code),
            account.id,
            valid_from=form.valid_from.data or date.max,
            valid_until=form.valid_until.data,
            role_label=form.role_label.data or "",
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, give)
    if status is not HTTPStatus.SEE_OTHER:
        return _organisation_page(process, organisation_by_code(db.session(), process.id, code), form, status)
    flash(_("The mandate is given."), "success")
    return redirect(url_for("accounts.organisation", slug=slug, code=code), status)


@bp.post("/manage/processes/<slug>/organisations/<code>/mandates/<mandate_id>/end")
@requires(Permission.ORGANISATION_MANAGE)
def end_mandate(slug: str, code: str, mandate_id: str) -> Response:
    """End a mandate today."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    with transaction() as session:
        services.end_mandate(
            session,
            organisation_by_code(session, process.id, code),
            mandate_id,
            on=_today(process),
            actor=current_actor(),
            now=utcnow(),
        )
    flash(_("The mandate has ended."), "success")
    return redirect(url_for("accounts.organisation", slug=slug, code=code), HTTPStatus.SEE_OTHER)


@bp.get("/manage/processes/<slug>/departments")
@requires(Permission.ORGANISATION_MANAGE)
def departments(slug: str) -> Page:
    """Show the departments of a process and who acts for them."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    return _departments_page(process, _department_form(process), RepresentativeForm(), HTTPStatus.OK)


@bp.post("/manage/processes/<slug>/departments")
@requires(Permission.ORGANISATION_MANAGE)
def create_department(slug: str) -> Page | Response:
    """Enter a department."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    form = _department_form(process)
    status = submitted(
        form,
        lambda session: services.create_department(
            session,
            process,
            code=form.code.data or "",
            titles=typed_in_languages(form, "title", process.languages),
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _departments_page(process, form, RepresentativeForm(formdata=None), status)
    flash(_("The department is entered."), "success")
    return redirect(url_for("accounts.departments", slug=slug), status)


@bp.post("/manage/processes/<slug>/departments/<code>/representatives")
@requires(Permission.ORGANISATION_MANAGE, fresh=True)
def add_representative(slug: str, code: str) -> Page | Response:
    """Let somebody act for a department."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    form = RepresentativeForm()

    def add(session: Session) -> None:
        account = services.find_or_create_account(
            session,
            form.email.data or "",
            display_name=form.display_name.data or "",
            language=current_language().tag,
            process_id=process.id,
            actor=current_actor(),
            now=utcnow(),
        )
        department = department_by_code(session, process.id, code)
        services.add_representative(session, department, account.id, actor=current_actor(), now=utcnow())

    status = submitted(form, add)
    if status is not HTTPStatus.SEE_OTHER:
        return _departments_page(process, _department_form(process, bound=False), form, status, code)
    flash(_("This person now acts for the department."), "success")
    return redirect(url_for("accounts.departments", slug=slug), status)


@bp.post("/manage/processes/<slug>/departments/<code>/representatives/<account_id>/remove")
@requires(Permission.ORGANISATION_MANAGE)
def remove_representative(slug: str, code: str, account_id: str) -> Response:
    """End that somebody acts for a department."""
    process = _process(slug, Permission.ORGANISATION_MANAGE)
    with transaction() as session:
        department = department_by_code(session, process.id, code)
        services.remove_representative(session, department, account_id, actor=current_actor(), now=utcnow())
    flash(_("This person no longer acts for the department."), "success")
    return redirect(url_for("accounts.departments", slug=slug), HTTPStatus.SEE_OTHER)


def _process(slug: str, permission: Permission) -> Process:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), permission, process)
    return process


def _today(process: Process) -> date:
    return utcnow().astimezone(ZoneInfo(process.time_zone)).date()


def _grant_form(process: Process) -> GrantForm:
    return grant_form(process.id, process.default_language)


def _organisation_form(process: Process) -> OrganisationForm:
    shape = in_languages(OrganisationForm, "description", _("Description"), process.languages, long=True)
    form = shape(data={"kind": OrganisationKind.MIGRANT_ASSOCIATION.value, "languages": ["de"]})
    form.kind.choices = [(kind.value, organisation_kind_name(kind)) for kind in OrganisationKind]
    form.languages.choices = [(tag, language.own_name) for tag, language in LANGUAGES.items()]
    return form


def _department_form(process: Process, *, bound: bool = True) -> DepartmentForm:
    shape = in_languages(DepartmentForm, "title", _("Name"), process.languages)
    return shape(request.form if bound and request.method == "POST" else None)


def _people_page(process: Process, form: GrantForm, status: int) -> Page:
    rows = groupby(people_with_roles(db.session(), process.id), key=itemgetter(1))
    page = render_template(
        "accounts/people.html",
        process=process,
        people=[(account, [grant for grant, _account in theirs]) for account, theirs in rows],
        form=form,
        role_name=role_name,
        invitations=invitations_in(db.session(), process.id),
        may_revoke={role.value for role in roles_to_give(current_actor(), process.id)},
    )
    return page, status


def _organisations_page(process: Process, form: OrganisationForm, status: int) -> Page:
    page = render_template(
        "accounts/organisations.html",
        process=process,
        organisations=organisations_of(db.session(), process.id),
        waiting=applications_to_read(db.session(), process.id, current_actor(), ApplicationState.WAITING),
        proposed=waiting_delegates(db.session(), process.id),
        form=form,
        kind_name=organisation_kind_name,
    )
    return page, status


def _organisation_page(process: Process, found: Organisation, form: MandateForm, status: int) -> Page:
    page = render_template(
        "accounts/organisation.html",
        process=process,
        organisation=found,
        proposed=proposed_delegates_of(db.session(), found.id),
        form=form,
        kind_name=organisation_kind_name,
        languages_of=[LANGUAGES[tag].own_name for tag in found.languages if tag in LANGUAGES],
        today=_today(process),
    )
    return page, status


def _departments_page(
    process: Process, form: DepartmentForm, representative_form: RepresentativeForm, status: int, at: str = ""
) -> Page:
    page = render_template(
        "accounts/departments.html",
        process=process,
        departments=departments_of(db.session(), process.id),
        representatives=representatives_of(db.session(), process.id),
        form=form,
        representative_form=representative_form,
        at=at,
    )
    return page, status
