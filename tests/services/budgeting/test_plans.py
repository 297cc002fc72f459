"""From a ranking, costs and money to a plan, and what cannot be done with one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.budgeting import queries, services
from participation.budgeting.models import Plan
from participation.budgeting.rules.plans import Choice
from participation.budgeting.services import HandDecision
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid
from participation.results.rules.documents import document_hash
from tests.factories.chamber import Chamber, begin, cost, envelope_draft, grant, make_chamber, settle
from tests.factories.results import declare
from tests.factories.votes import make_round


@pytest.fixture
def chamber(session: Session, now: datetime, keys: KeyStore) -> Chamber:
    return make_chamber(session, now, keys)


@pytest.fixture
def plan(session: Session, chamber: Chamber, now: datetime) -> Plan:
    grant(session, chamber, now)
    return begin(session, chamber, now)


INSERT = (
    "INSERT INTO plan_decisions (id, plan_id, number, measure, choice, reason_id, decided_at, decided_by) "
    "SELECT 'x', plan_id, 2, measure, choice, reason_id, decided_at, decided_by FROM plan_decisions"
)


def decide(
    session: Session, chamber: Chamber, plan: Plan, now: datetime, measure: str, choice: Choice, year: int | None = None
) -> None:
    said = HandDecision(measure, choice, "Weil es drängt.", "de", year)
    services.decide_by_hand(
        session, chamber.slug, plan.slug, said, based_on=plan.revision, actor=chamber.hall.birte, now=now
    )


def rows(session: Session, plan: Plan) -> dict[str, tuple[str, int | None, str]]:
    document = queries.plan_document(session, plan)
    return {row["code"]: (row["status"], row["start_year"], row["reason"]["code"]) for row in document["measures"]}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_draft_says_for_every_measure_why_it_is_in_or_not(session: Session, plan: Plan) -> None:
    assert rows(session, plan) == {
        "M1": ("starts", 2031, "starts_and_stays"),
        "M2": ("out", None, "no_year_fits"),
        "M3": ("out", None, "no_year_fits"),
        "M4": ("out", None, "no_year_fits"),
        "M5": ("apart", None, "not_in_the_ranking"),
        "M6": ("covered", None, "covered"),
        "M7": ("apart", None, "not_costed"),
    }
    document = queries.plan_document(session, plan)
    assert (document["totals"]["all"]["measures"], document["totals"]["uncosted"]["measures"]) == (6, 1)
    assert document["totals"]["open"] == {
        "measures": 5,
        "once_cents": 2_100_000,
        "annual_cents": 10_000_000,
        "volume_cents": 12_100_000,
    }
    assert document["near_misses"][0] == {"code": "M4", "missing_cents": 400_000, "year": 2031}
    assert document["steps"][0]["starts"] == ["M4"]
    assert document["steps"][1]["no_longer"] == ["M1"]
    assert document["funding_line"] == {"after": "M1", "beyond": []}


def test_a_settled_plan_keeps_costs_and_money_as_they_were(
    session: Session, chamber: Chamber, plan: Plan, now: datetime
) -> None:
    settle(session, chamber, plan, now)
    before = queries.plan_document(session, plan)
    cost(session, "M1", 0, 1, now)
    grant(session, chamber, now, "E2")
    session.expire_all()
    assert queries.plan_document(session, plan) == before
    assert plan.snapshot_hash == document_hash(before)
    assert queries.latest_settled(session, plan.process_id) is plan


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_figures_that_nobody_has_read_are_not_settled(
    session: Session, chamber: Chamber, plan: Plan, now: datetime
) -> None:
    read = queries.plan_hash(session, plan)
    birte = chamber.hall.birte
    services.revise_envelope(session, chamber.slug, "E1", envelope_draft(cents=100), based_on=1, actor=birte, now=now)
    with pytest.raises(Conflict, match="plan_changed"):
        settle(session, chamber, plan, now, seen=read)
    services.revise_envelope(session, chamber.slug, "E1", envelope_draft(), based_on=2, actor=birte, now=now)
    cost(session, "M1", 0, 1, now)
    with pytest.raises(Conflict, match="plan_changed"):
        settle(session, chamber, plan, now, seen=read)
    assert settle(session, chamber, plan, now).is_settled


def test_the_database_refuses_every_change_of_a_settled_plan(
    session: Session, chamber: Chamber, plan: Plan, now: datetime
) -> None:
    decide(session, chamber, plan, now, "M1", Choice.OUT)
    statements = [
        "UPDATE plans SET last_year = 2040",
        "UPDATE plan_decisions SET choice = 'later'",
        "DELETE FROM plan_decisions",
        INSERT,
        "DELETE FROM plans",
    ]
    session.execute(text(statements[0]))  # the control: a draft changes
    session.expire_all()
    settle(session, chamber, plan, now)
    session.commit()
    for statement in statements:
        with pytest.raises(DatabaseError, match="a settled plan never changes"):
            session.execute(text(statement))
        session.rollback()


def test_the_council_changes_a_settled_plan_and_nothing_else_moves(
    session: Session, chamber: Chamber, plan: Plan, now: datetime
) -> None:
    settle(session, chamber, plan, now)
    cost(session, "M4", 1, 0, now)
    changes = {"M1": None, "M2": 2032}
    amended = services.amend_plan(
        session,
        plan,
        changes,
        "Der Rat will M2.",
        "VO/2031/00001#3",
        actor=chamber.hall.birte,
        now=now + timedelta(hours=1),
    )
    document = queries.plan_document(session, amended)
    assert rows(session, amended)["M1"] == ("out", None, "settled_out")
    assert rows(session, amended)["M2"] == ("starts", 2032, "settled_in")
    assert rows(session, amended)["M4"] == ("out", None, "no_year_fits"), "the council did not decide about it"
    assert document["measures"][0]["by_hand"]["consultation"] == "VO/2031/00001#3"
    assert (document["origin"], document["based_on"]) == ("amended", plan.slug)
    assert document["by_year"][1]["spent_cents"] == 2_000_000
    assert document["rules"]["rules"][0]["selected"] == ["M2"]
    assert queries.latest_settled(session, plan.process_id) is amended


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_council_cannot_spend_money_that_is_not_there(
    session: Session, chamber: Chamber, plan: Plan, now: datetime
) -> None:
    settle(session, chamber, plan, now)
    with pytest.raises(Conflict, match="decision_does_not_fit") as refusal:
        services.amend_plan(session, plan, {"M3": 2031}, "Ja.", "x", actor=chamber.hall.birte, now=now)
    assert refusal.value.facts["missing_cents"] == 5_800_000


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_decisions_by_hand_come_first_stay_visible_and_can_be_taken_back(
    session: Session, chamber: Chamber, plan: Plan, now: datetime
) -> None:
    decide(session, chamber, plan, now, "M1", Choice.LATER)
    decide(session, chamber, plan, now, "M5", Choice.STARTS, 2032)
    assert rows(session, plan)["M1"] == ("later", None, "settled_later")
    assert rows(session, plan)["M2"] == ("starts", 2031, "starts_and_stays")
    assert rows(session, plan)["M5"] == ("starts", 2032, "settled_in")
    decide(session, chamber, plan, now, "M1", Choice.BY_THE_RANKING)
    assert rows(session, plan)["M1"][0] == "out", "M5 takes what it needs first"
    assert [one.measure for one in plan.decisions] == ["M1", "M5", "M1"]
    further = begin(session, chamber, now, slug="further")
    assert further.decisions == []


def test_decisions_of_one_day_are_in_the_order_of_the_rules_on_every_database(
    session: Session, chamber: Chamber, now: datetime
) -> None:
    for code in ("a1", "B1", "A-2", "A1"):
        grant(session, chamber, now, code)
    assert [one.code for one in queries.granting(session, chamber.hall.process.id)] == ["A-2", "A1", "B1", "a1"]


REFUSED = [
    ("M9", Choice.OUT, None, Invalid, "unknown_measure_of_plan"),
    ("", Choice.OUT, None, Invalid, "measure_missing"),
    ("M2", Choice.STARTS, None, Invalid, "start_year_missing"),
    ("M2", Choice.STARTS, 2040, Invalid, "start_year_outside"),
    ("M2", Choice.OUT, 2031, Invalid, "start_year_without_start"),
    ("M6", Choice.OUT, None, Conflict, "measure_has_cover"),
    ("M7", Choice.STARTS, 2031, Conflict, "measure_without_costs"),
    ("M3", Choice.STARTS, 2031, Conflict, "decision_does_not_fit"),
]


@pytest.mark.parametrize("refused", REFUSED)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_cannot_be_decided_is_refused(
    session: Session,
    chamber: Chamber,
    plan: Plan,
    now: datetime,
    refused: tuple[str, Choice, int | None, type[DomainError], str],
) -> None:
    measure, choice, year, kind, code = refused
    with pytest.raises(kind, match=code):
        decide(session, chamber, plan, now, measure, choice, year)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_plan_needs_a_ranking_with_a_result_money_and_somebody_who_may(
    session: Session, chamber: Chamber, now: datetime
) -> None:
    make_round(session, chamber.hall.process, now, slug="later")
    declare(session, chamber.hall, {"later": 1}, now, slug="waiting")
    with pytest.raises(Conflict, match="ranking_not_concluded"):
        begin(session, chamber, now, ranking="waiting")
    with pytest.raises(Invalid, match="ranking_missing"):
        begin(session, chamber, now, ranking="")
    plan = begin(session, chamber, now)
    with pytest.raises(Conflict, match="plan_slug_taken"):
        begin(session, chamber, now)
    with pytest.raises(Conflict, match="plan_without_money"):
        settle(session, chamber, plan, now)
    with pytest.raises(Conflict, match="plan_changed"):
        services.settle_plan(session, chamber.slug, plan.slug, based_on=7, seen="", actor=chamber.hall.birte, now=now)
    with pytest.raises(Forbidden):
        services.settle_plan(session, chamber.slug, plan.slug, based_on=1, seen="", actor=chamber.hall.ayse, now=now)
    services.discard_plan(session, chamber.slug, plan.slug, based_on=1, actor=chamber.hall.birte, now=now)
    assert list(queries.plans_of(session, plan.process_id)) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_money_that_is_gone_again_is_said_at_the_decision_that_needs_it(
    session: Session, chamber: Chamber, plan: Plan, now: datetime
) -> None:
    grant(session, chamber, now, "E2", cents=5_000_000)
    decide(session, chamber, plan, now, "M3", Choice.STARTS, 2031)
    services.withdraw_envelope(
        session, chamber.slug, "E2", "Gestrichen.", language="de", based_on=1, actor=chamber.hall.birte, now=now
    )
    assert rows(session, plan)["M3"] == ("out", None, "by_hand_does_not_fit")
    with pytest.raises(Conflict, match="decisions_do_not_fit"):
        settle(session, chamber, plan, now)
