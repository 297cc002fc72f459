"""When its time has come, a round forgets who took part; what came out of it stays as it is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.ballots.keys import KeyStore
from participation.ballots.models import CountedBallot, Participation, Reminder, ReminderWish
from participation.ballots.queries import turnout
from participation.ballots.services import close_round, open_round
from participation.core.actor import SYSTEM
from participation.privacy.services import forget_people
from participation.rounds.kinds import Eligibility
from participation.rounds.models import CodeBatch, ParticipationCode, RollEntry, Round, SharedTablet
from participation.rounds.queries import group_size, retention_of, rounds_to_forget
from participation.rounds.rules import BatchKind
from participation.storage import write_transaction
from participation.tally.kinds import BallotKind
from tests.factories.results import Hall, conclude, fill_box, make_hall, vote_and_close
from tests.factories.votes import make_codes, make_round, put_on_roll


def count(session: Session, kind: type[object]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(kind)) or 0


def ended(session: Session, now: datetime, keys: KeyStore, days: int = 30) -> tuple[Hall, Round]:
    """Make a round of which much is known about people, and conclude it."""
    with write_transaction(session):
        hall = make_hall(session, now)
        round_ = make_round(session, hall.process, now, slug="vote", eligibility=Eligibility.CODES)
        round_.retention_days = days
        put_on_roll(session, round_, hall.ayse)
        make_codes(session, round_, 3, now)
        sheets = CodeBatch(round_id=round_.id, number=2, kind=BatchKind.SHEETS, created_at=now, created_by="system")
        session.add(sheets)
        session.flush()
        session.add(ParticipationCode(batch_id=sheets.id, round_id=round_.id, number=1, fingerprint="f" * 64))
        made = {"id": "t" * 64, "public_id": "t" * 20, "label": "Anna", "made_at": now, "expires_at": now}
        session.add(SharedTablet(round_id=round_.id, **made))
        session.add(ReminderWish(round_id=round_.id, account_id=hall.ayse.id))
        session.add(Reminder(round_id=round_.id, account_id=hall.ayse.id, number=1, closes_at=round_.closes_at))
        vote_and_close(session, round_, [["M1"], ["M2"]] * 6, now, keys)
        conclude(session, round_, hall, now)
    return hall, round_


def test_a_round_forgets_its_people_after_its_days_and_keeps_what_came_out(
    session: Session, now: datetime, keys: KeyStore
) -> None:
    _hall, round_ = ended(session, now, keys)
    before = turnout(session, session.get_one(Round, round_.id))
    assert group_size(session, session.get_one(Round, round_.id), now) == 12
    early, due = now + timedelta(days=30, seconds=-1), now + timedelta(days=30)
    assert rounds_to_forget(session, early) == []
    assert rounds_to_forget(session, due) == [round_.id]
    session.rollback()
    with write_transaction(session):
        assert not forget_people(session, round_.id, now=early)
        assert forget_people(session, round_.id, now=due)
        assert not forget_people(session, round_.id, now=due)
    assert [count(session, kind) for kind in (Participation, RollEntry, Reminder, ReminderWish)] == [0, 0, 0, 0]
    assert count(session, SharedTablet) == 0
    (sheet,) = session.scalars(select(ParticipationCode)).all()
    assert sheet.fingerprint != "f" * 64
    assert count(session, CountedBallot) == 12
    assert turnout(session, session.get_one(Round, round_.id)) == before
    assert before.total == 12
    assert group_size(session, session.get_one(Round, round_.id), due) == 12
    kept = retention_of(session, session.get_one(Round, round_.id))
    assert (kept.days, kept.until, kept.forgotten_at) == (30, due, due)
    assert rounds_to_forget(session, due) == []
    assert first_broken_record(session) is None
    acts = select(AuditRecord.actor_id).where(AuditRecord.action == "round.people_forgotten")
    assert session.scalars(acts).all() == ["system"]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_nothing_is_forgotten_before_the_end_and_without_a_vote_the_close_is_the_end(
    session: Session, now: datetime, keys: KeyStore
) -> None:
    with write_transaction(session):
        hall = make_hall(session, now)
        for slug, asked in (("vote", BallotKind.RANKING), ("talk", None)):
            round_ = make_round(session, hall.process, now, slug=slug, ballot_kind=asked)
            round_.retention_days = 1
            open_round(session, slug, actor=SYSTEM, now=now, keys=keys)
            if asked:
                fill_box(session, round_, [["M1"]], now)
        late = now + timedelta(days=400)
        assert rounds_to_forget(session, late) == []
        for slug in ("vote", "talk"):
            close_round(session, slug, actor=SYSTEM, now=now)
        talk = session.scalars(select(Round).where(Round.slug == "talk")).one()
        assert rounds_to_forget(session, late) == [talk.id]
