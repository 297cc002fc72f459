"""Giving a round more time, and publishing why."""

from datetime import datetime
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.permissions import Permission
from participation.core.windows import local_at, moment_at, utcnow
from participation.rounds import services
from participation.rounds.forms import ExtensionForm
from participation.rounds.models import Round
from participation.rounds.views.blueprint import bp, round_to_manage
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires

Page = tuple[str, int]


@bp.get("/rounds/<slug>/extend")
@requires(Permission.ROUND_EXTEND)
def ask_extension(slug: str) -> Page:
    """Ask until when, and why."""
    round_ = round_to_manage(slug, Permission.ROUND_EXTEND)
    return _page(round_, _form(round_), HTTPStatus.OK)


@bp.post("/rounds/<slug>/extend")
@requires(Permission.ROUND_EXTEND)
def extend(slug: str) -> Page | Response:
    """Extend the round."""
    round_ = round_to_manage(slug, Permission.ROUND_EXTEND)
    form, process = _form(round_), round_.process
    status = submitted(
        form,
        lambda session: services.extend_round(
            session,
            slug,
            closes_at=moment_at(
                form.closes_at.data or datetime.min,  # noqa: DTZ901 - typed
                process.time_zone,
                field="closes_at",
                standing=round_.closes_at,
            ),
            reasons=typed_in_languages(form, "reason", process.languages),
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(round_, form, status)
    flash(_("The round has more time. Its page says so and why."), "success")
    return redirect(url_for("site.manage_round", slug=slug), status)


def _form(round_: Round) -> ExtensionForm:
    shape = in_languages(ExtensionForm, "reason", _("Reason"), round_.process.languages, long=True)
    return shape(data={"closes_at": local_at(round_.closes_at, round_.process.time_zone)})


def _page(round_: Round, form: ExtensionForm, status: HTTPStatus) -> Page:
    return render_template("rounds/extend.html", round=round_, process=round_.process, form=form), status
