"""Tables, lists and pages say which words an organisation signed, never that it signed others."""

import csv

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from participation.proposals import services
from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
ORGANISATION = f"{PROCESS}/organisations/O1"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def merged(scene: Scene) -> tuple[str, str]:
    """Let the organisation sign one proposal, which goes on in another; return the codes of both."""

    def act(session: Session) -> tuple[str, str]:
        town = scene.town_now(session)
        signed, target = town.submitted(), town.submitted(title="Ein anderer Vorschlag")
        services.support(session, signed.id, town.forum.slug, based_on=1, actor=town.olena, now=town.now)
        services.merge_into(
            session, signed.id, target.code, reasons={"de": "Gleich."}, based_on=1, actor=town.birte, now=town.now
        )
        return signed.code, target.code

    return scene.do(act)


def row_of(scene: Scene, code: str) -> dict[str, str]:
    rows = csv.DictReader(scene.visitor.get(f"{PROCESS}/proposals.csv").text.splitlines())
    (row,) = [row for row in rows if row["code"] == code]
    return row


def test_a_signature_that_came_along_names_the_proposal_that_was_signed(scene: Scene) -> None:
    code, target = merged(scene)
    row = row_of(scene, target)
    assert (row["signed_by"], row["signed_earlier_wording"], row["signed_merged"]) == ("", "", f"Brücke e. V. ({code})")
    own = scene.visitor.get(f"{PROCESS}/proposals/{code}?lang=en").text
    assert f"Its support went on with {target}: signatures <bdi>1</bdi>, people <bdi>0</bdi>." in own
    assert "Nobody has supported it yet" not in own
    said = f"signed {code}, which was merged into this"
    for page in (f"{PROCESS}/proposals", ORGANISATION, "/migrant-forum/forum"):
        assert said in scene.visitor.get(f"{page}?lang=en").text, page
    (signed,) = api(scene.visitor, "GET", "/processes/integration/organisation-pages/O1").json["signed"]
    assert (signed["proposal"]["code"], signed["came_with"], signed["is_of_earlier_wording"]) == (target, code, False)


def test_the_page_of_an_organisation_says_that_words_were_changed_after_it_signed(scene: Scene) -> None:
    def act(session: Session) -> str:
        town = scene.town_now(session)
        signed = town.submitted()
        services.support(session, signed.id, town.forum.slug, based_on=1, actor=town.olena, now=town.now)
        draft = town.draft(title="Ganz anders")
        services.revise(session, signed.id, draft, based_on=1, actor=town.ayse, now=town.now)
        return signed.code

    code = scene.do(act)
    assert row_of(scene, code)["signed_earlier_wording"] == "Brücke e. V."
    assert "of an earlier wording" in scene.visitor.get(f"{ORGANISATION}?lang=en").text
    (signed,) = api(scene.visitor, "GET", "/processes/integration/organisation-pages/O1").json["signed"]
    assert (signed["came_with"], signed["is_of_earlier_wording"]) == (None, True)
