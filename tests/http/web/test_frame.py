"""What every page and every answer of the API share."""

import gzip
import json
import logging
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError

from participation.app import create_app
from participation.core.errors import Conflict
from participation.core.permissions import Permission
from participation.extensions import db
from participation.web.guard import requires
from tests.support.clients import Client
from tests.support.databases import Backend
from tests.support.people import sign_in_with_code

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def broken(backend: Backend) -> Iterator[FlaskClient]:
    """Return a client of an app as in service, some of whose pages fail in the ways in which pages fail."""
    app = create_app(backend.settings(testing=False, site_name="With broken pages"))
    app.test_client_class = Client

    @requires(Permission.SITE_READ)
    def fail(kind: str) -> str:
        if kind == "store":
            raise OperationalError("INSERT INTO people", {"name": "Ayşe"}, Exception("database is locked"))
        if kind == "twice":
            raise IntegrityError("INSERT INTO people", {"name": "Ayşe"}, Exception("UNIQUE constraint failed"))
        if kind == "conflict":
            raise Conflict("no_words_for_this")
        raise RuntimeError("Ayşe's secret")

    app.add_url_rule("/broken/<kind>", "broken", fail)
    app.add_url_rule("/api/v1/broken/<kind>", "api_broken", fail)
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def test_every_answer_is_hardened(client: FlaskClient) -> None:
    for path in ("/sign-in", "/nothing", "/api/v1/session", "/api/v1/nothing", "/static/kern.css"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_behind_https_cookies_are_bound_to_the_host(backend: Backend) -> None:
    app = create_app(backend.settings(base_url="https://mitmachen.example"))
    app.test_client_class = Client
    browser = app.test_client()
    answer = browser.get("/sign-in", base_url="https://mitmachen.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-form"]
    assert "Secure" in cookies[0]
    assert "Domain" not in cookies[0]


def test_an_unknown_page_is_answered_calmly_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<html lang="ar" dir="rtl">' in client.get("/nothing?lang=ar").text


def test_a_program_gets_a_problem_document(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "no_such_page",
        "detail": "This page does not exist, or no longer exists.",
    }


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/session"])
def test_a_wrong_method_names_the_right_ones(client: FlaskClient, path: str) -> None:
    answer = client.open(path, method="PATCH")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_who_comes_second_is_told_so_and_the_log_holds_nobodys_words(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    page, api = broken.get("/broken/twice?lang=en"), broken.get("/api/v1/broken/twice")
    assert (page.status_code, api.status_code) == (409, 409)
    assert "changed the same thing" in page.text
    assert api.content_type == "application/problem+json"
    assert api.json is not None
    assert api.json["code"] == "changed_meanwhile"
    for shown in (page.text, api.text, caplog.text):
        assert "Ayşe" not in shown
        assert "UNIQUE" not in shown
    assert f"{page.headers['X-Request-Id']} met another change: IntegrityError at" in caplog.text


def test_failures_say_that_nothing_was_saved_and_the_log_holds_nobodys_words(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    page, api = broken.get("/broken/x"), broken.get("/api/v1/broken/x")
    assert (page.status_code, api.status_code) == (500, 500)
    assert "Nothing was saved" in page.text
    assert api.json is not None
    assert api.json["code"] == "failed"
    for shown in (page.text, api.text, caplog.text):
        assert "Ayşe" not in shown
    assert page.headers["X-Request-Id"] in caplog.text
    assert "RuntimeError at" in caplog.text
    assert "test_frame.py" in caplog.text


def test_a_busy_store_asks_to_come_back(broken: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/broken/store", "/api/v1/broken/store"):
        answer = broken.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Ayşe" not in caplog.text


def test_a_code_without_words_is_still_answered(broken: FlaskClient) -> None:
    assert "no_words_for_this" in broken.get("/broken/conflict").text


def test_when_even_the_session_cannot_be_read_the_page_still_comes(
    broken: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    sign_in_with_code(broken, "card")
    monkeypatch.setattr("participation.accounts.guard.sessions.seen_session", away)
    answer = broken.get("/sign-in")
    assert answer.status_code == 503
    assert "cannot be shown right now" in answer.text


@pytest.mark.parametrize(
    "path, status",
    [
        ("/sign-in?next=%00", 422),
        ("/sign-in?%00=x", 422),
        ("/sign-in?next=%EF%BF%BD", 422),
        ("/sign-in/%00/x", 404),
        ("/sign-in/%FF%FE/x", 404),
        ("/sign-in/%ED%A0%80/x", 404),
        ("/sign-in?next=%FF", 200),
        ("/manage//audit", 404),
        ("/api/v1/session?x=%00", 422),
    ],
)
def test_addresses_that_cannot_be_read_are_refused(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(f"http://localhost{path}")
    assert answer.status_code == status
    assert answer.location is None


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    "body, kind",
    [
        (b"email=a%00b%40example.org", FORM),
        (b"email=\xff\xfe", FORM),
        (b"email=%ED%A0%80", FORM),
        (b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na\xff@example.org\r\n--x--\r\n', PARTS),
        (b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na\0@example.org\r\n--x--\r\n', PARTS),
        (b'--x\r\nContent-Disposition: form-data; name="email"', PARTS),
        (b'--x\r\nContent-Disposition: form-data; name="f"; filename="a\0b"\r\n\r\nx\r\n--x--\r\n', PARTS),
    ],
)
def test_forms_that_cannot_be_read_are_refused(client: FlaskClient, body: bytes, kind: str) -> None:
    answer = client.post("/sign-in", data=body, content_type=kind)
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize(
    "body, status",
    [
        (b"{", 400),
        (b"", 422),
        (b"\xff", 400),
        (b'{"email": "\xff"}', 400),
        (b'{"email": NaN}', 400),
        (b"[" * 100_000, 400),
        (b"[" + b"9" * 5000 + b"]", 400),
        (b'{"email": "a\\u0000@example.org"}', 422),
        (b'{"email": "\\ud800"}', 422),
        (b'{"\\ud800": 1}', 422),
        (b"null", 422),
        (b"[1]", 422),
        (b'{"email": 1}', 422),
        (b'{"email": "a@example.org", "another": 1}', 422),
    ],
)
def test_json_that_cannot_be_read_is_refused(client: FlaskClient, body: bytes, status: int) -> None:
    answer = client.post("/api/v1/sign-in", data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_fields_at_fault_are_named(client: FlaskClient) -> None:
    answer = client.post("/api/v1/sign-in", json={"language": "xx", "other": 1})
    assert answer.json is not None
    assert answer.json["code"] == "invalid"
    assert {(fault["in"], fault["field"]) for fault in answer.json["errors"]} == {
        ("json", "email"),
        ("json", "language"),
        ("json", "other"),
    }


def test_only_json_is_taken_and_only_json_is_given(client: FlaskClient) -> None:
    assert client.post("/api/v1/sign-in", data="email=x", content_type=FORM).status_code == 415
    assert client.get("/api/v1/session", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/api/v1/session", headers={"Accept": "text/csv, */*;q=0.1"}).status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/sign-in"])
def test_a_body_that_is_too_large_is_said_to_be(client: FlaskClient, path: str) -> None:
    kind = "application/json" if path.startswith("/api/") else FORM
    answer = client.post(path, data=b"x" * 5_000_000, content_type=kind)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_foreign_site_cannot_change_anything_through_a_session(client: FlaskClient) -> None:
    sign_in_with_code(client, "card")
    refused = client.delete("/api/v1/session")
    assert (refused.status_code, refused.json and refused.json["code"]) == (403, "csrf_token_needed")
    shown = client.get("/api/v1/session").json
    assert shown is not None
    assert client.delete("/api/v1/session", headers={"X-CSRFToken": shown["csrf_token"]}).status_code == 204
    assert (client.get("/api/v1/session").json or {})["kind"] == "anonymous"


def test_a_wrong_token_is_refused_even_where_none_is_needed(client: FlaskClient) -> None:
    for credentials in ("Bearer x", "Bearer", "Basic eDp4", "x"):
        answer = client.get("/api/v1/session", headers={"Authorization": credentials})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert (answer.json or {})["code"] == "token_not_valid"


def test_one_line_a_request_without_addresses_or_content(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.post(
            "/sign-in?secret=1",
            data={"email": "ayse@lindenhafen.example"},
            environ_base={"REMOTE_ADDR": "203.0.113.7"},
            headers={"User-Agent": "somebody's browser"},
        )
        client.get("/sign-in/challenge/token-in-the-address")
        client.get("/nothing/personal")
    lines = [entry.getMessage() for entry in caplog.records if entry.name == "participation.requests"]
    assert len(lines) == 3
    assert re.fullmatch(rf"{answer.headers['X-Request-Id']} POST /sign-in 303 \d+\.\dms", lines[0])
    for told in ("ayse", "203.0", "secret", "browser", "token-in", "personal"):
        assert told not in caplog.text


def test_the_server_keeps_no_log_of_its_own(backend: Backend) -> None:
    assert re.search(r"^accesslog = None$", (ROOT / "gunicorn.conf.py").read_text(), re.MULTILINE)


def test_what_cannot_be_read_leaves_neither_address_nor_request_behind(server: "Server") -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as wire:
        wire.sendall(b"GET /the-code-on-my-card NONSENSE\r\n\r\n")
        assert wire.makefile("rb").readline().startswith(b"HTTP/1.1 400")
    said = server.said.read_text()
    assert "127.0.0.1" not in said.replace(f"127.0.0.1:{server.port}", "")
    assert "the-code-on-my-card" not in said


def test_health_asks_the_database(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})

    def away(*_arguments: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", away)
    assert client.get("/healthz").status_code == 503


def test_static_files_are_kept_forever_under_their_versions(client: FlaskClient, app: Flask) -> None:
    page = client.get("/sign-in").text
    address = re.search(r"/static/kern\.css\?v=[0-9a-f]{12}", page)
    assert address
    assert client.get(address[0]).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get("/static/kern.css").headers["Cache-Control"]
    assert client.get("/sign-in").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("encoding, undo", [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_answers_are_compressed(client: FlaskClient, encoding: str, undo: object) -> None:
    assert callable(undo)
    plain = client.get("/api/v1/openapi.json")
    small = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": encoding})
    assert small.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Cookie" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 3
    assert json.loads(undo(small.data)) == plain.json


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs as in service, and the file of what it says."""

    port: int
    said: Path


@pytest.fixture
def server(backend: Backend, tmp_path: Path) -> Iterator[Server]:
    """Run the server as in service."""
    said = tmp_path / "said"
    port = free_port()
    environment = {
        "PATH": "/usr/bin:/bin",
        "PARTICIPATION_SECRET_KEY": "a key of 32 characters or more, 0123456789",
        "PARTICIPATION_DATABASE": backend.url,
        "PARTICIPATION_DATA": str(backend.data_dir),
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "wsgi:app"]
    with (
        said.open("w") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield Server(port, said)
        finally:
            process.terminate()
            process.wait(30)


def test_fifty_megabytes_over_the_wire_are_answered_not_cut_off(server: Server) -> None:
    size = 50 * 1024 * 1024
    head = f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\nContent-Length: {size}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as wire:
        wire.sendall(head.encode())
        chunk = b"x" * 1024 * 1024
        for _ in range(size // len(chunk)):
            wire.sendall(chunk)
        answer = wire.makefile("rb").readline()
    assert answer.startswith(b"HTTP/1.1 413")
