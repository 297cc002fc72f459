"""Codes that expire, the register of printings, and cards that were lost."""

from datetime import datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.ballots import box
from participation.ballots.models import Channel
from participation.ballots.replacing import replace_card
from participation.core.actor import SYSTEM, Actor, ActorKind
from participation.core.errors import Conflict, Forbidden, Invalid, NotFound
from participation.core.permissions import Role
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round
from participation.rounds.queries import (
    code_key,
    codes_in_force,
    group_size,
    obstacle_to,
    participant_in,
    printings_of,
    replacements_of,
)
from participation.rounds.rules import Obstacle
from participation.rounds.services import code_text, find_code, issue_codes, let_expire, print_codes, revoke_code
from participation.rounds.stored import STORED
from tests.factories.city import WITHOUT_BALLOT, lindenhafen, make_round, open_for_contributions, person

KEY: Final = "a key of the application for these tests"


@pytest.fixture
def workshop(session: Session, now: datetime) -> Round:
    round_ = make_round(
        session,
        lindenhafen(session, now),
        now,
        kind=KindName.CITIZENS,
        eligibility=Eligibility.CODES,
        **WITHOUT_BALLOT,
    )
    return open_for_contributions(session, round_, now)


def test_a_batch_holds_to_the_end_of_its_last_day_on_the_clocks_of_the_process(
    session: Session, workshop: Round, now: datetime
) -> None:
    day = now.date()
    batch = issue_codes(session, workshop, 2, "", KEY, last_day=day, actor=SYSTEM, now=now)
    code = code_text(KEY, batch.codes[0].id)
    bearer = Actor(ActorKind.CODE, batch.codes[0].id)
    midnight = batch.expires_at
    assert midnight is not None
    assert midnight.isoformat() == f"{day.isoformat()}T23:00:00+00:00"  # Berlin, in winter
    for moment, holds in ((midnight - timedelta(microseconds=1), True), (midnight, False)):
        assert (participant_in(session, workshop, bearer, moment) is not None) is holds
        assert batch.is_expired(moment) is not holds
        assert codes_in_force(session, workshop.id, moment) == (2 if holds else 0)
        assert group_size(session, workshop, moment) == (2 if holds else 0)
    assert find_code(session, code, now=now).id == bearer.id
    with pytest.raises(Invalid, match="code_expired"):
        find_code(session, code, now=midnight)
    assert obstacle_to(session, workshop, bearer, midnight) is Obstacle.CODE_EXPIRED
    with pytest.raises(Conflict, match="batch_expired"):
        print_codes(session, workshop, 1, KEY, actor=SYSTEM, now=midnight)
    revoke_code(session, workshop, 1, 1, actor=SYSTEM, now=now)
    assert obstacle_to(session, workshop, bearer, midnight) is Obstacle.CODE_REVOKED


def test_the_last_day_can_be_moved_and_taken_back(session: Session, workshop: Round, now: datetime) -> None:
    (code,) = issue_codes(session, workshop, 1, "", KEY, last_day=now.date(), actor=SYSTEM, now=now).codes
    bearer, later = Actor(ActorKind.CODE, code.id), now + timedelta(days=2)
    assert participant_in(session, workshop, bearer, later) is None
    for last_day in (later.date(), None):
        let_expire(session, workshop, 1, last_day, actor=SYSTEM, now=now)
        assert participant_in(session, workshop, bearer, later) is not None
    for day in (now.date() - timedelta(days=1), (workshop.closes_at + timedelta(days=400)).date()):
        with pytest.raises(Invalid, match="last_day_out_of_range"):
            let_expire(session, workshop, 1, day, actor=SYSTEM, now=now)


def test_a_batch_is_printed_once_without_and_then_with_a_reason(
    session: Session, workshop: Round, now: datetime
) -> None:
    farid = person(session, "Farid", now, Role.MODERATOR, process=workshop.process)
    batch = issue_codes(session, workshop, 3, "", KEY, actor=farid, now=now)
    print_codes(session, workshop, 1, KEY, languages=("de", "ar"), actor=farid, now=now)
    for reason in ("", "  "):
        with pytest.raises(Invalid, match="reprint_reason_missing"):
            print_codes(session, workshop, 1, KEY, reason=reason, actor=farid, now=now)
    again = print_codes(session, workshop, 1, KEY, card=2, reason="Paper jam", actor=farid, now=now)
    assert [number for number, _code in again] == [2]
    listed = printings_of(session, workshop.id)[batch.id]
    assert [(entry.printing.number, entry.printing.cards, entry.printing.reason) for entry in listed] == [
        (1, 3, ""),
        (2, 1, "Paper jam"),
    ]
    assert {entry.name for entry in listed} == {"Farid"}
    (holding,) = [holding for holding in STORED if holding.name == "printings"]
    assert [entry["reason"] for entry in holding.of(session, farid.id)] == ["", "Paper jam"]
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE code_printings SET reason = '' WHERE number = 2"))


def test_a_lost_card_is_replaced_once_and_the_old_one_is_good_for_nothing(
    session: Session, workshop: Round, now: datetime
) -> None:
    farid = person(session, "Farid", now, Role.FACILITATOR, process=workshop.process)
    batch = issue_codes(session, workshop, 3, "", KEY, actor=farid, now=now)
    lost = batch.codes[1]
    given = replace_card(session, workshop.slug, 1, 2, KEY, reason="Lost on the bus", actor=farid, now=now)
    assert given.number == 4
    assert replacements_of(session, workshop.id) == {batch.id: [(2, 4)]}
    assert codes_in_force(session, workshop.id, now) == 3
    with pytest.raises(Invalid, match="code_revoked"):
        find_code(session, code_text(KEY, lost.id), now=now)
    assert find_code(session, code_text(KEY, given.id), now=now) is given
    with pytest.raises(Conflict, match="card_replaced_already"):
        replace_card(session, workshop.slug, 1, 2, KEY, reason="Lost again", actor=farid, now=now)
    third = replace_card(session, workshop.slug, 1, 4, KEY, reason="Lost as well", actor=farid, now=now)
    assert third.number == 5
    with pytest.raises(NotFound, match="no_such_card"):
        replace_card(session, workshop.slug, 1, 77, KEY, reason="?", actor=farid, now=now)
    stranger = person(session, "Ayşe", now)
    with pytest.raises(Forbidden):
        replace_card(session, workshop.slug, 1, 1, KEY, reason="?", actor=stranger, now=now)


def test_a_card_that_voted_is_not_replaced(session: Session, workshop: Round, now: datetime) -> None:
    batch = issue_codes(session, workshop, 2, "", KEY, actor=SYSTEM, now=now)
    voted, other = batch.codes
    box.register(session, workshop.id, code_key(voted.id), "code", channel=Channel.ONLINE, voted_on=now.date())
    with pytest.raises(Conflict, match="card_voted"):
        replace_card(session, workshop.slug, 1, 1, KEY, reason="Lost", actor=SYSTEM, now=now)
    assert voted.revoked_at is None
    assert replacements_of(session, workshop.id) == {}
    assert box.is_registered(session, workshop.id, code_key(voted.id))
    replace_card(session, workshop.slug, 1, 2, KEY, reason="Lost", actor=SYSTEM, now=now)
    assert other.revoked_at is not None
