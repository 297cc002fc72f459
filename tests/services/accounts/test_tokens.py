"""Tokens and roles: no token ever gains rights, and none outlives the rights or keys under which it was made."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.models import Account
from participation.accounts.queries import account_by_id, actor_of, usable_token
from participation.accounts.services import SECURITY_MAIL
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Invalid, SecondFactorNeeded
from participation.core.ids import fingerprint
from participation.core.permissions import Permission, Role
from participation.outbox.models import Job
from participation.processes.models import Process
from tests.factories.city import lindenhafen
from tests.factories.people import official, person
from tests.services.accounts.test_second_factors import with_app


@pytest.fixture
def process(session: Session, now: datetime) -> Process:
    return lindenhafen(session, now)


@pytest.fixture
def birte(session: Session, process: Process, now: datetime) -> Account:
    return official(session, "Birte", Role.OFFICE, process, now=now)


def token(session: Session, owner: Account, scope: Permission, now: datetime, actor: Actor | None = None) -> str:
    return services.create_token(
        session,
        owner.id,
        name="Statistics",
        scopes=[scope.value],
        expires_at=now + timedelta(days=30),
        actor=actor or actor_of(owner),
        now=now,
    ).secret


def opens(session: Session, secret: str, now: datetime) -> bool:
    return usable_token(session, fingerprint(secret), now) is not None


@pytest.mark.parametrize("by", [None, SYSTEM])
def test_a_token_cannot_be_allowed_what_its_owner_may_not(
    session: Session, now: datetime, birte: Account, by: Actor | None
) -> None:
    ayse = person(session, "Ayşe", now=now)
    with pytest.raises(Invalid) as refused:
        token(session, ayse, Permission.AUDIT_READ, now, by)
    assert refused.value.code == "scope_not_held"
    assert opens(session, token(session, ayse, Permission.BALLOT_CAST, now, by), now)
    assert opens(session, token(session, birte, Permission.AUDIT_READ, now, by), now)  # held in one process


def give(session: Session, account: Account, process: Process, now: datetime) -> None:
    services.grant_role(session, account.id, Role.MODERATOR, process.id, actor=SYSTEM, now=now)


def take(session: Session, account: Account, process: Process, now: datetime) -> None:
    services.revoke_role(session, account.id, Role.OFFICE, process.id, actor=SYSTEM, now=now)


def reset(session: Session, account: Account, _process: Process, now: datetime) -> None:
    services.reset_factors(session, account.id, actor=SYSTEM, now=now)


@pytest.mark.parametrize("change", [give, take, reset])
def test_a_change_of_roles_or_a_reset_revokes_all_tokens_and_the_owner_is_told(
    session: Session,
    now: datetime,
    process: Process,
    birte: Account,
    change: Callable[[Session, Account, Process, datetime], None],
) -> None:
    with_app(session, birte, now)
    own = token(session, birte, Permission.ROUND_CLOSE, now)
    others = token(session, person(session, "Ayşe", now=now), Permission.BALLOT_CAST, now)
    assert opens(session, own, now)
    change(session, birte, process, now)
    session.expire_all()
    assert (opens(session, own, now), opens(session, others, now)) == (False, True)
    filed = [job.payload for job in session.scalars(select(Job).where(Job.name == SECURITY_MAIL))]
    assert [told["account"] for told in filed if told["event"] == "tokens_revoked"] == [birte.id]


def test_whoever_was_given_a_role_on_the_way_to_a_token_gets_none(
    session: Session, now: datetime, process: Process
) -> None:
    ayse = person(session, "Ayşe", now=now)
    before = actor_of(ayse)
    services.grant_role(session, ayse.id, Role.OFFICE, process.id, actor=SYSTEM, now=now)
    with pytest.raises(SecondFactorNeeded):
        token(session, account_by_id(session, ayse.id), Permission.AUDIT_READ, now, before)
