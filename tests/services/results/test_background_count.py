"""Large rounds are counted in the background: confirmed at once, kept batch by batch, taken up again, never mixed.

"Large" is more than five ballots here, a batch three, and what is kept are sums from four ballots on.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from unittest.mock import ANY

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from participation.audit.models import AuditRecord
from participation.ballots.guard import key_store
from participation.ballots.models import Ballot, CountedBallot
from participation.ballots.services import strike_option
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from participation.outbox.worker import run_due_jobs, run_one_job
from participation.results import concluding, services
from participation.results.concluding import confirm, finish_count
from participation.results.models import CountCheckpoint, RoundResult
from participation.results.queries import count_progress, result_of
from participation.results.rules import counting as counting_rules
from participation.results.rules.documents import canonical
from participation.results.services import background, conclusion
from participation.results.services import counting as counting_services
from participation.results.services.counting import WrittenBallots, count_box
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundAction, RoundState
from participation.tally import contributions
from participation.tally.ballots import Content
from tests.factories.results import Hall, fill_box, make_hall, vote_and_close
from tests.factories.votes import make_person, make_round
from tests.support.databases import Backend

SLUG = "online-1"
CONCLUDERS = 50
BALLOTS: list[Content] = [["M1", "M2"], ["M3"], ["M2", "M1", "M3"], [], ["M1"], ["M3", "M1"]] * 3
SIZES = {"LARGE_ROUND": 5, "BATCH": 3, "MOST_ROWS": 4}


def shrink(set_: Callable[[Any, str, Any], object]) -> None:
    set_(concluding, "LARGE_ROUND", SIZES["LARGE_ROUND"])
    set_(counting_services, "BATCH", SIZES["BATCH"])
    set_(counting_rules, "new_round_salt", lambda: bytes(range(32)))
    set_(contributions, "MOST_ROWS", SIZES["MOST_ROWS"])


@pytest.fixture(autouse=True)
def context(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    shrink(monkeypatch.setattr)
    with app.app_context():
        yield


@pytest.fixture
def hall(now: datetime) -> Hall:
    """Return a process in which Birte has asked for the conclusion of a closed round with eighteen ballots."""
    with transaction() as session:
        hall = make_hall(session, now)
        vote_and_close(session, make_round(session, hall.process, now, slug=SLUG), BALLOTS, now, key_store())
        services.request_conclusion(session, SLUG, actor=hall.birte, now=now)
    return hall


COUNTED = (
    "pairwise",
    "ballots_hash",
    "ballots_root",
    "marks",
    "empty",
    "statistics",
    "rules",
    "condorcet",
)


def the_round() -> Round:
    db.session.rollback()
    db.session.expire_all()
    return round_by_slug(db.session(), SLUG)


def uninterrupted() -> dict[str, Any]:
    """Return what counting the box at once gives."""
    box, evaluation = count_box(db.session(), the_round())
    db.session.rollback()
    return {
        "pairwise": box.counts.without(box.struck).to_json(),
        "ballots_hash": box.ballots_hash,
        "ballots_root": box.root,
        "marks": box.marks.given,
        "empty": box.marks.empty,
        "statistics": evaluation.statistics,
        "rules": evaluation.rules,
        "condorcet": evaluation.condorcet,
        "draws": evaluation.draws,
    }


def concluded() -> dict[str, Any]:
    """Return the same of the result that there is."""
    db.session.rollback()
    db.session.expire_all()
    result = result_of(db.session(), the_round().id)
    assert result is not None
    kept = {name: result.snapshot[name] for name in COUNTED}
    if kept["statistics"] is not None:
        kept["statistics"].pop("everybody_voted")
    return kept | {"draws": result.draws}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Compare byte for byte."""
    return one["draws"] == other["draws"] and canonical(one | {"draws": None}) == canonical(other | {"draws": None})


def events(action: RoundAction) -> list[RoundEvent]:
    return list(db.session.scalars(select(RoundEvent).where(RoundEvent.action == action)))


