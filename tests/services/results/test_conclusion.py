"""Concluding a round on both databases: two people, one result, nobody linked, nothing changed afterwards."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.ballots.keys import DESTROY_KEY, KeyStore
from participation.ballots.models import Ballot, CountedBallot, Participation
from participation.ballots.services import close_round, open_round, strike_option
from participation.core.actor import ANONYMOUS, SYSTEM
from participation.core.errors import Conflict, Forbidden, SignInNeeded
from participation.outbox.models import Job
from participation.results.models import RoundResult
from participation.results.queries import has_result, result_of
from participation.results.rules.documents import document_hash
from participation.results.services import (
    PUBLISH_BUNDLES,
    conclude_round,
    count_round,
    request_conclusion,
    withdraw_conclusion_request,
)
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import requested_conclusion
from participation.rounds.rules import RoundAction, RoundState
from participation.tally.kinds import BallotKind
from participation.texts.models import TextVersion
from tests.factories.results import Hall, conclude, fill_box, make_hall, vote_and_close
from tests.factories.votes import make_round

STEERING = [["M1", "M2"], ["M1", "M2"], ["M2", "M1"], []]
ONLINE = [{"M1": 5, "M2": 5}, {"M3": 4, "M2": 1}, {"M1": 0}]


@pytest.fixture
def hall(session: Session, now: datetime) -> Hall:
    return make_hall(session, now)


@pytest.fixture
def round_(session: Session, hall: Hall, now: datetime, keys: KeyStore) -> Round:
    """Return a closed round with the four ballots that tests/unit/results/test_snapshots.py counts by hand."""
    return vote_and_close(session, make_round(session, hall.process, now), STEERING, now, keys)


def snapshot(result: RoundResult | None) -> dict[str, Any]:
    assert result is not None
    return result.snapshot


def test_what_two_people_conclude_is_what_was_counted_by_hand(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    result = conclude(session, round_, hall, now)
    session.commit()
    session.expire_all()
    assert round_.state is RoundState.CONCLUDED
    kept = snapshot(result_of(session, round_.id))
    assert [(one["code"], one["rank"], one["win_rate"]) for one in kept["options"]] == [
        ("M1", 1, "3/4"),
        ("M2", 2, "5/8"),
        ("M3", 3, "1/8"),
    ]
    assert kept["ballot"] == {"kind": "ranking", "k": 3}
    assert (kept["ballots"], kept["publishes_ballots"]) == (4, False)
    assert kept["options"][0]["title"]["translations"]["tr"] == {
        "body": "Önlem M1",
        "origin": "machine",
        "stale": False,
    }
    assert kept["options"][0]["costing"]["once_cents"] == 100_000
    assert result is not None
    assert (result.rule, result.method_version, result.ballots) == ("win-rate", "win-rate/1", 4)


def test_the_ballots_are_unlinked_and_their_hash_is_that_of_the_published_list(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    result = conclude(session, round_, hall, now)
    assert session.scalars(select(Ballot)).all() == []
    counted = session.scalars(select(CountedBallot).order_by(CountedBallot.receipt)).all()
    assert sorted(map(json.dumps, (one.content for one in counted))) == sorted(map(json.dumps, STEERING))
    published = [{"receipt": one.receipt, "content": one.content} for one in counted]
    assert snapshot(result)["ballots_hash"] == document_hash(sorted(published, key=lambda one: str(one["receipt"])))


def test_the_conclusion_leaves_an_event_an_audit_record_and_a_job_for_the_key(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    conclude(session, round_, hall, now)
    asked, concluded = session.scalars(
        select(RoundEvent)
        .where(RoundEvent.action.in_([RoundAction.REQUEST_CONCLUSION, RoundAction.CONCLUDE]))
        .order_by(RoundEvent.action.desc())
    )
    assert (asked.actor_id, concluded.actor_id) == (hall.birte.id, hall.farid.id)
    assert concluded.facts["request"] == asked.id
    assert concluded.facts["ballots"] == 4
    jobs = session.execute(select(Job.name, Job.payload).order_by(Job.name)).all()
    assert [tuple(job) for job in jobs] == [
        (DESTROY_KEY, {"round_id": round_.id}),
        (PUBLISH_BUNDLES, {"round_id": round_.id}),
    ]
    root = snapshot(session.get(RoundResult, round_.id))["ballots_root"]
    assert concluded.facts["ballots_root"] == root
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert acts[-2:] == ["round.request_conclusion", "round.conclude"]
    assert first_broken_record(session) is None


def test_counting_outside_the_lock_gives_the_same_result(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    box = count_round(session, round_.slug, actor=hall.farid)
    result = conclude_round(session, round_.slug, box, actor=hall.farid, now=now)
    assert [one["win_rate"] for one in snapshot(result)["options"]] == ["3/4", "5/8", "1/8"]


def _add(session: Session, round_: Round, now: datetime) -> None:
    fill_box(session, round_, [["M3"]], now)


def _change(session: Session, round_: Round, _now: datetime) -> None:
    one = session.scalars(select(Ballot.receipt).where(Ballot.round_id == round_.id).limit(1)).one()
    session.execute(update(Ballot).where(Ballot.receipt == one).values(content=["M3", "M1"]))


def _swap_receipt(session: Session, round_: Round, _now: datetime) -> None:
    one = session.scalars(select(Ballot.receipt).where(Ballot.round_id == round_.id).limit(1)).one()
    session.execute(update(Ballot).where(Ballot.receipt == one).values(receipt="0" * 16))


@pytest.mark.parametrize("meddle", [_add, _change, _swap_receipt])
def test_a_box_that_changed_after_the_count_is_refused(
    session: Session, hall: Hall, round_: Round, now: datetime, meddle: Callable[[Session, Round, datetime], None]
) -> None:
    request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    box = count_round(session, round_.slug, actor=hall.farid)
    meddle(session, round_, now)
    with pytest.raises(Conflict, match="box_changed"):
        conclude_round(session, round_.slug, box, actor=hall.farid, now=now)
    assert round_.state is RoundState.CLOSED


def test_a_box_that_does_not_fit_the_register_stops_request_and_conclusion(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    voter = session.scalars(select(Participation.participant).limit(1)).one()
    session.execute(delete(Participation).where(Participation.participant == voter))
    with pytest.raises(Conflict, match=r"register_differs.*ballots=4.*voters=3"):
        conclude_round(session, round_.slug, actor=hall.farid, now=now)
    withdraw_conclusion_request(session, round_.slug, actor=hall.birte, now=now)
    with pytest.raises(Conflict, match="register_differs"):
        request_conclusion(session, round_.slug, actor=hall.birte, now=now)


def test_a_ballot_that_breaks_its_rules_is_not_left_out_but_stops_the_count(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    one = session.scalars(select(Ballot.receipt).limit(1)).one()
    session.execute(update(Ballot).where(Ballot.receipt == one).values(content=["M1", "M9"]))
    with pytest.raises(Conflict, match=r"unreadable_ballot_in_box.*unknown_option"):
        conclude_round(session, round_.slug, actor=hall.farid, now=now)


def test_who_asks_cannot_confirm(session: Session, hall: Hall, round_: Round, now: datetime) -> None:
    request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    with pytest.raises(Forbidden, match="second_person_needed"):
        conclude_round(session, round_.slug, actor=hall.birte, now=now)
    with pytest.raises(Forbidden, match="conclusion_by_people"):
        conclude_round(session, round_.slug, actor=SYSTEM, now=now)
    assert not has_result(session, round_.id)


def test_a_program_cannot_ask_either(session: Session, hall: Hall, round_: Round, now: datetime) -> None:
    with pytest.raises(Forbidden, match="conclusion_by_people"):
        request_conclusion(session, round_.slug, actor=SYSTEM, now=now)


@pytest.mark.parametrize("act", [request_conclusion, withdraw_conclusion_request, conclude_round])
def test_nobody_without_the_right_takes_part_in_a_conclusion(
    session: Session, hall: Hall, round_: Round, now: datetime, act: Callable[..., Any]
) -> None:
    with pytest.raises(SignInNeeded):
        act(session, round_.slug, actor=ANONYMOUS, now=now)
    with pytest.raises(Forbidden, match="not_permitted"):
        act(session, round_.slug, actor=hall.ayse, now=now)
    with pytest.raises(Forbidden, match="not_permitted"):
        count_round(session, round_.slug, actor=hall.ayse)


def test_asking_twice_is_one_request_and_a_second_person_is_told_to_confirm(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    first = request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    again = request_conclusion(session, round_.slug, actor=hall.birte, now=now + timedelta(minutes=1))
    assert (again.id, again.at) == (first.id, now)
    with pytest.raises(Conflict, match="conclusion_requested_already"):
        request_conclusion(session, round_.slug, actor=hall.silke, now=now)


def test_a_withdrawn_request_cannot_be_confirmed_and_can_be_made_anew(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    withdraw_conclusion_request(session, round_.slug, actor=hall.silke, now=now)
    with pytest.raises(Conflict, match="no_conclusion_requested"):
        conclude_round(session, round_.slug, actor=hall.farid, now=now)
    with pytest.raises(Conflict, match="no_conclusion_requested"):
        withdraw_conclusion_request(session, round_.slug, actor=hall.silke, now=now)
    request_conclusion(session, round_.slug, actor=hall.farid, now=now)
    waiting = requested_conclusion(session, round_.id)
    assert waiting is not None
    assert waiting.actor_id == hall.farid.id
    assert conclude_round(session, round_.slug, actor=hall.birte, now=now) is not None


def test_only_a_closed_round_is_concluded(session: Session, hall: Hall, now: datetime, keys: KeyStore) -> None:
    draft = make_round(session, hall.process, now, slug="draft")
    with pytest.raises(Conflict, match="round_state"):
        request_conclusion(session, draft.slug, actor=hall.birte, now=now)
    open_round(session, draft.slug, actor=SYSTEM, now=now, keys=keys)
    for act in (request_conclusion, conclude_round):
        with pytest.raises(Conflict, match="round_state"):
            act(session, draft.slug, actor=hall.birte, now=now)
    with pytest.raises(Conflict, match="round_state"):
        count_round(session, draft.slug, actor=hall.birte)


def test_a_concluded_round_answers_again_with_its_one_result(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    first = conclude(session, round_, hall, now)
    later = now + timedelta(days=1)
    assert count_round(session, round_.slug, actor=hall.silke) is None
    assert conclude_round(session, round_.slug, actor=hall.silke, now=later) is first
    assert first is not None
    assert first.counted_at == now
    with pytest.raises(Conflict, match="round_state"):
        request_conclusion(session, round_.slug, actor=hall.birte, now=later)


def test_a_round_that_votes_on_nothing_is_concluded_without_a_count(
    session: Session, hall: Hall, now: datetime, keys: KeyStore
) -> None:
    talk = vote_and_close(session, make_round(session, hall.process, now, ballot_kind=None), [], now, keys)
    request_conclusion(session, talk.slug, actor=hall.birte, now=now)
    assert count_round(session, talk.slug, actor=hall.farid) is None
    assert conclude_round(session, talk.slug, actor=hall.farid, now=now) is None
    assert talk.state is RoundState.CONCLUDED
    assert not has_result(session, talk.id)
    assert session.scalars(select(Job)).all() == []


def test_a_round_in_which_nobody_voted_is_concluded_with_a_result_that_says_so(
    session: Session, hall: Hall, now: datetime, keys: KeyStore
) -> None:
    empty = vote_and_close(session, make_round(session, hall.process, now), [], now, keys)
    result = snapshot(conclude(session, empty, hall, now))
    assert result["ballots"] == 0
    assert result["ballots_hash"] == document_hash([])
    assert {one["win_rate"] for one in result["options"]} == {None}
    assert {one["rank"] for one in result["options"]} == {None}


@pytest.mark.parametrize(
    "kind,ballots,rates",
    [
        (BallotKind.SCORE, ONLINE, {"M3": "1", "M1": "1/2", "M2": "1/4"}),
        (BallotKind.APPROVAL, [["M1", "M2"], ["M1"], []], {"M1": "3/4", "M2": "1/2", "M3": "1/4"}),
        (BallotKind.POINTS, [{"M2": 5, "M1": 1}, {"M2": 1}], {"M2": "1", "M1": "3/8", "M3": "1/8"}),
    ],
)
def test_each_ballot_kind_is_counted(
    session: Session, hall: Hall, now: datetime, keys: KeyStore, kind: BallotKind, ballots: Any, rates: dict[str, str]
) -> None:
    round_ = vote_and_close(session, make_round(session, hall.process, now, ballot_kind=kind), ballots, now, keys)
    result = snapshot(conclude(session, round_, hall, now))
    assert {one["code"]: one["win_rate"] for one in result["options"]} == rates


def test_a_struck_option_stays_on_the_ballots_and_leaves_the_count(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    strike_option(session, round_.slug, "M1", {"de": "Doppelt eingereicht."}, actor=hall.birte, now=now)
    result = snapshot(conclude(session, round_, hall, now))
    assert {one["code"]: one["win_rate"] for one in result["options"]} == {"M2": "7/8", "M3": "1/8"}
    assert [(one["code"], one["reason"]["body"]) for one in result["struck"]] == [("M1", "Doppelt eingereicht.")]
    assert ["M1", "M2"] in session.scalars(select(CountedBallot.content)).all()


def test_figures_come_from_the_snapshot_whatever_happens_to_the_proposals(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    conclude(session, round_, hall, now)
    session.execute(update(TextVersion).values(body="other words"))
    session.commit()
    session.expire_all()
    assert snapshot(result_of(session, round_.id))["options"][0]["title"]["body"] == "Maßnahme M1"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE round_results SET ballots = 5",
        "DELETE FROM round_results",
        "UPDATE counted_ballots SET receipt = 'x'",
        "DELETE FROM counted_ballots",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_counted(
    session: Session, hall: Hall, round_: Round, now: datetime, change: str
) -> None:
    conclude(session, round_, hall, now)
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(change))
    session.rollback()


def test_the_control_of_the_triggers_other_tables_do_change(
    session: Session, hall: Hall, round_: Round, now: datetime
) -> None:
    conclude(session, round_, hall, now)
    session.execute(text("DELETE FROM participations"))
    assert session.scalars(select(Participation)).all() == []


def test_turnout_by_class_hides_small_groups(session: Session, hall: Hall, now: datetime, keys: KeyStore) -> None:
    round_ = make_round(session, hall.process, now)
    open_round(session, round_.slug, actor=SYSTEM, now=now, keys=keys)
    for voter_class, ballots in (("account", 30), ("code", 12), ("paper", 3)):
        fill_box(session, round_, [["M1"]] * ballots, now, voter_class=voter_class)
    round_.expected_participants = 60
    session.flush()
    close_round(session, round_.slug, actor=SYSTEM, now=now)
    assert snapshot(conclude(session, round_, hall, now))["turnout"] == {
        "expected": 60,
        "classes": {"account": 30, "code": None, "paper": None},
        "channels": {"online": 45},
    }
