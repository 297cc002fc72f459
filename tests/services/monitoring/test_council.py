"""Followers are told of plans, papers and decisions, as far as they concern what they follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.ballots.keys import KeyStore
from participation.budgeting.models import Plan
from participation.core.actor import SYSTEM
from participation.monitoring.models import News
from participation.monitoring.queries import followers_to_look_at, processes_with_news
from participation.monitoring.rules import GATHERING, PAUSE
from participation.monitoring.services import follow
from participation.monitoring.telling import NEWS_MAIL, message_for, note_news, tell
from participation.outbox.models import Job
from participation.papers.models import Amendment, CouncilPaper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import OutcomeDraft
from participation.papers.rules.papers import PaperState
from participation.papers.services.stations import note_outcome
from participation.proposals.queries import proposal_by_code
from tests.factories import council, people
from tests.factories.chamber import Chamber, begin, grant, make_chamber
from tests.factories.chamber import settle as settle_plan

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
KINDS = ("plan", "paper", "consultation")
NUMBER = "VO/2031/00001"
LATER = GATHERING + timedelta(minutes=1)


@dataclass
class Hall:
    """A settled plan over M1 to M7, a draft paper about it, and two who want to know."""

    session: Session
    now: datetime
    chamber: Chamber
    plan: Plan
    whole: Account
    single: Account

    def issue(self, *stops: council.Stop) -> CouncilPaper:
        process = self.chamber.hall.process
        return council.paper(self.session, process, NUMBER, "Umsetzung", stops, now=self.now, plan=self.plan)

    def look(self, moment: datetime) -> None:
        """Do what the clock does."""
        for noted in processes_with_news(self.session):
            note_news(self.session, noted, now=moment)
        tell(self.session, followers_to_look_at(self.session, moment, 100), now=moment)

    def note(self, paper: CouncilPaper, outcome: Outcome | None, text: str = "") -> None:
        """Note what the last committee made of a paper, or take it back."""
        station = paper.consultations[-1]
        note_outcome(
            self.session,
            paper.process.slug,
            paper.slug,
            station.id,
            OutcomeDraft(outcome, None, text),
            based_on=station.revision,
            actor=SYSTEM,
            now=self.now,
        )

    def letters(self) -> list[list[tuple[Outcome | None, bool]]]:
        """Return the decisions that each mail to who follows everything tells now, and which of them correct one."""
        found = []
        for job in self.session.scalars(select(Job).where(Job.name == NEWS_MAIL).order_by(Job.created_at)):
            message = message_for(self.session, job.payload)
            if message is None or message.follower.account_id == self.whole.id:
                told = [one.consultation for one in message.news if one.consultation] if message else []
                found.append([(one.outcome, one.id in message.corrected) for one in told if message])
        return found

    def told(self, who: Account) -> set[str]:
        """Return which kinds of news somebody is told of when it is time."""
        process_id = self.chamber.hall.process.id
        self.look(self.now)
        self.look(self.now + LATER)
        kinds: set[str] = set()
        for job in self.session.scalars(select(Job).where(Job.name == NEWS_MAIL)):
            message = message_for(self.session, job.payload)
            if message is not None and message.follower.account_id == who.id:
                assert message.follower.process_id == process_id
                kinds |= {kind for one in message.news for kind in KINDS if getattr(one, kind)}
        return kinds


@pytest.fixture
def hall(session: Session, now: datetime, keys: KeyStore) -> Hall:
    chamber = make_chamber(session, now, keys)
    process = chamber.hall.process
    whole, single = (people.person(session, name, now=now) for name in ("Ayşe", "Nadia"))
    follow(session, process.id, actor=actor_of(whole), now=now)
    measure = proposal_by_code(session, process.id, "M1")
    follow(session, process.id, measure.id, actor=actor_of(single), now=now)
    grant(session, chamber, now)
    plan = begin(session, chamber, now)
    return Hall(session, now, chamber, plan, whole, single)


def settle(hall: Hall) -> None:
    settle_plan(hall.session, hall.chamber, hall.plan, hall.now)


def test_a_draft_is_no_news_and_a_settled_plan_is(hall: Hall) -> None:
    assert processes_with_news(hall.session) == []
    settle(hall)
    assert hall.told(hall.whole) == {"plan"}
    assert hall.told(hall.single) == {"plan"}


def test_papers_and_decisions_are_told_and_other_consultations_are_not(hall: Hall) -> None:
    settle(hall)
    session, process = hall.session, hall.chamber.hall.process
    rat = council.committee(session, process, "rat", "Stadtrat", now=hall.now)
    day = hall.now.date()
    hall.issue(
        council.Stop(rat, day, competence=Competence.PRELIMINARY, outcome=Outcome.NOTED),
        council.Stop(rat, day, competence=Competence.DECISION, outcome=Outcome.ADOPTED_AMENDED),
        council.Stop(rat, day, competence=Competence.DECISION),
        council.Stop(rat, day, public=False, competence=Competence.DECISION, outcome=Outcome.REJECTED),
    )
    assert hall.told(hall.single) == {"plan", "paper", "consultation"}
    assert len(session.scalars(select(News.id)).all()) == 3


def test_a_paper_about_something_else_is_told_to_those_who_follow_everything(hall: Hall) -> None:
    council.paper(hall.session, hall.chamber.hall.process, NUMBER, "Anderes", now=hall.now)
    assert hall.told(hall.whole) == {"paper"}
    assert hall.told(hall.single) == set()


def test_a_paper_that_was_taken_back_before_the_mail_is_not_told(hall: Hall) -> None:
    settle(hall)
    paper = hall.issue()
    for noted in processes_with_news(hall.session):
        note_news(hall.session, noted, now=hall.now)
    paper.state, paper.withdrawn_at, paper.withdrawn_by = PaperState.WITHDRAWN, hall.now, "system"
    paper.withdrawal_reason_id = paper.subject_id
    hall.session.flush()
    assert hall.told(hall.whole) == {"plan"}


def decided(hall: Hall, outcome: Outcome | None = Outcome.ADOPTED_UNCHANGED) -> CouncilPaper:
    """Return a paper on which the council decides."""
    rat = council.committee(hall.session, hall.chamber.hall.process, "rat", "Stadtrat", now=hall.now)
    day = hall.now.date()
    return hall.issue(council.Stop(rat, day, competence=Competence.DECISION, outcome=outcome))


def test_a_corrected_result_is_told_once_more_and_said_to_be_a_correction(hall: Hall) -> None:
    settle(hall)
    paper, first = decided(hall), hall.now + LATER
    hall.look(hall.now)
    hall.look(first)
    assert hall.letters()[-1] == [(Outcome.ADOPTED_UNCHANGED, False)]
    hall.note(paper, Outcome.ADOPTED_UNCHANGED)  # the same once more is no news
    assert processes_with_news(hall.session) == []
    hall.note(paper, Outcome.REJECTED)
    hall.look(first)
    hall.look(first + PAUSE)
    assert hall.letters()[-1] == [(Outcome.REJECTED, True)]
    hall.note(paper, None)
    hall.look(first + PAUSE)
    hall.look(first + 2 * PAUSE)
    assert hall.letters()[-1] == [(None, True)]
    hall.note(paper, Outcome.DEFERRED)
    hall.look(first + 2 * PAUSE)
    hall.look(first + 3 * PAUSE)
    assert hall.letters()[-1] == [(Outcome.DEFERRED, True)]


def test_a_result_that_is_put_right_before_the_mail_corrects_nothing(hall: Hall) -> None:
    settle(hall)
    hall.look(hall.now)
    hall.look(hall.now + LATER)  # a mail about the plan: whoever got one was not told of what came after it
    paper, entered = decided(hall), hall.now + PAUSE
    hall.look(entered)
    hall.note(paper, None)
    hall.look(entered + timedelta(minutes=10))
    hall.note(paper, Outcome.REJECTED, "Nein")
    hall.look(entered + timedelta(minutes=20))
    hall.look(entered + 2 * LATER)
    hall.look(entered + 2 * LATER + PAUSE)
    assert hall.letters() == [[], [(Outcome.REJECTED, False)]]


def test_a_result_that_is_taken_back_before_the_mail_is_told_to_nobody(hall: Hall) -> None:
    settle(hall)
    paper = decided(hall)
    hall.look(hall.now)
    hall.note(paper, None)
    hall.look(hall.now + timedelta(minutes=10))
    hall.look(hall.now + LATER)
    hall.look(hall.now + 2 * LATER + PAUSE)
    assert [told for told in hall.letters() if told] == []


def test_a_corrected_result_behind_closed_doors_is_told_to_nobody(hall: Hall) -> None:
    settle(hall)
    paper = decided(hall)
    hall.look(hall.now)
    hall.look(hall.now + LATER)
    hall.note(paper, Outcome.REJECTED)
    hall.look(hall.now + LATER)
    paper.consultations[-1].is_public = False
    hall.session.flush()
    hall.look(hall.now + LATER + PAUSE)
    assert [told for told in hall.letters() if told] == []


@pytest.mark.parametrize("is_public, news", [(False, {"paper"}), (True, {"paper", "consultation", "plan"})])
def test_a_plan_that_was_changed_behind_closed_doors_is_no_news(hall: Hall, *, is_public: bool, news: set[str]) -> None:
    settle(hall)
    hall.look(hall.now)
    hall.session.execute(delete(News))  # of the plan that lay before the council everybody knows
    paper = decided(hall, Outcome.ADOPTED_AMENDED)
    station = paper.consultations[-1]
    station.is_public = is_public
    change = Amendment(
        process_id=paper.process_id,
        position=1,
        body=paper.subject,
        changes={},
        plan=hall.plan,
        made_at=hall.now,
        made_by="system",
    )
    station.amendments.append(change)
    hall.session.flush()
    assert hall.told(hall.whole) == news
    assert len(hall.session.scalars(select(News.id)).all()) == len(news)  # what becomes public later is news then
    station.is_public = False
    hall.session.flush()
    assert hall.told(hall.whole) == {"paper"}
