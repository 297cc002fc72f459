"""Inviting people by mail to what they are to do as officials.

The mail is rendered in the language that was chosen for a new account, and in that of their own for whoever has one. It
holds no secret: they sign in as everybody does, and show a second factor before a role acts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts import rules
from participation.accounts.models import Account, Invitation, RoleGrant
from participation.accounts.queries import account_by_id, invitation_of
from participation.accounts.services.attempts import check_attempts, door, note_attempt
from participation.accounts.services.people import find_or_create_account, grant_role
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.permissions import Permission, Role, authorise
from participation.outbox.services import file_job

INVITATION_MAIL: Final = "accounts.invitation_mail"


def give_roles(  # noqa: PLR0913 - an invitation is what all of these say
    session: Session,
    email: str,
    *,
    display_name: str,
    language: str,
    roles: Sequence[Role],
    process_id: str | None,
    tell: bool,
    actor: Actor,
    now: datetime,
) -> list[RoleGrant]:
    """Give somebody roles in a process, or in all; `tell` sends them a mail that says so and how to sign in.

    Whoever has no account gets one. Roles that they hold already stay. Raises Invalid `role_missing`, Conflict
    `role_held` if they hold all of them, TooManyAttempts `too_many_mails`, and what grant_role raises.
    """
    if not roles:
        raise Invalid("role_missing", field="role")
    account = find_or_create_account(
        session,
        email,
        display_name=display_name,
        language=language,
        process_id=process_id,
        actor=actor,
        now=now,
    )
    held = {grant.role for grant in account.grants if grant.process_id == process_id}
    new = [role for role in dict.fromkeys(roles) if role not in held]
    if not new:
        raise Conflict("role_held", field="role", role=roles[0].value)
    grants = [grant_role(session, account.id, role, process_id, actor=actor, now=now) for role in new]
    if tell:
        _send(session, account, process_id, actor=actor, now=now)
    return grants


def resend_invitation(
    session: Session, account_id: str, process_id: str | None, *, actor: Actor, now: datetime
) -> Invitation:
    """Send the mail once more to somebody who has not signed in yet.

    Raises NotFound `no_such_invitation`, TooManyAttempts `too_many_mails`.
    """
    authorise(actor, Permission.ROLE_GRANT, process_id)
    invitation = invitation_of(session, account_id, process_id)
    if invitation is None:
        raise NotFound("no_such_invitation")
    _send(session, account_by_id(session, account_id), process_id, actor=actor, now=now)
    return invitation


def _send(session: Session, account: Account, process_id: str | None, *, actor: Actor, now: datetime) -> None:
    """File the mail, and keep that an answer is awaited from whoever has never signed in."""
    if account.email is None:
        return
    for at, limit in (
        (door("invitation", account.email), rules.INVITATIONS_PER_ADDRESS),
        (door("invitations by", actor.id or actor.kind.value), rules.INVITATIONS_PER_SENDER),
    ):
        check_attempts(session, at, limit=limit, code="too_many_mails", now=now)
        note_attempt(session, at, now=now)
    sender = actor.id or actor.kind.value
    if account.verified_at is None:
        place = Invitation.process_id.is_(None) if process_id is None else Invitation.process_id == process_id
        known = session.scalar(select(Invitation).where(Invitation.account_id == account.id, place))
        invitation = known or Invitation(account_id=account.id, process_id=process_id)
        invitation.invited_by, invitation.sent_at = sender, now
        session.add(invitation)
        session.flush()
    file_job(session, INVITATION_MAIL, {"account": account.id, "process": process_id, "by": sender}, now=now)
    record(
        session,
        "account.invited",
        actor=actor,
        now=now,
        subject_kind="account",
        subject_id=account.id,
        process_id=process_id,
    )
