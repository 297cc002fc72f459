"""What people read when the database is away, busy, full or broken, and that nothing they typed is lost."""

import errno
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType

import pytest
from flask import request
from flask.testing import FlaskClient
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import TestResponse

from participation.app import create_app
from participation.core.permissions import Permission
from participation.extensions import db
from participation.storage import CommitInDoubt
from participation.web.guard import requires
from participation.web.idempotency import heed_name
from tests.support.clients import Client
from tests.support.databases import Backend
from tests.support.pages import form_inputs

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

DRIVERS_WORDS = Exception("the row of Ayşe")
FAILURES: dict[str, Callable[[], Exception]] = {
    "away": lambda: OperationalError("INSERT", {}, DRIVERS_WORDS),
    "cut": lambda: InterfaceError("INSERT", {}, DRIVERS_WORDS),
    "read-only": lambda: InternalError("INSERT", {}, DRIVERS_WORDS),
    "damaged": lambda: DatabaseError("INSERT", {}, DRIVERS_WORDS),
    "crowded": lambda: PoolTimeout("no connection"),
    "full": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "in-doubt": lambda: CommitInDoubt(None, None, DRIVERS_WORDS),
    "mistake": lambda: ProgrammingError("INSERT", {}, DRIVERS_WORDS),
    "too-long": lambda: DataError("INSERT", {}, DRIVERS_WORDS),
    "missing-file": lambda: OSError(errno.ENOENT, "No such file or directory"),
}
NOTHING: Mapping[str, str] = MappingProxyType({})
UNAVAILABLE = ("away", "cut", "read-only", "damaged", "crowded", "full")


@pytest.fixture
def failing(backend: Backend) -> Iterator[FlaskClient]:
    """Return a client of an app as in service with a form that is never stored."""
    app = create_app(backend.settings(testing=False, site_name="With a broken store"))
    app.test_client_class = Client

    @requires(Permission.SITE_READ)
    def fail(kind: str) -> str:
        assert request.method == "GET" or request.form or request.is_json
        if request.args.get("heeded"):
            heed_name()
        failure = FAILURES[kind]()
        raise failure

    app.add_url_rule("/failing/<kind>", "failing", fail, methods=["GET", "POST"])
    app.add_url_rule("/api/v1/failing/<kind>", "api_failing", fail, methods=["GET", "POST"])
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def tell(
    client: FlaskClient,
    kind: str,
    *,
    body: Mapping[str, str] = MappingProxyType({}),
    headers: Mapping[str, str] = MappingProxyType({}),
) -> TestResponse:
    """Send a program's request."""
    assert isinstance(client, Client)
    headers = {"X-CSRFToken": client.form_token(), **headers}
    return client.post(f"/api/v1/failing/{kind}", json=dict(body), headers=headers)


@pytest.mark.parametrize("kind", UNAVAILABLE)
def test_a_form_that_was_not_saved_is_kept_whole_and_can_be_sent_again(failing: FlaskClient, kind: str) -> None:
    typed = {"title": "Ein “Treff” für alle", "order": ["M02", "M01"], "request_token": "abc"}
    answer = failing.post(f"/failing/{kind}?lang=en&q=1", data=typed)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "This was not saved" in answer.text
    form = form_inputs(answer.text, f"/failing/{kind}?lang=en&q=1")
    assert form == [
        ("title", "Ein “Treff” für alle"),
        ("order", "M02"),
        ("order", "M01"),
        ("request_token", "abc"),
    ]
    assert "Ayşe" not in answer.text


@pytest.mark.parametrize("kind", ["mistake", "too-long", "missing-file"])
def test_faults_of_the_program_are_not_passed_off_as_the_stores(failing: FlaskClient, kind: str) -> None:
    assert failing.post(f"/failing/{kind}", data={"title": "x"}).status_code == 500


@pytest.mark.parametrize("kind", [*UNAVAILABLE, "in-doubt"])
def test_a_page_that_cannot_be_read_says_so_and_nothing_about_saving(failing: FlaskClient, kind: str) -> None:
    answer = failing.get(f"/failing/{kind}?lang=en")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    if kind != "in-doubt":
        assert "cannot be shown right now" in answer.text
        assert "saved" not in answer.text


def test_a_program_learns_whether_it_was_not_saved_or_that_nobody_knows(failing: FlaskClient) -> None:
    answers = {kind: tell(failing, kind) for kind in (*UNAVAILABLE, "in-doubt")}
    assert {answer.status_code for answer in answers.values()} == {503}
    assert {answer.headers["Retry-After"] for answer in answers.values()} == {"5"}
    codes = {kind: answer.json["code"] for kind, answer in answers.items() if answer.json}
    assert codes == dict.fromkeys(UNAVAILABLE, "unavailable") | {"in-doubt": "commit_in_doubt"}


def test_what_may_have_been_saved_is_not_called_unsaved(failing: FlaskClient) -> None:
    named = failing.post("/failing/in-doubt?lang=en&heeded=yes", data={"title": "x"})
    nameless = failing.post("/failing/in-doubt?lang=en", data={"title": "x"})
    assert (named.status_code, nameless.status_code) == (503, 503)
    for answer in (named, nameless):
        assert "it is not known whether this was saved" in answer.text
        assert "not saved" not in answer.text
    assert "Sending the same again is safe" in named.text
    assert "Please look whether it is there" in nameless.text


def test_a_name_that_nobody_looks_at_makes_nothing_safe_to_repeat(failing: FlaskClient) -> None:
    header, body = {"Idempotency-Key": "abc"}, {"request_token": "abc"}
    said = {kind: tell(failing, kind, headers=header, body=body).json for kind in ("in-doubt", "in-doubt?heeded=yes")}
    ignored, heeded = (answer["detail"] for answer in said.values() if answer is not None)
    assert "Please look whether it is there" in ignored
    assert "Sending the same again is safe" in heeded


def test_a_form_with_a_file_is_not_offered_without_it(failing: FlaskClient) -> None:
    data = {"title": "x", "sheet": (BytesIO(b"1;2"), "roll.csv")}
    answer = failing.post("/failing/away?lang=en", data=data)
    assert "This was not saved" in answer.text
    assert "Send the same again" not in answer.text


def test_another_sites_words_are_not_put_into_our_page(failing: FlaskClient) -> None:
    answer = failing.open("/failing/away?lang=en", method="POST", data={"title": "Gotcha"}, csrf=False)
    assert answer.status_code == 400
    assert "Gotcha" not in answer.text
