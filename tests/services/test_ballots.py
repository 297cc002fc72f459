"""Opening freezes, casting keeps, closing ends: the promises about a ballot, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.ballots import freezing
from participation.ballots.keys import DESTROY_KEY, KeyStore
from participation.ballots.models import Ballot, CountedBallot, Option, Participation, ReplacedReceipt
from participation.ballots.queries import (
    counted_turnout,
    has_voted,
    options_of,
    own_ballot,
    receipt_state,
    turnout,
)
from participation.ballots.rules import ReceiptState
from participation.ballots.services import (
    Cast,
    NewerBallot,
    cast_ballot,
    close_due_rounds,
    close_round,
    detach_ballots,
    open_round,
    strike_option,
)
from participation.core.actor import ANONYMOUS, SYSTEM, Actor
from participation.core.errors import Conflict, Forbidden, Invalid, InvalidBallot, SignInNeeded, Unavailable
from participation.core.ids import CROCKFORD
from participation.core.permissions import Role
from participation.core.wording import TITLE
from participation.outbox.models import Job
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalState
from participation.rounds.models import OptionRule, Round, RoundEvent
from participation.rounds.queries import Participant, participant_in
from participation.rounds.rules import RoundAction, RoundState
from participation.tally.kinds import BallotKind
from participation.texts.services import revise_text
from tests.factories.results import fill_box
from tests.factories.votes import make_measures, make_person, make_process, make_round

CODES = ["M01", "M02", "M03", "M04", "M05"]


class City:
    """Everything that a vote needs, with an open round of rankings up to 3 and the cast's verbs at hand."""

    def __init__(self, session: Session, now: datetime, keys: KeyStore) -> None:
        self.session, self.now, self.keys = session, now, keys
        self.process: Process = make_process(session, now)
        self.measures: list[Proposal] = make_measures(session, self.process, CODES, now)
        self.round = make_round(session, self.process, now)
        self.farid = make_person(session, "Farid", now, Role.MODERATOR, process=self.process)
        self.ayse = make_person(session, "Ayşe", now)
        self.olena = make_person(session, "Olena", now)

    def open(self, round_: Round | None = None) -> Round:
        slug = (round_ or self.round).slug
        return open_round(self.session, slug, actor=self.farid, now=self.now, keys=self.keys)

    def close(self) -> Round:
        return close_round(self.session, self.round.slug, actor=self.farid, now=self.now)

    def cast(self, actor: Actor, content: Any, based_on: int = 0, token: str = "", **more: Any) -> Cast:
        given: dict[str, Any] = {"actor": actor, "now": self.now, "keys": self.keys, "based_on": based_on}
        given["request_token"] = token or f"{actor.id}-{based_on}"
        return cast_ballot(self.session, self.round.slug, content, **(given | more))

    def participant(self, actor: Actor) -> Participant:
        found = participant_in(self.session, self.round, actor, self.now)
        assert found is not None
        return found

    def own(self, actor: Actor) -> Any:
        found = own_ballot(self.session, self.round.id, self.participant(actor), self.keys)
        return found and found.content

    def rows(self, table: type) -> int:
        return self.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def city(session: Session, now: datetime, keys: KeyStore) -> City:
    return City(session, now, keys)


# --- opening ---------------------------------------------------------------------------------------------


def test_opening_freezes_titles_texts_and_costs_with_their_revisions(city: City) -> None:
    city.open()
    before = options_of(city.session, city.round.id)[0]
    frozen = dict(before.content)
    measure = city.measures[0]
    revise_text(city.session, measure.title, "Ganz anders", shape=TITLE, actor=SYSTEM, now=city.now)
    city.session.expire_all()
    after = options_of(city.session, city.round.id)[0]
    assert after.content == frozen
    assert frozen["title"]["wordings"]["de"] == {
        "body": "Maßnahme M01",
        "origin": "author",
        "revision": 1,
        "source_revision": None,
        "stale": False,
    }
    assert frozen["title"]["wordings"]["tr"]["origin"] == "machine"
    assert frozen["costing"]["once_cents"] == 100_000
    assert frozen["field"]["code"] == "F2"


