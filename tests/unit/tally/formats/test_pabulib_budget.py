from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.budget.rules import RULES
from participation.tally.errors import InvalidBudget, UnreadableFile
from participation.tally.formats.budget_text import budget_table
from participation.tally.formats.pabulib import Project
from participation.tally.formats.pabulib_budget import FILE_RULES, Settings, decide_file
from participation.tally.formats.pabulib_scores import scores, votes
from participation.tally.formats.published import is_greedy_under_some_tie_break
from tests.unit.tally.pabulib_files import APPROVAL, CUMULATIVE, ORDINAL, read


def decide(text: str, rule: str | None = None, **settings: Any) -> dict[str, Any]:
    return decide_file(read(text), Settings(rule=rule, seed=b"seed", **settings))


def test_a_budget_is_decided_with_reasons_and_compared_with_what_the_file_publishes() -> None:
    document = decide(APPROVAL)
    assert (document["rule"], document["stated_rule"], document["note"]) == ("greedy", "greedy", None)
    assert (document["budget"], document["spent"], document["selected"]) == (2500, "2400.5", ["1", "2"])
    assert document["reasons"] == {
        "1": "taken: 600 of the 2,500 left",
        "2": "taken: 1,800.50 of the 1,900 left",
        "4": "does not fit: needs 1,400, 99.50 left",
    }
    published = document["published"]
    assert [published[f"{name}_agree"] for name in ("votes", "score", "limits", "selected")] == [True, None, True, True]
    assert published["differences"] == []


def test_the_score_is_what_the_ballots_say_whatever_the_column_says() -> None:
    assert scores(read(CUMULATIVE)) == {"LET/1": 13, "LET/2": 4}
    lying = CUMULATIVE.replace("LET/1;60;2;13", "LET/1;60;9;99")
    assert scores(read(lying)) == {"LET/1": 13, "LET/2": 4}
    published = decide(lying)["published"]
    assert (published["votes_agree"], published["score_agree"]) == (False, False)
    assert published["differences"] == [
        {"what": "votes", "id": "LET/1", "line": 11, "published": 9, "found": 2},
        {"what": "score", "id": "LET/1", "line": 11, "published": 99, "found": 13},
    ]


def test_an_ordinal_ballot_of_length_two_gives_two_points_and_one() -> None:
    assert scores(read(ORDINAL)) == {"x": 3, "y": 2, "z": 1}
    assert votes(read(ORDINAL)) == {"x": 2, "y": 1, "z": 1}
    with pytest.raises(UnreadableFile):
        scores(read(ORDINAL.replace("rule;greedy", "rule;greedy\nscoring_fn;Dowdall")))


def test_points_beside_an_ordinal_ballot_count_instead() -> None:
    text = ORDINAL.replace("voter_id;vote", "voter_id;vote;points").replace("x,z", "x,z;5,1").replace("y,x", "y,x;5,3")
    assert scores(read(text)) == {"x": 8, "y": 5, "z": 1}
    assert read(text).profile.levels().tolist() == [[2, 0, 1], [1, 2, 0]]


def test_a_withdrawn_project_is_not_for_sale_and_does_not_end_the_list() -> None:
    text = APPROVAL.replace("1;600;2", "1;999999999;2").replace("rule;greedy", "rule;greedy-no-skip")
    document = decide(text)
    assert document["selected"] == ["2"]
    assert document["reasons"]["1"].startswith("withdrawn")


def test_the_minimum_score_of_the_file_holds_for_every_greedy_rule() -> None:
    text = APPROVAL.replace("rule;greedy", "rule;greedy-no-skip\nmin_project_score_threshold;2")
    assert decide(text)["selected"] == ["1", "2"]
    assert "below the minimum" in decide(text)["reasons"]["4"]
    with pytest.raises(InvalidBudget) as refusal:
        decide(APPROVAL, "greedy-threshold")
    assert refusal.value.code == "no_minimum_score"


@pytest.mark.parametrize("stated", FILE_RULES)
def test_every_rule_that_a_file_can_state_is_one_of_ours(stated: str) -> None:
    threshold = "\nmin_project_score_threshold;1"
    document = decide(APPROVAL.replace("rule;greedy", f"rule;{stated}{threshold}"))
    assert FILE_RULES[stated].rule in RULES
    assert (document["rule"], document["stated_rule"]) == (FILE_RULES[stated].rule, stated)
    assert stated in budget_table(document)


def test_a_rule_that_nobody_knows_is_refused_with_the_list_unless_another_is_asked_for() -> None:
    text = APPROVAL.replace("rule;greedy", "rule;magic")
    with pytest.raises(InvalidBudget) as refusal:
        decide(text)
    assert refusal.value.code == "unknown_rule_of_file"
    document = decide(text, "mes-add1")
    assert document["rule"] == "mes-add1"
    assert document["published"]["selected_agree"] is None


def test_a_file_without_a_rule_is_decided_greedily() -> None:
    document = decide(APPROVAL.replace("rule;greedy\n", ""))
    assert (document["rule"], document["stated_rule"]) == ("greedy", "unknown")
    assert document["note"]


