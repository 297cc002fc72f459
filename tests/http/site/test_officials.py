"""The table of officials, and the page on which a round is run."""

import pytest
from flask import Flask

from participation.ballots.queries import Turnout
from participation.ballots.services import detach_ballots
from participation.comments.models import Comment, CommentReport
from participation.core.actor import SYSTEM
from participation.core.wording import COMMENT
from participation.extensions import transaction
from participation.outbox.worker import run_due_jobs
from participation.processes.queries import process_by_slug
from participation.proposals.rules import ProposalState
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.queries import round_by_slug
from participation.texts.services import write_text
from tests.factories.city import WITHOUT_BALLOT
from tests.factories.town import PROCESS, WORKSHOP, Town
from tests.factories.votes import make_measures
from tests.support.pages import links, words

EN = {"lang": "en"}


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def test_the_table_shows_what_is_due_first(town: Town) -> None:
    town.round("over", titles={"de": "Vorbei"})
    town.lapse("over")
    town.round("late", opened=False, titles={"de": "Noch nicht geöffnet"})
    town.planned("later", titles={"de": "In drei Wochen"})
    page = words(town.as_(town.cast.farid).get("/manage", query_string=EN))
    due = page[page.index("What is due") : page.index("Integration concept")]
    assert due.index("Vorbei") < due.index("Noch nicht geöffnet")
    assert "but not closed yet. Nothing more is taken." in due
    assert "and is still being prepared." in due
    assert "In drei Wochen" not in due
    assert "In drei Wochen" in page


def test_the_table_asks_the_second_person_and_tells_the_first_to_wait(town: Town) -> None:
    slug = town.round("vote")
    town.close(slug)
    farid, silke = town.as_(town.cast.farid), town.as_(town.cast.silke)
    assert "Two people now conclude it." in words(farid.get("/manage", query_string=EN))
    farid.post(f"/rounds/{slug}/conclusion/request")
    assert "It waits for a second person." in words(farid.get("/manage", query_string=EN))
    assert "please check and confirm the conclusion" in words(silke.get("/manage", query_string=EN))
    assert "Farid asked for the conclusion on" in words(silke.get(f"/rounds/{slug}/manage", query_string=EN))


def test_before_the_opening_the_page_is_a_list_of_what_is_left(town: Town) -> None:
    slug = town.round("workshop", opened=False, **WORKSHOP)
    farid = town.as_(town.cast.farid)
    page = words(farid.get(f"/rounds/{slug}/manage", query_string=EN))
    assert "4 options will be frozen" in page
    assert "0 codes are valid." in page
    assert "It can be opened as soon as every needed step above is done." in page
    assert "Türkçe : 1 text is missing." in page
    town.codes(slug, 12)
    page = words(farid.get(f"/rounds/{slug}/manage", query_string=EN))
    assert "12 codes are valid." in page
    assert "I open it although 2 advised steps are left." in page
    assert farid.post(f"/rounds/{slug}/open").status_code == 303
    assert "Open until" in words(farid.get(f"/rounds/{slug}/manage", query_string=EN))


def test_a_roll_nobody_stands_on_holds_the_opening_back(town: Town) -> None:
    slug = town.round(
        "steering", opened=False, kind=KindName.STEERING_GROUP, eligibility=Eligibility.ROLL, **WITHOUT_BALLOT
    )
    page = town.as_(town.cast.farid).get(f"/rounds/{slug}/manage", query_string=EN)
    assert "0 people are on the roll." in words(page)
    assert links(page)["Edit the roll"] == f"/manage/rounds/{slug}/roll"


def test_the_turnout_tells_how_many_and_never_how(town: Town) -> None:
    slug = town.round("vote", expected_participants=40)
    town.vote(slug, town.cast.ayse, "M03", "M01")
    page = words(town.as_(town.cast.farid).get(f"/rounds/{slug}/manage", query_string=EN))
    turnout = page[page.index("Turnout") : page.index("The end of the round")]
    assert "1 ballot is in the box. 40 were expected." in turnout
    assert "People with an e-mail address" not in turnout
    assert "when the round is concluded" in turnout
    looks = []
    for _look in range(2):  # between two looks one more person votes: the whole grows, and nothing else tells who
        shown = words(town.as_(town.cast.farid).get(f"/rounds/{slug}/manage", query_string=EN))
        told = town.as_(town.cast.farid).get(f"/api/v1/rounds/{slug}/turnout").json
        assert told is not None
        looks.append((shown[shown.index("Turnout") : shown.index("The end of the round")], told.pop("total"), told))
        town.vote(slug, town.cast.olena, "M01")
    (first, one, parts), (second, two, other_parts) = looks
    assert (one, two) == (1, 2)
    assert second == first.replace("1 ballot is in", "2 ballots are in")
    assert parts == other_parts == {"expected": 40, "by_day": {}, "by_channel": {}, "by_class": {}}
    assert "M03" not in turnout


