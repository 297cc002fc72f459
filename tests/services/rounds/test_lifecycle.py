"""Extending rounds, and the one place that assigns a state."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.core.actor import SYSTEM
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.permissions import Role
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import extensions_of, lock_round
from participation.rounds.rules import RoundAction, RoundState
from participation.rounds.services import extend_round, record_event
from participation.texts.queries import wordings
from tests.factories.city import WITHOUT_BALLOT, lindenhafen, make_round, open_for_contributions, person

REASONS = {"de": "Der Saal war überfüllt.", "tr": "Salon doluydu."}
DAY = timedelta(days=1)


def running(session: Session, now: datetime) -> Round:
    return open_for_contributions(session, make_round(session, lindenhafen(session, now), now, **WITHOUT_BALLOT), now)


def test_an_extension_moves_the_end_and_publishes_why(session: Session, now: datetime) -> None:
    round_ = running(session, now)
    farid = person(session, "Farid", now, Role.MODERATOR, process=round_.process)
    first_end = round_.closes_at
    extend_round(session, round_.slug, closes_at=first_end + DAY, reasons=REASONS, actor=farid, now=now)
    assert round_.closes_at == first_end + DAY
    assert round_.state is RoundState.OPEN
    (event,) = extensions_of(session, round_.id)
    assert event.facts == {"from": first_end.isoformat(), "to": (first_end + DAY).isoformat()}
    assert event.reason is not None
    assert wordings(event.reason)["tr"].body == "Salon doluydu."
    act = session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc())).first()
    assert act is not None
    assert (act.action, act.actor_id, act.facts) == ("round.extend", farid.id, event.facts)


def test_a_round_that_ended_a_moment_ago_goes_on_while_no_close_event_exists(session: Session, now: datetime) -> None:
    round_ = running(session, now)
    late = round_.closes_at + timedelta(minutes=5)
    extend_round(session, round_.slug, closes_at=late + DAY, reasons=REASONS, actor=SYSTEM, now=late)
    assert late in round_.window


def test_a_closed_round_is_not_extended_even_inside_its_window(session: Session, now: datetime) -> None:
    round_ = running(session, now)
    record_event(session, round_, RoundAction.CLOSE, actor=SYSTEM, now=now)
    with pytest.raises(Conflict, match="round_state"):
        extend_round(session, round_.slug, closes_at=round_.closes_at + DAY, reasons=REASONS, actor=SYSTEM, now=now)
    assert not extensions_of(session, round_.id)


def test_an_extension_without_a_reason_or_without_more_time_is_refused(session: Session, now: datetime) -> None:
    round_ = running(session, now)
    with pytest.raises(Invalid) as refusal:
        extend_round(session, round_.slug, closes_at=round_.closes_at + DAY, reasons={}, actor=SYSTEM, now=now)
    assert (refusal.value.code, refusal.value.field) == ("text_missing", "reason-de")
    with pytest.raises(Invalid, match="extension_not_later"):
        extend_round(session, round_.slug, closes_at=round_.closes_at, reasons=REASONS, actor=SYSTEM, now=now)


def test_steering_members_extend_nothing(session: Session, now: datetime) -> None:
    round_ = running(session, now)
    member = person(session, "Olena", now, Role.STEERING, process=round_.process)
    with pytest.raises(Forbidden):
        extend_round(session, round_.slug, closes_at=round_.closes_at + DAY, reasons=REASONS, actor=member, now=now)


def test_every_event_is_kept_with_its_state_and_its_audit_record(session: Session, now: datetime) -> None:
    round_ = make_round(session, lindenhafen(session, now), now, **WITHOUT_BALLOT)
    for action in (RoundAction.OPEN, RoundAction.CLOSE, RoundAction.REQUEST_CONCLUSION, RoundAction.CONCLUDE):
        record_event(session, lock_round(session, round_.id), action, actor=SYSTEM, now=now, facts={"n": 1})
    assert round_.state is RoundState.CONCLUDED
    kept = session.scalars(select(RoundEvent.action).where(RoundEvent.round_id == round_.id)).all()
    assert sorted(kept) == ["close", "conclude", "open", "request_conclusion"]
    acts = session.scalars(select(AuditRecord.action).where(AuditRecord.subject_id == round_.id)).all()
    assert acts == ["round.created", "round.open", "round.close", "round.request_conclusion", "round.conclude"]
    for action in RoundAction:
        with pytest.raises(Conflict, match="round_state"):
            record_event(session, round_, action, actor=SYSTEM, now=now)


def test_the_database_keeps_one_close_event_even_if_the_rules_were_forgotten(session: Session, now: datetime) -> None:
    round_ = running(session, now)
    record_event(session, round_, RoundAction.CLOSE, actor=SYSTEM, now=now)
    session.add(RoundEvent(round_id=round_.id, action=RoundAction.CLOSE, at=now, actor_id="system"))
    with pytest.raises(IntegrityError):
        session.flush()
