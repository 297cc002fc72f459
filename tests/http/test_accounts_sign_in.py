"""Signing in by mail, as a browser does it."""

import re

from flask import Flask
from flask.testing import FlaskClient

from participation.accounts.jobs import render_sign_in_mail
from participation.extensions import db
from participation.outbox.mail import Mail
from participation.outbox.models import Job


def ask(client: FlaskClient, email: str = "Ayse@lindenhafen.example", **data: str) -> Mail:
    answer = client.post("/sign-in", data={"email": email, **data})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.location == "/sign-in/code"
    return newest_mail(client.application)


def newest_mail(app: Flask) -> Mail:
    with app.app_context():
        job = db.session.query(Job).order_by(Job.created_at.desc()).first()
        assert job is not None
        mail = render_sign_in_mail(db.session(), job.payload)
    assert mail is not None
    return mail


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
    page = client.get(link)
    assert "ayse@lindenhafen.example" in page.get_data(as_text=True)
    assert not is_signed_in(client)
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/account?from=mail")
    assert is_signed_in(client)


def test_a_link_works_once(client: FlaskClient) -> None:
    link = link_in(ask(client))
    client.post(link)
    again = client.post(link)
    assert again.status_code == 422
    assert "used already" in again.get_data(as_text=True)
    assert client.get(link).status_code == 422
