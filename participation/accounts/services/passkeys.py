"""Passkeys as second factors: the two ceremonies of WebAuthn, adding one and showing one.

The challenge of a ceremony is derived from its id, which stands in the session and is taken once. Checked are type,
origin (exactly ours), challenge, relying party, presence of the person, signature and the authenticator's counter.
What the authenticator says about its make is neither asked for nor kept.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.accounts import rules
from participation.accounts.models import FactorKind, SecondFactor, SignInSession
from participation.accounts.queries import account_by_id, second_factors_of
from participation.accounts.rules import RelyingParty
from participation.accounts.services.holding import hold_account
from participation.accounts.services.second_factors import Added, added, refuse_one_too_many
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.ids import derive, new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import clean_text

_ADDING: Final = "adding"
_SHOWING: Final = "showing"
_PARTS: Final = ("id", "rawId", "response", "type")
_UNREADABLE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)
"""What the library meets in answers that no authenticator gives."""


def begin_adding(session: Session, site: RelyingParty, session_id: str, *, key: str, actor: Actor) -> dict[str, Any]:
    """Return what a browser needs to make a passkey, as JSON; raises Conflict `too_many_second_factors`."""
    authorise(actor, Permission.ACCOUNT_SELF)
    account = account_by_id(session, actor.id)
    refuse_one_too_many(session, account.id)
    options, _state = _server(site).register_begin(
        PublicKeyCredentialUserEntity(
            id=derive(key, "passkey user", account.id),
            name=account.email or account.id,
            display_name=account.display_name or account.email or account.id,
        ),
        _credentials(session, account.id),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
        challenge=_begin(session, session_id, _ADDING, key),
    )
    return dict(options)["publicKey"]  # type: ignore[no-any-return]


def add_passkey(
    session: Session,
    site: RelyingParty,
    session_id: str,
    *,
    name: str,
    answer: Mapping[str, Any],
    key: str,
    actor: Actor,
    now: datetime,
) -> Added:
    """Add the passkey that a browser made; it has been shown by that.

    Raises Invalid `passkey_refused` or `passkey_ceremony_over`, Conflict `passkey_known`.
    """
    authorise(actor, Permission.ACCOUNT_SELF)
    named = clean_text(name, rules.FACTOR_NAME)
    account = hold_account(session, actor.id)
    refuse_one_too_many(session, account.id)
    challenge = _take(session, session_id, _ADDING, key)
    server = _server(site)
    try:
        made = RegistrationResponse.from_dict(_known_parts(answer))
        credential = made.response.attestation_object.auth_data.credential_data
        if credential is None or credential.public_key.ALGORITHM not in {one.alg for one in server.allowed_algorithms}:
            raise ValueError("no credential, or of a kind that was not asked for")
        uses = server.register_complete(_state(server, challenge), made).counter
    except _UNREADABLE as reason:
        raise Invalid("passkey_refused", field="passkey") from reason
    factor = SecondFactor(
        account_id=account.id,
        kind=FactorKind.PASSKEY,
        name=named,
        created_at=now,
        confirmed_at=now,
        last_used_on=now.date(),
        credential=bytes(credential),
        fingerprint=_fingerprint(credential.credential_id),
        uses=uses,
    )
    try:
        with session.begin_nested():
            session.add(factor)
    except IntegrityError as reason:
        raise Conflict("passkey_known", field="passkey") from reason
    return added(session, account, factor, key=key, actor=actor, now=now)


def begin_showing(
    session: Session, site: RelyingParty, session_id: str, account_id: str, *, key: str
) -> dict[str, Any]:
    """Return what a browser needs to show one of an account's passkeys; raises Conflict `no_passkey`."""
    known = _credentials(session, account_id)
    if not known:
        raise Conflict("no_passkey")
    options, _state = _server(site).authenticate_begin(
        known,
        user_verification=UserVerificationRequirement.PREFERRED,
        challenge=_begin(session, session_id, _SHOWING, key),
    )
    return dict(options)["publicKey"]  # type: ignore[no-any-return]


def show_passkey(
    session: Session,
    site: RelyingParty,
    session_id: str,
    account_id: str,
    *,
    answer: Mapping[str, Any],
    key: str,
    now: datetime,
) -> SecondFactor:
    """Return the passkey that was shown; raises Invalid `passkey_refused` or `passkey_ceremony_over`.

    An authenticator whose counter does not grow may be a copy, and is refused.
    """
    challenge = _take(session, session_id, _SHOWING, key)
    server = _server(site)
    try:
        shown = AuthenticationResponse.from_dict(_known_parts(answer))
        found = server.authenticate_complete(_state(server, challenge), _credentials(session, account_id), shown)
        uses = shown.response.authenticator_data.counter
    except _UNREADABLE as reason:
        raise Invalid("passkey_refused", field="passkey") from reason
    wanted = _fingerprint(found.credential_id)
    factor = next((one for one in second_factors_of(session, account_id) if one.fingerprint == wanted), None)
    if factor is None:  # it was removed in between
        raise Invalid("passkey_refused", field="passkey")
    if (uses or factor.uses) and uses <= (factor.uses or 0):
        raise Invalid("passkey_refused", field="passkey")
    factor.uses, factor.last_used_on = uses, now.date()
    session.flush()
    return factor


def _server(site: RelyingParty) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=site.id, name=site.name),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == site.origin,
    )


def _state(server: Fido2Server, challenge: bytes) -> Any:  # noqa: ANN401 - the library's own
    """Return what the library wants to find again; made by itself, because its shape is its own affair."""
    _options, state = server.authenticate_begin(
        user_verification=UserVerificationRequirement.PREFERRED, challenge=challenge
    )
    return state


def _begin(session: Session, session_id: str, purpose: str, key: str) -> bytes:
    signed_in = session.get(SignInSession, session_id)
    if signed_in is None:
        raise NotFound("no_such_session")
    signed_in.ceremony = new_id()
    session.flush()
    return derive(key, f"passkey {purpose}", signed_in.ceremony)


def _take(session: Session, session_id: str, purpose: str, key: str) -> bytes:
    """Return the challenge of the ceremony that a session has begun, which is over by that."""
    signed_in = session.get(SignInSession, session_id, populate_existing=True)
    ceremony = signed_in.ceremony if signed_in else None
    taken = session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.ceremony == ceremony)
        .values(ceremony=None)
    )
    if ceremony is None or not isinstance(taken, CursorResult) or taken.rowcount != 1:
        raise Invalid("passkey_ceremony_over", field="passkey")
    return derive(key, f"passkey {purpose}", ceremony)


def _credentials(session: Session, account_id: str) -> list[AttestedCredentialData]:
    return [
        AttestedCredentialData(factor.credential)
        for factor in second_factors_of(session, account_id)
        if factor.credential is not None
    ]


def _known_parts(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what browsers add and nobody needs, such as how the authenticator is attached."""
    return {name: answer[name] for name in _PARTS}


def _fingerprint(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
