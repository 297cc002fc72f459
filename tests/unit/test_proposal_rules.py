"""The rules of proposals, costings and comments, walked whole."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.comments import rules as comments
from participation.comments.rules import CommentState, ModerationAction
from participation.core.errors import Conflict, Faults, Invalid
from participation.costings import rules as costings
from participation.proposals.rules import (
    IN_THE_HANDS_OF_ITS_AUTHOR,
    LIVE,
    NEEDS_REASON,
    TRANSITIONS,
    ProposalAction,
    ProposalKind,
    ProposalState,
    check_basis,
    check_merge,
    check_parts,
    letter_triples,
    next_code,
    next_state,
    title_likeness,
)


@pytest.mark.parametrize("state, action", list(product(ProposalState, ProposalAction)))
def test_a_step_is_in_the_table_or_refused(state: ProposalState, action: ProposalAction) -> None:
    if (state, action) in TRANSITIONS:
        assert next_state(state, action) is TRANSITIONS[state, action]
    else:
        with pytest.raises(Conflict) as refusal:
            next_state(state, action)
        assert refusal.value.facts == {"state": state.value, "action": action.value}


def test_what_has_ended_stays_as_it_ended() -> None:
    ended = set(ProposalState) - LIVE - {ProposalState.DRAFT}
    assert not [step for step in TRANSITIONS if step[0] in ended]


def test_whatever_takes_something_from_its_authors_needs_a_reason() -> None:
    leaving = {action for (state, action), to in TRANSITIONS.items() if state in LIVE and to not in LIVE}
    assert leaving - {ProposalAction.WITHDRAW} == NEEDS_REASON


def test_only_authors_hold_what_is_undecided() -> None:
    assert ProposalState.ADMITTED not in IN_THE_HANDS_OF_ITS_AUTHOR


@pytest.mark.parametrize(
    "taken, code",
    [
        ([], "P001"),
        (["M01", "G1.1"], "P001"),
        (["P001", "P009"], "P010"),
        (["P999"], "P1000"),
        (["P12a", "p7", "P"], "P001"),
        (["P0000000001"], "P001"),
    ],
)
def test_codes_go_on_from_the_highest_of_ours(taken: list[str], code: str) -> None:
    assert next_code(taken) == code


def test_a_decision_names_the_wording_it_rests_on() -> None:
    check_basis(3, 3)
    with pytest.raises(Conflict):
        check_basis(3, 2)


@pytest.mark.parametrize("count, fits", [(0, False), (1, False), (2, True), (8, True), (9, False)])
def test_a_split_has_two_to_eight_parts(count: int, fits: bool) -> None:  # noqa: FBT001 - expected answer
    if fits:
        check_parts(count)
    else:
        with pytest.raises(Invalid):
            check_parts(count)


@pytest.mark.parametrize("state, into", list(product(sorted(LIVE), ProposalState)))
def test_a_proposal_goes_on_in_one_that_lives_at_least_as_firmly(state: ProposalState, into: ProposalState) -> None:
    fits = into is ProposalState.ADMITTED or (into is state is ProposalState.SUBMITTED)
    if fits:
        check_merge(same=False, same_kind=True, state=state, into_state=into)
    else:
        with pytest.raises(Invalid) as refusal:
            check_merge(same=False, same_kind=True, state=state, into_state=into)
        assert refusal.value.code == "merge_target_not_live"


def test_likeness_compares_spelling_in_any_script() -> None:
    def likeness(one: str, other: str) -> int:
        return title_likeness(letter_triples(one), letter_triples(other))

    assert likeness("Sprachcafé am Hafen", "SPRACHCAFE AM HAFEN") == 100
    assert likeness("Sprachcafé am Hafen", "Sprachcafés am Hafen") >= 70
    assert likeness("Sprachcafé am Hafen", "Nachtbasketball") <= 5
    assert likeness("مترجمون متطوعون في العيادات", "مترجمون متطوعون") >= 40
    assert likeness("", "") == 0
    assert likeness("??", "!!") == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_percentage_and_the_same_both_ways(one: str, other: str) -> None:
    first, second = letter_triples(one), letter_triples(other)
    assert title_likeness(first, second) == title_likeness(second, first)
    assert 0 <= title_likeness(first, second) <= 100


@pytest.mark.parametrize("state, action", list(product(CommentState, ModerationAction)))
def test_moderation_follows_its_table(state: CommentState, action: ModerationAction) -> None:
    if (state, action) in comments.TRANSITIONS:
        assert comments.next_state(state, action) is comments.TRANSITIONS[state, action]
    else:
        with pytest.raises(Conflict):
            comments.next_state(state, action)


@pytest.mark.parametrize("state", ProposalState)
def test_what_lives_can_be_talked_about(state: ProposalState) -> None:
    if state in LIVE:
        comments.check_may_be_commented(state)
    else:
        with pytest.raises(Conflict):
            comments.check_may_be_commented(state)


@pytest.mark.parametrize("kind, state", list(product(ProposalKind, ProposalState)))
def test_admitted_measures_are_costed(kind: ProposalKind, state: ProposalState) -> None:
    if (kind, state) == (ProposalKind.MEASURE, ProposalState.ADMITTED):
        costings.check_may_be_costed(kind, state)
    else:
        with pytest.raises(Conflict):
            costings.check_may_be_costed(kind, state)


@pytest.mark.parametrize(
    "amounts, faults",
    [
        ((0, 0, None, None), []),
        ((100, 50, 120, 180), []),
        ((100, 50, 150, 150), []),
        ((-1, 50, None, None), [("negative_amount", "once")]),
        ((100, -1, -2, None), [("negative_amount", "annual"), ("negative_amount", "low")]),
        ((10**14, 0, None, None), [("amount_too_large", "once")]),
        ((100, 50, 120, None), [("range_needs_both_ends", "high")]),
        ((100, 50, None, 120), [("range_needs_both_ends", "low")]),
        ((100, 50, 180, 120), [("range_upside_down", "high")]),
        ((100, 50, 160, 180), [("volume_outside_range", "low")]),
        ((100, 50, 100, 149), [("volume_outside_range", "low")]),
    ],
)
def test_amounts_and_their_range_fit_together(
    amounts: tuple[int, int, int | None, int | None], faults: list[tuple[str, str]]
) -> None:
    found = costings.amount_faults(*amounts)
    assert [(fault.code, fault.field) for fault in found] == faults
    if faults:
        with pytest.raises(Faults if len(faults) > 1 else Invalid):
            costings.check_amounts(*amounts)
