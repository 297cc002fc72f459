"""Followers are told of each thing once: never twice, never not at all, and not after they wanted no more."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from participation.accounts.models import Account
from participation.core.errors import Conflict, Forbidden, NotFound
from participation.monitoring.models import Follower
from participation.monitoring.queries import followers_to_look_at, following_of, processes_with_news
from participation.monitoring.rules import GATHERING, PAUSE, MeasureState
from participation.monitoring.services import follow, stop_all_news, unfollow
from participation.monitoring.telling import NEWS_MAIL, message_for, note_news, tell
from participation.outbox.models import Job
from participation.proposals.rules import ProposalState
from tests.services.monitoring.conftest import City

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
RUNNING, DONE, PLANNED = MeasureState.RUNNING, MeasureState.DONE, MeasureState.PLANNED
LATER = GATHERING + timedelta(minutes=1)


def wish(city: City, who: Account, code: str | None = None) -> None:
    measure = city.measure(code).id if code else None
    follow(city.session, city.process.id, measure, actor=city.as_(who), now=city.now)


def look(city: City, moment: datetime) -> int:
    """Do what the clock does: note what is new, and tell those whose time it is."""
    for process_id in processes_with_news(city.session):
        note_news(city.session, process_id, now=moment)
    return tell(city.session, followers_to_look_at(city.session, moment, 100), now=moment)


def mails(city: City) -> list[list[tuple[str, str]]]:
    """Return what each filed mail would say now; one that would say nothing is empty."""
    found = []
    for job in city.session.scalars(select(Job).where(Job.name == NEWS_MAIL).order_by(Job.created_at, Job.id)):
        told = job.payload
        message = message_for(city.session, told)
        found.append(
            sorted((one.status.proposal.code, one.status.state.value) for one in message.news if one.status)
            if message
            else []
        )
    return found


def test_who_follows_a_measure_is_told_of_it_and_of_nothing_else(city: City) -> None:
    wish(city, city.cast.ayse, "M01")
    city.report("M01", RUNNING)
    city.report("M02", RUNNING)
    assert look(city, city.now) == 0  # news wait for further ones
    assert look(city, city.now + LATER) == 1
    assert mails(city) == [[("M01", "running")]]


def test_nobody_is_told_twice_and_nobody_of_what_was_before(city: City) -> None:
    city.report("M01", PLANNED)
    look(city, city.now)
    wish(city, city.cast.ayse, "M01")
    wish(city, city.cast.olena)
    assert look(city, city.now + LATER) == 0
    city.report("M01", RUNNING)
    look(city, city.now + LATER)
    assert look(city, city.now + 2 * LATER) == 2
    for hours in (1, 30, 60):
        assert look(city, city.now + timedelta(hours=hours)) == 0
    assert mails(city) == [[("M01", "running")], [("M01", "running")]]


def test_mails_are_bundled_and_come_about_once_a_day(city: City) -> None:
    wish(city, city.cast.ayse)
    for code in ("M01", "M02", "M03"):
        city.report(code, PLANNED)
    look(city, city.now)
    assert look(city, city.now + LATER) == 1
    assert mails(city) == [[("M01", "planned"), ("M02", "planned"), ("M03", "planned")]]
    city.report("M01", RUNNING)
    look(city, city.now + 2 * LATER)
    assert look(city, city.now + 3 * LATER) == 0
    assert look(city, city.now + LATER + PAUSE) == 1
    assert mails(city)[1:] == [[("M01", "running")]]


def test_a_mail_that_was_filed_tells_nothing_that_was_reported_anew_or_withdrawn_meanwhile(city: City) -> None:
    wish(city, city.cast.ayse)
    for code in ("M01", "M02", "M03"):
        city.report(code, DONE)
    look(city, city.now)
    assert look(city, city.now + LATER) == 1
    city.report("M01", RUNNING)
    city.measure("M02").state = ProposalState.WITHDRAWN
    city.session.flush()
    assert mails(city) == [[("M03", "done")]]
    look(city, city.now + LATER)
    assert look(city, city.now + LATER + PAUSE) == 1
    assert mails(city)[1:] == [[("M01", "running")]]


def test_a_measure_that_is_withdrawn_while_news_wait_is_told_to_nobody(city: City) -> None:
    wish(city, city.cast.ayse)
    city.report("M01", RUNNING)
    look(city, city.now)
    city.measure("M01").state = ProposalState.WITHDRAWN
    city.session.flush()
    assert look(city, city.now + LATER) == 0


def test_a_slip_that_was_put_right_in_time_is_told_to_nobody(city: City) -> None:
    city.report("M01", PLANNED)
    look(city, city.now)
    wish(city, city.cast.ayse, "M01")
    city.report("M01", DONE)
    city.report("M01", PLANNED)
    look(city, city.now)
    look(city, city.now + LATER)
    assert mails(city) == [[]]


def test_of_several_reports_the_last_one_is_told(city: City) -> None:
    wish(city, city.cast.ayse, "M01")
    city.report("M01", PLANNED)
    city.report("M01", RUNNING)
    look(city, city.now)
    look(city, city.now + LATER)
    assert mails(city) == [[("M01", "running")]]


def test_who_wants_no_more_gets_no_mail_that_was_filed_already(city: City) -> None:
    wish(city, city.cast.ayse, "M01")
    wish(city, city.cast.olena, "M01")
    wish(city, city.cast.olena, "M02")
    city.report("M01", RUNNING)
    look(city, city.now)
    assert look(city, city.now + LATER) == 2
    stop_all_news(city.session, city.cast.ayse.id)
    unfollow(city.session, city.process.id, city.measure("M01").id, actor=city.as_(city.cast.olena))
    assert mails(city) == [[], []]
    assert not following_of(city.session, city.as_(city.cast.ayse), city.process.id, city.measure("M01").id).single


def test_who_follows_a_proposal_that_was_merged_is_told_of_the_one_it_went_into(city: City) -> None:
    wish(city, city.cast.ayse, "M03")
    merged = city.measure("M03")
    merged.state, merged.merged_into = ProposalState.MERGED, city.measure("M04")
    part = city.measure("M02")
    part.split_from = city.measure("M01")
    city.measure("M01").state = ProposalState.SPLIT
    city.session.flush()
    wish(city, city.cast.olena, "M01")
    city.report("M04", RUNNING)
    city.report("M02", DONE)
    look(city, city.now)
    assert look(city, city.now + LATER) == 2
    assert sorted(mails(city)) == [[("M02", "done")], [("M04", "running")]]


def test_who_may_follow_what(city: City) -> None:
    wish(city, city.cast.ayse, "M01")
    wish(city, city.cast.ayse, "M01")
    wish(city, city.cast.ayse)
    draft = city.measure("M02")
    city.cast.olena.email = None
    city.session.flush()
    with pytest.raises(Forbidden, match="news_need_address"):
        wish(city, city.cast.olena, "M01")
    with pytest.raises(NotFound, match="no_such_proposal"):
        follow(city.session, city.process.id, "nowhere", actor=city.as_(city.cast.farid), now=city.now)
    assert following_of(city.session, city.as_(city.cast.ayse), city.process.id, draft.id).whole
    unfollow(city.session, city.process.id, actor=city.as_(city.cast.ayse))
    unfollow(city.session, city.process.id, city.measure("M01").id, actor=city.as_(city.cast.ayse))
    assert city.session.scalar(select(func.count()).select_from(Follower)) == 0


def test_nobody_follows_more_single_proposals_than_can_be_read(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.monitoring.services.following.MOST_FOLLOWED", 2)
    for code in ("M01", "M02"):
        wish(city, city.cast.ayse, code)
    with pytest.raises(Conflict, match="too_many_followed"):
        wish(city, city.cast.ayse, "M03")
    wish(city, city.cast.ayse, "M02")
    assert following_of(city.session, city.as_(city.cast.ayse), city.process.id, city.measure("M02").id).single
