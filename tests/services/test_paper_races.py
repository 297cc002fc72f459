"""People at the same sheet, the same code and the same round at the same moment. Each race has a control that loses."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from threading import Barrier, Event
from typing import TypeVar

import pytest
from sqlalchemy import Engine, create_engine, func, select, update
from sqlalchemy.orm import Session

from participation.ballots import box
from participation.ballots.keys import KeyStore, RoundKey
from participation.ballots.models import Ballot, Participation
from participation.ballots.paper import services
from participation.ballots.paper.models import PaperEntry, PaperSheet
from participation.ballots.paper.queries import sheet_at, waiting_sheets
from participation.ballots.paper.rules import Entry, Reason, SheetState, Typed
from participation.ballots.paper.services import Outcome, entering, setting_aside
from participation.ballots.paper.services.receiving import bearer_of
from participation.ballots.services import Cast, cast_ballot, close_round, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict, DomainError
from participation.core.permissions import Role
from participation.results.services import request_conclusion
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round
from participation.rounds.queries import entering as entering_rounds
from participation.rounds.queries import lock_round_by_slug, requested_conclusion, sheet_handed_in
from participation.storage import engine_options, prepare_engine, write_transaction
from tests.factories.votes import make_measures, make_person, make_process, make_round
from tests.support.databases import Backend

SLUG, KEY = "workshop", "an application key"
SHEETS, PATIENCE = 12, 60
READ = Typed(numbers=["2", "1"])
T = TypeVar("T")


class Office:
    """A workshop whose sheets have been handed in, with people who type and a session for each of them."""

    def __init__(self, engine: Engine, now: datetime, keys: KeyStore, *, handed_in: bool = True) -> None:
        self.engine, self.now, self.keys = engine, now, keys
        with self.session() as session, write_transaction(session):
            process = make_process(session, now)
            make_measures(session, process, ["M01", "M02", "M03"], now)
            round_ = make_round(session, process, now, slug=SLUG, kind=KindName.CITIZENS, eligibility=Eligibility.CODES)
            self.round_id = round_.id
            names = ("Olena", "Jens", "Elif", "Momme")
            self.typists = [make_person(session, name, now, Role.FACILITATOR, process=process) for name in names]
            self.farid = make_person(session, "Farid", now, Role.MODERATOR, process=process)
            open_round(session, SLUG, actor=SYSTEM, now=now, keys=keys)
            services.issue_sheets(session, SLUG, SHEETS, "", KEY, actor=SYSTEM, now=now)
            sheets = services.print_sheets(session, SLUG, 1, KEY, actor=SYSTEM, now=now)
            self.marks = [sheet.mark for sheet in sheets]
            if handed_in:
                services.receive_sheets(session, SLUG, self.marks, actor=SYSTEM, now=now)

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def do(self, act: Callable[[Session], T]) -> T:
        """Do something as a request does: in one transaction of its own."""
        with self.session() as session, write_transaction(session):
            return act(session)

    def type_in(self, who: Actor, number: int = 1, keys: KeyStore | None = None) -> Outcome | str:
        try:
            return self.do(
                lambda session: services.enter_sheet(
                    session, SLUG, 1, number, READ, actor=who, now=self.now, keys=keys or self.keys
                )
            )
        except DomainError as refused:
            return refused.code

    def receive(self, number: int) -> None:
        self.do(
            lambda s: services.receive_sheets(s, SLUG, [self.marks[number - 1]], actor=self.typists[0], now=self.now)
        )

    def vote_online(self, number: int, *, based_on: int = 0, keys: KeyStore | None = None) -> Cast | None:
        def cast(session: Session) -> Cast:
            return cast_ballot(
                session,
                SLUG,
                ["M03"],
                actor=bearer_of(self.sheet(session, number)),
                now=self.now,
                request_token="form",
                based_on=based_on,
                keys=keys or self.keys,
            )

        try:
            return self.do(cast)
        except Conflict:
            return None

    def close(self) -> None:
        self.do(lambda session: close_round(session, SLUG, actor=self.farid, now=self.now))

    def request(self) -> str:
        try:
            self.do(lambda session: request_conclusion(session, SLUG, actor=self.farid, now=self.now))
        except Conflict as refused:
            return refused.code
        return "requested"

    def sheet(self, session: Session, number: int = 1) -> PaperSheet:
        return sheet_at(session, self.round_id, 1, number)

    def rows(self, table: type) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def states(self) -> list[tuple[SheetState, Reason | None]]:
        with self.session() as session:
            return [(one.state, one.reason) for one in session.scalars(select(PaperSheet).order_by(PaperSheet.number))]

    def waiting(self) -> tuple[int, bool]:
        """Return how many sheets wait, and whether the conclusion was asked for."""
        with self.session() as session:
            return waiting_sheets(session, self.round_id), requested_conclusion(session, self.round_id) is not None


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    engine = prepare_engine(create_engine(backend.url, pool_size=8, **engine_options(backend.url)))
    yield engine
    engine.dispose()


@pytest.fixture
def office(engine: Engine, now: datetime, keys: KeyStore) -> Office:
    return Office(engine, now, keys)


@pytest.fixture
def still_out(engine: Engine, now: datetime, keys: KeyStore) -> Office:
    return Office(engine, now, keys, handed_in=False)


def at_once(*acts: Callable[[], T]) -> list[T]:
    """Begin several things at the same moment, each in a thread; return what came of each."""
    barrier = Barrier(len(acts))

    def begin(act: Callable[[], T]) -> T:
        barrier.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(begin, act) for act in acts]]


def test_four_people_at_one_sheet_at_once_cast_it_once(office: Office) -> None:
    for number in range(1, 5):
        said = at_once(*(lambda who=who, n=number: office.type_in(who, n) for who in office.typists))
        assert sorted(map(str, said)) == ["cast", "sheet_cast_already", "sheet_cast_already", "waits"]
    assert (office.rows(Ballot), office.rows(Participation), office.rows(PaperEntry)) == (4, 4, 0)
    assert office.states()[:4] == [(SheetState.CAST, None)] * 4


def test_control_two_second_people_who_look_before_they_write_set_aside_what_is_in_the_box(office: Office) -> None:
    office.type_in(office.typists[0])
    looked = Barrier(2)

    def look_then_agree(who: Actor) -> Outcome:
        with office.session() as session:
            sheet, entries = office.sheet(session), list(session.scalars(select(PaperEntry)))
            assert (sheet.state, len(entries)) == (SheetState.RECEIVED, 1)
            session.rollback()
            looked.wait(PATIENCE)
            with write_transaction(session):
                round_ = lock_round_by_slug(session, SLUG, shared=True)
                entry, others = Entry(["M02", "M01"]), office.typists[0].id
                return entering._agree(
                    session, round_, office.sheet(session), entry, others, actor=who, now=office.now, keys=office.keys
                )

    said = at_once(*(lambda who=who: look_then_agree(who) for who in office.typists[1:3]))
    assert sorted(said) == [Outcome.CAST, Outcome.SET_ASIDE]
    assert office.rows(Ballot) == 1
    assert office.states()[0] == (SheetState.SET_ASIDE, Reason.VOTED_ONLINE)  # yet nobody voted online


def test_a_code_that_votes_on_paper_and_online_at_once_counts_once_and_both_are_told(still_out: Office) -> None:
    office = still_out

    def type_in(number: int) -> object:
        office.receive(number)
        office.type_in(office.typists[0], number)
        return office.type_in(office.typists[1], number)

    def type_all() -> list[object]:
        return [type_in(number) for number in range(1, SHEETS + 1)]

    def vote_all() -> list[object]:
        return [office.vote_online(number) for number in range(SHEETS, 0, -1)]

    typed, voted = at_once(type_all, vote_all)
    assert (office.rows(Ballot), office.rows(Participation)) == (SHEETS, SHEETS)
    for on_paper, online, state in zip(typed, reversed(voted), office.states(), strict=True):
        if online is None:
            assert (on_paper, state) == (Outcome.CAST, (SheetState.CAST, None))
        else:
            assert (on_paper, state) == (Outcome.SET_ASIDE, (SheetState.SET_ASIDE, Reason.VOTED_ONLINE))


def change_while_typed(office: Office) -> tuple[object, Cast | None]:
    """Change a ballot online that is not there yet, and cast the sheet between the look at the code and the write."""
    keys = KeysThatWait(office.keys)

    def hand_in_and_type() -> object:
        office.receive(1)
        office.type_in(office.typists[0])
        return office.type_in(office.typists[1])

    with ThreadPoolExecutor(2) as pool:
        voting = pool.submit(office.vote_online, 1, based_on=1, keys=keys)
        assert keys.is_inside.wait(PATIENCE)
        typing = pool.submit(hand_in_and_type)
        wait([typing], timeout=1)
        keys.go_on.set()
        return typing.result(PATIENCE), voting.result(PATIENCE)


def box_of(office: Office) -> list[object]:
    with office.session() as session:
        return list(session.scalars(select(Ballot.content)))


def test_a_sheet_is_received_after_the_vote_that_is_under_way_with_its_code(still_out: Office) -> None:
    typed, changed = change_while_typed(still_out)
    assert (typed, changed) == (Outcome.CAST, None)
    assert box_of(still_out) == [["M02", "M01"]]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_holding_the_code_a_ballot_of_two_people_is_changed(
    still_out: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering_rounds, "sheet_handed_in", lambda *of, **_held: sheet_handed_in(*of))
    typed, changed = change_while_typed(still_out)
    assert (typed, changed is not None) == (Outcome.CAST, True)
    assert box_of(still_out) == [["M03"]]


def test_control_looking_into_the_box_before_writing_loses_an_acknowledged_ballot(still_out: Office) -> None:
    office = still_out
    with office.session() as session:
        participant = f"code:{bearer_of(office.sheet(session)).id}"
        ballot_key = office.keys.key(office.round_id).ballot_key(participant)
        assert box.find(session, office.round_id, ballot_key) is None  # so the sheet may go into the box
    acknowledged = office.vote_online(1)
    assert acknowledged is not None

    def write(session: Session) -> None:
        naive = update(Ballot).where(Ballot.ballot_key == ballot_key)
        session.execute(naive.values(content=["M02", "M01"], receipt="0" * 16))

    office.do(write)
    with office.session() as session:
        assert acknowledged.receipt not in set(session.scalars(select(Ballot.receipt)))


class KeysThatWait(KeyStore):
    """Holds a typist where the round was found to take entries and nothing is written yet."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self.is_inside, self.go_on = Event(), Event()

    def key(self, round_id: str) -> RoundKey:
        self.is_inside.set()
        assert self.go_on.wait(PATIENCE)
        return self._keys.key(round_id)


