"""An organisation registers itself, its delegates name further ones, the office decides."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.models import (
    Account,
    ApplicationState,
    Mandate,
    Organisation,
    OrganisationApplication,
    OrganisationKind,
    ProposedDelegate,
)
from participation.accounts.queries import actor_of
from participation.accounts.rules import DECIDED_KEPT, WAITING_DELEGATES, WAITING_PER_ACCOUNT, code_from_name
from participation.accounts.services import Named, Wish
from participation.accounts.services.bodies import _mandate_to_give as mandate_to_give
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.permissions import Role
from participation.outbox.models import Job
from participation.processes.models import Process
from participation.storage import engine_options, prepare_engine, write_transaction
from participation.texts.models import Text
from tests.factories.city import lindenhafen
from tests.factories.people import Cast, cast, official, person
from tests.support.databases import Backend

WISH = Wish(
    name="جمعية الجسر",
    kind=OrganisationKind.MIGRANT_ASSOCIATION,
    languages=["ar", "de"],
    language="ar",
    description="نساعد العائلات الجديدة.",
    role_label="Vorsitz",
)
NAMED = Named("taras@lindenhafen.example", "Taras", "de")
BECAUSE = {"de": "Bitte schicken Sie uns Ihre Satzung."}


@pytest.fixture
def process(session: Session, now: datetime) -> Process:
    return lindenhafen(session, now)


@pytest.fixture
def people(session: Session, process: Process, now: datetime) -> Cast:
    return cast(session, process, now=now)


def acting(account: Account) -> Actor:
    return actor_of(account)


def jobs(session: Session) -> list[str]:
    return sorted(session.scalars(select(Job.name).where(Job.name.like("accounts.%"))))


def test_an_organisation_registers_and_takes_part_once_the_office_has_approved(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    asked = services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    assert services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now) is asked
    with pytest.raises(Forbidden):
        services.approve_application(session, asked.id, actor=acting(people.ayse), now=now)
    made = services.approve_application(session, asked.id, actor=acting(people.birte), now=now)
    assert (made.code, made.name, made.approved_at, made.description) == ("ORG", WISH.name, now, asked.description)
    assert [(held.account_id, held.valid_from, held.role_label) for held in made.mandates] == [
        (people.ayse.id, now.date(), "Vorsitz")
    ]
    assert asked.state is ApplicationState.APPROVED
    assert jobs(session) == ["accounts.application_mail"]
    with pytest.raises(Conflict, match="application_decided"):
        services.decline_application(session, asked.id, reasons=BECAUSE, actor=acting(people.birte), now=now)


def test_nobody_gives_a_mandate_to_themselves(session: Session, process: Process, people: Cast, now: datetime) -> None:
    birte = acting(people.birte)
    asked = services.apply_for_organisation(session, process, WISH, actor=birte, now=now)
    with pytest.raises(Forbidden, match="decides_for_oneself"):
        services.approve_application(session, asked.id, actor=birte, now=now)
    second = acting(official(session, "Gerd", Role.OFFICE, process, now=now))
    made = services.approve_application(session, asked.id, actor=second, now=now)
    for named in (NAMED, Named("gerd@lindenhafen.example", "Gerd", "de")):
        proposed = services.propose_delegate(session, process, made, named, actor=birte, now=now)
        for actor in (birte, *([second] if named is not NAMED else [])):
            with pytest.raises(Forbidden, match="decides_for_oneself"):
                services.approve_delegate(session, proposed.id, actor=actor, now=now)


def test_a_refusal_says_why_and_the_same_name_may_be_registered_again(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    asked = services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    with pytest.raises(Invalid, match="decline_reason_missing"):
        services.decline_application(session, asked.id, reasons={"de": " "}, actor=acting(people.birte), now=now)
    services.decline_application(session, asked.id, reasons=BECAUSE, actor=acting(people.birte), now=now)
    assert (asked.state, jobs(session)) == (ApplicationState.DECLINED, ["accounts.application_mail"])
    again = services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    made = services.approve_application(session, again.id, code="bruecke", actor=acting(people.birte), now=now)
    assert made.code == "BRUECKE"


def test_whoever_speaks_for_an_organisation_registers_no_other_one(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    with pytest.raises(Conflict, match="speaks_elsewhere"):
        services.apply_for_organisation(session, process, WISH, actor=acting(people.olena), now=now)
    known = replace(WISH, name=people.organisation.name)
    with pytest.raises(Conflict, match="organisation_exists"):
        services.apply_for_organisation(session, process, known, actor=acting(people.ayse), now=now)


def test_one_person_does_not_flood_the_office(session: Session, process: Process, people: Cast, now: datetime) -> None:
    for number in range(WAITING_PER_ACCOUNT):
        wish = replace(WISH, name=f"Nr. {number}")
        services.apply_for_organisation(session, process, wish, actor=acting(people.ayse), now=now)
    with pytest.raises(Conflict, match="too_many_applications"):
        services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    for asked in session.scalars(select(OrganisationApplication)).all():
        services.withdraw_application(session, asked.id, actor=acting(people.ayse), now=now)
    for number in range(WAITING_PER_ACCOUNT):
        wish = replace(WISH, name=f"Nr. {number}")
        services.apply_for_organisation(session, process, wish, actor=acting(people.ayse), now=now)
        latest = session.scalars(select(OrganisationApplication).where(OrganisationApplication.decided_at.is_(None)))
        services.withdraw_application(session, latest.one().id, actor=acting(people.ayse), now=now)
    with pytest.raises(Conflict, match="too_many_applications"):
        services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    tomorrow = now + timedelta(days=1, seconds=1)
    services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=tomorrow)


def test_a_delegate_names_a_further_one_and_the_address_goes_with_the_decision(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    olena, birte, home = acting(people.olena), acting(people.birte), people.organisation
    with pytest.raises(Forbidden, match="not_a_delegate"):
        services.propose_delegate(session, process, home, NAMED, actor=acting(people.ayse), now=now)
    named = services.propose_delegate(session, process, home, NAMED, actor=olena, now=now)
    assert services.propose_delegate(session, process, home, NAMED, actor=olena, now=now) is named
    mandate = services.approve_delegate(session, named.id, actor=birte, now=now)
    assert (mandate.account.email, mandate.account.display_name) == ("taras@lindenhafen.example", "Taras")
    assert (named.email, named.account_id) == (None, mandate.account_id)
    assert jobs(session) == ["accounts.delegate_mail", "accounts.mandate_mail"]
    other = replace(NAMED, email="someone@lindenhafen.example")
    refused = services.propose_delegate(session, process, home, other, actor=olena, now=now)
    services.decline_delegate(session, refused.id, reasons=BECAUSE, actor=birte, now=now)
    assert (refused.state, refused.email) == (ApplicationState.DECLINED, None)
    for number in range(WAITING_DELEGATES):
        more = replace(NAMED, email=f"n{number}@lindenhafen.example")
        services.propose_delegate(session, process, home, more, actor=olena, now=now)
    with pytest.raises(Conflict, match="too_many_delegates"):
        services.propose_delegate(session, process, home, other, actor=olena, now=now)


def test_a_delegate_lays_the_mandate_down_and_can_be_given_it_again(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    home, today = people.organisation, now.date()
    services.lay_down_mandate(session, home, today=today, actor=acting(people.olena), now=now)
    assert [held.valid_until for held in home.mandates] == [today]
    with pytest.raises(Forbidden, match="not_a_delegate"):
        services.propose_delegate(session, process, home, NAMED, actor=acting(people.olena), now=now)
    again = services.give_mandate(session, home, people.olena.id, valid_from=today, actor=acting(people.birte), now=now)
    assert ([held.id for held in home.mandates], again.valid_until) == ([again.id], None)


def test_what_was_decided_long_ago_is_forgotten_with_its_words(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    declined = services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    services.decline_application(session, declined.id, reasons=BECAUSE, actor=acting(people.birte), now=now)
    words = {declined.description_id, declined.reason_id}
    kept = services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    made = services.approve_application(session, kept.id, actor=acting(people.birte), now=now)
    later = now + DECIDED_KEPT
    proposed = services.propose_delegate(session, process, made, NAMED, actor=acting(people.ayse), now=now)
    proposed.proposed_at -= timedelta(hours=1)  # and nobody decides
    session.flush()
    waited = later - timedelta(hours=1)
    assert not services.has_applications_to_forget(session, now=waited - timedelta(seconds=1))
    services.forget_applications(session, now=waited - timedelta(seconds=1))
    assert session.scalars(select(ProposedDelegate)).all() == [proposed]
    assert services.has_applications_to_forget(session, now=waited)
    services.forget_applications(session, now=waited)
    assert session.scalars(select(ProposedDelegate)).all() == []
    assert not services.has_applications_to_forget(session, now=later - timedelta(seconds=1))
    assert services.has_applications_to_forget(session, now=later)
    services.forget_applications(session, now=later)
    assert session.scalars(select(OrganisationApplication)).all() == []
    assert session.scalars(select(Text.id).where(Text.id.in_(words))).all() == []
    assert session.get(Text, made.description_id) is not None


def test_erasing_a_person_takes_what_they_asked_for_and_what_stands_under_their_address(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
    named = replace(NAMED, email=people.ayse.email or "")
    services.propose_delegate(session, process, people.organisation, named, actor=acting(people.olena), now=now)
    services.let_go_of_applicant(session, people.ayse)
    assert session.scalars(select(OrganisationApplication)).all() == []
    assert session.scalars(select(ProposedDelegate)).all() == []


@pytest.mark.parametrize(
    "name, taken, code",
    [
        ("Ukrainische Brücke Kiel e. V.", [], "UBK"),
        ("Kurdistan-Zentrum", [], "KZ"),
        ("Türkgücü", [], "TURKGUCU"),
        ("Straßenkinder", [], "STRASSEN"),
        ("جمعية الجسر", ["ORG"], "ORG2"),
        ("Український дім", ["org", "ORG2"], "ORG3"),
        ("A1 B2", ["AB"], "AB2"),
    ],
)
def test_a_code_is_made_from_the_name(name: str, taken: list[str], code: str) -> None:
    assert code_from_name(name, taken) == code


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    """Return an engine with a connection for each of two officials."""
    engine = prepare_engine(create_engine(backend.url, pool_size=4, **engine_options(backend.url)))
    yield engine
    engine.dispose()


def two_mandates_at_once(engine: Engine) -> int:
    """Let two officials give one person the mandates of two organisations; return how many were given."""
    now = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        process = lindenhafen(session, now)
        people = cast(session, process, now=now)
        ines = person(session, "Ines", now=now)
        asked = services.apply_for_organisation(session, process, WISH, actor=acting(people.ayse), now=now)
        services.approve_application(session, asked.id, actor=acting(people.birte), now=now)
    barrier = Barrier(2)

    def give(code: str) -> bool:
        with Session(engine, expire_on_commit=False) as session:
            barrier.wait(30)
            try:
                with write_transaction(session):
                    home = session.scalars(select(Organisation).where(Organisation.code == code)).one()
                    actor = acting(session.get_one(Account, people.birte.id))
                    services.give_mandate(session, home, ines.id, valid_from=now.date(), actor=actor, now=now)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        given = sum(pool.map(give, ["O1", "ORG"]))
    with Session(engine) as session:
        stored = session.scalars(select(Mandate).where(Mandate.account_id == ines.id)).all()
    assert len(stored) == given
    return given


def test_nobody_gets_the_mandates_of_two_organisations_at_once(engine: Engine) -> None:
    assert two_mandates_at_once(engine) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_lock_both_are_given(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_looked = Barrier(2)

    def look_and_wait(session: Session, organisation: Organisation, *dates: Any) -> Mandate:
        found = mandate_to_give(session, organisation, *dates)
        if dates[0].display_name == "Ines":
            both_have_looked.wait(30)
        return found

    monkeypatch.setattr("participation.accounts.services.bodies._mandate_to_give", look_and_wait)
    monkeypatch.setattr("participation.accounts.services.bodies.lock_process", lambda *_args, **_options: None)
    assert two_mandates_at_once(engine) == 2
