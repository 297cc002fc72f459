"""Organisations and departments in JSON."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from participation.accounts import schemas, services
from participation.accounts.api.blueprint import blp
from participation.accounts.models import Account, Department, Mandate, Organisation
from participation.accounts.queries import (
    department_by_code,
    departments_of,
    organisation_by_code,
    organisations_of,
    representatives_of,
)
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.storage.pages import Page, page_of
from participation.texts.queries import wordings
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language
from participation.web.pagination import PageIn, page_schema


@blp.route("/processes/<slug>/organisations", methods=["GET"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.OrganisationOut))
def list_organisations(asked: dict[str, int], slug: str) -> Page[Organisation]:
    """List a process's organisations with their delegates."""
    return page_of(organisations_of(db.session(), _process(db.session(), slug).id), **asked)


@blp.route("/processes/<slug>/organisations", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(schemas.OrganisationIn)
@blp.response(201, schemas.OrganisationOut)
def register_organisation(wanted: dict[str, Any], slug: str) -> Organisation:
    """Enter an organisation; it takes part once it is approved."""
    with transaction() as session:
        return services.register_organisation(
            session, _process(session, slug), **wanted, actor=current_actor(), now=utcnow()
        )


@blp.route("/processes/<slug>/organisations/<code>", methods=["GET"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.response(200, schemas.OrganisationOut)
def show_organisation(slug: str, code: str) -> Organisation:
    """Show an organisation with its delegates."""
    return organisation_by_code(db.session(), _process(db.session(), slug).id, code)


@blp.route("/processes/<slug>/organisations/<code>/approve", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.response(200, schemas.OrganisationOut)
def approve_organisation(slug: str, code: str) -> Organisation:
    """Admit an organisation to the process's rounds."""
    with transaction() as session:
        found = organisation_by_code(session, _process(session, slug).id, code)
        services.approve_organisation(session, found, actor=current_actor(), now=utcnow())
        return found


@blp.route("/processes/<slug>/organisations/<code>/mandates", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(schemas.MandateIn)
@blp.response(201, schemas.MandateOut)
def give_mandate(wanted: dict[str, Any], slug: str, code: str) -> Mandate:
    """Let somebody speak and vote for an organisation."""
    with transaction() as session:
        process = _process(session, slug)
        return services.give_mandate(
            session,
            organisation_by_code(session, process.id, code),
            _invited(session, process, wanted).id,
            valid_from=wanted["valid_from"],
            valid_until=wanted["valid_until"],
            role_label=wanted["role_label"],
            actor=current_actor(),
            now=utcnow(),
        )


@blp.route("/processes/<slug>/organisations/<code>/mandates/<mandate_id>/end", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(schemas.MandateEndIn)
@blp.response(200, schemas.OrganisationOut)
def end_mandate(wanted: dict[str, Any], slug: str, code: str, mandate_id: str) -> Organisation:
    """End a mandate on a day; one that has not begun by then is taken away."""
    with transaction() as session:
        found = organisation_by_code(session, _process(session, slug).id, code)
        services.end_mandate(session, found, mandate_id, on=wanted["on"], actor=current_actor(), now=utcnow())
        return found


@blp.route("/processes/<slug>/departments", methods=["GET"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.DepartmentOut))
def list_departments(asked: dict[str, int], slug: str) -> Page[dict[str, Any]]:
    """List a process's departments and who acts for them."""
    process = _process(db.session(), slug)
    people = representatives_of(db.session(), process.id)
    units = departments_of(db.session(), process.id)
    return page_of([_described(unit, people.get(unit.id, [])) for unit in units], **asked)


@blp.route("/processes/<slug>/departments", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.arguments(schemas.DepartmentIn)
@blp.response(201, schemas.DepartmentOut)
def create_department(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Enter a department."""
    with transaction() as session:
        unit = services.create_department(
            session, _process(session, slug), **wanted, actor=current_actor(), now=utcnow()
        )
        return _described(unit, [])


@blp.route("/processes/<slug>/departments/<code>/representatives", methods=["POST"])
@requires(Permission.ORGANISATION_MANAGE, fresh=True)
@blp.arguments(schemas.RepresentativeIn)
@blp.response(201, schemas.PersonOut)
def add_representative(wanted: dict[str, Any], slug: str, code: str) -> Account:
    """Let somebody act for a department."""
    with transaction() as session:
        process = _process(session, slug)
        account = _invited(session, process, wanted)
        unit = department_by_code(session, process.id, code)
        services.add_representative(session, unit, account.id, actor=current_actor(), now=utcnow())
        return account


@blp.route("/processes/<slug>/departments/<code>/representatives/<account_id>", methods=["DELETE"])
@requires(Permission.ORGANISATION_MANAGE)
@blp.response(204)
def remove_representative(slug: str, code: str, account_id: str) -> Response:
    """End that somebody acts for a department."""
    with transaction() as session:
        unit = department_by_code(session, _process(session, slug).id, code)
        services.remove_representative(session, unit, account_id, actor=current_actor(), now=utcnow())
    return Response(status=204)


def _process(session: Session, slug: str) -> Process:
    process = process_by_slug(session, slug)
    authorise(current_actor(), Permission.ORGANISATION_MANAGE, process)
    return process


def _invited(session: Session, process: Process, wanted: dict[str, Any]) -> Account:
    return services.find_or_create_account(
        session,
        wanted["email"],
        display_name=wanted["display_name"],
        language=current_language().tag,
        process_id=process.id,
        actor=current_actor(),
        now=utcnow(),
    )


def _described(unit: Department, people: Sequence[Account]) -> dict[str, Any]:
    titles = {tag: shown.body for tag, shown in wordings(unit.title).items()}
    return {"code": unit.code, "titles": titles, "representatives": people}
