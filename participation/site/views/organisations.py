"""The organisations of a process, and the page of one."""

from flask import Response, render_template

from participation.accounts.queries import own_applications
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.results.files import CSV, as_csv
from participation.rounds.doors import next_step
from participation.site.exports import proposals_table
from participation.site.pages import admitted_organisations, organisation_page
from participation.site.views.blueprint import bp
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


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


@bp.get("/processes/<slug>/proposals.csv")
@requires(Permission.PROCESS_READ)
def proposals_file(slug: str) -> Response:
    """Give the proposals of a process as a table, with who supports and signed them."""
    process = process_by_slug(db.session(), slug)
    table = proposals_table(db.session(), process, reader_languages(process.default_language))
    response = Response(as_csv(table), mimetype=CSV.mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-proposals.csv")
    return response