def set_aside_all_but(office: Office, number: int) -> None:
    others = [(1, other) for other in range(1, SHEETS + 1) if other != number]
    office.do(lambda s: services.set_aside(s, SLUG, others, "missing", actor=office.farid, now=office.now))


def test_a_request_for_the_conclusion_waits_for_the_sheet_that_is_being_cast(office: Office) -> None:
    set_aside_all_but(office, 1)
    office.type_in(office.typists[0])
    office.close()
    keys = KeysThatWait(office.keys)
    with ThreadPoolExecutor(2) as pool:
        typing = pool.submit(office.type_in, office.typists[1], 1, keys)
        assert keys.is_inside.wait(PATIENCE)
        asking = pool.submit(office.request)
        assert not wait([asking], timeout=0.5).done
        keys.go_on.set()
        assert (typing.result(PATIENCE), asking.result(PATIENCE)) == (Outcome.CAST, "requested")
    assert office.waiting() == (0, True)
    assert office.rows(Ballot) == 1


def take_up_while_asking(office: Office, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """Take a sheet up again, and ask for the conclusion between its look at the round and its write."""
    is_inside, go_on = Event(), Event()

    def slow(*args: object, **how: object) -> PaperSheet:
        is_inside.set()
        assert go_on.wait(PATIENCE)
        return sheet_at(*args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(setting_aside, "sheet_at", slow)
    with ThreadPoolExecutor(2) as pool:
        taking = pool.submit(
            office.do, lambda s: services.take_up_again(s, SLUG, 1, 1, actor=office.farid, now=office.now).address
        )
        assert is_inside.wait(PATIENCE)
        asking = pool.submit(office.request)
        wait([asking], timeout=0.5)
        go_on.set()
        return [taking.result(PATIENCE), asking.result(PATIENCE)]


@pytest.fixture
def all_aside(office: Office) -> Office:
    set_aside_all_but(office, 0)
    office.close()
    return office


def test_no_sheet_begins_to_wait_behind_a_request(all_aside: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert take_up_while_asking(all_aside, monkeypatch) == ["1/1", "sheets_waiting"]
    assert all_aside.waiting() == (1, False)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_rounds_lock_a_sheet_waits_behind_a_request(
    all_aside: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        setting_aside,
        "lock_round_by_slug",
        lambda session, slug, **_how: session.scalars(select(Round).where(Round.slug == slug)).one(),
    )
    assert take_up_while_asking(all_aside, monkeypatch) == ["1/1", "requested"]
    assert all_aside.waiting() == (1, True)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_control_looking_in_a_transaction_of_its_own_a_sheet_waits_behind_a_request(all_aside: Office) -> None:
    """On SQLite the write transaction is the lock: whoever looks before it begins has looked too early."""
    with all_aside.session() as session:
        assert requested_conclusion(session, all_aside.round_id) is None
        session.rollback()
        assert all_aside.request() == "requested"
        with write_transaction(session):
            sheet = all_aside.sheet(session)
            sheet.state, sheet.reason = SheetState.RECEIVED, None
            session.flush()
    assert all_aside.waiting() == (1, True)
