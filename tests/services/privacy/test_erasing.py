"""Erasing a person: nothing is left that leads to them, their ballot counts, and nobody votes twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, inspect, select, text
from sqlalchemy.orm import Session

from participation.accounts.models import Account, RoleGrant
from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.ballots import services as ballots
from participation.ballots.keys import ERASED_VOTER, KeyStore
from participation.ballots.models import Ballot, CountedBallot, KeptTurnout, Participation
from participation.ballots.queries import own_ballot, receipt_state, turnout
from participation.ballots.rules import ReceiptState
from participation.ballots.services import Cast, cast_ballot, close_due_rounds, close_round, open_round
from participation.comments.models import Comment
from participation.comments.services import Remark, write_comment
from participation.core.actor import ERASED, SYSTEM, Actor, ActorKind
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from participation.core.permissions import Role
from participation.privacy.queries import consequences_for
from participation.privacy.services import Erased, erase_person
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.services import start_draft
from participation.results.services import request_conclusion
from participation.rounds.models import Round
from participation.rounds.queries import entering, participant_in
from participation.rounds.rules import RoundState
from participation.storage import engine_options, prepare_engine, write_transaction
from tests.factories.contributions import Town, make_town
from tests.factories.results import Hall, conclude, make_hall
from tests.factories.votes import make_person, make_round
from tests.support.databases import Backend

PATIENCE = 60
ADDRESS = "ayse@example.org"


class Place:
    """An open round in which Ayşe and others vote, and everything to erase people with."""

    def __init__(self, engine: Engine, now: datetime, keys: KeyStore) -> None:
        self.engine, self.now, self.keys = engine, now, keys
        with self.session() as session, write_transaction(session):
            self.hall: Hall = make_hall(session, now)
            self.round_id = make_round(session, self.hall.process, now, slug="vote").id
            open_round(session, "vote", actor=SYSTEM, now=now, keys=keys)
            self.ayse = self.join(session, ADDRESS)
            self.olena = self.join(session, "olena@example.org")

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def join(self, session: Session, address: str, name: str = "Somebody") -> Actor:
        account = Account(
            email=address, display_name=name, language="de", created_at=self.now, verified_at=self.now, grants=[]
        )
        session.add(account)
        session.flush()
        return Actor(ActorKind.ACCOUNT, account.id, name)

    def cast(self, session: Session, actor: Actor, based_on: int = 0, slug: str = "vote") -> Cast:
        how: dict[str, Any] = {"now": self.now, "keys": self.keys, "based_on": based_on}
        with write_transaction(session):
            return cast_ballot(session, slug, ["M1"], actor=actor, request_token=f"{actor.id} {based_on}", **how)

    def erase(self, session: Session, actor: Actor, typed: str = ADDRESS, by: Actor | None = None) -> Erased:
        how: dict[str, Any] = {"now": self.now, "keys": self.keys, "confirmed_by": typed}
        with write_transaction(session):
            return erase_person(session, actor.id, actor=by or actor, **how)

    def counts(self, session: Session) -> tuple[int, int]:
        session.rollback()
        ballots, voters = (session.scalar(select(func.count()).select_from(kind)) for kind in (Ballot, Participation))
        return ballots or 0, voters or 0

    def participants(self, session: Session) -> set[str]:
        session.rollback()
        return set(session.scalars(select(Participation.participant)))


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    engine = prepare_engine(create_engine(backend.url, pool_size=20, **engine_options(backend.url)))
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine, now: datetime, keys: KeyStore) -> Place:
    return Place(engine, now, keys)


def places_of(session: Session, words: set[str]) -> set[str]:
    """Return the tables in which any of the words stands anywhere."""
    session.rollback()
    found = set()
    for table in inspect(session.get_bind()).get_table_names():
        for row in session.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 - a name from the database
            if any(word in str(value) for value in row for word in words):
                found.add(table)
    return found


# --- what is left ----------------------------------------------------------------------------------------


def test_nothing_is_left_but_an_opaque_id_in_the_record_and_no_ballot_moves(place: Place) -> None:
    with place.session() as session:
        receipt = place.cast(session, place.ayse).receipt
        place.cast(session, place.olena)
        with write_transaction(session):
            session.get_one(Account, place.ayse.id).display_name = "Ayşe Yılmaz"
        box = set(session.execute(select(Ballot.ballot_key, Ballot.receipt, Ballot.request)).all())
        assert place.erase(session, place.ayse) == Erased(rounds=1, contributions=0)
        assert places_of(session, {place.ayse.id}) == {"audit_records"}
        assert places_of(session, {ADDRESS, "Yılmaz", place.keys.key(place.round_id).ballot_key("account:x")}) == set()
        assert place.counts(session) == (2, 2)
        assert first_broken_record(session) is None
        erased = session.scalars(select(AuditRecord).where(AuditRecord.action == "account.erased")).one()
        assert (erased.subject_id, erased.facts) == (place.ayse.id, {"asked": "by the person"})
        (mark,) = (one for one in place.participants(session) if one.startswith(ERASED_VOTER))
        key = place.keys.key(place.round_id)
        assert mark == key.identity_mark(ADDRESS)
        # Whoever compares two backups sees who left the register, and no ballot that moved.
        assert set(session.execute(select(Ballot.ballot_key, Ballot.receipt, Ballot.request)).all()) == box
        assert not {key.ballot_key(mark), key.ballot_key(ADDRESS)} & {ballot_key for ballot_key, *_ in box}
        round_ = session.get_one(Round, place.round_id)
        assert receipt_state(session, round_, receipt) is ReceiptState.IN_THE_BOX


def test_who_comes_back_with_the_same_address_cannot_vote_twice_nor_see_what_was_voted(place: Place) -> None:
    with place.session() as session:
        place.cast(session, place.ayse)
        place.erase(session, place.ayse, typed="  AYSE@Example.org ")
        with write_transaction(session):
            again = place.join(session, ADDRESS)
        with pytest.raises(Conflict, match="voted_before_erasure"):
            place.cast(session, again)
        with pytest.raises(Conflict, match=r"no_ballot_to_change|voted_before_erasure"):
            place.cast(session, again, based_on=1)
        assert place.counts(session) == (1, 1)
        me = participant_in(session, session.get_one(Round, place.round_id), again, place.now)
        assert me is not None
        assert ADDRESS not in repr(me)
        assert own_ballot(session, place.round_id, me, place.keys) is None
        session.rollback()
        with write_transaction(session):
            other = place.join(session, "ayse@other.example")
        place.cast(session, other)
        assert place.counts(session) == (2, 2)
        # A second erasure and return change nothing.
        place.erase(session, again)
        with write_transaction(session):
            third = place.join(session, ADDRESS)
        with pytest.raises(Conflict, match="voted_before_erasure"):
            place.cast(session, third)


def test_control_without_the_mark_the_same_person_votes_twice(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "vote_before_erasure", lambda *_asked: None)
    with place.session() as session:
        place.cast(session, place.ayse)
        place.erase(session, place.ayse)
        with write_transaction(session):
            again = place.join(session, ADDRESS)
        place.cast(session, again)
        assert place.counts(session) == (2, 2)


def test_a_closed_round_keeps_no_mark_of_the_address_and_is_concluded_as_ever(place: Place) -> None:
    with place.session() as session:
        receipt = place.cast(session, place.ayse).receipt
        place.cast(session, place.olena)
        with write_transaction(session):
            close_round(session, "vote", actor=SYSTEM, now=place.now)
        place.erase(session, place.ayse)
        assert place.keys.key(place.round_id).identity_mark(ADDRESS) not in place.participants(session)
        with write_transaction(session):
            result = conclude(session, session.get_one(Round, place.round_id), place.hall, place.now)
        assert result is not None
        assert result.ballots == 2
        assert receipt in set(session.scalars(select(CountedBallot.receipt)))


def test_the_register_of_a_concluded_round_is_erased_and_its_turnout_stays(place: Place) -> None:
    with place.session() as session:
        for actor in (place.ayse, place.olena):
            place.cast(session, actor)
        with write_transaction(session):
            close_round(session, "vote", actor=SYSTEM, now=place.now)
            conclude(session, session.get_one(Round, place.round_id), place.hall, place.now)
        before = turnout(session, session.get_one(Round, place.round_id))
        place.erase(session, place.ayse)
        assert place.participants(session) == {f"account:{place.olena.id}"}
        session.rollback()
        assert turnout(session, session.get_one(Round, place.round_id)) == before
        assert before.total == 2


def test_a_round_concluded_before_turnouts_were_kept_keeps_its_own_at_the_first_erasure(place: Place) -> None:
    with place.session() as session:
        for actor in (place.ayse, place.olena):
            place.cast(session, actor)
        with write_transaction(session):
            close_round(session, "vote", actor=SYSTEM, now=place.now)
            session.get_one(Round, place.round_id).state = RoundState.CONCLUDED
        assert session.scalar(select(func.count()).select_from(KeptTurnout)) == 0
        session.rollback()
        place.erase(session, place.ayse)
        place.erase(session, place.olena, typed="olena@example.org")
        assert place.participants(session) == set()
        session.rollback()
        assert turnout(session, session.get_one(Round, place.round_id)).total == 2


def test_what_an_organisation_voted_is_the_organisations(session: Session, now: datetime, keys: KeyStore) -> None:
    town: Town = make_town(session, now)
    written = write_comment(
        session,
        town.submitted().id,
        Remark("tr", "Çok iyi.", author_name="Ayşe"),
        slug=town.online.slug,
        actor=town.ayse,
        now=now,
    )
    draft = start_draft(session, town.online.slug, town.draft(title="Taslak"), actor=town.ayse, now=now)
    kept = start_draft(session, town.forum.slug, town.draft(author_name=""), actor=town.olena, now=now)
    account = session.get_one(Account, town.ayse.id)
    found = consequences_for(session, account, now)
    assert (found.proposals, found.comments, found.drafts) == (1, 1, 1)
    address = account.email or ""
    erased = erase_person(session, town.ayse.id, confirmed_by=address, actor=town.ayse, now=now, keys=keys)
    assert erased.contributions == 2
    session.expire_all()
    assert session.get(Proposal, draft.id) is None
    comment = session.get_one(Comment, written.id)
    assert (comment.author_id, comment.author_name) == (ERASED, "")
    assert {one.author_id for one in session.scalars(select(Proposal))} <= {ERASED, town.olena.id, None}
    olena = session.get_one(Account, town.olena.id)
    assert consequences_for(session, olena, now).left_voiceless == [town.organisation.name]
    erase_person(session, olena.id, confirmed_by=olena.email or "", actor=SYSTEM, now=now, keys=keys)
    session.expire_all()
    assert session.get_one(Proposal, kept.id).organisation_id == town.organisation.id
    session.commit()
    assert places_of(session, {town.ayse.id, town.olena.id}) == {"audit_records"}


# --- what is refused -------------------------------------------------------------------------------------


def test_nobody_is_erased_by_others_or_by_a_slip(place: Place) -> None:
    with place.session() as session:
        with pytest.raises(Invalid, match="address_differs"):
            place.erase(session, place.ayse, typed="olena@example.org")
        with pytest.raises(NotFound):
            place.erase(session, place.ayse, by=place.olena)
        with pytest.raises(NotFound):
            place.erase(session, place.ayse, by=place.hall.birte)
        assert session.get(Account, place.ayse.id) is not None


def test_a_suspended_round_is_waited_for_and_nothing_is_half_done(place: Place) -> None:
    with place.session() as session:
        place.cast(session, place.ayse)
        before = place.participants(session)
        away = KeyStore(place.keys._folder / "elsewhere")
        with pytest.raises(Unavailable, match="round_suspended"), write_transaction(session):
            erase_person(session, place.ayse.id, confirmed_by=ADDRESS, actor=place.ayse, now=place.now, keys=away)
        assert place.participants(session) == before
        assert session.get(Account, place.ayse.id) is not None


def test_who_has_asked_for_a_conclusion_waits_for_the_second_person(place: Place) -> None:
    birte = place.hall.birte
    with place.session() as session:
        with write_transaction(session):
            close_round(session, "vote", actor=SYSTEM, now=place.now)
            request_conclusion(session, "vote", actor=birte, now=place.now)
        with pytest.raises(Conflict, match="conclusion_requested_by_you"):
            place.erase(session, birte, typed="birte@example.org")


def test_the_last_administrator_stays(session: Session, now: datetime, keys: KeyStore, place: Place) -> None:
    with write_transaction(session):
        last = make_person(session, "Anna", now)
        account = session.get_one(Account, last.id)
        session.add(RoleGrant(account_id=account.id, role=Role.ADMINISTRATOR, granted_at=now, granted_by="system"))
    with pytest.raises(Conflict, match="last_administrator"):
        place.erase(session, last, typed="anna@example.org")


# --- at the same moment ----------------------------------------------------------------------------------


def erase_while_voting(place: Place, monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], tuple[int, int]]:
    """Erase Ayşe between the moment she is found to take part and that of her ballot; return what is left."""
    inside, go_on = Event(), Event()

    class Slow(KeyStore):
        def key(self, round_id: str) -> Any:
            inside.set()
            assert go_on.wait(PATIENCE)
            return place.keys.key(round_id)

    slow = Slow(place.keys._folder)

    def vote() -> str:
        with place.session() as session:
            try:
                with write_transaction(session):
                    how: dict[str, Any] = {"now": place.now, "based_on": 0, "keys": slow, "request_token": "form"}
                    cast_ballot(session, "vote", ["M1"], actor=place.ayse, **how)
            except DomainError as refused:
                return refused.code
        return "voted"

    def erase() -> None:
        with place.session() as session:
            place.erase(session, place.ayse)

    with ThreadPoolExecutor(2) as pool:
        voting = pool.submit(vote)
        assert inside.wait(PATIENCE)
        erasing = pool.submit(erase)
        wait([erasing], timeout=0.5)
        go_on.set()
        voting.result(PATIENCE)
        erasing.result(PATIENCE)
    with place.session() as session:
        return place.participants(session), place.counts(session)


def test_an_erasure_waits_for_the_ballot_under_way_and_takes_it_along(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, counts = erase_while_voting(place, monkeypatch)
    assert counts == (1, 1)
    assert left == {place.keys.key(place.round_id).identity_mark(ADDRESS)}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_an_account_that_is_not_held_leaves_its_id_behind(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer at a time, whatever is held."""
    monkeypatch.setattr(entering, "hold_account", lambda *_asked: None)
    left, _counts = erase_while_voting(place, monkeypatch)
    assert left == {f"account:{place.ayse.id}"}


