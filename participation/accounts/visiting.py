"""To the identity provider and back, the same for pages and for the interface.

The provider is asked outside of any transaction: nobody waits for the database because somebody else's server is slow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import current_app, request

from participation.accounts import guard, services
from participation.accounts.models import Account, SubjectKind
from participation.accounts.provider import Provider
from participation.accounts.services import OpenedSession, Visit
from participation.core.actor import Actor
from participation.core.errors import Forbidden, Invalid, NotFound
from participation.core.ids import fingerprint
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.web.guard import current_actor
from participation.web.locale import current_language
from participation.web.redirects import absolute_url, local_path
from participation.web.secret import application_key

_EXTENSION: Final = "participation.provider"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came back with a new session: signed in, or with an identity linked to the account they have."""

    account: Account
    opened: OpenedSession
    next_path: str
    linked: bool


def provider_of_site() -> Provider | None:
    """Return the identity provider of the settings, if there is one; it keeps what it discovered."""
    settings = current_app.config["SETTINGS"].provider
    if settings is None:
        return None
    provider: Provider = current_app.extensions.setdefault(_EXTENSION, Provider(settings))
    return provider


def leave(next_path: str, *, browser: str, actor: Actor | None = None) -> str:
    """Return where to send the browser; with an actor, to link an identity to the account that is signed in.

    Raises NotFound `no_identity_provider`, Unavailable `provider_unreachable`.
    """
    provider = _provider()
    with transaction() as session:
        secrets = services.begin_visit(
            session,
            browser=fingerprint(browser),
            next_path=local_path(next_path),
            key=application_key(),
            now=utcnow(),
            actor=actor,
        )
    return provider.address_for(
        secrets,
        redirect_uri=_return_address(),
        language=current_language().tag,
        anew=current_actor().is_account and actor is None,  # signed in here already: they come to confirm who they are
    )


def come_back(answer: Mapping[str, str]) -> Arrival:
    """Take the provider's answer: `state` with `code`, or with `error`, and `iss` where it says whose answer it is.

    Raises what services.end_visit, Provider.identify, services.account_of and services.link_identity raise.
    """
    provider = _provider()
    with transaction() as session:
        visit = services.end_visit(
            session,
            answer.get("state", ""),
            browser=fingerprint(guard.asking_token()),
            key=application_key(),
            now=utcnow(),
        )
    if "error" in answer or not answer.get("code"):
        raise Invalid("provider_refused", reason=answer.get("error", "")[:80])
    identified = provider.identify(
        answer["code"],
        visit.secrets,
        issuer=answer.get("iss"),
        redirect_uri=_return_address(),
        now=utcnow(),
    )
    with transaction() as session:
        if visit.links_account is not None:
            services.link_identity(session, identified, actor=_owner(visit), now=utcnow())
            account = services.account_of(session, identified, language="", now=utcnow())
            opened = guard.renew_session(session, now=utcnow())  # another key: other browsers are signed out
            return Arrival(account, opened, visit.next_path, linked=True)
        account = services.account_of(session, identified, language=current_language().tag, now=utcnow())
        opened = guard.replace_session(
            session,
            SubjectKind.ACCOUNT,
            account.id,
            now=utcnow(),
            official=bool(account.grants),
            strong=identified.strong_at is not None,
        )
        opened.row.strong_at = identified.strong_at
        session.flush()
    return Arrival(account, opened, visit.next_path, linked=False)


def wants_to_link(answer: Mapping[str, str]) -> bool:
    """Say whether a refusal is to be shown on the page of the account: somebody who is signed in came back to it."""
    return bool(answer.get("state")) and current_actor().is_account


def answer_in_address() -> dict[str, str]:
    """Return what the provider sent along in the address."""
    return {name: request.args[name] for name in ("state", "code", "error", "iss") if name in request.args}


def _owner(visit: Visit) -> Actor:
    """Return the actor who wanted to link an account, if they still are who is signed in here."""
    actor = current_actor()
    if not actor.is_account or actor.id != visit.links_account:
        raise Forbidden("provider_visit_of_other_account")
    return actor


def _provider() -> Provider:
    provider = provider_of_site()
    if provider is None:
        raise NotFound("no_identity_provider")
    return provider


def _return_address() -> str:
    return absolute_url("accounts.return_from_provider")
