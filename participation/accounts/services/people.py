"""Accounts and their roles."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from participation.accounts.models import (
    Account,
    Attempt,
    RoleGrant,
    SignInChallenge,
    SignInSession,
    SubjectKind,
)
from participation.accounts.queries import account_by_email, account_by_id
from participation.accounts.rules import DISPLAY_NAME
from participation.accounts.services.attempts import door
from participation.accounts.services.holding import hold_account
from participation.accounts.services.signing_in import (
    normalise_email,
    refuse_unless_enabled,
    revoke_sessions_of,
    weaken_sessions_of,
)
from participation.accounts.services.tokens import revoke_tokens_of
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, NotFound
from participation.core.languages import language as known_language
from participation.core.permissions import ROLE_PERMISSIONS, Permission, Role, authorise, may
from participation.core.wording import clean_text


def create_account(
    session: Session,
    email: str,
    *,
    display_name: str = "",
    language: str = "de",
    process_id: str | None = None,
    verified: bool = False,
    actor: Actor,
    now: datetime,
) -> Account:
    """Invite a person: the account waits for its owner, who signs in by mail.

    `process_id` is the process for whose sake it is created. `verified` is for those who have checked the address
    themselves. Raises Conflict `account_exists`.
    """
    authorise(actor, Permission.ROLE_GRANT, process_id)
    address = normalise_email(email)
    known_language(language, field="language")
    if account_by_email(session, address) is not None:
        raise Conflict("account_exists", field="email")
    account = Account(
        email=address,
        display_name=clean_text(display_name, DISPLAY_NAME),
        language=language,
        created_at=now,
        verified_at=now if verified else None,
        grants=[],
    )
    session.add(account)
    session.flush()
    record(
        session,
        "account.created",
        actor=actor,
        now=now,
        subject_kind="account",
        subject_id=account.id,
        process_id=process_id,
    )
    return account


def find_or_create_account(
    session: Session,
    email: str,
    *,
    display_name: str = "",
    language: str = "de",
    process_id: str | None,
    actor: Actor,
    now: datetime,
) -> Account:
    """Return the account of an address, inviting its owner if there is none; a name that is there stays."""
    authorise(actor, Permission.ROLE_GRANT, process_id)
    account = account_by_email(session, normalise_email(email))
    if account is None:
        return create_account(
            session,
            email,
            display_name=display_name,
            language=language,
            process_id=process_id,
            actor=actor,
            now=now,
        )
    refuse_unless_enabled(account)
    return account


def edit_account(
    session: Session,
    *,
    display_name: str,
    language: str,
    wants_reminders: bool | None = None,
    actor: Actor,
    now: datetime,  # noqa: ARG001 - as all services
) -> Account:
    """Change one's own name and language, and whether mails remind of votes; None leaves that as it is."""
    authorise(actor, Permission.ACCOUNT_SELF)
    account = account_by_id(session, actor.id)
    account.display_name = clean_text(display_name, DISPLAY_NAME)
    account.language = known_language(language, field="language").tag
    if wants_reminders is not None:
        account.wants_reminders = wants_reminders
    session.flush()
    return account


def stop_reminders(session: Session, account_id: str) -> Account:
    """Remind somebody of no vote any more; the entry point has seen that they hold the link from a reminder."""
    account = account_by_id(session, account_id)
    account.wants_reminders = False
    session.flush()
    return account


def grant_role(
    session: Session, account_id: str, role: Role, process_id: str | None, *, actor: Actor, now: datetime
) -> RoleGrant:
    """Give somebody a role in a process, or in all of them when `process_id` is None.

    Nobody hands out more than they hold, but for the role of an auditor: nobody else may read ballots, so it is given
    by those who may not, to somebody else than themselves. Raises Conflict `role_held` and Forbidden `role_above_own`.
    """
    _authorise_role(actor, role, process_id)
    if role is Role.AUDITOR and account_id == actor.id:
        raise Forbidden("role_above_own", field="role", role=role.value)
    account = hold_account(session, account_id)
    refuse_unless_enabled(account)
    if _grant(session, account_id, role, process_id) is not None:
        raise Conflict("role_held", field="role", role=role.value)
    grant = RoleGrant(
        account_id=account_id,
        process_id=process_id,
        role=role,
        granted_at=now,
        granted_by=actor.id or actor.kind.value,
    )
    account.grants.append(grant)
    session.flush()
    _part_with_old_rights(session, account_id, now=now)
    _record_role(session, "role.granted", grant, actor=actor, now=now)
    return grant


def roles_to_give(actor: Actor, process_id: str | None) -> list[Role]:
    """Return the roles that somebody may give and take in a process, or everywhere when it is None."""
    if not may(actor, Permission.ROLE_GRANT, process_id):
        return []
    return [role for role in Role if _is_within_own(actor, role, process_id)]


def ensure_role(
    session: Session, account_id: str, role: Role, process_id: str | None, *, actor: Actor, now: datetime
) -> None:
    """Give somebody a role unless they hold it already."""
    if _grant(session, account_id, role, process_id) is None:
        grant_role(session, account_id, role, process_id, actor=actor, now=now)


def drop_role(
    session: Session, account_id: str, role: Role, process_id: str | None, *, actor: Actor, now: datetime
) -> None:
    """Take a role away if it is held."""
    if _grant(session, account_id, role, process_id) is not None:
        revoke_role(session, account_id, role, process_id, actor=actor, now=now)


