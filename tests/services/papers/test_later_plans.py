"""The office plans on while a paper lies before the council: that is said, and nothing is mixed up."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.budgeting import services as budgeting
from participation.budgeting.models import Plan
from participation.core.errors import Conflict
from participation.papers import services
from participation.papers.queries import council_on_plans
from participation.papers.rules.consultations import Outcome
from participation.texts.models import Text
from tests.factories.chamber import begin, grant, settle
from tests.services.papers.test_council_papers import SLUG, Desk, chamber, desk, plan

__all__ = ["chamber", "desk", "plan"]

pytestmark = [
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("plan"),
]


def plan_anew(desk: Desk, slug: str, based_on: Plan | None = None) -> Plan:
    """Have the office settle a plan of its own a day later."""
    later = begin(desk.session, desk.chamber, desk.now, slug=slug)
    later.based_on = based_on
    desk.session.flush()
    return settle(desk.session, desk.chamber, later, desk.now + timedelta(days=1))


def changes(desk: Desk) -> list[services.Change]:
    document: Mapping[str, Any] = services.shown_document(desk.session, desk.paper(), lambda *_figures: {})
    return services.changes_since(desk.session, desk.paper(), document)


def test_a_plan_that_does_not_rest_on_the_paper_s_is_named_as_a_later_one(desk: Desk) -> None:
    desk.write()
    desk.issue()
    assert changes(desk) == []
    plan_anew(desk, "other")
    assert changes(desk) == [services.Change("other_plan", plan="other")]


def test_a_plan_on_the_basis_of_the_paper_s_is_named_once(desk: Desk, plan: Plan) -> None:
    desk.write()
    desk.issue()
    plan_anew(desk, "further", plan)
    assert changes(desk) == [services.Change("plan", plan="further")]


def test_money_that_is_granted_otherwise_since_the_issue_is_named(session: Session, desk: Desk) -> None:
    desk.write()
    desk.issue()
    birte = desk.chamber.hall.birte
    budgeting.withdraw_envelope(
        session, desk.chamber.slug, "E1", "Neu beraten.", language="de", based_on=1, actor=birte, now=desk.now
    )
    grant(session, desk.chamber, desk.now, "E2")
    assert changes(desk) == [services.Change("envelopes", codes=("E1", "E2"))]


@pytest.mark.parametrize("basis", ["of the paper", "none"])
def test_what_the_council_did_not_read_is_asked_about_and_not_changed(desk: Desk, plan: Plan, basis: str) -> None:
    desk.write()
    station = desk.station("rat", desk.now.date())
    desk.issue()
    desk.outcome(station, Outcome.ADOPTED_AMENDED)
    first = desk.amend(station, {"M1": None}).plan
    plan_anew(desk, "own", plan if basis == "of the paper" else None)
    for beside in ("", "another"):
        with pytest.raises(Conflict, match="plan_overtaken") as refusal:
            desk.amend(station, {"M1": 2031}, beside=beside)
        assert refusal.value.facts["plan"] == "own"
    assert desk.amend(station, {}).plan is None
    desk.now += timedelta(days=2)
    assert desk.amend(station, {"M1": 2031}, beside="own").plan.based_on is first
    found = council_on_plans(desk.session, plan.process_id)
    assert (found.in_force and found.in_force.slug, found.proposed and found.proposed.slug) == ("plan-amended-2", "own")


def test_a_second_press_begins_no_second_draft_of_the_next_version(desk: Desk) -> None:
    desk.write()
    desk.issue()
    session, process, birte, now = desk.session, desk.chamber.slug, desk.chamber.hall.birte, desk.now
    begun = services.begin_next_version(session, process, SLUG, actor=birte, now=now)
    with pytest.raises(Conflict, match="version_begun") as refusal:
        services.begin_next_version(session, process, SLUG, actor=birte, now=now)
    assert refusal.value.facts["number"] == begun.number
    services.discard_paper(session, process, begun.slug, based_on=begun.revision, actor=birte, now=now)
    assert services.begin_next_version(session, process, SLUG, actor=birte, now=now).number == begun.number


def test_points_that_a_draft_drops_and_drafts_that_are_discarded_leave_no_words_behind(desk: Desk) -> None:
    def texts() -> int:
        return desk.session.scalar(select(func.count()).select_from(Text)) or 0

    before = texts()
    desk.write(decisions=("Erstens.",), reasons="Darum.")
    one = texts()
    desk.revise(decisions=("Erstens.", "Zweitens.", "Drittens."), reasons="Darum.")
    assert texts() == one + 2
    desk.revise(decisions=("Erstens.",), reasons="Darum.")
    assert texts() == one
    now, birte, slug = desk.now, desk.chamber.hall.birte, desk.chamber.slug
    services.discard_paper(desk.session, slug, SLUG, based_on=desk.paper().revision, actor=birte, now=now)
    assert texts() == before
