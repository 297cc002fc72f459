"""Statements in JSON: wording, signing, finalising, and reading those that stand."""

from typing import Any

from flask import Response

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.gatherings import schemas, services
from participation.gatherings.api.blueprint import blp
from participation.gatherings.models import Statement, StatementSignature
from participation.gatherings.queries import final_statements, shown_statement
from participation.gatherings.services import StatementDraft
from participation.processes.queries import process_by_slug
from participation.rounds.queries import round_by_slug
from participation.web.guard import current_actor, requires


@blp.route("/processes/<slug>/statements", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.StatementsOut)
def list_statements(slug: str) -> dict[str, Any]:
    """List the statements of a process that stand."""
    session = db.session()
    return {"items": final_statements(session, process_by_slug(session, slug).id)}


@blp.route("/rounds/<slug>/statement", methods=["GET"])
@requires(Permission.ROUND_READ)
@blp.response(200, schemas.StatementOut)
def show_statement(slug: str) -> Statement:
    """Show what the organisations of a round say together; a draft is shown to them and the office alone."""
    session = db.session()
    return shown_statement(session, round_by_slug(session, slug), current_actor(), utcnow())


@blp.route("/rounds/<slug>/statement", methods=["POST"])
@requires(Permission.STATEMENT_WRITE)
@blp.arguments(schemas.StatementIn)
@blp.response(201, schemas.StatementOut)
def write_statement(wanted: dict[str, Any], slug: str) -> Statement:
    """Begin a statement in the language in which it is worded."""
    with transaction() as session:
        return services.write_statement(session, slug, StatementDraft(**wanted), actor=current_actor(), now=utcnow())


@blp.route("/rounds/<slug>/statement", methods=["PUT"])
@requires(Permission.STATEMENT_WRITE)
@blp.arguments(schemas.RevisedStatementIn)
@blp.response(200, schemas.StatementOut)
def revise_statement(wanted: dict[str, Any], slug: str) -> Statement:
    """Reword a statement; signatures say then that they are of an earlier wording."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return services.revise_statement(
            session, slug, StatementDraft(**wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )


@blp.route("/rounds/<slug>/statement/translations/<language>", methods=["PUT"])
@requires(Permission.STATEMENT_WRITE)
@blp.arguments(schemas.TranslatedStatementIn)
@blp.response(200, schemas.StatementOut)
def translate_statement(wanted: dict[str, Any], slug: str, language: str) -> Statement:
    """Say a revision of it in another language."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return services.translate_statement(
            session, slug, StatementDraft(language, **wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )


@blp.route("/rounds/<slug>/statement/signature", methods=["PUT"])
@requires(Permission.STATEMENT_WRITE)
@blp.arguments(schemas.StatementBasisIn)
@blp.response(200, schemas.StatementSignatureOut)
def sign_statement(wanted: dict[str, Any], slug: str) -> StatementSignature:
    """Sign the present wording for one's organisation."""
    with transaction() as session:
        return services.sign_statement(session, slug, **wanted, actor=current_actor(), now=utcnow())


@blp.route("/rounds/<slug>/statement/signature", methods=["DELETE"])
@requires(Permission.STATEMENT_WRITE)
@blp.response(204)
def withdraw_signature(slug: str) -> Response:
    """Take the signature of one's organisation back."""
    with transaction() as session:
        services.withdraw_signature(session, slug, actor=current_actor(), now=utcnow())
    return Response(status=204)


@blp.route("/rounds/<slug>/statement/finalise", methods=["POST"])
@requires(Permission.STATEMENT_FINALISE)
@blp.arguments(schemas.StatementBasisIn)
@blp.response(200, schemas.StatementOut)
def finalise_statement(wanted: dict[str, Any], slug: str) -> Statement:
    """Let a statement stand: it is public from now on and nothing of it changes."""
    with transaction() as session:
        return services.finalise_statement(session, slug, **wanted, actor=current_actor(), now=utcnow())
