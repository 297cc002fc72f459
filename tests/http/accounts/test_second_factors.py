"""Setting second factors up, showing them, and doing without a lost one, as a browser does it."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from participation.accounts.models import SecondFactor, SignInSession
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from tests.factories.people import Cast
from tests.support.authenticators import Authenticator
from tests.support.clients import Client
from tests.support.factors import add_app, app_code
from tests.support.people import sign_in
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
ASK = "/sign-in/second-factor"


def events(app: Flask) -> list[str]:
    with app.app_context():
        jobs = db.session.query(Job).filter_by(name="accounts.security_mail").order_by(Job.created_at)
        return [str(job.payload["event"]) for job in jobs]


def age_sessions(app: Flask, minutes: int) -> None:
    with app.app_context(), transaction() as session:
        then = utcnow() - timedelta(minutes=minutes)
        session.execute(update(SignInSession).values(strong_at=then, created_at=then))


def test_an_official_sets_an_app_up_before_the_role_acts(app: Flask, people: Cast) -> None:
    birte = sign_in(app.test_client(), people.birte, strong=False)
    asked = birte.get("/manage/audit?action=x", follow_redirects=True)
    assert asked.request.path == "/account/security"
    assert "Your role needs a second factor" in asked.text
    begun = birte.post("/account/security/apps?next=/manage/audit", data={"name": "Mein Telefon"})
    page = birte.get(begun.location or "")
    secret = "".join(re.search(r'<code class="token"[^>]*>([A-Z2-7 ]+)</code>', page.text)[1].split())  # type: ignore[index]
    wrong = birte.post(begun.location or "", data={"code": "000000"})
    assert (wrong.status_code, 'value="000000"' in wrong.text) == (422, True)
    before = birte.get_cookie("session")
    shown = birte.post(begun.location or "", data={"code": app_code(secret)})
    assert shown.status_code == 201
    assert len(re.findall(r"<code>[0-9A-Z]{5}-[0-9A-Z]{5}</code>", shown.text)) == 10
    assert 'href="/manage/audit"' in shown.text
    assert before.value != birte.get_cookie("session").value  # type: ignore[union-attr]
    assert birte.get("/manage/audit").status_code == 200
    assert events(app) == ["factor_added"]
    with app.app_context():
        stored = " ".join(str(vars(row)) for row in db.session.query(SecondFactor).all())
    assert secret not in stored


def test_with_a_second_factor_nobody_is_signed_in_before_it_was_shown(app: Flask, people: Cast) -> None:
    secret, _codes = add_app(app, people.ayse.id)
    ayse = sign_in(app.test_client(), people.ayse, strong=False)
    assert ayse.get("/account").location == f"{ASK}?next=/account"
    assert ayse.get("/sign-in?next=/account").location == f"{ASK}?next=/account"
    refused = api(ayse, "GET", "/account")
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_needed")
    assert "Your second factor" in ayse.get(f"{ASK}?next=/account").text
    wrong = ayse.post(ASK, data={"second_factor_code": "123 456", "next": "/account"})
    assert (wrong.status_code, 'value="/account"' in wrong.text) == (422, True)
    before = ayse.get_cookie("session")
    shown = ayse.post(ASK, data={"second_factor_code": app_code(secret, later=1), "next": "/account"})
    assert (shown.status_code, shown.location) == (303, "/account")
    assert before.value != ayse.get_cookie("session").value  # type: ignore[union-attr]
    assert ayse.get("/account").status_code == 200


def test_a_code_is_taken_once_and_in_any_digits(app: Flask, people: Cast) -> None:
    secret, _codes = add_app(app, people.ayse.id)
    code = app_code(secret, later=1)
    first, second = (sign_in(app.test_client(), people.ayse, strong=False) for _ in range(2))
    arabic = code.translate({ord(str(digit)): 0x0660 + digit for digit in range(10)})
    assert first.post(ASK, data={"second_factor_code": arabic}).status_code == 303
    assert second.post(ASK, data={"second_factor_code": code}).status_code == 422


def test_five_wrong_codes_close_the_door_for_the_right_one_but_not_for_recovery_codes(app: Flask, people: Cast) -> None:
    secret, codes = add_app(app, people.ayse.id)
    ayse = sign_in(app.test_client(), people.ayse, strong=False)
    right = app_code(secret, later=1)
    for _ in range(5):
        wrong = f"{(int(right) + 1) % 1_000_000:06}"
        assert ayse.post(ASK, data={"second_factor_code": wrong}).status_code == 422
    late = ayse.post(ASK, data={"second_factor_code": right})
    assert (late.status_code, int(late.headers["Retry-After"]) > 3000) == (429, True)
    assert ayse.post(ASK, data={"second_factor_code": codes[0]}).status_code == 303


def test_a_right_recovery_code_is_taken_however_many_were_wrong(app: Flask, people: Cast) -> None:
    _secret, codes = add_app(app, people.ayse.id)
    ayse = sign_in(app.test_client(), people.ayse, strong=False)
    answers = [ayse.post(ASK, data={"second_factor_code": "nothing"}).status_code for _ in range(31)]
    assert (set(answers[:30]), answers[30]) == ({422}, 429)
    assert ayse.post(ASK, data={"second_factor_code": codes[0]}).status_code == 303


def test_a_recovery_code_takes_the_place_of_the_app_once(app: Flask, people: Cast) -> None:
    _secret, codes = add_app(app, people.birte.id)
    for expected in (303, 422):
        birte = sign_in(app.test_client(), people.birte, strong=False)
        assert birte.post(ASK, data={"second_factor_code": codes[3].lower()}).status_code == expected
    assert events(app) == ["factor_added", "recovery_code_used"]


def test_a_grave_act_asks_again_and_is_done_with_what_was_typed(app: Flask, people: Cast, place: str) -> None:
    secret, _codes = add_app(app, people.birte.id)
    birte = sign_in(app.test_client(), people.birte)
    age_sessions(app, 11)
    typed = {"email": "neu@lindenhafen.example", "display_name": "Neu <b>", "role": "steering"}
    asked = birte.post(f"{place}/people", data=typed)
    assert asked.status_code == 403
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    assert (carried["email"], carried["display_name"]) == (typed["email"], "Neu &lt;b&gt;")
    wrong = birte.post(f"{place}/people", data={**typed, "second_factor_code": "000000"})
    assert (wrong.status_code, 'value="neu@lindenhafen.example"' in wrong.text) == (422, True)
    done = birte.post(f"{place}/people", data={**typed, "second_factor_code": app_code(secret, later=1)})
    assert (done.status_code, done.location) == (303, f"{place}/people")
    assert "neu@lindenhafen.example" in birte.get(f"{place}/people").text


def test_programs_in_a_browser_are_told_to_step_up_and_tokens_are_not(app: Flask, people: Cast, place: str) -> None:
    secret, _codes = add_app(app, people.birte.id)
    birte = sign_in(app.test_client(), people.birte)
    age_sessions(app, 11)
    role = {"email": "neu@lindenhafen.example", "role": "steering"}
    path = place.removeprefix("/manage") + "/roles"
    refused = api(birte, "POST", path, json=role)
    assert (refused.status_code, refused.json["code"]) == (403, "step_up_needed")
    shown = api(birte, "POST", "/session/second-factor", json={"code": app_code(secret, later=1)})
    assert (shown.json["second_factor"], shown.json["step_up_needed"]) == ("shown", False)
    assert api(birte, "POST", path, json=role).status_code == 201


def test_whoever_lost_everything_is_reset_by_somebody_else(app: Flask, people: Cast, admin: FlaskClient) -> None:
    _secret, codes = add_app(app, people.birte.id)
    open_one = sign_in(app.test_client(), people.birte)
    assert admin.post(f"/manage/accounts/{people.birte.id}/second-factors/reset").status_code == 303
    assert open_one.get("/manage/audit").location == "/sign-in?next=/manage/audit"
    birte = sign_in(app.test_client(), people.birte, strong=False)
    assert birte.get("/manage/audit", follow_redirects=True).request.path == "/account/security"
    assert birte.post(ASK, data={"second_factor_code": codes[0]}).status_code == 409
    assert events(app)[-1] == "factors_reset"
    assert admin.post(f"/manage/accounts/{people.birte.id}/second-factors/reset").status_code == 409


def test_the_last_factor_stays_while_a_role_needs_it(app: Flask, people: Cast) -> None:
    add_app(app, people.birte.id)
    birte = sign_in(app.test_client(), people.birte)
    (factor,) = api(birte, "GET", "/account/security").json["second_factors"]
    refused = api(birte, "DELETE", f"/account/second-factors/{factor['id']}")
    assert (refused.status_code, refused.json["code"]) == (409, "last_second_factor")
    assert birte.post(f"/account/security/factors/{factor['id']}/rename", data={"name": " "}).status_code == 422
    assert birte.post(f"/account/security/factors/{factor['id']}/rename", data={"name": "Büro"}).status_code == 303
    foreign = sign_in(app.test_client(), people.ayse)
    assert api(foreign, "DELETE", f"/account/second-factors/{factor['id']}").status_code == 404
    assert api(foreign, "PATCH", f"/account/second-factors/{factor['id']}", json={"name": "mine"}).status_code == 404


def test_a_passkey_is_added_and_shown(app: Flask, people: Cast) -> None:
    device = Authenticator()
    birte = sign_in(app.test_client(), people.birte, strong=False)
    options = api(birte, "POST", "/account/passkeys/options").json["public_key"]
    made = {"name": "Schlüssel", "passkey": json.dumps(device.make(options))}
    assert birte.post("/account/security/passkeys", data=made).status_code == 201
    assert birte.get("/manage/audit").status_code == 200
    again = sign_in(app.test_client(), people.birte, strong=False)
    options = api(again, "POST", "/session/second-factor/passkey/options").json["public_key"]
    shown = again.post(ASK, data={"second_factor_passkey": json.dumps(device.show(options)), "next": "/manage/audit"})
    assert (shown.status_code, shown.location) == (303, "/manage/audit")
    assert again.get("/manage/audit").status_code == 200


def test_a_browser_session_needs_its_token_to_show_a_factor(app: Flask, people: Cast) -> None:
    secret, _codes = add_app(app, people.ayse.id)
    ayse = sign_in(app.test_client(), people.ayse, strong=False)
    assert isinstance(ayse, Client)
    code = {"code": app_code(secret, later=1)}
    assert ayse.post("/api/v1/session/second-factor", json=code).json["code"] == "csrf_token_needed"  # type: ignore[index]
    assert ayse.post(ASK, data={"second_factor_code": code["code"]}, csrf=False).status_code == 400


def test_answers_with_secrets_are_kept_by_no_browser(app: Flask, people: Cast) -> None:
    ayse = sign_in(app.test_client(), people.ayse)
    begun = api(ayse, "POST", "/account/apps", json={"name": "App"})
    code = {"code": app_code(begun.json["secret"])}
    added = api(ayse, "POST", f"/account/apps/{begun.json['id']}/confirm", json=code)
    codes = api(ayse, "POST", "/account/recovery-codes")
    until = (utcnow() + timedelta(days=1)).isoformat()
    wanted = {"name": "x", "scopes": ["process:round:read"], "expires_at": until}
    token = api(ayse, "POST", "/account/tokens", json=wanted)
    answers = [(answer.status_code, answer.headers["Cache-Control"]) for answer in (begun, added, codes, token)]
    assert answers == [(201, "no-store"), (200, "no-store"), (201, "no-store"), (201, "no-store")]
