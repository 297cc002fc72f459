"""What became of a proposal: up to the council's decision and beyond, and through merging."""

import re
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from flask import Flask, get_template_attribute

from participation.accounts.queries import actor_of
from participation.ballots.guard import key_store
from participation.budgeting import services as budgeting
from participation.budgeting.models import Plan
from participation.budgeting.queries import plan_hash
from participation.budgeting.services import PlanDraft
from participation.core.actor import SYSTEM
from participation.core.errors import Invalid
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.monitoring.jobs import note_and_tell, render_news
from participation.monitoring.rules import GATHERING, MeasureState, Repeat
from participation.monitoring.services import Report, follow, report_status
from participation.monitoring.services.roadmap import StepDraft, add_step
from participation.monitoring.telling import NEWS_MAIL
from participation.outbox.models import Job
from participation.papers.composing.concept import plan_said
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.queries.concept_content import concept_content
from participation.papers.rules.consultations import Competence, Outcome
from participation.processes.queries import process_by_slug
from participation.proposals.queries import proposal_by_code
from participation.proposals.rules import ProposalState
from participation.proposals.services import merge_into
from participation.site.afterwards import afterwards_of
from tests.factories import council, people
from tests.factories.chamber import begin, grant, make_chamber, settle
from tests.support.pages import words
from tests.support.people import sign_in
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
NUMBER = "VO/2031/00001"


@pytest.fixture
def process(app: Flask) -> str:
    """Return the address of a process in which M1 stands in a settled plan, a paper, and before the council."""
    now = utcnow()
    with app.app_context(), transaction() as session:
        chamber = make_chamber(session, now, key_store())
        grant(session, chamber, now)
        plan: Plan = begin(session, chamber, now)
        follower = people.person(session, "Ayşe", now=now)
        process = chamber.hall.process
        follow(session, process.id, proposal_by_code(session, process.id, "M1").id, actor=actor_of(follower), now=now)
        settle(session, chamber, plan, now)
        rat = council.committee(session, process, "rat", "Stadtrat", now=now)
        day = now.date()
        stops = (
            council.Stop(rat, day - timedelta(days=1), competence=Competence.PRELIMINARY, outcome=Outcome.DEFERRED),
            council.Stop(rat, day, competence=Competence.DECISION, outcome=Outcome.ADOPTED_UNCHANGED),
            council.Stop(rat, None, competence=Competence.INFORMATION),
        )
        council.paper(session, process, NUMBER, "Umsetzung des Konzepts", stops, now=now, plan=plan)
        return chamber.slug


def page(app: Flask, process: str, code: str) -> str:
    return words(app.test_client().get(f"/processes/{process}/proposals/{code}?lang=en"))


def test_a_measure_is_followed_through_plan_paper_and_council(app: Flask, process: str) -> None:
    shown = page(app, process, "M1")
    assert "Where it stands now In the plan: starts in 2031 Adopted by Stadtrat on " in shown
    for said in ("In the joint ranking: Place", "In the plan: starts in 2031", "Starts in 2031", NUMBER, "deferred"):
        assert said in shown
    assert "Stadtrat, for information" in shown
    assert "still to come" in shown
    assert "Decision of the council" not in shown
    left_out = page(app, process, "M3")
    assert "Where it stands now In the plan: does not start Adopted by Stadtrat on " in left_out
    assert "In the plan" not in page(app, process, "G1")


def settle_later(process: str) -> None:
    """Let the office settle a plan of its own in which M1 starts a year later."""
    with transaction() as session:
        years = PlanDraft("later", {"de": "Später"}, "joint", 2032, 2033)
        draft = budgeting.begin_plan(session, process, years, actor=SYSTEM, now=utcnow())
        seen = plan_hash(session, draft)
        budgeting.settle_plan(session, process, "later", based_on=1, seen=seen, actor=SYSTEM, now=utcnow())


