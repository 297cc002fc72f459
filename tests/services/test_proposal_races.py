"""Authors, officials and openings at the same moment. Each race has a control without its lock, which must fail."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, Select, create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.ballots import services as ballots
from participation.ballots.freezing import frozen_contents
from participation.ballots.keys import KeyStore
from participation.ballots.models import Option
from participation.core.errors import Conflict
from participation.costings.models import Costs, Cover, EstimateQuality
from participation.costings.services import enter_costing
from participation.processes.models import Process
from participation.proposals import services
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalState
from participation.proposals.services.words import give_code
from participation.rounds.kinds import Task
from participation.rounds.models import OptionRule, Round
from participation.rounds.queries import lock_round_by_slug
from participation.rounds.rules import RoundState
from participation.storage import engine_options, prepare_engine, write_transaction
from participation.tally.kinds import BallotKind
from tests.factories.contributions import Town, make_town
from tests.support.databases import Backend

SERVICES = "participation.proposals.services"
AUTHORS = 6
PATIENCE = 30
BECAUSE = {"de": "Passt nicht."}


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    """Return an engine with a connection for every author at once."""
    engine = prepare_engine(create_engine(backend.url, pool_size=AUTHORS + 2, **engine_options(backend.url)))
    yield engine
    engine.dispose()


@pytest.fixture
def town(engine: Engine, now: datetime) -> Town:
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        made = make_town(session, now)
        for code in ("M01", "M02"):
            made.recorded(code, f"Maßnahme {code}")
        made.online.state = RoundState.DRAFT
        made.online.task_names = [Task.PRIORITISE_MEASURES.value]
        made.online.ballot_kind = BallotKind.RANKING
        made.online.max_choices = 2
        made.online.option_rule = OptionRule.ALL_MEASURES
    return made


def in_session(engine: Engine, act: Callable[[Session], Any]) -> Any:
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        return act(session)


def hand_in_at_once(engine: Engine, town: Town) -> list[str]:
    """Let many authors hand in a draft at the same moment; return the codes or what went wrong."""

    def begin(session: Session, number: int) -> str:
        draft = town.draft(title=f"Nr. {number}")
        return services.start_draft(session, "werkstatt", draft, actor=town.code, now=town.now).id

    drafts = [str(in_session(engine, partial(begin, number=number))) for number in range(AUTHORS)]
    barrier = Barrier(AUTHORS)

    def submit(session: Session, draft: str) -> str:
        return services.submit(session, draft, actor=town.code, now=town.now).code

    def hand_in(draft: str) -> str:
        barrier.wait(PATIENCE)
        try:
            return str(in_session(engine, partial(submit, draft=draft)))
        except IntegrityError:
            return "twice"

    with ThreadPoolExecutor(AUTHORS) as pool:
        return sorted(pool.map(hand_in, drafts))


def read_without_lock(session: Session, process_id: str, *, shared: bool = False) -> Process:
    return session.get_one(Process, process_id)


def test_everybody_who_hands_in_at_once_gets_a_code_of_their_own(engine: Engine, town: Town) -> None:
    assert hand_in_at_once(engine, town) == [f"P{number:03d}" for number in range(1, AUTHORS + 1)]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_lock_two_get_the_same_code(
    engine: Engine, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_counted = Barrier(AUTHORS)

    def count_and_wait(session: Session, proposal: Proposal) -> None:
        give_code(session, proposal)
        everybody_counted.wait(PATIENCE)

    monkeypatch.setattr(f"{SERVICES}.writing.lock_process", read_without_lock)
    monkeypatch.setattr(f"{SERVICES}.stations.give_code", count_and_wait)
    assert hand_in_at_once(engine, town) == ["P001", *["twice"] * (AUTHORS - 1)]


def decline_while_opening(
    engine: Engine, town: Town, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, ProposalState]:
    """Decline a measure while an opening has read it and not yet stored it; return how that ended."""
    opening_has_read, go_on = Event(), Event()

    def read_and_wait(session: Session, proposals: Any) -> Any:
        opening_has_read.set()
        assert go_on.wait(PATIENCE)
        return frozen_contents(session, proposals)

    monkeypatch.setattr("participation.ballots.services.frozen_contents", read_and_wait)

    def open_it(session: Session) -> None:
        ballots.open_round(session, "online", actor=town.birte, now=town.now, keys=keys)

    def decline_it(session: Session) -> None:
        measure = session.scalars(select(Proposal).where(Proposal.code == "M01")).one()
        later = town.now + timedelta(seconds=1)
        services.decline(session, measure.id, reasons=BECAUSE, based_on=1, actor=town.elif_, now=later)

    def decline() -> str:
        try:
            in_session(engine, decline_it)
        except Conflict as refused:
            return refused.code
        return "declined"

    with ThreadPoolExecutor(2) as pool:
        opening = pool.submit(in_session, engine, open_it)
        assert opening_has_read.wait(PATIENCE)
        declining = pool.submit(decline)
        wait([declining], timeout=1)  # with the lock it cannot end before the opening does
        go_on.set()
        opening.result(PATIENCE)
        ended = declining.result(PATIENCE)
    with Session(engine) as session:
        assert session.scalars(select(Round.state).where(Round.slug == "online")).one() is RoundState.OPEN
        assert set(session.scalars(select(Option.code))) == {"M01", "M02"}
        return ended, session.scalars(select(Proposal.state).where(Proposal.code == "M01")).one()


def test_what_an_opening_puts_to_the_vote_is_not_declined_meanwhile(
    engine: Engine, town: Town, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = decline_while_opening(engine, town, keys, monkeypatch)
    assert ended == ("proposal_stands_in_round", ProposalState.ADMITTED)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_lock_an_option_is_declined_under_its_voters(
    engine: Engine, town: Town, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{SERVICES}.deciding.lock_process", read_without_lock)
    assert decline_while_opening(engine, town, keys, monkeypatch) == ("declined", ProposalState.DECLINED)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_who_write_and_hand_in_at_once_do_not_wait_for_each_other(engine: Engine, town: Town) -> None:
    both_have_begun = Barrier(2)

    def write_and_hand_in(session: Session, title: str) -> str:
        draft = town.draft(title=title)
        begun = services.start_draft(session, "werkstatt", draft, actor=town.code, now=town.now)
        both_have_begun.wait(PATIENCE)
        return services.submit(session, begun.id, actor=town.code, now=town.now).code

    with ThreadPoolExecutor(2) as pool:
        codes = pool.map(lambda title: in_session(engine, partial(write_and_hand_in, title=title)), ["Eins", "Zwei"])
        assert sorted(codes) == ["P001", "P002"]


def while_a_round_is_taken(engine: Engine, slug: str, act: Callable[[Session], Any], free: Select[Any]) -> None:
    """Let somebody wait for a round that a close holds, and take meanwhile what they may hold only after it."""
    with ThreadPoolExecutor(1) as pool:
        with Session(engine) as closing, write_transaction(closing):
            lock_round_by_slug(closing, slug)
            contributing = pool.submit(in_session, engine, act)
            assert not wait([contributing], timeout=1).done
            with Session(engine) as other:
                assert other.execute(free.with_for_update(nowait=True)).one()
        contributing.result(PATIENCE)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_hands_in_a_draft_takes_the_round_before_the_process(engine: Engine, town: Town) -> None:
    def begin(session: Session) -> str:
        return services.start_draft(session, "werkstatt", town.draft(), actor=town.code, now=town.now).id

    begun = str(in_session(engine, begin))
    while_a_round_is_taken(
        engine,
        "werkstatt",
        lambda session: services.submit(session, begun, actor=town.code, now=town.now),
        select(Process.id),
    )


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_states_costs_takes_the_round_before_the_measure(engine: Engine, town: Town) -> None:
    costs = Costs(once_cents=1, annual_cents=0, quality=EstimateQuality.CALCULATED, cover=Cover.OPEN, language="de")
    with Session(engine) as session:
        measure = session.scalars(select(Proposal.id).where(Proposal.code == "M01")).one()
    while_a_round_is_taken(
        engine,
        "kosten",
        lambda session: enter_costing(
            session, measure, costs, slug="kosten", based_on=0, actor=town.birte, now=town.now
        ),
        select(Proposal.id).where(Proposal.id == measure),
    )
