"""Whether an address has an account makes no difference to whoever asks: the same answer and the same work.

Work is counted, not timed: statements of SQL by their text, and calls of what is slow on purpose.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import argon2
import pytest
from sqlalchemy import Connection, event

from participation.accounts.queries import account_by_email, account_by_id
from participation.accounts.services import normalise_email, signing_in
from participation.extensions import db
from tests.http.abuse.acts import address_of
from tests.http.abuse.ground import Ground

KNOWN: Final = ("citizen", "office", "administrator everywhere", "closed")
UNKNOWN: Final = "nobody-at-all@lindenhafen.example"
SLOW: Final = ((argon2.PasswordHasher, "verify"), (argon2.PasswordHasher, "hash"), (hashlib, "pbkdf2_hmac"))


@contextmanager
def counted_work(ground: Ground) -> Iterator[Counter[str]]:
    """Count what the application asks of the database, and what is slow on purpose."""
    work: Counter[str] = Counter()

    def note(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        work[" ".join(statement.split())] += 1

    with ground.app.app_context():
        engine = db.engine
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in SLOW:
            patch.setattr(owner, name, _counting(getattr(owner, name), name, work))
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield work
        finally:
            event.remove(engine, "before_cursor_execute", note)


def _counting(act: Callable[..., Any], name: str, work: Counter[str]) -> Callable[..., Any]:
    def counting(*arguments: Any, **named: Any) -> Any:
        work[name] += 1
        return act(*arguments, **named)

    return counting


def asked(ground: Ground, path: str, body: Mapping[str, str], who: str = "anonymous") -> tuple[object, ...]:
    """Send a request as a new browser; return everything that whoever asks can see, and the work."""
    ground.renew()
    ground.client(who).get("/sign-in")
    with counted_work(ground) as work:
        answer = ground.request(who, "POST", path, dict(body))
    words = answer.get_data(as_text=True).replace(body["email"], "")
    headers = sorted(name for name, _value in answer.headers)
    cookies = sorted(cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie"))
    return answer.status_code, answer.location, len(words), headers, cookies, work


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/sign-in"])
@pytest.mark.parametrize("who", KNOWN)
def test_asking_for_a_mail_tells_nobody_who_has_an_account(ground: Ground, path: str, who: str) -> None:
    known, unknown = (asked(ground, path, {"email": email}) for email in (address_of(who), UNKNOWN))
    assert known == unknown


@pytest.mark.parametrize("path", ["/sign-in/password", "/api/v1/sign-in/password"])
@pytest.mark.parametrize("who", KNOWN)
def test_a_password_that_is_wrong_tells_nobody_who_has_an_account(ground: Ground, path: str, who: str) -> None:
    bodies = ({"email": email, "password": "correct horse battery 17"} for email in (address_of(who), UNKNOWN))
    known, unknown = (asked(ground, path, body) for body in bodies)
    assert known == unknown


@pytest.mark.parametrize(
    "path",
    [
        "/processes/integrationskonzept/organisations/O1/delegates",
        "/api/v1/processes/integrationskonzept/organisations/O1/proposed-delegates",
    ],
)
def test_naming_a_delegate_tells_nobody_who_has_an_account(ground: Ground, path: str) -> None:
    bodies = ({"email": email, "display_name": "Noch jemand"} for email in (address_of("stranger"), UNKNOWN))
    known, unknown = (asked(ground, path, body, "delegate") for body in bodies)
    assert known[0] in {201, 303}
    assert [known[0], known[3:]] == [unknown[0], unknown[3:]]


def test_the_mails_differ_in_nothing_but_their_secrets(ground: Ground) -> None:
    for email in (address_of("citizen"), UNKNOWN):
        assert ground.app.test_client().post("/sign-in", data={"email": email}).status_code == 303
    known, unknown = ground.letters()
    assert (known.subject, len(known.text)) == (unknown.subject, len(unknown.text))


def test_more_work_for_a_known_address_is_found(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a sign-in that looks for the account before it answers, as a well-meant greeting would."""

    def looks_first(typed: str) -> str:
        address = normalise_email(typed)
        account = account_by_email(db.session(), address)
        if account is not None:
            account_by_id(db.session(), account.id)
        return address

    monkeypatch.setattr(signing_in, "normalise_email", looks_first)
    known, unknown = (asked(ground, "/sign-in", {"email": email}) for email in (address_of("citizen"), UNKNOWN))
    assert known[:-1] == unknown[:-1]
    assert known[-1] != unknown[-1]


def test_no_page_for_everybody_shows_an_address(ground: Ground) -> None:
    """What a visitor can read names nobody's e-mail address."""
    paths = ["/", "/processes/integrationskonzept", "/processes/integrationskonzept/proposals/M01", "/online/own-open"]
    for path in (*paths, "/api/v1/rounds", "/api/v1/processes/integrationskonzept/proposals/M01/comments"):
        page = ground.client("anonymous").get(path).get_data(as_text=True)
        assert "@lindenhafen.example" not in page, path
