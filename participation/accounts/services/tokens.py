"""Bearer tokens for programs.

A token acts with the rights that its account holds and that it names. It gains none: whenever somebody is given or
loses a role all their tokens are revoked, so that every token that acts with a role was made by somebody who had shown
a second factor while they held it.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from participation.accounts.models import ApiToken
from participation.accounts.queries import actor_of
from participation.accounts.rules import TOKEN_LIFETIME, TOKEN_NAME, TOKEN_PREFIX, TOKEN_SCOPES
from participation.accounts.services.holding import hold_account
from participation.accounts.services.notices import SecurityEvent, tell_owner
from participation.accounts.services.signing_in import refuse_unless_enabled
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Invalid, NotFound, SecondFactorNeeded
from participation.core.ids import fingerprint
from participation.core.permissions import Permission, authorise, may_somewhere, refusal
from participation.core.wording import clean_text


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is shown once; only its fingerprint is stored."""

    secret: str
    row: ApiToken


def create_token(
    session: Session,
    account_id: str,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    actor: Actor,
    now: datetime,
) -> IssuedToken:
    """Let a program act as an account, within named permissions and until a day.

    Raises Invalid `unknown_scope`, `scope_missing`, `scope_not_held`, `token_expires_too_late` or
    `token_expires_in_the_past`, and SecondFactorNeeded where a role needs one that was not shown.
    """
    _authorise(actor, account_id)
    if actor.lacks_second_factor:  # a token acts with the rights of its account's roles
        raise refusal(actor, Permission.TOKEN_MANAGE)
    account = hold_account(session, account_id)
    refuse_unless_enabled(account)
    holder = actor_of(account)
    if not actor.is_system and holder.grants != actor.grants:  # a role was given while this request was on its way
        raise SecondFactorNeeded("second_factor_needed", permission=Permission.TOKEN_MANAGE.value)
    wanted = sorted(set(scopes))
    if not wanted:
        raise Invalid("scope_missing", field="scopes")
    unknown = [scope for scope in wanted if scope not in {known.value for known in TOKEN_SCOPES}]
    if unknown:
        raise Invalid("unknown_scope", field="scopes", scope=unknown[0])
    beyond = [scope for scope in wanted if not may_somewhere(holder, Permission(scope))]
    if beyond:
        raise Invalid("scope_not_held", field="scopes", scope=beyond[0])
    if expires_at <= now:
        raise Invalid("token_expires_in_the_past", field="expires_at")
    if expires_at > now + TOKEN_LIFETIME:
        raise Invalid("token_expires_too_late", field="expires_at", days=TOKEN_LIFETIME.days)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        account_id=account_id,
        name=clean_text(name, TOKEN_NAME),
        fingerprint=fingerprint(secret),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    _record(session, "token.created", row, actor=actor, now=now)
    return IssuedToken(secret, row)


def revoke_token(session: Session, token_id: str, *, actor: Actor, now: datetime) -> None:
    """Make a token useless at once."""
    authorise(actor, Permission.TOKEN_MANAGE)
    row = session.get(ApiToken, token_id)
    if row is None or row.revoked_at is not None or not (actor.is_system or row.account_id == actor.id):
        raise NotFound("no_such_token")
    row.revoked_at = now
    session.flush()
    _record(session, "token.revoked", row, actor=actor, now=now)


def revoke_tokens_of(session: Session, account_id: str, *, now: datetime, tell: bool = True) -> None:
    """Make all tokens of an account useless, and tell its owner if there were any and `tell` says so.

    The caller holds the account, so that none is made in the meantime.
    """
    revoked = session.execute(
        update(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .values(revoked_at=now)
    )
    if tell and isinstance(revoked, CursorResult) and revoked.rowcount:
        tell_owner(session, account_id, SecurityEvent.TOKENS_REVOKED, now=now)


def scopes_to_allow(actor: Actor) -> list[Permission]:
    """Return what somebody can allow a program: what they may do themselves somewhere."""
    return sorted(scope for scope in TOKEN_SCOPES if may_somewhere(actor, scope))


def note_used(session: Session, row: ApiToken, *, now: datetime) -> None:
    """Remember the day, and only the day, on which a token was used last."""
    if row.last_used_on is None or row.last_used_on < now.date():
        row.last_used_on = now.date()
        session.flush()


def _record(session: Session, action: str, row: ApiToken, *, actor: Actor, now: datetime) -> None:
    """Keep what is done to other people's tokens, which act with other people's rights."""
    if actor.id == row.account_id:
        return
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="account",
        subject_id=row.account_id,
        facts={"token": row.id, "scopes": list(row.scopes)},
    )


def _authorise(actor: Actor, account_id: str) -> None:
    authorise(actor, Permission.TOKEN_MANAGE)
    if not actor.is_system and actor.id != account_id:
        raise NotFound("no_such_account", account=account_id)
