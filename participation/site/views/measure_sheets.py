"""Measure sheets: each measure on a page of its own, to read and to print, and all of them in one file."""

from flask import Response, render_template, request

from participation.core.permissions import Permission
from participation.documents.blocks import Document
from participation.documents.kept import PUBLIC, name_of
from participation.documents.pdf import MIMETYPE
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.proposals.queries import admitted_in_brief
from participation.proposals.rules import ProposalKind
from participation.site.measure_sheets import SheetsNow, sheets_now
from participation.site.views.blueprint import bp
from participation.web.guard import requires
from participation.web.locale import current_language


@bp.get("/processes/<process>/measure-sheets")
@requires(Permission.PROCESS_READ)
def measure_sheets(process: str) -> str:
    """List the measures that have a sheet."""
    found = process_by_slug(db.session(), process)
    measures = admitted_in_brief(db.session(), found.id, ProposalKind.MEASURE)
    return render_template("site/measure_sheets.html", process=found, measures=measures)


@bp.get("/processes/<process>/measure-sheets/<code>")
@requires(Permission.PROCESS_READ)
def measure_sheet(process: str, code: str) -> str:
    """Show the sheet of a measure."""
    sheets = _sheets(process)
    return render_template(
        "site/measure_sheet.html", process=sheets.process, proposal=sheets.measure(code), sheet=sheets.sheet(code)
    )


@bp.get("/processes/<process>/measure-sheets.pdf")
@requires(Permission.PROCESS_READ)
def measure_sheets_file(process: str) -> Response:
    """Give the sheets of all measures as one PDF."""
    return _file(_sheets(process).composed(), f"{process}-measures")


@bp.get("/processes/<process>/measure-sheets/<code>.pdf")
@requires(Permission.PROCESS_READ)
def measure_sheet_file(process: str, code: str) -> Response:
    """Give the sheet of a measure as PDF."""
    return _file(_sheets(process).composed(code), f"{process}-{code.lower()}")


def _sheets(process: str) -> SheetsNow:
    return sheets_now(db.session(), process_by_slug(db.session(), process))


def _file(document: Document, stem: str) -> Response:
    """Answer with a PDF, unless the reader has the same one already: the same document is the same file."""
    response = Response(mimetype=MIMETYPE)
    response.set_etag(name_of(document))
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}-{current_language().tag}.pdf"'
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update({"Accept-Language", "Cookie"})
    if response.make_conditional(request).status_code == 200:  # noqa: PLR2004 - it has to be made
        response.set_data(PUBLIC.pdf(document))
    return response
