"""Organisations with their delegates, departments with those who act for them."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.models import Account, Organisation, OrganisationKind
from participation.accounts.queries import account_by_id, actor_of, representatives_of
from participation.core.actor import Actor
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid
from participation.core.permissions import Permission, Role, may
from participation.processes.models import Process
from participation.texts.queries import wordings
from tests.factories.city import lindenhafen
from tests.factories.people import association, department, official, person


@pytest.fixture
def process(session: Session, now: datetime) -> Process:
    return lindenhafen(session, now)


@pytest.fixture
def birte(session: Session, now: datetime, process: Process) -> Actor:
    return actor_of(official(session, "Birte", Role.OFFICE, process, now=now))


@pytest.fixture
def olena(session: Session, now: datetime) -> Account:
    return person(session, "Olena", now=now)


def register(session: Session, process: Process, birte: Actor, now: datetime, **changes: object) -> Organisation:
    wanted = {
        "code": "o7",
        "kind": OrganisationKind.MIGRANT_ASSOCIATION,
        "name": "Nadiya e. V.",
        "languages": ["uk", "de"],
        "description": {"uk": "Ми тут.", "de": "Wir sind da."},
        "description_language": "uk",
    } | changes
    return services.register_organisation(session, process, **wanted, actor=birte, now=now)  # type: ignore[arg-type]


def test_an_organisation_is_registered_then_approved(
    session: Session, now: datetime, process: Process, birte: Actor
) -> None:
    organisation = register(session, process, birte, now)
    assert (organisation.code, organisation.approved_at) == ("O7", None)
    assert organisation.description is not None
    assert list(wordings(organisation.description)) == ["uk", "de"]
    services.approve_organisation(session, organisation, actor=birte, now=now)
    assert (organisation.approved_at, organisation.approved_by) == (now, birte.id)
    with pytest.raises(Conflict):
        services.approve_organisation(session, organisation, actor=birte, now=now)


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"name": ""}, "text_missing"),
        ({"name": "x" * 121}, "text_too_long"),
        ({"code": "O 7"}, "not_a_code"),
        ({"code": "x" * 17}, "not_a_code"),
        ({"languages": []}, "language_missing"),
        ({"languages": ["de", "de"]}, "doubled_language"),
        ({"languages": ["xx"]}, "unknown_language"),
    ],
)
def test_an_organisation_without_sense_is_refused(
    session: Session, now: datetime, process: Process, birte: Actor, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        register(session, process, birte, now, **changes)
    assert refused.value.code == code


@pytest.mark.parametrize("changes", [{"name": "Another"}, {"code": "O8"}])
def test_code_and_name_are_taken_once(
    session: Session, now: datetime, process: Process, birte: Actor, changes: dict[str, object]
) -> None:
    register(session, process, birte, now)
    with pytest.raises(Conflict) as refused:
        register(session, process, birte, now, **changes)
    assert refused.value.code == "organisation_exists"
    session.commit()  # the session is still of use


def test_only_officials_of_the_process_manage_its_organisations(
    session: Session, now: datetime, process: Process, birte: Actor, olena: Account
) -> None:
    other = lindenhafen(session, now, city="Anderstadt")
    with pytest.raises(Forbidden):
        register(session, other, birte, now)
    with pytest.raises(Forbidden):
        register(session, process, actor_of(olena), now)


def test_a_mandate_has_its_days(
    session: Session, now: datetime, process: Process, birte: Actor, olena: Account
) -> None:
    organisation = association(session, process, now=now)
    mandate = services.give_mandate(
        session, organisation, olena.id, valid_from=date(2026, 1, 1), role_label="Vorsitz", actor=birte, now=now
    )
    with pytest.raises(Conflict) as refused:
        services.give_mandate(session, organisation, olena.id, valid_from=date(2027, 1, 1), actor=birte, now=now)
    assert refused.value.code == "mandate_held"
    services.end_mandate(session, organisation, mandate.id, on=date(2026, 11, 20), actor=birte, now=now)
    assert mandate.valid_until == date(2026, 11, 20)


def test_a_mandate_that_has_not_begun_is_taken_away(
    session: Session, now: datetime, process: Process, birte: Actor, olena: Account
) -> None:
    organisation = association(session, process, now=now)
    mandate = services.give_mandate(session, organisation, olena.id, valid_from=date(2027, 1, 1), actor=birte, now=now)
    services.end_mandate(session, organisation, mandate.id, on=date(2026, 11, 20), actor=birte, now=now)
    assert not organisation.mandates


def test_nobody_speaks_for_two_organisations_at_once(
    session: Session, now: datetime, process: Process, birte: Actor, olena: Account
) -> None:
    first = association(session, process, now=now)
    second = association(session, process, now=now, code="O2", name="Sonne e. V.")
    services.give_mandate(
        session, first, olena.id, valid_from=date(2026, 3, 1), valid_until=date(2026, 6, 1), actor=birte, now=now
    )
    for begin, end in ((date(2026, 5, 31), None), (date(2026, 1, 1), date(2026, 3, 2)), (date(2026, 1, 1), None)):
        with pytest.raises(Conflict) as refused:
            services.give_mandate(session, second, olena.id, valid_from=begin, valid_until=end, actor=birte, now=now)
        assert (refused.value.code, refused.value.facts["organisation"]) == ("mandate_elsewhere", "O1")
    services.give_mandate(session, second, olena.id, valid_from=date(2026, 6, 1), actor=birte, now=now)


def test_a_mandate_may_end_before_another_begins(
    session: Session, now: datetime, process: Process, birte: Actor, olena: Account
) -> None:
    first = association(session, process, now=now)
    second = association(session, process, now=now, code="O2", name="Sonne e. V.")
    services.give_mandate(session, first, olena.id, valid_from=date(2026, 3, 1), actor=birte, now=now)
    services.give_mandate(
        session, second, olena.id, valid_from=date(2026, 1, 1), valid_until=date(2026, 3, 1), actor=birte, now=now
    )


def test_the_end_lies_after_the_beginning(
    session: Session, now: datetime, process: Process, birte: Actor, olena: Account
) -> None:
    organisation = association(session, process, now=now)
    with pytest.raises(Invalid) as refused:
        services.give_mandate(
            session,
            organisation,
            olena.id,
            valid_from=date(2026, 3, 1),
            valid_until=date(2026, 3, 1),
            actor=birte,
            now=now,
        )
    assert (refused.value.code, refused.value.field) == ("dates_out_of_order", "valid_until")


def test_whoever_acts_for_a_department_may_enter_costs(
    session: Session, now: datetime, process: Process, birte: Actor
) -> None:
    jens = person(session, "Jens", now=now)
    fourth, fifth = department(session, process, now=now), department(session, process, now=now, code="D5")
    for unit in (fourth, fifth):
        services.add_representative(session, unit, jens.id, actor=birte, now=now)
    assert may(actor_of(account_by_id(session, jens.id)), Permission.COSTING_ENTER, process)
    assert representatives_of(session, process.id) == {fourth.id: [jens], fifth.id: [jens]}
    services.remove_representative(session, fourth, jens.id, actor=birte, now=now)
    assert may(actor_of(account_by_id(session, jens.id)), Permission.COSTING_ENTER, process)
    services.remove_representative(session, fifth, jens.id, actor=birte, now=now)
    assert not may(actor_of(account_by_id(session, jens.id)), Permission.COSTING_ENTER, process)


def test_a_department_needs_its_name_in_the_processs_language(
    session: Session, now: datetime, process: Process, birte: Actor
) -> None:
    for titles in ({}, {"en": "Education"}):
        with pytest.raises(DomainError) as refused:
            services.create_department(session, process, code="D9", titles=titles, actor=birte, now=now)
        assert refused.value.code == "text_missing"
