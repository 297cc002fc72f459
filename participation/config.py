"""Frozen settings, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from participation.core.languages import INTERFACE_TAGS

ROOT: Final = Path(__file__).resolve().parent.parent
MIN_SECRET: Final = 32
PLACEHOLDERS: Final = ("change", "example", "password", "placeholder", "replace", "secret")
"""Words of a key that somebody copied from a page instead of making one."""
DEFAULT_PORT: Final = 8000


class Misconfigured(RuntimeError):
    """A setting is missing or cannot be meant; the sentence says which and what to do."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """An identity provider by which people may sign in (OpenID Connect)."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    names: tuple[tuple[str, str], ...]
    """What it is called, as (language, name); the empty language is for all others."""
    strong_acr: tuple[str, ...] = ()
    """What the provider calls a sign-in with more than one factor."""

    def name_in(self, language: str) -> str:
        """Return what it is called in a language."""
        names = dict(self.names)
        return names.get(language) or names.get("") or self.names[0][1]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the surroundings decide. Every field's variable is named in the README."""

    secret_key: str
    database_url: str
    data_dir: Path
    keys_dir: Path
    base_url: str
    escrow_dir: Path | None = None
    demo: bool = False
    testing: bool = False
    site_name: str = "Participation"
    operator: str = ""
    default_language: str = "de"
    mail_from: str = "participation@localhost"
    smtp_url: str = ""
    proxies: int | None = None
    """How many web servers in front of this one pass the visitor's address on; None: not said, and nobody's is read."""
    max_body_bytes: int = 4 * 1024 * 1024
    run_worker: bool = True
    threads: int = 16
    log_level: str = "INFO"
    audit_heads: Path | None = None
    """The file to which heads of the record are added, best on a disk that the server's people cannot change."""
    witnesses: tuple[tuple[str, str], ...] = ()
    """Who is sent heads of the record, as (language, address)."""
    provider: ProviderSettings | None = None
    oparl_licence: str = ""
    """The address of the licence under which papers are given to other programs; without one, nothing is said."""
    oparl_contact: str = ""
    """A mail address for whoever reads papers with programs; it is published."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read PARTICIPATION_*; refuse a server without a real secret key unless it is a demonstration."""
        demo = environment.get("PARTICIPATION_DEMO", "") == "1"
        data_dir = Path(environment.get("PARTICIPATION_DATA") or ROOT / "instance").resolve()
        host, port = environment.get("HOST", "127.0.0.1"), environment.get("PORT", str(DEFAULT_PORT))
        base_url = environment.get("PARTICIPATION_BASE_URL", f"http://{host}:{port}").rstrip("/")
        if demo and host not in {"127.0.0.1", "localhost", "::1"}:
            raise Misconfigured(
                "The demonstration has sign-in links for everybody and serves this machine only (HOST=127.0.0.1)."
            )
        keys_dir = Path(environment.get("PARTICIPATION_KEYS") or data_dir / "keys").resolve()
        return cls(
            secret_key=_secret_key(environment, data_dir, demo=demo),
            database_url=environment.get("PARTICIPATION_DATABASE") or f"sqlite:///{data_dir / 'participation.sqlite'}",
            data_dir=data_dir,
            keys_dir=keys_dir,
            base_url=base_url,
            escrow_dir=_escrow(environment, keys_dir),
            demo=demo,
            site_name=environment.get("PARTICIPATION_SITE_NAME", "Participation"),
            operator=environment.get("PARTICIPATION_OPERATOR", ""),
            default_language=environment.get("PARTICIPATION_LANGUAGE", "de"),
            mail_from=environment.get("PARTICIPATION_MAIL_FROM", "participation@localhost"),
            smtp_url=environment.get("PARTICIPATION_SMTP", ""),
            proxies=_proxies(environment),
            run_worker=environment.get("PARTICIPATION_WORKER", "embedded") == "embedded",
            threads=_count(environment, "PARTICIPATION_THREADS", 16),
            log_level=environment.get("PARTICIPATION_LOG_LEVEL", "INFO").upper(),
            audit_heads=Path(heads).resolve() if (heads := environment.get("PARTICIPATION_AUDIT_HEADS")) else None,
            witnesses=_witnesses(environment),
            provider=_provider(environment),
            oparl_licence=environment.get("PARTICIPATION_OPARL_LICENCE", ""),
            oparl_contact=environment.get("PARTICIPATION_OPARL_CONTACT", ""),
        )

    @classmethod
    def for_tests(cls, **overrides: Any) -> Self:  # noqa: ANN401 - any field of Settings
        """Return settings that touch nothing outside a temporary folder unless told otherwise."""
        data_dir = Path(overrides.pop("data_dir", "/nonexistent/participation"))
        settings = cls(
            secret_key="for tests only, never for a server",  # noqa: S106 - not a secret
            database_url=f"sqlite:///{data_dir / 'participation.sqlite'}",
            data_dir=data_dir,
            keys_dir=data_dir / "keys",
            base_url="http://localhost",
            testing=True,
            default_language="en",  # tests speak the language in which the interface is written
            run_worker=False,
        )
        return replace(settings, **overrides)

    @property
    def uses_https(self) -> bool:
        """Say whether cookies may carry the `__Host-` prefix and the Secure mark."""
        return self.base_url.startswith("https://")

    @property
    def uses_sqlite(self) -> bool:
        """Say whether the embedded database is used: one process, worker inside."""
        return self.database_url.startswith("sqlite")


