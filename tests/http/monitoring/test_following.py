"""Being told by mail: from the button on a proposal's page to the mailbox, and out of it again."""

from datetime import timedelta

import pytest
from flask import Flask

from participation.accounts.models import Account
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.monitoring.jobs import note_and_tell, render_news
from participation.monitoring.models import Follower, News
from participation.monitoring.rules import GATHERING, PAUSE, MeasureState
from participation.monitoring.services import Report, report_status
from participation.monitoring.telling import NEWS_MAIL
from participation.outbox.mail import Mail
from participation.outbox.models import Job
from participation.papers.models import Consultation
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import OutcomeDraft
from participation.papers.services.stations import note_outcome
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import proposal_by_code
from participation.proposals.rules import ProposalState
from tests.factories import council
from tests.factories.town import PROCESS, Town
from tests.support.forging import forged
from tests.support.pages import words
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
PAGE = f"/processes/{PROCESS}/proposals/M01"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def report(town: Town, code: str, state: MeasureState, reason: str = "") -> None:
    with town.app.app_context(), transaction() as session:
        measure = proposal_by_code(session, process_by_slug(session, PROCESS).id, code)
        said = Report(state, town.now.date() - timedelta(days=1), {"de": reason} if reason else {})
        report_status(session, measure.id, said, based_on=0, actor=SYSTEM, now=town.now)


def mails(town: Town) -> list[Mail]:
    """Return the mails that the worker would send now, news having waited long enough."""
    with town.app.app_context():
        note_and_tell(db.session(), utcnow())
        note_and_tell(db.session(), utcnow() + GATHERING + timedelta(minutes=1))
        jobs = db.session.query(Job).filter(Job.name == NEWS_MAIL).all()
        rendered = [render_news(db.session(), job.payload) for job in jobs]
    return [mail for mail in rendered if mail is not None]


def test_somebody_asks_on_the_page_of_a_measure_and_is_told_in_their_language(town: Town) -> None:
    assert "/sign-in?next=" in town.as_().get(f"{PAGE}?lang=en").text
    ayse = town.as_(town.cast.ayse)
    assert "Tell me by mail what becomes of it" in words(ayse.get(f"{PAGE}?lang=en"))
    assert ayse.post(f"{PAGE}/follow").location == PAGE
    assert "You are told by mail" in words(ayse.get(f"{PAGE}?lang=en"))
    report(town, "M01", MeasureState.DEFERRED, "Erst muss der Saal fertig werden.")
    report(town, "M02", MeasureState.RUNNING)
    (mail,) = mails(town)
    assert mail.to == town.cast.ayse.email
    assert "Erst muss der Saal fertig werden." in mail.text
    assert f"http://localhost{PAGE}" in mail.text
    assert "Maßnahme M02" not in mail.text
    assert town.cast.ayse.display_name not in mail.text
    assert mails(town) == [mail]  # looking again files no second one


def test_the_link_in_a_mail_stops_them_with_a_button(town: Town) -> None:
    town.as_(town.cast.ayse).post(f"/processes/{PROCESS}/follow")
    report(town, "M01", MeasureState.RUNNING)
    (mail,) = mails(town)
    link = mail.text.split()[-1].removeprefix("http://localhost")
    visitor = town.as_()
    assert "Send me no more news" in words(visitor.get(f"{link}?lang=en"))
    assert len(mails(town)) == 1  # programs follow links; only the button counts
    assert "You get no more news by mail" in words(visitor.post(f"{link}?lang=en"))
    assert mails(town) == []
    assert "You get no more news by mail" in words(visitor.get(f"{link}?lang=en"))
    assert visitor.post(forged(link)).status_code == 404
    assert visitor.get("/news/off/nobody/nothing").status_code == 404


