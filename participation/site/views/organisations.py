"""The organisations of a process, and the page of one."""

from flask import render_template

from participation.accounts.queries import admitted_organisations, own_applications
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.rounds.doors import next_step
from participation.site.pages import organisation_page
from participation.site.views.blueprint import bp
from participation.web.guard import current_actor, requires


@bp.get("/processes/<slug>/organisations")
@requires(Permission.PROCESS_READ)
def organisations(slug: str) -> str:
    """List the organisations that take part, and say how further ones join."""
    session = db.session()
    process = process_by_slug(session, slug)
    return render_template(
        "site/organisations.html",
        process=process,
        organisations=admitted_organisations(session, process.id),
        mine=own_applications(session, process.id, current_actor()),
    )


@bp.get("/processes/<slug>/organisations/<code>")
@requires(Permission.PROCESS_READ)
def organisation(slug: str, code: str) -> str:
    """Show an organisation; its delegates also find their desk here."""
    session, now = db.session(), utcnow()
    process = process_by_slug(session, slug)
    shown = organisation_page(session, process, code, current_actor(), now)
    open_rounds = shown.desk.rounds if shown.desk else ()
    return render_template(
        "site/organisation.html",
        process=process,
        shown=shown,
        organisation=shown.organisation,
        desk=shown.desk,
        rounds=[(one, next_step(one.standing, has_voted=one.voted_on is not None)) for one in open_rounds],
    )
