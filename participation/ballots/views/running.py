"""Officials open and close rounds and take options off them."""

from http import HTTPStatus

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.ballots import services, suspension
from participation.ballots.frozen import wording_of
from participation.ballots.guard import key_store
from participation.ballots.queries import option_by_code
from participation.ballots.views.blueprint import bp
from participation.core.errors import Conflict, DomainError, Invalid, Unavailable
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.queries import round_by_slug
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@bp.post("/rounds/<slug>/open")
@requires(Permission.ROUND_OPEN)
def open_round(slug: str) -> Response:
    """Open a round and freeze what is voted on."""
    try:
        with transaction() as session:
            services.open_round(session, slug, actor=current_actor(), now=utcnow(), keys=key_store())
    except (Conflict, Invalid, Unavailable) as refused:
        return _back_to(slug, refused)
    flash(_("The round is open."), "success")
    return _back_to(slug)


@bp.post("/rounds/<slug>/close")
@requires(Permission.ROUND_CLOSE, fresh=True)
def close_round(slug: str) -> Response:
    """Close a round for every voter."""
    try:
        with transaction() as session:
            services.close_round(session, slug, actor=current_actor(), now=utcnow())
    except Conflict as refused:
        return _back_to(slug, refused)
    flash(_("The round is closed. Two people now conclude it together."), "success")
    return _back_to(slug)


@bp.get("/rounds/<slug>/resume")
@requires(Permission.ROUND_OPEN)
def ask_resumption(slug: str) -> Response:
    """Ask why a suspended round goes on."""
    return _resume_form(slug)


@bp.post("/rounds/<slug>/resume")
@requires(Permission.ROUND_OPEN)
def resume(slug: str) -> Response:
    """Let a suspended round go on."""
    try:
        with transaction() as session:
            suspension.resume_round(
                session, slug, _typed_reasons(), actor=current_actor(), now=utcnow(), keys=key_store()
            )
    except (Conflict, Invalid) as refused:
        return _resume_form(slug, refused)
    flash(_("The round goes on. Its page says so and why."), "success")
    return _back_to(slug)


@bp.get("/rounds/<slug>/options/<code>/strike")
@requires(Permission.ROUND_EDIT)
def strike(slug: str, code: str) -> Response:
    """Ask for the reason."""
    return _strike_form(slug, code)


@bp.post("/rounds/<slug>/options/<code>/strike")
@requires(Permission.ROUND_EDIT)
def strike_now(slug: str, code: str) -> Response:
    """Take an option off a running round."""
    try:
        with transaction() as session:
            services.strike_option(session, slug, code, _typed_reasons(), actor=current_actor(), now=utcnow())
    except (Conflict, Invalid) as refused:
        return _strike_form(slug, code, refused)
    flash(_("%(option)s was taken off this round.", option=code), "success")
    return _back_to(slug)


def _typed_reasons() -> dict[str, str]:
    return {name.removeprefix("reason-"): typed for name, typed in request.form.items() if name[:7] == "reason-"}


def _resume_form(slug: str, refused: DomainError | None = None) -> Response:
    session = db.session()
    round_ = round_by_slug(session, slug)
    authorise(current_actor(), Permission.ROUND_OPEN, round_)
    page = render_template(
        "ballots/resume.html",
        round=round_,
        process=round_.process,
        refused=words_for(refused) if refused else None,
        typed=request.form,
        tongues=[LANGUAGES[tag] for tag in round_.process.languages],
    )
    return make_response(page, refused.status if refused else HTTPStatus.OK)


def _strike_form(slug: str, code: str, refused: DomainError | None = None) -> Response:
    session = db.session()
    round_ = round_by_slug(session, slug)
    authorise(current_actor(), Permission.ROUND_EDIT, round_)
    option = option_by_code(session, round_.id, code)
    page = render_template(
        "ballots/strike.html",
        round=round_,
        option=option,
        title=wording_of(option.content["title"], reader_languages(round_.process.default_language)),
        refused=words_for(refused) if refused else None,
        typed=request.form,
        tongues=[LANGUAGES[tag] for tag in round_.process.languages],
    )
    return make_response(page, refused.status if refused else HTTPStatus.OK)


def _back_to(slug: str, refused: DomainError | None = None) -> Response:
    if refused is not None:
        flash(words_for(refused), "error")
    return redirect(url_for("site.manage_round", slug=slug), HTTPStatus.SEE_OTHER)
