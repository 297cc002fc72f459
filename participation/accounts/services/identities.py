"""Signing in with the identity provider: the visit to it, and whose account the person is who comes back.

A visit is bound to the browser that began it, as a sign-in by mail is. State, nonce and verifier are derived from its
id (promise 14), and it is used up before the provider is asked, so that an answer that was overheard serves nobody.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.accounts import rules
from participation.accounts.models import Account, Identity, ProviderVisit
from participation.accounts.provider import Identified, Secrets
from participation.accounts.queries import account_by_email, account_by_id, has_second_factor
from participation.accounts.services.notices import SecurityEvent, note_key_act, tell_owner
from participation.accounts.services.signing_in import normalise_email
from participation.core.actor import Actor
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from participation.core.ids import crockford, derive
from participation.core.permissions import Permission, authorise

_ID_CHARACTERS: Final = 20
_VERIFIER_CHARACTERS: Final = 51


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to the provider that is over: what it was for."""

    secrets: Secrets
    next_path: str
    links_account: str | None


def begin_visit(
    session: Session, *, browser: str, next_path: str, key: str, now: datetime, actor: Actor | None = None
) -> Secrets:
    """Note that a browser is sent to the provider; with an actor, to link the account that is signed in there."""
    if actor is not None:
        authorise(actor, Permission.ACCOUNT_SELF)
    visit = ProviderVisit(
        browser=browser,
        account_id=actor.id if actor else None,
        next_path=next_path,
        expires_at=now + rules.CHALLENGE_LIFETIME,
    )
    session.add(visit)
    session.flush()
    return _secrets(key, visit.id)


def end_visit(session: Session, state: str, *, browser: str, key: str, now: datetime) -> Visit:
    """Use a visit up and return what it was for; raises Invalid `provider_visit_over` for all that is not one of ours.

    That is: an unknown state, one that was used, that is stale, or that another browser began.
    """
    visit_id = state[:_ID_CHARACTERS]
    genuine = hmac.compare_digest(_secrets(key, visit_id).state.encode(), state.encode())
    visit = session.get(ProviderVisit, visit_id) if genuine else None
    if visit is None or visit.expires_at <= now or not hmac.compare_digest(visit.browser, browser):
        raise Invalid("provider_visit_over")
    used = session.execute(delete(ProviderVisit).where(ProviderVisit.id == visit_id))
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise Invalid("provider_visit_over")
    return Visit(_secrets(key, visit_id), visit.next_path, visit.account_id)


def account_of(session: Session, identified: Identified, *, language: str, now: datetime) -> Account:
    """Return the account of somebody who came back from the provider, a new one for whoever comes first.

    The identity is the pair of issuer and subject. An address is taken if the provider verified it and no account has
    it; never is an account found by it. Raises Conflict `address_has_account`, which is said to somebody who has shown
    the provider that the address is theirs, and Forbidden `account_disabled`.
    """
    identity = _identity(session, identified)
    if identity is None:
        account = _new_account(session, identified, language=language, now=now)
        identity = Identity(account_id=account.id, issuer=identified.issuer, subject=identified.subject, linked_at=now)
        try:
            with session.begin_nested():
                session.add(identity)
        except IntegrityError as reason:  # the same person came back twice at once
            raise Invalid("provider_visit_over") from reason
    account = account_by_id(session, identity.account_id)
    if account.disabled_at is not None:
        raise Forbidden("account_disabled")
    identity.last_used_on = now.date()
    if identified.strong_at is not None:
        identity.strong_on = now.date()
    session.flush()
    return account


def link_identity(session: Session, identified: Identified, *, actor: Actor, now: datetime) -> Identity:
    """Let the actor sign in with an identity from now on. It is a key to the account: it is kept and its owner told.

    Raises Conflict `identity_elsewhere` if it opens another account, `identity_held` if this account has one already.
    """
    authorise(actor, Permission.ACCOUNT_SELF)
    held = _identity(session, identified)
    if held is not None and held.account_id == actor.id:
        return held
    if held is not None:
        raise Conflict("identity_elsewhere")
    identity = Identity(account_id=actor.id, issuer=identified.issuer, subject=identified.subject, linked_at=now)
    try:
        with session.begin_nested():
            session.add(identity)
    except IntegrityError as reason:
        raise Conflict("identity_held") from reason
    note_key_act(session, "identity.linked", account_by_id(session, actor.id), actor=actor, now=now)
    tell_owner(session, actor.id, SecurityEvent.IDENTITY_LINKED, now=now)
    return identity


def unlink_identity(session: Session, identity_id: str, *, actor: Actor, now: datetime) -> None:
    """End that the actor signs in with an identity.

    Raises Conflict `identity_is_only_way` where there is no address, and `last_second_factor` where a role needs it.
    """
    authorise(actor, Permission.ACCOUNT_SELF)
    account = account_by_id(session, actor.id)
    identity = session.get(Identity, identity_id)
    if identity is None or identity.account_id != actor.id:
        raise NotFound("no_such_identity")
    if account.email is None:
        raise Conflict("identity_is_only_way")
    if account.grants and identity.strong_on is not None and not has_second_factor(session, account.id):
        raise Conflict("last_second_factor")
    session.delete(identity)
    session.flush()
    note_key_act(session, "identity.unlinked", account, actor=actor, now=now)
    tell_owner(session, account.id, SecurityEvent.IDENTITY_UNLINKED, now=now)


def _secrets(key: str, visit_id: str) -> Secrets:
    return Secrets(
        state=visit_id + crockford(derive(key, "provider state", visit_id), rules.LINK_CHARACTERS),
        nonce=crockford(derive(key, "provider nonce", visit_id), rules.LINK_CHARACTERS),
        verifier=crockford(derive(key, "provider verifier", visit_id), _VERIFIER_CHARACTERS),
    )


def _identity(session: Session, identified: Identified) -> Identity | None:
    return session.scalar(
        select(Identity).where(Identity.issuer == identified.issuer, Identity.subject == identified.subject)
    )


def _new_account(session: Session, identified: Identified, *, language: str, now: datetime) -> Account:
    address = _usable_address(identified.email)
    if address is not None and account_by_email(session, address) is not None:
        raise Conflict("address_has_account")
    account = Account(email=address, language=language, created_at=now, verified_at=now, grants=[])
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as reason:
        raise Conflict("address_has_account") from reason
    return account


def _usable_address(verified: str | None) -> str | None:
    """Return an address as it is stored; what is none to us is left out, because nobody can correct it here."""
    try:
        return normalise_email(verified) if verified else None
    except DomainError:
        return None
