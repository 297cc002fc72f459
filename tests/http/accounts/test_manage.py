"""Officials' pages about people, organisations and departments."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts.models import Account, Organisation
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from tests.factories.city import lindenhafen
from tests.factories.people import Cast, official, person
from tests.support.people import sign_in


def test_a_role_given_acts_once_a_second_factor_is_shown_and_is_gone_when_taken(
    birte: FlaskClient, app: Flask, people: Cast, place: str
) -> None:
    ayse = sign_in(app.test_client(), people.ayse)
    assert ayse.get("/manage/audit").status_code == 403
    answer = birte.post(f"{place}/people", data={"email": "AYSE@lindenhafen.example", "role": "auditor"})
    assert answer.status_code == 303
    assert ayse.get("/manage/audit").location == "/sign-in/second-factor?next=/manage/audit"
    sign_in(ayse, people.ayse)
    assert ayse.get("/manage/audit").status_code == 200
    assert "Ayşe" in birte.get(f"{place}/people").text
    assert birte.post(f"{place}/people/{people.ayse.id}/auditor/revoke").status_code == 303
    assert ayse.get("/manage/audit").status_code == 403


def test_somebody_without_an_account_is_invited_with_the_role(birte: FlaskClient, app: Flask, place: str) -> None:
    birte.post(f"{place}/people", data={"email": "new@lindenhafen.example", "display_name": "Neu", "role": "steering"})
    with app.app_context():
        account = db.session.query(Account).filter_by(email="new@lindenhafen.example").one()
        assert (account.display_name, account.verified_at) == ("Neu", None)


@pytest.mark.parametrize(
    "data, status, words",
    [
        ({"email": "nobody", "role": "steering"}, 422, "not an e-mail address"),
        ({"email": "birte@lindenhafen.example", "role": "office"}, 409, "holds the role already"),
        ({"email": "x@lindenhafen.example", "role": "administrator"}, 422, "not a valid choice"),
        ({"email": "", "role": "steering"}, 422, "Please fill this in"),
    ],
)
def test_what_cannot_be_given_is_explained_in_the_form(
    birte: FlaskClient, place: str, data: dict[str, str], status: int, words: str
) -> None:
    answer = birte.post(f"{place}/people", data=data)
    assert answer.status_code == status
    assert words in answer.text
    assert f'value="{data["email"]}"' in answer.text


def test_officials_of_one_process_do_not_enter_another(client: FlaskClient, app: Flask, people: Cast) -> None:
    with app.app_context(), transaction() as session:
        now = utcnow()
        other = lindenhafen(session, now, city="Anderstadt")
        stranger = person(session, "Stranger", now=now)
    sign_in(client, people.birte)
    for page in ("people", "organisations", "departments"):
        assert client.get(f"/manage/processes/{other.slug}/{page}").status_code == 403
        assert client.get(f"/api/v1/processes/{other.slug}/{'roles' if page == 'people' else page}").status_code == 403
    answer = client.post(
        f"/manage/processes/{other.slug}/people", data={"email": stranger.email or "", "role": "auditor"}
    )
    assert answer.status_code == 403


def test_an_organisation_goes_from_entry_to_approval_to_delegates(birte: FlaskClient, app: Flask, place: str) -> None:
    data = {
        "name": "Nadiya e. V.",
        "code": "O7",
        "kind": "migrant_association",
        "languages": ["uk", "de"],
        "description-de": "Wir sind da.",
    }
    assert birte.post(f"{place}/organisations", data=data).status_code == 303
    assert "waits for approval" in birte.get(f"{place}/organisations").text
    assert birte.post(f"{place}/organisations/O7/approve").status_code == 303
    assert birte.post(f"{place}/organisations/O7/approve").status_code == 409
    mandate = {"email": "iryna@lindenhafen.example", "display_name": "Iryna", "valid_from": "2026-01-01"}
    assert birte.post(f"{place}/organisations/O7/mandates", data=mandate).status_code == 303
    page = birte.get(f"{place}/organisations/O7").text
    assert "Iryna" in page
    end = re.search(rf"{place}/organisations/O7/mandates/\w+/end", page)
    assert end
    assert birte.post(end[0]).status_code == 303
    assert "End the mandate today" not in birte.get(f"{place}/organisations/O7").text


def test_an_organisation_with_faults_stays_typed(birte: FlaskClient, app: Flask, place: str) -> None:
    answer = birte.post(
        f"{place}/organisations",
        data={"name": "Nadiya", "code": "O 7", "kind": "provider", "languages": ["uk"], "description-de": "Wir."},
    )
    assert answer.status_code == 422
    assert 'value="Nadiya"' in answer.text
    assert ">Wir.</textarea>" in answer.text.replace("\r\n", "")
    with app.app_context():
        assert db.session.query(Organisation).filter_by(name="Nadiya").count() == 0


def test_mandates_with_crossed_days_are_explained(birte: FlaskClient, place: str) -> None:
    answer = birte.post(
        f"{place}/organisations/O1/mandates",
        data={"email": "x@lindenhafen.example", "valid_from": "2026-02-01", "valid_until": "2026-01-01"},
    )
    assert answer.status_code == 422
    assert "The end must lie after the beginning" in answer.text


def test_a_department_gets_its_people(birte: FlaskClient, place: str) -> None:
    created = birte.post(f"{place}/departments", data={"code": "D9", "title-de": "Bauen", "title-tr": "İnşaat"})
    assert created.status_code == 303
    assert 'id="representative"' in birte.get(f"{place}/departments?department=D9").text
    named = birte.post(f"{place}/departments/D9/representatives", data={"email": "kim@lindenhafen.example"})
    assert named.status_code == 303
    page = birte.get(f"{place}/departments").text
    gone = re.search(rf"{place}/departments/D9/representatives/\w+/remove", page)
    assert gone
    assert birte.post(gone[0]).status_code == 303
    missing = birte.post(f"{place}/departments", data={"code": "D8", "title-en": "Building"})
    assert missing.status_code == 422
    assert 'value="Building"' in missing.text


def test_an_administrator_closes_and_opens_accounts(client: FlaskClient, app: Flask, people: Cast) -> None:
    with app.app_context(), transaction() as session:
        admin = official(session, "Admin", Role.ADMINISTRATOR, None, now=utcnow())
    sign_in(client, admin)
    ayse = sign_in(app.test_client(), people.ayse)
    assert "ayse@lindenhafen.example" in client.get("/manage/accounts?search=ayse").text
    assert client.post(f"/manage/accounts/{people.ayse.id}/disable").status_code == 303
    assert ayse.get("/account").status_code == 302
    assert client.post(f"/manage/accounts/{people.ayse.id}/disable").status_code == 409
    assert client.post(f"/manage/accounts/{people.ayse.id}/enable").status_code == 303
    assert client.post(f"/manage/accounts/{admin.id}/disable").status_code == 409
    assert client.get("/manage/accounts?page=99").status_code == 200
    assert client.get("/manage/accounts?page=x").status_code == 404
    granted = client.post("/manage/accounts/roles", data={"email": "ayse@lindenhafen.example", "role": "auditor"})
    assert granted.status_code == 303
    assert client.post(f"/manage/accounts/{people.ayse.id}/roles/auditor/revoke").status_code == 303
    assert client.post(f"/manage/accounts/{admin.id}/roles/administrator/revoke").status_code == 409


def test_the_record_shows_what_was_done_and_hides_other_processes(
    birte: FlaskClient, app: Flask, people: Cast, place: str
) -> None:
    birte.post(f"{place}/organisations", data={"name": "Neu", "code": "O8", "kind": "provider", "languages": ["de"]})
    page = birte.get("/manage/audit?action=organisation.registered").text
    assert people.birte.id in page
    with app.app_context(), transaction() as session:
        other = lindenhafen(session, utcnow(), city="Anderstadt")
        elsewhere = official(session, "Somebody", Role.AUDITOR, other, now=utcnow())
    assert people.birte.id not in sign_in(app.test_client(), elsewhere).get("/manage/audit").text
