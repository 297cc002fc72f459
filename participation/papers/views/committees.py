"""The committees of a process: who discusses papers."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers import services
from participation.papers.forms import BasedOnForm, ChangedCommitteeForm, CommitteeForm
from participation.papers.models import Committee
from participation.papers.queries import committee_at, committees_of
from participation.papers.rules.drafts import CommitteeDraft
from participation.papers.views.blueprint import Page, bp, process_at_hand
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.texts.filters import words_for_inputs
from participation.web.forms import in_languages, pressed, sent_again, submitted, typed_in_languages, unsent
from participation.web.guard import current_actor, requires


@bp.get("/processes/<process>/committees")
@requires(Permission.PROCESS_READ)
def committees(process: str) -> str:
    """List the committees of a process."""
    session = db.session()
    found = process_by_slug(session, process)
    return render_template(
        "papers/committees.html",
        process=found,
        committees=committees_of(session, found.id),
        writes=may(current_actor(), Permission.COUNCIL_PAPER_EDIT, found),
    )


@bp.get("/processes/<process>/committees/new")
@requires(Permission.COUNCIL_PAPER_EDIT)
def new_committee(process: str) -> Page:
    """Ask for a committee."""
    found = process_at_hand(process)
    return _page(found, None, _form(found, None), HTTPStatus.OK)


@bp.post("/processes/<process>/committees/new")
@requires(Permission.COUNCIL_PAPER_EDIT)
def add_committee(process: str) -> Page | Response:
    """Enter a committee."""
    found = process_at_hand(process)
    form = _form(found, None)
    status = submitted(
        form,
        lambda session: services.add_committee(
            session, process, _draft(form, found), actor=current_actor(), now=utcnow()
        ),
        name=f"name-{found.default_language}",
        slug="code",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(found, None, form, status)
    return _saved(process)


@bp.get("/processes/<process>/committees/<code>")
@requires(Permission.COUNCIL_PAPER_EDIT)
def edit_committee(process: str, code: str) -> Page:
    """Show a committee for changing it."""
    found = process_at_hand(process)
    committee = committee_at(db.session(), process, code)
    return _page(found, committee, _form(found, committee), HTTPStatus.OK)


@bp.post("/processes/<process>/committees/<code>")
@requires(Permission.COUNCIL_PAPER_EDIT)
def change_committee(process: str, code: str) -> Page | Response:
    """Change what is said about a committee."""
    found = process_at_hand(process)
    form = _form(found, committee_at(db.session(), process, code))
    status = submitted(
        form,
        lambda session: services.change_committee(
            session,
            process,
            code,
            _draft(form, found),
            based_on=form["based_on"].data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
        name=f"name-{found.default_language}",
    )
    if status is not HTTPStatus.SEE_OTHER:
        committee = committee_at(db.session(), process, code)
        present = sent_again(form, _form(found, committee, standing=True))
        return _page(found, committee, form, status, present if status is HTTPStatus.CONFLICT else ())
    return _saved(process)


@bp.post("/processes/<process>/committees/<code>/remove")
@requires(Permission.COUNCIL_PAPER_EDIT)
def remove_committee(process: str, code: str) -> Response:
    """Remove a committee that no paper names."""
    form = BasedOnForm()
    done = pressed(
        form,
        lambda session: services.remove_committee(
            session, process, code, based_on=form.based_on.data or 0, actor=current_actor(), now=utcnow()
        ),
    )
    if done:
        flash(_("The body is removed."), "success")
    return redirect(url_for("papers.committees", process=process), HTTPStatus.SEE_OTHER)


def _form(process: Process, committee: Committee | None, *, standing: bool = False) -> CommitteeForm:
    shape: type[CommitteeForm] = ChangedCommitteeForm if committee else CommitteeForm
    shape = in_languages(shape, "name", _("Name"), process.languages)
    data: dict[str, Any] = {"is_public": True}
    if committee:
        data = {
            "code": committee.code,
            "is_public": committee.is_public,
            "position": committee.position,
            "based_on": committee.revision,
            **words_for_inputs("name", committee.name),
        }
    return shape(data=data, **unsent(standing=standing))


def _draft(form: CommitteeForm, process: Process) -> CommitteeDraft:
    return CommitteeDraft(
        code=form.code.data or "",
        names=typed_in_languages(form, "name", process.languages),
        is_public=bool(form.is_public.data),
        position=form.position.data,
    )


def _page(
    process: Process,
    committee: Committee | None,
    form: CommitteeForm,
    status: HTTPStatus,
    present: Sequence[tuple[str, str]] = (),
) -> Page:
    page = render_template("papers/committee.html", process=process, committee=committee, form=form, present=present)
    return page, status


def _saved(process: str) -> Response:
    flash(_("It is saved."), "success")
    return redirect(url_for("papers.committees", process=process), HTTPStatus.SEE_OTHER)
