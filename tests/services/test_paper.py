"""Ballot sheets on both databases: made, received before the close, typed in by two people, cast once or set aside."""

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, Channel, Participation
from participation.ballots.paper import services
from participation.ballots.paper.models import PaperEntry, PaperSheet
from participation.ballots.paper.queries import (
    PaperFigures,
    paper_figures,
    published_sheets,
    sheet_at,
    sheet_in_hand,
    sheets_page,
)
from participation.ballots.paper.rules import Entry, Reason, SheetState, Typed
from participation.ballots.paper.sealing import seal, unseal
from participation.ballots.paper.services import Outcome, PrintedSheet
from participation.ballots.queries import counted_turnout, options_of, own_ballot, turnout
from participation.ballots.services import cast_ballot, close_round, open_round, strike_option
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict, DomainError, Forbidden, NotFound
from participation.core.permissions import Role
from participation.results.services import conclude_round, request_conclusion, withdraw_conclusion_request
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import ParticipationCode, Round
from participation.rounds.queries import obstacle_to, participant_in, round_standing
from participation.rounds.rules import Obstacle, RoundState
from participation.rounds.services import find_code, issue_codes, print_codes, revoke_batch, revoke_code
from participation.tally.kinds import BallotKind
from tests.factories.votes import make_measures, make_person, make_process, make_round

KEY = "an application key"
SLUG = "workshop"
RANKED = Typed(numbers=["3", "1"])


class Desk:
    """A workshop with ballot sheets, a facilitator, two typists and somebody who concludes rounds."""

    def __init__(
        self,
        session: Session,
        now: datetime,
        keys: KeyStore,
        *,
        kind: BallotKind = BallotKind.RANKING,
        eligibility: Eligibility = Eligibility.CODES,
        sheets: int = 3,
    ) -> None:
        self.session, self.now, self.keys = session, now, keys
        self.process = make_process(session, now)
        make_measures(session, self.process, ["M01", "M02", "M03", "M04"], now)
        body = KindName.CITIZENS if eligibility is Eligibility.CODES else KindName.ONLINE
        self.round = make_round(
            session, self.process, now, slug=SLUG, ballot_kind=kind, kind=body, eligibility=eligibility
        )
        self.olena = make_person(session, "Olena", now, Role.FACILITATOR, process=self.process)
        self.jens = make_person(session, "Jens", now, Role.FACILITATOR, process=self.process)
        self.birte = make_person(session, "Birte", now, Role.OFFICE, process=self.process)
        self.farid = make_person(session, "Farid", now, Role.MODERATOR, process=self.process)
        self.ayse = make_person(session, "Ayşe", now)
        open_round(session, SLUG, actor=SYSTEM, now=now, keys=keys)
        services.issue_sheets(session, SLUG, sheets, "Nordstadt", KEY, actor=self.olena, now=now)
        self.sheets = self.printed()

    def printed(self, batch: int = 1) -> list[PrintedSheet]:
        return services.print_sheets(self.session, SLUG, batch, KEY, actor=self.olena, now=self.now)

    def receive(self, *typed: str, now: datetime | None = None) -> list[services.Noted]:
        return services.receive_sheets(self.session, SLUG, typed, actor=self.olena, now=now or self.now)

    def hand_in(self, number: int = 1) -> None:
        assert self.receive(self.sheets[number - 1].mark)[0].fault is None

    def type_in(self, who: Actor, typed: Typed = RANKED, number: int = 1) -> Outcome:
        return services.enter_sheet(self.session, SLUG, 1, number, typed, actor=who, now=self.now, keys=self.keys)

    def confirm(self, who: Actor, seen: int, number: int = 1) -> Outcome:
        return services.confirm_entry(self.session, SLUG, 1, number, seen, actor=who, now=self.now, keys=self.keys)

    def cast(self, number: int = 1, typed: Typed = RANKED) -> Outcome:
        self.hand_in(number)
        self.type_in(self.olena, typed, number)
        return self.type_in(self.jens, typed, number)

    def vote_online(self, number: int = 1, content: Any = ("M02",), based_on: int = 0) -> Any:
        code = find_code(self.session, self.sheets[number - 1].code, now=self.now)
        return cast_ballot(
            self.session,
            SLUG,
            list(content),
            actor=services.receiving.bearer_of(self.sheet(number)),
            now=self.now,
            request_token=f"form {based_on} of {code.id}",
            based_on=based_on,
            keys=self.keys,
        )

    def sheet(self, number: int = 1) -> PaperSheet:
        return sheet_at(self.session, self.round.id, 1, number)

    def in_hand(self, who: Actor, number: int = 1) -> Any:
        options = options_of(self.session, self.round.id)
        return sheet_in_hand(self.session, self.round, self.sheet(number), options, self.keys, actor=who)

    def box(self) -> list[Any]:
        return list(self.session.scalars(select(Ballot.content)))

    def figures(self) -> PaperFigures:
        return paper_figures(self.session, self.round.id)

    def audit(self) -> list[AuditRecord]:
        return [
            record
            for record in self.session.scalars(select(AuditRecord).order_by(AuditRecord.number))
            if record.action.startswith("paper.")
        ]


