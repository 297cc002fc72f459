"""Jobs are filed, leased, done and put back."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from participation.outbox.models import Job
from participation.outbox.services import (
    KEPT,
    LEASE,
    MAX_ATTEMPTS,
    file_job,
    forget_jobs,
    give_up_lost_jobs,
    has_due_job,
    lease_job,
    put_job_back,
    settle_job,
)
from participation.storage import write_transaction


def test_a_job_exists_if_and_only_if_its_transaction_commits(session: Session, now: datetime) -> None:
    def fail_halfway() -> None:
        with write_transaction(session):
            file_job(session, "x", {}, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert not has_due_job(session, now=now)
    with write_transaction(session):
        file_job(session, "x", {}, now=now)
    assert has_due_job(session, now=now)


def test_a_leased_job_is_nobody_elses_until_the_lease_is_over(session: Session, now: datetime) -> None:
    file_job(session, "x", {"a": 1}, now=now)
    job = lease_job(session, now=now)
    assert job is not None
    assert lease_job(session, now=now + LEASE - timedelta(seconds=1)) is None
    again = lease_job(session, now=now + LEASE)
    assert again is not None
    assert (again.id, again.attempts) == (job.id, 2)


def test_what_was_filed_put_back_or_leased_by_a_clock_that_was_ahead_does_not_wait_for_it(
    session: Session, now: datetime
) -> None:
    ahead = now + timedelta(days=365)
    file_job(session, "filed", {}, now=ahead)
    filed = lease_job(session, now=now)
    assert filed is not None
    put_job_back(session, filed, "OSError", now=ahead)
    put_back = lease_job(session, now=now)
    assert put_back is not None
    put_back.leased_until = ahead + LEASE
    session.flush()
    assert lease_job(session, now=now) is put_back
    assert lease_job(session, now=now) is None


def test_the_job_that_is_due_for_longest_comes_first_and_one_that_is_not_due_waits(
    session: Session, now: datetime
) -> None:
    file_job(session, "later", {}, now=now, due_at=now + timedelta(hours=1))
    file_job(session, "second", {}, now=now, due_at=now - timedelta(minutes=1))
    file_job(session, "first", {}, now=now, due_at=now - timedelta(minutes=2))
    taken = [lease_job(session, now=now) for _ in range(3)]
    assert [job and job.name for job in taken] == ["first", "second", None]


def test_unhurried_jobs_come_after_the_others_and_in_their_own_order(session: Session, now: datetime) -> None:
    for minutes, name in [(5, "slow"), (4, "slower"), (2, "key"), (3, "mail")]:
        file_job(session, name, {}, now=now, due_at=now - timedelta(minutes=minutes))
    taken = [lease_job(session, now=now, unhurried={"slow", "slower"}) for _ in range(5)]
    assert [job and job.name for job in taken] == ["mail", "key", "slow", "slower", None]


def test_a_failed_job_waits_longer_each_time_and_is_given_up_at_last(session: Session, now: datetime) -> None:
    job = file_job(session, "x", {}, now=now)
    waits = []
    for _ in range(MAX_ATTEMPTS):
        moment = job.due_at
        leased = lease_job(session, now=moment)
        assert leased is not None
        put_job_back(session, leased, "ConnectionError", now=moment)
        waits.append(job.due_at - moment)
    assert waits[0] == timedelta(seconds=10)
    assert waits[:-1] == sorted(waits[:-1])
    assert max(waits) <= timedelta(hours=1)
    assert job.given_up_at is not None
    assert not has_due_job(session, now=now + timedelta(days=9))


def test_an_endless_job_is_tried_every_hour_and_never_given_up(session: Session, now: datetime) -> None:
    job = file_job(session, "x", {}, now=now)
    waits = []
    for _ in range(3 * MAX_ATTEMPTS):
        moment = job.due_at
        leased = lease_job(session, now=moment)
        assert leased is not None
        put_job_back(session, leased, "OSError", now=moment, endless=True)
        waits.append(job.due_at - moment)
    assert waits[MAX_ATTEMPTS:] == [timedelta(hours=1)] * 2 * MAX_ATTEMPTS
    assert job.given_up_at is None


@pytest.mark.parametrize(
    "name, tries", [("x", MAX_ATTEMPTS), ("few", 3), ("endless", 2 * MAX_ATTEMPTS)], ids=["all", "few", "endless"]
)
def test_a_job_that_nobody_comes_back_from_is_given_up_before_it_is_leased_once_more(
    session: Session, now: datetime, name: str, tries: int
) -> None:
    job = file_job(session, name, {}, now=now)
    known = {"endless": {"endless"}, "lost_after": {"few": 3}}
    moment = now
    for attempt in range(1, tries + 1):
        assert not give_up_lost_jobs(session, now=moment, **known)  # type: ignore[arg-type]
        assert lease_job(session, now=moment) is job
        assert job.attempts == attempt
        assert not give_up_lost_jobs(session, now=moment, **known)  # type: ignore[arg-type]  # it is in hand
        moment += LEASE
    gone = list(give_up_lost_jobs(session, now=moment, **known))  # type: ignore[arg-type]
    assert gone == ([] if name == "endless" else [job])
    assert (job.given_up_at is None) is (lease_job(session, now=moment) is job) is (name == "endless")


def test_a_job_that_fails_has_all_its_attempts_even_if_it_is_soon_given_up_when_lost(
    session: Session, now: datetime
) -> None:
    job = file_job(session, "few", {}, now=now)
    for _ in range(MAX_ATTEMPTS):
        assert job.given_up_at is None
        assert not give_up_lost_jobs(session, now=job.due_at, endless=(), lost_after={"few": 3})
        assert lease_job(session, now=job.due_at) is job
        put_job_back(session, job, "OSError", now=job.due_at)
    assert job.given_up_at is not None


def test_a_done_job_is_forgotten_after_a_month(session: Session, now: datetime) -> None:
    job = file_job(session, "x", {}, now=now)
    settle_job(session, job, now=now)
    forget_jobs(session, now=now + KEPT - timedelta(seconds=1))
    assert session.scalars(select(Job)).all()
    forget_jobs(session, now=now + KEPT)
    assert not session.scalars(select(Job)).all()


def test_many_workers_take_every_job_once(engine: Engine, session: Session, now: datetime) -> None:
    with write_transaction(session):
        for _ in range(40):
            file_job(session, "x", {}, now=now)
    taken: list[str] = []
    barrier = Barrier(4)

    def work() -> None:
        barrier.wait()
        with Session(engine, expire_on_commit=False) as mine:
            while True:
                with write_transaction(mine):
                    job = lease_job(mine, now=now)
                if job is None:
                    if not has_due_job(mine, now=now):
                        return
                    mine.rollback()
                else:
                    taken.append(job.id)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == len(set(taken)) == 40
