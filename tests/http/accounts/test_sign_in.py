"""Signing in by mail, as a browser does it."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from participation.accounts import guard
from participation.accounts.jobs import render_sign_in_mail
from participation.accounts.models import Account, SignInChallenge
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.mail import Mail
from participation.outbox.models import Job
from participation.web.redirects import absolute_url
from tests.factories.people import Cast
from tests.support.people import sign_in


def newest_mail(app: Flask) -> Mail:
    with app.app_context():
        job = db.session.query(Job).order_by(Job.created_at.desc()).first()
        assert job is not None
        mail = render_sign_in_mail(db.session(), job.payload)
    assert mail is not None
    return mail


def ask(client: FlaskClient, email: str = "Ayse@lindenhafen.example", **data: str) -> Mail:
    answer = client.post("/sign-in", data={"email": email, **data})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.location == "/sign-in/code"
    return newest_mail(client.application)


def link_in(mail: Mail) -> str:
    found = re.search(r"http://localhost(/sign-in/\S+)", mail.text)
    assert found
    return found[1]


def code_in(mail: Mail) -> str:
    found = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", mail.text, re.MULTILINE)
    assert found
    return found[0]


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_link_shows_a_button_and_only_pressing_it_signs_in(client: FlaskClient) -> None:
    link = link_in(ask(client, next="/account?from=mail"))
    assert "ayse@lindenhafen.example" in client.get(link).text
    assert not is_signed_in(client)
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/account?from=mail")
    assert is_signed_in(client)


def test_a_link_works_once(client: FlaskClient) -> None:
    link = link_in(ask(client))
    client.post(link)
    again = client.post(link)
    assert again.status_code == 422
    assert "used already" in again.text
    assert client.get(link).status_code == 422


def test_a_link_is_over_after_ten_minutes(client: FlaskClient, app: Flask) -> None:
    link = link_in(ask(client))
    with app.app_context(), transaction() as session:
        session.execute(update(SignInChallenge).values(expires_at=utcnow() - timedelta(seconds=1)))
    assert client.post(link).status_code == 422
    assert not is_signed_in(client)


def test_on_another_device_the_link_says_where_to_type_the_code(client: FlaskClient, app: Flask) -> None:
    mail = ask(client)
    phone = app.test_client()
    assert "go back to the device" in phone.get(link_in(mail)).text
    assert phone.post(link_in(mail)).status_code == 422
    assert not is_signed_in(phone)
    answer = client.post("/sign-in/code", data={"code": code_in(mail).lower()})
    assert answer.status_code == 303
    assert is_signed_in(client)


def test_a_wrong_code_is_kept_and_explained(client: FlaskClient) -> None:
    ask(client)
    answer = client.post("/sign-in/code", data={"code": "0000-0000"})
    assert answer.status_code == 422
    assert "not the code from the mail" in answer.text
    assert 'value="0000-0000"' in answer.text


def test_after_five_wrong_codes_the_right_one_is_too_late(client: FlaskClient) -> None:
    mail = ask(client)
    for _ in range(5):
        client.post("/sign-in/code", data={"code": "00000000"})
    assert client.post("/sign-in/code", data={"code": code_in(mail)}).status_code == 422
    assert not is_signed_in(client)


def test_known_and_unknown_addresses_are_answered_alike(client: FlaskClient, app: Flask, people: Cast) -> None:
    pages = []
    for address in ("birte@lindenhafen.example", "nobody@lindenhafen.example"):
        browser = app.test_client()
        ask(browser, address)
        page = browser.get("/sign-in/code").text
        pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(address, "ADDRESS"))
    assert pages[0] == pages[1]


def test_what_is_no_address_stands_in_the_form_again(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "ayse at home", "next": "/account"})
    assert answer.status_code == 422
    assert 'value="ayse at home"' in answer.text
    assert 'value="/account"' in answer.text
    assert "This is not an e-mail address" in answer.text


def test_the_sixth_mail_within_an_hour_is_refused_and_says_how_long_to_wait(client: FlaskClient) -> None:
    for _ in range(5):
        ask(client)
    answer = client.post("/sign-in", data={"email": "ayse@lindenhafen.example"})
    assert answer.status_code == 429
    assert "60 minutes" in answer.text
    assert int(answer.headers["Retry-After"]) > 3500


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/a\tb",
        "/" + "x" * 600,
    ],
)
def test_nobody_is_led_elsewhere(client: FlaskClient, target: str) -> None:
    link = link_in(ask(client, next=target))
    assert client.post(link).location == "/"


def test_the_mail_speaks_the_readers_language_and_names_our_own_address(client: FlaskClient) -> None:
    client.get("/sign-in?lang=tr")
    client.post("/sign-in", data={"email": "ayse@lindenhafen.example"}, headers={"X-Forwarded-Host": "evil.example"})
    mail = newest_mail(client.application)
    with client.application.app_context():
        challenge = db.session.query(SignInChallenge).one()
        assert challenge.language == "tr"
    assert "http://localhost/sign-in/" in mail.text
    assert "evil.example" not in mail.text
    with client.application.test_request_context(base_url="http://evil.example"):
        assert absolute_url("accounts.sign_in") == "http://localhost/sign-in"


def test_a_mail_that_was_used_is_not_sent_any_more(client: FlaskClient, app: Flask) -> None:
    link = link_in(ask(client))
    client.post(link)
    with app.app_context():
        job = db.session.query(Job).one()
        assert render_sign_in_mail(db.session(), job.payload) is None


def test_signing_in_gives_a_new_session_and_ends_the_old_one(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.olena)
    old = client.get_cookie("session")
    assert old is not None
    client.post(link_in(ask(client)))
    new = client.get_cookie("session")
    assert new is not None
    assert new.value != old.value
    client.set_cookie("session", old.value, domain="localhost")
    assert not is_signed_in(client)


def test_signing_out_ends_the_session(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.ayse)
    cookie = client.get_cookie("session")
    assert cookie is not None
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache"')
    assert client.get_cookie("session") is None
    client.set_cookie("session", cookie.value, domain="localhost")
    assert not is_signed_in(client)


def test_a_foreign_site_cannot_sign_anybody_out(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.ayse)
    assert client.post("/sign-out", csrf=False).status_code == 400
    assert is_signed_in(client)


def test_cookies_are_closed_to_scripts_and_other_sites(client: FlaskClient) -> None:
    link = link_in(ask(client))
    cookies = client.post(link).headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("session="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Path=/" in session


def test_whoever_is_signed_in_already_goes_where_they_wanted(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.ayse)
    assert client.get("/sign-in?next=/account").location == "/account"


def test_a_page_for_officials_asks_to_sign_in_and_leads_back(client: FlaskClient) -> None:
    answer = client.get("/manage/audit?action=round.close")
    assert answer.status_code == 302
    page = client.get(answer.location or "").text
    assert 'value="/manage/audit?action=round.close"' in page


def test_a_closed_account_is_told_so(client: FlaskClient, app: Flask, people: Cast) -> None:
    link = link_in(ask(client))
    with app.app_context(), transaction() as session:
        session.execute(update(Account).where(Account.id == people.ayse.id).values(disabled_at=utcnow()))
    answer = client.post(link)
    assert answer.status_code == 403
    assert "This account is closed" in answer.text


def test_a_session_that_cannot_be_opened_leaves_the_link_of_the_mail_good(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_in(ask(client))
    _, _, challenge, token = link.split("/")
    body = {"challenge": challenge, "token": token}
    headers = {"X-CSRFToken": client.get("/api/v1/session").json["csrf_token"]}  # type: ignore[index]

    def crash(*_arguments: object, **_more: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(guard, "replace_session", crash)
        with pytest.raises(Crash):
            client.post("/api/v1/sign-in/link", json=body, headers=headers)
    answer = client.post("/api/v1/sign-in/link", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert is_signed_in(client)


class Crash(Exception):
    """The power goes off."""
