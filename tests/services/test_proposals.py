"""Proposals on both databases: written by their authors, decided with reasons, never losing where they came from."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.core.actor import ANONYMOUS, SYSTEM, Actor
from participation.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid, NotFound, SignInNeeded
from participation.proposals import services
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted, by_codes, proposal_by_code, readable_proposal, sub_goals
from participation.proposals.rules import TRANSITIONS, ProposalAction, ProposalKind, ProposalState
from participation.proposals.services import NOWHERE, Past, Place, Translation
from participation.rounds.kinds import Task
from participation.rounds.models import OptionRule, RoundEvent
from participation.rounds.rules import RoundAction, RoundState
from participation.tally.kinds import BallotKind
from participation.texts.models import Origin, Text
from participation.texts.queries import original, wordings
from tests.factories.contributions import Town, make_town
from tests.factories.people import delegate

BECAUSE = {"de": "Gehört zum Sprachcafé.", "en": "Part of the language café."}


@pytest.fixture
def town(session: Session, now: datetime) -> Town:
    return make_town(session, now)


def refused(error: type[DomainError], code: str, act: Callable[[], object]) -> DomainError:
    with pytest.raises(error) as refusal:
        act()
    assert refusal.value.code == code
    return refusal.value


def actions(proposal: Proposal) -> list[str]:
    return [event.action.value for event in proposal.events]


# Writing


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


# Who and when


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


# Rewording


def test_a_draft_leaves_no_trace_of_earlier_wordings(town: Town) -> None:
    draft = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    before = set(town.session.scalars(select(Text.id)))
    services.revise(
        town.session,
        draft.id,
        town.draft(language="de", title="Sprechgruppe am Vormittag"),
        based_on=1,
        actor=town.ayse,
        now=town.now,
    )
    town.session.expire_all()
    changed = town.session.get_one(Proposal, draft.id)
    assert (changed.title.language, changed.title.revision, changed.revision) == ("de", 1, 2)
    assert len(set(town.session.scalars(select(Text.id)))) == len(before)
    assert changed.events == []


def test_submitted_texts_keep_their_revisions(town: Town) -> None:
    proposal = town.submitted()
    services.revise(
        town.session, proposal.id, town.draft(title="Sabah grubu"), based_on=1, actor=town.ayse, now=town.now
    )
    assert [v.body for v in proposal.title.versions] == ["Anneler için sabah konuşma grubu", "Sabah grubu"]
    assert (proposal.revision, actions(proposal)) == (2, ["submit", "revise"])


def test_saving_without_a_change_is_no_revision(town: Town) -> None:
    proposal = town.submitted()
    services.revise(town.session, proposal.id, town.draft(), based_on=1, actor=town.ayse, now=town.now)
    assert (proposal.revision, actions(proposal)) == (1, ["submit"])


def test_two_delegates_do_not_overwrite_each_other(town: Town) -> None:
    proposal = town.submitted(town.olena, town.forum)
    services.revise(town.session, proposal.id, town.draft(title="Eins"), based_on=1, actor=town.olena, now=town.now)
    stale = refused(
        Conflict,
        "proposal_changed",
        lambda: services.revise(
            town.session, proposal.id, town.draft(title="Zwei"), based_on=1, actor=town.olena, now=town.now
        ),
    )
    assert stale.facts["revision"] == 2
    assert original(proposal.title).body == "Eins"


def test_language_and_kind_stay_once_submitted(town: Town) -> None:
    proposal = town.submitted()

    def reword(**changes: object) -> Proposal:
        return services.revise(
            town.session, proposal.id, town.draft(**changes), based_on=1, actor=town.ayse, now=town.now
        )

    refused(Invalid, "language_fixed", lambda: reword(language="de"))
    refused(Invalid, "kind_fixed", lambda: reword(kind=ProposalKind.GOAL, place=NOWHERE))
    refused(Invalid, "text_missing", lambda: reword(body=""))


def test_after_admission_officials_reword_and_the_author_does_not(town: Town) -> None:
    proposal = town.submitted()
    services.admit(town.session, proposal.id, based_on=1, actor=town.elif_, now=town.now)

    def reword(actor: Actor) -> Proposal:
        return services.revise(
            town.session, proposal.id, town.draft(title="Daha açık"), based_on=1, actor=actor, now=town.now
        )

    refused(Forbidden, "not_permitted", lambda: reword(town.ayse))
    refused(Forbidden, "not_permitted", lambda: reword(town.elif_))
    reword(town.birte)
    assert proposal.title.revision == 2
    assert town.session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()[-1] == "proposal_revise"


def test_translations_say_who_made_them_and_from_what(town: Town) -> None:
    proposal = town.submitted()
    words = Translation("de", "Sprechgruppe für Mütter", "Wir möchten Deutsch sprechen.")
    refused(
        Forbidden,
        "not_permitted",
        lambda: services.translate(town.session, proposal.id, words, actor=town.olena, now=town.now),
    )
    services.translate(town.session, proposal.id, words, actor=town.birte, now=town.now)
    services.translate(
        town.session, proposal.id, Translation("en", "Talking group for mothers"), actor=town.ayse, now=town.now
    )
    origins = {tag: shown.origin for tag, shown in wordings(proposal.title).items()}
    assert origins == {"tr": Origin.AUTHOR, "de": Origin.HUMAN, "en": Origin.AUTHOR}
    services.revise(town.session, proposal.id, town.draft(title="Yeni"), based_on=1, actor=town.ayse, now=town.now)
    assert wordings(proposal.title)["de"].is_stale
    refused(
        Invalid,
        "translation_into_own_language",
        lambda: services.translate(
            town.session, proposal.id, replace(words, language="tr"), actor=town.birte, now=town.now
        ),
    )


def test_withdrawing_is_the_authors_until_the_decision(town: Town) -> None:
    proposal = town.submitted()
    refused(
        Forbidden,
        "not_the_author",
        lambda: services.withdraw(town.session, proposal.id, actor=town.birte, now=town.now),
    )
    services.withdraw(town.session, proposal.id, actor=town.ayse, now=town.now, reason="Başka yerde önerildi.")
    assert proposal.state is ProposalState.WITHDRAWN
    reason = proposal.events[-1].reason
    assert reason is not None
    assert original(reason).language == "tr"


# Deciding


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


# Every state with every decision


def _bring_to(town: Town, state: ProposalState) -> Proposal:
    if state is ProposalState.DRAFT:
        return services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    target = town.submitted(title="Hedef")
    proposal = town.submitted()
    at: dict[str, object] = {"based_on": 1, "actor": town.elif_, "now": town.now}
    if state is ProposalState.ADMITTED:
        services.admit(town.session, proposal.id, **at)  # type: ignore[arg-type]
    elif state is ProposalState.MERGED:
        services.merge_into(town.session, proposal.id, target.code, reasons=BECAUSE, **at)  # type: ignore[arg-type]
    elif state is ProposalState.SPLIT:
        parts = [town.draft(title="a"), town.draft(title="b")]
        services.split(town.session, proposal.id, parts, reasons=BECAUSE, **at)  # type: ignore[arg-type]
    elif state is ProposalState.DECLINED:
        services.decline(town.session, proposal.id, reasons=BECAUSE, **at)  # type: ignore[arg-type]
    elif state is ProposalState.WITHDRAWN:
        services.withdraw(town.session, proposal.id, actor=town.ayse, now=town.now)
    assert proposal.state is state
    return proposal


def _attempt(town: Town, proposal: Proposal, action: ProposalAction) -> object:
    at: dict[str, object] = {"based_on": proposal.revision, "actor": town.birte, "now": town.now}
    own: dict[str, object] = {"actor": town.ayse, "now": town.now}
    town.recorded("M99", "Ziel des Zusammenlegens")
    acts: dict[ProposalAction, Callable[[], object]] = {
        ProposalAction.SUBMIT: lambda: services.submit(town.session, proposal.id, **own),  # type: ignore[arg-type]
        ProposalAction.WITHDRAW: lambda: services.withdraw(town.session, proposal.id, **own),  # type: ignore[arg-type]
        ProposalAction.REVISE: lambda: services.revise(
            town.session,
            proposal.id,
            town.draft(title="anders"),
            based_on=proposal.revision,
            actor=town.ayse if proposal.state in {ProposalState.DRAFT, ProposalState.SUBMITTED} else town.birte,
            now=town.now,
        ),
        ProposalAction.ADMIT: lambda: services.admit(town.session, proposal.id, **at),  # type: ignore[arg-type]
        ProposalAction.DECLINE: lambda: services.decline(town.session, proposal.id, reasons=BECAUSE, **at),  # type: ignore[arg-type]
        ProposalAction.MERGE: lambda: services.merge_into(
            town.session,
            proposal.id,
            "M99",
            reasons=BECAUSE,
            **at,  # type: ignore[arg-type]
        ),
        ProposalAction.SPLIT: lambda: services.split(
            town.session,
            proposal.id,
            [town.draft(title="a"), town.draft(title="b")],
            reasons=BECAUSE,
            **at,  # type: ignore[arg-type]
        ),
    }
    return acts[action]()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("action", ProposalAction)
@pytest.mark.parametrize("state", ProposalState)
def test_every_state_takes_exactly_the_actions_of_the_table(
    town: Town, state: ProposalState, action: ProposalAction
) -> None:
    proposal = _bring_to(town, state)
    following = TRANSITIONS.get((state, action))
    if following is None:
        refused(Conflict, "proposal_state", lambda: _attempt(town, proposal, action))
        assert proposal.state is state
    else:
        _attempt(town, proposal, action)
        assert proposal.state is following


def test_every_decision_leaves_a_record_and_the_chain_holds(town: Town) -> None:
    for state in (ProposalState.MERGED, ProposalState.SPLIT, ProposalState.DECLINED, ProposalState.ADMITTED):
        _bring_to(town, state)
    told = town.session.scalars(
        select(AuditRecord.action).where(AuditRecord.subject_kind == "proposal").order_by(AuditRecord.number)
    ).all()
    assert told == ["proposal_merge", "proposal_split", "proposal_decline", "proposal_admit"]
    assert first_broken_record(town.session) is None


# What the database itself refuses


@pytest.mark.parametrize(
    "values",
    [{"state": ProposalState.MERGED}, {"code": "G1"}, {"position": 0}, {"state": ProposalState.DRAFT}, {"revision": 0}],
)
def test_the_database_repeats_the_promises(town: Town, values: dict[str, object]) -> None:
    proposal = town.submitted()
    with pytest.raises(IntegrityError):
        town.session.execute(update(Proposal).where(Proposal.id == proposal.id).values(**values))


# Imports


def test_an_entered_proposal_carries_its_past(town: Town) -> None:
    town.recorded("M05", "Sprachmittlungspool")
    day = timedelta(days=1)
    past = (
        Past(ProposalAction.SUBMIT, town.now - 22 * day),
        Past(ProposalAction.MERGE, town.now - 18 * day, {"de": "Gehört dazu.", "ar": "جزء منها"}, other="M05"),
    )
    proposal = town.recorded(
        "X02",
        "Ehrenamtliche Dolmetschende",
        language="ar",
        titles={"ar": "مترجمون متطوعون", "de": "Ehrenamtliche Dolmetschende"},
        bodies={"ar": "نقترح"},
        origins={"ar": Origin.AUTHOR, "de": Origin.MACHINE},
        organisation_id=town.organisation.id,
        state=ProposalState.MERGED,
        past=past,
    )
    assert proposal.submitted_at == town.now - 22 * day
    assert (proposal.merged_into and proposal.merged_into.code, actions(proposal)) == ("M05", ["submit", "merge"])
    assert wordings(proposal.title)["de"].origin is Origin.MACHINE
    assert proposal.author_id is None


def test_only_those_who_import_enter_proposals(town: Town) -> None:
    told = services.Recorded("M1", ProposalKind.MEASURE, "de", {"de": "x"})
    refused(
        Forbidden,
        "not_permitted",
        lambda: services.record_proposal(town.session, town.process, told, actor=town.farid, now=town.now),
    )
    services.record_proposal(town.session, town.process, told, actor=SYSTEM, now=town.now)


def test_proposals_are_found_in_the_order_of_codes_and_drafts_are_not(town: Town) -> None:
    town.recorded("M01", "eins")
    town.recorded("M02", "zwei")
    draft = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    found = by_codes(town.session, town.process.id, ["M02", "M01", "M02"])
    assert [proposal.code for proposal in found] == ["M02", "M01", "M02"]
    refused(Invalid, "unknown_proposal", lambda: by_codes(town.session, town.process.id, [draft.id]))
