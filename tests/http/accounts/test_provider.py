"""Signing in with the city's identity provider: who is let in, who is not, and what happens when it is down."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts.models import Account, Identity, ProviderVisit, SignInSession
from participation.accounts.services import SECURITY_MAIL
from participation.accounts.visiting import provider_of_site
from participation.audit.models import AuditRecord
from participation.config import Settings
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from tests.factories.people import official, person
from tests.support.databases import Backend
from tests.support.forging import forged
from tests.support.people import sign_in
from tests.support.providers import CLIENT_ID, FakeProvider, new_key, running_provider, unsigned
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def running() -> Iterator[FakeProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: FakeProvider) -> FakeProvider:
    running.says, running.signing, running.token, running.is_broken = {}, None, None, False
    return running


@pytest.fixture
def settings(backend: Backend, provider: FakeProvider) -> Settings:
    return backend.settings(provider=provider.settings)


def leave(client: FlaskClient, next_path: str = "/", to: str = "/sign-in/provider") -> str:
    """Press the button; return where the browser is led."""
    answer = client.post(to, data={"next": next_path})
    assert answer.status_code == 200, answer.text
    address = answer.headers["Refresh"].removeprefix("0; url=")
    links = {unescape(found) for found in re.findall(r'href="([^"]+)"', answer.text)}
    assert address in links  # and a link for browsers that do not lead on by themselves
    return address


def come_back(client: FlaskClient, brought: dict[str, str]) -> Any:
    return client.get("/sign-in/provider/return", query_string=brought)


def enter(client: FlaskClient, provider: FakeProvider, **claims: Any) -> Any:
    return come_back(client, provider.answer(leave(client), **claims))


def is_signed_in(client: FlaskClient) -> bool:
    return bool(api(client, "GET", "/session").json["kind"] == "account")


def accounts(app: Flask) -> list[Account]:
    with app.app_context():
        return list(db.session.scalars(select(Account).order_by(Account.created_at)))


def test_whoever_comes_first_gets_an_account_and_comes_back_to_it(app: Flask, provider: FakeProvider) -> None:
    client = app.test_client()
    address = leave(client, "/account?x=1")
    done = come_back(client, provider.answer(address, sub="ayşe", email="Ayse@Example.org", email_verified=True))
    assert (done.status_code, done.location) == (303, "/account?x=1")
    assert is_signed_in(client)
    assert [(one.email, one.verified_at is not None) for one in accounts(app)] == [("ayse@example.org", True)]
    again = app.test_client()
    # Another address over there changes nothing: whose account it is, issuer and subject say.
    assert enter(again, provider, sub="ayşe", email="new@example.org", email_verified=True).status_code == 303
    assert is_signed_in(again)
    assert [one.email for one in accounts(app)] == ["ayse@example.org"]
    with app.app_context():
        assert db.session.scalars(select(ProviderVisit)).all() == []
        (session, *_more) = db.session.scalars(select(SignInSession)).all()
        assert session.strong_at is None


@pytest.mark.parametrize("claims", [{"email": "birte@example.org"}, {"email": "no address", "email_verified": True}])
def test_an_address_that_is_not_verified_or_none_is_not_taken(
    app: Flask, provider: FakeProvider, claims: dict[str, Any]
) -> None:
    assert enter(app.test_client(), provider, **claims).status_code == 303
    assert [one.email for one in accounts(app)] == [None]


def test_no_account_is_found_by_its_address(app: Flask, provider: FakeProvider) -> None:
    with app.app_context(), transaction() as session:
        birte = person(session, "Birte", now=utcnow(), email="birte@example.org").id
    client = app.test_client()
    refused = enter(client, provider, email="birte@example.org", email_verified=True)
    assert refused.status_code == 409
    assert "belongs to an account of this site already" in refused.text
    assert not is_signed_in(client)
    unverified = app.test_client()
    assert enter(unverified, provider, email="birte@example.org", email_verified=False).status_code == 303
    assert api(unverified, "GET", "/session").json["account"] != birte


def test_what_the_settings_call_strong_counts_as_a_second_factor_from_when_it_was_shown(
    app: Flask, provider: FakeProvider
) -> None:
    with app.app_context(), transaction() as session:
        farid = official(session, "Farid", Role.ADMINISTRATOR, None, now=utcnow()).id
        session.add(Identity(account_id=farid, issuer=provider.issuer, subject="farid", linked_at=utcnow()))
    weak = app.test_client()
    assert enter(weak, provider, sub="farid", acr="low").location == "/sign-in/second-factor?next=/"
    assert weak.get("/manage/accounts").status_code in {302, 303, 403}
    strong = app.test_client()
    long_ago = int(utcnow().timestamp()) - 3_600
    assert enter(strong, provider, sub="farid", acr="high", auth_time=long_ago).location == "/"
    assert "prompt" not in provider.asked
    assert provider.asked["max_age"] == "43200"
    assert strong.get("/manage/accounts").status_code == 200
    grave = "/manage/accounts/1/disable"
    assert strong.post(grave).status_code != 404
    assert "Sign in with City account" in strong.get("/sign-in/second-factor?lang=en").text
    assert enter(strong, provider, sub="farid", acr="high", auth_time=int(utcnow().timestamp())).location == "/"
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
    assert strong.post(grave).status_code == 404  # the step itself is taken now, and there is no such account


def came_strongly(app: Flask, provider: FakeProvider) -> str:
    """Let an official come from the provider with more than one factor; return whose account it is."""
    with app.app_context(), transaction() as session:
        farid = official(session, "Farid", Role.ADMINISTRATOR, None, now=utcnow()).id
        session.add(Identity(account_id=farid, issuer=provider.issuer, subject="farid", linked_at=utcnow()))
    assert enter(app.test_client(), provider, sub="farid", acr="high").location == "/"
    return farid


def test_a_mailbox_alone_does_not_open_an_account_whose_second_factor_is_the_providers(
    app: Flask, provider: FakeProvider
) -> None:
    farid = came_strongly(app, provider)
    with app.app_context():
        (identity,) = db.session.scalars(select(Identity.id))
    by_mail = sign_in(app.test_client(), farid, strong=False)
    assert api(by_mail, "GET", "/session").json["second_factor"] == "needed"
    begun = api(by_mail, "POST", "/account/apps", json={"name": "mine"})
    assert (begun.status_code, begun.json["code"]) == (403, "second_factor_needed")
    for path in ("/account/security/apps", f"/account/identities/{identity}/unlink", "/account/identities"):
        assert by_mail.post(path, data={"name": "mine"}).status_code == 403
    page = by_mail.get("/sign-in/second-factor?lang=en").text
    assert "Sign in with City account" in page
    assert "ask those who run this site to reset" in page
    by_provider, just_now = app.test_client(), int(utcnow().timestamp())
    assert enter(by_provider, provider, sub="farid", acr="high", auth_time=just_now).location == "/"
    kept = by_provider.post(f"/account/identities/{identity}/unlink")
    assert kept.status_code == 409  # it is the only second factor that the role has


def test_who_cannot_reach_the_provider_any_more_is_helped_by_a_reset(app: Flask, provider: FakeProvider) -> None:
    farid = came_strongly(app, provider)
    with app.app_context(), transaction() as session:
        admin = official(session, "Admin", Role.ADMINISTRATOR, None, now=utcnow()).id
    by_admin = sign_in(app.test_client(), admin)
    reset = f"/manage/accounts/{farid}/second-factors/reset"
    assert reset in by_admin.get("/manage/accounts").text
    assert by_admin.post(reset).status_code == 303
    by_mail = sign_in(app.test_client(), farid, strong=False)
    assert api(by_mail, "GET", "/session").json["second_factor"] == "to_set_up"
    assert api(by_mail, "POST", "/account/apps", json={"name": "mine"}).status_code == 201


def test_a_strong_sign_in_without_its_time_is_strong_but_not_a_step_taken_now(
    app: Flask, provider: FakeProvider
) -> None:
    with app.app_context(), transaction() as session:
        farid = official(session, "Farid", Role.ADMINISTRATOR, None, now=utcnow()).id
        session.add(Identity(account_id=farid, issuer=provider.issuer, subject="farid", linked_at=utcnow()))
    client = app.test_client()
    assert enter(client, provider, sub="farid", acr="high").location == "/"
    assert client.get("/manage/accounts").status_code == 200
    assert api(client, "GET", "/session").json["step_up_needed"]
    for endless in (float("inf"), float("nan"), "now"):
        refused = enter(app.test_client(), provider, sub="farid", acr="high", auth_time=endless)
        assert refused.status_code == 422


def telling(provider: FakeProvider, **lies: Any) -> dict[str, Any]:
    """Let the provider lie about more than claims."""
    for name, lie in lies.items():
        setattr(provider, name, lie)
    return {}


LIES: dict[str, Callable[[FakeProvider], dict[str, Any]]] = {
    "another nonce": lambda _p: {"nonce": "of somebody else"},
    "another issuer": lambda _p: {"iss": "https://elsewhere.example"},
    "another audience": lambda _p: {"aud": "another site"},
    "several audiences and another party": lambda _p: {"aud": [CLIENT_ID, "other"], "azp": "other"},
    "expired": lambda _p: {"exp": int(utcnow().timestamp()) - 60},
    "of tomorrow": lambda _p: {"iat": int(utcnow().timestamp()) + 86_400},
    "nobody": lambda _p: {"sub": ""},
    "a subject that is none": lambda _p: {"sub": 7},
    "a subject without end": lambda _p: {"sub": "x" * 256},
    "signed with another key": lambda p: telling(p, signing=new_key()),
    "not signed": lambda p: telling(p, token=unsigned({"iss": p.issuer, "sub": "x", "aud": CLIENT_ID})),
    "no token": lambda p: telling(p, token="x.y.z"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_as_it_must_be_lets_nobody_in(app: Flask, provider: FakeProvider, lie: str) -> None:
    client = app.test_client()
    refused = enter(client, provider, **LIES[lie](provider))
    assert refused.status_code == 422
    assert "not as it must be" in refused.text
    assert "E-Mail" in refused.text or "e-mail" in refused.text  # the other way is there
    assert not is_signed_in(client)
    assert accounts(app) == []


def test_an_answer_serves_once_and_only_the_browser_that_asked(app: Flask, provider: FakeProvider) -> None:
    client, stranger = app.test_client(), app.test_client()
    brought = provider.answer(leave(client))
    stolen = come_back(stranger, brought)
    assert (stolen.status_code, is_signed_in(stranger)) == (422, False)
    leave(stranger)
    assert come_back(stranger, brought).status_code == 422  # nor a browser that has asked for something of its own
    for state in (forged(brought["state"]), brought["state"][:20], "", "x" * 90):
        assert come_back(client, brought | {"state": state}).status_code == 422
    assert come_back(client, brought | {"iss": "https://elsewhere.example"}).status_code == 422
    assert come_back(client, brought).status_code == 422  # it was used up by the lie
    brought = provider.answer(leave(client))
    assert come_back(client, brought).status_code == 303
    repeated = come_back(client, brought)
    assert repeated.status_code == 303  # signed in already: led to the account, where it is said
    assert "begin again" in client.get(repeated.location).text
    fresh = provider.answer(leave(client))
    assert come_back(client, fresh | {"code": brought["code"]}).status_code in {303, 422}
    with app.app_context():
        assert len(db.session.scalars(select(Identity)).all()) == 1


def test_keys_may_be_changed_over_there(app: Flask, provider: FakeProvider) -> None:
    assert enter(app.test_client(), provider).status_code == 303
    provider.rotate()
    assert enter(app.test_client(), provider).status_code == 303


def test_who_cancels_or_is_refused_over_there_is_told_so(app: Flask, provider: FakeProvider) -> None:
    client = app.test_client()
    state = provider.answer(leave(client))["state"]
    cancelled = come_back(client, {"state": state, "error": "access_denied", "iss": provider.issuer})
    assert cancelled.status_code == 422
    assert "cancelled" in cancelled.text
    state = provider.answer(leave(client))["state"]
    refused = come_back(client, {"state": state, "error": "<b>login_required</b>"})
    assert "&lt;b&gt;login_required" in refused.text


def test_a_provider_that_is_down_is_said_and_the_other_ways_remain(app: Flask, provider: FakeProvider) -> None:
    client = app.test_client()
    brought = provider.answer(leave(client))
    provider.is_broken = True
    down = come_back(client, brought)
    assert down.status_code == 503
    assert "does not answer" in down.text
    assert 'name="email"' in down.text
    assert "does not answer" in client.get("/sign-in").text
    with app.app_context():
        known = provider_of_site()
        assert known is not None
        known._down_until = known._read_at = 0.0
        known._addresses = None
    assert client.post("/sign-in/provider").status_code == 503
    with app.app_context():
        app.extensions.pop("participation.provider")


@pytest.mark.parametrize(
    "lie", [{"issuer": "https://elsewhere.example"}, {"token_endpoint": "http://elsewhere.example"}]
)
def test_addresses_that_cannot_be_meant_are_not_used(app: Flask, provider: FakeProvider, lie: dict[str, str]) -> None:
    app.extensions.pop("participation.provider", None)
    provider.says = lie
    assert app.test_client().post("/sign-in/provider").status_code == 503
    app.extensions.pop("participation.provider")


def test_next_leads_nowhere_else(app: Flask, provider: FakeProvider) -> None:
    client = app.test_client()
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert come_back(client, provider.answer(leave(client, elsewhere))).location == "/"


def test_an_account_is_linked_by_its_owner_and_unlinked_again(app: Flask, provider: FakeProvider) -> None:
    with app.app_context(), transaction() as session:
        ayse, olena = (person(session, name, now=utcnow()).id for name in ("Ayşe", "Olena"))
    client = sign_in(app.test_client(), ayse)
    assert "Link with City account" in client.get("/account?lang=en").text
    brought = provider.answer(leave(client, to="/account/identities"), sub="ayşe")
    other = sign_in(app.test_client(), olena)
    assert come_back(other, brought).status_code == 303
    assert come_back(client, brought).location == "/account"
    assert "Linked with City account" in client.get("/account?lang=en").text
    assert enter(app.test_client(), provider, sub="ayşe").status_code == 303
    assert len(accounts(app)) == 2
    taken = come_back(other, provider.answer(leave(other, to="/account/identities"), sub="ayşe"))
    assert "another account of this site" in other.get(taken.location).text
    (identity,) = api(client, "GET", "/account/identities").json["items"]
    assert api(other, "DELETE", f"/account/identities/{identity['id']}").status_code == 404
    assert client.post(f"/account/identities/{identity['id']}/unlink").status_code == 303
    assert api(client, "GET", "/account/identities").json["total"] == 0


def test_linking_is_kept_told_to_the_owner_and_signs_other_browsers_out(app: Flask, provider: FakeProvider) -> None:
    with app.app_context(), transaction() as session:
        birte = official(session, "Birte", Role.ADMINISTRATOR, None, now=utcnow()).id
    client, elsewhere = sign_in(app.test_client(), birte), sign_in(app.test_client(), birte)
    come_back(client, provider.answer(leave(client, to="/account/identities"), sub="birte"))
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    elsewhere = sign_in(app.test_client(), birte)
    (identity,) = api(client, "GET", "/account/identities").json["items"]
    assert api(client, "DELETE", f"/account/identities/{identity['id']}").status_code == 204
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    with app.app_context():
        acts = select(AuditRecord.action).where(AuditRecord.actor_id == birte).order_by(AuditRecord.number)
        assert db.session.scalars(acts).all() == ["identity.linked", "identity.unlinked"]
        told = db.session.scalars(select(Job).where(Job.name == SECURITY_MAIL).order_by(Job.due_at, Job.id)).all()
        assert {job.payload["event"] for job in told} == {"identity_linked", "identity_unlinked"}


def test_who_has_no_address_keeps_the_only_way_in(app: Flask, provider: FakeProvider) -> None:
    client = app.test_client()
    enter(client, provider)
    (identity,) = api(client, "GET", "/account/identities").json["items"]
    refused = api(client, "DELETE", f"/account/identities/{identity['id']}")
    assert (refused.status_code, refused.json["code"]) == (409, "identity_is_only_way")


def test_the_interface_signs_in_too(app: Flask, provider: FakeProvider) -> None:
    client = app.test_client()
    address = api(client, "POST", "/sign-in/provider", json={"next": "/account"}).json["address"]
    arrived = api(client, "POST", "/sign-in/provider/return", json=provider.answer(address))
    assert (arrived.status_code, arrived.json["linked"], arrived.json["next"]) == (200, False, "/account")
    assert is_signed_in(client)
    address = api(client, "POST", "/account/identities").json["address"]
    again = api(client, "POST", "/sign-in/provider/return", json=provider.answer(address)).json
    assert again["linked"] is True
