"""Concluding a round: asked for by one person, confirmed by another, counted, frozen, unlinked.

Where there are few ballots the second person's confirmation counts them: count_round, then conclude_round. Where there
are many, confirm_conclusion leaves the confirmation as an event of its own and files the count (services.background),
which ends with conclude_counted_round.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.ballots.box import count_ballots, count_register
from participation.ballots.paper.queries import paper_figures, published_sheets, waiting_sheets
from participation.ballots.queries import options_of
from participation.ballots.services import detach_ballots, keep_turnout
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.outbox.services import file_job
from participation.results.models import RoundResult
from participation.results.queries import result_of, waiting_confirmation
from participation.results.rules.conclusion import (
    CONFIRMATION_FACT,
    check_person,
    check_second_person,
)
from participation.results.rules.counting import BoxChanged
from participation.results.rules.round_snapshot import Turnout, round_snapshot
from participation.results.services.background import begin_count, end_count, is_counting
from participation.results.services.bundles import PUBLISH_BUNDLES
from participation.results.services.counting import Counted, count_box, written_ballots
from participation.results.services.describing import about_round, frozen_option
from participation.results.services.joint import lock_rankings_with, settle_rankings
from participation.rounds.models import Round
from participation.rounds.queries import lock_round, requested_conclusion, round_by_slug
from participation.rounds.rules import (
    BALLOTS_FACT,
    REQUEST_FACT,
    RoundAction,
    RoundState,
    Step,
    check_not_suspended,
    next_state,
)
from participation.rounds.services import record_event


def request_conclusion(session: Session, slug: str, *, actor: Actor, now: datetime) -> Step:
    """Ask for a closed round to be concluded; a second person has to confirm it. Asking again changes nothing.

    Raises Conflict `round_state` unless the round is closed, `conclusion_requested_already` if somebody else has
    asked (who may confirm theirs instead), `sheets_waiting` while received ballot sheets are neither cast nor set
    aside, `register_differs`; Forbidden `conclusion_by_people`.
    """
    round_ = _locked(session, slug, actor)
    check_person(actor)
    next_state(round_.state, RoundAction.REQUEST_CONCLUSION)
    check_not_suspended(is_suspended=round_.is_suspended)
    waiting = requested_conclusion(session, round_.id)
    if waiting is not None:
        if waiting.actor_id != actor.id:
            raise Conflict("conclusion_requested_already")
        return waiting
    waiting_on_paper = waiting_sheets(session, round_.id)
    if waiting_on_paper:
        raise Conflict("sheets_waiting", sheets=waiting_on_paper)
    _check_box(session, round_)
    event = record_event(session, round_, RoundAction.REQUEST_CONCLUSION, actor=actor, now=now)
    return Step(event.id, event.action, event.actor_id, event.at)


def withdraw_conclusion_request(session: Session, slug: str, *, actor: Actor, now: datetime) -> None:
    """Take back the request that waits, whoever of those who may conclude has made it; the round stays closed.

    A count that is under way stops, and what it had come to is deleted unseen. Raises Conflict
    `no_conclusion_requested` if no request waits.
    """
    round_ = _locked(session, slug, actor)
    next_state(round_.state, RoundAction.WITHDRAW_REQUEST)
    waiting = requested_conclusion(session, round_.id)
    if waiting is None:
        raise Conflict("no_conclusion_requested")
    end_count(session, round_.id)
    record_event(session, round_, RoundAction.WITHDRAW_REQUEST, actor=actor, now=now, facts={REQUEST_FACT: waiting.id})


def confirm_conclusion(session: Session, slug: str, *, actor: Actor, now: datetime) -> Round:
    """Confirm a request as the second person, and have the ballots counted in the background.

    Confirming again, or at the same time as others do, changes nothing; a count that a fault has stopped begins anew.
    Raises what conclude_round raises before it counts, and Conflict `nothing_to_vote_on`.
    """
    round_ = _locked(session, slug, actor)
    if round_.state is RoundState.CONCLUDED:
        return round_
    next_state(round_.state, RoundAction.CONFIRM_CONCLUSION)
    check_not_suspended(is_suspended=round_.is_suspended)
    if round_.ballot_kind is None:
        raise Conflict("nothing_to_vote_on", round=round_.slug)
    request = check_second_person(requested_conclusion(session, round_.id), actor)
    ballots = _check_box(session, round_)
    if waiting_confirmation(session, round_.id) is None:
        facts = {REQUEST_FACT: request.id, "ballots": ballots}
        record_event(session, round_, RoundAction.CONFIRM_CONCLUSION, actor=actor, now=now, facts=facts)
    begin_count(session, round_.id, ballots, now=now)
    return round_


def conclude_round(
    session: Session, slug: str, counted: Counted | None = None, *, actor: Actor, now: datetime
) -> RoundResult | None:
    """Confirm a request to conclude: store the result and the unlinked ballots, and have the round's key destroyed.

    `counted` is what count_round found outside the lock; here the ballots' root is compared again, and a difference is
    refused with Conflict `box_changed`, options struck since with `options_changed`. Without it the ballots are counted
    inside the transaction. Returns the result, None for a round that voted on nothing. Confirming a concluded round
    again, or at the same time as others do, returns the one result there is: it never changes. Raises Conflict
    `count_under_way` where the request was confirmed before and its ballots are being counted.
    """
    round_ = _locked(session, slug, actor)
    if round_.state is RoundState.CONCLUDED:
        return result_of(session, round_.id)
    next_state(round_.state, RoundAction.CONCLUDE)
    request = check_second_person(requested_conclusion(session, round_.id), actor)
    if is_counting(session, round_.id):
        raise Conflict("count_under_way", round=round_.slug)
    return _conclude(session, round_, counted, {REQUEST_FACT: request.id}, actor=actor, now=now)


def conclude_counted_round(session: Session, round_id: str, counted: Counted, *, now: datetime) -> RoundResult | None:
    """End a count that went on in the background with the conclusion that two people have asked for.

    Raises Conflict `count_stopped` if the request was withdrawn meanwhile; BoxChanged or `options_changed` as
    conclude_round does.
    """
    round_ = lock_round(session, round_id)
    if round_.state is RoundState.CONCLUDED:
        return result_of(session, round_.id)
    request, confirmation = requested_conclusion(session, round_id), waiting_confirmation(session, round_id)
    if request is None or confirmation is None or not is_counting(session, round_id):
        raise Conflict("count_stopped", round=round_.slug)
    facts = {REQUEST_FACT: request.id, CONFIRMATION_FACT: confirmation.id}
    return _conclude(session, round_, counted, facts, actor=SYSTEM, now=now)


def _conclude(
    session: Session, round_: Round, counted: Counted | None, facts: dict[str, Any], *, actor: Actor, now: datetime
) -> RoundResult | None:
    check_not_suspended(is_suspended=round_.is_suspended)
    rankings = lock_rankings_with(session, round_.id)
    result = _store_result(session, round_, counted, now) if round_.ballot_kind else None
    if result is not None:
        root = result.snapshot["ballots_root"]
        facts |= {BALLOTS_FACT: result.ballots, "ballots_hash": result.ballots_hash, "ballots_root": root}
        file_job(session, PUBLISH_BUNDLES, {"round_id": round_.id}, now=now)
    end_count(session, round_.id)
    record_event(session, round_, RoundAction.CONCLUDE, actor=actor, now=now, facts=facts)
    settle_rankings(session, rankings, now=now)
    return result


def _locked(session: Session, slug: str, actor: Actor) -> Round:
    found = round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_CONCLUDE, found)
    return lock_round(session, found.id)


def _check_box(session: Session, round_: Round) -> int:
    """Return how many ballots there are; the register must know of as many voters."""
    ballots, voters = count_ballots(session, round_.id), count_register(session, round_.id)
    if ballots != voters:
        raise Conflict("register_differs", ballots=ballots, voters=voters)
    return ballots


def _store_result(session: Session, round_: Round, counted: Counted | None, now: datetime) -> RoundResult:
    ballots = _check_box(session, round_)
    box, evaluation = counted or count_box(session, round_)
    options = options_of(session, round_.id)
    if {option.code for option in options if option.struck_at is not None} != box.struck:
        raise Conflict("options_changed", round=round_.slug)
    voted = keep_turnout(session, round_)
    snapshot = round_snapshot(
        about_round(session, round_, counted_at=now),
        [frozen_option(option) for option in options],
        box,
        evaluation,
        Turnout(
            voted.expected,
            voted.by_class,
            voted.by_channel,
            published_sheets(paper_figures(session, round_.id), voted.by_channel),
        ),
    )
    detach_ballots(session, round_.id, now=now)
    # What is kept for good is what was counted: read back from where it now lies.
    written = written_ballots(session.connection(), round_.id, box.salt)
    if written.root != box.root:
        raise BoxChanged
    snapshot["ballots_file"] = {"sha256": written.digest, "bytes": written.size}
    result = RoundResult(
        round_id=round_.id,
        rule=snapshot["rule"],
        method_version=snapshot["method_version"],
        ballots=ballots,
        ballots_hash=box.ballots_hash,
        counted_at=now,
        snapshot=snapshot,
        draws=evaluation.draws,
        salt=box.salt,
    )
    session.add(result)
    session.flush()
    return result
