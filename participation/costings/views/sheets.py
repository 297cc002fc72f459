"""Costs of many measures at once: a sheet to download, to fill in, to look at and to confirm."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from participation.core.errors import Conflict, DomainError, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.costings.files import costing_sheet, instructions
from participation.costings.forms import ApplyForm, SheetForm
from participation.costings.round_trip import Judged, apply_costings, measures_to_fill_in, preview_costings
from participation.costings.transcripts import rows_sent_back, rows_to_send_back
from participation.costings.uploads import place_of, read_sheet
from participation.costings.views.blueprint import bp
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.errors import show_in_form, words_for
from participation.web.guard import current_actor, requires
from participation.workbooks.reading import MAX_BYTES, MAX_FAULTS
from participation.workbooks.writing import MIMETYPE

Page = tuple[str, int]


@bp.get("/processes/<process>/costs/sheet.xlsx")
@requires(Permission.COSTING_ENTER)
def download_sheet(process: str) -> Response:
    """Give the sheet of the visitor's own measures, the office that of all."""
    found = process_by_slug(db.session(), process)
    measures = measures_to_fill_in(db.session(), found, actor=current_actor())
    response = Response(costing_sheet(found, measures, at=utcnow()), mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="costs-{found.slug}.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/processes/<process>/costs/upload")
@requires(Permission.COSTING_ENTER)
def upload_sheet(process: str) -> str:
    """Show how a sheet is filled in, and where it is handed in."""
    found = _process(process)
    form = SheetForm()
    form.round.data = request.args.get("round", "")
    return _form_page(found, form)


@bp.post("/processes/<process>/costs/upload")
@requires(Permission.COSTING_ENTER)
def preview_sheet(process: str) -> Page:
    """Show what an uploaded sheet would change, and everything that is wrong with it; write nothing."""
    found = _process(process)
    form = SheetForm()
    slug = form.round.data or ""
    try:
        rows = read_sheet(_uploaded(form), found)
        judged = preview_costings(db.session(), found, rows, actor=current_actor(), now=utcnow(), slug=slug or None)
    except (Invalid, Conflict) as refusal:
        show_in_form(refusal, form)
        return _form_page(found, form), refusal.status
    return _preview_page(found, judged, slug), HTTPStatus.OK


@bp.post("/processes/<process>/costs/apply")
@requires(Permission.COSTING_ENTER)
def apply_sheet(process: str) -> Page | BaseResponse:
    """Save what the preview has shown, all of it in one transaction; what changed meanwhile is shown beside it."""
    found = _process(process)
    form = ApplyForm()
    slug = form.round.data or ""
    try:
        rows = rows_sent_back(form.rows.data or "")
    except Invalid as refusal:
        again = SheetForm(formdata=None, data={"round": slug})
        show_in_form(refusal, again)
        return _form_page(found, again), refusal.status
    try:
        with transaction() as session:
            entered = apply_costings(session, found, rows, actor=current_actor(), now=utcnow(), slug=slug or None)
    except (Invalid, Conflict) as refusal:
        judged = preview_costings(db.session(), found, rows, actor=current_actor(), now=utcnow(), slug=slug or None)
        return _preview_page(found, judged, slug, refusal), refusal.status
    flash(
        ngettext("The costs of %(num)s measure are saved.", "The costs of %(num)s measures are saved.", len(entered)),
        "success",
    )
    if slug:
        return redirect(url_for("rounds.show", slug=slug), HTTPStatus.SEE_OTHER)
    return redirect(url_for("costings.overview", process=process), HTTPStatus.SEE_OTHER)


def _uploaded(form: SheetForm) -> bytes:
    upload = form.file.data
    if not upload or not upload.filename:
        raise Invalid("file_missing", field="file")
    data: bytes = upload.stream.read(MAX_BYTES + 1)
    return data


def _process(slug: str) -> Process:
    found = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.COSTING_ENTER, found)
    return found


def _form_page(process: Process, form: SheetForm) -> str:
    return render_template(
        "costings/upload.html",
        process=process,
        form=form,
        instructions=instructions(process.currency),
        measures=measures_to_fill_in(db.session(), process, actor=current_actor()),
    )


def _preview_page(process: Process, judged: Sequence[Judged], slug: str, refusal: DomainError | None = None) -> str:
    faults = [(one.stated.code, fault) for one in judged for fault in one.faults]
    form = ApplyForm(formdata=None, data={"rows": rows_to_send_back(judged), "round": slug})
    return render_template(
        "costings/preview.html",
        process=process,
        judged=judged,
        faults=[(code, place_of(fault), words_for(fault)) for code, fault in faults[:MAX_FAULTS]],
        fault_count=len(faults),
        form=form,
        slug=slug,
        refusal=words_for(refusal) if refusal else "",
    )