@pytest.fixture
def desk(session: Session, now: datetime, keys: KeyStore) -> Desk:
    return Desk(session, now, keys)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


@pytest.mark.parametrize(
    "kind, typed, content",
    [
        (BallotKind.RANKING, RANKED, ["M03", "M01"]),
        (BallotKind.POINTS, Typed(values={"3": "5", "1": "2"}), {"M01": 2, "M03": 5}),
    ],
)
def test_what_two_people_read_alike_is_a_ballot_in_the_box(
    session: Session, now: datetime, keys: KeyStore, kind: BallotKind, typed: Typed, content: Any
) -> None:
    desk = Desk(session, now, keys, kind=kind)
    desk.hand_in()
    assert desk.type_in(desk.olena, typed) is Outcome.WAITS
    assert desk.box() == []
    assert desk.type_in(desk.jens, typed) is Outcome.CAST
    assert desk.box() == [content]
    assert desk.sheet().state is SheetState.CAST
    entry = session.scalars(select(Participation)).one()
    assert (entry.channel, entry.participant_class, entry.voted_on) == (Channel.PAPER, "code", now.date())
    assert session.scalars(select(PaperEntry)).all() == []


def test_who_has_the_voters_part_can_look_at_their_ballot_and_receipt(desk: Desk, session: Session) -> None:
    desk.cast()
    bearer = services.receiving.bearer_of(desk.sheet())
    assert find_code(session, desk.sheets[0].code, now=desk.now).id == bearer.id
    participant = participant_in(session, desk.round, bearer, desk.now)
    assert participant is not None
    own = own_ballot(session, desk.round.id, participant, desk.keys)
    assert own is not None
    assert (own.content, own.revision, len(own.receipt)) == (["M03", "M01"], 1, 16)


def test_the_mark_on_the_part_that_is_handed_in_is_no_code(desk: Desk, session: Session) -> None:
    for sheet in desk.sheets:
        assert sheet.mark != sheet.code
        assert refused(lambda mark=sheet.mark: find_code(session, mark, now=desk.now)) == "no_such_code"  # type: ignore[misc]


def test_the_second_person_sees_nothing_of_the_first_before_having_typed(desk: Desk) -> None:
    desk.hand_in()
    desk.type_in(desk.olena)
    for who in (desk.jens, desk.olena, desk.birte):
        seen = desk.in_hand(who)
        assert (seen.people, seen.mine, seen.theirs, seen.lines) == (1, None, None, ())
    assert desk.type_in(desk.jens, Typed(numbers=["1", "3"])) is Outcome.DIFFERS
    assert desk.in_hand(desk.birte).lines == ()
    seen = desk.in_hand(desk.jens)
    assert seen.theirs == Entry(["M03", "M01"])
    assert [(line.line, line.first, line.second, line.differs) for line in seen.lines] == [
        (1, 1, 3, True),
        (2, 3, 1, True),
    ]


def test_the_same_person_is_no_second_person(desk: Desk) -> None:
    desk.hand_in()
    desk.type_in(desk.olena)
    assert desk.type_in(desk.olena) is Outcome.WAITS  # the same form sent twice
    assert refused(lambda: desk.type_in(desk.olena, Typed(numbers=["1"]))) == "sheet_second_person"
    assert desk.figures().typed_once == 1


