"""Reading who somebody is now: sessions, tokens, requests to sign in, and the actor that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, select
from sqlalchemy.orm import Session, joinedload

from participation.accounts.models import (
    Account,
    ApiToken,
    Attempt,
    Identity,
    RoleGrant,
    SecondFactor,
    SignInChallenge,
    SignInSession,
    SubjectKind,
)
from participation.accounts.rules import ATTEMPT_WINDOW, CODE_FAILURES, STEP_UP
from participation.core.actor import WAITING, Actor, ActorKind, Grant


def actor_of(account: Account, *, scopes: Sequence[str] | None = None) -> Actor:
    """Return the actor that an account is now; its roles are read from the database at every request."""
    grants = frozenset(Grant(grant.role.value, grant.process_id) for grant in account.grants)
    limits = None if scopes is None else frozenset(scopes)
    return Actor(ActorKind.ACCOUNT, account.id, account.display_name, grants, limits)


def _as_shown(
    actor: Actor,
    created_at: datetime,
    strong_at: datetime | None,
    *,
    has_factor: bool,
    at_provider: bool,
    now: datetime,
) -> Actor:
    """Leave out what a session does not give before a second factor was shown in it.

    Whoever has one is nobody until they show it, and so is whoever holds a role and has theirs at the identity
    provider: else a mailbox were enough to set another one up. Whoever holds a role and has none yet can set one up,
    and do what everybody may. Others showed who they are when they signed in.
    """
    if strong_at is None and (has_factor or (actor.grants and at_provider)):
        return WAITING
    needs_step_up = (strong_at or created_at) <= now - STEP_UP
    if actor.grants and strong_at is None:
        return replace(actor, grants=frozenset(), lacks_second_factor=True, needs_step_up=needs_step_up)
    return replace(actor, needs_step_up=needs_step_up)


@dataclass(frozen=True, slots=True)
class SeenSession:
    """A signed-in browser as one request finds it: who acts, and when the session was used last.

    `account_id` is whose it is even while the actor is nobody, because a second factor has still to be shown.
    `at_provider` says that the identity provider has asked for one.
    """

    id: str
    actor: Actor
    last_seen_on: date
    account_id: str | None = None
    strong_at: datetime | None = None
    has_factor: bool = False
    at_provider: bool = False


def seen_session(session: Session, session_id: str, now: datetime) -> SeenSession | None:
    """Return whose open session this is, roles included, or None; one statement, because every request asks."""
    rows = session.execute(_SEEN_SESSION, {"session_id": session_id, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    if first.subject_kind is SubjectKind.CODE:
        return SeenSession(session_id, Actor(ActorKind.CODE, first.subject_id), first.last_seen_on)
    if first.account_id is None or first.disabled_at is not None:
        return None
    grants = frozenset(Grant(row.role.value, row.process_id) for row in rows if row.role is not None)
    actor = Actor(ActorKind.ACCOUNT, first.account_id, first.display_name, grants)
    has_factor, at_provider = bool(first.has_factor), bool(first.at_provider)
    shown = _as_shown(actor, first.created_at, first.strong_at, has_factor=has_factor, at_provider=at_provider, now=now)
    return SeenSession(
        session_id, shown, first.last_seen_on, first.account_id, first.strong_at, has_factor, at_provider
    )


def _seen_session() -> Select[Any]:
    signed_in, account, grant = (cast("Table", kind.__table__) for kind in (SignInSession, Account, RoleGrant))
    shown = cast("Table", SecondFactor.__table__)
    factor = select(shown.c.id).where(shown.c.account_id == signed_in.c.subject_id, shown.c.confirmed_at.is_not(None))
    known = cast("Table", Identity.__table__)
    strong = select(known.c.id).where(known.c.account_id == signed_in.c.subject_id, known.c.strong_on.is_not(None))
    is_theirs = and_(signed_in.c.subject_kind == SubjectKind.ACCOUNT, account.c.id == signed_in.c.subject_id)
    return (
        select(
            signed_in.c.subject_kind,
            signed_in.c.subject_id,
            signed_in.c.last_seen_on,
            signed_in.c.created_at,
            signed_in.c.strong_at,
            factor.exists().label("has_factor"),
            strong.exists().label("at_provider"),
            account.c.id.label("account_id"),
            account.c.display_name,
            account.c.disabled_at,
            grant.c.role,
            grant.c.process_id,
        )
        .select_from(signed_in.outerjoin(account, is_theirs).outerjoin(grant, grant.c.account_id == account.c.id))
        .where(
            signed_in.c.id == bindparam("session_id"),
            signed_in.c.revoked_at.is_(None),
            signed_in.c.expires_at > bindparam("now"),
        )
    )


_SEEN_SESSION: Final = _seen_session()


def open_session_by_id(session: Session, session_id: str, now: datetime) -> SignInSession | None:
    """Return a session that is neither revoked nor over."""
    return session.scalar(select(SignInSession).where(SignInSession.id == session_id, _is_open(now)))


def sessions_of(session: Session, account_id: str, now: datetime) -> Sequence[SignInSession]:
    """Return an account's open sessions, the newest first."""
    return session.scalars(
        select(SignInSession)
        .where(
            SignInSession.subject_kind == SubjectKind.ACCOUNT,
            SignInSession.subject_id == account_id,
            _is_open(now),
        )
        .order_by(SignInSession.created_at.desc(), SignInSession.public_id)
    ).all()


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)


def usable_token(session: Session, fingerprint: str, now: datetime) -> ApiToken | None:
    """Return the token with a fingerprint if it still opens something, its account and roles with it."""
    return session.scalar(
        select(ApiToken)
        .join(ApiToken.account)
        .where(
            ApiToken.fingerprint == fingerprint,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Account.disabled_at.is_(None),
        )
        .options(joinedload(ApiToken.account).selectinload(Account.grants))
    )


def tokens_of(session: Session, account_id: str) -> Sequence[ApiToken]:
    """Return an account's tokens that were not revoked, the newest first."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    ).all()


def open_challenges(session: Session, browser: str, now: datetime) -> Sequence[SignInChallenge]:
    """Return what a browser asked for and can still confirm, the newest first."""
    return session.scalars(
        select(SignInChallenge)
        .where(
            SignInChallenge.browser == browser,
            SignInChallenge.consumed_at.is_(None),
            SignInChallenge.expires_at > now,
            SignInChallenge.failures < CODE_FAILURES,
        )
        .order_by(SignInChallenge.created_at.desc(), SignInChallenge.id)
        .limit(10)
    ).all()


def recent_attempts(session: Session, door: str, now: datetime) -> Sequence[datetime]:
    """Return when a door was tried within the window, the earliest first."""
    return session.scalars(
        select(Attempt.at).where(Attempt.door == door, Attempt.at > now - ATTEMPT_WINDOW).order_by(Attempt.at)
    ).all()