def _count(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    given = environment.get(name) or str(otherwise)
    if not (given.isascii() and given.isdecimal() and int(given)):
        raise Misconfigured(f"{name} must be a whole number from 1.")
    return int(given)


def _proxies(environment: Mapping[str, str]) -> int | None:
    given = environment.get("PARTICIPATION_PROXIES", "").strip()
    if given and not (given.isascii() and given.isdecimal()):
        raise Misconfigured(
            "PARTICIPATION_PROXIES must say how many web servers stand in front of this one: 0, 1, 2 and so on."
        )
    return int(given) if given else None


def _escrow(environment: Mapping[str, str], keys_dir: Path) -> Path | None:
    given = environment.get("PARTICIPATION_KEYS_ESCROW", "")
    if not given:
        return None
    escrow = Path(given).resolve()
    if escrow == keys_dir or escrow in keys_dir.parents or keys_dir in escrow.parents:
        raise Misconfigured(
            "PARTICIPATION_KEYS_ESCROW must be another place than PARTICIPATION_KEYS, best on another disk: "
            "what destroys the one must not reach the other."
        )
    return escrow


def _witnesses(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (language, address) of each witness; one without a language is written to in the site's."""
    found: list[tuple[str, str]] = []
    for given in environment.get("PARTICIPATION_WITNESSES", "").split(","):
        language, divider, address = given.strip().rpartition(":")
        if not given.strip():
            continue
        if "@" not in address or any(character.isspace() for character in address):
            raise Misconfigured(
                f"PARTICIPATION_WITNESSES names {given.strip()!r}; it lists addresses, each with its language if that "
                "is not the site's: anna@example.org, tr:mehmet@example.org"
            )
        if divider and language not in INTERFACE_TAGS:
            raise Misconfigured(f"PARTICIPATION_WITNESSES names the language {language!r}, which this site has not.")
        found.append((language or environment.get("PARTICIPATION_LANGUAGE", "de"), address))
    return tuple(found)


def _provider(environment: Mapping[str, str]) -> ProviderSettings | None:
    """Return the identity provider; all of issuer, client and secret are set, or none."""
    given = {name: environment.get(f"PARTICIPATION_OIDC_{name}", "").strip() for name in _PROVIDER}
    if not any(given.values()):
        return None
    missing = [f"PARTICIPATION_OIDC_{name}" for name in _PROVIDER_NEEDS if not given[name]]
    if missing:
        raise Misconfigured(f"For signing in with an identity provider, {', '.join(missing)} must be set as well.")
    parts = urlsplit(given["ISSUER"])
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise Misconfigured("PARTICIPATION_OIDC_ISSUER must begin with https://.")
    return ProviderSettings(
        issuer=given["ISSUER"],
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
        names=_names(given["NAME"]) or (("", parts.hostname or ""),),
        strong_acr=tuple(given["STRONG_ACR"].replace(",", " ").split()),
    )


_PROVIDER_NEEDS: Final = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
_PROVIDER: Final = (*_PROVIDER_NEEDS, "NAME", "STRONG_ACR")


def _names(given: str) -> tuple[tuple[str, str], ...]:
    """Return (language, name) of each; one without a language is for all that have none of their own."""
    found = []
    for part in given.split(","):
        language, divider, name = part.strip().partition(":")
        known = bool(divider) and language in INTERFACE_TAGS
        text = (name if known else part).strip()
        if text:
            found.append((language if known else "", text))
    return tuple(found)


def _secret_key(environment: Mapping[str, str], data_dir: Path, *, demo: bool) -> str:
    given = environment.get("PARTICIPATION_SECRET_KEY", "")
    if given:
        random_enough = len(given) >= MIN_SECRET and len(set(given)) >= MIN_SECRET // 4
        if not random_enough or any(word in given.lower() for word in PLACEHOLDERS):
            raise Misconfigured(
                f"PARTICIPATION_SECRET_KEY must be at least {MIN_SECRET} random characters, for example from: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return given
    if not demo:
        raise Misconfigured(
            "PARTICIPATION_SECRET_KEY is not set. A server needs a secret of its own, for example from: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    kept = data_dir / "secret.key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text().strip()
