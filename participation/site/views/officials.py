"""What officials have to do next, and the page of one round."""

from flask import render_template

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.queries import round_by_slug
from participation.site.views.blueprint import bp
from participation.web.guard import current_actor, requires


@bp.get("/manage")
@requires(Permission.ROUND_WATCH)
def dashboard() -> str:
    """Show what is due first."""
    return render_template("site/dashboard.html", now=utcnow(), who=current_actor())


@bp.get("/rounds/<slug>/manage")
@requires(Permission.ROUND_WATCH)
def manage_round(slug: str) -> str:
    """Show a round to those who run it."""
    return render_template("site/manage_round.html", round=round_by_slug(db.session(), slug))