def test_a_third_person_is_refused_and_one_of_the_two_may_correct(desk: Desk) -> None:
    desk.hand_in()
    desk.type_in(desk.olena)
    desk.type_in(desk.jens, Typed(numbers=["1"]))
    assert refused(lambda: desk.type_in(desk.birte)) == "sheet_typed_by_two"
    assert refused(lambda: desk.confirm(desk.birte, 1)) == "sheet_not_compared"
    assert desk.type_in(desk.jens, Typed(numbers=["2"])) is Outcome.DIFFERS
    assert refused(lambda: desk.confirm(desk.olena, 1)) == "sheet_entry_changed"
    assert desk.confirm(desk.olena, desk.in_hand(desk.olena).theirs_revision) is Outcome.CAST
    assert desk.box() == [["M02"]]


def test_typing_anew_what_the_other_read_casts_the_sheet(desk: Desk) -> None:
    desk.hand_in()
    desk.type_in(desk.olena)
    desk.type_in(desk.jens, Typed(numbers=["1"]))
    assert desk.type_in(desk.jens) is Outcome.CAST
    assert refused(lambda: desk.type_in(desk.jens)) == "sheet_cast_already"


def test_two_people_set_a_sheet_aside_only_for_the_same_reason(desk: Desk) -> None:
    desk.hand_in()
    desk.type_in(desk.olena, Typed(reason="unreadable"))
    assert desk.type_in(desk.jens, Typed(reason="empty")) is Outcome.DIFFERS
    assert desk.type_in(desk.jens, Typed(reason="unreadable")) is Outcome.SET_ASIDE
    assert (desk.sheet().state, desk.sheet().reason) == (SheetState.SET_ASIDE, Reason.UNREADABLE)
    assert desk.box() == []
    assert refused(lambda: desk.type_in(desk.jens, Typed(reason="missing"))) == "sheet_set_aside_already"


def test_a_code_that_voted_online_counts_once_and_its_sheet_says_so(desk: Desk) -> None:
    desk.vote_online()
    assert desk.cast() is Outcome.SET_ASIDE
    assert desk.sheet().reason is Reason.VOTED_ONLINE
    assert desk.box() == [["M02"]]
    assert (
        refused(lambda: services.take_up_again(desk.session, SLUG, 1, 1, actor=desk.farid, now=desk.now))
        == "sheet_stays_aside"
    )


def test_nothing_is_changed_online_with_the_code_of_a_sheet_that_was_handed_in(desk: Desk, session: Session) -> None:
    voted = desk.vote_online(2)
    desk.hand_in(1)
    desk.hand_in(2)
    for number, based_on in ((1, 0), (1, 1), (2, 1)):
        assert refused(lambda n=number, r=based_on: desk.vote_online(n, ["M04"], r)) == "sheet_handed_in"  # type: ignore[misc]
    assert desk.vote_online(2).receipt == voted.receipt  # what was answered before is answered again
    desk.type_in(desk.olena)
    assert desk.type_in(desk.jens) is Outcome.CAST
    assert refused(lambda: desk.vote_online(1, ["M04"], 1)) == "sheet_handed_in"
    assert sorted(desk.box()) == [["M02"], ["M03", "M01"]]
    for number, handed_in in ((1, True), (3, False)):
        bearer = services.receiving.bearer_of(desk.sheet(number))
        assert round_standing(session, desk.round, bearer, desk.now).sheet_handed_in is handed_in
    assert desk.vote_online(3).revision == 1
    assert desk.vote_online(3, ["M04"], 1).revision == 2


def test_codes_of_sheets_that_were_handed_in_stay_valid(desk: Desk, session: Session) -> None:
    desk.hand_in(1)
    desk.cast(2)
    for number in (1, 2):
        assert (
            refused(lambda n=number: revoke_code(session, desk.round, 1, n, actor=desk.farid, now=desk.now))  # type: ignore[misc]
            == "sheet_stays_valid"
        )
    with pytest.raises(Conflict, match="sheets_of_batch_handed_in") as refusal:
        revoke_batch(session, desk.round, 1, actor=desk.farid, now=desk.now)
    assert refusal.value.facts["sheets"] == 2
    revoke_code(session, desk.round, 1, 3, actor=desk.farid, now=desk.now)
    desk.type_in(desk.olena)
    assert desk.type_in(desk.jens) is Outcome.CAST


