"""Organisations that register themselves, and delegates whom delegates name, in JSON."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from participation.accounts import schemas, services
from participation.accounts.api.blueprint import blp
from participation.accounts.models import Mandate, Organisation, OrganisationApplication, ProposedDelegate
from participation.accounts.queries import (
    applications_to_read,
    mandate_today,
    organisation_by_code,
    proposed_delegate_by_id,
    proposed_delegates_of,
    readable_application,
)
from participation.accounts.services import Named, Wish
from participation.core.errors import Forbidden, NotFound
from participation.core.permissions import Permission, may
from participation.core.windows import local_at, utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema


@blp.route("/processes/<slug>/organisation-applications", methods=["GET"])
@requires(Permission.ORGANISATION_JOIN)
@blp.arguments(schemas.ApplicationsIn, location="query")
@blp.response(200, page_schema(schemas.ApplicationOut))
def list_applications(asked: dict[str, Any], slug: str) -> Page[OrganisationApplication]:
    """List the organisations that registered themselves: the office sees all, others what they asked for."""
    process = process_by_slug(db.session(), slug)
    found = applications_to_read(db.session(), process.id, current_actor(), asked.pop("state"))
    return page_of(found, **asked)


@blp.route("/processes/<slug>/organisation-applications", methods=["POST"])
@requires(Permission.ORGANISATION_JOIN)
@blp.arguments(schemas.ApplicationIn)
@blp.response(201, schemas.ApplicationOut)
def apply_for_organisation(wanted: dict[str, Any], slug: str) -> OrganisationApplication:
    """Register an organisation; it waits for the office."""
    said = wanted.pop("description")
    wish = Wish(**wanted, language=said["language"], description=said["body"])
    with transaction() as session:
        process = process_by_slug(session, slug)
        return services.apply_for_organisation(session, process, wish, actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/organisation-applications/<application_id>", methods=["GET"])
@requires(Permission.ORGANISATION_JOIN)
@blp.response(200, schemas.ApplicationOut)
def show_application(slug: str, application_id: str) -> OrganisationApplication:
    """Show where a registration stands."""
    return _readable(db.session(), slug, application_id)


@blp.route("/processes/<slug>/organisation-applications/<application_id>/withdraw", methods=["POST"])
@requires(Permission.ORGANISATION_JOIN)
@blp.response(200, schemas.ApplicationOut)
def withdraw_application(slug: str, application_id: str) -> OrganisationApplication:
    """Take a registration back as long as it waits."""
    with transaction() as session:
        found = _readable(session, slug, application_id)
        services.withdraw_application(session, found.id, actor=current_actor(), now=utcnow())
        return found


@blp.route("/processes/<slug>/organisation-applications/<application_id>/approve", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(schemas.ApproveIn)
@blp.response(200, schemas.OrganisationOut)
def approve_application(wanted: dict[str, Any], slug: str, application_id: str) -> Organisation:
    """Admit an organisation that registered itself; the applicant speaks for it from today."""
    with transaction() as session:
        found = _readable(session, slug, application_id)
        return services.approve_application(session, found.id, **wanted, actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/organisation-applications/<application_id>/decline", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(schemas.RefuseIn)
@blp.response(200, schemas.ApplicationOut)
def decline_application(wanted: dict[str, Any], slug: str, application_id: str) -> OrganisationApplication:
    """Say no to an organisation and why."""
    with transaction() as session:
        found = _readable(session, slug, application_id)
        return services.decline_application(session, found.id, **wanted, actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/organisations/<code>/proposed-delegates", methods=["GET"])
@requires(Permission.ORGANISATION_JOIN)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.ProposedDelegateOut))
def list_proposed_delegates(asked: dict[str, int], slug: str, code: str) -> Page[ProposedDelegate]:
    """List the further delegates whom an organisation named, for its delegates and the office."""
    session = db.session()
    process, found = _organisation(session, slug, code)
    if not may(current_actor(), Permission.ORGANISATION_MANAGE, process):
        today = local_at(utcnow(), process.time_zone).date()
        if mandate_today(session, found, current_actor(), today) is None:
            raise Forbidden("not_a_delegate")
    return page_of(proposed_delegates_of(session, found.id), **asked)


@blp.route("/processes/<slug>/organisations/<code>/proposed-delegates", methods=["POST"])
@requires(Permission.ORGANISATION_JOIN)
@blp.arguments(schemas.ProposedDelegateIn)
@blp.response(201, schemas.ProposedDelegateOut)
def propose_delegate(wanted: dict[str, Any], slug: str, code: str) -> ProposedDelegate:
    """Name a further delegate; the office decides."""
    with transaction() as session:
        process, found = _organisation(session, slug, code)
        return services.propose_delegate(session, process, found, Named(**wanted), actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/organisations/<code>/proposed-delegates/<proposed_id>/approve", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.response(200, schemas.MandateOut)
def approve_delegate(slug: str, code: str, proposed_id: str) -> Mandate:
    """Give a further delegate the mandate."""
    with transaction() as session:
        found = _proposed(session, slug, code, proposed_id)
        return services.approve_delegate(session, found.id, actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/organisations/<code>/proposed-delegates/<proposed_id>/decline", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(schemas.RefuseIn)
@blp.response(200, schemas.ProposedDelegateOut)
def decline_delegate(wanted: dict[str, Any], slug: str, code: str, proposed_id: str) -> ProposedDelegate:
    """Say no to a further delegate and why."""
    with transaction() as session:
        found = _proposed(session, slug, code, proposed_id)
        return services.decline_delegate(session, found.id, **wanted, actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/organisations/<code>/own-mandate/end", methods=["POST"])
@requires(Permission.ORGANISATION_JOIN)
@blp.response(204)
def lay_down_mandate(slug: str, code: str) -> Response:
    """Stop speaking for an organisation today."""
    now = utcnow()
    with transaction() as session:
        process, found = _organisation(session, slug, code)
        today = local_at(now, process.time_zone).date()
        services.lay_down_mandate(session, found, today=today, actor=current_actor(), now=now)
    return Response(status=204)


def _readable(session: Session, slug: str, application_id: str) -> OrganisationApplication:
    return readable_application(session, process_by_slug(session, slug).id, application_id, current_actor())


def _organisation(session: Session, slug: str, code: str) -> tuple[Process, Organisation]:
    process = process_by_slug(session, slug)
    return process, organisation_by_code(session, process.id, code)


def _proposed(session: Session, slug: str, code: str, proposed_id: str) -> ProposedDelegate:
    _process, organisation = _organisation(session, slug, code)
    found = proposed_delegate_by_id(session, proposed_id)
    if found.organisation_id != organisation.id:
        raise NotFound("no_such_proposed_delegate")
    return found