def test_a_person_who_proposed_is_not_named_in_what_is_frozen(city: City) -> None:
    city.measures[0].author_id, city.measures[0].author_name = city.ayse.id, "Ayşe"
    city.open()
    assert "Ay" not in str([option.content for option in options_of(city.session, city.round.id)])


def test_equal_options_have_equal_hashes_and_the_opening_keeps_the_hash_of_all(city: City) -> None:
    second = make_round(city.session, city.process, city.now, slug="online-2")
    city.open()
    city.open(second)
    hashes = [[option.content_hash for option in options_of(city.session, r.id)] for r in (city.round, second)]
    assert hashes[0] == hashes[1]
    facts = [event.facts for event in city.session.scalars(select(RoundEvent))]
    assert facts[0]["options"] == 5
    assert facts[0]["options_hash"] == facts[1]["options_hash"]


@pytest.mark.parametrize(
    "rule,chosen,codes",
    [
        (OptionRule.ALL_MEASURES, [], CODES),
        (OptionRule.OPEN_MEASURES, [], ["M01", "M03", "M05"]),
        (OptionRule.CHOSEN, ["M04", "M02"], ["M04", "M02"]),
    ],
)
def test_the_rule_says_what_is_put_to_the_vote(
    city: City, rule: OptionRule, chosen: list[str], codes: list[str]
) -> None:
    round_ = make_round(city.session, city.process, city.now, slug="r", option_rule=rule, chosen_codes=chosen)
    city.open(round_)
    assert [option.code for option in options_of(city.session, round_.id)] == codes


def test_what_is_not_admitted_is_not_put_to_the_vote(city: City) -> None:
    city.measures[1].state = ProposalState.DECLINED
    city.open()
    assert [option.code for option in options_of(city.session, city.round.id)] == ["M01", "M03", "M04", "M05"]


def test_a_chosen_proposal_that_is_not_admitted_or_not_there_refuses_the_opening(city: City) -> None:
    city.measures[1].state = ProposalState.SUBMITTED
    for code, expected in (("M02", "option_not_admitted"), ("M99", "unknown_proposal")):
        round_ = make_round(
            city.session,
            city.process,
            city.now,
            slug=f"r-{code.lower()}",
            option_rule=OptionRule.CHOSEN,
            chosen_codes=["M01", code],
        )
        with pytest.raises((Conflict, Invalid), match=expected):
            city.open(round_)
        assert round_.state is RoundState.DRAFT
        assert not city.keys.holds(round_.id)


def test_one_option_is_no_vote(city: City) -> None:
    for measure in city.measures[1:]:
        measure.state = ProposalState.DECLINED
    with pytest.raises(Conflict, match="too_few_options"):
        city.open()
    assert city.rows(Option) == 0


def test_more_options_than_a_bundle_may_hold_are_refused_at_the_opening(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freezing, "MOST_OPTIONS", len(city.measures) - 1)
    with pytest.raises(Conflict, match="too_many_options"):
        city.open()
    assert city.rows(Option) == 0


def test_a_round_without_a_vote_opens_without_options_and_without_a_key(city: City) -> None:
    talk = make_round(city.session, city.process, city.now, slug="talk", ballot_kind=None)
    city.open(talk)
    assert talk.state is RoundState.OPEN
    assert not city.keys.holds(talk.id)
    with pytest.raises(Conflict, match="nothing_to_vote_on"):
        cast_ballot(
            city.session, "talk", [], actor=city.ayse, now=city.now, request_token="t", based_on=0, keys=city.keys
        )


def test_a_round_opens_once_and_only_by_those_who_may_and_before_its_end(city: City) -> None:
    with pytest.raises(Forbidden, match="not_permitted"):
        open_round(city.session, city.round.slug, actor=city.ayse, now=city.now, keys=city.keys)
    late = make_round(city.session, city.process, city.now, slug="late", closes_in=timedelta(0))
    with pytest.raises(Conflict, match="window_over"):
        city.open(late)
    city.open()
    with pytest.raises(Conflict, match="round_state"):
        city.open()
    assert first_broken_record(city.session) is None
    assert city.session.scalars(select(AuditRecord.action)).all() == ["round.open"]


