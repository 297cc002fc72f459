"""Ballot sheets in JSON."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from participation.ballots.guard import key_store
from participation.ballots.paper import schemas, services
from participation.ballots.paper.models import PaperSheet
from participation.ballots.paper.queries import (
    ListedSheet,
    PaperFigures,
    SheetInHand,
    paper_figures,
    sheet_at,
    sheet_in_hand,
    sheets_page,
)
from participation.ballots.paper.rules import SheetState, Typed, read_address
from participation.ballots.queries import options_of
from participation.core.errors import Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.codes import grouped
from participation.rounds.models import CodeBatch, Round
from participation.rounds.queries import round_by_slug
from participation.storage.pages import Page
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires
from participation.web.pagination import page_schema
from participation.web.redirects import absolute_url
from participation.web.secret import application_key

blp = Blueprint("api_paper", __name__, url_prefix="/api/v1/rounds/<slug>/paper", description="Ballots on paper")
SHEET = "/sheets/<int:batch>/<int:number>"


@blp.route("", methods=["GET"])
@requires(Permission.PAPER_ENTER)
@blp.response(200, schemas.PaperOut)
def show_figures(slug: str) -> PaperFigures:
    """How far the sheets are: printed, received, typed in, cast, set aside."""
    return paper_figures(db.session(), _round(slug, Permission.PAPER_ENTER).id)


@blp.route("/batches", methods=["POST"])
@requires(Permission.CODE_PRINT, fresh=True)
@blp.arguments(schemas.SheetBatchIn)
@blp.response(201, schemas.SheetBatchOut)
def issue_sheets(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Make a batch of sheets, each with a code of its own."""
    with transaction() as session:
        batch = services.issue_sheets(
            session, slug, **wanted, app_key=application_key(), actor=current_actor(), now=utcnow()
        )
        return _batch(batch)


@blp.route("/batches/<int:number>/print", methods=["POST"])
@requires(Permission.CODE_PRINT, fresh=True)
@blp.response(200, schemas.SheetsToPrintOut)
def print_sheets(slug: str, number: int) -> Response:
    """Give marks and codes of a batch for printing; that somebody saw them is recorded."""
    with transaction() as session:
        sheets = services.print_sheets(session, slug, number, application_key(), actor=current_actor(), now=utcnow())
    door = absolute_url("rounds.enter_code")
    listed = [
        {
            "sheet": f"{sheet.batch}/{sheet.number}",
            "mark": grouped(sheet.mark),
            "code": grouped(sheet.code),
            "address": f"{door}#{sheet.code.upper()}",
        }
        for sheet in sheets
    ]
    response = jsonify(schemas.SheetsToPrintOut().dump({"sheets": listed}))
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.route("/received", methods=["POST"])
@requires(Permission.PAPER_ENTER)
@blp.arguments(schemas.ReceiveIn)
@blp.response(200, schemas.ReceivedOut)
def receive_sheets(typed: dict[str, Any], slug: str) -> dict[str, Any]:
    """Note sheets as handed in before the close; each line counts for itself."""
    with transaction() as session:
        noted = services.receive_sheets(session, slug, typed["sheets"], actor=current_actor(), now=utcnow())
    return {
        "lines": [
            {
                "line": one.line,
                "typed": one.typed,
                "sheet": one.sheet,
                "was_noted": one.was_noted,
                "fault": {"code": one.fault.code, "detail": words_for(one.fault)} if one.fault else None,
            }
            for one in noted
        ]
    }


@blp.route("/sheets", methods=["GET"])
@requires(Permission.PAPER_ENTER)
@blp.arguments(schemas.SheetsIn, location="query")
@blp.response(200, page_schema(schemas.ListedSheetOut))
def list_sheets(asked: dict[str, Any], slug: str) -> Page[ListedSheet]:
    """List sheets by their numbers, and where each is."""
    round_ = _round(slug, Permission.PAPER_ENTER)
    state: SheetState | None = asked["state"]
    return sheets_page(
        db.session(), round_.id, state, actor=current_actor(), page=asked["page"], per_page=asked["per_page"]
    )


@blp.route(SHEET, methods=["GET"])
@requires(Permission.PAPER_ENTER)
@blp.response(200, schemas.PaperSheetOut)
def show_sheet(slug: str, batch: int, number: int) -> dict[str, Any]:
    """Where a sheet is; for the two people who typed it in, once both have, also where they differ."""
    session = db.session()
    round_ = _round(slug, Permission.PAPER_ENTER)
    sheet, options = sheet_at(session, round_.id, batch, number), options_of(session, round_.id)
    return _in_hand(sheet_in_hand(session, round_, sheet, options, key_store(), actor=current_actor()))