def test_a_key_that_is_still_to_be_destroyed_is_said_to_be_there(town: Town, app: Flask) -> None:
    slug = town.round("vote")
    town.vote(slug, town.cast.ayse, "M03", "M01")
    town.close(slug)
    farid, silke = town.as_(town.cast.farid), town.as_(town.cast.silke)
    warning = "The key of this round is not yet destroyed for good"
    assert warning not in words(farid.get(f"/rounds/{slug}/manage", query_string=EN))
    with app.app_context(), transaction() as session:
        detach_ballots(session, round_by_slug(session, slug).id, now=town.now)
    assert warning in words(silke.get(f"/rounds/{slug}/manage", query_string=EN))
    run_due_jobs(app)
    assert warning not in words(silke.get(f"/rounds/{slug}/manage", query_string=EN))


def test_closing_says_what_it_means_and_is_done(town: Town) -> None:
    slug = town.round("vote")
    farid = town.as_(town.cast.farid)
    page = words(farid.get(f"/rounds/{slug}/manage", query_string=EN))
    assert "Closing ends the round for everybody at this moment." in page
    assert "A closed round cannot be opened again." in page
    assert farid.post(f"/rounds/{slug}/close").status_code == 303
    page = words(farid.get(f"/rounds/{slug}/manage", query_string=EN))
    assert "a second one checks and confirms it" in page


def test_the_steering_group_watches_but_does_not_run_rounds(town: Town) -> None:
    slug = town.round("vote")
    page = town.as_(town.cast.elif_).get(f"/rounds/{slug}/manage", query_string=EN)
    assert page.status_code == 200
    for act in ("Close the round now", "Give it more time", "Edit the round"):
        assert act not in words(page)


def test_a_draft_is_discarded_and_an_open_round_is_not(town: Town) -> None:
    draft, opened = town.round("draft", opened=False), town.round("vote")
    farid = town.as_(town.cast.farid)
    answer = farid.post(f"/manage/rounds/{draft}/discard")
    assert (answer.status_code, answer.location) == (303, f"/processes/{PROCESS}")
    assert farid.get(f"/online/{draft}").status_code == 404
    answer = farid.post(f"/manage/rounds/{opened}/discard?lang=en")
    assert "It can be changed only while it is being prepared" in words(farid.get(answer.location))
    assert farid.get(f"/online/{opened}").status_code == 200


def test_what_waits_to_be_decided_is_one_tap_away(town: Town) -> None:
    slug = town.round("vote")
    with town.app.app_context(), transaction() as session:
        process = process_by_slug(session, PROCESS)
        waiting, other = make_measures(session, process, ["X1", "X2"], town.now)
        waiting.state = ProposalState.SUBMITTED
        comment = Comment(
            proposal_id=other.id,
            round_id=round_by_slug(session, slug).id,
            body=write_text(session, "Frech.", language="de", shape=COMMENT, actor=SYSTEM, now=town.now),
            written_at=town.now,
        )
        session.add(comment)
        session.flush()
        session.add(CommentReport(comment_id=comment.id, reporter_id=town.cast.ayse.id, reason="Frech", at=town.now))
    birte = town.as_(town.cast.birte)
    found = links(birte.get("/manage", query_string=EN))
    assert birte.get(found["1 proposal waits for a decision"]).status_code == 200
    assert birte.get(found["1 comment was reported"]).status_code == 200
    for name in ("Record of acts", "Costs of measures", "People and roles", "Organisations", "Departments"):
        assert birte.get(found[name]).status_code == 200, name


def test_participants_and_visitors_stay_outside(town: Town) -> None:
    slug = town.round("vote")
    for path in ("/manage", f"/rounds/{slug}/manage"):
        assert town.as_(town.cast.ayse).get(path).status_code == 403
        assert town.as_().get(path).location.startswith("/sign-in?next=")
    assert f"/manage/processes/{PROCESS}" in town.as_(town.cast.birte).get("/manage").text


def test_thousands_of_ballots_are_told_as_people_write_them(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    many = Turnout(expected=1200, total=12345, by_day={}, by_channel={}, by_class={})
    monkeypatch.setattr("participation.site.desk.turnout", lambda *_args, **_more: many)
    slug = town.round("vote", expected_participants=1200)
    page = words(town.as_(town.cast.farid).get(f"/rounds/{slug}/manage", query_string=EN))
    assert "12,345 ballots are in the box. 1,200 were expected." in page
