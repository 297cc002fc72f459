"""Participation codes in JSON."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify
from flask_wtf.csrf import generate_csrf

from participation.accounts import guard
from participation.accounts.models import SubjectKind
from participation.core.errors import Invalid, NotFound
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds import schemas, services
from participation.rounds.api.blueprint import blp
from participation.rounds.codes import grouped
from participation.rounds.models import CodeBatch, Round
from participation.rounds.queries import batch_by_number, batches_of, printings_of, replacements_of, round_by_slug
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema
from participation.web.redirects import absolute_url
from participation.web.secret import application_key


@blp.route("/rounds/<slug>/code-batches", methods=["GET"])
@requires(Permission.CODE_PRINT)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.BatchOut))
def list_batches(asked: dict[str, int], slug: str) -> Page[dict[str, Any]]:
    """List the batches of a round."""
    session = db.session()
    found = page_of(batches_of(session, _round(slug).id), **asked)
    return Page([_batch(batch) for batch in found.items], found.page, found.pages, found.total)


@blp.route("/rounds/<slug>/code-batches", methods=["POST"])
@requires(Permission.CODE_PRINT, fresh=True)
@blp.arguments(schemas.BatchIn)
@blp.response(201, schemas.BatchOut)
def issue_codes(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Make a batch of codes."""
    with transaction() as session:
        batch = services.issue_codes(
            session, _round(slug), **wanted, app_key=application_key(), actor=current_actor(), now=utcnow()
        )
        return _batch(batch)


@blp.route("/rounds/<slug>/code-batches/<int:number>", methods=["PATCH"])
@requires(Permission.CODE_PRINT)
@blp.arguments(schemas.BatchExpiryIn)
@blp.response(200, schemas.BatchOut)
def let_expire(wanted: dict[str, Any], slug: str, number: int) -> dict[str, Any]:
    """Say on which day the codes of a batch are good for the last time; null, until the round ends."""
    with transaction() as session:
        batch = services.let_expire(session, _round(slug), number, **wanted, actor=current_actor(), now=utcnow())
        return _batch(batch)


@blp.route("/rounds/<slug>/code-batches/<int:number>/cards", methods=["POST"])
@requires(Permission.CODE_PRINT, fresh=True)
@blp.arguments(schemas.PrintingIn, required=False)
@blp.response(200, schemas.CardsOut)
def print_cards(wanted: dict[str, Any], slug: str, number: int) -> Response:
    """Give the codes of a batch that still hold; that somebody saw them stands in its register.

    From the second time on a reason is needed.
    """
    with transaction() as session:
        cards = services.print_codes(
            session, _round(slug), number, application_key(), **wanted, actor=current_actor(), now=utcnow()
        )
    return cards_response(cards)


@blp.route("/rounds/<slug>/code-batches/<int:number>/revoke", methods=["POST"])
@requires(Permission.CODE_PRINT)
@blp.response(200, schemas.BatchOut)
def revoke_batch(slug: str, number: int) -> dict[str, Any]:
    """Make all codes of a batch invalid; ballots that were cast with them stay."""
    with transaction() as session:
        return _batch(services.revoke_batch(session, _round(slug), number, actor=current_actor(), now=utcnow()))


@blp.route("/rounds/<slug>/code-batches/<int:number>/cards/<int:card>/revoke", methods=["POST"])
@requires(Permission.CODE_PRINT)
@blp.response(200, schemas.BatchOut)
def revoke_card(slug: str, number: int, card: int) -> dict[str, Any]:
    """Make the code of one card invalid."""
    with transaction() as session:
        round_ = _round(slug)
        services.revoke_code(session, round_, number, card, actor=current_actor(), now=utcnow())
        return _batch(batch_by_number(session, round_, number))


@blp.route("/session/code", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.CodeIn)
@blp.response(200, schemas.CodeSessionOut)
def use_code(typed: dict[str, str]) -> Response:
    """Sign this browser in as the bearer of a participation code."""
    now = utcnow()
    try:
        services.find_code(db.session(), typed["code"], now=now)  # a guess does not take the lock
        with transaction() as session:
            code = services.find_code(session, typed["code"], now=now)
            opened = guard.replace_session(session, SubjectKind.CODE, code.id, now=now)
            slug = code.batch.round.slug
    except Invalid as error:
        if error.code == "no_such_code":
            _count(typed["round"])
        raise
    response = jsonify(schemas.CodeSessionOut().dump({"round": slug, "csrf_token": generate_csrf()}))
    guard.keep_signed_in(response, opened)
    return response


def cards_response(cards: Sequence[tuple[int, str]]) -> Response:
    """Return cards as the API gives them; nothing on the way keeps them."""
    door = absolute_url("rounds.enter_code")
    listed = [{"number": card, "code": grouped(code), "address": f"{door}#{code.upper()}"} for card, code in cards]
    response = jsonify(schemas.CardsOut().dump({"cards": listed}))
    response.headers["Cache-Control"] = "no-store"
    return response


def _count(slug: str) -> None:
    """Count a code that was never issued; raises TooManyAttempts once there were many."""
    try:
        round_: Round | None = round_by_slug(db.session(), slug)
    except NotFound:
        round_ = None
    services.check_wrong_codes(db.session(), round_, now=utcnow())
    with transaction() as session:
        services.note_wrong_code(session, round_, now=utcnow())


def _round(slug: str) -> Round:
    round_ = round_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.CODE_PRINT, round_)
    return round_


def _batch(batch: CodeBatch) -> dict[str, Any]:
    session = db.session()
    return {
        "number": batch.number,
        "kind": batch.kind,
        "label": batch.label,
        "created_at": batch.created_at,
        "revoked_at": batch.revoked_at,
        "expires_at": batch.expires_at,
        "cards": len(batch.codes),
        "revoked_cards": [code.number for code in batch.codes if code.revoked_at is not None],
        "replaced_cards": [
            {"lost": lost, "given": given} for lost, given in replacements_of(session, batch.round_id).get(batch.id, [])
        ],
        "printings": [
            {
                "printed_at": listed.printing.printed_at,
                "printed_by": listed.name or None,
                "cards": listed.printing.cards,
                "languages": listed.printing.languages,
                "reason": listed.printing.reason,
            }
            for listed in printings_of(session, batch.round_id).get(batch.id, [])
        ],
    }
