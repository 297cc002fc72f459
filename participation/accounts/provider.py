"""The identity provider of a city, by OpenID Connect: where people are sent, and who they are when they come back.

It knows no tables and no requests of ours. The provider's addresses are discovered from its issuer, its keys are read
from where it publishes them and read anew when a token was signed with one that is not known. What comes back is
believed only if it was signed for us, by that issuer, in answer to this very visit.
"""

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key, KeySet

from participation.accounts.rules import OFFICIAL_SESSION, STEP_UP
from participation.config import ProviderSettings
from participation.core.errors import Invalid, Unavailable

SCOPE: Final = "openid email"
"""No name, no birthday, no address of a flat: what we do not ask for we do not get."""

TIMEOUT: Final = (3.05, 5.0)
"""Seconds to reach the provider, and to wait for each of its answers."""

KEPT_SECONDS: Final = 3600.0
"""How long the provider's addresses are kept before they are read anew."""

DOWN_SECONDS: Final = 60.0
"""How long pages say that the provider does not answer, after it did not."""

LEEWAY_SECONDS: Final = 30
"""How far the provider's clock may be from ours."""

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make: none without a key, and none with a key that we would share with it."""

LONGEST_NAME: Final = 255
"""Of issuer and subject; the standard allows a subject no more."""

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

log = logging.getLogger("participation.provider")


@dataclass(frozen=True, slots=True)
class Identified:
    """Who came back: the person at the issuer, and an address only if the issuer has verified it.

    `strong_at` says when the provider last asked for more than one factor, in the sense of the settings; None if not.
    """

    issuer: str
    subject: str
    email: str | None
    strong_at: datetime | None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What binds an answer to a visit; derived from the visit, and stored nowhere."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Addresses:
    authorization: str
    token: str
    keys: str
    says_issuer: bool


class Provider:
    """One identity provider. Addresses and keys are kept for a while; every call may fail with Unavailable."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._lock = Lock()
        self._addresses: _Addresses | None = None
        self._read_at = 0.0
        self._keys: KeySet | None = None
        self._down_until = 0.0

    @property
    def is_down(self) -> bool:
        """Say whether it did not answer a moment ago; pages then say so beside the other ways."""
        return time.monotonic() < self._down_until

    def address_for(self, secrets: Secrets, *, redirect_uri: str, language: str, anew: bool) -> str:
        """Return where to send a person; `anew` asks them to show who they are even if they are signed in over there.

        Their sign-in there may be as old as one of an official here. Only who is asked for an age has to say in the
        answer when it was (OpenID Connect Core 1.0, sections 2 and 3.1.2.1).

        Raises Unavailable `provider_unreachable`.
        """
        asked: dict[str, str | int] = (
            {"prompt": "login", "max_age": 0} if anew else {"max_age": int(OFFICIAL_SESSION.total_seconds())}
        )
        address, _state = self._client(redirect_uri).create_authorization_url(
            self._discovered().authorization,
            state=secrets.state,
            nonce=secrets.nonce,
            code_verifier=secrets.verifier,
            ui_locales=language,
            **asked,
        )
        return str(address)

    def identify(
        self, code: str, secrets: Secrets, *, issuer: str | None, redirect_uri: str, now: datetime
    ) -> Identified:
        """Return who came back with a code; `issuer` is what the answer says about whose it is, if it says anything.

        Raises Unavailable `provider_unreachable`, Invalid `provider_refused` with the provider's reason, or Invalid
        `provider_answer_not_valid` if anything about the answer is not as it must be.
        """
        addresses = self._discovered()
        if issuer != self.settings.issuer and (issuer is not None or addresses.says_issuer):
            raise Invalid("provider_answer_not_valid", why="issuer")
        try:
            tokens = self._client(redirect_uri).fetch_token(
                addresses.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets.verifier,
                redirect_uri=redirect_uri,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except AuthlibBaseError as reason:
            raise Invalid("provider_refused", reason=str(reason.error or "")[:80]) from reason
        except (requests.RequestException, ValueError, TypeError) as reason:
            raise self._unreachable(reason) from reason
        signed = tokens.get("id_token")
        if not isinstance(signed, str):
            raise Invalid("provider_answer_not_valid", why="id_token")
        return self._identified(self._checked(signed, secrets.nonce, tokens.get("access_token"), now), now)

    def _identified(self, claims: Mapping[str, Any], now: datetime) -> Identified:
        email = claims.get("email")
        is_verified = claims.get("email_verified") is True and isinstance(email, str)
        is_strong = claims.get("acr") in self.settings.strong_acr
        return Identified(
            issuer=claims["iss"],
            subject=claims["sub"],
            email=email if is_verified else None,
            strong_at=_shown_at(claims.get("auth_time"), now) if is_strong else None,
        )

    def _checked(self, signed: str, nonce: str, access_token: object, now: datetime) -> CodeIDToken:
        try:
            token = self._verified(signed)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                    "sub": {"essential": True},
                    "exp": {"essential": True},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={"nonce": nonce, "client_id": self.settings.client_id, "access_token": access_token},
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as reason:
            log.warning("an answer of the identity provider was not believed: %s", type(reason).__name__)
            raise Invalid("provider_answer_not_valid", why="token") from reason
        if not 0 < len(claims["sub"]) <= LONGEST_NAME:
            raise Invalid("provider_answer_not_valid", why="sub")
        return claims

    def _verified(self, signed: str) -> jwt.Token:
        """Check the signature; a key that is not known, or no longer what it was, its owner may have changed."""
        for anew in (False, True):
            keys = self._key_set(anew=anew)
            try:
                return jwt.decode(signed, _key_from(keys), algorithms=ALGORITHMS)
            except JoseError:
                if anew:
                    raise
        raise AssertionError("unreachable")

    def _key_set(self, *, anew: bool) -> KeySet:
        if self._keys is None or anew:
            found = self._get(self._discovered().keys)
            listed = found.get("keys")
            if not isinstance(listed, list):
                raise self._unreachable(ValueError("no keys"))
            usable: Any = {"keys": [one for one in listed if isinstance(one, dict) and one.get("use", "sig") == "sig"]}
            self._keys = KeySet.import_key_set(usable)
        return self._keys

    def _discovered(self) -> _Addresses:
        with self._lock:
            if self._addresses is None or time.monotonic() - self._read_at > KEPT_SECONDS:
                found = self._get(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self.settings.issuer:
                    raise self._unreachable(ValueError("another issuer"))
                self._addresses = _Addresses(
                    authorization=self._safe(found.get("authorization_endpoint")),
                    token=self._safe(found.get("token_endpoint")),
                    keys=self._safe(found.get("jwks_uri")),
                    says_issuer=found.get("authorization_response_iss_parameter_supported") is True,
                )
                self._read_at = time.monotonic()
            return self._addresses

    def _safe(self, address: object) -> str:
        """Return an address to which secrets may be sent: with TLS, or on this very machine like the issuer."""
        parts = urlsplit(str(address))
        local = parts.hostname in LOOPBACK and urlsplit(self.settings.issuer).hostname in LOOPBACK
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise self._unreachable(ValueError("an address without TLS"))
        return str(address)

    def _get(self, address: str) -> Mapping[str, Any]:
        try:
            answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
            if answer.status_code != HTTPStatus.OK:
                raise ValueError(f"status {answer.status_code}")  # noqa: TRY301 - as every answer that is of no use
            found = answer.json()
            if not isinstance(found, dict):
                raise TypeError("no object")  # noqa: TRY301 - see above
        except (requests.RequestException, ValueError, TypeError) as reason:
            raise self._unreachable(reason) from reason
        return found

    def _client(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
        )

    def _unreachable(self, reason: Exception) -> Unavailable:
        self._down_until = time.monotonic() + DOWN_SECONDS
        log.warning("the identity provider cannot be used: %s: %s", type(reason).__name__, _without_address(reason))
        return Unavailable("provider_unreachable")


def _shown_at(auth_time: object, now: datetime) -> datetime:
    """Return when somebody showed over there who they are.

    Where the provider does not say so, it may have been long ago: it counts, but not for what is to be shown anew.
    """
    if auth_time is None:
        return now - STEP_UP
    if not isinstance(auth_time, int | float) or isinstance(auth_time, bool) or not math.isfinite(auth_time):
        raise Invalid("provider_answer_not_valid", why="auth_time")
    return datetime.fromtimestamp(min(now.timestamp(), max(0, auth_time)), UTC)


def _key_from(keys: KeySet) -> Any:  # noqa: ANN401 - what jwt.decode takes for a key
    def choose(guest: GuestProtocol) -> Key:
        return keys.get_by_kid(guest.headers().get("kid"))

    return choose


def _without_address(reason: Exception) -> str:
    """Return a reason for the log; errors of requests quote whole addresses, with what was asked."""
    return "" if isinstance(reason, requests.RequestException) else str(reason)[:200]
