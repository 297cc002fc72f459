"""Where measures stand and which steps follow, on pages and over the interface."""

from datetime import timedelta

import pytest
from flask import Flask

from participation.extensions import transaction
from participation.processes.queries import process_by_slug
from participation.proposals.queries import proposal_by_code
from participation.proposals.services.words import assign_department
from tests.factories.town import PROCESS, Town
from tests.support.pages import words
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
AT = f"/processes/{PROCESS}"
FORM = f"{AT}/measures/M01/status"


@pytest.fixture
def town(app: Flask) -> Town:
    town = Town(app)
    with app.app_context(), transaction() as session:
        measure = proposal_by_code(session, process_by_slug(session, PROCESS).id, "M01")
        assign_department(session, measure, town.cast.department.code)
    return town


def test_a_department_reports_and_everybody_reads_it(town: Town) -> None:
    jens, day = town.as_(town.cast.jens), town.now.date() - timedelta(days=1)
    page = words(jens.get(f"{AT}/measures?lang=en"))
    assert "Measures of my department" in page
    assert "4 measures were admitted. Nobody has said yet where they stand." in page
    sent = {"state": "running", "since": day.isoformat(), "reason-de": "Es geht los.", "based_on": "0"}
    assert jens.post(FORM, data=sent).location == f"{AT}/measures"
    shown = words(town.as_().get(f"{AT}/measures?lang=en"))
    assert "4 measures were admitted: 1 is running." in shown
    assert "Nobody has said yet where 3 of them stand." in shown
    assert "Es geht los." in shown
    assert "M01" not in words(town.as_().get(f"{AT}/measures?status=none&lang=en"))
    assert f"M01,Maßnahme M01,F2,D4,running,{day}" in town.as_().get(f"{AT}/measures.csv?lang=de").text
    assert jens.get(f"{AT}/measures/M02/status").status_code == 403
    offered = "Report where M01 stands"
    for client, is_offered in ((town.as_(), False), (jens, True), (town.as_(town.cast.birte), True)):
        shown = words(client.get(f"{AT}/proposals/M01?lang=en"))
        assert "Running since" in shown
        assert (offered in shown) is is_offered
    assert "Report where M02 stands" not in words(jens.get(f"{AT}/proposals/M02?lang=en"))


def test_a_refused_report_keeps_what_was_typed_and_shows_what_stands_there(town: Town) -> None:
    jens, day = town.as_(town.cast.jens), town.now.date().isoformat()
    refused = jens.post(f"{FORM}?lang=en", data={"state": "dropped", "since": day, "based_on": "0"})
    assert refused.status_code == 422
    assert "Please say why" in words(refused)
    jens.post(FORM, data={"state": "planned", "since": day, "based_on": "0"})
    typed = {
        "state": "deferred",
        "since": day,
        "reason-de": "Der Saal fehlt.",
        "reason-en": "No hall.",
        "based_on": "0",
    }
    stale = jens.post(f"{FORM}?lang=en", data=typed)
    assert stale.status_code == 409
    assert "What stands here now" in words(stale)
    assert "Planned since" in words(stale)
    assert "Der Saal fehlt." in stale.text
    assert "No hall." in stale.text
    assert 'name="based_on" type="hidden" value="1"' in stale.text
    for since in ("", "  ", "gestern", "2999-01-01"):
        assert jens.post(FORM, data=typed | {"since": since, "based_on": "1"}).status_code == 422


def test_programs_report_and_read_the_same(town: Town) -> None:
    jens, day = town.as_(town.cast.jens), town.now.date().isoformat()
    said = {"status": "deferred", "since": day, "reasons": {"de": "Der Saal fehlt."}, "based_on": 0}
    assert api(jens, "POST", f"{AT}/measures/M01/statuses", json=said).status_code == 201
    stale = api(jens, "POST", f"{AT}/measures/M01/statuses", json=said | {"status": "done"})
    assert (stale.status_code, stale.json["code"]) == (409, "status_changed")
    assert api(jens, "POST", f"{AT}/measures/M02/statuses", json=said).json["code"] == "not_your_department"
    visitor = town.as_()
    (status,) = api(visitor, "GET", f"{AT}/measures/M01/statuses").json
    assert (status["status"], status["department"], status["reason"]["body"]) == ("deferred", "D4", "Der Saal fehlt.")
    listed = api(visitor, "GET", f"{AT}/measures?status=deferred").json
    assert [one["code"] for one in listed["items"]] == ["M01"]
    assert api(visitor, "GET", f"{AT}/measures/counts").json == {"total": 4, "silent": 3, "counts": {"deferred": 1}}


def test_the_office_keeps_the_roadmap(town: Town) -> None:
    birte, visitor, day = town.as_(town.cast.birte), town.as_(), town.now.date()
    manage = f"/manage{AT}/roadmap"
    first = {"title-de": "Auswertung", "repeat": "yearly", "first_due_on": (day - timedelta(days=9)).isoformat()}
    assert birte.post(f"{manage}/new", data=first).location == f"{AT}/roadmap"
    assert birte.post(f"{manage}/new", data={"title-de": "", "repeat": "once"}).status_code == 422
    birte.post(f"{manage}/new", data={"title-de": "Bericht", "repeat": "once"})
    assert "overdue" in words(visitor.get(f"{AT}/roadmap?lang=en"))
    one, other = api(visitor, "GET", f"{AT}/roadmap").json
    done = {"done_on": day.isoformat(), "note-de": "Siehe Bericht.", "based_on": "0"}
    assert birte.post(f"{manage}/{one['id']}/done", data=done).status_code == 303
    assert birte.post(f"{manage}/{one['id']}/done", data=done).status_code == 409
    shown = words(visitor.get(f"{AT}/roadmap?lang=en"))
    assert "Siehe Bericht." in shown
    assert "overdue" not in shown
    (again, _other) = api(visitor, "GET", f"{AT}/roadmap").json
    day_before = day - timedelta(days=9)
    assert again["due_on"][:4] == str(day_before.year + 1)
    rarer = first | {"repeat": "every_two_years", "based_on": str(again["revision"])}
    changed = birte.post(f"{manage}/{one['id']}?lang=en", data=rarer, follow_redirects=True)
    assert "after that on" in words(changed)
    (rare, _other) = api(visitor, "GET", f"{AT}/roadmap").json
    assert [rare[key][:4] for key in ("due_on", "due_after")] == [str(day_before.year + years) for years in (2, 4)]
    assert rare["times"][0]["due_on"] == day_before.isoformat()
    assert "Every year, next due on" in words(birte.get(f"{manage}/{one['id']}?lang=en"))
    stale = birte.post(f"{manage}/{one['id']}?lang=en", data=first | {"title-de": "Neu", "based_on": "7"})
    assert stale.status_code == 409
    assert "What stands here now" in words(stale)
    assert "Neu" in stale.text
    birte.post(f"{manage}/{other['id']}/earlier")
    assert [step["id"] for step in api(visitor, "GET", f"{AT}/roadmap").json] == [other["id"], one["id"]]
    assert api(birte, "DELETE", f"{AT}/roadmap/{one['id']}").json["code"] == "step_was_done"
    birte.post(f"{manage}/{one['id']}/take-back", data={"based_on": "1"})
    assert api(birte, "DELETE", f"{AT}/roadmap/{one['id']}").status_code == 204
    assert visitor.post(f"{manage}/new", data=first).status_code == 401
