"""Organisations as everybody sees them, in JSON."""

from typing import Final

from flask_smorest import Blueprint

from participation.accounts.models import Organisation
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.site import schemas
from participation.site.pages import OrganisationPage, admitted_organisations, organisation_page
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema

blp: Final = Blueprint("api_site", __name__, url_prefix="/api/v1", description="What is composed from several rooms")


@blp.route("/processes/<slug>/organisation-pages", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.OrganisationProfileOut))
def list_organisation_pages(asked: dict[str, int], slug: str) -> Page[Organisation]:
    """List the organisations that take part in a process."""
    session = db.session()
    return page_of(admitted_organisations(session, process_by_slug(session, slug).id), **asked)


@blp.route("/processes/<slug>/organisation-pages/<code>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.OrganisationPageOut)
def show_organisation_page(slug: str, code: str) -> OrganisationPage:
    """Show an organisation with its proposals; its delegates see their desk too."""
    session = db.session()
    return organisation_page(session, process_by_slug(session, slug), code, current_actor(), utcnow())
