"""A ranking and the money of several years."""

import gzip
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.budget.ledger import Envelope, Ledger
from participation.tally.budget.years import Means, Measure, Plan, plan_over_years
from participation.tally.errors import InvalidBudget, UndecidedTie
from participation.tally.joint import RoundScores, joint_scores
from participation.tally.jsonlines import read_ballots
from participation.tally.scoring import win_rates
from tests.unit.tally.example_city import BALLOTS, city, declarations

SEED = b"drawn in public"
YEARS = range(2031, 2035)


def plan(measures: Sequence[Measure], scores: dict[str, Any], envelopes: Sequence[Envelope], **how: Any) -> Plan:
    return plan_over_years(measures, scores, Means(how.pop("years", YEARS), envelopes, "EUR"), **{"seed": SEED, **how})


def eur(amount: int) -> int:
    return amount * 100


# The case that the project is measured by


def example_measures() -> list[Measure]:
    return [
        Measure(
            one["code"],
            once=eur(one["costing"]["once_eur"]),
            yearly=eur(one["costing"]["annual_eur"]),
            covered=one["costing"]["financing"] == "covered",
        )
        for one in city()["measures"]
    ]


def example_ranking() -> dict[str, Fraction | None]:
    with gzip.open(BALLOTS) as file:
        counted = read_ballots(file, name=BALLOTS.name, declared=declarations())
    [joint] = [one for one in city()["joint_rankings"] if one["id"] == "joint-measures"]
    weights = {one["round"]: one["weight"] for one in joint["weights"]}
    return joint_scores([RoundScores(name, win_rates(counted[name].counts)) for name in weights], weights).scores()


def example_envelopes() -> list[Envelope]:
    return [
        Envelope(one["code"], eur(one["amount_eur"]), 2030 + one["from_year"], one["to_year"] and 2030 + one["to_year"])
        for one in city()["envelopes"]
    ]


def test_the_example_city_has_62_measures_and_460_000_euros_to_find() -> None:
    measures = example_measures()
    open_ = [one for one in measures if not one.covered]
    assert (len(measures), len(measures) - len(open_), len(open_)) == (62, 37, 25)
    assert sum(one.once for one in open_) == eur(95_000)
    assert sum(one.yearly for one in open_) == eur(365_000)
    assert sum(one.volume for one in open_) == eur(460_000)


def test_the_example_city_s_plan_says_for_every_measure_when_or_why_not() -> None:
    """By hand down the joint ranking: 100,000 EUR in the first year, 120,000 a year from the second on."""
    made = plan(example_measures(), example_ranking(), example_envelopes(), years=range(2031, 2036))
    assert len(made.covered) == 37
    assert list(made.starts)[:3] == ["M36", "M19", "M12"]
    assert len(made.decisions) == 62
    assert [year.granted for year in made.years] == [eur(100_000), *[eur(120_000)] * 4]
    spent = spending(made, example_measures(), range(2031, 2036))
    assert [year.spent for year in made.years] == spent
    assert all(year.spent + year.lapsed == year.granted for year in made.years)
    reasons = made.reasons()
    assert reasons["M02"] == "covered: costs the envelope nothing"
    assert {option: reasons[option] for option in EXAMPLE} == {
        option: reason for option, (_, reason) in EXAMPLE.items()
    }
    assert dict(made.starts) == {option: start for option, (start, _) in EXAMPLE.items() if start}
    assert made.ties == ()


EXAMPLE: dict[str, tuple[int | None, str]] = {
    "M36": (
        2031,
        "taken in 2031: 18,000 of the 100,000 EUR left, then 18,000 a year of at least 120,000",
    ),
    "M19": (
        2031,
        "taken in 2031: 24,000 of the 82,000 EUR left, then 24,000 a year of at least 102,000",
    ),
    "M12": (
        2031,
        "taken in 2031: 20,000 of the 58,000 EUR left, then 16,000 a year of at least 78,000",
    ),
    "M09": (
        2031,
        "taken in 2031: 24,000 of the 38,000 EUR left, then 24,000 a year of at least 62,000",
    ),
    "M06": (
        2032,
        "taken in 2032: 30,000 of the 38,000 EUR left, then 22,000 a year of at least 38,000",
    ),
    "M01": (None, "does not fit: needs 28,000, 16,000 EUR left in 2033"),
    "M41": (2031, "taken in 2031: 12,000 of the 14,000 EUR left"),
    "M07": (
        2033,
        "taken in 2033: 15,000 of the 16,000 EUR left, then 15,000 a year of at least 16,000",
    ),
    "M51": (None, "does not fit: needs 8,000, 1,000 EUR left in 2033"),
}
"""Of the 25 measures, those that start and some that do not, in the order of the ranking."""


def spending(made: Plan, measures: Sequence[Measure], years: range) -> list[int]:
    """What the measures that start cost in each year, added up apart."""
    named = {one.option: one for one in measures}
    return [
        sum(
            (named[option].once if year == start else 0)
            + (named[option].yearly if year < start + (named[option].years or 99) else 0)
            for option, start in made.starts.items()
            if start <= year
        )
        for year in years
    ]


# Single rules


