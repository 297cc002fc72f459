"""Who is reminded of a vote, once and once more after an extension, by however many workers."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.accounts.services import add_representative
from participation.ballots import box
from participation.ballots.models import Channel, Reminder, ReminderWish
from participation.ballots.reminders import (
    REMINDER_MAIL,
    Due,
    ask_for_reminder,
    due_reminders,
    file_reminders,
    forget_reminders,
    reminder_still_due,
    rounds_near_their_end,
    something_to_forget,
)
from participation.core.actor import SYSTEM
from participation.core.errors import Conflict, Forbidden
from participation.core.windows import Window
from participation.outbox.models import Job
from participation.outbox.services import file_job
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round
from participation.rounds.queries import account_key, participant_in, round_by_slug, voters_by_account
from participation.rounds.rules import RoundState, remind_from
from participation.rounds.services import Seat, extend_round, set_roll
from participation.storage import write_transaction
from tests.factories import people
from tests.factories.city import lindenhafen, make_round

WORKERS = 4
File = Callable[[Session, str, Sequence[Due], datetime], int]


@dataclass
class City:
    """The cast, and a round of each kind that is open and ends in two days."""

    session: Session
    now: datetime
    cast: people.Cast
    rounds: dict[Eligibility, Round]

    def due(self, eligibility: Eligibility, moment: datetime | None = None) -> list[tuple[str, int]]:
        found = due_reminders(self.session, self.rounds[eligibility], moment or self.now)
        names = {account.id: account.display_name for account in self.session.scalars(select(Account))}
        return sorted((names[one.account_id], one.number) for one in found)

    def file(self, eligibility: Eligibility) -> int:
        round_ = self.rounds[eligibility]
        return file_reminders(self.session, round_.id, due_reminders(self.session, round_, self.now), now=self.now)

    def vote(self, eligibility: Eligibility, key: str) -> None:
        round_ = self.rounds[eligibility]
        box.register(self.session, round_.id, key, "account", channel=Channel.ONLINE, voted_on=self.now.date())

    def ask(self, who: Account, *, wanted: bool = True) -> bool:
        slug = self.rounds[Eligibility.OPEN].slug
        return ask_for_reminder(self.session, slug, wanted=wanted, actor=actor_of(who), now=self.now)

    def mails(self) -> int:
        found = select(func.count()).select_from(Job).where(Job.name == REMINDER_MAIL)
        return self.session.scalar(found) or 0


KINDS = {
    Eligibility.ROLL: KindName.STEERING_GROUP,
    Eligibility.OPEN: KindName.ONLINE,
    Eligibility.ORGANISATIONS: KindName.MIGRANT_FORUM,
    Eligibility.DEPARTMENTS: KindName.ADMINISTRATION,
    Eligibility.CODES: KindName.CITIZENS,
}


@pytest.fixture
def city(session: Session, now: datetime) -> City:
    process = lindenhafen(session, now)
    cast = people.cast(session, process, now=now)
    window = Window(now - timedelta(days=20), now + timedelta(days=2))
    rounds = {}
    for eligibility, kind in KINDS.items():
        round_ = make_round(
            session, process, now, slug=f"r-{eligibility.value}", kind=kind, eligibility=eligibility, window=window
        )
        if eligibility is Eligibility.ROLL:
            members = [Seat(str(account.email)) for account in (cast.elif_, cast.birte)]
            set_roll(session, round_.slug, members, actor=SYSTEM, now=now)
        round_.state = RoundState.OPEN
        rounds[eligibility] = round_
    session.flush()
    return City(session, now, cast, rounds)


def test_reminders_begin_three_days_before_the_end_or_in_the_last_third(now: datetime) -> None:
    assert remind_from(Window(now - timedelta(days=30), now)) == now - timedelta(days=3)
    assert remind_from(Window(now - timedelta(days=3), now)) == now - timedelta(days=1)


def test_those_are_due_who_can_vote_and_have_not(city: City) -> None:
    assert city.due(Eligibility.ROLL) == [("Birte", 1), ("Elif", 1)]
    assert city.due(Eligibility.ORGANISATIONS) == [("Olena", 1)]
    assert city.due(Eligibility.DEPARTMENTS) == [("Jens", 1)]
    assert city.due(Eligibility.CODES) == []
    assert city.due(Eligibility.OPEN) == []
    city.ask(city.cast.ayse)
    assert city.due(Eligibility.OPEN) == [("Ayşe", 1)]
    city.vote(Eligibility.ROLL, account_key(city.cast.elif_.id))
    city.vote(Eligibility.ORGANISATIONS, f"organisation:{city.cast.organisation.id}")
    city.cast.ayse.wants_reminders = False
    city.session.flush()
    assert city.due(Eligibility.ROLL) == [("Birte", 1)]
    assert city.due(Eligibility.ORGANISATIONS) == []
    assert city.due(Eligibility.OPEN) == []


def test_the_list_of_voters_says_what_is_said_of_each_single_one(city: City) -> None:
    process = city.rounds[Eligibility.ROLL].process
    second = people.department(city.session, process, now=city.now, code="D5")
    both = people.person(city.session, "Gül", now=city.now)
    from_both = [city.cast.department, second]
    for unit in from_both:
        add_representative(city.session, unit, both.id, actor=SYSTEM, now=city.now)
    people.person(city.session, "Unbestätigt", now=city.now, verified=False)
    city.cast.birte.disabled_at = city.now
    city.session.flush()
    accounts = city.session.scalars(select(Account)).all()
    for round_ in city.rounds.values():
        single = {
            (account.id, who.key)
            for account in accounts
            if account.disabled_at is None
            and (who := participant_in(city.session, round_, actor_of(account), city.now)) is not None
        }
        listed = voters_by_account(city.session, round_, city.now)
        assert set(listed) == single, round_.eligibility
        assert len(listed) == len(single)


def test_nobody_gets_two_but_once_more_after_an_extension(city: City) -> None:
    assert city.file(Eligibility.ROLL) == 2
    assert city.file(Eligibility.ROLL) == 0
    round_ = city.rounds[Eligibility.ROLL]
    for _again in range(3):
        later = round_.closes_at + timedelta(days=1)
        extend_round(
            city.session, round_.slug, closes_at=later, reasons={"de": "Krankheit"}, actor=SYSTEM, now=city.now
        )
        city.file(Eligibility.ROLL)
    assert city.mails() == 4
    numbers = city.session.execute(select(Reminder.account_id, Reminder.number).order_by(Reminder.number)).all()
    assert [number for _account, number in numbers] == [1, 1, 2, 2]


def test_only_rounds_near_their_end_are_looked_at(city: City) -> None:
    ids = {city.rounds[eligibility].id for eligibility in KINDS if eligibility is not Eligibility.CODES}
    assert set(rounds_near_their_end(city.session, city.now)) == ids
    assert rounds_near_their_end(city.session, city.now - timedelta(days=2)) == []
    assert rounds_near_their_end(city.session, city.now + timedelta(days=3)) == []


def test_a_mail_that_waited_is_not_sent_to_those_who_voted_or_left(city: City) -> None:
    city.file(Eligibility.ROLL)
    by_account = {reminder.account_id: reminder.id for reminder in city.session.scalars(select(Reminder))}
    elifs, birtes = by_account[city.cast.elif_.id], by_account[city.cast.birte.id]
    assert reminder_still_due(city.session, elifs, city.now) is not None
    city.vote(Eligibility.ROLL, account_key(city.cast.elif_.id))
    assert reminder_still_due(city.session, elifs, city.now) is None
    assert reminder_still_due(city.session, birtes, city.now + timedelta(days=3)) is None
    city.cast.birte.wants_reminders = False
    city.session.flush()
    assert reminder_still_due(city.session, birtes, city.now) is None
    assert reminder_still_due(city.session, "no such", city.now) is None


def test_who_may_ask_at_the_door(city: City) -> None:
    assert city.ask(city.cast.ayse)
    assert city.ask(city.cast.ayse)
    assert not city.ask(city.cast.ayse, wanted=False)
    assert city.session.scalar(select(func.count()).select_from(ReminderWish)) == 0
    city.cast.ayse.wants_reminders = False
    with pytest.raises(Conflict, match="reminders_switched_off"):
        city.ask(city.cast.ayse)
    with pytest.raises(Conflict, match="reminded_anyway"):
        ask_for_reminder(city.session, "r-roll", wanted=True, actor=actor_of(city.cast.elif_), now=city.now)
    city.cast.olena.email = None
    with pytest.raises(Forbidden, match="reminders_need_address"):
        city.ask(city.cast.olena)
    assert not city.ask(city.cast.olena, wanted=False)
    stranger = people.person(city.session, "Unbestätigt", now=city.now, verified=False)
    with pytest.raises(Forbidden):
        city.ask(stranger)


def test_when_a_round_is_over_nothing_says_who_had_not_voted(city: City) -> None:
    city.ask(city.cast.ayse)
    city.file(Eligibility.OPEN)
    city.file(Eligibility.ROLL)
    assert not something_to_forget(city.session)
    city.rounds[Eligibility.OPEN].state = RoundState.CLOSED
    city.session.flush()
    assert something_to_forget(city.session)
    forget_reminders(city.session)
    assert not something_to_forget(city.session)
    assert city.session.scalar(select(func.count()).select_from(ReminderWish)) == 0
    assert city.session.scalar(select(func.count()).select_from(Reminder)) == 2


# --- several workers -------------------------------------------------------------------------------------


def ours(session: Session, round_id: str, due: Sequence[Due], now: datetime) -> int:
    return file_reminders(session, round_id, due, now=now)


def without_a_row(session: Session, round_id: str, due: Sequence[Due], now: datetime) -> int:
    """Trust in the look that was taken before."""
    for one in due:
        file_job(session, REMINDER_MAIL, {"account": one.account_id, "round": round_id}, now=now)
    return len(due)


def filed_by_many(engine: Engine, city: City, file: File) -> int:
    """Let several workers look first and file then, all at the same moment; return how many mails there are."""
    city.session.commit()
    together = Barrier(WORKERS)

    def work(_worker: int) -> None:
        with Session(engine, expire_on_commit=False) as session:
            round_ = round_by_slug(session, "r-roll")
            due = due_reminders(session, round_, city.now)
            session.rollback()
            together.wait(30)
            with write_transaction(session):
                file(session, round_.id, due, city.now)

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, range(WORKERS)))
    return city.mails()


def test_workers_that_look_at_the_same_moment_file_one_mail_each(engine: Engine, city: City) -> None:
    assert filed_by_many(engine, city, ours) == 2


def test_without_the_row_they_would_file_several(engine: Engine, city: City) -> None:
    assert filed_by_many(engine, city, without_a_row) == 2 * WORKERS


def test_a_worker_that_dies_leaves_row_and_job_or_neither(engine: Engine, city: City) -> None:
    city.session.commit()
    round_ = city.rounds[Eligibility.ROLL]
    due = due_reminders(city.session, round_, city.now)
    city.session.rollback()
    with Session(engine) as dying:
        file_reminders(dying, round_.id, due, now=city.now)
        dying.connection().invalidate()  # the connection is gone before the commit, as with a killed process
    assert city.mails() == 0
    city.session.rollback()
    assert filed_by_many(engine, city, ours) == 2
