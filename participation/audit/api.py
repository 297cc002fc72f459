"""The JSON side of the record."""

from typing import Any

from flask_smorest import Blueprint

from participation.audit.guard import readable_processes
from participation.audit.models import AuditRecord
from participation.audit.queries import AuditFilter, read_records
from participation.audit.schemas import RecordOut, RecordsIn
from participation.core.permissions import Permission
from participation.extensions import db
from participation.storage.pages import Page
from participation.web.guard import requires
from participation.web.pagination import page_schema

blp = Blueprint("api_audit", __name__, url_prefix="/api/v1", description="The record of officials' acts")


@blp.route("/audit", methods=["GET"])
@requires(Permission.AUDIT_READ)
@blp.arguments(RecordsIn, location="query")
@blp.response(200, page_schema(RecordOut))
def list_records(asked: dict[str, Any]) -> Page[AuditRecord]:
    """List acts, the newest first; each names the hash of the one before it."""
    wanted = AuditFilter(
        readable_processes(), action=asked["action"], actor_id=asked["actor"], subject_id=asked["subject"]
    )
    return read_records(db.session(), wanted, page=asked["page"], per_page=asked["per_page"])
