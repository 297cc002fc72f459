"""Participation codes in the database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.core.actor import SYSTEM
from participation.core.errors import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts
from participation.core.permissions import Role
from participation.rounds.codes import check_character
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round
from participation.rounds.queries import batches_of, codes_in_force
from participation.rounds.rules import RoundAction
from participation.rounds.services import (
    MAX_BATCH,
    code_text,
    find_code,
    issue_codes,
    note_wrong_code,
    print_codes,
    record_event,
    revoke_batch,
    revoke_code,
)
from tests.factories.city import WITHOUT_BALLOT, lindenhafen, make_round, open_for_contributions, person

KEY = "a key of the application for these tests"


def workshop(session: Session, now: datetime) -> Round:
    process = lindenhafen(session, now)
    return make_round(session, process, now, kind=KindName.CITIZENS, eligibility=Eligibility.CODES, **WITHOUT_BALLOT)


def test_codes_are_found_as_typed_and_stored_nowhere(session: Session, now: datetime) -> None:
    round_ = workshop(session, now)
    farid = person(session, "Farid", now, Role.MODERATOR, process=round_.process)
    batch = issue_codes(session, round_, 25, " Samstag ", KEY, actor=farid, now=now)
    assert (batch.number, batch.label, codes_in_force(session, round_.id, now)) == (1, "Samstag", 25)
    cards = print_codes(session, round_, 1, KEY, actor=farid, now=now)
    assert [number for number, _code in cards] == list(range(1, 26))
    for number, code in cards:
        assert find_code(session, code.upper(), now=now).number == number
    session.flush()
    stored = session.execute(text("SELECT id, fingerprint FROM participation_codes")).all()
    assert not {code for _number, code in cards} & {value for row in stored for value in row}


def test_seeing_the_codes_leaves_a_trace(session: Session, now: datetime) -> None:
    round_ = workshop(session, now)
    issue_codes(session, round_, 3, "", KEY, actor=SYSTEM, now=now)
    print_codes(session, round_, 1, KEY, actor=SYSTEM, now=now)
    acts = session.scalars(select(AuditRecord.action).where(AuditRecord.subject_id == round_.id)).all()
    assert acts == ["round.created", "codes.issued", "codes.printed"]


def test_batches_are_numbered_and_revoked_as_a_whole_or_card_by_card(session: Session, now: datetime) -> None:
    round_ = workshop(session, now)
    for count in (2, 3):
        issue_codes(session, round_, count, "", KEY, actor=SYSTEM, now=now)
    assert [batch.number for batch in batches_of(session, round_.id)] == [1, 2]
    revoke_code(session, round_, 2, 3, actor=SYSTEM, now=now)
    revoke_batch(session, round_, 1, actor=SYSTEM, now=now)
    revoke_batch(session, round_, 1, actor=SYSTEM, now=now + timedelta(hours=1))
    assert codes_in_force(session, round_.id, now) == 2
    assert [number for number, _code in print_codes(session, round_, 2, KEY, actor=SYSTEM, now=now)] == [1, 2]
    with pytest.raises(Conflict, match="batch_revoked"):
        print_codes(session, round_, 1, KEY, actor=SYSTEM, now=now)
    for code in batches_of(session, round_.id)[0].codes:
        with pytest.raises(Invalid, match="code_revoked"):
            find_code(session, code_text(KEY, code.id), now=now)
    with pytest.raises(NotFound, match="no_such_card"):
        revoke_code(session, round_, 2, 99, actor=SYSTEM, now=now)
    with pytest.raises(NotFound, match="no_such_batch"):
        revoke_batch(session, round_, 9, actor=SYSTEM, now=now)


@pytest.mark.parametrize("count", [0, -1, MAX_BATCH + 1])
def test_a_batch_has_a_sensible_size(session: Session, now: datetime, count: int) -> None:
    with pytest.raises(Invalid, match="limit_out_of_range"):
        issue_codes(session, workshop(session, now), count, "", KEY, actor=SYSTEM, now=now)


def test_codes_are_for_rounds_that_take_them_and_before_the_close(session: Session, now: datetime) -> None:
    round_ = workshop(session, now)
    online = make_round(session, round_.process, now)
    with pytest.raises(Conflict, match="round_without_codes"):
        issue_codes(session, online, 1, "", KEY, actor=SYSTEM, now=now)
    issue_codes(session, open_for_contributions(session, round_, now), 1, "", KEY, actor=SYSTEM, now=now)
    record_event(session, round_, RoundAction.CLOSE, actor=SYSTEM, now=now)
    with pytest.raises(Conflict, match="round_needs_no_codes"):
        issue_codes(session, round_, 1, "", KEY, actor=SYSTEM, now=now)
    with pytest.raises(Conflict, match="round_needs_no_codes"):
        print_codes(session, round_, 1, KEY, actor=SYSTEM, now=now)


def test_only_officials_of_the_process_see_codes(session: Session, now: datetime) -> None:
    round_ = workshop(session, now)
    issue_codes(session, round_, 1, "", KEY, actor=SYSTEM, now=now)
    ayse = person(session, "Ayşe", now)
    farid = person(session, "Farid", now, Role.MODERATOR, process=lindenhafen(session, now))
    for stranger in (ayse, farid):
        with pytest.raises(Forbidden):
            issue_codes(session, round_, 1, "", KEY, actor=stranger, now=now)
        with pytest.raises(Forbidden):
            print_codes(session, round_, 1, KEY, actor=stranger, now=now)
        with pytest.raises(Forbidden):
            revoke_batch(session, round_, 1, actor=stranger, now=now)


def test_an_unknown_code_is_told_from_a_mistyped_one(session: Session, now: datetime) -> None:
    issue_codes(session, workshop(session, now), 1, "", KEY, actor=SYSTEM, now=now)
    body = "abcdefghjkmnpqr"
    with pytest.raises(Invalid, match="no_such_code"):
        find_code(session, body + check_character(body), now=now)
    with pytest.raises(Invalid, match="code_mistyped"):
        find_code(session, body + ("0" if check_character(body) != "0" else "1"), now=now)


def guess_until_refused(session: Session, round_: Round, now: datetime) -> tuple[datetime, timedelta]:
    """Try codes at a door every ten milliseconds until they are not counted any more; return when and for how long."""
    for attempt in range(1000):
        moment = now + attempt * timedelta(milliseconds=10)
        try:
            note_wrong_code(session, round_, now=moment)
        except TooManyAttempts as refusal:
            retry_after = refusal.facts["retry_after"]
            assert isinstance(retry_after, int)
            return moment, timedelta(seconds=retry_after)
    pytest.fail("the throttle never held")


def test_wrong_codes_are_counted_per_round_and_stop_being_written(session: Session, now: datetime) -> None:
    here, there = workshop(session, now), workshop(session, now)
    moment, wait = guess_until_refused(session, here, now)
    assert wait > timedelta(0)
    note_wrong_code(session, there, now=moment)
    note_wrong_code(session, None, now=moment)
    note_wrong_code(session, here, now=moment + wait)


def test_a_right_code_is_found_while_others_guess_at_the_door(session: Session, now: datetime) -> None:
    round_ = workshop(session, now)
    (code,) = issue_codes(session, round_, 1, "", KEY, actor=SYSTEM, now=now).codes
    guess_until_refused(session, round_, now)
    assert find_code(session, code_text(KEY, code.id), now=now) is code
