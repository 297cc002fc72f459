"""The one ballot of a phase is remembered as long as another round of it can still be voted in."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Identity
from participation.accounts.queries import actor_of
from participation.ballots.keys import KeyStore
from participation.ballots.services import cast_ballot, close_round, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict
from participation.privacy.services import erase_person, forget_people
from participation.rounds.kinds import Eligibility
from participation.rounds.models import BallotClaim, Round
from participation.rounds.queries import claims_to_forget, retention_of
from participation.rounds.services import forget_claims, settle_overlap
from participation.storage import write_transaction
from tests.factories.results import Hall, conclude, fill_box, make_hall
from tests.factories.votes import make_person, make_round

MONTH = timedelta(days=30)


class Spring:
    """A process that forbids overlap: everybody votes in spring, and a second round of the phase follows in autumn."""

    def __init__(self, session: Session, now: datetime, keys: KeyStore) -> None:
        self.session, self.now, self.keys = session, now, keys
        with write_transaction(session):
            self.hall: Hall = make_hall(session, now)
            settle_overlap(session, self.hall.process.slug, forbids=True, actor=self.hall.birte, now=now)
            for slug in ("spring", "autumn"):
                make_round(session, self.hall.process, now, slug=slug).retention_days = 1
            self.round("autumn").closes_at = now + 12 * MONTH
            self.ayse = make_person(session, "ayse", now)
            open_round(session, "spring", actor=SYSTEM, now=now, keys=keys)
        self.cast("spring", self.ayse, now)

    def round(self, slug: str) -> Round:
        return self.session.scalars(select(Round).where(Round.slug == slug)).one()

    def cast(self, slug: str, actor: Actor, now: datetime) -> None:
        with write_transaction(self.session):
            cast_ballot(
                self.session, slug, ["M1"], actor=actor, now=now, request_token=slug, based_on=0, keys=self.keys
            )

    def end(self, slug: str) -> None:
        with write_transaction(self.session):
            close_round(self.session, slug, actor=SYSTEM, now=self.now)
            conclude(self.session, self.round(slug), self.hall, self.now)

    def forget(self, slug: str) -> datetime:
        """Forget who took part in a round; return when."""
        later = self.now + MONTH
        with write_transaction(self.session):
            assert forget_people(self.session, self.round(slug).id, now=later)
        return later

    def claims(self) -> int:
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(BallotClaim)) or 0


@pytest.fixture
def spring(session: Session, now: datetime, keys: KeyStore) -> Spring:
    return Spring(session, now, keys)


def test_who_voted_in_spring_does_not_vote_in_autumn_when_spring_has_forgotten_its_people(spring: Spring) -> None:
    session = spring.session
    spring.end("spring")
    later = spring.forget("spring")
    kept = retention_of(session, spring.round("spring"))
    assert (kept.forgotten_at, kept.remembers_votes) == (later, True)
    assert claims_to_forget(session) == []
    session.rollback()
    with write_transaction(session):
        assert not forget_claims(session, spring.round("spring").id, now=later)
        open_round(session, "autumn", actor=SYSTEM, now=later, keys=spring.keys)
    with pytest.raises(Conflict, match="voted_in_other_round"):
        spring.cast("autumn", spring.ayse, later)
    with write_transaction(session):
        fill_box(session, spring.round("autumn"), [["M1"], ["M2"]], later)
    spring.end("autumn")
    assert spring.claims() == 1
    assert claims_to_forget(session) == [spring.round("spring").id]
    session.rollback()
    with write_transaction(session):
        assert forget_claims(session, spring.round("spring").id, now=later)
    assert spring.claims() == 0
    assert claims_to_forget(session) == []
    assert not retention_of(session, spring.round("spring")).remembers_votes


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_once_the_phase_is_forgotten_no_further_round_of_it_opens_but_one_by_codes(spring: Spring) -> None:
    session = spring.session
    spring.end("spring")
    later = spring.forget("spring")
    with write_transaction(session):
        session.delete(spring.round("autumn"))
        session.flush()
        assert forget_claims(session, spring.round("spring").id, now=later)
        for slug, asked in (("late", Eligibility.OPEN), ("cards", Eligibility.CODES)):
            make_round(session, spring.hall.process, later, slug=slug, eligibility=asked)
        with pytest.raises(Conflict, match="claims_forgotten"):
            open_round(session, "late", actor=SYSTEM, now=later, keys=spring.keys)
        open_round(session, "cards", actor=SYSTEM, now=later, keys=spring.keys)


def test_who_is_erased_and_comes_back_does_not_vote_in_a_round_that_opens_later(spring: Spring) -> None:
    session, now = spring.session, spring.now
    with write_transaction(session):
        session.add(Identity(account_id=spring.ayse.id, issuer="https://id.example", subject="7", linked_at=now))
    with write_transaction(session):
        address = session.get_one(Account, spring.ayse.id).email
        assert address is not None
        erase_person(session, spring.ayse.id, confirmed_by=address, actor=spring.ayse, now=now, keys=spring.keys)
    held = session.scalars(select(BallotClaim.participant)).all()
    assert len(held) == 2  # the address and the identity
    assert not any(spring.ayse.id in one or address in one for one in held)
    session.rollback()
    with write_transaction(session):
        by_mail, by_provider, olena = (
            Account(email=email, language="de", created_at=now, verified_at=now, grants=[])
            for email in (address, None, "olena@example.org")
        )
        session.add_all([by_mail, by_provider, olena])
        session.flush()
        session.add(Identity(account_id=by_provider.id, issuer="https://id.example", subject="7", linked_at=now))
        open_round(session, "autumn", actor=SYSTEM, now=now, keys=spring.keys)
        back = [actor_of(one) for one in (by_mail, by_provider)]
        other = actor_of(olena)
    for actor in back:
        with pytest.raises(Conflict, match="voted_elsewhere_before_erasure"):
            spring.cast("autumn", actor, now)
        with pytest.raises(Conflict, match="voted_before_erasure"):
            spring.cast("spring", actor, now)
    spring.cast("autumn", other, now)
    for slug in ("spring", "autumn"):
        spring.end(slug)
        spring.forget(slug)
    over = claims_to_forget(session)
    session.rollback()
    with write_transaction(session):
        assert [forget_claims(session, round_id, now=now) for round_id in over] == [True, True]
    assert spring.claims() == 0