def test_erasures_votes_closes_and_a_conclusion_at_once_leave_every_ballot_with_its_voter(place: Place) -> None:
    crowd = 24
    with place.session() as session:
        with write_transaction(session):
            people = [(place.join(session, f"p{n}@example.org"), f"p{n}@example.org") for n in range(crowd)]
            process = session.get_one(Process, place.hall.process.id)
            make_round(session, process, place.now, slug="other", closes_in=timedelta(minutes=1))
            open_round(session, "other", actor=SYSTEM, now=place.now, keys=place.keys)
        for actor, _address in people[: crowd // 2]:
            place.cast(session, actor)
            place.cast(session, actor, slug="other")
    barrier = Barrier(crowd + 1)

    def go(number: int) -> str:
        actor, address = people[number]
        barrier.wait(PATIENCE)
        with place.session() as session:
            try:
                if number < crowd // 2:
                    place.erase(session, actor, typed=address)
                else:
                    place.cast(session, actor)
                    place.erase(session, actor, typed=address)
            except (Conflict, Forbidden) as refused:
                return refused.code
        return "done"

    def end() -> None:
        barrier.wait(PATIENCE)
        with place.session() as session:
            with write_transaction(session):
                close_due_rounds(session, now=place.now + timedelta(minutes=2))
            with write_transaction(session):
                close_round(session, "vote", actor=SYSTEM, now=place.now)
            with write_transaction(session):
                conclude(session, session.get_one(Round, place.round_id), place.hall, place.now)

    with ThreadPoolExecutor(crowd + 1) as pool:
        ending = pool.submit(end)
        answers = [future.result(PATIENCE) for future in [pool.submit(go, number) for number in range(crowd)]]
        ending.result(PATIENCE)
    assert set(answers) <= {"done", "round_closed_early"}
    assert answers[: crowd // 2] == ["done"] * (crowd // 2)
    with place.session() as session:
        counted = session.scalar(select(func.count()).select_from(CountedBallot)) or 0
        assert turnout(session, session.get_one(Round, place.round_id)).total == counted >= crowd // 2
        ids = {actor.id for actor, _address in people[: crowd // 2]}
        assert not {one.removeprefix("account:") for one in place.participants(session)} & ids
        other = session.scalars(select(Round).where(Round.slug == "other")).one()
        for kind in (Ballot, Participation):
            rows = select(func.count()).select_from(kind).where(kind.round_id == other.id)
            assert session.scalar(rows) == crowd // 2