def test_a_code_that_was_made_invalid_does_not_vote_on_paper(desk: Desk, session: Session) -> None:
    desk.hand_in()
    revoke_code(session, desk.round, 1, 2, actor=desk.farid, now=desk.now)
    session.get_one(ParticipationCode, desk.sheet().code_id).revoked_at = desk.now  # as an older program could
    desk.type_in(desk.olena)
    assert desk.type_in(desk.jens) is Outcome.SET_ASIDE
    assert desk.sheet().reason is Reason.CODE_REVOKED
    fault = desk.receive(desk.sheets[1].mark)[0].fault
    assert fault is not None
    assert fault.code == "sheet_revoked"


def test_an_option_struck_after_printing_stays_on_a_sheet_as_on_a_ballot_that_was_cast(desk: Desk) -> None:
    desk.hand_in()
    strike_option(desk.session, SLUG, "M03", {"de": "Schon beschlossen."}, actor=desk.farid, now=desk.now)
    desk.type_in(desk.olena)
    assert desk.type_in(desk.jens) is Outcome.CAST
    assert desk.box() == [["M03", "M01"]]


def test_sheets_are_received_by_their_marks_alone_and_each_line_for_itself(desk: Desk) -> None:
    one, two, three = desk.sheets
    at_home = f"https://participation.example/code#{two.code.upper()}"
    noted = desk.receive(one.mark.upper(), "", at_home, three.mark, one.mark, "not a mark", "0" * 16, "1/3")
    assert [(line.line, line.sheet, line.was_noted) for line in noted] == [
        (1, "1/1", False),
        (3, None, False),
        (4, "1/3", False),
        (5, "1/1", True),
        (6, None, False),
        (7, None, False),
        (8, None, False),
    ]
    assert [line.fault.code for line in noted if line.fault] == [
        "sheet_unknown",
        "code_length",
        "sheet_unknown",
        "sheet_mark_needed",
    ]
    assert desk.figures().received == 2
    assert desk.audit()[-1].facts == {"sheets": ["1/1", "1/3"]}


def test_only_sheets_that_were_received_before_the_close_are_typed_in(desk: Desk) -> None:
    desk.hand_in(1)
    assert refused(lambda: desk.type_in(desk.olena, number=2)) == "sheet_not_received"
    late = desk.round.closes_at
    assert refused(lambda: desk.receive(desk.sheets[1].mark, now=late)) == "round_over"
    close_round(desk.session, SLUG, actor=desk.farid, now=desk.now)
    assert refused(lambda: desk.receive(desk.sheets[1].mark)) == "round_closed_early"
    desk.type_in(desk.olena)
    assert desk.type_in(desk.jens) is Outcome.CAST


def test_a_conclusion_is_not_asked_for_while_sheets_wait_and_none_is_typed_in_after_it(desk: Desk) -> None:
    desk.hand_in(1)
    desk.hand_in(2)
    desk.cast(3)
    close_round(desk.session, SLUG, actor=desk.farid, now=desk.now)
    ask: dict[str, Any] = {"actor": desk.farid, "now": desk.now}
    with pytest.raises(Conflict) as refusal:
        request_conclusion(desk.session, SLUG, **ask)
    assert (refusal.value.code, refusal.value.facts["sheets"]) == ("sheets_waiting", 2)
    desk.type_in(desk.olena)
    assert refused(lambda: request_conclusion(desk.session, SLUG, **ask)) == "sheets_waiting"
    named = services.set_aside(desk.session, SLUG, [(1, 2), (1, 1)], "not_entered", **ask)
    assert named == ["1/1", "1/2"]
    assert desk.session.scalars(select(PaperEntry)).all() == []
    request_conclusion(desk.session, SLUG, **ask)
    for act in (
        lambda: desk.type_in(desk.olena),
        lambda: services.set_aside(desk.session, SLUG, [(1, 1)], "missing", **ask),
        lambda: services.take_up_again(desk.session, SLUG, 1, 1, **ask),
    ):
        assert refused(act) == "sheets_conclusion_requested"
    withdraw_conclusion_request(desk.session, SLUG, **ask)
    services.take_up_again(desk.session, SLUG, 1, 1, **ask)
    assert refused(lambda: request_conclusion(desk.session, SLUG, **ask)) == "sheets_waiting"
    desk.type_in(desk.olena)
    assert desk.type_in(desk.jens) is Outcome.CAST
    request_conclusion(desk.session, SLUG, **ask)
    result = conclude_round(desk.session, SLUG, actor=desk.birte, now=desk.now)
    assert result is not None
    assert (result.ballots, result.snapshot["turnout"]["sheets"]["printed"]) == (2, 3)
    assert refused(lambda: desk.type_in(desk.olena)) == "sheets_concluded"


