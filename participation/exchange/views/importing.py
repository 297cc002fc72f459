"""Officials import goals and measures."""

from flask import render_template
from flask.typing import ResponseReturnValue

from participation.core.errors import Faults, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.exchange import services
from participation.exchange.forms import ImportForm
from participation.exchange.services import ImportReport
from participation.exchange.sheets import COLUMNS, TRANSLATED, Record, read_records
from participation.exchange.views.blueprint import bp
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires
from participation.workbooks.reading import MAX_BYTES


@bp.get("/manage/processes/<slug>/import")
@requires(Permission.IMPORT_RUN)
def import_form(slug: str) -> ResponseReturnValue:
    """Show what a file must look like, and the form."""
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.IMPORT_RUN, process)
    return _page(process, ImportForm())


@bp.post("/manage/processes/<slug>/import")
@requires(Permission.IMPORT_RUN)
def run_import(slug: str) -> ResponseReturnValue:
    """Check a file, and import it if that was asked."""
    form = ImportForm()
    process = process_by_slug(db.session(), slug)
    try:
        records = _uploaded(form)
        if form.run.data:
            with transaction() as session:
                process = process_by_slug(session, slug)
                report = services.import_proposals(session, process, records, actor=current_actor(), now=utcnow())
        else:
            report = services.check_import(db.session(), process, records, actor=current_actor())
    except Faults as refusal:
        db.session.rollback()
        faults = [(fault.facts.get("row"), fault.facts.get("column"), words_for(fault)) for fault in refusal.faults]
        return _page(process, form, error=words_for(refusal), faults=faults), 422
    except Invalid as refusal:
        db.session.rollback()
        return _page(process, form, error=words_for(refusal)), 422
    return _page(process, form, report=report, imported=bool(form.run.data))


def _uploaded(form: ImportForm) -> list[Record]:
    upload = form.file.data
    if not upload or not upload.filename:
        raise Invalid("file_missing", field="file")
    return read_records(upload.filename, upload.stream.read(MAX_BYTES + 1))


def _page(
    process: Process,
    form: ImportForm,
    *,
    error: str = "",
    faults: list[tuple[object, object, str]] | None = None,
    report: ImportReport | None = None,
    imported: bool = False,
) -> str:
    return render_template(
        "exchange/import.html",
        process=process,
        form=form,
        error=error,
        faults=faults or [],
        report=report,
        imported=imported,
        columns=COLUMNS,
        translated=sorted(TRANSLATED),
    )
