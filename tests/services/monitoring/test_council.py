"""Followers are told of plans, papers and decisions, as far as they concern what they follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.ballots.keys import KeyStore
from participation.budgeting.models import Plan
from participation.monitoring.models import News
from participation.monitoring.queries import followers_to_look_at, processes_with_news
from participation.monitoring.rules import GATHERING
from participation.monitoring.services import follow
from participation.monitoring.telling import NEWS_MAIL, message_for, note_news, tell
from participation.outbox.models import Job
from participation.papers.models import CouncilPaper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.papers import PaperState
from participation.proposals.queries import proposal_by_code
from tests.factories import council, people
from tests.factories.chamber import Chamber, begin, grant, make_chamber
from tests.factories.chamber import settle as settle_plan

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
KINDS = ("plan", "paper", "consultation")
NUMBER = "VO/2031/00001"


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

    def told(self, who: Account) -> set[str]:
        """Return which kinds of news somebody is told of when it is time."""
        process_id = self.chamber.hall.process.id
        for noted in processes_with_news(self.session):
            note_news(self.session, noted, now=self.now)
        later = self.now + GATHERING + timedelta(minutes=1)
        tell(self.session, followers_to_look_at(self.session, later, 100), now=later)
        kinds: set[str] = set()
        for job in self.session.scalars(select(Job).where(Job.name == NEWS_MAIL)):
            message = message_for(self.session, job.payload["follower"], job.payload["after"], job.payload["until"])
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
