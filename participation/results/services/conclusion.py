"""Concluding a round: asked for by one person, confirmed by another, counted, frozen, unlinked."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.ballots.box import count_ballots, count_register
from participation.ballots.queries import options_of, turnout
from participation.ballots.services import detach_ballots
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.results.models import RoundResult
from participation.results.queries import requested_conclusion, result_of
from participation.results.rules.conclusion import (
    REQUEST_FACT,
    Step,
    check_person,
    check_second_person,
)
from participation.results.rules.round_snapshot import CountedBox, Turnout, round_snapshot
from participation.results.services.counting import count_box, hash_box
from participation.results.services.describing import about_round, frozen_option
from participation.results.services.joint import lock_rankings_with, settle_rankings
from participation.rounds.models import Round
from participation.rounds.queries import lock_round, round_by_slug
from participation.rounds.rules import RoundAction, RoundState, next_state
from participation.rounds.services import record_event


def request_conclusion(session: Session, slug: str, *, actor: Actor, now: datetime) -> Step:
    """Ask for a closed round to be concluded; a second person has to confirm it. Asking again changes nothing.

    Raises Conflict `round_state` unless the round is closed, `conclusion_requested_already` if somebody else has
    asked (who may confirm theirs instead), `register_differs`; Forbidden `conclusion_by_people`.
    """
    round_ = _locked(session, slug, actor)
    check_person(actor)
    next_state(round_.state, RoundAction.REQUEST_CONCLUSION)
    waiting = requested_conclusion(session, round_.id)
    if waiting is not None:
        if waiting.actor_id != actor.id:
            raise Conflict("conclusion_requested_already")
        return waiting
    _check_box(session, round_)
    event = record_event(session, round_, RoundAction.REQUEST_CONCLUSION, actor=actor, now=now)
    return Step(event.id, event.action, event.actor_id, event.at)


def withdraw_conclusion_request(session: Session, slug: str, *, actor: Actor, now: datetime) -> None:
    """Take back the request that waits, whoever of those who may conclude has made it; the round stays closed.

    Raises Conflict `no_conclusion_requested` if none waits.
    """
    round_ = _locked(session, slug, actor)
    next_state(round_.state, RoundAction.WITHDRAW_REQUEST)
    waiting = requested_conclusion(session, round_.id)
    if waiting is None:
        raise Conflict("no_conclusion_requested")
    record_event(session, round_, RoundAction.WITHDRAW_REQUEST, actor=actor, now=now, facts={REQUEST_FACT: waiting.id})


def conclude_round(
    session: Session, slug: str, box: CountedBox | None = None, *, actor: Actor, now: datetime
) -> RoundResult | None:
    """Confirm a request to conclude: store the result and the unlinked ballots, and have the round's key destroyed.

    `box` is what count_round found outside the lock; here the ballots' hash is compared again, and a difference is
    refused with Conflict `box_changed`. Without `box` the ballots are counted inside the transaction.
    Returns the result, None for a round that voted on nothing. Confirming a concluded round again, or at the same
    time as others do, returns the one result there is: it never changes.
    """
    round_ = _locked(session, slug, actor)
    if round_.state is RoundState.CONCLUDED:
        return result_of(session, round_.id)
    next_state(round_.state, RoundAction.CONCLUDE)
    request = check_second_person(requested_conclusion(session, round_.id), actor)
    rankings = lock_rankings_with(session, round_.id)
    result = _store_result(session, round_, box, now) if round_.ballot_kind else None
    facts: dict[str, Any] = {REQUEST_FACT: request.id}
    if result is not None:
        facts |= {"ballots": result.ballots, "ballots_hash": result.ballots_hash}
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


def _store_result(session: Session, round_: Round, box: CountedBox | None, now: datetime) -> RoundResult:
    ballots = _check_box(session, round_)
    if box is None:
        box = count_box(session, round_)
    elif box.ballots_hash != hash_box(session, round_.id):
        raise Conflict("box_changed", round=round_.slug)
    voted = turnout(session, round_)
    snapshot = round_snapshot(
        about_round(session, round_, counted_at=now),
        [frozen_option(option) for option in options_of(session, round_.id)],
        box,
        Turnout(voted.expected, voted.by_class, voted.by_channel),
    )
    result = RoundResult(
        round_id=round_.id,
        rule=snapshot["rule"],
        method_version=snapshot["method_version"],
        ballots=ballots,
        ballots_hash=box.ballots_hash,
        counted_at=now,
        snapshot=snapshot,
    )
    session.add(result)
    session.flush()
    detach_ballots(session, round_.id, now=now)
    return result
