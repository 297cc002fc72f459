"""Which plan is in force follows the council's decisions, whatever the office settles meanwhile."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.rules.plans import PlanStanding
from participation.papers import services
from participation.papers.models import Committee, Consultation, CouncilPaper
from participation.papers.queries import council_on_plans
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import AmendmentDraft
from participation.papers.rules.papers import PaperState
from tests.factories import council
from tests.factories.chamber import Chamber, begin, settle
from tests.services.papers.test_council_papers import chamber, plan

__all__ = ["chamber", "plan"]


@dataclass
class Town:
    """A council that decides about plans, day by day; every act is a day after the one before it."""

    session: Session
    chamber: Chamber
    now: datetime
    papers: list[CouncilPaper] = field(default_factory=list)

    def settle(self, slug: str) -> Plan:
        self.now += timedelta(days=1)
        return settle(self.session, self.chamber, begin(self.session, self.chamber, self.now, slug=slug), self.now)

    def paper(self, plan: Plan, *stops: council.Stop, supersedes: CouncilPaper | None = None) -> CouncilPaper:
        """Issue a paper on a plan, with one station that is to decide unless others are given."""
        self.now += timedelta(days=1)
        number = f"VO/2031/{len(self.papers) + 1:05}"
        made = council.paper(
            self.session,
            self.chamber.hall.process,
            number,
            "Umsetzung",
            stops or (council.Stop(self.council, None, competence=Competence.DECISION),),
            now=self.now,
            plan=plan,
            supersedes=supersedes,
        )
        self.papers.append(made)
        return made

    @property
    def council(self) -> Committee:
        return self.session.query(Committee).filter_by(code="rat").one()

    def decide(self, paper: CouncilPaper, outcome: Outcome | None) -> Consultation:
        """Note what came of the paper's last station."""
        self.now += timedelta(days=1)
        station = paper.stations[-1]
        station.outcome, station.decided_on = outcome, self.now.date() if outcome else None
        self.session.flush()
        return station

    def amend(self, station: Consultation, changes: dict[str, int | None]) -> Plan:
        self.now += timedelta(hours=1)
        made = services.amend(
            self.session,
            self.chamber.slug,
            station.paper.slug,
            station.id,
            AmendmentDraft("Auf Antrag.", changes),
            based_on=station.revision,
            actor=self.chamber.hall.birte,
            now=self.now,
        )
        assert made.plan is not None
        return made.plan

    def stands(self) -> tuple[str | None, str | None]:
        """Return the addresses of the plan in force and of the one that is proposed."""
        self.session.expire_all()
        found = council_on_plans(self.session, self.chamber.hall.process.id)
        in_force, proposed = (plan.slug if plan else None for plan in (found.in_force, found.proposed))
        return in_force, proposed

    def standing(self, plan: Plan) -> PlanStanding:
        return council_on_plans(self.session, plan.process_id).standing_of(plan)


@pytest.fixture
def town(session: Session, chamber: Chamber, plan: Plan, now: datetime) -> Town:
    return Town(session, chamber, now)


def test_before_the_council_has_decided_the_plan_settled_last_is_a_proposal(town: Town, plan: Plan) -> None:
    assert town.stands() == (None, "plan")
    paper = town.paper(plan)
    assert town.stands() == (None, "plan")
    for outcome in (Outcome.DEFERRED, Outcome.NOTED, Outcome.REFERRED):
        town.decide(paper, outcome)
        assert town.stands() == (None, "plan")
    town.settle("later")
    assert town.stands() == (None, "later")
    assert town.standing(plan) is PlanStanding.EARLIER


def test_a_plan_settled_later_stands_beside_the_one_that_was_adopted(town: Town, plan: Plan) -> None:
    town.decide(town.paper(plan), Outcome.ADOPTED_UNCHANGED)
    assert town.stands() == ("plan", None)
    later = town.settle("later")
    assert town.stands() == ("plan", "later")
    paper = town.paper(later)
    assert town.stands() == ("plan", "later")
    town.decide(paper, Outcome.ADOPTED_UNCHANGED)
    assert town.stands() == ("later", None)
    assert town.standing(plan) is PlanStanding.REPLACED
    found = council_on_plans(town.session, plan.process_id)
    said = found.decision_about(later)
    assert said is not None
    assert (said.paper, said.decided_on, said.is_adopted) == (paper.number, town.now.date(), True)


def test_a_result_that_is_corrected_or_taken_back_changes_what_is_in_force(town: Town, plan: Plan) -> None:
    paper = town.paper(plan)
    for outcome, stands in (
        (Outcome.ADOPTED_UNCHANGED, ("plan", None)),
        (Outcome.REJECTED, (None, None)),
        (Outcome.ADOPTED_UNCHANGED, ("plan", None)),
        (None, (None, "plan")),
    ):
        town.decide(paper, outcome)
        assert town.stands() == stands, outcome


def test_what_was_rejected_is_proposed_no_more_until_it_lies_before_the_council_again(town: Town, plan: Plan) -> None:
    town.decide(town.paper(plan), Outcome.ADOPTED_UNCHANGED)
    later = town.settle("later")
    rejected = town.paper(later)
    town.decide(rejected, Outcome.REJECTED)
    assert town.stands() == ("plan", None)
    assert town.standing(later) is PlanStanding.REJECTED
    town.paper(later, supersedes=rejected)
    assert town.stands() == ("plan", "later")
    town.decide(town.paper(plan), Outcome.REJECTED)
    assert town.stands() == ("plan", "later"), "a motion against the plan in force that fails leaves it there"
    assert town.standing(plan) is PlanStanding.IN_FORCE


