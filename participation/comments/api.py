"""The JSON side of comments."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_smorest import Blueprint

from participation.comments import schemas, services
from participation.comments.models import Comment, CommentReport
from participation.comments.queries import reported, threads
from participation.comments.rules import CommentState
from participation.comments.services import Remark
from participation.core.permissions import Permission, authorise, may
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.proposals.queries import readable_proposal
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema

blp = Blueprint("api_comments", __name__, url_prefix="/api/v1", description="Comments and their moderation")


@blp.route("/processes/<process>/proposals/<code>/comments", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.ThreadOut))
def list_comments(asked: dict[str, int], process: str, code: str) -> Page[dict[str, Any]]:
    """List the comments on a proposal with their replies, the oldest first."""
    session = db.session()
    found = process_by_slug(session, process)
    proposal = readable_proposal(session, found, code, actor=current_actor(), now=utcnow())
    moderates = may(current_actor(), Permission.COMMENT_MODERATE, found)
    return page_of(
        [
            _comment(thread.comment, moderates=moderates)
            | {"replies": [_comment(reply, moderates=moderates) for reply in thread.replies]}
            for thread in threads(session, proposal.id)
        ],
        **asked,
    )


@blp.route("/processes/<process>/proposals/<code>/comments", methods=["POST"])
@requires(Permission.COMMENT_WRITE)
@blp.arguments(schemas.CommentIn)
@blp.response(201, schemas.CommentOut)
def write_comment(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Say something about a proposal in a round that asks for comments."""
    actor, now = current_actor(), utcnow()
    slug = wanted.pop("round")
    with transaction() as session:
        proposal = readable_proposal(session, process_by_slug(session, process), code, actor=actor, now=now)
        written = services.write_comment(session, proposal.id, Remark(**wanted), slug=slug, actor=actor, now=now)
        return _comment(written)


@blp.route("/comments/<comment_id>/report", methods=["POST"])
@requires(Permission.COMMENT_REPORT)
@blp.arguments(schemas.ReportIn)
@blp.response(201, schemas.ReportOut)
def report_comment(wanted: dict[str, Any], comment_id: str) -> CommentReport:
    """Tell the moderators that a comment breaks the rules."""
    with transaction() as session:
        return services.report_comment(session, comment_id, wanted["reason"], actor=current_actor(), now=utcnow())


@blp.route("/comments/<comment_id>/hide", methods=["POST"])
@requires(Permission.COMMENT_MODERATE)
@blp.arguments(schemas.ModerationIn)
@blp.response(200, schemas.CommentOut)
def hide_comment(wanted: dict[str, Any], comment_id: str) -> dict[str, Any]:
    """Hide a comment; everybody reads the reason in its place."""
    return _moderate(services.hide_comment, comment_id, wanted["reasons"])


@blp.route("/comments/<comment_id>/restore", methods=["POST"])
@requires(Permission.COMMENT_MODERATE)
@blp.arguments(schemas.ModerationIn)
@blp.response(200, schemas.CommentOut)
def restore_comment(wanted: dict[str, Any], comment_id: str) -> dict[str, Any]:
    """Show a hidden comment again."""
    return _moderate(services.restore_comment, comment_id, wanted["reasons"])


@blp.route("/comments/<comment_id>/keep", methods=["POST"])
@requires(Permission.COMMENT_MODERATE)
@blp.arguments(schemas.ModerationIn)
@blp.response(200, schemas.CommentOut)
def keep_comment(wanted: dict[str, Any], comment_id: str) -> dict[str, Any]:
    """Answer the notices about a comment by leaving it where it is."""
    return _moderate(services.keep_comment, comment_id, wanted["reasons"])


@blp.route("/processes/<process>/comments/reported", methods=["GET"])
@requires(Permission.COMMENT_MODERATE)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.ReportedOut))
def list_reported(asked: dict[str, int], process: str) -> Page[dict[str, Any]]:
    """List the comments with unanswered notices, the longest waiting first."""
    session = db.session()
    found = process_by_slug(session, process)
    authorise(current_actor(), Permission.COMMENT_MODERATE, found)
    return page_of(
        [
            {
                "proposal": one.comment.proposal.code,
                "comment": _comment(one.comment, moderates=True),
                "reports": one.reports,
            }
            for one in reported(session, found.id)
        ],
        **asked,
    )


def _moderate(decide: Callable[..., Comment], comment_id: str, reasons: Mapping[str, str]) -> dict[str, Any]:
    with transaction() as session:
        return _comment(decide(session, comment_id, reasons, actor=current_actor(), now=utcnow()), moderates=True)


def _comment(comment: Comment, *, moderates: bool = False) -> dict[str, Any]:
    is_hidden = comment.state is CommentState.HIDDEN
    return {
        "id": comment.id,
        "state": comment.state,
        "author_name": comment.author_name,
        "organisation": comment.organisation.name if comment.organisation else None,
        "body": None if is_hidden and not moderates else comment.body,
        "hidden_because": comment.decisions[-1].reason if is_hidden else None,
        "written_at": comment.written_at,
    }