def revoke_role(
    session: Session, account_id: str, role: Role, process_id: str | None, *, actor: Actor, now: datetime
) -> None:
    """Take a role away; it is gone from the person's next request on. The last administrator stays."""
    _authorise_role(actor, role, process_id)
    is_administration = role is Role.ADMINISTRATOR and process_id is None
    administrators = _lock_administrators(session) if is_administration else set()
    grant = _grant(session, account_id, role, process_id)
    if grant is None:
        raise NotFound("no_such_grant")
    if is_administration and administrators <= {account_id}:
        raise Conflict("last_administrator")
    _record_role(session, "role.revoked", grant, actor=actor, now=now)
    account = hold_account(session, account_id)
    account.grants.remove(grant)
    session.flush()
    _part_with_old_rights(session, account_id, now=now)


def disable_account(session: Session, account_id: str, *, actor: Actor, now: datetime) -> None:
    """Close an account: its sessions and tokens open nothing any more."""
    authorise(actor, Permission.ACCOUNT_MANAGE)
    account = hold_account(session, account_id)
    refuse_unless_enabled(account)
    if account_id == actor.id:
        raise Conflict("own_account")
    if _lock_administrators(session) == {account_id}:
        raise Conflict("last_administrator")
    account.disabled_at = now
    revoke_sessions_of(session, SubjectKind.ACCOUNT, account_id, now=now)
    revoke_tokens_of(session, account_id, now=now, tell=False)
    session.flush()
    record(session, "account.disabled", actor=actor, now=now, subject_kind="account", subject_id=account_id)


def hold_account_to_remove(session: Session, account_id: str, *, actor: Actor) -> Account:
    """Return an account that its owner or the program may remove, held alone until the transaction ends.

    Whoever contributes with the account holds it shared and is waited for. Raises NotFound, or Conflict
    `last_administrator` for the last one who could give roles.
    """
    _authorise_removal(actor, account_id)
    is_administrator = _grant(session, account_id, Role.ADMINISTRATOR, None) is not None
    administrators = _lock_administrators(session) if is_administrator else set()
    account = session.scalar(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise NotFound("no_such_account", account=account_id)
    if administrators == {account_id}:
        raise Conflict("last_administrator")
    return account


def remove_account(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    """Delete an account with its address and name, sessions, keys, roles and mandates; the id stays in the record.

    Part of erasing a person, which asks other rooms first. The caller holds the account.
    """
    _authorise_removal(actor, account.id)
    account_id, address = account.id, account.email
    session.execute(
        delete(SignInSession).where(
            SignInSession.subject_kind == SubjectKind.ACCOUNT, SignInSession.subject_id == account_id
        )
    )
    if address is not None:
        session.execute(delete(SignInChallenge).where(SignInChallenge.email == address))
        session.execute(delete(Attempt).where(Attempt.door.in_([door("mail", address), door("password", address)])))
    own = [door(kind, account_id) for kind in ("own password", "second factor", "recovery code")]
    session.execute(delete(Attempt).where(Attempt.door.in_(own)))
    session.expunge(account)
    session.execute(delete(Account).where(Account.id == account_id))  # what refers to it goes with it
    record(
        session,
        "account.erased",
        actor=actor,
        now=now,
        subject_kind="account",
        subject_id=account_id,
        facts={"asked": "by letter" if actor.is_system else "by the person"},
    )


def enable_account(session: Session, account_id: str, *, actor: Actor, now: datetime) -> None:
    """Open an account again; tokens stay revoked."""
    authorise(actor, Permission.ACCOUNT_MANAGE)
    account = account_by_id(session, account_id)
    if account.disabled_at is None:
        raise Conflict("account_not_disabled")
    account.disabled_at = None
    session.flush()
    record(session, "account.enabled", actor=actor, now=now, subject_kind="account", subject_id=account_id)


def _part_with_old_rights(session: Session, account_id: str, *, now: datetime) -> None:
    """Let what was opened under old rights not simply go on under the new ones; the caller holds the account."""
    weaken_sessions_of(session, account_id, now=now)
    revoke_tokens_of(session, account_id, now=now)


def _authorise_role(actor: Actor, role: Role, process_id: str | None) -> None:
    authorise(actor, Permission.ROLE_GRANT, process_id)
    if not _is_within_own(actor, role, process_id):
        raise Forbidden("role_above_own", field="role", role=role.value)


def _authorise_removal(actor: Actor, account_id: str) -> None:
    authorise(actor, Permission.ACCOUNT_SELF)
    if not actor.is_system and actor.id != account_id:
        raise NotFound("no_such_account", account=account_id)


def _is_within_own(actor: Actor, role: Role, process_id: str | None) -> bool:
    beyond = {Permission.BALLOT_AUDIT} if role is Role.AUDITOR else set()
    return all(may(actor, permission, process_id) for permission in ROLE_PERMISSIONS[role] - beyond)


def _grant(session: Session, account_id: str, role: Role, process_id: str | None) -> RoleGrant | None:
    place = RoleGrant.process_id.is_(None) if process_id is None else RoleGrant.process_id == process_id
    return session.scalar(select(RoleGrant).where(RoleGrant.account_id == account_id, RoleGrant.role == role, place))


def _lock_administrators(session: Session) -> set[str]:
    """Return who administers everything now, held until the transaction ends.

    Two of them who take the role from each other at the same moment would otherwise each see the other one stay.
    """
    return set(
        session.scalars(
            select(RoleGrant.account_id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.process_id.is_(None), Account.disabled_at.is_(None))
            .order_by(RoleGrant.id)
            .with_for_update()
        )
    )


def _record_role(session: Session, action: str, grant: RoleGrant, *, actor: Actor, now: datetime) -> None:
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="account",
        subject_id=grant.account_id,
        process_id=grant.process_id,
        facts={"role": grant.role.value},
    )
