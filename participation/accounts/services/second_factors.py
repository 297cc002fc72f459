"""What somebody has beside their mailbox or password: apps that show codes, passkeys, recovery codes."""

from dataclasses import dataclass
from datetime import datetime

from pyotp import TOTP
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from participation.accounts import rules
from participation.accounts.models import (
    Account,
    FactorKind,
    Identity,
    Password,
    RecoveryCode,
    SecondFactor,
    SubjectKind,
)
from participation.accounts.queries import has_factor_at_provider, second_factors_of
from participation.accounts.services.holding import hold_account
from participation.accounts.services.notices import SecurityEvent, note_key_act, tell_owner
from participation.accounts.services.showing_factors import app_code_step, app_secret, recovery_code
from participation.accounts.services.signing_in import revoke_sessions_of
from participation.accounts.services.tokens import revoke_tokens_of
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.ids import new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import clean_text


@dataclass(frozen=True, slots=True)
class Added:
    """A second factor that counts from now on; recovery codes come with the first one and are shown this once."""

    factor: SecondFactor
    recovery_codes: list[str]


def begin_app(session: Session, *, name: str, actor: Actor, now: datetime) -> SecondFactor:
    """Begin to set an app up: it counts once it has shown a code. What was begun before and not finished goes.

    Raises Conflict `too_many_second_factors`.
    """
    authorise(actor, Permission.ACCOUNT_SELF)
    account = hold_account(session, actor.id)
    session.execute(
        delete(SecondFactor).where(SecondFactor.account_id == account.id, SecondFactor.confirmed_at.is_(None))
    )
    refuse_one_too_many(session, account.id)
    factor = SecondFactor(
        account_id=account.id, kind=FactorKind.APP, name=clean_text(name, rules.FACTOR_NAME), created_at=now, failures=0
    )
    session.add(factor)
    session.flush()
    return factor


def app_address(key: str, factor: SecondFactor, account: Account, site_name: str) -> str:
    """Return the otpauth address that an app reads from a QR code."""
    issuer = site_name.replace(":", " ")  # the colon ends the issuer there
    named = TOTP(app_secret(key, factor.id), name=account.email or account.id, issuer=issuer)
    return named.provisioning_uri()


def waiting_app(session: Session, factor_id: str, *, actor: Actor, now: datetime) -> SecondFactor:
    """Return an app of one's own that has not shown a code yet; raises NotFound `no_such_second_factor`.

    It waits no longer than a step-up lasts: else whoever finds a browser left open could finish what its owner began.
    """
    factor = _own(session, factor_id, actor)
    if factor.confirmed_at is not None or factor.created_at <= now - rules.STEP_UP:
        raise NotFound("no_such_second_factor")
    return factor


def confirm_app(session: Session, factor_id: str, typed: str, *, key: str, actor: Actor, now: datetime) -> Added:
    """Let an app count that shows the right code; raises Invalid `wrong_app_code`."""
    account = hold_account(session, actor.id)
    factor = waiting_app(session, factor_id, actor=actor, now=now)
    step = app_code_step(app_secret(key, factor.id), typed, now)
    if step is None:
        raise Invalid("wrong_app_code", field="code")
    factor.confirmed_at, factor.last_step, factor.last_used_on = now, step, now.date()
    session.flush()
    return added(session, account, factor, key=key, actor=actor, now=now)


def added(session: Session, account: Account, factor: SecondFactor, *, key: str, actor: Actor, now: datetime) -> Added:
    """Tell the owner of a new second factor, and issue recovery codes with the first one."""
    note_key_act(session, "second_factor.added", account, actor=actor, now=now, facts={"kind": factor.kind.value})
    tell_owner(session, account.id, SecurityEvent.FACTOR_ADDED, now=now)
    known = session.scalar(select(RecoveryCode.id).where(RecoveryCode.account_id == account.id).limit(1))
    return Added(factor, [] if known else _issue(session, account.id, key=key, now=now))


