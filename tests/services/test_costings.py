"""What measures cost, on both databases: who states it, when, and that nothing stated is lost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Department
from participation.accounts.services import add_representative
from participation.audit.models import AuditRecord
from participation.core.actor import ANONYMOUS, SYSTEM, Actor
from participation.core.errors import Conflict, Faults, Forbidden, Invalid, SignInNeeded
from participation.costings.models import Costing, Costs, Cover, EstimateQuality
from participation.costings.queries import costings_of, current_costings, open_measures, sheet
from participation.costings.services import enter_costing
from participation.processes.services import edit_process
from participation.proposals.models import Proposal
from participation.proposals.queries import proposal_by_code
from participation.rounds.kinds import Task
from participation.rounds.rules import RoundState
from participation.texts.queries import original
from tests.factories.city import PROCESS
from tests.factories.contributions import Town, make_town
from tests.factories.people import department
from tests.support.refusals import refused

COSTS = Costs(
    once_cents=250_000,
    annual_cents=2_800_000,
    quality=EstimateQuality.CALCULATED,
    cover=Cover.OPEN,
    language="de",
    note="Zwei Kursgruppen zu je 15 Personen.",
)


@pytest.fixture
def town(session: Session, now: datetime) -> Town:
    made = make_town(session, now)
    department(session, made.process, now=now, code="D2")
    made.recorded("M01", "Deutschkurse", department="D4")
    made.recorded("M02", "Beratung", department="D2")
    made.recorded("M03", "Noch niemandes")
    return made


def measure(town: Town, code: str = "M01") -> Proposal:
    return proposal_by_code(town.session, town.process.id, code)


def enter(town: Town, actor: Actor, code: str = "M01", costs: Costs = COSTS, **more: object) -> Costing:
    given: dict[str, object] = {"based_on": 0, "actor": actor, "now": town.now}
    return enter_costing(town.session, measure(town, code).id, costs, **(given | more))  # type: ignore[arg-type]


def test_a_department_costs_its_own_measures_in_a_round_that_asks(town: Town) -> None:
    costing = enter(town, town.jens)
    assert (costing.round_id, costing.revision, costing.volume.cents) == (town.costing.id, 1, 3_050_000)
    assert costing.note is not None
    assert original(costing.note).language == "de"
    for code in ("M02", "M03"):
        refused(Forbidden, "not_your_department", lambda code=code: enter(town, town.jens, code))  # type: ignore[misc]


def test_somebody_of_two_departments_costs_for_both(town: Town) -> None:

    second = town.session.scalars(select(Department).where(Department.code == "D2")).one()
    add_representative(town.session, second, town.jens.id, actor=SYSTEM, now=town.now)
    assert enter(town, town.jens, "M02").revision == 1


def test_before_during_and_after_the_round(town: Town) -> None:
    for moment in (town.costing.opens_at - timedelta(seconds=1), town.costing.closes_at):
        refused(Conflict, "no_round_for_costs", lambda moment=moment: enter(town, town.jens, now=moment))  # type: ignore[misc]
    refused(Conflict, "round_over", lambda: enter(town, town.jens, slug="kosten", now=town.costing.closes_at))
    town.costing.state = RoundState.CLOSED
    town.session.flush()
    refused(Conflict, "round_closed_early", lambda: enter(town, town.jens, slug="kosten"))
    refused(Conflict, "task_not_in_round", lambda: enter(town, town.jens, slug="online"))


def test_the_office_costs_any_measure_at_any_time(town: Town) -> None:
    town.costing.state = RoundState.CLOSED
    town.session.flush()
    assert enter(town, town.birte, "M03").round_id is None
    refused(Conflict, "round_closed_early", lambda: enter(town, town.birte, "M02", slug="kosten"))
    town.costing.state = RoundState.OPEN
    town.session.flush()
    assert enter(town, town.birte, "M02", slug="kosten").round_id == town.costing.id


@pytest.mark.parametrize("who", ["ayse", "olena", "farid", "elif_", "code"])
def test_nobody_else_states_costs(town: Town, who: str) -> None:
    refused(Forbidden, "not_permitted", lambda: enter(town, getattr(town, who)))
    refused(SignInNeeded, "sign_in_needed", lambda: enter(town, ANONYMOUS))


def test_a_new_statement_leaves_the_earlier_one_readable(town: Town) -> None:
    first = enter(town, town.jens)
    second = enter(town, town.birte, costs=replace(COSTS, annual_cents=2_900_000), based_on=1)
    assert [c.id for c in costings_of(town.session, measure(town).id)] == [second.id, first.id]
    assert current_costings(town.session, [measure(town).id])[measure(town).id].revision == 2
    assert town.session.scalars(select(Costing.written_by).order_by(Costing.revision)).all() == [
        town.jens.id,
        town.birte.id,
    ]


def test_the_same_statement_twice_is_one(town: Town) -> None:
    first = enter(town, town.jens, costs=replace(COSTS, note=" Notiz\r\n"))
    assert enter(town, town.jens, costs=replace(COSTS, note="Notiz")).id == first.id
    assert town.session.scalar(select(func.count()).select_from(Costing)) == 1


def test_two_people_do_not_overwrite_each_other(town: Town) -> None:
    enter(town, town.jens)
    stale = refused(Conflict, "costing_changed", lambda: enter(town, town.birte, costs=replace(COSTS, once_cents=1)))
    assert (stale.facts["revision"], stale.facts["based_on"]) == (1, 0)


@pytest.mark.parametrize(
    "changes, code, field",
    [
        ({"once_cents": -1}, "negative_amount", "once"),
        ({"annual_cents": 10**14}, "amount_too_large", "annual"),
        ({"low_cents": 1}, "range_needs_both_ends", "high"),
        ({"low_cents": 5, "high_cents": 1}, "range_upside_down", "high"),
        ({"low_cents": 1, "high_cents": 2}, "volume_outside_range", "low"),
        ({"cover_source": "Haushalt"}, "open_cover_has_no_source", "cover_source"),
        ({"note": "x" * 2_001}, "text_too_long", "note"),
        ({"cover": Cover.COVERED, "cover_source": "\u202eHaushalt"}, "bidi_control", "cover_source"),
        ({"language": "xx"}, "unknown_language", "note"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(town: Town, changes: dict[str, object], code: str, field: str) -> None:
    fault = refused(Invalid, code, lambda: enter(town, town.birte, costs=replace(COSTS, **changes)))  # type: ignore[arg-type]
    assert fault.field == field


def test_all_amounts_at_fault_are_named_at_once(town: Town) -> None:
    with pytest.raises(Faults) as refusal:
        enter(town, town.birte, costs=replace(COSTS, once_cents=-1, annual_cents=-1))
    assert [fault.field for fault in refusal.value.faults] == ["once", "annual"]


def test_goals_and_what_was_not_admitted_have_no_costs(town: Town) -> None:
    refused(Conflict, "only_measures_have_costs", lambda: enter(town, town.birte, "G1.1"))
    submitted = town.submitted()
    refused(Conflict, "measure_not_admitted", lambda: enter(town, town.birte, submitted.code))


def test_a_round_of_another_process_asks_for_nothing_here(town: Town) -> None:
    town.costing.task_names = [Task.COMMENT.value]
    town.session.flush()
    refused(Conflict, "no_round_for_costs", lambda: enter(town, town.jens))


def test_the_sheet_adds_up_and_says_what_is_owed(town: Town) -> None:
    enter(town, town.birte, "M01")
    enter(town, town.birte, "M02", replace(COSTS, once_cents=0, annual_cents=100_000, cover=Cover.COVERED))
    whole = sheet(town.session, town.process.id)
    assert [(line.proposal.code, line.running_cents) for line in whole.lines] == [
        ("M01", 3_050_000),
        ("M02", 3_150_000),
        ("M03", 3_150_000),
    ]
    assert (whole.once_cents, whole.annual_cents, whole.volume_cents) == (250_000, 2_900_000, 3_150_000)
    assert (whole.open_cents, whole.covered_cents) == (3_050_000, 100_000)
    nothing_covers = whole.of_cover(Cover.OPEN)
    assert (len(nothing_covers.costed), nothing_covers.once_cents + nothing_covers.annual_cents) == (
        len(whole.costed) - len(whole.of_cover(Cover.COVERED).costed),
        3_050_000,
    )
    assert [line.proposal.code for line in whole.owed] == ["M03"]
    second = whole.of_departments({measure(town, "M02").department_id})
    assert [(line.proposal.code, line.running_cents) for line in second.lines] == [("M02", 100_000)]
    assert [line.proposal.code for line in whole.of_departments({None}).owed] == ["M03"]
    assert [proposal.code for proposal in open_measures(town.session, town.process.id)] == ["M01"]


def test_open_measures_follow_the_latest_statement(town: Town) -> None:
    enter(town, town.birte, "M01")
    enter(town, town.birte, "M01", replace(COSTS, cover=Cover.COVERED, cover_source="Landesmittel"), based_on=1)
    assert open_measures(town.session, town.process.id) == []


def test_every_statement_is_recorded(town: Town) -> None:
    enter(town, town.jens)
    (entry,) = town.session.scalars(select(AuditRecord).where(AuditRecord.action == "costing_entered"))
    assert entry.facts["annual_cents"] == 2_800_000


def test_the_currency_can_change_until_something_is_costed_in_it(town: Town) -> None:
    def count_in(currency: str) -> None:
        edit_process(town.session, town.process.slug, replace(PROCESS, currency=currency), actor=SYSTEM, now=town.now)

    count_in("CHF")
    assert enter(town, town.birte).currency == "CHF"
    count_in("CHF")
    fault = refused(Conflict, "currency_in_use", lambda: count_in("EUR"))
    assert (fault.field, fault.facts["currency"], town.process.currency) == ("currency", "CHF", "CHF")
