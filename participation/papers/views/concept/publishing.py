"""The concept's draft as a whole: officials see what would be published and what of it is new, and publish it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers.queries.concept import (
    concept_document,
    latest_number,
    latest_version,
    principles_of,
    sections_of,
)
from participation.papers.queries.concept_content import concept_content
from participation.papers.rules.concept import draft_mark
from participation.papers.services.concept_versions import publish_concept
from participation.papers.views.concept.blueprint import Page, bp, edited_process, visible_changes
from participation.papers.views.concept.forms import PublishForm, publish_form
from participation.papers.views.concept.reading import measures_by_code
from participation.processes.models import Process
from participation.web.forms import submitted, typed_in_languages
from participation.web.guard import current_actor, requires


@bp.get("/draft")
@requires(Permission.CONCEPT_EDIT)
def draft(process: str) -> str:
    """Show what would be published, what of it is new, and where each part is worded."""
    session, found = db.session(), edited_process(process)
    document = concept_content(session, found)
    latest = latest_version(session, found.id)
    return render_template(
        "papers/concept/draft.html",
        process=found,
        document=document,
        measures=measures_by_code(document),
        principles=principles_of(session, found.id),
        sections=sections_of(session, found.id),
        latest=latest,
        changes=visible_changes(concept_document(session, latest), document, found) if latest else None,
    )


@bp.get("/draft/publish")
@requires(Permission.CONCEPT_EDIT)
def ask_to_publish(process: str) -> Page:
    """Say what publishing leads to and ask what is new."""
    found = edited_process(process)
    return _publish_page(found, publish_form(found.languages)(), HTTPStatus.OK)


@bp.post("/draft/publish")
@requires(Permission.CONCEPT_EDIT, fresh=True)
def publish(process: str) -> Page | Response:
    """Publish the draft."""
    found = edited_process(process)
    form = publish_form(found.languages)()
    notes, basis = typed_in_languages(form, "note", found.languages), str(form["based_on"].data or "")
    status = submitted(
        form,
        lambda session: publish_concept(session, process, notes, based_on=basis, actor=current_actor(), now=utcnow()),
        note=f"note-{found.default_language}",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _publish_page(found, form, status)
    flash(_("The concept is published. Everybody can read this version, and it stays as it is."), "success")
    return redirect(url_for("concept.show", process=process), HTTPStatus.SEE_OTHER)


def _publish_page(process: Process, form: PublishForm, status: int) -> Page:
    session = db.session()
    document: Mapping[str, Any] = concept_content(session, process)
    form["based_on"].raw_data = None  # sent once more after reading what has changed, it is meant
    form["based_on"].data = draft_mark(document, latest_number(session, process.id))
    page = render_template(
        "papers/concept/publish.html",
        process=process,
        form=form,
        latest=latest_version(session, process.id),
        document=document,
    )
    return page, status
