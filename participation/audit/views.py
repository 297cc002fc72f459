"""Officials and auditors read the record."""

from typing import Final

from flask import Blueprint, current_app, render_template, request

from participation.audit.guard import readable_processes
from participation.audit.queries import AuditFilter, actions_seen, head_of, noted_heads, read_records
from participation.core.permissions import Permission
from participation.extensions import db
from participation.web.guard import requires
from participation.web.pagination import PER_PAGE, asked_page, page_links

bp = Blueprint("audit", __name__)

LATEST_HEADS: Final = 10


@bp.get("/manage/audit")
@requires(Permission.AUDIT_READ)
def show() -> str:
    """Show the record, the newest act first."""
    processes = readable_processes()
    wanted = AuditFilter(
        processes,
        action=request.args.get("action", ""),
        actor_id=request.args.get("actor", "").strip(),
        subject_id=request.args.get("subject", "").strip(),
    )
    return render_template(
        "audit/records.html",
        listed=read_records(db.session(), wanted, page=asked_page(), per_page=PER_PAGE),
        wanted=wanted,
        actions=actions_seen(db.session(), processes),
        href_for=page_links(),
        head=head_of(db.session(), current_app.config["SETTINGS"].base_url),
        heads=noted_heads(db.session(), page=1, per_page=LATEST_HEADS).items,
    )