# --- casting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind,content,changed",
    [
        (BallotKind.RANKING, ["M03", "M01"], ["M01", "M03"]),
        (BallotKind.APPROVAL, ["M01", "M03"], ["M02"]),
        (BallotKind.POINTS, {"M01": 5, "M05": 5}, {"M02": 1}),
        (BallotKind.SCORE, {"M01": 0, "M05": 5}, {"M01": 3}),
    ],
)
def test_a_ballot_of_each_kind_is_kept_and_can_be_changed(
    city: City, kind: BallotKind, content: Any, changed: Any
) -> None:
    city.round = make_round(city.session, city.process, city.now, slug="other", ballot_kind=kind)
    city.open()
    first = city.cast(city.ayse, content)
    assert (first.revision, first.repeated, city.own(city.ayse)) == (1, False, content)
    second = city.cast(city.ayse, changed, based_on=1)
    assert (second.revision, city.own(city.ayse)) == (2, changed)
    assert second.receipt != first.receipt
    assert (city.rows(Ballot), city.rows(Participation)) == (1, 1)


def test_a_receipt_is_eighty_random_bits_for_reading_aloud(city: City) -> None:
    city.open()
    receipt = city.cast(city.ayse, ["M01"]).receipt
    assert len(receipt) == 16
    assert set(receipt) <= set(CROCKFORD)


def test_the_same_request_again_is_the_same_ballot_with_the_same_receipt(city: City) -> None:
    city.open()
    first = city.cast(city.ayse, ["M01", "M02"], token="form-1")
    again = city.cast(city.ayse, ["M01", "M02"], token="form-1")
    assert again == replace(first, repeated=True)
    assert city.rows(Ballot) == 1


def test_a_repetition_is_answered_even_after_the_close_or_a_strike(city: City) -> None:
    city.open()
    first = city.cast(city.ayse, ["M01", "M02"], token="form-1")
    strike_option(city.session, city.round.slug, "M01", {"de": "Doppelt."}, actor=city.farid, now=city.now)
    assert city.cast(city.ayse, ["M01", "M02"], token="form-1") == replace(first, repeated=True)
    city.close()
    assert city.cast(city.ayse, ["M01", "M02"], token="form-1") == replace(first, repeated=True)
    with pytest.raises(Conflict, match="round_closed_early"):
        city.cast(city.ayse, ["M02"], token="form-1")
    with pytest.raises(Conflict, match="round_closed_early"):
        city.cast(city.ayse, ["M01", "M02"], token="form-2", based_on=1)


