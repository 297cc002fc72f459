"""The start and the process: what is open now, what comes, what came out."""

from flask import render_template

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import all_processes, process_by_slug
from participation.site import queries
from participation.site.afterwards import afterwards_of
from participation.site.views.blueprint import bp
from participation.web.guard import requires
from participation.web.locale import reader_languages


@bp.get("/")
@requires(Permission.SITE_READ)
def start() -> str:
    """Say what this is, what is open now and what came out last time."""
    session, now = db.session(), utcnow()
    return render_template(
        "site/start.html",
        processes=all_processes(session),
        open_rounds=queries.open_rounds(session, now),
        coming_rounds=queries.coming_rounds(session, now),
        last_results=queries.last_results(session),
    )


@bp.get("/processes/<slug>")
@requires(Permission.PROCESS_READ)
def process(slug: str) -> str:
    """Show the line of phases and rounds, and what is proposed."""
    session, now = db.session(), utcnow()
    found = process_by_slug(session, slug)
    return render_template(
        "site/process.html",
        process=found,
        line=queries.line_of(session, found, now),
        fields=queries.goals_by_field(session, found, reader_languages(found.default_language)),
        rankings=queries.rankings_in_brief(session, found.id),
        briefs=queries.rounds_in_brief(session, found.id),
        afterwards=afterwards_of(session, found.id),
    )