def test_a_measure_starts_in_the_earliest_year_in_which_all_its_years_fit() -> None:
    envelopes = [Envelope("start", eur(10_000), 2031, 2031), Envelope("more", eur(30_000), 2032)]
    measures = [
        Measure("guide", 0, eur(10_000)),
        Measure("room", eur(5_000), eur(15_000)),
        Measure("bus", 0, eur(6_000)),
    ]
    made = plan(measures, {"guide": 3, "room": 2, "bus": 1}, envelopes)
    assert dict(made.starts) == {"guide": 2031, "room": 2032}
    assert made.reasons() == {
        "guide": "taken in 2031: 10,000 of the 10,000 EUR left, then 10,000 a year of at least 30,000",
        "room": "taken in 2032: 20,000 of the 20,000 EUR left, then 15,000 a year of at least 20,000",
        "bus": "does not fit: needs 6,000, 5,000 EUR left in 2033",
    }
    assert [(year.spent, year.lapsed) for year in made.years] == [
        (eur(10_000), 0),
        (eur(30_000), 0),
        (eur(25_000), eur(5_000)),
        (eur(25_000), eur(5_000)),
    ]


def test_a_measure_of_limited_years_gives_its_money_back() -> None:
    measures = [Measure("course", 0, eur(10), years=2), Measure("bus", 0, eur(10))]
    made = plan(measures, {"course": 2, "bus": 1}, [Envelope("all", eur(10), 2031)])
    assert dict(made.starts) == {"course": 2031, "bus": 2033}


def test_a_measure_does_not_start_before_it_can() -> None:
    measures = [Measure("room", eur(5), 0, from_year=2033), Measure("park", eur(5), 0, from_year=2040)]
    made = plan(measures, {"room": 2, "park": 1}, [Envelope("all", eur(10), 2031)])
    assert dict(made.starts) == {"room": 2033}
    assert made.reasons()["park"] == "does not start: can begin in 2040 at the earliest, the plan ends with 2034"


def test_unspent_money_lapses_unless_its_envelope_carries_it_over() -> None:
    measures = [Measure("park", eur(25), 0)]
    assert not plan(measures, {"park": 1}, [Envelope("all", eur(10), 2031)]).starts
    saved = plan(measures, {"park": 1}, [Envelope("all", eur(10), 2031, carries_over=True)])
    assert dict(saved.starts) == {"park": 2033}
    assert [(year.carried_in, year.spent, year.carried_out) for year in saved.years] == [
        (0, 0, eur(10)),
        (eur(10), 0, eur(20)),
        (eur(20), eur(25), eur(5)),
        (eur(5), 0, eur(15)),
    ]


def test_money_that_is_saved_for_a_later_start_is_not_spent_before() -> None:
    measures = [Measure("park", eur(20), 0, from_year=2032), Measure("bus", eur(5), 0)]
    envelopes = [Envelope("once", eur(22), 2031, 2031, carries_over=True)]
    made = plan(measures, {"park": 2, "bus": 1}, envelopes, years=range(2031, 2034))
    assert dict(made.starts) == {"park": 2032}
    assert made.reasons()["bus"] == "does not fit: needs 5, 2 EUR left in 2031"


def test_what_would_lapse_is_spent_first() -> None:
    envelopes = [Envelope("lapses", eur(10), 2031), Envelope("stays", eur(10), 2031, carries_over=True)]
    made = plan([Measure("room", eur(12), 0)], {"room": 1}, envelopes, years=range(2031, 2033))
    assert [(year.spent, year.carried_out, year.lapsed) for year in made.years] == [
        (eur(12), eur(8), 0),
        (0, eur(18), eur(10)),
    ]


def test_what_was_decided_by_hand_comes_first_and_stays_visible() -> None:
    measures = [Measure("park", eur(10), 0), Measure("room", eur(10), 0), Measure("bus", eur(1), 0)]
    scores = {"park": 3, "room": 2, "bus": 1}
    made = plan(measures, scores, [Envelope("all", eur(10), 2031, 2031)], settled={"room": 2031, "bus": None})
    assert made.reasons() == {
        "room": "decided by hand: starts in 2031, 10 of the 10 EUR left",
        "bus": "decided by hand: does not start",
        "park": "does not fit: needs 10, 0 EUR left in 2031",
    }
    with pytest.raises(InvalidBudget, match="settled_does_not_fit"):
        plan(measures, scores, [Envelope("all", eur(9), 2031)], settled={"room": 2031})


def test_equals_are_told_apart_only_where_it_matters() -> None:
    measures = [Measure("park", eur(10), 0), Measure("room", eur(8), 0)]
    equal = {"park": 1, "room": 1}
    plenty = plan(measures, equal, [Envelope("all", eur(18), 2031)], tie_break="refuse")
    assert (dict(plenty.starts), plenty.ties) == ({"park": 2031, "room": 2031}, ())
    scarce = plan(measures, equal, [Envelope("all", eur(10), 2031)])
    assert dict(scarce.starts) == {"room": 2031, "park": 2032}
    assert [(tie.options, tie.decided_by) for tie in scarce.ties] == [(("room", "park"), ("lower_cost",))]
    with pytest.raises(UndecidedTie):
        plan(measures, equal, [Envelope("all", eur(10), 2031)], tie_break="refuse")