@blp.route(f"{SHEET}/entry", methods=["PUT"])
@requires(Permission.PAPER_ENTER)
@blp.arguments(schemas.PaperEntryIn)
@blp.response(200, schemas.SheetOutcomeOut)
def enter_sheet(given: dict[str, Any], slug: str, batch: int, number: int) -> dict[str, Any]:
    """Type a received sheet in; the second of two people who read the same casts it."""
    if sum(given[name] is not None for name in ("numbers", "values", "reason")) > 1:
        raise Invalid("wrong_shape", field="numbers")
    values = {name: str(value) for name, value in given["values"].items()} if given["values"] is not None else None
    typed = Typed([str(one) for one in given["numbers"] or ()], values, given["reason"], given["confirm_empty"])
    with transaction() as session:
        outcome = services.enter_sheet(
            session, slug, batch, number, typed, actor=current_actor(), now=utcnow(), keys=key_store()
        )
    return _outcome(slug, batch, number, outcome)


@blp.route(f"{SHEET}/confirm", methods=["POST"])
@requires(Permission.PAPER_ENTER)
@blp.arguments(schemas.ConfirmEntryIn)
@blp.response(200, schemas.SheetOutcomeOut)
def confirm_entry(given: dict[str, int], slug: str, batch: int, number: int) -> dict[str, Any]:
    """Take over what the other person read, after a difference."""
    with transaction() as session:
        outcome = services.confirm_entry(
            session, slug, batch, number, given["seen"], actor=current_actor(), now=utcnow(), keys=key_store()
        )
    return _outcome(slug, batch, number, outcome)


@blp.route(f"{SHEET}/withdraw", methods=["POST"])
@requires(Permission.PAPER_ENTER)
@blp.response(204)
def withdraw_entries(slug: str, batch: int, number: int) -> None:
    """Delete what was typed in from a sheet, unseen, so that two people begin anew."""
    with transaction() as session:
        services.withdraw_entries(session, slug, batch, number, actor=current_actor(), now=utcnow())


@blp.route("/set-aside", methods=["POST"])
@requires(Permission.ROUND_CONCLUDE)
@blp.arguments(schemas.SetSheetsAsideIn)
@blp.response(200, schemas.SheetsSetAsideOut)
def set_aside(given: dict[str, Any], slug: str) -> dict[str, list[str]]:
    """Leave received sheets uncounted that cannot be typed in, with a reason."""
    sheets = [read_address(typed) or (0, 0) for typed in given["sheets"]]  # no sheet has the number 0
    with transaction() as session:
        named = services.set_aside(session, slug, sheets, given["reason"], actor=current_actor(), now=utcnow())
    return {"sheets": named}


@blp.route(f"{SHEET}/take-up", methods=["POST"])
@requires(Permission.ROUND_CONCLUDE)
@blp.response(200, schemas.ListedSheetOut)
def take_up_again(slug: str, batch: int, number: int) -> dict[str, Any]:
    """Let a sheet wait again that was set aside."""
    with transaction() as session:
        sheet = services.take_up_again(session, slug, batch, number, actor=current_actor(), now=utcnow())
        return _sheet(sheet, people=0, is_mine=False)


def _round(slug: str, permission: Permission) -> Round:
    round_ = round_by_slug(db.session(), slug)
    authorise(current_actor(), permission, round_)
    return round_


def _batch(batch: CodeBatch) -> dict[str, Any]:
    return {"number": batch.number, "label": batch.label, "sheets": len(batch.codes)}


def _sheet(sheet: PaperSheet, *, people: int, is_mine: bool) -> dict[str, Any]:
    return {
        "address": sheet.address,
        "state": sheet.state,
        "reason": sheet.reason,
        "people": people,
        "is_mine": is_mine,
    }


def _in_hand(hand: SheetInHand) -> dict[str, Any]:
    return {
        **_sheet(hand.sheet, people=hand.people, is_mine=hand.is_mine),
        "mine": hand.mine,
        "theirs": hand.theirs,
        "theirs_revision": hand.theirs_revision,
        "lines": [
            {"line": line.line, "mine": line.first, "theirs": line.second, "differs": line.differs}
            for line in hand.lines
        ],
    }


def _outcome(slug: str, batch: int, number: int, outcome: services.Outcome) -> dict[str, Any]:
    session = db.session()
    sheet = sheet_at(session, round_by_slug(session, slug).id, batch, number)
    return {"sheet": sheet.address, "outcome": outcome, "reason": sheet.reason}
