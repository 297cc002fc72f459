"""The organisations of a round word a statement, sign it, and the office lets it stand."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Mandate
from participation.audit.models import AuditRecord
from participation.core.windows import utcnow
from participation.gatherings.models import Statement
from participation.rounds.queries import round_standing
from participation.rounds.rules import Obstacle
from tests.factories import people
from tests.support.people import sign_in
from tests.support.scenes import Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
PAGE = "/rounds/forum/statement"
SAID = {"language": "uk", "title": "Мова й участь", "body": "Ми просимо більше часу для розмов."}
BASE = "/rounds/forum/statement"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def test_a_statement_is_worded_signed_reworded_and_stands(scene: Scene) -> None:
    assert scene.visitor.get(PAGE).status_code == 404
    assert scene.ayse.get(f"{PAGE}/edit").status_code == 403
    empty = scene.olena.post(f"{PAGE}/edit?lang=en", data=SAID | {"body": " "})
    assert empty.status_code == 422
    assert 'href="#body"' in empty.text
    assert scene.olena.post(f"{PAGE}/edit", data=SAID).status_code == 303
    assert scene.visitor.get(PAGE).status_code == 404
    assert "Мова й участь" not in scene.visitor.get("/migrant-forum/forum").text
    assert "Мова й участь" in scene.olena.get("/migrant-forum/forum").text
    desk = api(scene.olena, "GET", "/processes/integration/organisation-pages/O1").json["desk"]
    assert [(one["round"], one["is_signed"]) for one in desk["statements"]] == [("forum", False)]
    assert PAGE in scene.olena.get("/processes/integration/organisations/O1").text
    refused = scene.birte.post(f"{PAGE}/finalise?lang=en", data={"based_on": "1"}, follow_redirects=True)
    assert "No organisation has signed the present wording" in refused.text
    assert f"{PAGE}/finalise" not in scene.birte.get(f"{PAGE}?lang=en").text
    assert scene.birte.get(f"{PAGE}/finalise").status_code == 303
    scene.olena.post(f"{PAGE}/sign", data={"based_on": "1"})
    again = SAID | {"body": "Ми просимо ще більше часу.", "based_on": "1"}
    assert scene.birte.post(f"{PAGE}/edit", data=again).status_code == 303
    assert "of an earlier wording" in scene.olena.get(f"{PAGE}?lang=en").text
    door = scene.olena.get("/migrant-forum/forum?lang=en").text
    assert "0 organisations have signed" in door
    assert "1 organisation has signed an earlier wording" in door
    stale = scene.birte.post(f"{PAGE}/edit?lang=en", data=again | {"body": "Ще інакше."})
    assert stale.status_code == 409
    assert "Ми просимо ще більше часу." in stale.text  # what stands there, beside what was typed
    assert "Ще інакше." in stale.text
    assert 'name="based_on" type="hidden" value="2"' in stale.text  # so that it can be saved on top
    scene.olena.post(f"{PAGE}/sign", data={"based_on": "1"})  # the page was open for too long
    assert "of an earlier wording" in scene.olena.get(f"{PAGE}?lang=en").text
    scene.olena.post(f"{PAGE}/sign", data={"based_on": "2"})
    german = {"language": "de", "title": "Sprache und Teilhabe", "body": "Wir bitten um mehr Zeit.", "based_on": "1"}
    assert scene.olena.post(f"{PAGE}/translate", data=german).status_code == 409  # made from the words before
    german["based_on"] = "2"
    assert scene.olena.post(f"{PAGE}/translate", data=german).status_code == 303
    assert scene.olena.post(f"{PAGE}/finalise", data={"based_on": "2"}).status_code == 403
    assert scene.olena.get(f"{PAGE}/finalise").status_code == 403
    assert f"{PAGE}/finalise" in scene.farid.get(f"{PAGE}?lang=en").text
    asked = scene.farid.get(f"{PAGE}/finalise?lang=en").text
    assert "Nothing of it can be changed afterwards" in asked
    assert 'name="based_on" value="2"' in asked
    assert scene.farid.post(f"{PAGE}/finalise", data={"based_on": "2"}).status_code == 303
    public = scene.visitor.get(f"{PAGE}?lang=de").text
    assert "Wir bitten um mehr Zeit." in public
    assert "Brücke e. V." in public
    assert "Sprache und Teilhabe" in scene.visitor.get("/migrant-forum/forum?lang=de").text
    assert scene.olena.post(f"{PAGE}/edit", data=again | {"based_on": "2"}).status_code == 409
    acts = scene.read(lambda session: session.scalars(select(AuditRecord.action)).all())
    assert [act for act in acts if act.startswith("statement.")] == ["statement.reworded", "statement.finalised"]


def test_the_same_in_json(scene: Scene) -> None:
    assert api(scene.visitor, "GET", BASE).status_code == 404
    assert api(scene.ayse, "POST", BASE, json=SAID).status_code == 403
    assert api(scene.olena, "POST", "/rounds/online/statement", json=SAID).status_code == 403
    assert api(scene.birte, "POST", "/rounds/online/statement", json=SAID).status_code == 409
    made = api(scene.olena, "POST", BASE, json=SAID)
    assert (made.status_code, made.json["state"], made.json["round"]) == (201, "draft", "forum")
    assert api(scene.olena, "POST", BASE, json=SAID).status_code == 409
    other = SAID | {"language": "de", "based_on": 1}
    assert api(scene.olena, "PUT", BASE, json=other).status_code == 422
    assert api(scene.olena, "PUT", f"{BASE}/signature", json={"based_on": 1}).json["revision"] == 1
    assert api(scene.olena, "DELETE", f"{BASE}/signature").status_code == 204
    assert api(scene.birte, "PUT", f"{BASE}/signature", json={"based_on": 1}).status_code == 403
    api(scene.olena, "PUT", f"{BASE}/signature", json={"based_on": 1})
    words = {"title": "Sprache", "body": "Wir bitten um Zeit.", "based_on": 1}
    translated = api(scene.olena, "PUT", f"{BASE}/translations/de", json=words).json
    assert translated["body"]["translations"]["de"]["origin"] == "human"
    assert api(scene.birte, "POST", f"{BASE}/finalise", json={"based_on": 1}).json["state"] == "final"
    assert api(scene.birte, "DELETE", f"{BASE}/signature").status_code == 409
    (listed,) = api(scene.visitor, "GET", "/processes/integration/statements").json["items"]
    assert [one["organisation"]["code"] for one in listed["signatures"]] == ["O1"]
    assert scene.read(lambda session: session.scalars(select(Statement.finalised_by)).one()) == scene.town.birte.id


def test_whoever_speaks_for_two_organisations_is_told_so_and_can_lay_one_down(scene: Scene) -> None:
    """Nobody is given two mandates; rows of that kind can only come from elsewhere."""

    def give_another(session: Session) -> str:
        town = scene.town_now(session)
        other = people.association(town.session, town.process, now=town.now, code="O2", name="Kardelen")
        first = town.organisation.mandates[0]
        town.session.add(Mandate(organisation_id=other.id, account_id=town.olena.id, valid_from=first.valid_from))
        standing = round_standing(town.session, town.forum, town.olena, utcnow())
        return str(standing.obstacle.value if standing.obstacle else "")

    assert scene.do(give_another) == Obstacle.SEVERAL_ORGANISATIONS
    olena = sign_in(scene.app.test_client(), scene.town.olena.id)
    assert "several organisations" in olena.get("/migrant-forum/forum?lang=en").text
    wanted = {"language": "de", "kind": "goal", "title": "Sprache"}
    assert api(olena, "POST", "/rounds/forum/proposals", json=wanted).status_code == 403
    assert olena.post("/processes/integration/organisations/O2/mandate/end").status_code == 303
    assert "several organisations" not in olena.get("/migrant-forum/forum?lang=en").text
