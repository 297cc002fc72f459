"""The voter's way: fill in, review, cast. A receipt shows only on its own page, never in an address."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.ballots.booth import Booth, kept_words, spent_in_words
from participation.ballots.casting import hand_in
from participation.ballots.favourites import favourites_of
from participation.ballots.forms import FilledBallot, read_ballot, rearranged, stored_ballot
from participation.ballots.frozen import find
from participation.ballots.guard import key_store
from participation.ballots.queries import ballot_kind_of, has_voted, vote_before_erasure, voted_as, voting_task_of
from participation.ballots.rules import ballot_faults
from participation.ballots.services import NewerBallot
from participation.ballots.views.blueprint import bp
from participation.core.errors import Conflict, DomainError, Invalid, InvalidBallot, Unavailable
from participation.core.ids import new_id
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.doors import door_address, next_step
from participation.rounds.models import Round
from participation.rounds.queries import Participant, RoundStanding, round_by_slug, round_standing
from participation.rounds.sentences import sheet_handed_in_in_words
from participation.storage import IN_DOUBT, STORE_FAILURES
from participation.tally.kinds import READINGS, BallotKind
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires

_LARGEST_REVISION: Final = 2**31 - 1
_INPUT_OF: Final = {BallotKind.POINTS: "points-{}", BallotKind.APPROVAL: "choice-{}"}


@bp.get("/rounds/<slug>/ballot")
@requires(Permission.ROUND_READ)
def fill_in(slug: str) -> Response:
    """Show the ballot, with what lies in the box if there is something."""
    standing = _standing(slug)
    voting_task_of(standing.round)
    if not standing.takes_part or standing.sheet_handed_in:
        return _no_ballot(standing)
    booth = Booth.enter(db.session(), standing, key_store())
    refused = vote_before_erasure(db.session(), booth.round, booth.participant, key_store())
    if booth.own is None and refused is not None:
        return _no_ballot(standing, refused)
    if booth.own is None and standing.voted_elsewhere is not None:
        return _no_ballot(standing)
    ballot = stored_ballot(booth.shape.kind, booth.own.content if booth.own else _nothing(booth.shape.kind))
    return _form(booth, ballot, based_on=booth.revision)


@bp.post("/rounds/<slug>/ballot")
@requires(Permission.BALLOT_CAST)
def fill_in_further(slug: str) -> Response:
    """Answer a button of the ballot: move an option, filter the list, or go on to the review."""
    standing = _standing(slug)
    voting_task_of(standing.round)
    ballot, based_on = _read(standing.round), _based_on()
    if not standing.takes_part or standing.sheet_handed_in:
        return _no_ballot(standing, ballot=ballot)
    booth = Booth.enter(db.session(), standing, key_store())
    action = request.form.get("action", "review")
    if action == "review":
        faults = ballot_faults(booth.shape, ballot.content)
        return _form(booth, ballot, based_on, faults) if faults else _review(booth, ballot, based_on, new_id())
    if booth.shape.kind is BallotKind.RANKING:
        if action == "favourites":
            return _begun_form(booth, ballot, based_on)
        return _rearranged_form(booth, ballot, based_on, action)
    return _form(booth, ballot, based_on)


@bp.post("/rounds/<slug>/ballot/cast")
@requires(Permission.BALLOT_CAST)
def cast(slug: str) -> Response:
    """Put the reviewed ballot into the box. The same page sent twice is the same ballot."""
    ballot, based_on = read_ballot(ballot_kind_of(db.session(), slug), request.form), _based_on()
    token = request.form.get("request_token", "")
    try:
        hand_in(
            slug,
            ballot.content,
            request_token=token,
            based_on=based_on,
            confirm_empty="confirm_empty" in request.form,
        )
    except NewerBallot as refused:
        return _both(slug, refused, ballot)
    except (Unavailable, InvalidBallot) as refused:
        return _not_cast(slug, refused, ballot, based_on, token)
    except Conflict as refused:
        return _no_ballot(_standing(slug), refused, ballot)
    return redirect(url_for("ballots.receipt", slug=slug), HTTPStatus.SEE_OTHER)


@bp.get("/rounds/<slug>/ballot/review")
@bp.get("/rounds/<slug>/ballot/cast")
@requires(Permission.ROUND_READ)
def review(slug: str) -> Response:
    """Lead back to the form: what was reviewed travels in the page, not in its address."""
    return redirect(url_for("ballots.fill_in", slug=slug))


@bp.get("/rounds/<slug>/ballot/receipt")
@requires(Permission.BALLOT_CAST)
def receipt(slug: str) -> Response:
    """Show the voter's own receipt and ballot as long as the round's key exists."""
    standing = _standing(slug)
    if not key_store().holds(standing.round.id):
        return _no_ballot(standing)
    if standing.participant is None:
        standing = replace(standing, participant=_voted_as(standing.round))
    if standing.participant is None:
        return _no_ballot(standing)
    booth = Booth.enter(db.session(), standing, key_store())
    if booth.own is None:
        return _no_ballot(standing)
    ballot = stored_ballot(booth.shape.kind, booth.own.content)
    page = render_template(
        "ballots/receipt.html",
        booth=booth,
        rows=_rows(booth, ballot),
        ballot=ballot,
        handed_in=sheet_handed_in_in_words() if standing.sheet_handed_in else None,
    )
    return _private(page)


def _read(round_: Round) -> FilledBallot:
    return read_ballot(round_.ballot_kind or BallotKind.RANKING, request.form)


def _voted_as(round_: Round) -> Participant | None:
    return voted_as(db.session(), round_, current_actor(), key_store())


def _standing(slug: str) -> RoundStanding:
    session = db.session()
    return round_standing(session, round_by_slug(session, slug), current_actor(), utcnow())


def _form(
    booth: Booth, ballot: FilledBallot, based_on: int, faults: Sequence[DomainError] = (), *, left_over: int = 0
) -> Response:
    codes = ballot.codes
    options = booth.shown(codes)
    known = {option.code for option in options}
    asked = {} if faults else request.form  # what has to be put right is among all of them
    finder = find(
        options,
        q=asked.get("q", ""),
        field=asked.get("field", ""),
        only="only" in asked,
        favourites=favourites_of(booth.round),
    )
    page = render_template(
        "ballots/fill_in.html",
        booth=booth,
        ballot=ballot,
        based_on=based_on,
        faults=[(words_for(fault), _anchor(booth, fault)) for fault in faults],
        options=options,
        order=[code for code in codes if code in known],
        used=_used(ballot),
        finder=finder,
        left_over=left_over,
        struck=booth.struck(codes),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return make_response(page, status)


def _rearranged_form(booth: Booth, ballot: FilledBallot, based_on: int, action: str) -> Response:
    """Move an option on a ranking. One too many is not taken, and the page says so; the others stay as they are."""
    order = rearranged(ballot.codes, action)
    moved = FilledBallot(ballot.kind, order, ballot.typed)
    grew = len(order) > len(ballot.codes)
    faults = ballot_faults(booth.shape, order) if grew else []
    return _form(booth, ballot, based_on, faults) if faults else _form(booth, moved, based_on)


def _begun_form(booth: Booth, ballot: FilledBallot, based_on: int) -> Response:
    """Put what the voter marked on the free places of their order; what finds none is named, and nothing is moved.

    It comes in the random order in which the voter sees the options: a list that was marked from the top down, before
    anybody knew who looks, would put its first options first.
    """
    standing, wanted = booth.shape.standing, frozenset(favourites_of(booth.round)).difference(ballot.codes)
    marked = [option.code for option in booth.options if option.code in standing and option.code in wanted]
    free = max(0, (booth.shape.limits.options or len(standing)) - len(ballot.codes))
    begun = FilledBallot(ballot.kind, [*ballot.codes, *marked[:free]], ballot.typed)
    return _form(booth, begun, based_on, left_over=len(marked[free:]))


def _review(
    booth: Booth, ballot: FilledBallot, based_on: int, token: str, *, refused: DomainError | None = None
) -> Response:
    page = render_template(
        "ballots/review.html",
        booth=booth,
        ballot=ballot,
        rows=_rows(booth, ballot),
        based_on=based_on,
        token=token,
        refused=words_for(refused) if refused else None,
    )
    return _private(page, refused.status if refused else HTTPStatus.OK)


def _not_cast(slug: str, refused: DomainError, ballot: FilledBallot, based_on: int, token: str) -> Response:
    """Show again what was sent, with the reason why it was not taken.

    Where the store cannot even be read, or nobody knows whether it was taken, the page for that takes over; it keeps
    the form as well.
    """
    if refused.code == IN_DOUBT:
        raise refused
    try:
        booth = Booth.enter(db.session(), _standing(slug), key_store())
    except (Unavailable, *STORE_FAILURES):
        raise refused from None
    faults = ballot_faults(booth.shape, ballot.content)
    if faults:
        return _form(booth, ballot, based_on, faults)
    page = _review(booth, ballot, based_on, token, refused=refused)
    if "retry_after" in refused.facts:
        page.headers["Retry-After"] = str(refused.facts["retry_after"])
    return page


def _both(slug: str, refused: NewerBallot, typed: FilledBallot) -> Response:
    """Show the ballot in the box and the one that was sent; the voter decides which one counts."""
    booth = Booth.enter(db.session(), _standing(slug), key_store())
    stored = stored_ballot(booth.shape.kind, refused.stored.content)
    page = render_template(
        "ballots/both.html",
        booth=booth,
        ballot=typed,
        stored_rows=_rows(booth, stored),
        typed_rows=_rows(booth, typed),
        reason=words_for(refused),
        based_on=refused.stored.revision,
        token=new_id(),
    )
    return _private(page, HTTPStatus.CONFLICT)


def _no_ballot(
    standing: RoundStanding, refused: DomainError | None = None, ballot: FilledBallot | None = None
) -> Response:
    """Say why there is no ballot for this visitor here and now, what they can do, and what they had filled in."""
    participant, round_ = standing.participant, standing.round
    voted = participant is not None and has_voted(db.session(), round_.id, participant)
    spent = spent_in_words(db.session(), standing, key_store(), has_voted=voted)
    said = words_for(refused) if refused else None
    page = render_template(
        "ballots/no_ballot.html",
        standing=standing,
        step=next_step(standing, has_voted=voted, spent=spent),
        door=door_address(standing),
        has_voted=voted,
        has_receipt=voted and key_store().holds(round_.id),
        refused=said if said != spent else None,
        kept=kept_words(db.session(), round_, ballot.codes) if ballot else [],
    )
    return _private(page, HTTPStatus.FORBIDDEN if participant is None else HTTPStatus.CONFLICT)


def _rows(booth: Booth, ballot: FilledBallot) -> list[tuple[object, object]]:
    """Return the ballot as it will be counted: what stands highest first."""
    codes = ballot.codes
    if isinstance(ballot.content, dict):
        values = ballot.content
        codes = sorted(codes, key=lambda code: -values[code])
    return [
        (option, ballot.content[option.code] if isinstance(ballot.content, dict) else None)
        for option in booth.chosen(codes)
    ]


def _used(ballot: FilledBallot) -> int:
    values = ballot.content.values() if isinstance(ballot.content, dict) else ()
    return sum(value for value in values if isinstance(value, int) and value > 0)


def _nothing(kind: BallotKind) -> list[str] | dict[str, int]:
    return {} if READINGS[kind].carries_values else []


def _anchor(booth: Booth, fault: DomainError) -> str:
    """Return where on the page the fault can be put right."""
    code = fault.facts.get("option")
    if code is None or code not in booth.shape.shown:
        return "main"
    return _INPUT_OF.get(booth.shape.kind, "option-{}").format(code)


def _based_on() -> int:
    typed = request.form.get("based_on", "0")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(_LARGEST_REVISION))):
        raise Invalid("not_a_revision", field="based_on")
    return int(typed)


def _private(page: str, status: int = HTTPStatus.OK) -> Response:
    """Return a page that shows somebody's vote: no browser and no proxy keeps it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
