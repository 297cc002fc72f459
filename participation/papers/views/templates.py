"""The office's own template for DOCX files: fetching it, putting one up, going back to ours."""

from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from participation.core.errors import Invalid
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.documents.word import DEFAULT_TEMPLATE, MAX_BYTES
from participation.documents.word.context import NAMES
from participation.extensions import db
from participation.papers import services
from participation.papers.downloads import template_response
from participation.papers.forms import TemplateForm
from participation.papers.queries import template_in_use
from participation.papers.rules.files import SnapshotKind
from participation.papers.views.blueprint import Page, bp, process_at_hand
from participation.web.errors import show_in_form
from participation.web.forms import pressed, submitted
from participation.web.guard import current_actor, requires


@bp.get("/processes/<process>/document-template")
@requires(Permission.COUNCIL_PAPER_EDIT)
def template(process: str) -> Page:
    """Say which template is used, and how to replace it."""
    return _page(process, TemplateForm(), HTTPStatus.OK)


@bp.get("/processes/<process>/document-template/template.docx")
@requires(Permission.COUNCIL_PAPER_EDIT)
def fetch_template(process: str) -> FlaskResponse:
    """Give the template that is used now, as a beginning for an own one."""
    found = process_at_hand(process)
    return template_response(template_in_use(db.session(), found.id, SnapshotKind.PAPER), DEFAULT_TEMPLATE.read_bytes())


@bp.post("/processes/<process>/document-template")
@requires(Permission.COUNCIL_PAPER_EDIT)
def set_template(process: str) -> Page | Response:
    """Use an office's own template from now on; one that cannot be filled in is refused, and says why."""
    process_at_hand(process)
    form = TemplateForm()
    if not form.validate():
        return _page(process, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        content = _uploaded()  # before the transaction: while a file is tried out, others can write
    except Invalid as fault:
        show_in_form(fault, form)
        return _page(process, form, HTTPStatus(fault.status))
    status = submitted(
        form,
        lambda session: services.set_template(
            session, process, SnapshotKind.PAPER, content, actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(process, form, status)
    flash(_("The template is in use. Files that are asked for from now on are made with it."), "success")
    return redirect(url_for("papers.template", process=process), HTTPStatus.SEE_OTHER)


@bp.post("/processes/<process>/document-template/reset")
@requires(Permission.COUNCIL_PAPER_EDIT)
def reset_template(process: str) -> Response:
    """Use our own template again."""
    done = pressed(
        FlaskForm(),
        lambda session: services.reset_template(
            session, process, SnapshotKind.PAPER, actor=current_actor(), now=utcnow()
        ),
    )
    if done:
        flash(_("The template that comes with the program is in use again."), "success")
    return redirect(url_for("papers.template", process=process), HTTPStatus.SEE_OTHER)


def _uploaded() -> bytes:
    from participation.documents.word.templates import check_template  # noqa: PLC0415 - 10 MB, where it is needed alone

    upload = request.files.get("file")
    data: bytes = upload.stream.read(MAX_BYTES + 1) if upload else b""
    check_template(data)
    return data


def _page(process: str, form: TemplateForm, status: HTTPStatus) -> Page:
    found = process_at_hand(process)
    page = render_template(
        "papers/template.html",
        process=found,
        form=form,
        template=template_in_use(db.session(), found.id, SnapshotKind.PAPER),
        names=NAMES,
    )
    return page, status
