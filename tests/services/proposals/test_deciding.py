"""Proposals on both databases: decided with reasons, never losing where they came from."""

from datetime import timedelta

import pytest

from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.proposals import services
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted, proposal_by_code, sub_goals
from participation.proposals.rules import ProposalKind, ProposalState
from participation.proposals.services import NOWHERE, Place
from participation.rounds.kinds import Task
from participation.rounds.models import OptionRule, RoundEvent
from participation.rounds.rules import RoundAction, RoundState
from participation.tally.kinds import BallotKind
from participation.texts.queries import wordings
from tests.factories.contributions import Town, actions
from tests.support.refusals import refused

BECAUSE = {"de": "Gehört zum Sprachcafé.", "en": "Part of the language café."}


def test_admission_rests_on_the_wording_that_was_read(town: Town) -> None:
    proposal = town.submitted()
    services.revise(town.session, proposal.id, town.draft(title="Değişti"), based_on=1, actor=town.ayse, now=town.now)
    refused(
        Conflict,
        "proposal_changed",
        lambda: services.admit(town.session, proposal.id, based_on=1, actor=town.elif_, now=town.now),
    )
    services.admit(town.session, proposal.id, based_on=2, actor=town.elif_, now=town.now)
    assert (proposal.state, proposal.decided_at) == (ProposalState.ADMITTED, town.now)


def test_admission_gives_a_measure_its_place_and_department(town: Town) -> None:
    proposal = town.submitted(place=NOWHERE)
    nothing = refused(
        Invalid,
        "measure_serves_nothing",
        lambda: services.admit(town.session, proposal.id, based_on=1, actor=town.elif_, now=town.now),
    )
    assert nothing.field == "serves"
    services.admit(
        town.session,
        proposal.id,
        based_on=1,
        actor=town.elif_,
        now=town.now,
        place=Place(serves=("G2.1", "G1.1")),
        department="D4",
    )
    assert proposal.field is not None
    assert proposal.department is not None
    assert (proposal.field.code, proposal.department.code) == ("F2", "D4")


@pytest.mark.parametrize("who", ["ayse", "olena", "farid", "jens", "code"])
def test_decisions_are_made_by_those_who_may(town: Town, who: str) -> None:
    proposal = town.submitted()
    actor: Actor = getattr(town, who)
    for act in (
        lambda: services.admit(town.session, proposal.id, based_on=1, actor=actor, now=town.now),
        lambda: services.decline(town.session, proposal.id, reasons=BECAUSE, based_on=1, actor=actor, now=town.now),
    ):
        refused(Forbidden, "not_permitted", act)
    assert proposal.state is ProposalState.SUBMITTED


def test_declining_says_why_in_public(town: Town) -> None:
    proposal = town.submitted()
    missing = refused(
        Invalid,
        "reason_missing",
        lambda: services.decline(
            town.session, proposal.id, reasons={"de": " "}, based_on=1, actor=town.elif_, now=town.now
        ),
    )
    assert missing.field == "reason"
    services.decline(town.session, proposal.id, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now)
    reason = proposal.events[-1].reason
    assert reason is not None
    assert {tag: shown.body for tag, shown in wordings(reason).items()} == BECAUSE


def test_merging_keeps_the_authors_in_sight(town: Town) -> None:
    target = town.recorded("M01", "Sprachcafé")
    proposal = town.submitted(town.olena, town.forum)
    services.merge_into(town.session, proposal.id, "M01", reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now)
    assert (proposal.state, proposal.merged_into_id) == (ProposalState.MERGED, target.id)
    assert proposal.events[-1].other is target
    assert proposal.organisation_id == town.organisation.id


def test_merges_that_make_no_sense_are_refused(town: Town) -> None:
    proposal = town.submitted()
    other = town.submitted(title="Diğer")
    services.withdraw(town.session, other.id, actor=town.ayse, now=town.now)
    for into, code in (
        (proposal.code, "merged_into_itself"),
        ("G1.1", "merged_kinds_differ"),
        (other.code, "merge_target_not_live"),
        ("M77", "unknown_proposal"),
    ):
        fault = refused(
            Invalid,
            code,
            lambda into=into: services.merge_into(  # type: ignore[misc]
                town.session, proposal.id, into, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now
            ),
        )
        assert fault.field == "into"


def test_what_has_been_admitted_is_not_merged_into_something_undecided(town: Town) -> None:
    target = town.submitted()
    town.recorded("M01", "Sprachcafé")
    measure = proposal_by_code(town.session, town.process.id, "M01")
    refused(
        Invalid,
        "merge_target_not_live",
        lambda: services.merge_into(
            town.session, measure.id, target.code, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now
        ),
    )


def test_a_merged_goal_hands_over_what_stands_under_it(town: Town) -> None:
    town.recorded("M01", "dient G1.1")
    town.recorded("M02", "dient beiden", place=Place(serves=("G1.1", "G1.2")))
    goal = proposal_by_code(town.session, town.process.id, "G1.1")
    services.merge_into(town.session, goal.id, "G1.2", reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now)
    town.session.expire_all()
    serves = {m.code: [g.code for g in m.serves] for m in admitted(town.session, town.process.id, ProposalKind.MEASURE)}
    assert serves == {"M01": ["G1.2"], "M02": ["G1.2"]}
    main = proposal_by_code(town.session, town.process.id, "G2")
    services.merge_into(town.session, main.id, "G1", reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now)
    town.session.expire_all()
    parents = {
        g.code: (g.parent and g.parent.code, g.field and g.field.code) for g in sub_goals(town.session, town.process.id)
    }
    assert parents == {"G1.2": ("G1", "F1"), "G2.1": ("G1", "F1")}


