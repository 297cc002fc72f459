"""Support, signatures and declared interests on pages and in JSON."""

import csv

import pytest
from flask import Flask

from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def proposed(scene: Scene) -> str:
    return scene.do(lambda session: scene.town_now(session).submitted().code)


def test_people_support_and_a_delegate_signs(scene: Scene) -> None:
    code = proposed(scene)
    address = f"{PROCESS}/proposals/{code}"
    assert "Sign it for Brücke e. V." in scene.olena.get(f"{address}?lang=en").text
    assert "Support it" not in scene.ayse.get(f"{address}?lang=en").text  # it is her own
    for client, slug in ((scene.olena, "forum"), (scene.code, "werkstatt")):
        assert client.post(f"{address}/support", data={"round": slug, "based_on": "1"}).status_code == 303
    page = scene.visitor.get(f"{address}?lang=en").text
    assert "Supported by 1 person." in page
    assert f"{PROCESS}/organisations/O1" in page
    assert "Signed by:" in scene.visitor.get(f"{PROCESS}/proposals?lang=en").text
    assert "Signed by:" in scene.birte.get(f"/steering-group/lenkung/proposals/{code}?lang=en").text
    assert code in scene.visitor.get(f"{PROCESS}/organisations/O1?lang=en").text
    stale = {"round": "werkstatt", "based_on": "7"}
    answer = scene.code.post(f"{address}/support?lang=en", data=stale, follow_redirects=True)
    assert "was changed while this page was open" in answer.text
    scene.olena.post(f"{address}/support/withdraw", data={"round": "forum"})
    assert "Sign it for Brücke e. V." in scene.olena.get(f"{address}?lang=en").text
    assert scene.visitor.post(f"{address}/support", data={"round": "forum", "based_on": "1"}).status_code == 401


def test_support_in_json(scene: Scene) -> None:
    code = proposed(scene)
    base = f"/processes/integration/proposals/{code}"
    given = api(scene.olena, "PUT", f"{base}/support", json={"round": "forum", "based_on": 1})
    assert (given.status_code, given.json["revision"]) == (200, 1)
    assert api(scene.olena, "PUT", f"{base}/support", json={"round": "forum", "based_on": 2}).status_code == 409
    assert api(scene.ayse, "PUT", f"{base}/support", json={"round": "forum", "based_on": 1}).status_code == 403
    everything = api(scene.visitor, "GET", "/processes/integration/proposals").json["items"]
    (listed,) = [one for one in everything if one["code"] == code]
    rows = csv.DictReader(scene.visitor.get(f"{PROCESS}/proposals.csv").text.splitlines())
    assert {row["signed_by"] for row in rows if row["code"] == code} == {"Brücke e. V."}
    (signature,) = listed["support"]["signatures"]
    assert (signature["organisation"]["code"], signature["came_with"]) == ("O1", None)
    assert api(scene.visitor, "GET", base).json["support"] == listed["support"]
    assert api(scene.olena, "POST", f"{base}/support/withdraw", json={"round": "forum"}).status_code == 204
    assert api(scene.visitor, "GET", base).json["support"]["signatures"] == []


def test_an_interest_is_declared_shown_and_taken_back(scene: Scene) -> None:
    code = proposed(scene)
    address = f"{PROCESS}/proposals/{code}/interest"
    assert scene.farid.get(address).status_code == 403
    said = {"standing": "steering", "language": "de", "words": " "}
    empty = scene.elif_.post(f"{address}?lang=en", data=said)
    assert empty.status_code == 422
    assert 'href="#words"' in empty.text
    assert scene.elif_.post(address, data=said | {"words": "Meine Schwester leitet es."}).status_code == 303
    for page in (f"{PROCESS}/proposals/{code}", f"/steering-group/lenkung/proposals/{code}"):
        assert "Meine Schwester leitet es." in scene.birte.get(page).text
    assert "Meine Schwester leitet es." in scene.elif_.get(address).text
    base = f"/processes/integration/proposals/{code}/interests"
    listed = api(scene.elif_, "GET", base).json
    assert [(one["name"], one["capacity"]) for one in listed["items"]] == [("Elif", "steering")]
    assert listed["standings"] == ["steering"]
    words = {"language": "de", "body": "Ich wohne nebenan."}
    assert api(scene.ayse, "PUT", base, json={"standing": "author", "words": words}).status_code == 200
    assert api(scene.ayse, "PUT", base, json={"standing": "office", "words": words}).status_code == 403
    assert api(scene.ayse, "DELETE", base).status_code == 204
    assert scene.elif_.post(f"{address}/withdraw").status_code == 303
    assert api(scene.visitor, "GET", base).json == {"items": [], "standings": []}
