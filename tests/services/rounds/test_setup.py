"""Setting up rounds."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.audit.models import AuditRecord
from participation.core.actor import SYSTEM
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.permissions import Role
from participation.core.windows import Window
from participation.results.rules.declaration import Declaration
from participation.results.services import declare_joint_ranking, withdraw_joint_ranking
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import OptionRule
from participation.rounds.queries import roll_of, rounds_of
from participation.rounds.rules import Limits, RoundState
from participation.rounds.services import Seat, create_round, discard_round, edit_round, issue_codes, set_roll
from participation.tally.kinds import BallotKind
from participation.texts.models import Text
from participation.texts.queries import wordings
from tests.factories.city import WITHOUT_BALLOT, lindenhafen, make_round, open_for_contributions, person, round_draft


def test_a_round_begins_as_a_draft(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    farid = person(session, "Farid", now, Role.MODERATOR, process=process)
    round_ = create_round(session, process.slug, round_draft(now), actor=farid, now=now)
    assert round_.state is RoundState.DRAFT
    assert round_.slug == "was-zuerst"
    assert round_.voting_task is Task.PRIORITISE_MEASURES
    assert list(rounds_of(session, process.id)) == [round_]


def test_addresses_of_rounds_are_free_or_refused(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    assert make_round(session, process, now).slug == "was-zuerst"
    assert make_round(session, process, now).slug == "was-zuerst-2"
    assert make_round(session, process, now, titles={"de": "؟"}).slug == "integrationskonzept-ii-online"
    with pytest.raises(Conflict, match="slug_taken"):
        make_round(session, process, now, slug="was-zuerst")


@pytest.mark.parametrize(
    "changes, code, field",
    [
        ({"phase": "IX"}, "no_such_phase", "phase"),
        ({"titles": {}}, "text_missing", "title-de"),
        ({"tasks": frozenset()}, "tasks_missing", "tasks"),
        ({"tasks": frozenset({Task.COST})}, "task_not_of_kind", "tasks"),
        ({"eligibility": Eligibility.ROLL}, "eligibility_not_of_kind", "eligibility"),
        ({"ballot_kind": None, "limits": Limits()}, "ballot_kind_missing", "ballot_kind"),
        ({"limits": Limits(points=3)}, "limit_missing", "max_choices"),
        ({"option_rule": None}, "option_rule_missing", "option_rule"),
        ({"option_rule": OptionRule.ALL_SUBGOALS}, "option_rule_not_of_task", "option_rule"),
        ({"option_rule": OptionRule.CHOSEN, "chosen_codes": ("M1",)}, "chosen_codes_count", "chosen_codes"),
        ({"option_rule": OptionRule.CHOSEN, "chosen_codes": ("M1", "M1")}, "doubled_code", "chosen_codes"),
        ({"chosen_codes": ("M1",)}, "codes_without_choice", "chosen_codes"),
        ({"expected_participants": 0}, "limit_out_of_range", "expected_participants"),
        ({"descriptions": {"de": "x" * 10_001}}, "text_too_long", "description-de"),
        ({**WITHOUT_BALLOT, "option_rule": OptionRule.ALL_MEASURES}, "options_without_ballot", "option_rule"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_its_input(
    session: Session, now: datetime, changes: dict[str, object], code: str, field: str
) -> None:
    process = lindenhafen(session, now)
    with pytest.raises(Invalid) as refusal:
        make_round(session, process, now, **changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_round_that_ends_before_it_begins_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid, match="window_without_length"):
        make_round(session, lindenhafen(session, now), now, window=Window(now, now - timedelta(days=1)))


def test_a_draft_can_become_quite_another_round(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = make_round(session, process, now)
    draft = round_draft(
        now,
        kind=KindName.STEERING_GROUP,
        eligibility=Eligibility.ROLL,
        tasks=frozenset({Task.PRIORITISE_GOALS}),
        ballot_kind=BallotKind.POINTS,
        limits=Limits(points=30, max_per_option=6),
        option_rule=OptionRule.CHOSEN,
        chosen_codes=("G1.1", "G2.1"),
        titles={"de": "Punkte", "tr": "Puanlar"},
        descriptions={"de": "Dreißig Punkte."},
    )
    edit_round(session, round_.slug, draft, actor=SYSTEM, now=now)
    assert (round_.kind, round_.points, round_.max_choices) == (KindName.STEERING_GROUP, 30, None)
    assert round_.chosen_codes == ["G1.1", "G2.1"]
    assert wordings(round_.title)["tr"].body == "Puanlar"
    assert round_.slug == "was-zuerst"
    edit_round(session, round_.slug, replace(draft, descriptions={"de": "Anders."}), actor=SYSTEM, now=now)
    assert round_.description is not None
    assert wordings(round_.description)["de"].body == "Anders."


def test_an_open_round_is_not_changed(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = open_for_contributions(session, make_round(session, process, now, **WITHOUT_BALLOT), now)
    with pytest.raises(Conflict, match="round_not_draft"):
        edit_round(session, round_.slug, round_draft(now), actor=SYSTEM, now=now)


@pytest.mark.parametrize(
    "changes",
    [
        {"tasks": frozenset({Task.PRIORITISE_GOALS}), "option_rule": OptionRule.ALL_SUBGOALS},
        {"tasks": frozenset({Task.PRIORITISE_MEASURES})},
        {
            "kind": KindName.STEERING_GROUP,
            "eligibility": Eligibility.ROLL,
            "tasks": frozenset({Task.PRIORITISE_MEASURES}),
        },
        {"ballot_kind": BallotKind.APPROVAL},
        {"limits": Limits(max_choices=4)},
        {"option_rule": OptionRule.CHOSEN, "chosen_codes": ("M1", "M2")},
        {"phase": "I"},
        {"expected_participants": 40},
    ],
)
def test_a_weighed_round_keeps_asking_the_same_people_the_same(
    session: Session, now: datetime, changes: dict[str, object]
) -> None:
    process = lindenhafen(session, now)
    weighed = make_round(session, process, now)
    declared = Declaration("vorn", Task.PRIORITISE_MEASURES, {weighed.slug: 1}, {"de": "Vorn"}, {"de": "Der Rat"})
    declare_joint_ranking(session, process.slug, declared, actor=SYSTEM, now=now)
    with pytest.raises(Conflict, match="round_weighed"):
        edit_round(session, weighed.slug, round_draft(now, **changes), actor=SYSTEM, now=now)
    withdraw_joint_ranking(session, process.slug, "vorn", actor=SYSTEM, now=now)
    edit_round(session, weighed.slug, round_draft(now, **changes), actor=SYSTEM, now=now)


def test_a_weighed_round_still_gets_another_window_and_better_words(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    weighed = make_round(session, process, now)
    declared = Declaration("vorn", Task.PRIORITISE_MEASURES, {weighed.slug: 1}, {"de": "Vorn"}, {"de": "Der Rat"})
    declare_joint_ranking(session, process.slug, declared, actor=SYSTEM, now=now)
    later = Window(now + timedelta(days=1), now + timedelta(days=9))
    edit_round(session, weighed.slug, round_draft(now, window=later, titles={"de": "Was eilt?"}), actor=SYSTEM, now=now)
    assert (weighed.window, wordings(weighed.title)["de"].body) == (later, "Was eilt?")


def test_moderators_of_another_process_set_up_nothing_here(session: Session, now: datetime) -> None:
    here, there = lindenhafen(session, now), lindenhafen(session, now)
    farid = person(session, "Farid", now, Role.MODERATOR, process=there)
    with pytest.raises(Forbidden):
        create_round(session, here.slug, round_draft(now), actor=farid, now=now)
    round_ = make_round(session, here, now)
    with pytest.raises(Forbidden):
        edit_round(session, round_.slug, round_draft(now), actor=farid, now=now)


ROLL = {"kind": KindName.STEERING_GROUP, "eligibility": Eligibility.ROLL, **WITHOUT_BALLOT}


def test_the_roll_names_people_and_what_they_stand_for(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = make_round(session, process, now, **ROLL)
    for name in ("Olena", "Jens"):
        person(session, name, now)
    seats = [Seat("olena@example.org", {"de": "Forum für Migrant:innen"}), Seat(" Jens@example.org ")]
    set_roll(session, round_.slug, seats, actor=SYSTEM, now=now)
    jens, olena = roll_of(session, round_.id)
    assert jens.seat is None
    assert olena.seat is not None
    set_roll(session, round_.slug, [Seat("olena@example.org", {"de": "Migrationsbeirat"})], actor=SYSTEM, now=now)
    (olena,) = roll_of(session, round_.id)
    assert olena.seat is not None
    assert wordings(olena.seat)["de"].body == "Migrationsbeirat"


def test_once_open_the_roll_only_grows(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = make_round(session, process, now, **ROLL)
    for name in ("Olena", "Jens"):
        person(session, name, now)
    set_roll(session, round_.slug, [Seat("olena@example.org")], actor=SYSTEM, now=now)
    open_for_contributions(session, round_, now)
    both = [Seat("olena@example.org"), Seat("jens@example.org")]
    assert len(set_roll(session, round_.slug, both, actor=SYSTEM, now=now)) == 2
    with pytest.raises(Conflict, match="roll_only_grows"):
        set_roll(session, round_.slug, [Seat("jens@example.org")], actor=SYSTEM, now=now)


def test_whoever_may_give_roles_invites_people_by_the_roll_and_others_may_not(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = make_round(session, process, now, **ROLL)
    farid = person(session, "Farid", now, Role.MODERATOR, process=process)
    birte = person(session, "Birte", now, Role.OFFICE, process=process)
    with pytest.raises(Invalid) as refusal:
        set_roll(session, round_.slug, [Seat("Neu@example.org")], actor=farid, now=now)
    assert (refusal.value.code, refusal.value.facts["emails"]) == ("unknown_on_roll", "neu@example.org")
    (entry,) = set_roll(session, round_.slug, [Seat("Neu@example.org")], actor=birte, now=now)
    invited = session.get_one(Account, entry.account_id)
    assert (invited.email, invited.verified_at) == ("neu@example.org", None)


def test_a_draft_is_discarded_with_everything_that_hung_on_it(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    workshop = make_round(
        session, process, now, kind=KindName.CITIZENS, eligibility=Eligibility.CODES, descriptions={"de": "Weg damit."}
    )
    issue_codes(session, workshop, 3, "", "a key", actor=SYSTEM, now=now)
    texts = session.scalar(select(func.count()).select_from(Text)) or 0
    discard_round(session, workshop.slug, actor=SYSTEM, now=now)
    assert not rounds_of(session, process.id)
    assert session.scalar(select(func.count()).select_from(Text)) == texts - 2
    assert session.scalars(select(AuditRecord.action).order_by(AuditRecord.number.desc())).first() == "round.discarded"


def test_with_a_draft_goes_what_its_roll_said_about_people(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    texts = session.scalar(select(func.count()).select_from(Text))
    round_ = make_round(session, process, now, **ROLL)
    for name in ("Olena", "Jens"):
        person(session, name, now)
    seats = [Seat("olena@example.org", {"de": "Forum für Migrant:innen"}), Seat("jens@example.org")]
    set_roll(session, round_.slug, seats, actor=SYSTEM, now=now)
    discard_round(session, round_.slug, actor=SYSTEM, now=now)
    assert session.scalar(select(func.count()).select_from(Text)) == texts


def test_what_people_have_seen_open_or_a_ranking_counts_on_is_not_discarded(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    opened = open_for_contributions(session, make_round(session, process, now, **WITHOUT_BALLOT), now)
    with pytest.raises(Conflict, match="round_not_draft"):
        discard_round(session, opened.slug, actor=SYSTEM, now=now)
    weighed = make_round(session, process, now)
    declared = Declaration("vorn", Task.PRIORITISE_MEASURES, {weighed.slug: 1}, {"de": "Vorn"}, {"de": "Der Rat"})
    declare_joint_ranking(session, process.slug, declared, actor=SYSTEM, now=now)
    with pytest.raises(Conflict, match="round_in_use"):
        discard_round(session, weighed.slug, actor=SYSTEM, now=now)


def test_a_roll_with_faults_is_refused_whole(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = make_round(session, process, now, **ROLL)
    person(session, "Olena", now)
    with pytest.raises(Invalid, match="doubled_on_roll"):
        set_roll(session, round_.slug, [Seat("olena@example.org"), Seat("Olena@example.org")], actor=SYSTEM, now=now)
    with pytest.raises(Conflict, match="round_without_roll"):
        set_roll(session, make_round(session, process, now).slug, [], actor=SYSTEM, now=now)
    assert not roll_of(session, round_.id)
