"""Looking around before voting: the list of options, and marks that stay in the visitor's own browser."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.ballots.booth import options_to_look_at, spent_in_words
from participation.ballots.favourites import favourites_of, keep_favourites
from participation.ballots.frozen import find
from participation.ballots.guard import key_store
from participation.ballots.queries import option_by_code
from participation.ballots.views.blueprint import bp
from participation.core.errors import Invalid
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.doors import next_step
from participation.rounds.queries import round_by_slug, round_standing
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires


@bp.get("/rounds/<slug>/options")
@requires(Permission.ROUND_READ)
def options(slug: str) -> str:
    """Show what is put to the vote, to be searched, filtered and marked."""
    session = db.session()
    standing = round_standing(session, round_by_slug(session, slug), current_actor(), utcnow())
    shown = options_to_look_at(session, standing, key_store())
    asked = request.args
    finder = find(
        shown,
        q=asked.get("q", ""),
        field=asked.get("field", ""),
        only="only" in asked,
        favourites=favourites_of(standing.round),
    )
    return render_template(
        "ballots/options.html",
        standing=standing,
        round=standing.round,
        options=shown,
        finder=finder,
        step=next_step(
            standing, has_voted=False, spent=spent_in_words(db.session(), standing, key_store(), has_voted=False)
        ),
    )


@bp.post("/rounds/<slug>/favourites")
@requires(Permission.ROUND_READ)
def mark(slug: str) -> Response:
    """Mark an option in this browser, take a mark off, or all of them. Nothing is stored here."""
    round_ = round_by_slug(db.session(), slug)
    code, verb = request.form.get("option", ""), request.form.get("mark", "")
    marked = [other for other in favourites_of(round_) if other != code]
    if verb == "on":
        marked.append(option_by_code(db.session(), round_.id, code).code)
    elif verb == "none":
        marked = []
    kept = {name: request.form[name] for name in ("q", "field", "only") if request.form.get(name)}
    anchor = f"option-{code}" if code else None
    response = redirect(_list(slug, kept, anchor), HTTPStatus.SEE_OTHER)
    try:
        keep_favourites(response, round_, marked, now=utcnow())
    except Invalid as refused:
        flash(words_for(refused), "error")
    else:
        if verb == "none":
            flash(_("All marks are taken off."), "success")
    return response


def _list(slug: str, kept: dict[str, str], anchor: str | None) -> str:
    address: str = url_for(
        "ballots.options",
        slug=slug,
        _anchor=anchor,
        q=kept.get("q"),
        field=kept.get("field"),
        only=kept.get("only"),
    )
    return address