def test_entries_can_be_withdrawn_by_the_two_or_by_who_concludes(desk: Desk) -> None:
    desk.hand_in()
    desk.type_in(desk.olena)

    def withdraw(who: Actor) -> PaperSheet:
        return services.withdraw_entries(desk.session, SLUG, 1, 1, actor=who, now=desk.now)

    assert refused(lambda: withdraw(desk.jens)) == "sheet_not_yours"
    withdraw(desk.olena)
    assert desk.figures().untyped == 1
    desk.type_in(desk.jens)
    withdraw(desk.farid)
    assert (desk.type_in(desk.olena), desk.type_in(desk.jens)) == (Outcome.WAITS, Outcome.CAST)


def test_programs_and_people_without_the_right_type_nothing_in(desk: Desk) -> None:
    desk.hand_in()
    assert refused(lambda: desk.type_in(SYSTEM)) == "sheet_typed_by_people"
    assert refused(lambda: desk.type_in(desk.ayse)) == "not_permitted"
    act: dict[str, Any] = {"actor": desk.olena, "now": desk.now}
    with pytest.raises(Forbidden):
        services.set_aside(desk.session, SLUG, [(1, 1)], "missing", **act)
    with pytest.raises(Forbidden):
        services.take_up_again(desk.session, SLUG, 1, 1, **act)
    bearer = services.receiving.bearer_of(desk.sheet())
    assert refused(lambda: desk.type_in(bearer)) == "not_permitted"


def test_the_audit_log_names_sheets_and_people_and_never_what_stands_on_one(desk: Desk) -> None:
    desk.cast()
    desk.hand_in(2)
    desk.type_in(desk.olena, Typed(reason="unreadable"), 2)
    desk.type_in(desk.jens, Typed(reason="unreadable"), 2)
    said = desk.audit()
    assert [record.action for record in said] == [
        "paper.received",
        "paper.typed",
        "paper.cast",
        "paper.received",
        "paper.typed",
        "paper.set_aside",
    ]
    assert said[2].facts == {"sheet": "1/1", "first": desk.olena.id}
    assert said[2].actor_id == desk.jens.id
    assert "M0" not in json.dumps([record.facts for record in said])


def test_what_waits_is_sealed_bound_to_its_sheet_and_gone_with_the_rounds_key(desk: Desk, session: Session) -> None:
    desk.hand_in(1)
    desk.hand_in(2)
    desk.type_in(desk.olena, Typed(numbers=["1"]), 1)
    desk.type_in(desk.olena, Typed(numbers=["1", "2", "3"]), 2)
    one, two = session.scalars(select(PaperEntry).order_by(PaperEntry.sheet_id))
    assert len(one.sealed) == len(two.sealed)
    key = desk.keys.key(desk.round.id)
    written = unseal(key, one.bound_to, one.sealed)
    assert b"M0" in written
    assert not any(written[at : at + 8] in one.sealed for at in range(len(written) - 7))
    with pytest.raises(InvalidTag):
        unseal(key, two.bound_to, one.sealed)
    assert seal(key, one.bound_to, b"{}") != seal(key, one.bound_to, b"{}")
    desk.keys.destroy(desk.round.id)
    assert refused(lambda: desk.type_in(desk.jens)) == "round_suspended"


def test_an_entry_is_nobody_elses_and_no_earlier_one(desk: Desk, session: Session) -> None:
    desk.hand_in()
    desk.type_in(desk.olena, Typed(numbers=["2"]))
    desk.type_in(desk.jens)
    one, two = session.scalars(select(PaperEntry).order_by(PaperEntry.place))
    earlier, two.sealed = two.sealed, one.sealed  # so that both would seem to agree
    session.flush()
    with pytest.raises(InvalidTag):
        desk.in_hand(desk.olena)
    two.sealed = earlier
    session.flush()
    desk.type_in(desk.jens, Typed(numbers=["4"]))
    assert desk.in_hand(desk.olena).theirs == Entry(["M04"])
    two.sealed = earlier
    session.flush()
    with pytest.raises(InvalidTag):
        desk.confirm(desk.olena, two.revision)


