"""Organisations join over pages and over the API, and everybody sees where they stand."""

import pytest
from flask import Flask

from participation.extensions import db
from participation.outbox.models import Job
from participation.outbox.worker import work_of
from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

WISH = {
    "name": "Köprü Derneği",
    "kind": "migrant_association",
    "languages": ["tr", "de"],
    "language": "tr",
    "description": "Kadınlar için sabah buluşmaları.",
    "role_label": "Vorsitz",
}
MANAGE = "/manage/processes/integration"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def registered(scene: Scene) -> str:
    answer = scene.ayse.post(f"{PROCESS}/organisations/register", data=WISH)
    assert answer.status_code == 303
    return str(answer.location).rpartition("/")[2]


def mails(scene: Scene) -> list[tuple[str, str, str]]:
    """Return address, subject and text of every mail of accounts that waits."""
    with scene.app.test_request_context():
        letters = work_of(scene.app).letters
        jobs = db.session.query(Job).filter(Job.name.like("accounts.%")).order_by(Job.created_at, Job.id).all()
        rendered = [letters[job.name](db.session(), job.payload) for job in jobs]
        return [(one.to, one.subject, one.text) for one in rendered if one]


def test_the_form_keeps_what_was_typed_and_says_what_is_missing(scene: Scene) -> None:
    answer = scene.ayse.post(f"{PROCESS}/organisations/register?lang=en", data=WISH | {"description": " "})
    assert answer.status_code == 422
    assert 'href="#description"' in answer.text
    assert "Köprü Derneği" in answer.text
    assert scene.visitor.get(f"{PROCESS}/organisations/register").location.startswith("/sign-in?next=")


def test_an_organisation_waits_is_approved_and_has_a_page_and_a_desk(scene: Scene) -> None:
    number = registered(scene)
    assert "Köprü Derneği" in scene.ayse.get(f"{PROCESS}/organisations/registrations/{number}").text
    assert scene.olena.get(f"{PROCESS}/organisations/registrations/{number}").status_code == 404
    assert "Köprü Derneği" not in scene.visitor.get(f"{PROCESS}/organisations").text
    waiting = scene.birte.get(f"{MANAGE}/organisations").text
    assert f"{MANAGE}/registrations/{number}" in waiting
    page = scene.birte.get(f"{MANAGE}/registrations/{number}?lang=en").text
    assert "Kadınlar için sabah buluşmaları." in page
    assert "it becomes KD" in page
    answer = scene.birte.post(f"{MANAGE}/registrations/{number}/approve", data={"code": "O1"})
    assert answer.status_code == 409
    answer = scene.birte.post(f"{MANAGE}/registrations/{number}/approve", data={"code": ""})
    assert answer.location.endswith("/organisations/KD")
    public = scene.visitor.get(f"{PROCESS}/organisations/KD?lang=en").text
    assert "Kadınlar için sabah buluşmaları." in public
    assert "Your mandate" not in public
    assert "Your mandate" in scene.ayse.get(f"{PROCESS}/organisations/KD?lang=en").text
    ((to, _subject, text),) = mails(scene)
    assert (to, "/organisations/KD" in text) == ("ayse@lindenhafen.example", True)


def test_a_refusal_reaches_the_applicant_in_their_language(scene: Scene) -> None:
    number = registered(scene)
    assert scene.birte.post(f"{MANAGE}/registrations/{number}/decline", data={"reason-de": ""}).status_code == 422
    reasons = {"reason-de": "Bitte die Satzung.", "reason-tr": "Lütfen tüzüğü gönderin."}
    assert scene.birte.post(f"{MANAGE}/registrations/{number}/decline", data=reasons).status_code == 303
    ((_to, _subject, text),) = mails(scene)
    assert "Lütfen tüzüğü gönderin." in text
    assert "Bitte die Satzung." in scene.ayse.get(f"{PROCESS}/organisations/registrations/{number}?lang=de").text


def test_a_delegate_names_a_further_one_and_lays_the_mandate_down(scene: Scene) -> None:
    address = f"{PROCESS}/organisations/O1/delegates"
    named = {"email": "taras@lindenhafen.example", "display_name": "Taras"}
    assert scene.ayse.get(address).status_code == 403
    assert scene.olena.post(address, data=named | {"email": "taras"}).status_code == 422
    assert scene.olena.post(address, data=named).status_code == 303
    (found,) = api(scene.birte, "GET", "/processes/integration/organisations/O1/proposed-delegates").json["items"]
    place = f"{MANAGE}/organisations/O1/delegates/{found['id']}"
    assert "taras@lindenhafen.example" in scene.birte.get(place).text
    assert scene.birte.post(f"{place}/approve").status_code == 303
    assert {to for to, *_rest in mails(scene)} >= {"taras@lindenhafen.example"}
    assert "Taras" in scene.olena.get(f"{PROCESS}/organisations/O1").text
    assert "Taras" not in scene.visitor.get(f"{PROCESS}/organisations/O1").text
    end = f"{PROCESS}/organisations/O1/mandate/end"
    assert scene.olena.get(end).status_code == 200
    assert scene.olena.post(end).status_code == 303
    assert scene.olena.get(address).status_code == 403


def test_the_api_does_all_of_it(scene: Scene) -> None:
    base = "/processes/integration/organisation-applications"
    said = {"language": "tr", "body": WISH["description"]}
    wish = {key: WISH[key] for key in ("name", "kind", "languages", "role_label")} | {"description": said}
    made = api(scene.ayse, "POST", base, json=wish)
    assert (made.status_code, made.json["state"], made.json["organisation"]) == (201, "waiting", None)
    one = f"{base}/{made.json['id']}"
    assert api(scene.olena, "GET", one).status_code == 404
    assert api(scene.olena, "GET", base).json["items"] == []
    assert [found["name"] for found in api(scene.birte, "GET", f"{base}?state=waiting").json["items"]] == [WISH["name"]]
    assert api(scene.ayse, "POST", f"{one}/approve", json={}).status_code == 403
    assert api(scene.birte, "POST", f"{one}/decline", json={"reasons": {}}).status_code == 422
    assert api(scene.birte, "POST", f"{one}/approve", json={"code": "KOPRU"}).json["code"] == "KOPRU"
    assert api(scene.ayse, "POST", f"{one}/withdraw").status_code == 409
    page = "/processes/integration/organisation-pages/KOPRU"
    assert api(scene.visitor, "GET", page).json["desk"] is None
    assert api(scene.ayse, "GET", page).json["desk"]["own"]["role_label"] == "Vorsitz"
    pages = api(scene.visitor, "GET", "/processes/integration/organisation-pages").json["items"]
    assert {found["code"] for found in pages} == {"O1", "KOPRU"}
    delegates = "/processes/integration/organisations/KOPRU/proposed-delegates"
    named = {"email": "ali@lindenhafen.example", "display_name": "Ali"}
    proposed = api(scene.ayse, "POST", delegates, json=named)
    assert proposed.status_code == 201
    reasons = {"reasons": {"de": "Bitte erst fragen."}}
    declined = api(scene.birte, "POST", f"{delegates}/{proposed.json['id']}/decline", json=reasons)
    assert (declined.json["state"], declined.json["email"]) == ("declined", None)
    assert api(scene.ayse, "POST", "/processes/integration/organisations/KOPRU/own-mandate/end").status_code == 204
    assert api(scene.ayse, "GET", page).json["desk"] is None