def test_the_adopted_plan_says_so_and_one_settled_later_stands_beside_it(app: Flask, process: str) -> None:
    with app.app_context():
        settle_later(process)
    client, proposal = app.test_client(), "The office's proposal; the council has not decided about it yet."
    adopted = re.compile(f"Adopted by Stadtrat on [^.]+, {NUMBER} ?\\.")
    listed = words(client.get(f"/processes/{process}/plans?lang=en"))
    assert listed.index("The plan in force") < listed.index("Adopted by Stadtrat") < listed.index(proposal)
    assert adopted.search(words(client.get(f"/processes/{process}/plans/plan?lang=en")))
    assert proposal in words(client.get(f"/processes/{process}/plans/later?lang=en"))
    start = words(client.get(f"/processes/{process}?lang=en"))
    assert adopted.search(start)
    assert "Proposed, not decided: Später" in start
    shown = page(app, process, "M1")
    assert "Where it stands now In the plan: starts in 2031 Adopted by Stadtrat" in shown
    assert "Proposed, not decided: starts in 2032." in shown
    told = api(client, "GET", f"/processes/{process}/plans").json["items"]
    assert [(one["slug"], one["standing"]) for one in told] == [("plan", "in_force"), ("later", "proposed")]
    assert (told[0]["decision"]["paper"], told[0]["decision"]["is_adopted"], told[1]["decision"]) == (
        NUMBER,
        True,
        None,
    )
    one = api(client, "GET", f"/processes/{process}/plans/plan").json
    assert (one["plan"], one["standing"], one["decision"]["paper"]) == ("plan", "in_force", NUMBER)
    with app.test_request_context("/?lang=en"):
        content = concept_content(db.session(), process_by_slug(db.session(), process))
        said = plan_said(content, ("en", "de"))
    assert content["plan"]["slug"] == "plan"
    assert adopted.search(said[0])
    assert said[1] == "Proposed, not decided: Später"


