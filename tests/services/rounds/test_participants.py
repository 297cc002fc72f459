"""Who takes part in a round: five ways, and everything that is none."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from participation.core.errors import Conflict, Forbidden, SignInNeeded
from participation.core.permissions import Role
from participation.core.windows import Window
from participation.processes.models import Process
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import Round
from participation.rounds.queries import (
    Participant,
    enter_round,
    group_size,
    obstacle_to,
    participant_in,
    round_standing,
    rounds_to_enter,
    within_window,
)
from participation.rounds.rules import Obstacle, Situation
from participation.rounds.services import Seat, issue_codes, revoke_batch, revoke_code, set_roll
from tests.factories.city import (
    WITHOUT_BALLOT,
    delegate,
    department,
    lindenhafen,
    make_round,
    open_for_contributions,
    organisation,
    person,
    represents,
)

KEY = "a key of the application for these tests"
WAYS = {
    Eligibility.ROLL: KindName.STEERING_GROUP,
    Eligibility.CODES: KindName.CITIZENS,
    Eligibility.OPEN: KindName.ONLINE,
    Eligibility.ORGANISATIONS: KindName.MIGRANT_FORUM,
    Eligibility.DEPARTMENTS: KindName.ADMINISTRATION,
}


def round_for(session: Session, process: Process, way: Eligibility, now: datetime) -> Round:
    return make_round(session, process, now, kind=WAYS[way], eligibility=way, **WITHOUT_BALLOT)


def as_whom(session: Session, round_: Round, who: Actor, now: datetime) -> Participant | None:
    """Return as whom somebody takes part; whoever does not is told why."""
    found = participant_in(session, round_, who, now)
    standing = round_standing(session, round_, who, now)
    assert standing.participant == found
    assert (standing.obstacle is None) == (found is not None)
    return found


def disable(session: Session, who: Actor, now: datetime) -> None:
    account = session.get_one(Account, who.id)
    account.disabled_at = now
    session.flush()


@pytest.mark.parametrize("way", Eligibility)
def test_nobody_in_particular_and_the_program_itself_take_no_part(
    session: Session, now: datetime, way: Eligibility
) -> None:
    round_ = round_for(session, lindenhafen(session, now), way, now)
    expected = Obstacle.ENTER_CODE if way is Eligibility.CODES else Obstacle.SIGN_IN
    for nobody in (ANONYMOUS, SYSTEM):
        assert as_whom(session, round_, nobody, now) is None
        assert obstacle_to(session, round_, nobody, now) is expected


@pytest.mark.parametrize("way", sorted(set(Eligibility) - {Eligibility.OPEN}))
@pytest.mark.parametrize("role", Role)
def test_no_role_brings_a_vote(session: Session, now: datetime, way: Eligibility, role: Role) -> None:
    process = lindenhafen(session, now)
    round_ = round_for(session, process, way, now)
    birte = person(session, "Birte", now, role, process=process)
    assert as_whom(session, round_, birte, now) is None


def test_the_roll_of_this_round_counts_and_no_other(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    here, there = (round_for(session, process, Eligibility.ROLL, now) for _ in range(2))
    olena = person(session, "Olena", now)
    set_roll(session, here.slug, [Seat("olena@example.org")], actor=SYSTEM, now=now)
    assert as_whom(session, here, olena, now) == Participant("roll", f"account:{olena.id}", "Olena")
    assert as_whom(session, there, olena, now) is None
    assert obstacle_to(session, there, olena, now) is Obstacle.NOT_ON_ROLL
    assert (group_size(session, here, now), group_size(session, there, now)) == (1, 0)
    disable(session, olena, now)
    assert as_whom(session, here, olena, now) is None
    assert obstacle_to(session, here, olena, now) is Obstacle.ACCOUNT_DISABLED


def test_a_code_counts_in_its_own_round_until_it_is_revoked(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    here, there = (round_for(session, process, Eligibility.CODES, now) for _ in range(2))
    batch = issue_codes(session, here, 2, "Samstag", KEY, actor=SYSTEM, now=now)
    first, second = (Actor(ActorKind.CODE, code.id) for code in batch.codes)
    assert as_whom(session, here, first, now) == Participant("code", f"code:{first.id}", "")
    assert as_whom(session, there, first, now) is None
    assert obstacle_to(session, there, first, now) is Obstacle.CODE_OF_OTHER_ROUND
    revoke_code(session, here, 1, 1, actor=SYSTEM, now=now)
    assert as_whom(session, here, first, now) is None
    assert obstacle_to(session, here, first, now) is Obstacle.CODE_REVOKED
    assert as_whom(session, here, second, now) is not None
    assert group_size(session, here, now) == 1
    revoke_batch(session, here, 1, actor=SYSTEM, now=now)
    assert as_whom(session, here, second, now) is None


def test_codes_open_no_round_for_accounts_and_accounts_none_for_codes(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    workshop, online = (round_for(session, process, way, now) for way in (Eligibility.CODES, Eligibility.OPEN))
    (code,) = issue_codes(session, workshop, 1, "", KEY, actor=SYSTEM, now=now).codes
    holder, ayse = Actor(ActorKind.CODE, code.id), person(session, "Ayşe", now)
    assert as_whom(session, online, holder, now) is None
    assert obstacle_to(session, online, holder, now) is Obstacle.ACCOUNT_NEEDED
    assert as_whom(session, workshop, ayse, now) is None
    assert obstacle_to(session, workshop, ayse, now) is Obstacle.CODE_NEEDED


def test_everybody_with_a_verified_account_takes_part_online(session: Session, now: datetime) -> None:
    round_ = round_for(session, lindenhafen(session, now), Eligibility.OPEN, now)
    ayse = person(session, "Ayşe", now)
    assert as_whom(session, round_, ayse, now) == Participant("account", f"account:{ayse.id}", "Ayşe")
    assert group_size(session, round_, now) is None
    session.get_one(Account, ayse.id).verified_at = None
    session.flush()
    assert as_whom(session, round_, ayse, now) is None
    assert obstacle_to(session, round_, ayse, now) is Obstacle.ACCOUNT_NOT_VERIFIED
    disable(session, ayse, now)
    assert obstacle_to(session, round_, ayse, now) is Obstacle.ACCOUNT_DISABLED


def test_both_delegates_of_an_organisation_are_one_participant(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = round_for(session, process, Eligibility.ORGANISATIONS, now)
    bridge = organisation(session, process, now)
    olena, amir = person(session, "Olena", now), person(session, "Amir", now)
    for who in (olena, amir):
        delegate(session, who, bridge, now)
    found = as_whom(session, round_, olena, now)
    assert found == as_whom(session, round_, amir, now)
    assert found is not None
    assert (found.key, found.name, found.organisation_id) == (f"organisation:{bridge.id}", bridge.name, bridge.id)


@pytest.mark.parametrize(
    "begins, ends, approved, obstacle",
    [
        (1, None, True, Obstacle.MANDATE_AHEAD),
        (-10, 0, True, Obstacle.MANDATE_OVER),
        (-10, -1, True, Obstacle.MANDATE_OVER),
        (-10, None, False, Obstacle.ORGANISATION_NOT_APPROVED),
    ],
)
def test_a_mandate_holds_from_its_first_day_to_the_day_before_its_end_for_admitted_organisations(
    session: Session, now: datetime, begins: int, ends: int | None, *, approved: bool, obstacle: Obstacle
) -> None:
    process = lindenhafen(session, now)
    round_ = round_for(session, process, Eligibility.ORGANISATIONS, now)
    olena = person(session, "Olena", now)
    delegate(session, olena, organisation(session, process, now, approved=approved), now, begins=begins, ends=ends)
    assert as_whom(session, round_, olena, now) is None
    assert obstacle_to(session, round_, olena, now) is obstacle


def test_a_mandates_days_are_those_of_the_citys_clocks(session: Session) -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Lindenhafen
    process = lindenhafen(session, late)
    round_ = round_for(session, process, Eligibility.ORGANISATIONS, late)
    olena = person(session, "Olena", late)
    delegate(session, olena, organisation(session, process, late), late, ends=1)
    assert as_whom(session, round_, olena, late - timedelta(hours=1)) is not None
    assert as_whom(session, round_, olena, late) is None


def test_a_mandate_in_another_process_or_none_opens_nothing(session: Session, now: datetime) -> None:
    here, there = lindenhafen(session, now), lindenhafen(session, now)
    round_ = round_for(session, here, Eligibility.ORGANISATIONS, now)
    olena = person(session, "Olena", now)
    mandate = delegate(session, olena, organisation(session, there, now), now)
    assert as_whom(session, round_, olena, now) is None
    assert obstacle_to(session, round_, olena, now) is Obstacle.NO_MANDATE
    session.delete(mandate)
    delegate(session, olena, organisation(session, here, now), now)
    assert as_whom(session, round_, olena, now) is not None
    disable(session, olena, now)
    assert as_whom(session, round_, olena, now) is None


def test_a_department_takes_part_through_whoever_represents_it(session: Session, now: datetime) -> None:
    process, other = lindenhafen(session, now), lindenhafen(session, now)
    round_ = round_for(session, process, Eligibility.DEPARTMENTS, now)
    jens, birte = person(session, "Jens", now), person(session, "Birte", now)
    four = department(session, process, now)
    represents(session, jens, four)
    represents(session, birte, department(session, other, now))
    found = as_whom(session, round_, jens, now)
    assert found == Participant("department", f"department:{four.id}", "Fachbereich D4", department_id=four.id)
    assert as_whom(session, round_, birte, now) is None
    assert obstacle_to(session, round_, birte, now) is Obstacle.NO_DEPARTMENT
    disable(session, jens, now)
    assert as_whom(session, round_, jens, now) is None


def test_whoever_acts_for_two_departments_votes_for_neither_until_it_is_clear_for_which(
    session: Session, now: datetime
) -> None:
    process = lindenhafen(session, now)
    tasks = frozenset({Task.COST, Task.PRIORITISE_MEASURES})
    round_ = make_round(
        session, process, now, kind=KindName.ADMINISTRATION, eligibility=Eligibility.DEPARTMENTS, tasks=tasks
    )
    talk = round_for(session, process, Eligibility.DEPARTMENTS, now)
    jens, four = person(session, "Jens", now), department(session, process, now)
    represents(session, jens, four)
    open_for_contributions(session, round_, now)
    vote = partial(enter_round, session, round_.slug, Task.PRIORITISE_MEASURES, actor=jens, now=now)
    assert vote()[1].department_id == four.id
    represents(session, jens, department(session, process, now, code="D1"))
    assert as_whom(session, round_, jens, now) is None
    assert obstacle_to(session, round_, jens, now) is Obstacle.SEVERAL_DEPARTMENTS
    with pytest.raises(Forbidden, match="not_a_participant"):
        vote()
    assert enter_round(session, round_.slug, Task.COST, actor=jens, now=now)
    assert rounds_to_enter(session, process.id, Task.COST, actor=jens, now=now)
    assert as_whom(session, talk, jens, now) is not None


def test_a_department_for_which_nobody_acts_makes_no_group_larger(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    round_ = round_for(session, process, Eligibility.DEPARTMENTS, now)
    departments = [department(session, process, now, code=f"D{number}") for number in range(1, 13)]
    jens, birte, silke = (person(session, name, now) for name in ("Jens", "Birte", "Silke"))
    for who, of in ((jens, 0), (birte, 0), (silke, 1)):
        represents(session, who, departments[of])
    assert group_size(session, round_, now) == 2
    assert round_standing(session, round_, ANONYMOUS, now).is_small_group
    disable(session, silke, now)
    assert group_size(session, round_, now) == 1


def test_an_organisation_makes_the_group_larger_while_a_delegate_speaks_for_it(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    later = Window(now + timedelta(days=3), now + timedelta(days=9))
    round_ = round_for(session, process, Eligibility.ORGANISATIONS, now)
    planned = make_round(
        session,
        process,
        now,
        kind=KindName.MIGRANT_FORUM,
        eligibility=Eligibility.ORGANISATIONS,
        window=later,
        **WITHOUT_BALLOT,
    )
    bridge, harbour, _silent = (
        organisation(session, process, now, name=name) for name in ("Brücke", "Hafen", "Stumme e.V.")
    )
    waiting = organisation(session, process, now, name="Wartend", approved=False)
    olena, elif_, silke = (person(session, name, now) for name in ("Olena", "Elif", "Silke"))
    delegate(session, olena, bridge, now)
    delegate(session, silke, bridge, now)
    delegate(session, elif_, harbour, now, begins=2)
    delegate(session, person(session, "Farid", now), waiting, now)
    assert (group_size(session, round_, now), group_size(session, planned, now)) == (1, 2)


def test_contributions_come_in_while_the_round_is_open_and_from_participants_only(
    session: Session, now: datetime
) -> None:
    round_ = round_for(session, lindenhafen(session, now), Eligibility.OPEN, now)
    ayse = person(session, "Ayşe", now)

    def enter(who: Actor, task: Task, moment: datetime) -> Participant:
        return enter_round(session, round_.slug, task, actor=who, now=moment)[1]

    with pytest.raises(Conflict, match="round_not_open_yet"):
        enter(ayse, Task.COMMENT, now)
    open_for_contributions(session, round_, now)
    assert enter(ayse, Task.COMMENT, now).key == f"account:{ayse.id}"
    with pytest.raises(Conflict, match="task_not_in_round"):
        enter(ayse, Task.COST, now)
    with pytest.raises(SignInNeeded):
        enter(ANONYMOUS, Task.COMMENT, now)
    with pytest.raises(Forbidden, match="not_a_participant"):
        enter(Actor(ActorKind.CODE, "0" * 20), Task.COMMENT, now)
    with pytest.raises(Conflict, match="round_over"):
        enter(ayse, Task.COMMENT, round_.closes_at)


def test_the_condition_in_sql_says_the_same_as_the_window(session: Session, now: datetime) -> None:
    round_ = round_for(session, lindenhafen(session, now), Eligibility.OPEN, now)
    tick, day = timedelta(microseconds=1), timedelta(days=1)
    window = Window(round_.opens_at, round_.closes_at)
    moments = [window.opens_at, window.closes_at]
    moments += [moment + shift for moment in moments for shift in (-day, -tick, tick, day)]
    for moment in moments:
        found = session.scalar(select(Round.id).where(Round.id == round_.id, within_window(moment)))
        assert (found is not None) is (moment in window), moment


def test_a_small_group_is_told_so_before_it_votes(session: Session, now: datetime) -> None:
    round_ = round_for(session, lindenhafen(session, now), Eligibility.CODES, now)
    issue_codes(session, round_, 9, "", KEY, actor=SYSTEM, now=now)
    standing = round_standing(session, round_, ANONYMOUS, now)
    assert standing.is_small_group
    assert standing.situation is Situation.PLANNED
    issue_codes(session, round_, 1, "", KEY, actor=SYSTEM, now=now)
    assert not round_standing(session, round_, ANONYMOUS, now).is_small_group