def rename_factor(session: Session, factor_id: str, name: str, *, actor: Actor, now: datetime) -> SecondFactor:  # noqa: ARG001 - as all services
    """Call a second factor of one's own otherwise."""
    factor = _own(session, factor_id, actor)
    factor.name = clean_text(name, rules.FACTOR_NAME)
    session.flush()
    return factor


def remove_factor(session: Session, factor_id: str, *, actor: Actor, now: datetime) -> None:
    """Remove a second factor of one's own.

    Raises Conflict `last_second_factor` where a role needs one, and `password_needs_factor` where the password is
    too short to stand alone.
    """
    account = hold_account(session, actor.id)
    factor = _own(session, factor_id, actor)
    if factor.confirmed_at is not None and len(second_factors_of(session, account.id)) == 1:
        if account.grants:
            raise Conflict("last_second_factor")
        password = session.get(Password, account.id)
        if password is not None and password.needs_second_factor:
            raise Conflict("password_needs_factor")
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.delete(factor)
    session.flush()
    if factor.confirmed_at is not None:
        note_key_act(session, "second_factor.removed", account, actor=actor, now=now, facts={"kind": factor.kind.value})
        tell_owner(session, account.id, SecurityEvent.FACTOR_REMOVED, now=now)


def issue_recovery_codes(session: Session, *, key: str, actor: Actor, now: datetime) -> list[str]:
    """Replace one's own recovery codes by new ones; raises Conflict `no_second_factor`."""
    authorise(actor, Permission.ACCOUNT_SELF)
    account = hold_account(session, actor.id)
    if not second_factors_of(session, account.id):
        raise Conflict("no_second_factor")
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    issued = _issue(session, account.id, key=key, now=now)
    note_key_act(session, "recovery_codes.issued", account, actor=actor, now=now)
    tell_owner(session, account.id, SecurityEvent.RECOVERY_CODES_ISSUED, now=now)
    return issued


def reset_factors(session: Session, account_id: str, *, actor: Actor, now: datetime) -> None:
    """Take everything away that somebody has lost: second factors, recovery codes, a password that needs them.

    All their browsers are signed out, their tokens revoked; they sign in by mail and set a new one up. Who resets one
    is not its owner: the owner removes and adds. Raises Conflict `own_second_factor`, `no_second_factor`.
    """
    authorise(actor, Permission.ACCOUNT_MANAGE)
    if account_id == actor.id:
        raise Conflict("own_second_factor")
    account = hold_account(session, account_id)
    if not (second_factors_of(session, account_id) or has_factor_at_provider(session, account_id)):
        raise Conflict("no_second_factor")
    session.execute(update(Identity).where(Identity.account_id == account_id).values(strong_on=None))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(Password).where(Password.account_id == account_id, Password.needs_second_factor))
    revoke_sessions_of(session, SubjectKind.ACCOUNT, account.id, now=now)
    revoke_tokens_of(session, account_id, now=now)
    record(session, "second_factor.reset", actor=actor, now=now, subject_kind="account", subject_id=account_id)
    tell_owner(session, account_id, SecurityEvent.FACTORS_RESET, now=now)


def refuse_one_too_many(session: Session, account_id: str) -> None:
    """Refuse one more than an account can have."""
    if len(second_factors_of(session, account_id)) >= rules.FACTORS:
        raise Conflict("too_many_second_factors", most=rules.FACTORS)


def _own(session: Session, factor_id: str, actor: Actor) -> SecondFactor:
    authorise(actor, Permission.ACCOUNT_SELF)
    factor = session.get(SecondFactor, factor_id, populate_existing=True)
    if factor is None or factor.account_id != actor.id:
        raise NotFound("no_such_second_factor")
    return factor


def _issue(session: Session, account_id: str, *, key: str, now: datetime) -> list[str]:
    rows = [RecoveryCode(id=new_id(), account_id=account_id, created_at=now) for _ in range(rules.RECOVERY_CODES)]
    session.add_all(rows)
    session.flush()
    return [recovery_code(key, row.id) for row in rows]
