"""Proposals on both databases: written by their authors, in their rounds."""

from datetime import datetime, timedelta

import pytest

from participation.core.actor import ANONYMOUS, Actor
from participation.core.errors import Conflict, Faults, Forbidden, Invalid, NotFound, SignInNeeded
from participation.proposals import services
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.proposals.rules import ProposalKind, ProposalState
from participation.proposals.services import NOWHERE, Place
from participation.rounds.kinds import Task
from participation.rounds.rules import RoundState
from tests.factories.contributions import Town
from tests.factories.people import delegate
from tests.support.refusals import refused


def test_a_draft_is_its_authors_alone_until_it_is_submitted(town: Town) -> None:
    draft = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    assert (draft.state, draft.code) == (ProposalState.DRAFT, draft.id)

    def read(actor: Actor) -> Proposal:
        code = town.session.get_one(Proposal, draft.id).code
        return readable_proposal(town.session, town.process, code, actor=actor, now=town.now)

    assert read(town.ayse).id == draft.id
    for somebody in (town.olena, town.birte, ANONYMOUS):
        refused(NotFound, "no_such_proposal", lambda somebody=somebody: read(somebody))  # type: ignore[misc]
    services.submit(town.session, draft.id, actor=town.ayse, now=town.now)
    assert read(ANONYMOUS).code == "P001"


def test_codes_count_up_and_leave_imported_ones_alone(town: Town) -> None:
    town.recorded("M01", "Deutschkurse mit Kinderbetreuung")
    town.recorded("P002", "Aus einer anderen Liste")
    first = town.submitted()
    second = town.submitted(title="Bir başka öneri")
    assert [first.code, second.code] == ["P003", "P004"]
    assert first.position < second.position


def test_a_measure_takes_its_field_from_the_goal_that_it_serves(town: Town) -> None:
    proposal = town.submitted()
    assert proposal.field is not None
    assert (proposal.field.code, [goal.code for goal in proposal.serves]) == ("F1", ["G1.1"])


def test_a_measure_needs_words_but_may_leave_its_place_to_others(town: Town) -> None:
    draft = services.start_draft(
        town.session, "online", town.draft(body=" ", place=NOWHERE), actor=town.ayse, now=town.now
    )
    missing = refused(
        Invalid, "text_missing", lambda: services.submit(town.session, draft.id, actor=town.ayse, now=town.now)
    )
    assert missing.field == "body"


def test_a_goal_may_be_one_sentence_and_part_of_another(town: Town) -> None:
    goal = town.submitted(kind=ProposalKind.GOAL, title="Herkes duyulur", body="", place=Place(parent="G1"))
    assert goal.parent is not None
    assert (goal.parent.code, goal.field and goal.field.code) == ("G1", "F1")


@pytest.mark.parametrize(
    "changes, code, field",
    [
        ({"title": ""}, "text_missing", "title"),
        ({"title": "x" * 201}, "text_too_long", "title"),
        ({"title": "zwei\nZeilen"}, "control_character", "title"),
        ({"body": "x" * 10_001}, "text_too_long", "body"),
        ({"body": "links \u202enach rechts"}, "bidi_control", "body"),
        ({"body": "kaputt \ufffd"}, "unreadable_character", "body"),
        ({"body": "\ud800"}, "control_character", "body"),
        ({"author_name": "A" * 121}, "text_too_long", "author_name"),
        ({"language": "xx"}, "unknown_language", "language"),
        ({"place": Place(field="F9")}, "unknown_field", "field"),
        ({"place": Place(serves=("G9.9",))}, "unknown_proposal", "serves"),
        ({"place": Place(serves=("G1",))}, "serves_no_sub_goal", "serves"),
        ({"place": Place(serves=("G1.1", "G1.1"))}, "goal_named_twice", "serves"),
        ({"place": Place(parent="G1")}, "only_goals_have_parents", "parent"),
        ({"kind": ProposalKind.GOAL, "place": Place(serves=("G1.1",))}, "only_measures_serve_goals", "serves"),
        ({"kind": ProposalKind.GOAL, "place": Place(parent="G1.1")}, "parent_is_no_main_goal", "parent"),
        ({"kind": ProposalKind.GOAL, "place": Place(parent="G1", field="F2")}, "field_not_of_parent", "field"),
    ],
)
def test_words_and_places_that_cannot_be_kept_are_refused_by_name(
    town: Town, changes: dict[str, object], code: str, field: str
) -> None:
    fault = refused(
        Invalid,
        code,
        lambda: services.start_draft(town.session, "online", town.draft(**changes), actor=town.ayse, now=town.now),
    )
    assert fault.field == field


