"""One ballot for each person in a phase, where a process forbids overlap: in any order, at once, after an erasure."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Identity
from participation.ballots import services as ballots
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, ErasedMark
from participation.ballots.services import cast_ballot, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict
from participation.privacy.services import erase_person
from participation.rounds.kinds import Eligibility
from participation.rounds.models import BallotClaim, Round
from participation.rounds.queries import round_standing, voters_by_account
from participation.rounds.services import settle_overlap
from participation.storage import engine_options, prepare_engine, write_transaction
from tests.factories.results import Hall, conclude, make_hall
from tests.factories.votes import make_codes, make_person, make_round, put_on_roll
from tests.support.databases import Backend

PATIENCE = 60
VOTERS = 12


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    engine = prepare_engine(create_engine(backend.url, pool_size=20, **engine_options(backend.url)))
    yield engine
    engine.dispose()


class Phase:
    """Two open rounds of one phase that ask the same, in a process that forbids overlap."""

    def __init__(self, engine: Engine, now: datetime, keys: KeyStore) -> None:
        self.engine, self.now, self.keys = engine, now, keys
        with self.session() as session, write_transaction(session):
            self.hall: Hall = make_hall(session, now)
            settle_overlap(session, self.hall.process.slug, forbids=True, actor=self.hall.birte, now=now)
            group = make_round(session, self.hall.process, now, slug="group", eligibility=Eligibility.ROLL)
            make_round(session, self.hall.process, now, slug="online")
            self.people = [make_person(session, f"p{number}", now) for number in range(VOTERS)]
            for one in self.people:
                put_on_roll(session, group, one)
            for slug in ("group", "online"):
                open_round(session, slug, actor=SYSTEM, now=now, keys=keys)

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def cast(self, session: Session, slug: str, actor: Actor, based_on: int = 0) -> None:
        with write_transaction(session):
            cast_ballot(
                session,
                slug,
                ["M1"],
                actor=actor,
                now=self.now,
                request_token=f"{slug} {based_on}",
                based_on=based_on,
                keys=self.keys,
            )

    def erase(self, session: Session, actor: Actor) -> None:
        with write_transaction(session):
            address = session.get_one(Account, actor.id).email or actor.id
            erase_person(session, actor.id, confirmed_by=address, actor=actor, now=self.now, keys=self.keys)

    def race(self) -> int:
        """Let everybody vote in both rounds at once; return how many ballots there are."""
        start = Barrier(4 * VOTERS)

        def vote(slug: str, actor: Actor) -> None:
            with self.session() as session:
                start.wait(PATIENCE)
                try:
                    self.cast(session, slug, actor)
                except Conflict as refused:
                    assert refused.code == "voted_in_other_round"  # noqa: PT017 - in a thread

        with ThreadPoolExecutor(4 * VOTERS) as pool:
            tries = [(slug, one) for one in self.people for slug in ("group", "online") * 2]
            list(pool.map(lambda one: vote(*one), tries))
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(Ballot)) or 0


@pytest.fixture
def phase(engine: Engine, now: datetime, keys: KeyStore) -> Phase:
    return Phase(engine, now, keys)


def test_whoever_voted_in_one_round_has_no_ballot_in_the_other_and_is_told_where_theirs_is(phase: Phase) -> None:
    (ayse, olena, *_), online = phase.people, "online"
    with phase.session() as session:
        phase.cast(session, "group", ayse)
        phase.cast(session, "group", ayse, based_on=1)
        with pytest.raises(Conflict, match="voted_in_other_round"):
            phase.cast(session, online, ayse)
        phase.cast(session, online, olena)
        assert session.scalar(select(func.count()).select_from(Ballot)) == 2
        session.rollback()
        round_ = session.scalars(select(Round).where(Round.slug == online)).one()
        other = round_standing(session, round_, ayse, phase.now).voted_elsewhere
        assert other is not None
        assert other.slug == "group"
        assert round_standing(session, round_, olena, phase.now).voted_elsewhere is None
        reminded = {account for account, _key in voters_by_account(session, round_, phase.now)}
        assert ayse.id not in reminded
        assert olena.id in reminded


def test_at_once_in_both_rounds_nobody_gets_two_ballots(phase: Phase) -> None:
    assert phase.race() == VOTERS


def test_control_without_the_claim_somebody_gets_two(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "claim_ballot", lambda *_asked: None)
    assert phase.race() == 2 * VOTERS


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_codes_and_other_processes_are_not_touched(engine: Engine, now: datetime, keys: KeyStore) -> None:
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        hall = make_hall(session, now)
        for slug in ("a", "b"):
            make_round(session, hall.process, now, slug=slug)
        cards = make_round(session, hall.process, now, slug="c", eligibility=Eligibility.CODES)
        for slug in ("a", "b", "c"):
            open_round(session, slug, actor=SYSTEM, now=now, keys=keys)
        (code,) = make_codes(session, cards, 1, now)
        for slug, actor in (("a", hall.ayse), ("b", hall.ayse), ("c", code)):
            cast_ballot(session, slug, ["M1"], actor=actor, now=now, request_token="form", based_on=0, keys=keys)
        assert session.scalar(select(func.count()).select_from(BallotClaim)) == 0
        with pytest.raises(Conflict, match="overlap_is_settled"):
            settle_overlap(session, hall.process.slug, forbids=True, actor=hall.birte, now=now)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_is_erased_and_comes_back_votes_in_neither_round_again(phase: Phase) -> None:
    with phase.session() as session:
        (ayse, *_) = phase.people
        with write_transaction(session):
            session.add(Identity(account_id=ayse.id, issuer="https://id.example", subject="7", linked_at=phase.now))
        phase.cast(session, "group", ayse)
        phase.erase(session, ayse)
        assert session.scalar(select(func.count()).select_from(BallotClaim)) == 2
        session.rollback()
        with write_transaction(session):
            by_mail = make_person(session, "p0", phase.now)
            by_provider = make_person(session, "new", phase.now)
            session.add(
                Identity(account_id=by_provider.id, issuer="https://id.example", subject="7", linked_at=phase.now)
            )
            group = session.scalars(select(Round).where(Round.slug == "group")).one()
            for one in (by_mail, by_provider):
                put_on_roll(session, group, one)
        for one in (by_mail, by_provider):
            for slug, refusal in (("group", "voted_before_erasure"), ("online", "voted_elsewhere_before_erasure")):
                with pytest.raises(Conflict, match=refusal):
                    phase.cast(session, slug, one)
        with write_transaction(session):
            ballots.close_round(session, "group", actor=SYSTEM, now=phase.now)
            conclude(session, session.get_one(Round, group.id), phase.hall, phase.now)
        assert session.scalars(select(ErasedMark)).all() == []