def test_a_goal_with_something_under_it_is_not_merged_into_another_level(town: Town) -> None:
    town.recorded("M01", "dient G1.1")
    for source, into in (("G1", "G2.1"), ("G1.1", "G2"), ("G1", "G1.1")):
        goal = proposal_by_code(town.session, town.process.id, source)
        refused(
            Invalid,
            "merge_levels_differ",
            lambda goal=goal, into=into: services.merge_into(  # type: ignore[misc]
                town.session, goal.id, into, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now
            ),
        )


def test_a_goal_in_use_is_neither_declined_nor_split(town: Town) -> None:
    town.recorded("M01", "dient G1.1")
    for code, count in (("G1", 2), ("G1.1", 1)):
        goal = proposal_by_code(town.session, town.process.id, code)
        fault = refused(
            Conflict,
            "goal_in_use",
            lambda goal=goal: services.decline(  # type: ignore[misc]
                town.session, goal.id, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now
            ),
        )
        assert fault.facts["count"] == count


def test_splitting_makes_linked_proposals_of_the_same_authors(town: Town) -> None:
    proposal = town.submitted(town.olena, town.forum)
    parts = [town.draft(title=title, place=NOWHERE) for title in ("Sabah grubu", "Akşam grubu")]
    made = services.split(town.session, proposal.id, parts, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now)
    assert proposal.state is ProposalState.SPLIT
    assert [new.code for new in made] == ["P002", "P003"]
    for new in made:
        assert (new.state, new.organisation_id) == (ProposalState.SUBMITTED, town.organisation.id)
        assert new.split_from_id == proposal.id
        assert [goal.code for goal in new.serves] == ["G1.1"]
        assert new.events[0].other is proposal


def test_parts_of_an_admitted_proposal_are_admitted(town: Town) -> None:
    proposal = town.recorded("M01", "Zwei Dinge auf einmal")
    parts = [town.draft(title=title, place=NOWHERE) for title in ("Eins", "Zwei")]
    made = services.split(town.session, proposal.id, parts, reasons=BECAUSE, based_on=1, actor=town.birte, now=town.now)
    assert [(new.state, actions(new)) for new in made] == [(ProposalState.ADMITTED, ["submit", "admit"])] * 2


def test_a_fault_in_a_part_names_the_part_and_nothing_is_split(town: Town) -> None:
    proposal = town.submitted()
    parts = [town.draft(), town.draft(title="")]
    fault = refused(
        Invalid,
        "text_missing",
        lambda: services.split(
            town.session, proposal.id, parts, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now
        ),
    )
    assert fault.field == "parts-1-title"
    refused(
        Invalid,
        "number_of_parts",
        lambda: services.split(
            town.session, proposal.id, parts[:1], reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now
        ),
    )


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CLOSED])
def test_what_people_vote_on_is_not_taken_away(town: Town, state: RoundState) -> None:
    measure = town.recorded("M01", "Steht zur Wahl")
    _let_vote(town, OptionRule.ALL_MEASURES, ["M01"], state)

    def decline() -> Proposal:
        return services.decline(town.session, measure.id, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now)

    refused(Conflict, "proposal_stands_in_round", decline)
    town.online.state = RoundState.CONCLUDED
    town.session.flush()
    assert decline().state is ProposalState.DECLINED


def test_what_was_admitted_after_the_opening_is_not_voted_on(town: Town) -> None:
    _let_vote(town, OptionRule.ALL_MEASURES, [], RoundState.OPEN)
    proposal = town.submitted(round_=town.workshop, actor=town.code)
    services.admit(town.session, proposal.id, based_on=1, actor=town.elif_, now=town.now)
    services.decline(town.session, proposal.id, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now)


def test_an_admission_that_an_opening_waited_for_is_voted_on_although_its_clock_says_later(town: Town) -> None:
    proposal = town.submitted(round_=town.workshop, actor=town.code)
    later = town.now + timedelta(seconds=1)
    services.admit(town.session, proposal.id, based_on=1, actor=town.elif_, now=later)
    _let_vote(town, OptionRule.ALL_MEASURES, [proposal.code], RoundState.OPEN)
    refused(
        Conflict,
        "proposal_stands_in_round",
        lambda: services.decline(town.session, proposal.id, reasons=BECAUSE, based_on=1, actor=town.elif_, now=later),
    )


def test_a_sub_goal_that_becomes_a_main_goal_is_still_voted_on(town: Town) -> None:
    goal = proposal_by_code(town.session, town.process.id, "G1.2")
    _let_vote(town, OptionRule.ALL_SUBGOALS, ["G1.1", "G1.2", "G2.1"], RoundState.OPEN)
    goal.parent = None
    town.session.flush()
    refused(
        Conflict,
        "proposal_stands_in_round",
        lambda: services.decline(town.session, goal.id, reasons=BECAUSE, based_on=1, actor=town.elif_, now=town.now),
    )


def _let_vote(town: Town, rule: OptionRule, codes: list[str], state: RoundState) -> None:
    goals = rule is OptionRule.ALL_SUBGOALS
    town.online.task_names = [(Task.PRIORITISE_GOALS if goals else Task.PRIORITISE_MEASURES).value]
    town.online.ballot_kind = BallotKind.RANKING
    town.online.max_choices = 3
    town.online.option_rule = rule
    town.online.state = state
    opened = RoundEvent(
        round_id=town.online.id,
        action=RoundAction.OPEN,
        at=town.now,
        actor_id="system",
        facts={"codes": codes},
    )
    town.session.add(opened)
    town.session.flush()