def test_a_change_of_the_council_is_asked_about_beside_a_later_plan_and_says_what_it_sets_free(
    app: Flask, process: str
) -> None:
    change_decision(app, outcome=Outcome.ADOPTED_AMENDED)
    with app.app_context():
        settle_later(process)
        station = db.session.query(Consultation).filter_by(competence=Competence.DECISION).one()
        settled_by = db.session.query(Plan.settled_by).filter_by(slug="plan").scalar()
        address = f"/processes/{process}/papers/vo-2031-00001/stations/{station.id}/amend"
    clerk = sign_in(app.test_client(), settled_by)
    asked = words(clerk.get(f"{address}?lang=en"))
    assert "money that becomes free goes to no measure" in asked
    assert "The council changed the plan that it was given. The later plan stays as it is." in asked
    sent = {"based_on": "1", "body": "M1 entfällt.", "changes": "M1: -", "beside_plan": "later"}
    refused = clerk.post(f"{address}?lang=en", data=sent)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Please say that the council changed the earlier one all the same." in words(refused)
    assert "M1 entfällt." in refused.text
    done = clerk.post(f"{address}?lang=en", data=sent | {"beside": "y"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    free = "The council's change sets money free that goes to no measure: €28,000 in 2031, €28,000 in 2032"
    plans = f"/processes/{process}/plans"
    assert free in words(clerk.get(f"{plans}?lang=en")), "the next page tells the clerk"
    assert free in words(app.test_client().get(f"{plans}/plan-amended-1?lang=en"))
    told = api(app.test_client(), "GET", f"{plans}/plan-amended-1").json
    assert told["freed"][0] == {"year": 2031, "cents": 2_800_000}
    assert told["standing"] == "in_force"
    assert "goes to no measure" not in words(app.test_client().get(f"{plans}/plan?lang=en"))


def test_once_it_is_carried_out_that_is_what_counts(app: Flask, process: str) -> None:
    report(app, process, "M1")
    assert "Where it stands now Running since" in page(app, process, "M1")
    client = app.test_client()
    became = api(client, "GET", f"/processes/{process}/proposals/M1/stations").json
    assert became["standing"]["step"] == "carried_out"
    assert became["standing"]["reached"] == ["handed_in", "admitted", "ranked", "planned", "decided", "carried_out"]
    kinds = [station["kind"] for station in became["stations"]]
    assert kinds.index("ranking") < kinds.index("plan")
    assert {"paper", "consultation", "status"} <= set(kinds)
    assert became["stations"][-1]["is_ahead"] is True


def test_who_wrote_what_was_merged_sees_what_became_of_the_one_it_went_into(app: Flask, process: str) -> None:
    with app.app_context(), transaction() as session:
        merged = proposal_by_code(session, session.query(Plan.process_id).scalar(), "M7")
        reasons, basis = {"de": "Dasselbe."}, merged.revision
        merge_into(session, merged.id, "M1", reasons=reasons, based_on=basis, actor=SYSTEM, now=utcnow())
    shown = page(app, process, "M7")
    assert "It goes on inside another proposal" in shown
    assert "What became of M1" in shown
    assert "Stadtrat: adopted unchanged" in shown
    assert "In the plan: starts in 2031" in shown
    (goes_on,) = api(app.test_client(), "GET", f"/processes/{process}/proposals/M7/stations").json["goes_on_in"]
    assert (goes_on["code"], goes_on["standing"]["step"]) == ("M1", "decided")


def test_the_mail_tells_plan_paper_and_decision_in_words(app: Flask, process: str) -> None:
    with app.app_context():
        note_and_tell(db.session(), utcnow())
        note_and_tell(db.session(), utcnow() + GATHERING + timedelta(minutes=1))
        (job,) = db.session.query(Job).filter(Job.name == NEWS_MAIL).all()
        mail = render_news(db.session(), job.payload)
    assert mail is not None
    for said in (f"/processes/{process}/plans/plan", NUMBER, "Stadtrat: ", "/papers/vo-2031-00001", "M1 "):
        assert said in mail.text
    assert mail.text.count(NUMBER) == 3  # issued, decided on, and beside the plan that it adopted
    assert f", {NUMBER}." in mail.text


def change_decision(app: Flask, **values: object) -> None:
    with app.app_context(), transaction() as session:
        station = session.query(Consultation).filter_by(competence=Competence.DECISION).one()
        for name, value in values.items():
            setattr(station, name, value)


def test_what_was_decided_behind_closed_doors_is_told_to_nobody(
    app: Flask, process: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.papers.api.blueprint.changes_since", lambda *_: [])
    change_decision(app, is_public=False)
    client, paper = app.test_client(), f"/processes/{process}/papers"
    assert "adopted unchanged" not in page(app, process, "M1")
    assert "adopted unchanged" not in words(client.get(f"{paper}?lang=en"))
    with app.test_request_context("/?lang=en"):
        found, stations = db.session.query(CouncilPaper).one(), get_template_attribute("papers/_parts.html", "stations")
        assert "adopted unchanged" not in stations(found, writes=False)
        assert "adopted unchanged" in stations(found, writes=True)
    told = api(client, "GET", f"{paper}/vo-2031-00001").json["stations"]
    assert [one["outcome"] for one in told if one["competence"] == "decision"] == [None]
    became = api(client, "GET", f"/processes/{process}/proposals/M1/stations")
    assert "adopted unchanged" not in str(became.json)
    assert "decided" not in became.json["standing"]["reached"]
    change_decision(app, outcome=None, decided_on=None)
    without = api(client, "GET", f"/processes/{process}/proposals/M1/stations").json
    assert without == became.json  # not even that there is a result can be told


def test_what_was_put_off_is_not_decided_and_what_is_dropped_not_carried_out(app: Flask, process: str) -> None:
    change_decision(app, outcome=Outcome.DEFERRED)
    report(app, process, "M1", MeasureState.DROPPED)
    standing = api(app.test_client(), "GET", f"/processes/{process}/proposals/M1/stations").json["standing"]
    assert standing["step"] == "planned"
    assert standing["reached"] == ["handed_in", "admitted", "ranked", "planned"]


def test_only_admitted_measures_count_as_reported(app: Flask, process: str) -> None:
    report(app, process, "M1")
    with app.app_context(), transaction() as session:
        measure = proposal_by_code(session, session.query(Plan.process_id).scalar(), "M1")
        assert afterwards_of(session, measure.process_id).reported == 1
        measure.state = ProposalState.WITHDRAWN
        session.flush()
        assert afterwards_of(session, measure.process_id).reported == 0
        session.rollback()


def test_a_step_is_due_in_a_year_that_can_be_meant(app: Flask, process: str) -> None:
    with app.app_context(), transaction() as session:
        found = process_by_slug(session, process)
        draft = StepDraft({"de": "Bericht"}, Repeat.YEARLY, date(9999, 5, 1))
        with pytest.raises(Invalid, match="day_not_possible"):
            add_step(session, found, draft, actor=SYSTEM, now=utcnow())


def report(app: Flask, process: str, code: str, state: MeasureState = MeasureState.RUNNING) -> None:
    with app.app_context(), transaction() as session:
        process_id = session.query(Plan.process_id).scalar()
        measure = proposal_by_code(session, process_id, code)
        reasons = {"de": "Kein Geld."} if state is MeasureState.DROPPED else {}
        said = Report(state, utcnow().date() - timedelta(days=1), reasons)
        report_status(session, measure.id, said, based_on=0, actor=SYSTEM, now=utcnow())
