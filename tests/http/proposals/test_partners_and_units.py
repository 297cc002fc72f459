"""A measure says with whom it is carried out and which unit is in charge: in forms, JSON and imports alike."""

from http import HTTPStatus

import pytest
from flask import Flask

from participation.core.actor import SYSTEM
from participation.core.errors import Faults
from participation.core.ids import fingerprint
from participation.exchange.services import import_proposals
from participation.exchange.sheets import read_records
from participation.proposals.models import Proposal
from participation.proposals.queries import proposal_by_code, words_mark
from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
SAID = {
    "language": "tr",
    "title": "Anneler için sabah konuşma grubu",
    "body": "Çocukları okula bıraktıktan sonra Almanca konuşmak istiyoruz.",
    "partners": "Okullar ve dernekler",
    "serves": "G1.1",
}
HEADER = "kind;code;serves;field;title;partners;partners:en;unit"
EDITED = "/processes/integration/proposals/P001"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def handed_in(scene: Scene) -> str:
    answer = scene.ayse.post("/rounds/online/proposals/new", data=SAID | {"then": "submit"})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return str(answer.location)


def admitted(scene: Scene) -> None:
    handed_in(scene)
    answer = api(scene.birte, "POST", f"{EDITED}/admit", json={"based_on": 1})
    assert answer.status_code == HTTPStatus.OK, answer.json


def test_partners_are_typed_by_authors_and_read_by_everybody(scene: Scene) -> None:
    page = handed_in(scene)
    assert "Okullar ve dernekler" in scene.visitor.get(page).text
    told = api(scene.visitor, "GET", EDITED).json
    assert (told["partners"]["body"], told["unit"]) == ("Okullar ve dernekler", "")


def test_the_office_names_the_unit_and_nobody_else_does(scene: Scene) -> None:
    admitted(scene)
    form = SAID | {"based_on": "1", "field": "F1", "department": "D4", "unit": "Volkshochschule"}
    assert scene.birte.post(f"{EDITED}/edit", data=form).status_code == HTTPStatus.SEE_OTHER
    page = scene.visitor.get(EDITED, query_string={"lang": "en"}).text
    assert "Unit in charge" in page
    assert "Volkshochschule" in page
    wording = {name: said for name, said in SAID.items() if name != "serves"} | {"kind": "measure", "serves": ["G1.1"]}
    stolen = api(scene.ayse, "PUT", EDITED, json=wording | {"based_on": 2, "unit": "Anneler"})
    assert stolen.status_code == HTTPStatus.FORBIDDEN
    changed = api(scene.birte, "PUT", EDITED, json=wording | {"based_on": 2, "unit": "Stabsstelle", "partners": ""})
    assert (changed.json["unit"], changed.json["partners"], changed.json["revision"]) == ("Stabsstelle", None, 3)


def test_goals_have_neither(scene: Scene) -> None:
    goal = {"kind": "goal", "language": "de", "title": "Alle lernen", "partners": "Schulen"}
    answer = api(scene.ayse, "POST", "/rounds/online/proposals", json=goal)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.json["code"] == "only_measures_have_partners"


def test_an_import_brings_both_and_refuses_them_of_goals(scene: Scene) -> None:
    rows = f"{HEADER}\nmeasure;M90;G1.1;F1;Lerncafé;Schulen;Schools;Stadtbücherei\n"

    def enter(text: str) -> Proposal:
        def act(session: object) -> Proposal:
            town = scene.town_now(session)  # type: ignore[arg-type]
            import_proposals(
                town.session, town.process, read_records("x.csv", text.encode()), actor=SYSTEM, now=town.now
            )
            return proposal_by_code(town.session, town.process.id, "M90")

        return scene.do(act)

    with pytest.raises(Faults) as refusal:
        enter(f"{HEADER}\ngoal;G90;;F1;Ziel;Schulen;;Stadtbücherei\n")
    assert {fault.code for fault in refusal.value.faults} == {"only_measures_have_partners", "only_measures_have_units"}
    assert enter(rows).unit == "Stadtbücherei"
    told = api(scene.visitor, "GET", f"{PROCESS}/proposals/M90").json
    assert told["partners"]["translations"]["en"]["body"] == "Schools"


def test_signatures_given_before_there_were_partners_stay_of_the_same_wording(scene: Scene) -> None:
    plain = scene.do(lambda session: scene.town_now(session).recorded("M91", "Kurs"))
    named = scene.do(lambda session: scene.town_now(session).recorded("M92", "Kurs", partners={"de": "Schulen"}))
    before = fingerprint("Kurs\x1fKurs: was damit gemeint ist.\x1f")
    assert words_mark(plain) == before != words_mark(named)