def test_a_confirmation_is_an_event_of_its_own_and_the_count_a_job(app: Flask, hall: Hall, now: datetime) -> None:
    before = uninterrupted()
    confirmed = confirm(SLUG, actor=hall.farid, now=now)
    assert (confirmed.is_counting, confirmed.result, the_round().state) == (True, None, RoundState.CLOSED)
    [event] = events(RoundAction.CONFIRM_CONCLUSION)
    assert (event.actor_id, event.at) == (hall.farid.id, now)
    progress = count_progress(db.session(), the_round().id)
    assert progress is not None
    assert (progress.counted, progress.ballots) == (0, len(BALLOTS))
    assert run_one_job(app)
    assert the_round().state is RoundState.CONCLUDED
    assert same(concluded(), before)
    [end] = events(RoundAction.CONCLUDE)
    assert (end.actor_id, end.facts["confirmation"]) == ("system", event.id)
    assert db.session.scalars(select(CountCheckpoint)).all() == []
    assert db.session.scalar(select(func.count()).select_from(CountedBallot)) == len(BALLOTS)
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0
    acts = db.session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert acts[-3:] == ["round.request_conclusion", "round.confirm_conclusion", "round.conclude"]


def test_who_asked_cannot_confirm_a_large_round_either(hall: Hall, now: datetime) -> None:
    with pytest.raises(Forbidden, match="second_person_needed"):
        confirm(SLUG, actor=hall.birte, now=now)
    db.session.rollback()
    assert db.session.scalars(select(CountCheckpoint)).all() == []


def test_confirming_again_while_ballots_are_counted_changes_nothing(app: Flask, hall: Hall, now: datetime) -> None:
    for _again in range(3):
        assert confirm(SLUG, actor=hall.farid, now=now).is_counting
    assert len(events(RoundAction.CONFIRM_CONCLUSION)) == 1
    assert db.session.scalar(select(func.count()).where(Job.name == services.COUNT_ROUND)) == 1
    db.session.rollback()
    with pytest.raises(Conflict, match="count_under_way"), transaction() as session:
        services.conclude_round(session, SLUG, actor=hall.silke, now=now)
    run_due_jobs(app)
    assert confirm(SLUG, actor=hall.silke, now=now).result is not None


KILLED = """
import os, sys
from participation.app import create_app
from participation.config import Settings
from participation.results import services
from participation.results.concluding import finish_count
from tests.services.results.test_background_count import shrink
from pathlib import Path
shrink(setattr)
folder, url, round_id, after = sys.argv[1:]
app = create_app(Settings.for_tests(data_dir=Path(folder), database_url=url, keys_dir=Path(folder) / "keys"))
with app.app_context():
    def told(counted, ballots):
        if counted >= int(after):
            os.kill(os.getpid(), 9)
    finish_count(round_id, told=told)
"""


def killed_after(backend: Backend, ballots: int) -> None:
    """Count in a process that is killed once so many ballots are read."""
    settings = backend.settings()
    round_id = the_round().id
    db.session.rollback()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.data_dir), settings.database_url, round_id, str(ballots)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.returncode == -9, ended.stderr


def test_a_count_that_is_killed_is_taken_up_where_it_was_and_ends_the_same(
    app: Flask, backend: Backend, hall: Hall, now: datetime
) -> None:
    before = uninterrupted()
    confirm(SLUG, actor=hall.farid, now=now)
    killed_after(backend, 9)
    progress = count_progress(db.session(), the_round().id)
    assert progress is not None
    assert progress.counted == 9
    read: list[int] = []
    finish_count(the_round().id, told=lambda counted, _ballots: read.append(counted))
    assert read == [9, 12, 15, 18]
    assert same(concluded(), before)