def test_a_mail_program_stops_them_with_one_click_and_no_cookie(town: Town) -> None:
    town.as_(town.cast.ayse).post(f"/processes/{PROCESS}/follow")
    report(town, "M01", MeasureState.RUNNING)
    (mail,) = mails(town)
    assert mail.unsubscribe in mail.text
    link = mail.unsubscribe.removeprefix("http://localhost")
    program, click = town.as_(), {"List-Unsubscribe": "One-Click"}
    assert program.post(link, csrf=False).status_code == 400  # another site's button is none
    assert program.post(f"{link[:-1]}x", data=click, csrf=False).status_code == 404
    assert program.post("/news/off/nobody/nothing", data=click, csrf=False).status_code == 404
    assert len(mails(town)) == 1
    for _again in range(2):
        answer = program.post(link, data=click, csrf=False, content_type="multipart/form-data")
        assert answer.status_code == 200
    assert mails(town) == []


def test_a_letter_says_that_a_result_corrects_the_one_before(town: Town) -> None:
    olena = town.as_(town.cast.olena)
    olena.post(f"/processes/{PROCESS}/follow")
    with town.app.app_context(), transaction() as session:
        session.get_one(Account, town.cast.olena.id).language = "en"
        process = process_by_slug(session, PROCESS)
        rat = council.committee(session, process, "rat", "Stadtrat", now=town.now)
        stop = council.Stop(rat, town.now.date(), competence=Competence.DECISION, outcome=Outcome.ADOPTED_UNCHANGED)
        paper = council.paper(session, process, "VO/2031/00001", "Umsetzung", (stop,), now=town.now)
    (first,) = mails(town)
    assert "Stadtrat: " in first.text
    for outcome in (Outcome.REJECTED, None):
        with town.app.app_context(), transaction() as session:
            station = session.get_one(Consultation, paper.consultations[0].id)
            draft = OutcomeDraft(outcome)
            note_outcome(
                session, PROCESS, paper.slug, station.id, draft, based_on=station.revision, actor=SYSTEM, now=town.now
            )
            follower = session.query(Follower).one()
            follower.mailed_at = utcnow() - PAUSE - timedelta(minutes=1)
            session.query(News).update({News.noted_at: utcnow() - 2 * PAUSE})
        letter = mails(town)[-1]
        said = "This corrects the result that we wrote to you before." if outcome else "was taken back"
        assert said in letter.text


def test_on_the_account_page_everything_can_be_seen_and_ended(town: Town) -> None:
    ayse = town.as_(town.cast.ayse)
    ayse.post(f"{PAGE}/follow")
    ayse.post(f"/processes/{PROCESS}/follow")
    shown = words(ayse.get("/account/following?lang=en"))
    assert "M01" in shown
    assert "Everything: all measures" in shown
    assert "/account/following" in ayse.get("/account").text
    ayse.post(f"{PAGE}/unfollow")
    assert "M01" not in words(ayse.get("/account/following?lang=en"))
    ayse.post("/account/following/stop")
    assert "You are told nothing by mail yet" in words(ayse.get("/account/following?lang=en"))


def test_programs_ask_and_switch_in_the_same_way(town: Town) -> None:
    ayse = town.as_(town.cast.ayse)
    for path in (f"{PAGE}/following", f"/processes/{PROCESS}/following"):
        assert api(ayse, "GET", path).json == {"wanted": False}
        assert api(ayse, "PUT", path, json={"wanted": True}).json == {"wanted": True}
        assert api(ayse, "GET", path).json == {"wanted": True}
    (followed,) = api(ayse, "GET", "/account/following").json
    assert (followed["process"], followed["whole"], followed["proposals"]) == (PROCESS, True, ["M01"])
    assert api(ayse, "DELETE", "/account/following").status_code == 204
    assert api(ayse, "GET", "/account/following").json == []
    assert api(town.as_(), "GET", "/account/following").status_code == 401


def test_a_draft_of_somebody_else_is_not_there_to_be_followed(town: Town) -> None:
    with town.app.app_context(), transaction() as session:
        measure = session.query(Proposal).filter_by(code="M01").one()
        measure.state, measure.submitted_at, measure.code = ProposalState.DRAFT, None, measure.id
        draft = f"/processes/{PROCESS}/proposals/{measure.id}"
    other = town.as_(town.cast.farid)
    assert api(other, "GET", f"{draft}/following").status_code == 404
    assert api(other, "PUT", f"{draft}/following", json={"wanted": True}).status_code == 404