def test_one_token_for_two_different_votes_is_refused_rather_than_guessed(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"], token="form-1")
    with pytest.raises(Conflict, match="request_reused"):
        city.cast(city.ayse, ["M02"], token="form-1")
    assert city.own(city.ayse) == ["M01"]


def test_the_same_token_of_two_people_is_two_ballots(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"], token="1")
    assert not city.cast(city.olena, ["M02"], token="1").repeated
    assert city.rows(Ballot) == 2


def test_a_stale_change_is_shown_both_ballots_and_changes_nothing(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"])
    city.cast(city.ayse, ["M02"], based_on=1, token="at the library")
    with pytest.raises(NewerBallot) as refused:
        city.cast(city.ayse, ["M03"], based_on=1, token="at home")
    assert refused.value.stored.content == ["M02"]
    assert refused.value.typed == ["M03"]
    assert refused.value.facts == {"revision": 2}
    assert "M0" not in str(refused.value)
    assert city.own(city.ayse) == ["M02"]


def test_a_first_ballot_from_a_second_tab_is_stale_too(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"], token="tab 1")
    with pytest.raises(NewerBallot):
        city.cast(city.ayse, ["M02"], token="tab 2")


def test_a_change_of_a_ballot_that_is_not_there_is_refused(city: City) -> None:
    city.open()
    city.session.commit()
    with pytest.raises(Conflict, match="no_ballot_to_change"):
        city.cast(city.ayse, ["M01"], based_on=3)
    city.session.rollback()
    assert (city.rows(Ballot), city.rows(Participation)) == (0, 0)


def test_an_invalid_ballot_leaves_nothing_behind(city: City) -> None:
    city.open()
    for content in (["M01", "M01"], ["M77"], ["M01", "M02", "M03", "M04"], "M01", []):
        with pytest.raises(InvalidBallot):
            city.cast(city.ayse, content)
    assert (city.rows(Ballot), city.rows(Participation)) == (0, 0)


def test_an_option_of_another_round_does_not_stand_here(city: City) -> None:
    other = make_round(
        city.session, city.process, city.now, slug="few", option_rule=OptionRule.CHOSEN, chosen_codes=["M01", "M02"]
    )
    city.open()
    city.open(other)
    city.round = other
    with pytest.raises(InvalidBallot, match="unknown_option"):
        city.cast(city.ayse, ["M03"])


def test_an_empty_ballot_is_a_ballot_once_confirmed(city: City) -> None:
    city.open()
    assert city.cast(city.ayse, [], confirm_empty=True).revision == 1
    assert city.own(city.ayse) == []


@pytest.mark.parametrize("token", ["", "x" * 201])
def test_a_ballot_without_a_usable_request_token_is_refused(city: City, token: str) -> None:
    city.open()
    with pytest.raises(Invalid, match="request_token_missing"):
        city.cast(city.ayse, ["M01"], request_token=token)


def test_a_ballot_counts_from_the_opening_up_to_but_not_at_the_close(city: City) -> None:
    with pytest.raises(Conflict, match="round_not_open_yet"):
        city.cast(city.ayse, ["M01"])
    city.open()
    with pytest.raises(Conflict, match="round_not_open_yet"):
        city.cast(city.ayse, ["M01"], now=city.round.opens_at - timedelta(microseconds=1))
    with pytest.raises(Conflict, match="round_over") as refused:
        city.cast(city.ayse, ["M01"], now=city.round.closes_at)
    assert refused.value.facts["closes_at"] == city.round.closes_at
    assert city.cast(city.ayse, ["M01"], now=city.round.closes_at - timedelta(microseconds=1)).revision == 1
    assert city.cast(city.olena, ["M01"], now=city.round.opens_at).revision == 1


def test_who_does_not_take_part_has_no_ballot_and_no_role_brings_one(city: City) -> None:
    city.open()
    city.session.get_one(Account, city.ayse.id).verified_at = None
    for actor in (city.ayse, SYSTEM):
        with pytest.raises(Forbidden, match="not_a_participant"):
            city.cast(actor, ["M01"])
    with pytest.raises(SignInNeeded):
        city.cast(ANONYMOUS, ["M01"])
    with pytest.raises(Forbidden, match="not_permitted"):
        city.cast(replace(city.olena, scopes=frozenset({"round:comment:write"})), ["M01"])


def test_the_register_knows_the_day_in_the_citys_zone_and_nothing_finer(city: City) -> None:
    city.open()
    just_before_midnight_in_utc = datetime(2026, 11, 20, 23, 30, tzinfo=city.now.tzinfo)
    city.cast(city.ayse, ["M01"], now=just_before_midnight_in_utc)
    entry = city.session.scalars(select(Participation)).one()
    assert entry.voted_on == date(2026, 11, 21)
    assert (entry.participant, entry.participant_class) == (f"account:{city.ayse.id}", "account")


def test_the_register_and_the_box_share_nothing_but_the_round(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"])
    stored = city.session.scalars(select(Ballot)).one()
    entry = city.session.scalars(select(Participation)).one()
    in_the_box = {stored.ballot_key, stored.receipt, stored.request}
    assert entry.participant not in in_the_box
    assert city.ayse.id not in str(in_the_box)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_rows_do_not_stand_in_the_order_of_voting(city: City) -> None:
    """A table with row ids would let the n-th entry of the register be matched with the n-th ballot."""
    for table in ("ballots", "participations"):
        with pytest.raises(Exception, match="no such column: rowid"):
            city.session.execute(text(f"SELECT rowid FROM {table}"))  # noqa: S608 - two fixed names
        city.session.rollback()


# --- keys ------------------------------------------------------------------------------------------------


def test_without_its_key_a_round_is_suspended_and_not_keyed_anew(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"])
    city.keys.destroy(city.round.id)
    for actor in (city.ayse, city.olena):
        with pytest.raises(Unavailable, match="round_suspended"):
            city.cast(actor, ["M02"], token="new")
    assert not city.keys.holds(city.round.id)
    assert city.rows(Ballot) == 1
    assert has_voted(city.session, city.round.id, city.participant(city.ayse))


def test_with_a_foreign_key_nobody_votes_twice(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"])
    city.session.commit()
    city.keys.destroy(city.round.id)
    city.keys.create(city.round.id)
    with pytest.raises(Unavailable, match="round_suspended"):
        city.cast(city.ayse, ["M02"], token="new")
    city.session.rollback()
    assert city.rows(Ballot) == 1


def test_a_key_left_by_an_opening_that_failed_serves_the_next_one(city: City) -> None:
    city.session.commit()
    city.open()
    left = city.keys.key(city.round.id).ballot_key("x")
    city.session.rollback()
    city.open()
    assert city.keys.key(city.round.id).ballot_key("x") == left


# --- closing and turnout ---------------------------------------------------------------------------------


def test_closing_ends_voting_for_everybody_and_is_one_event(city: City) -> None:
    city.open()
    with pytest.raises(Forbidden):
        close_round(city.session, city.round.slug, actor=city.ayse, now=city.now)
    city.close()
    with pytest.raises(Conflict, match="round_closed_early"):
        city.cast(city.ayse, ["M01"])
    with pytest.raises(Conflict, match="round_state"):
        city.close()
    closing = select(RoundEvent).where(RoundEvent.action == RoundAction.CLOSE)
    assert len(city.session.scalars(closing).all()) == 1


def test_a_round_whose_time_is_over_is_closed_once_by_the_program(city: City) -> None:
    later = make_round(city.session, city.process, city.now, slug="later", closes_in=timedelta(days=8))
    city.open()
    city.open(later)
    assert close_due_rounds(city.session, now=city.round.closes_at - timedelta(seconds=1)) == []
    assert close_due_rounds(city.session, now=city.round.closes_at) == ["online-1"]
    assert close_due_rounds(city.session, now=city.round.closes_at) == []
    event = city.session.scalars(select(RoundEvent).where(RoundEvent.action == RoundAction.CLOSE)).one()
    assert (event.actor_id, event.facts) == ("system", {"scheduled": True})
    assert later.state is RoundState.OPEN


def test_turnout_comes_from_the_register(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"])
    city.cast(city.olena, ["M02"], now=city.now + timedelta(days=1))
    city.cast(city.ayse, ["M03"], based_on=1)
    counted = turnout(city.session, city.round)
    assert counted.total == 2
    assert not counted.is_broken_down  # two people, one a day: to name the days would be to say so
    assert counted_turnout(city.session, city.round) == counted


def test_turnout_shows_parts_of_ten_and_nothing_that_gives_a_smaller_one_away(city: City) -> None:
    city.open()
    for day, voters in enumerate((12, 10, 11)):
        fill_box(city.session, city.round, [["M01"]] * voters, city.now + timedelta(days=day))
    days = [date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)]
    assert counted_turnout(city.session, city.round).by_day == dict(zip(days, (12, 10, 11), strict=True))
    assert not turnout(city.session, city.round).is_broken_down
    city.cast(city.ayse, ["M01"], now=city.now + timedelta(days=3))
    counted = counted_turnout(city.session, city.round)
    assert counted.total == 34
    assert counted.by_day == dict(zip([*days, date(2026, 11, 23)], (12, None, 11, None), strict=True))
    assert counted.by_channel == {"online": 34}


# --- striking --------------------------------------------------------------------------------------------


def test_a_struck_option_stays_on_ballots_and_takes_no_new_vote(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01", "M02"])
    strike_option(city.session, city.round.slug, "M01", {"de": "Rechtlich unzulässig."}, actor=city.farid, now=city.now)
    assert city.own(city.ayse) == ["M01", "M02"]
    with pytest.raises(InvalidBallot, match="option_struck"):
        city.cast(city.olena, ["M01"])
    record = city.session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc())).first()
    assert record is not None
    assert (record.action, record.facts["option"]) == ("option.strike", "M01")


def test_an_option_is_struck_once_with_a_reason_while_the_round_runs(city: City) -> None:
    def strike(code: str, reason: str = "Doppelt.", actor: Actor | None = None) -> None:
        strike_option(city.session, city.round.slug, code, {"de": reason}, actor=actor or city.farid, now=city.now)

    with pytest.raises(Conflict, match="not_running"):
        strike("M01")
    city.open()
    with pytest.raises(Forbidden):
        strike("M01", actor=city.ayse)
    with pytest.raises(Invalid, match="text_missing"):
        strike("M01", reason=" ")
    for code in ("M01", "M02", "M03"):
        strike(code)
    with pytest.raises(Conflict, match="option_struck_already"):
        strike("M01")
    with pytest.raises(Conflict, match="too_few_options"):
        strike("M04")


# --- conclusion ------------------------------------------------------------------------------------------


def test_detached_ballots_are_linked_to_nobody_and_the_key_is_to_be_destroyed(city: City) -> None:
    city.open()
    receipts = {city.cast(actor, ["M01"]).receipt for actor in (city.ayse, city.olena)}
    with pytest.raises(Conflict, match="round_not_closed"):
        detach_ballots(city.session, city.round.id, now=city.now)
    city.close()
    assert detach_ballots(city.session, city.round.id, now=city.now) == 2
    assert (city.rows(Ballot), city.rows(CountedBallot), city.rows(Participation)) == (0, 2, 2)
    assert set(city.session.scalars(select(CountedBallot.receipt))) == receipts
    job = city.session.scalars(select(Job).where(Job.name == DESTROY_KEY)).one()
    assert job.payload == {"round_id": city.round.id}


def test_a_box_that_differs_from_the_register_is_not_concluded(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"])
    city.close()
    city.session.delete(city.session.scalars(select(Participation)).one())
    city.session.flush()
    with pytest.raises(Conflict, match="register_differs"):
        detach_ballots(city.session, city.round.id, now=city.now)
    assert city.rows(Ballot) == 1


def test_a_receipt_says_from_the_opening_on_what_has_become_of_its_ballot(city: City) -> None:
    def states(*receipts: str) -> list[str]:
        return [receipt_state(city.session, city.round, receipt).value for receipt in receipts]

    with pytest.raises(Conflict, match="round_not_open_yet"):
        states("x")
    city.open()
    first = city.cast(city.ayse, ["M01"]).receipt
    olenas = city.cast(city.olena, ["M03"]).receipt
    assert states(first, olenas, "x") == ["in_the_box", "in_the_box", "unknown"]
    second = city.cast(city.ayse, ["M02"], based_on=1).receipt
    third = city.cast(city.ayse, ["M04"], based_on=2).receipt
    typed = " ".join(third[place : place + 4].upper() for place in range(0, 16, 4))
    assert states(first, second, typed, olenas) == ["replaced", "replaced", "in_the_box", "in_the_box"]
    city.close()
    assert states(first, third) == ["replaced", "in_the_box"]
    detach_ballots(city.session, city.round.id, now=city.now)
    city.round.state = RoundState.CONCLUDED
    assert states(first, second, typed, olenas, "x") == ["replaced", "replaced", "counted", "counted", "unknown"]


def test_a_request_that_is_repeated_or_refused_replaces_no_receipt(city: City) -> None:
    city.open()
    first = city.cast(city.ayse, ["M01"], token="first")
    assert city.cast(city.ayse, ["M01"], token="first") == replace(first, repeated=True)
    changed = city.cast(city.ayse, ["M02"], based_on=1, token="second")
    for _ in range(3):
        assert city.cast(city.ayse, ["M02"], based_on=1, token="second") == replace(changed, repeated=True)
    with pytest.raises(NewerBallot):
        city.cast(city.ayse, ["M03"], based_on=1, token="third")
    assert city.session.scalars(select(ReplacedReceipt.receipt)).all() == [first.receipt]
    assert receipt_state(city.session, city.round, changed.receipt) is ReceiptState.IN_THE_BOX


def test_counted_ballots_cannot_be_changed_in_the_database(city: City) -> None:
    city.open()
    city.cast(city.ayse, ["M01"])
    city.close()
    detach_ballots(city.session, city.round.id, now=city.now)
    city.session.commit()
    statements: list[Callable[[], Any]] = [
        lambda: city.session.execute(text("UPDATE counted_ballots SET receipt = 'x'")),
        lambda: city.session.execute(text("DELETE FROM counted_ballots")),
    ]
    for statement in statements:
        with pytest.raises(Exception, match="append-only"):
            statement()
        city.session.rollback()