def test_the_control_without_checkpoints_begins_at_nothing(
    backend: Backend, hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    killed_after(backend, 9)
    with transaction() as session:
        services.restart_count(session, the_round().id, now=now)
    read: list[int] = []
    finish_count(the_round().id, told=lambda counted, _ballots: read.append(counted))
    assert read[0] == 0


def _change_first_ballot() -> None:
    """Change a ballot that was counted before the count was interrupted."""
    with transaction() as session:
        first = session.scalars(select(func.min(Ballot.receipt))).one()
        [content] = session.scalars(select(Ballot.content).where(Ballot.receipt == first))
        other = ["M2"] if content != ["M2"] else ["M3"]
        session.execute(update(Ballot).where(Ballot.receipt == first).values(content=other))


def test_a_box_that_changed_while_the_count_lay_still_is_counted_anew(
    backend: Backend, hall: Hall, now: datetime
) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    killed_after(backend, 9)
    _change_first_ballot()
    now_in_it = uninterrupted()
    finish_count(the_round().id)
    assert same(concluded(), now_in_it)


def test_the_control_that_trusts_its_checkpoint_mixes_two_boxes(
    backend: Backend, hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    killed_after(backend, 9)
    _change_first_ballot()
    now_in_it = uninterrupted()
    monkeypatch.setattr(counting_rules, "_check_mark", lambda *_args: None)
    monkeypatch.setattr(conclusion, "written_ballots", lambda *_args: WrittenBallots(ANY, "", 0, 0))
    finish_count(the_round().id)
    assert concluded()["ballots_hash"] == now_in_it["ballots_hash"]
    assert concluded()["pairwise"] != now_in_it["pairwise"]


def test_an_option_struck_while_ballots_are_counted_is_not_in_the_result(
    hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    struck = threading.Event()

    def strike(_counted: int, _ballots: int) -> None:
        if not struck.is_set():
            struck.set()
            with transaction() as session:
                strike_option(session, SLUG, "M3", {"de": "Doppelt."}, actor=hall.birte, now=now)

    finish_count(the_round().id, told=strike)
    db.session.expire_all()
    result = concluded()
    assert result["pairwise"]["options"] == ["M1", "M2"]
    assert {one["code"] for one in result["rules"]["schulze"]["options"]} == {"M1", "M2"}


def test_an_option_struck_while_the_count_lay_still_is_not_in_the_result_either(
    backend: Backend, hall: Hall, now: datetime
) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    killed_after(backend, 9)
    with transaction() as session:
        strike_option(session, SLUG, "M3", {"de": "Doppelt."}, actor=hall.birte, now=now)
    struck = uninterrupted()
    finish_count(the_round().id)
    assert same(concluded(), struck)
    assert struck["pairwise"]["options"] == ["M1", "M2"]


def test_more_ballots_than_were_confirmed_stop_the_count(app: Flask, hall: Hall, now: datetime) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    with transaction() as session:
        fill_box(session, round_by_slug(session, SLUG), [["M1"]] * 3, now)
    run_due_jobs(app)
    progress = count_progress(db.session(), the_round().id)
    assert progress is not None
    assert progress.fault == "box_changed"
    assert the_round().state is RoundState.CLOSED


def test_a_request_that_is_withdrawn_stops_the_count_unseen(app: Flask, hall: Hall, now: datetime) -> None:
    confirm(SLUG, actor=hall.farid, now=now)

    def withdraw(counted: int, _ballots: int) -> None:
        if counted == 6:
            with transaction() as session:
                services.withdraw_conclusion_request(session, SLUG, actor=hall.silke, now=now)

    with pytest.raises(Conflict, match="count_stopped"):
        finish_count(the_round().id, told=withdraw)
    assert the_round().state is RoundState.CLOSED
    assert db.session.scalars(select(CountCheckpoint)).all() == []
    assert db.session.scalars(select(RoundResult)).all() == []
    db.session.rollback()
    run_due_jobs(app)
    assert the_round().state is RoundState.CLOSED
    with transaction() as session:
        services.request_conclusion(session, SLUG, actor=hall.birte, now=utcnow())
    assert confirm(SLUG, actor=hall.farid, now=utcnow()).is_counting
    run_due_jobs(app)
    assert the_round().state is RoundState.CONCLUDED


def test_a_broken_ballot_stops_the_count_and_says_so_until_it_is_cleared_up(
    app: Flask, hall: Hall, now: datetime
) -> None:
    with transaction() as session:
        last = session.scalars(select(func.max(Ballot.receipt))).one()
        session.execute(update(Ballot).where(Ballot.receipt == last).values(content=["M9"]))
    confirm(SLUG, actor=hall.farid, now=now)
    run_due_jobs(app)
    progress = count_progress(db.session(), the_round().id)
    assert progress is not None
    assert (progress.fault, progress.counted) == ("unreadable_ballot_in_box", 0)
    with transaction() as session:
        session.execute(update(Ballot).where(Ballot.receipt == last).values(content=["M1"]))
    assert finish_count(the_round().id) is None  # it waits for a person
    assert confirm(SLUG, actor=hall.farid, now=now).is_counting
    run_due_jobs(app)
    assert the_round().state is RoundState.CONCLUDED
    assert len(events(RoundAction.CONFIRM_CONCLUSION)) == 1


def in_threads(app: Flask, tasks: list[Callable[[], Any]]) -> list[Any]:
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return task()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def confirming(actor: Actor, now: datetime) -> Callable[[], Any]:
    return lambda: confirm(SLUG, actor=actor, now=now).is_counting


def test_fifty_confirm_while_two_count_and_there_is_one_result(app: Flask, hall: Hall, now: datetime) -> None:
    before = uninterrupted()
    with transaction() as session:
        people = [
            make_person(session, f"Moderator{n}", now, Role.MODERATOR, process=hall.process) for n in range(CONCLUDERS)
        ]
    confirm(SLUG, actor=hall.farid, now=now)
    round_id = the_round().id
    db.session.rollback()
    counters = [lambda: finish_count(round_id)] * 2
    outcome = in_threads(app, [*counters, *(confirming(one, now) for one in people)])
    refused = [one for one in outcome if isinstance(one, Exception)]
    assert {getattr(one, "code", one) for one in refused} <= {"count_elsewhere", "count_stopped"}
    if the_round().state is RoundState.CLOSED:  # each stopped for the other's sake; the job goes on
        run_due_jobs(app)
    db.session.expire_all()
    assert same(concluded(), before)
    assert len(events(RoundAction.CONFIRM_CONCLUSION)) == len(events(RoundAction.CONCLUDE)) == 1
    assert db.session.scalar(select(func.count()).select_from(CountedBallot)) == len(BALLOTS)


def test_a_counter_that_was_overtaken_stops(app: Flask, hall: Hall, now: datetime) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    round_id = the_round().id
    db.session.rollback()
    slow = services.take_up_count(db.session(), round_id)
    db.session.rollback()
    assert slow is not None
    finish_half(app, round_id)
    for batch in (BALLOTS[:3], BALLOTS[3:6]):
        slow.counting.add([(f"{slow.counting.read + place:016d}", content) for place, content in enumerate(batch)])
    with pytest.raises(Conflict, match="count_elsewhere"), transaction() as session:
        services.keep_count(session, slow, None, now=now)


def test_the_control_without_looking_stores_over_the_other_count(
    app: Flask, hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(SLUG, actor=hall.farid, now=now)
    round_id = the_round().id
    db.session.rollback()
    slow = services.take_up_count(db.session(), round_id)
    db.session.rollback()
    assert slow is not None
    finish_half(app, round_id)
    monkeypatch.setattr(background, "_check_place", lambda *_args: None)
    for batch in (BALLOTS[:3], BALLOTS[3:6]):
        slow.counting.add([(f"{slow.counting.read + place:016d}", content) for place, content in enumerate(batch)])
    with transaction() as session:
        services.keep_count(session, slow, None, now=now)
    progress = count_progress(db.session(), round_id)
    assert progress is not None
    assert progress.counted == 6  # behind the nine that the other one had counted


class Enough(Exception):
    """The other counter has come as far as it should."""


def finish_half(app: Flask, round_id: str) -> None:
    """Let another counter come to nine ballots."""

    def told(counted: int, _ballots: int) -> None:
        if counted >= 9:
            raise Enough

    def count() -> None:
        finish_count(round_id, told=told)

    [ended] = in_threads(app, [count])
    assert isinstance(ended, Enough)


def test_nothing_that_is_kept_of_a_count_is_a_single_ballot(hall: Hall, now: datetime) -> None:
    """Three ballots would still lie in the count row by row; only from four on is anything kept."""
    confirm(SLUG, actor=hall.farid, now=now)
    kept: list[int] = []

    def told(counted: int, _ballots: int) -> None:
        progress = count_progress(db.session(), round_id)
        kept.append(progress.counted if progress else -1)
        db.session.rollback()

    round_id = the_round().id
    db.session.rollback()
    finish_count(round_id, told=told)
    assert kept[:4] == [0, 0, 6, 9]