def test_all_faults_of_a_draft_are_named_at_once(town: Town) -> None:
    draft = town.draft(title="", body="x" * 10_001, language="xx")
    with pytest.raises(Faults) as refusal:
        services.start_draft(town.session, "online", draft, actor=town.ayse, now=town.now)
    assert [fault.field for fault in refusal.value.faults] == ["title", "body", "language"]


def test_an_impatient_finger_makes_one_draft(town: Town) -> None:
    first = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    again = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    other = services.start_draft(town.session, "online", town.draft(title="Başka"), actor=town.ayse, now=town.now)
    assert first.id == again.id
    assert other.id != first.id


def test_a_flood_is_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.proposals.services.writing.MAX_PER_PARTICIPANT", 2)
    for title in ("eins", "zwei"):
        services.start_draft(town.session, "online", town.draft(title=title), actor=town.ayse, now=town.now)
    refused(
        Conflict,
        "too_many_proposals",
        lambda: services.start_draft(town.session, "online", town.draft(title="drei"), actor=town.ayse, now=town.now),
    )


def test_before_during_and_after_the_round(town: Town) -> None:
    def propose(now: datetime) -> Proposal:
        return services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=now)

    refused(Conflict, "round_not_open_yet", lambda: propose(town.online.opens_at - timedelta(seconds=1)))
    refused(Conflict, "round_over", lambda: propose(town.online.closes_at))
    draft = propose(town.online.opens_at)
    late = town.online.closes_at
    refused(Conflict, "round_over", lambda: services.submit(town.session, draft.id, actor=town.ayse, now=late))
    town.online.state = RoundState.CLOSED
    town.session.flush()
    refused(Conflict, "round_closed_early", lambda: propose(town.now))
    town.online.state = RoundState.DRAFT
    town.session.flush()
    refused(Conflict, "round_not_open_yet", lambda: propose(town.now))


def test_a_round_that_does_not_ask_for_proposals_takes_none(town: Town) -> None:
    town.online.task_names = [Task.COMMENT.value]
    town.session.flush()
    refused(
        Conflict,
        "task_not_in_round",
        lambda: services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now),
    )


def test_only_participants_of_the_round_propose(town: Town) -> None:
    def propose(actor: Actor, slug: str) -> Proposal:
        return services.start_draft(town.session, slug, town.draft(), actor=actor, now=town.now)

    refused(SignInNeeded, "sign_in_needed", lambda: propose(ANONYMOUS, "online"))
    refused(Forbidden, "not_a_participant", lambda: propose(town.ayse, "forum"))
    refused(Forbidden, "not_a_participant", lambda: propose(town.ayse, "werkstatt"))
    refused(Forbidden, "not_a_participant", lambda: propose(town.code, "online"))
    assert propose(town.olena, "forum").organisation_id == town.organisation.id
    assert propose(town.code, "werkstatt").author_name == "Ayşe"


def test_an_organisations_proposal_is_every_delegates_and_nobody_elses(town: Town) -> None:
    iryna = delegate(town.session, town.organisation, "Iryna", now=town.now)
    from_her = Actor(town.olena.kind, iryna.id, "Iryna")
    proposal = town.submitted(town.olena, town.forum)
    assert (proposal.author_name, proposal.organisation and proposal.organisation.name) == ("", "Brücke e. V.")
    services.revise(
        town.session, proposal.id, town.draft(title="Yeni başlık"), based_on=1, actor=from_her, now=town.now
    )
    refused(
        Forbidden,
        "not_the_author",
        lambda: services.revise(
            town.session, proposal.id, town.draft(title="Benim"), based_on=2, actor=town.ayse, now=town.now
        ),
    )


def test_a_draft_missed_the_deadline_and_goes_into_another_round(town: Town) -> None:
    draft = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    town.online.state = RoundState.CLOSED
    town.workshop.eligibility = town.online.eligibility
    town.session.flush()
    moved = services.submit(town.session, draft.id, actor=town.ayse, now=town.now, slug="werkstatt")
    assert moved.round_id == town.workshop.id


def test_a_persons_draft_does_not_become_an_organisations(town: Town) -> None:
    draft = services.start_draft(town.session, "online", town.draft(), actor=town.olena, now=town.now)
    refused(
        Conflict,
        "round_of_somebody_else",
        lambda: services.submit(town.session, draft.id, actor=town.olena, now=town.now, slug="forum"),
    )
