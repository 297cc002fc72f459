"""What a costing says beyond money: years, posts, feasibility and months; what rounds freeze of it stays as it was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from participation.ballots.freezing import frozen_contents
from participation.core.errors import Faults, Invalid
from participation.costings.models import Costing, Costs, Cover, EstimateQuality, Feasibility
from participation.costings.queries import history_of, sheet
from participation.costings.rules import parse_month, parse_posts, parse_years
from participation.costings.services import enter_costing
from participation.proposals.queries import proposal_by_code
from tests.factories.contributions import Town, make_town

SAID = Costs(
    once_cents=100_000,
    annual_cents=2_000_000,
    quality=EstimateQuality.CALCULATED,
    cover=Cover.OPEN,
    language="de",
    years=3,
    posts_hundredths=50,
    needs_post=True,
    feasibility=Feasibility.WITH_CONDITIONS,
    statement="Nur mit einem Raum im Stadtteil.",
    first_month="2027-03",
    last_month="2030-02",
)


@pytest.fixture
def town(session: Session, now: datetime) -> Town:
    made = make_town(session, now)
    made.recorded("M01", "Deutschkurse", department="D4")
    return made


def enter(town: Town, costs: Costs = SAID, *, based_on: int = 0, office: bool = False) -> Costing:
    measure = proposal_by_code(town.session, town.process.id, "M01")
    actor = town.birte if office else town.jens
    return enter_costing(town.session, measure.id, costs, based_on=based_on, actor=actor, now=town.now)


def test_everything_that_was_said_is_kept_with_the_unit_that_said_it(town: Town) -> None:
    costing = enter(town)
    assert costing.costs == SAID
    assert costing.whole_cents == 6_100_000
    assert costing.department is not None
    assert costing.department.code == "D4"


def test_a_yearly_cost_without_years_runs_for_good(town: Town) -> None:
    assert enter(town, replace(SAID, years=None)).whole_cents is None
    assert enter(town, replace(SAID, years=None, annual_cents=0), based_on=1).whole_cents == 100_000


def test_the_history_says_who_and_keeps_what_was_before(town: Town) -> None:
    first = enter(town)
    second = enter(town, replace(SAID, years=5), based_on=1, office=True)
    assert second.department is None
    history = history_of(town.session, first.proposal_id)
    assert [(one.costing.id, one.before and one.before.id) for one in history] == [
        (second.id, first.id),
        (first.id, None),
    ]


def test_the_sheet_says_which_yearly_costs_end_and_which_posts_are_needed(town: Town) -> None:
    town.recorded("M02", "Beratung", department="D4")
    enter(town)
    measure = proposal_by_code(town.session, town.process.id, "M02")
    lasting = replace(SAID, years=None, posts_hundredths=None, annual_cents=500_000)
    enter_costing(town.session, measure.id, lasting, based_on=0, actor=town.birte, now=town.now)
    whole = sheet(town.session, town.process.id)
    assert (whole.annual_cents, whole.ending_cents) == (2_500_000, 2_000_000)
    assert (whole.posts_hundredths, whole.uncounted_posts) == (50, 1)


def test_what_a_round_freezes_of_a_costing_is_what_it_always_was(town: Town) -> None:
    enter(town)
    (content,) = frozen_contents(town.session, [proposal_by_code(town.session, town.process.id, "M01")])
    assert content["costing"] == {
        "revision": 1,
        "once_cents": 100_000,
        "annual_cents": 2_000_000,
        "low_cents": None,
        "high_cents": None,
        "currency": "EUR",
        "quality": "calculated",
        "cover": "open",
        "needs_post": True,
    }


@pytest.mark.parametrize(
    "changes, code, field",
    [
        ({"years": 0}, "years_out_of_range", "years"),
        ({"annual_cents": 0}, "years_without_yearly_cost", "years"),
        ({"needs_post": False}, "posts_contradict", "posts"),
        ({"posts_hundredths": 0}, "posts_contradict", "posts"),
        ({"posts_hundredths": -1}, "posts_out_of_range", "posts"),
        ({"statement": " "}, "statement_missing", "statement"),
        ({"feasibility": Feasibility.NOT_FEASIBLE, "statement": ""}, "statement_missing", "statement"),
        ({"feasibility": None}, "statement_without_feasibility", "feasibility"),
        ({"first_month": None}, "time_frame_needs_beginning", "first_month"),
        ({"last_month": "2027-02"}, "time_frame_upside_down", "last_month"),
        ({"last_month": "2030-13"}, "not_a_month", "last_month"),
        ({"statement": "\u202eNur"}, "bidi_control", "statement"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    town: Town, changes: Mapping[str, object], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        enter(town, replace(SAID, **changes))  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_all_faults_are_named_at_once(town: Town) -> None:
    with pytest.raises(Faults) as refusal:
        enter(town, replace(SAID, years=500, statement="", last_month="x", cover_source="Haushalt"))
    assert [fault.field for fault in refusal.value.faults] == ["years", "last_month", "cover_source", "statement"]


@pytest.mark.parametrize("typed, month", [("2027-03", "2027-03"), ("3/2027", "2027-03"), ("٠٣.٢٠٢٧", "2027-03")])
def test_months_are_read_as_people_write_them(typed: str, month: str) -> None:
    assert parse_month(typed, field="first_month") == month


@pytest.mark.parametrize("typed, hundredths", [("1", 100), ("0,5", 50), ("1.25", 125), ("٢٫٥", 250)])
def test_posts_are_read_with_comma_and_point(typed: str, hundredths: int) -> None:
    assert parse_posts(typed) == hundredths


@pytest.mark.parametrize(
    "reader, typed",
    [(parse_posts, "one"), (parse_posts, "1,255"), (parse_posts, "-1"), (parse_years, "2,5"), (parse_years, "drei")],
)
def test_other_numbers_are_refused_in_words(reader: object, typed: str) -> None:
    with pytest.raises(Invalid):
        reader(typed)  # type: ignore[operator]
