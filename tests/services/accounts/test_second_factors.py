"""Second factors beside the pages: who resets them, what goes with an account, and what its owner is told."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.jobs import render_security_mail
from participation.accounts.models import Account, Attempt, Password, RecoveryCode, SecondFactor, SubjectKind
from participation.accounts.queries import account_by_id, actor_of, seen_session
from participation.accounts.services import SecurityEvent, passwords, showing_factors
from participation.accounts.services.notices import tell_owner
from participation.audit.models import AuditRecord
from participation.core.actor import SYSTEM
from participation.core.errors import Conflict, Invalid, NotFound, SecondFactorNeeded
from participation.core.permissions import Permission, Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from tests.factories.people import official, person
from tests.support.factors import app_code

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
KEY = "a key for tests"


def with_app(session: Session, account: Account, now: datetime) -> SecondFactor:
    actor = actor_of(account)
    factor = services.begin_app(session, name="App", actor=actor, now=now)
    code = app_code(services.app_secret(KEY, factor.id), now)
    return services.confirm_app(session, factor.id, code, key=KEY, actor=actor, now=now).factor


def test_what_an_official_does_to_the_keys_is_recorded_and_what_a_citizen_does_is_not(
    session: Session, now: datetime
) -> None:
    birte, ayse = official(session, "Birte", Role.OFFICE, None, now=now), person(session, "Ayşe", now=now)
    for account in (birte, ayse):
        with_app(session, account, now)
    services.remove_factor(session, with_app(session, birte, now).id, actor=actor_of(birte), now=now)
    kept = session.execute(
        select(AuditRecord.action, AuditRecord.subject_id).where(AuditRecord.action.startswith("second_factor"))
    ).all()
    assert {tuple(row) for row in kept} == {("second_factor.added", birte.id), ("second_factor.removed", birte.id)}


def test_nobody_resets_their_own(session: Session, now: datetime) -> None:
    admin = official(session, "Admin", Role.ADMINISTRATOR, None, now=now)
    with_app(session, admin, now)
    with pytest.raises(Conflict, match="own_second_factor"):
        services.reset_factors(session, admin.id, actor=actor_of(admin), now=now)
    services.reset_factors(session, admin.id, actor=SYSTEM, now=now)


def test_an_account_has_ten_at_most_and_one_that_waits(session: Session, now: datetime) -> None:
    ayse = person(session, "Ayşe", now=now)
    for _ in range(10):
        with_app(session, ayse, now)
    with pytest.raises(Conflict, match="too_many_second_factors"):
        services.begin_app(session, name="App", actor=actor_of(ayse), now=now)
    olena = person(session, "Olena", now=now)
    for _ in range(3):
        services.begin_app(session, name="App", actor=actor_of(olena), now=now)
    assert len(session.scalars(select(SecondFactor).where(SecondFactor.account_id == olena.id)).all()) == 1


def test_an_app_that_was_begun_is_finished_within_ten_minutes_or_forgotten(session: Session, now: datetime) -> None:
    actor = actor_of(person(session, "Ayşe", now=now))
    factor = services.begin_app(session, name="App", actor=actor, now=now)
    late = now + timedelta(minutes=10)
    code = app_code(services.app_secret(KEY, factor.id), late)
    with pytest.raises(NotFound, match="no_such_second_factor"):
        services.confirm_app(session, factor.id, code, key=KEY, actor=actor, now=late)
    assert services.something_to_forget(session, now=now + timedelta(hours=3))
    services.forget_sign_ins(session, now=late)
    assert session.scalars(select(SecondFactor.id)).all() == []


def test_no_token_is_made_before_the_second_factor_is_shown(session: Session, now: datetime) -> None:
    birte = official(session, "Birte", Role.OFFICE, None, now=now)
    opened = services.open_session(session, SubjectKind.ACCOUNT, birte.id, now=now)
    seen = seen_session(session, opened.row.id, now)
    assert seen is not None
    with pytest.raises(SecondFactorNeeded):
        services.create_token(
            session,
            birte.id,
            name="x",
            scopes=[Permission.ROUND_CLOSE.value],
            expires_at=now,
            actor=seen.actor,
            now=now,
        )


def test_erasing_leaves_no_key_behind(session: Session, now: datetime) -> None:
    ayse = person(session, "Ayşe", now=now)
    with_app(session, ayse, now)
    services.set_password(session, "x" * 20, passwords.NOBODYS, actor=actor_of(ayse), now=now)
    services.begin_password_try(session, ayse.email or "", now=now)
    services.show_code(session, ayse.id, "wrong", key=KEY, now=now)
    services.remove_account(session, account_by_id(session, ayse.id), actor=actor_of(ayse), now=now)
    for table in (Attempt, Password, RecoveryCode, SecondFactor):
        assert session.scalars(select(table)).all() == []


def test_every_event_has_words_in_the_owners_language(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            account = person(session, "Birte", now=utcnow(), language="en")
        for event in SecurityEvent:
            with transaction() as session:
                tell_owner(session, account.id, event, now=utcnow())
            job = db.session.query(Job).filter_by(done_at=None).order_by(Job.created_at.desc(), Job.id).first()
            assert job is not None
            mail = render_security_mail(db.session(), job.payload)
            assert mail is not None
            assert (mail.to, "http://localhost/account/security" in mail.text) == (account.email, True)


def test_the_command_line_helps_who_lost_everything(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        birte = official(session, "Birte", Role.OFFICE, None, now=utcnow())
        with_app(session, birte, utcnow())
    run = app.test_cli_runner().invoke(args=["user", "reset-second-factor", "birte@lindenhafen.example"])
    assert run.exit_code == 0, run.output
    again = app.test_cli_runner().invoke(args=["user", "reset-second-factor", "birte@lindenhafen.example"])
    assert (again.exit_code, "no second factor" in again.output) == (1, True)


def test_after_a_hundred_wrong_codes_in_a_row_the_app_is_of_no_use_and_says_so(session: Session, now: datetime) -> None:
    ayse = person(session, "Ayşe", now=now)
    with_app(session, ayse, now).failures = 100
    session.flush()
    with pytest.raises(Invalid, match="apps_locked"):
        services.show_code(session, ayse.id, "123456", key=KEY, now=now)
    code = showing_factors.recovery_code(KEY, session.scalars(select(RecoveryCode.id)).first() or "")
    assert services.show_code(session, ayse.id, code, key=KEY, now=now)
