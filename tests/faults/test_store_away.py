"""The database is locked for a minute, or PostgreSQL stands still: everybody is answered meanwhile, then all go on.

That a wait is bounded is shown by its end: each client has an answer while the database is still away.
"""

import http.client
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest

from participation.storage import make_engine
from participation.storage.engines import WRITE
from tests.faults.conftest import Note, SiteMaker
from tests.support.pages import form_inputs
from tests.support.postgres import Keeper
from tests.support.servers import Answer, Browser, Crowd, Hangs, Server, Site, Voter, compare, eventually

SECONDS = {"locked": 60, "stopped": 30}
CONTROL_SECONDS = 40
CLIENTS = 32
PATH = "/rounds/online/ballot/cast"

each_fault = pytest.mark.parametrize(
    "database, fault",
    [("sqlite", "locked"), ("postgresql", "locked"), ("postgresql", "stopped")],
    indirect=["database"],
)

Away = Callable[[Site], AbstractContextManager[None]]


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Lock the database, or on PostgreSQL the table of ballots, as another program would."""
    engine = make_engine(site.settings.database_url)
    with engine.connect() as connection, connection.execution_options(**{WRITE: True}).begin():
        if not site.settings.uses_sqlite:
            connection.exec_driver_sql("LOCK TABLE ballots IN ACCESS EXCLUSIVE MODE")
        yield
    engine.dispose()


@pytest.fixture
def away(fault: str, request: pytest.FixtureRequest) -> Away:
    """Return what takes the database away for the time of a block: a lock, or a PostgreSQL that stands still."""
    if fault == "locked":
        return locked
    keeper: Keeper = request.getfixturevalue("postgresql_keeper")

    @contextmanager
    def stopped(_site: Site) -> Iterator[None]:
        keeper.signal_all(signal.SIGSTOP)
        try:
            yield
        finally:
            keeper.signal_all(signal.SIGCONT)

    return stopped


def at_least(seconds: float, began: float) -> None:
    """Let the fault last as long as it is said to."""
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))


@pytest.mark.slow
@each_fault
def test_everybody_is_answered_while_the_database_is_away_and_goes_on_afterwards(
    site_of: SiteMaker, database: str, fault: str, away: Away, note: Note
) -> None:
    site = site_of(1_000)
    crowd_members, ayse = site.voters[:-1], site.voters[-1]
    with Server(site.settings) as server, closing(Browser(server.port, ayse)) as browser:
        crowd = Crowd(server.port, crowd_members, clients=CLIENTS)
        review = browser.review(ayse.ranking(1))
        assert review.status == http.client.OK
        with crowd.voting():
            crowd.wait_for(100)
            began = time.monotonic()
            with away(site):
                kept = browser.send(review, PATH)
                crowd.wait_until_all_put_off()
                answered = time.monotonic() - began
                if database == "sqlite":  # readers need no lock
                    assert browser.get("/online/online").status == http.client.OK
                at_least(SECONDS[fault], began)
                during = len(crowd.acknowledged)
                back = time.monotonic()
            eventually(lambda: len(crowd.acknowledged) > during, "nobody is acknowledged any more")
            back = time.monotonic() - back
        note(
            f"{fault} for {SECONDS[fault]} s; all {CLIENTS} clients answered "
            f"within {answered:.0f} s, {sum(crowd.unavailable.values())} times 503 {dict(crowd.unavailable)}, "
            f"first ballot {back:.1f} s after its return, {len(crowd.acknowledged)} acknowledged, {crowd.broken} broken"
        )
        assert crowd.statuses.keys() == {200, 503}
        assert crowd.broken == 0
        assert {after for _code, after in crowd.unavailable} == {"5"}
        assert {code for code, _after in crowd.unavailable} <= {"unavailable", "commit_in_doubt"}
        assert not crowd.refused
        the_form_was_kept_and_counts(browser, kept, ayse)
        box = site.box()
        assert compare(crowd, box).nothing
        assert box.by_voter[ayse.number].content == ayse.ranking(1)
        assert box.ballots == len(site.voters)
        assert server.statuses().keys() <= {200, 302, 303, 503}


def the_form_was_kept_and_counts(browser: Browser, kept: Answer, voter: Voter) -> None:
    """See that the page that could not save says so, holds everything that was sent, and that its button works."""
    assert kept.status == http.client.SERVICE_UNAVAILABLE
    assert kept.headers["retry-after"] == "5"
    assert "not saved" in kept.text or "not known whether" in kept.text
    inputs = form_inputs(kept.text, PATH)
    assert [value for name, value in inputs if name == "order"] == voter.ranking(1)
    assert browser.send(kept, PATH).status == http.client.SEE_OTHER
    assert browser.get("/rounds/online/ballot/receipt").status == http.client.OK


@pytest.mark.slow
@each_fault
def test_control_without_limits_nobody_is_answered_while_it_lasts(
    site_of: SiteMaker, fault: str, away: Away, note: Note
) -> None:
    site = site_of(40)
    with Server(site.settings, application="tests.faults.controls.waits_forever:app") as server:
        crowd = Crowd(server.port, site.voters, clients=4)
        with crowd.voting():
            crowd.wait_for(1)
            with away(site), pytest.raises(Hangs):
                eventually(lambda: crowd.statuses[503], "nobody is answered", CONTROL_SECONDS)
        note(f"control, {fault} under waits without limits: answers {dict(crowd.statuses)} in {CONTROL_SECONDS} s")
        assert crowd.statuses.keys() == {200}