def test_sheets_of_a_concluded_round_never_change(desk: Desk, session: Session) -> None:
    desk.cast()
    close_round(session, SLUG, actor=desk.farid, now=desk.now)
    request_conclusion(session, SLUG, actor=desk.farid, now=desk.now)
    conclude_round(session, SLUG, actor=desk.birte, now=desk.now)
    session.commit()
    for change in (update(PaperSheet).values(received_on=desk.now.date()), delete(PaperSheet)):
        with pytest.raises(IntegrityError, match="never changes"):
            session.execute(change)
        session.rollback()


def test_too_many_whole_sheets_are_refused_before_anybody_is_noted_to_have_seen_them(
    desk: Desk, session: Session
) -> None:
    def seen() -> list[AuditRecord]:
        return [one for one in session.scalars(select(AuditRecord)) if one.action == "codes.printed"]

    noted = len(seen())
    too_many = refused(lambda: services.print_sheets(session, SLUG, 1, KEY, actor=desk.olena, now=desk.now, most=2))
    assert (too_many, len(seen())) == ("too_many_whole_sheets", noted)
    assert len(services.print_sheets(session, SLUG, 1, KEY, actor=desk.olena, now=desk.now, most=3)) == 3


def test_the_tables_hold_what_the_services_promise(desk: Desk, session: Session) -> None:
    desk.hand_in()
    desk.type_in(desk.olena)
    session.commit()
    entry = session.scalars(select(PaperEntry)).one()
    twice = {"sheet_id": entry.sheet_id, "place": 2, "typed_by": entry.typed_by, "revision": 1, "sealed": b""}
    for wrong in (twice, twice | {"place": 3, "typed_by": "another"}):
        session.add(PaperEntry(**wrong))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    for state, reason in ((SheetState.OUT, None), (SheetState.SET_ASIDE, None), (SheetState.CAST, Reason.INVALID)):
        sheet = desk.sheet()
        sheet.state, sheet.reason = state, reason
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_a_round_that_everybody_joins_gives_out_sheets_too_and_its_readers_are_told(
    session: Session, now: datetime, keys: KeyStore
) -> None:
    desk = Desk(session, now, keys, eligibility=Eligibility.OPEN)
    assert desk.cast() is Outcome.CAST
    assert desk.box() == [["M03", "M01"]]
    bearer = services.receiving.bearer_of(desk.sheet(2))
    standing = round_standing(session, desk.round, bearer, now)
    assert standing.takes_part
    assert standing.gives_out_sheets
    revoke_code(session, desk.round, 1, 2, actor=desk.farid, now=now)
    assert obstacle_to(session, desk.round, bearer, now) is Obstacle.CODE_REVOKED
    stranger = dataclasses.replace(bearer, id="another round's code")
    assert obstacle_to(session, desk.round, stranger, now) is Obstacle.ACCOUNT_NEEDED
    assert (
        refused(lambda: issue_codes(session, desk.round, 1, "", KEY, actor=desk.farid, now=now))
        == "round_without_codes"
    )


def test_sheets_and_cards_are_not_printed_as_each_other(desk: Desk, session: Session) -> None:
    issue_codes(session, desk.round, 2, "", KEY, actor=desk.olena, now=desk.now)
    assert (
        refused(lambda: print_codes(session, desk.round, 1, KEY, actor=desk.olena, now=desk.now))
        == "batch_of_other_kind"
    )
    assert refused(lambda: desk.printed(2)) == "batch_of_other_kind"
    assert refused(lambda: desk.printed(9)) == "no_such_batch"


def test_named_people_and_bodies_vote_through_their_people(session: Session, now: datetime, keys: KeyStore) -> None:
    process = make_process(session, now)
    make_measures(session, process, ["M01", "M02"], now)
    make_round(session, process, now, slug=SLUG, eligibility=Eligibility.ROLL)
    assert (
        refused(lambda: services.issue_sheets(session, SLUG, 1, "", KEY, actor=SYSTEM, now=now))
        == "round_without_sheets"
    )


