"""What lies on the officials' table: work that waits in a process, turnout by round, contributions by language."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from participation.accounts.models import Mandate
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.gatherings.models import Gathering
from participation.gatherings.rules import GatheringKind
from participation.monitoring.rules import MeasureState, Repeat
from participation.monitoring.services import Report, StepDraft, add_step, report_status
from participation.papers.rules.consultations import Outcome
from participation.papers.rules.files import FileKind, FileState
from participation.processes.queries import process_by_slug
from participation.proposals.queries import proposal_by_code
from tests.factories import council
from tests.factories.votes import make_measures
from tests.factories.votes import words as worded
from tests.support.pages import words
from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
EN = {"lang": "en"}


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = Scene(app)
    made.do(lambda session: made.town_now(session).recorded("M01", "Deutschkurse", department="D4"))
    made.do(lambda session: made.town_now(session).submitted())
    said = {"round": "online", "language": "tr", "body": "Çok iyi olur.", "author_name": "Ayşe"}
    assert made.ayse.post(f"{PROCESS}/proposals/M01/comments", data=said).status_code == 303
    return made


def session_without_minutes(scene: Scene) -> None:
    def add(session: object) -> None:
        town = scene.town_now(session)  # type: ignore[arg-type]
        began = utcnow() - timedelta(days=1)
        town.session.add(
            Gathering(
                process_id=town.process.id,
                number=1,
                kind=GatheringKind.SESSION,
                title=worded(town.session, {"de": "Erste Sitzung"}, began),
                place="Rathaus",
                starts_at=began,
                ends_at=began + timedelta(hours=2),
                created_at=began,
            )
        )

    scene.do(add)


def test_what_waits_in_a_process_stands_under_what_is_due(scene: Scene) -> None:
    session_without_minutes(scene)
    page = words(scene.birte.get("/manage", query_string=EN))
    due = page[page.index("What is due") : page.index("Set up a round")]
    for said in (
        "1 proposal waits for a decision",
        "The costs of 1 measure are still missing.",
        "Costs are taken until",
        "The record of 1 gathering is not approved yet",
    ):
        assert said in due
    scene.close("kosten")
    assert "measure are still missing" not in words(scene.birte.get("/manage", query_string=EN))


def test_an_organisation_for_which_nobody_speaks_is_due_for_the_office(scene: Scene) -> None:
    said = "1 organisation has nobody who speaks for it"
    assert said not in words(scene.birte.get("/manage", query_string=EN))
    scene.do(lambda session: session.execute(delete(Mandate)))
    assert said in words(scene.birte.get("/manage", query_string=EN))
    assert said not in words(scene.farid.get("/manage", query_string=EN))


def after_the_decision(session: Session) -> None:
    """Let the day of two consultations be over, one of them decided on; a step be due; and a file fail."""
    process, now = process_by_slug(session, "integration"), utcnow()
    rat = council.committee(session, process, "rat", "Stadtrat", now=now)
    gone, ahead = now.date() - timedelta(days=3), now.date() + timedelta(days=9)
    paper = council.paper(
        session,
        process,
        "VO/2031/00001",
        "Umsetzung",
        (council.Stop(rat, gone, public=False), council.Stop(rat, ahead), council.Stop(rat, None)),
        now=now,
    )
    council.add_station(session, paper, council.Stop(rat, gone, outcome=Outcome.NOTED), now=now)
    add_step(session, process, StepDraft({"de": "Auswertung"}, Repeat.YEARLY, now.date()), actor=SYSTEM, now=now)
    add_step(session, process, StepDraft({"de": "Bericht"}, Repeat.ONCE, ahead), actor=SYSTEM, now=now)
    measure = proposal_by_code(session, process.id, "M01")
    report_status(session, measure.id, Report(MeasureState.RUNNING, gone), based_on=0, actor=SYSTEM, now=now)
    file = council.add_file(session, paper, FileKind.PDF, b"%PDF", now=now)
    file.state, file.fault = FileState.FAILED, "too_large"
    file.sha256 = file.size = file.content = file.ready_at = None
    make_measures(session, process, ("M77",), now)


def test_what_is_due_after_the_decision_leads_there_and_is_shown_to_those_whose_work_it_is(scene: Scene) -> None:
    links = ("envelopes", "plans", "concept", "papers", "committees", "measures", "roadmap")
    before = scene.birte.get("/manage", query_string=EN).text
    assert all(f'href="{PROCESS}/{link}"' in before for link in links)
    scene.do(after_the_decision)
    said = (
        "The result of 1 consultation is missing",
        "1 step after the decision is due",
        "Nobody has said yet where 1 measure stands",
        "1 file of a council paper could not be made",
    )
    shown = words(scene.birte.get("/manage", query_string=EN))
    assert [one for one in said if one not in shown] == []
    waiting = {one["work"]: one for one in api(scene.birte, "GET", "/desk").json["waiting"]}
    assert [waiting[work]["count"] for work in ("results", "steps", "statuses", "paper_files")] == [1, 1, 1, 1]
    assert scene.birte.get(f"/documents/{waiting['paper_files']['file']}").status_code == 200
    page = scene.farid.get("/manage", query_string=EN)
    assert not any(one in words(page) for one in said)
    assert f'href="{PROCESS}/papers"' not in page.text


def test_the_roadmap_names_results_that_are_missing_to_the_office_alone(scene: Scene) -> None:
    scene.do(after_the_decision)
    page = scene.birte.get(f"{PROCESS}/roadmap", query_string=EN)
    assert words(page).count("result missing") == 1
    ((link,),) = [re.findall(r'href="([^"]+/outcome)"', page.text)]
    assert scene.birte.get(link).status_code == 200
    assert "result missing" not in words(scene.farid.get(f"{PROCESS}/roadmap", query_string=EN))
    assert "result missing" not in words(scene.visitor.get(f"{PROCESS}/roadmap", query_string=EN))


def test_a_moderator_is_shown_what_is_theirs_to_do(scene: Scene) -> None:
    page = words(scene.farid.get("/manage", query_string=EN))
    assert "waits for a decision" not in page
    assert "still missing" not in page


def test_contributions_are_counted_by_the_language_in_which_they_were_written(scene: Scene) -> None:
    page = words(scene.birte.get("/manage", query_string=EN))
    assert "Türkçe 1 1" in page
    table = api(scene.birte, "GET", "/desk").json
    (process,) = table["processes"]
    assert process["contributions"] == [{"language": "tr", "proposals": 1, "comments": 1}]
    assert {one["work"]: one["count"] for one in table["waiting"]} == {"decide": 1, "costs": 1}
    assert api(scene.ayse, "GET", "/desk").status_code == 403


def test_turnout_of_a_running_round_has_no_parts(scene: Scene) -> None:
    scene.put("online", ballot_kind="ranking", max_choices=3, option_rule="all_measures", expected_participants=640)
    scene.put("online", task_names=["prioritise_measures"])
    page = words(scene.farid.get("/manage", query_string=EN))
    assert "0 of 640 expected" in page
    (process,) = api(scene.farid, "GET", "/desk").json["processes"]
    (shown,) = process["rounds"]
    assert shown["turnout"] == {"total": 0, "expected": 640, "by_day": {}, "by_channel": {}, "by_class": {}}
