"""The JSON side of ballots."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_smorest import Blueprint
from werkzeug.wrappers import Response

from participation.ballots import schemas, services, suspension
from participation.ballots.booth import Booth
from participation.ballots.casting import hand_in
from participation.ballots.frozen import as_data
from participation.ballots.guard import key_store
from participation.ballots.models import Option
from participation.ballots.queries import (
    Turnout,
    count_options,
    options_page,
    receipt_state,
    turnout,
    vote_before_erasure,
    voting_task_of,
)
from participation.ballots.reminders import ask_for_reminder as remember_reminder
from participation.ballots.reminders import wants_reminder
from participation.ballots.replacing import replace_card as replace_lost_card
from participation.ballots.rules import ReceiptState
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.api.codes import cards_response
from participation.rounds.codes import code_text
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug, round_standing
from participation.rounds.rules import RoundState
from participation.rounds.schemas import CardsOut, ReplacementIn
from participation.storage.pages import Page
from participation.web.errors import problem, words_for
from participation.web.guard import current_actor, requires
from participation.web.idempotency import IDEMPOTENCY_PARAMETER, idempotency_key
from participation.web.pagination import PageIn, page_schema
from participation.web.secret import application_key

blp = Blueprint("api_ballots", __name__, url_prefix="/api/v1", description="Options, ballots, turnout")


@blp.route("/rounds/<slug>/options", methods=["GET"])
@requires(Permission.ROUND_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.OptionOut))
def list_options(asked: dict[str, int], slug: str) -> Page[dict[str, Any]]:
    """What is voted on, frozen at the opening."""
    round_ = round_by_slug(db.session(), slug)
    found = options_page(db.session(), round_.id, page=asked["page"], per_page=asked["per_page"])
    return Page([_option(option) for option in found.items], found.page, found.pages, found.total)


@blp.route("/rounds/<slug>/ballot", methods=["GET"])
@requires(Permission.BALLOT_CAST)
@blp.response(200, schemas.BallotOut)
@blp.alt_response(409, description="Nothing is voted on, or the round is not open yet or is concluded.")
def own_ballot(slug: str) -> dict[str, Any]:
    """The caller's own ballot, until the round is concluded."""
    session, actor = db.session(), current_actor()
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.BALLOT_CAST, round_)
    standing = round_standing(session, round_, actor, utcnow())
    if standing.participant is None:
        raise Forbidden("not_a_participant", eligibility=round_.eligibility.value)
    voting_task_of(round_)
    _check_kept(round_)
    booth = Booth.enter(session, standing, key_store())
    refused = vote_before_erasure(session, round_, booth.participant, key_store())
    if booth.own is None and refused is not None:
        raise refused
    if booth.own is None and standing.voted_elsewhere is not None:
        raise Conflict("voted_in_other_round", round=standing.voted_elsewhere.slug)
    return {
        "kind": booth.shape.kind,
        "content": booth.own.content if booth.own else None,
        "revision": booth.revision,
        "receipt": booth.own.receipt if booth.own else None,
        "sheet_handed_in": standing.sheet_handed_in,
        "limits": booth.shape.limits,
        "options": [option.code for option in booth.options if option.struck_at is None],
        "closes_at": round_.closes_at,
    }


@blp.route("/rounds/<slug>/ballot", methods=["PUT"])
@requires(Permission.BALLOT_CAST)
@blp.arguments(schemas.CastBallotIn)
@blp.doc(parameters=[IDEMPOTENCY_PARAMETER])
@blp.response(200, schemas.CastOut)
def cast_ballot(given: dict[str, Any], slug: str) -> services.Cast | Response:
    """Cast or change the caller's ballot.

    The header Idempotency-Key or `request_token` is required: sent again with the same one, it is the same ballot
    with the same receipt. If the ballot was changed since `based_on`, the answer is 409 with `stored` and `sent`.
    """
    _refuse_doubled_names(request.get_data())
    token = idempotency_key() or given["request_token"]
    try:
        return hand_in(
            slug,
            given["content"],
            request_token=token or "",
            based_on=given["based_on"],
            confirm_empty=given["confirm_empty"],
        )
    except services.NewerBallot as refused:
        stored = {"content": refused.stored.content, "revision": refused.stored.revision}
        return problem(
            refused.status, refused.code, words_for(refused), field=refused.field, stored=stored, sent=refused.typed
        )


