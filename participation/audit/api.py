"""The JSON side of the record."""

from typing import Any

from flask import current_app
from flask_smorest import Blueprint

from participation.audit.guard import readable_processes
from participation.audit.models import AuditHead, AuditRecord
from participation.audit.queries import AuditFilter, head_of, noted_heads, read_records
from participation.audit.rules import Head
from participation.audit.schemas import HeadOut, NotedHeadOut, RecordOut, RecordsIn
from participation.core.errors import NotFound
from participation.core.permissions import Permission
from participation.extensions import db
from participation.storage.pages import Page
from participation.web.guard import requires
from participation.web.pagination import PageIn, page_schema

blp = Blueprint("api_audit", __name__, url_prefix="/api/v1", description="The record of officials' acts")


@blp.route("/audit/head", methods=["GET"])
@requires(Permission.AUDIT_READ)
@blp.response(200, HeadOut)
@blp.alt_response(404, description="Nothing was recorded yet.")
def show_head() -> Head:
    """Where the record ends now. Whoever keeps it finds out if anything before it is changed or cut off later."""
    readable_processes()
    head = head_of(db.session(), current_app.config["SETTINGS"].base_url)
    if head is None:
        raise NotFound("nothing_recorded")
    return head


@blp.route("/audit/heads", methods=["GET"])
@requires(Permission.AUDIT_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(NotedHeadOut))
def list_heads(asked: dict[str, int]) -> Page[AuditHead]:
    """List the heads that were given to witnesses, the newest first."""
    readable_processes()
    return noted_heads(db.session(), page=asked["page"], per_page=asked["per_page"])


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
