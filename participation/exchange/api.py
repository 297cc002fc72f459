"""The JSON side of imports."""

from typing import Any

from flask_smorest import Blueprint

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.exchange import schemas, services
from participation.exchange.sheets import read_records
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor, requires
from participation.workbooks.reading import MAX_BYTES

blp = Blueprint("api_exchange", __name__, url_prefix="/api/v1", description="Import of goals and measures")


@blp.route("/processes/<slug>/imports", methods=["POST"])
@requires(Permission.IMPORT_RUN)
@blp.arguments(schemas.ImportFiles, location="files")
@blp.arguments(schemas.ImportQuery, location="query")
@blp.response(200, schemas.ImportOut)
def import_proposals(files: dict[str, Any], query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Import goals and measures from a file: all of them, or none and a list of every place at fault."""
    upload = files["file"]
    records = read_records(upload.filename or "", upload.stream.read(MAX_BYTES + 1))
    if query["check_only"]:
        process = process_by_slug(db.session(), slug)
        report = services.check_import(db.session(), process, records, actor=current_actor())
    else:
        with transaction() as session:
            process = process_by_slug(session, slug)
            report = services.import_proposals(session, process, records, actor=current_actor(), now=utcnow())
    return {
        "imported": not query["check_only"],
        "goals": report.goals,
        "sub_goals": report.sub_goals,
        "measures": report.measures,
        "costings": report.costings,
    }