@pytest.mark.parametrize(
    "measures,envelopes,how,code",
    [
        ([Measure("park", -1, 0)], [], {}, "not_an_amount_in_cents"),
        ([Measure("park", 0, 0.5)], [], {}, "not_an_amount_in_cents"),  # type: ignore[arg-type]
        ([Measure("park", 0, 1, years=0)], [], {}, "years_not_positive"),
        ([Measure("park", 0, 1)], [Envelope("e", -5, 2031)], {}, "not_an_amount_in_cents"),
        ([Measure("park", 0, 1)], [Envelope("e", 5, 2032, 2031)], {}, "ends_before_it_starts"),
        ([Measure("park", 0, 1)], [], {"years": range(0)}, "not_consecutive_years"),
        ([Measure("park", 0, 1), Measure("room", 0, 1)], [], {}, "scores_do_not_match_options"),
        ([Measure("park", 0, 1)], [], {"settled": {"bus": 2031}}, "cannot_be_settled"),
        ([Measure("park", 0, 1)], [], {"settled": {"park": 2050}}, "cannot_be_settled"),
    ],
)
def test_what_says_nothing_is_refused(measures: Any, envelopes: Any, how: Any, code: str) -> None:
    with pytest.raises(InvalidBudget, match=code):
        plan(measures, {"park": 1}, envelopes, **how)


# Properties


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Measure], dict[str, int | None], list[Envelope]]:
    names = [f"M{place}" for place in range(draw(st.integers(1, 6)))]
    cents, first, years = st.integers(0, 6), st.none() | st.integers(2030, 2036), st.none() | st.integers(1, 3)
    covered = st.integers(0, 9).map(lambda number: number == 0)
    measures = [Measure(name, draw(cents), draw(cents), draw(covered), draw(first), draw(years)) for name in names]
    envelopes = []
    for place in range(draw(st.integers(0, 3))):
        start = draw(st.integers(2030, 2034))
        end = draw(st.none() | st.integers(start, 2036))
        envelopes.append(Envelope(f"E{place}", draw(st.integers(0, 12)), start, end, draw(st.booleans())))
    return measures, {name: draw(st.none() | st.integers(0, 3)) for name in names}, envelopes


def payable(starts: dict[str, int], measures: Sequence[Measure], envelopes: Sequence[Envelope]) -> bool:
    """Whether the envelopes pay for these starts: year by year, from what lapses first."""
    named, purse = {one.option: one for one in measures}, 0
    for year in YEARS:
        cost = sum(named[option].needs(start, YEARS).get(year, 0) for option, start in starts.items())
        lapsing = sum(one.grants(year) for one in envelopes if not one.carries_over)
        purse += sum(one.grants(year) for one in envelopes if one.carries_over) - max(0, cost - lapsing)
        if purse < 0:
            return False
    return True


@given(plans())
def test_every_plan_can_be_paid_and_none_could_start_earlier(
    drawn: tuple[list[Measure], dict[str, int | None], list[Envelope]],
) -> None:
    measures, scores, envelopes = drawn
    made = plan(measures, scores, envelopes)
    open_ = {one.option: one for one in measures if not one.covered}
    assert payable(dict(made.starts), measures, envelopes)
    assert [year.spent for year in made.years] == spending(made, measures, YEARS)
    assert all(one.granted + one.carried_in == one.spent + one.carried_out + one.lapsed for one in made.years)
    before: dict[str, int] = {}
    for decision in made.decisions:
        measure = open_.get(decision.option)
        if measure is None or scores[decision.option] is None:
            continue
        possible = [
            year
            for year in YEARS
            if year >= (measure.from_year or 0) and payable({**before, decision.option: year}, measures, envelopes)
        ]
        assert made.starts.get(decision.option) == (possible[0] if possible else None)
        before |= {decision.option: possible[0]} if possible else {}
        assert decision.reason


@given(plans())
def test_a_tie_is_named_where_another_order_starts_something_else(
    drawn: tuple[list[Measure], dict[str, int | None], list[Envelope]],
) -> None:
    measures, scores, envelopes = drawn
    plans_ = []
    for order in list(permutations(measures))[:24]:
        made = plan(order, scores, envelopes, tie_break="listed")
        plans_.append((dict(made.starts), bool(made.ties)))
    if any(starts != plans_[0][0] for starts, _ in plans_):
        assert all(named for _, named in plans_)


@given(plans(), st.sampled_from(YEARS), st.integers(0, 20))
def test_what_is_said_to_be_left_in_a_year_can_be_spent_in_it_and_no_cent_more(
    drawn: tuple[list[Measure], dict[str, int | None], list[Envelope]], year: int, spent: int
) -> None:
    _, _, envelopes = drawn
    ledger = Ledger.of(envelopes, YEARS)
    if ledger.shortage({year: spent}) is None:
        ledger.spend({year: spent})
    for other, cents in ledger.left().items():
        assert ledger.shortage({other: cents}) is None
        assert ledger.shortage({other: cents + 1}) is not None