def test_sheets_are_made_before_the_opening_and_printed_after_it(
    session: Session, now: datetime, keys: KeyStore
) -> None:
    process = make_process(session, now)
    make_measures(session, process, ["M01", "M02"], now)
    round_ = make_round(session, process, now, slug=SLUG)
    services.issue_sheets(session, SLUG, 2, "", KEY, actor=SYSTEM, now=now)
    assert (
        refused(lambda: services.print_sheets(session, SLUG, 1, KEY, actor=SYSTEM, now=now)) == "sheets_before_opening"
    )
    assert round_.state is RoundState.DRAFT
    assert (
        refused(lambda: services.receive_sheets(session, SLUG, ["a mark"], actor=SYSTEM, now=now))
        == "round_not_open_yet"
    )
    open_round(session, SLUG, actor=SYSTEM, now=now, keys=keys)
    assert len(services.print_sheets(session, SLUG, 1, KEY, actor=SYSTEM, now=now)) == 2


def test_a_sheet_of_another_round_is_named_as_such(desk: Desk, session: Session) -> None:
    other = make_round(session, desk.process, desk.now, slug="other")
    open_round(session, "other", actor=SYSTEM, now=desk.now, keys=desk.keys)
    services.issue_sheets(session, "other", 1, "", KEY, actor=SYSTEM, now=desk.now)
    mark = services.print_sheets(session, "other", 1, KEY, actor=SYSTEM, now=desk.now)[0].mark
    fault = desk.receive(mark)[0].fault
    assert fault is not None
    assert fault.code == "sheet_of_other_round"
    with pytest.raises(NotFound):
        sheet_at(session, other.id, 1, 2)


def test_figures_and_lists_say_how_far_the_sheets_are(session: Session, now: datetime, keys: KeyStore) -> None:
    desk = Desk(session, now, keys, sheets=8)
    for number in range(1, 7):
        desk.hand_in(number)
    desk.type_in(desk.olena, number=2)
    desk.type_in(desk.olena, number=3)
    desk.type_in(desk.jens, Typed(numbers=["4"]), number=3)
    for who in (desk.olena, desk.jens):
        desk.type_in(who, number=4)
        desk.type_in(who, Typed(reason="invalid"), number=5)
    services.set_aside(session, SLUG, [(1, 6)], "missing", actor=desk.farid, now=now)
    revoke_code(session, desk.round, 1, 8, actor=desk.farid, now=now)
    figures = desk.figures()
    assert figures == PaperFigures(7, 1, 1, 1, 1, {Reason.INVALID: 1, Reason.MISSING: 1})
    assert (figures.waiting, figures.not_counted, figures.received) == (3, 2, 6)
    page = sheets_page(session, desk.round.id, SheetState.RECEIVED, actor=desk.jens, page=1, per_page=10)
    assert [(one.number, one.people, one.is_mine, one.waits_for_me) for one in page.items] == [
        (1, 0, False, True),
        (2, 1, False, True),
        (3, 2, True, True),
    ]


def test_turnout_shows_paper_beside_online_and_hides_what_is_too_small(
    session: Session, now: datetime, keys: KeyStore
) -> None:
    desk = Desk(session, now, keys, sheets=22)
    for number in range(1, 11):
        desk.cast(number)
        desk.vote_online(number + 11)
    assert not turnout(session, desk.round).is_broken_down  # while it runs
    by_channel = counted_turnout(session, desk.round).by_channel
    assert by_channel == {"online": 10, "paper": 10}
    assert published_sheets(desk.figures(), by_channel) == {"printed": 22, "received": 10, "set_aside": 0}
    desk.hand_in(11)
    services.set_aside(session, SLUG, [(1, 11)], "missing", actor=desk.farid, now=now)
    assert published_sheets(desk.figures(), by_channel) == {"printed": 22, "received": 11, "set_aside": 1}
    hidden = published_sheets(PaperFigures(printed=9, cast=4), {"online": None, "paper": None})
    assert hidden == {"printed": 9, "received": None, "set_aside": 0}
    assert published_sheets(PaperFigures(), {"online": 10}) is None


def test_a_day_is_that_on_which_the_sheet_was_handed_in(desk: Desk, session: Session) -> None:
    desk.hand_in()
    desk.now += timedelta(days=2)
    desk.type_in(desk.olena)
    desk.type_in(desk.jens)
    assert session.scalars(select(Participation.voted_on)).one() == (desk.now - timedelta(days=2)).date()
    assert session.get_one(Round, desk.round.id).state is RoundState.OPEN
