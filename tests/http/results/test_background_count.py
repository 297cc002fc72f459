"""A large round in the browser, for programs, on the command line: how far the count is, and never a figure of it."""

import pytest
from flask.testing import FlaskClient

from participation.ballots.models import Ballot
from participation.extensions import db, transaction
from participation.outbox.worker import run_due_jobs
from participation.results import concluding
from participation.results.services import counting as counting_services
from participation.rounds.queries import round_by_slug
from participation.tally import contributions
from participation.tally.ballots import Content
from tests.http.results.conftest import City
from tests.http.results.test_api import Program
from tests.http.results.test_commands import run
from tests.http.results.test_conclusion_pages import SEEN, results, words

CONCLUSION = "/api/v1/rounds/steering/conclusion"
PAGE = "/rounds/steering/conclusion"
BALLOTS: list[Content] = [["M1", "M2"], ["M3"], ["M2", "M1"], [], ["M1"], ["M3", "M1"]] * 3


@pytest.fixture(autouse=True)
def small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call more than five ballots many, as in tests/services/results/test_background_count.py."""
    monkeypatch.setattr(concluding, "LARGE_ROUND", 5)
    monkeypatch.setattr(counting_services, "BATCH", 3)
    monkeypatch.setattr(contributions, "MOST_ROWS", 4)


@pytest.fixture
def farid(city: City) -> FlaskClient:
    """Return the second person's browser; Birte has requested the conclusion."""
    city.close("steering", BALLOTS)
    city.browser_of(city.hall.birte).post(f"{PAGE}/request")
    return city.browser_of(city.hall.farid)


def count_half(city: City) -> None:
    """Let the count come to nine ballots and be interrupted."""
    with city.app.app_context():
        round_id = round_by_slug(db.session(), "steering").id

        def told(counted: int, _ballots: int) -> None:
            if counted >= 9:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            concluding.finish_count(round_id, told=told)
        db.session.remove()


def test_the_page_says_how_many_ballots_are_read_and_nothing_else(city: City, farid: FlaskClient) -> None:
    done = farid.post(f"{PAGE}/confirm", data=SEEN)
    assert (done.status_code, done.location) == (303, PAGE)
    count_half(city)
    shown = farid.get(f"{PAGE}?lang=en")
    assert "9 of 18 ballots read" in words(shown)
    assert "Confirmed by Farid" in words(shown)
    assert 'value="9"' in shown.text
    assert "Conclude the round for good" not in words(shown)
    for anywhere in ("/rounds/steering/result", "/processes/integration/rankings/joint"):
        assert "M1" not in words(farid.get(anywhere))
    assert farid.get("/api/v1/rounds/steering/result").status_code == 404
    run_due_jobs(city.app)
    assert results(city) == 1
    assert farid.get(PAGE).status_code == 200


def test_the_count_is_shown_to_officials_only(city: City, farid: FlaskClient) -> None:
    farid.post(f"{PAGE}/confirm", data=SEEN)
    assert city.browser_of(city.hall.ayse).get(PAGE).status_code == 403
    assert Program(city, None)("GET", CONCLUSION)[0] == 401


def test_programs_are_told_that_it_was_accepted_and_how_far_it_is(city: City, farid: FlaskClient) -> None:
    program = Program(city, city.hall.farid)
    assert program("GET", CONCLUSION)[1]["counting"] is None
    status, standing = program("POST", f"{CONCLUSION}/confirmation")
    assert (status, standing["state"]) == (202, "closed")
    assert standing["counting"] == {"counted": 0, "ballots": 18, "fault": None}
    assert standing["confirmed_at"] is not None
    count_half(city)
    assert program("GET", CONCLUSION)[1]["counting"] == {"counted": 9, "ballots": 18, "fault": None}
    run_due_jobs(city.app)
    status, standing = program("POST", f"{CONCLUSION}/confirmation")
    assert (status, standing["state"], standing["counting"]) == (200, "concluded", None)


def test_a_count_that_stopped_says_why_and_begins_anew(city: City, farid: FlaskClient) -> None:
    with city.app.app_context(), transaction() as session:
        broken = session.query(Ballot).first()
        assert broken is not None
        right, broken.content = broken.content, ["M9"]
        key = broken.ballot_key
    farid.post(f"{PAGE}/confirm", data=SEEN)
    run_due_jobs(city.app)
    shown = words(farid.get(f"{PAGE}?lang=en"))
    assert "The count has stopped" in shown
    assert "a ballot that this round cannot have accepted" in shown
    with city.app.app_context(), transaction() as session:
        session.query(Ballot).filter_by(ballot_key=key).one().content = right
    assert "Count once more" in shown
    farid.post(f"{PAGE}/confirm", data=SEEN)
    run_due_jobs(city.app)
    assert results(city) == 1


def test_the_count_is_stopped_by_withdrawing_the_request(city: City, farid: FlaskClient) -> None:
    farid.post(f"{PAGE}/confirm", data=SEEN)
    assert "Stop the count" in words(farid.get(f"{PAGE}?lang=en"))
    farid.post(f"{PAGE}/withdraw")
    run_due_jobs(city.app)
    assert results(city) == 0


def test_the_command_line_counts_and_shows_progress_beside_its_answer(city: City, farid: FlaskClient) -> None:
    done = run(city, "round", "conclude", "steering", "--as", "farid@example.org")
    assert (done.exit_code, done.stdout) == (0, "steering is concluded: 18 ballots.\n")
    assert "Counting steering" in done.stderr


def test_the_command_line_takes_up_a_count_that_was_interrupted(city: City, farid: FlaskClient) -> None:
    farid.post(f"{PAGE}/confirm", data=SEEN)
    count_half(city)
    done = run(city, "round", "conclude", "steering", "--as", "farid@example.org")
    assert (done.exit_code, done.stdout) == (0, "steering is concluded: 18 ballots.\n")