@blp.route("/rounds/<slug>/open", methods=["POST"])
@requires(Permission.ROUND_OPEN)
@blp.response(200, schemas.RoundStateOut)
def open_round(slug: str) -> dict[str, Any]:
    """Open a round and freeze what is voted on."""
    with transaction() as session:
        round_ = services.open_round(session, slug, actor=current_actor(), now=utcnow(), keys=key_store())
    return _state(round_)


@blp.route("/rounds/<slug>/close", methods=["POST"])
@requires(Permission.ROUND_CLOSE, fresh=True)
@blp.response(200, schemas.RoundStateOut)
def close_round(slug: str) -> dict[str, Any]:
    """Close a round for every voter."""
    with transaction() as session:
        round_ = services.close_round(session, slug, actor=current_actor(), now=utcnow())
    return _state(round_)


@blp.route("/rounds/<slug>/resume", methods=["POST"])
@requires(Permission.ROUND_OPEN)
@blp.arguments(schemas.ResumeIn)
@blp.response(200, schemas.RoundStateOut)
def resume_round(given: dict[str, Any], slug: str) -> dict[str, Any]:
    """Let a round go on that was suspended because it came back from a backup, with a published reason."""
    reasons = _by_language(given["reasons"])
    with transaction() as session:
        round_ = suspension.resume_round(session, slug, reasons, actor=current_actor(), now=utcnow(), keys=key_store())
    return _state(round_)


@blp.route("/rounds/<slug>/options/<code>/strike", methods=["POST"])
@requires(Permission.ROUND_EDIT)
@blp.arguments(schemas.StrikeIn)
@blp.response(200, schemas.OptionOut)
def strike_option(given: dict[str, Any], slug: str, code: str) -> dict[str, Any]:
    """Take an option off a running round, with a published reason."""
    reasons = _by_language(given["reasons"])
    with transaction() as session:
        option = services.strike_option(session, slug, code, reasons, actor=current_actor(), now=utcnow())
    return _option(option)


@blp.route(
    "/rounds/<slug>/code-batches/<int:number>/cards/<int:card>/replace",
    methods=["POST"],
)
@requires(Permission.CODE_PRINT)
@blp.arguments(ReplacementIn)
@blp.response(200, CardsOut)
@blp.alt_response(409, description="Somebody voted with the card, or it was replaced already.")
def replace_card(given: dict[str, Any], slug: str, number: int, card: int) -> Response:
    """Make the code of a lost card invalid and give the new card.

    A card with which somebody voted is not replaced: its ballot stays, and a new card would be a second vote.
    """
    with transaction() as session:
        code = replace_lost_card(
            session, slug, number, card, application_key(), reason=given["reason"], actor=current_actor(), now=utcnow()
        )
        return cards_response([(code.number, code_text(application_key(), code.id))])


@blp.route("/rounds/<slug>/reminder", methods=["GET"])
@requires(Permission.BALLOT_CAST)
@blp.response(200, schemas.ReminderOut)
def show_reminder(slug: str) -> dict[str, Any]:
    """Whether the caller asked to be reminded of a round that anybody may join; null where there is nothing to ask."""
    session = db.session()
    return {"wanted": wants_reminder(session, round_by_slug(session, slug), current_actor())}