def test_what_was_taken_beside_the_rule_is_not_held_against_it() -> None:
    for mark, agrees in (("0", True), ("2", True), ("3", True), ("1", False)):
        text = APPROVAL.replace('neu";sport;0', f'neu";sport;{mark}')
        assert decide(text)["published"]["selected_agree"] is agrees


@pytest.mark.parametrize(
    "old,new,what",
    [
        ("max_length;2", "max_length;1", {"max_length"}),
        ("min_length;1", "min_length;2", {"min_length"}),
        ("max_length;2", "max_length;1,9999999999999999999999999999999", {"max_length"}),
        ("min_length;1", "max_sum_cost;1900.25", {"max_sum_cost"}),
        ("min_length;1", "min_sum_cost;1900,25", {"min_sum_cost"}),
        ("vote_type;approval", "vote_type;choose-1", set()),
        ("vote_type;approval\nrule;greedy\nmin_length;1\nmax_length;2", "vote_type;choose-1", {"max_length"}),
    ],
)
def test_ballots_beyond_the_stated_limits_are_named_with_their_lines(old: str, new: str, what: set[str]) -> None:
    assert old in APPROVAL
    published = decide(APPROVAL.replace(old, new))["published"]
    assert {one["what"] for one in published["differences"]} == what
    assert published["limits_agree"] is not bool(what)


@pytest.mark.parametrize(
    "limit,voters",
    [
        ("max_sum_points;9", {"v1"}),
        ("min_sum_points;8", {"v2"}),
        ("max_points;6", {"v2"}),
        ("min_points;5", {"v1"}),
        ("max_sum_points;10", set()),
        ("max_sum_points;9,99999999999999999", {"v1"}),
        ("max_sum_points;10,0000000000000000000000000000000000001", set()),
        ("min_sum_points;7,0000000000000000000000000000000000001", {"v2"}),
        ("max_points;9999999999999999999999999999999999999999", set()),
        ("min_points;9999999999999999999999999999999999999999", {"v1", "v2"}),
    ],
)
def test_points_beyond_the_stated_limits_are_named(limit: str, voters: set[str]) -> None:
    published = decide(CUMULATIVE.replace("max_sum_points;10", limit))["published"]
    assert {one["id"] for one in published["differences"]} == voters


def test_equals_may_be_told_apart_otherwise_than_by_us() -> None:
    text = APPROVAL.replace("budget;2500", "budget;1800.50").replace("culture,education;1", "culture,education;0")
    document = decide(text)
    assert document["selected"] == ["1"]
    assert document["published"]["selected_agree"] is False
    assert document["published"]["selected_agree_under_another_tie_break"] is True


@st.composite
def small(draw: st.DrawFn) -> tuple[list[tuple[int, int]], int]:
    projects = draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=4))
    return projects, draw(st.integers(0, 10))


@given(small(), st.booleans(), st.sampled_from([None, 1]))
def test_a_selection_is_greedy_under_some_tie_break_iff_some_order_gives_it(
    drawn: tuple[list[tuple[int, int]], int],
    skip: bool,  # noqa: FBT001  # drawn by Hypothesis
    minimum: int | None,
) -> None:
    projects, budget = drawn
    ranking = {str(at): Fraction(score) for at, (_, score) in enumerate(projects)}
    possible = outcomes(projects, budget, skip=skip, minimum=minimum)
    for chosen in range(2 ** len(projects)):
        listed = [Project(str(at), Fraction(cost), selected=chosen >> at & 1) for at, (cost, _) in enumerate(projects)]
        selected = frozenset(at for at in range(len(projects)) if chosen >> at & 1)
        least = None if minimum is None else Fraction(minimum)
        found = is_greedy_under_some_tie_break(listed, ranking, Fraction(budget), skip=skip, minimum=least)
        assert found is (selected in possible)


def outcomes(projects: list[tuple[int, int]], budget: int, *, skip: bool, minimum: int | None) -> set[frozenset[int]]:
    """Every set that some order of equals takes, by trying all of them."""
    found = set()
    for order in permutations(range(len(projects))):
        if any(projects[a][1] < projects[b][1] for a, b in pairwise(order)):
            continue
        left, taken = budget, set()
        for at in order:
            cost, score = projects[at]
            if minimum is not None and score < minimum:
                continue
            if cost <= left:
                left -= cost
                taken.add(at)
            elif not skip:
                break
        found.add(frozenset(taken))
    return found


@pytest.mark.parametrize("change", [str, lambda text: text.replace("num_votes;3", "num_votes;0").split("a;34")[0]])
def test_every_rule_answers_also_without_ballots(change: Callable[[str], str]) -> None:
    for rule in RULES:
        if rule == "greedy-threshold":
            continue
        try:
            document = decide(change(APPROVAL), rule)
        except InvalidBudget as refusal:
            assert refusal.code == "no_ballots"  # noqa: PT017  # the only one that is meant
        else:
            assert budget_table(document)
