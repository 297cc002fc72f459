"""Shared tablets in JSON. A tablet is a browser, so that only a browser can become one."""

from typing import Any

from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds import schemas, services
from participation.rounds.api.blueprint import blp
from participation.rounds.models import SharedTablet
from participation.rounds.queries import round_by_slug
from participation.rounds.queries.tablets import tablets_of
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema


@blp.route("/rounds/<slug>/tablets", methods=["GET"])
@requires(Permission.TABLET_MANAGE)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.TabletOut))
def list_tablets(asked: dict[str, int], slug: str) -> Page[SharedTablet]:
    """List the shared tablets of a round that are in use.

    To make one, an official presses a button in the browser that becomes one; a program has no screen to share.
    """
    session = db.session()
    round_ = round_by_slug(session, slug)
    authorise(current_actor(), Permission.TABLET_MANAGE, round_)
    return page_of(tablets_of(session, round_.id, utcnow()), **asked)


@blp.route("/rounds/<slug>/tablets/<public_id>/end", methods=["POST"])
@requires(Permission.TABLET_MANAGE)
@blp.response(200, schemas.TabletOut)
def end_tablet(slug: str, public_id: str) -> Any:  # noqa: ANN401 - of the schema
    """Make a shared tablet an ordinary browser again; whoever votes on it at this moment is signed out there."""
    with transaction() as session:
        return services.end_tablet(session, slug, public_id, actor=current_actor(), now=utcnow())