def test_a_further_version_has_a_decision_of_its_own_before_it(town: Town, plan: Plan) -> None:
    first = town.paper(plan)
    town.decide(first, Outcome.ADOPTED_UNCHANGED)
    later = town.settle("later")
    second = town.paper(later, supersedes=first)
    assert town.stands() == ("plan", "later")
    town.decide(second, Outcome.ADOPTED_UNCHANGED)
    assert town.stands() == ("later", None)
    second.state = PaperState.WITHDRAWN
    second.withdrawn_at, second.withdrawn_by, second.withdrawal_reason = town.now, "system", second.subject
    town.session.flush()
    assert town.stands() == ("plan", "later"), "a withdrawn paper decides nothing"


def test_the_plan_that_the_council_amended_is_in_force_and_one_of_the_office_is_beside_it(
    town: Town, plan: Plan
) -> None:
    station = town.decide(town.paper(plan), Outcome.ADOPTED_AMENDED)
    assert town.stands() == ("plan", None)
    town.amend(station, {"M1": None})
    town.amend(station, {"M1": 2031})
    assert town.stands() == ("plan-amended-2", None)
    other = town.paper(plan)
    town.decide(other, Outcome.ADOPTED_UNCHANGED)
    assert town.stands() == ("plan-amended-2", None), "adopting it once more takes no change back"
    town.settle("later")
    assert town.stands() == ("plan-amended-2", "later")


@pytest.mark.parametrize("competence", [one for one in Competence if one is not Competence.DECISION])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_is_not_asked_to_decide_puts_nothing_in_force(town: Town, plan: Plan, competence: Competence) -> None:
    stop = council.Stop(town.council, None, competence=competence)
    town.decide(town.paper(plan, stop), Outcome.ADOPTED_UNCHANGED)
    assert town.stands() == (None, "plan")


def test_a_decision_behind_closed_doors_counts_once_it_is_public(town: Town, plan: Plan) -> None:
    station = town.decide(town.paper(plan), Outcome.ADOPTED_AMENDED)
    station.is_public = False
    town.session.flush()
    assert town.stands() == (None, "plan")
    assert town.standing(plan) is PlanStanding.PROPOSED
    town.amend(station, {"M1": None})
    assert town.stands() == ("plan-amended-1", None), "the published plan says itself who changed it"


def test_of_two_decisions_on_one_day_the_paper_issued_last_counts(town: Town, plan: Plan) -> None:
    later = town.settle("later")
    papers = [town.paper(plan), town.paper(later)]
    for paper in reversed(papers):
        town.decide(paper, Outcome.ADOPTED_UNCHANGED)
    for paper in papers:
        paper.stations[0].decided_on = town.now.date()
    town.session.flush()
    assert town.stands() == ("later", None)


def test_a_plan_that_a_later_one_overtook_is_not_proposed_again_when_that_is_decided(town: Town, plan: Plan) -> None:
    later = town.settle("later")
    town.decide(town.paper(later), Outcome.REJECTED)
    assert town.stands() == (None, None)
    station = town.decide(town.paper(later), Outcome.ADOPTED_AMENDED)
    town.amend(station, {"M1": None})
    town.decide(town.paper(plan), Outcome.ADOPTED_UNCHANGED)
    assert town.stands() == ("plan", None), "both lay before the council"


def test_a_committee_that_deferred_is_not_waited_for_once_others_rejected_the_paper(town: Town, plan: Plan) -> None:
    stops = [council.Stop(town.council, None, competence=Competence.DECISION) for _ in range(2)]
    paper = town.paper(plan, *stops)
    paper.stations[0].outcome, paper.stations[0].decided_on = Outcome.DEFERRED, town.now.date()
    town.decide(paper, Outcome.REJECTED)
    assert town.stands() == (None, None)
    assert town.standing(plan) is PlanStanding.REJECTED


def test_a_rejection_behind_closed_doors_is_not_told_for_a_change_that_was_corrected(town: Town, plan: Plan) -> None:
    station = town.decide(town.paper(plan), Outcome.ADOPTED_AMENDED)
    station.is_public = False
    town.amend(station, {"M1": None})
    station.outcome = Outcome.REJECTED
    town.session.flush()
    found = council_on_plans(town.session, plan.process_id)
    assert (found.in_force, found.decision_about(plan)) == (None, None)


def test_a_change_rests_on_no_change_of_a_paper_that_was_withdrawn(town: Town, plan: Plan) -> None:
    first = town.paper(plan)
    withdrawn = town.amend(town.decide(first, Outcome.ADOPTED_AMENDED), {"M1": None})
    assert services.amendable_plan(town.session, plan).plan is withdrawn
    first.state = PaperState.WITHDRAWN
    first.withdrawn_at, first.withdrawn_by, first.withdrawal_reason = town.now, "system", first.subject
    town.session.flush()
    assert services.amendable_plan(town.session, plan).plan is plan