@blp.route("/rounds/<slug>/reminder", methods=["PUT"])
@requires(Permission.BALLOT_CAST)
@blp.arguments(schemas.ReminderIn)
@blp.response(200, schemas.ReminderOut)
@blp.alt_response(409, description="People are reminded of this round without asking, or reminders are switched off.")
def ask_for_reminder(given: dict[str, bool], slug: str) -> dict[str, Any]:
    """Ask to be reminded by mail some days before the end of a round that anybody may join, or no longer."""
    with transaction() as session:
        wanted = remember_reminder(session, slug, wanted=given["wanted"], actor=current_actor(), now=utcnow())
    return {"wanted": wanted}


@blp.route("/rounds/<slug>/turnout", methods=["GET"])
@requires(Permission.ROUND_WATCH)
@blp.response(200, schemas.TurnoutOut)
def show_turnout(slug: str) -> Turnout:
    """How many have voted, by day, channel and class; never how."""
    round_ = round_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.ROUND_WATCH, round_)
    return turnout(db.session(), round_)


@blp.route("/rounds/<slug>/receipts/<receipt>", methods=["GET"])
@requires(Permission.ROUND_READ)
@blp.response(200, schemas.ReceiptOut)
@blp.alt_response(409, description="The round has not opened yet, or nothing is voted on in it.")
def find_receipt(slug: str, receipt: str) -> dict[str, Any]:
    """Whether a receipt is in the box, was counted or was replaced.

    Servers on the way may keep the address, and the receipt in it, in their logs. POST to /rounds/{slug}/receipts
    does not put it there.
    """
    return _receipt(slug, receipt)


@blp.route("/rounds/<slug>/receipts", methods=["POST"])
@requires(Permission.ROUND_READ)
@blp.arguments(schemas.ReceiptIn)
@blp.response(200, schemas.ReceiptOut)
@blp.alt_response(409, description="The round has not opened yet, or nothing is voted on in it.")
def look_up_receipt(asked: dict[str, str], slug: str) -> dict[str, Any]:
    """Whether a receipt is in the box, was counted or was replaced, without naming it in the address."""
    return _receipt(slug, asked["receipt"])


def _receipt(slug: str, receipt: str) -> dict[str, Any]:
    session = db.session()
    state = receipt_state(session, round_by_slug(session, slug), receipt)
    return {"state": state, "counted": state is ReceiptState.COUNTED}


def _by_language(texts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for text in texts:
        if text["language"] in reasons:
            raise Invalid("doubled_language", field="reasons", tag=text["language"])
        reasons[text["language"]] = text["body"]
    return reasons


def _option(option: Option) -> dict[str, Any]:
    struck = {"at": option.struck_at, "reason": option.struck_reason} if option.struck_at else None
    placed = {"position": option.position, "content_hash": option.content_hash, "struck": struck}
    return as_data(option.content) | placed


def _state(round_: Round) -> dict[str, Any]:
    return {
        "slug": round_.slug,
        "state": round_.state,
        "opens_at": round_.opens_at,
        "closes_at": round_.closes_at,
        "suspended_at": round_.suspended_at,
        "options": count_options(db.session(), round_.id),
    }


def _check_kept(round_: Round) -> None:
    """Say why nobody's ballot lies here; a missing key alone would look like a fault of the server."""
    if round_.state is RoundState.DRAFT:
        raise Conflict("round_not_open_yet", opens_at=round_.opens_at, zone=round_.process.time_zone)
    if round_.state is RoundState.CONCLUDED:
        raise Conflict("ballot_not_kept")


def _refuse_doubled_names(body: bytes) -> None:
    """JSON lets a name stand twice, and readers take one of the two; a ballot is not theirs to choose from."""

    def check(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
        doubled = _first_doubled(name for name, _value in pairs)
        if doubled is not None:
            raise Invalid("doubled_name", field="content", name=doubled[:40])
        return dict(pairs)

    json.loads(body, object_pairs_hook=check)


def _first_doubled(names: Iterable[str]) -> str | None:
    """Return the first name that stands there again; one look at each, for anybody may send very many of them."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
