"""The office decides whether a person may vote in several rounds of a phase."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.rounds.forms import OverlapForm
from participation.rounds.queries import overlap_is_settled
from participation.rounds.services import settle_overlap
from participation.rounds.views.blueprint import bp
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires


@bp.get("/manage/processes/<slug>/overlap")
@requires(Permission.PROCESS_EDIT)
def overlap(slug: str) -> str:
    """Show what holds, and the form for as long as it can be changed."""
    process = _process(slug)
    form = OverlapForm(formdata=None, data={"forbids_overlap": process.forbids_overlap})
    return _page(process, form)


@bp.post("/manage/processes/<slug>/overlap")
@requires(Permission.PROCESS_EDIT)
def save_overlap(slug: str) -> Response | tuple[str, int]:
    """Decide it."""
    process, form = _process(slug), OverlapForm()
    status = submitted(
        form,
        lambda session: settle_overlap(
            session, slug, forbids=bool(form.forbids_overlap.data), actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(process, form), status
    flash(_("That is saved."), "success")
    return redirect(url_for("rounds.overlap", slug=slug), status)


def _process(slug: str) -> Process:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.PROCESS_EDIT, process)
    return process


def _page(process: Process, form: OverlapForm) -> str:
    settled = overlap_is_settled(db.session(), process)
    return render_template("rounds/overlap.html", process=process, form=form, settled=settled)
