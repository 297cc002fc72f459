"""Mails of accounts, and what is forgotten by the clock."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.accounts.messages import role_name
from participation.accounts.models import (
    Account,
    Mandate,
    Organisation,
    OrganisationApplication,
    ProposedDelegate,
    SignInChallenge,
)
from participation.accounts.services import (
    APPLICATION_MAIL,
    DELEGATE_MAIL,
    INVITATION_MAIL,
    MANDATE_MAIL,
    SECURITY_MAIL,
    SIGN_IN_MAIL,
    SecurityEvent,
    forget_applications,
    forget_sign_ins,
    has_applications_to_forget,
    link_token,
    something_to_forget,
    typed_code,
)
from participation.core.permissions import Role
from participation.extensions import db, transaction
from participation.outbox.mail import Mail
from participation.outbox.services import forget_jobs
from participation.outbox.worker import Handler, Letter, Tick
from participation.processes.models import Process
from participation.texts.models import Text
from participation.texts.queries import wording
from participation.web.locale import force_language
from participation.web.redirects import absolute_url
from participation.web.rendering import moment_in_words


def render_sign_in_mail(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Render the link and the code of a request to sign in; an old one is not sent any more."""
    challenge = session.get(SignInChallenge, str(payload["challenge"]))
    if challenge is None or challenge.consumed_at is not None:
        return None
    key = current_app.config["SETTINGS"].secret_key
    link = absolute_url("accounts.open_sign_in_link", challenge=challenge.id, token=link_token(key, challenge.id))
    code = typed_code(key, challenge.id)
    with force_language(challenge.language):
        return Mail(
            to=challenge.email,
            subject=_("Sign in at %(site)s", site=_site_name()),
            text=render_template("accounts/mails/sign_in.txt", link=link, code=f"{code[:4]}-{code[4:]}".upper()),
        )


def render_application_mail(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Tell the applicant what the office said about their organisation."""
    found = session.get(OrganisationApplication, str(payload["application"]))
    if found is None or (to := _address(found.account)) is None:
        return None
    organisation = found.organisation
    with force_language(found.account.language):
        return Mail(
            to=to,
            subject=_("Your organisation at %(site)s", site=_site_name()),
            text=render_template(
                "accounts/mails/application.txt",
                application=found,
                reason=_reason_for(found.account, found.reason),
                link=_organisation_address(organisation)
                if organisation
                else absolute_url("accounts.application", slug=found.process.slug, application_id=found.id),
            ),
        )


def render_delegate_mail(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Tell whoever named a further delegate what the office said."""
    found = session.get(ProposedDelegate, str(payload["proposed"]))
    account = found.proposer if found else None
    if found is None or account is None or (to := _address(account)) is None:
        return None
    with force_language(account.language):
        return Mail(
            to=to,
            subject=_("A further delegate of your organisation at %(site)s", site=_site_name()),
            text=render_template(
                "accounts/mails/delegate.txt",
                proposed=found,
                reason=_reason_for(account, found.reason),
                link=_organisation_address(found.organisation),
            ),
        )


def render_mandate_mail(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Tell somebody that they speak for an organisation, which others have asked for."""
    mandate = session.get(Mandate, str(payload["mandate"]))
    if mandate is None or (to := _address(mandate.account)) is None:
        return None
    with force_language(mandate.account.language):
        return Mail(
            to=to,
            subject=_("You speak for an organisation at %(site)s", site=_site_name()),
            text=render_template(
                "accounts/mails/mandate.txt",
                organisation=mandate.organisation,
                link=_organisation_address(mandate.organisation),
            ),
        )


def render_invitation_mail(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Tell somebody which roles they were given, by whom, and how to sign in; nothing if they hold none any more."""
    account = session.get(Account, str(payload["account"]))
    if account is None or (to := _address(account)) is None:
        return None
    process = session.get(Process, str(payload["process"])) if payload["process"] else None
    held = [grant.role for grant in account.grants if grant.process_id == payload["process"]]
    inviter = session.get(Account, str(payload["by"]))
    if not held:
        return None
    with force_language(account.language):
        return Mail(
            to=to,
            subject=_("A task for you at %(site)s", site=_site_name()),
            text=render_template(
                "accounts/mails/invitation.txt",
                inviter=inviter.display_name if inviter else "",
                process=wording(process.title, [account.language, process.default_language]).body if process else "",
                roles=[role_name(role) for role in Role if role in held],
                link=absolute_url("accounts.sign_in", next="/manage"),
            ),
        )


_DONE: Final[Mapping[SecurityEvent, Callable[[], str]]] = {
    SecurityEvent.FACTOR_ADDED: lambda: _("A second factor was added to your account."),
    SecurityEvent.FACTOR_REMOVED: lambda: _("A second factor was removed from your account."),
    SecurityEvent.FACTORS_RESET: lambda: _(
        "The second factors of your account were reset by those who run this site. Please sign in by mail and set up "
        "a new one."
    ),
    SecurityEvent.IDENTITY_LINKED: lambda: _(
        "Your account was linked with an account of another service. Whoever signs in there is signed in here as you."
    ),
    SecurityEvent.IDENTITY_UNLINKED: lambda: _("Your account is no longer linked with an account of another service."),
    SecurityEvent.PASSWORD_LOCKED: lambda: _(
        "Somebody typed a wrong password for your account too often, so your password opens nothing any more. Please "
        "sign in by mail and set a new one."
    ),
    SecurityEvent.PASSWORD_REMOVED: lambda: _("The password of your account was removed."),
    SecurityEvent.PASSWORD_SET: lambda: _("A new password was set for your account."),
    SecurityEvent.RECOVERY_CODE_USED: lambda: _(
        "A recovery code was used for your account instead of a second factor."
    ),
    SecurityEvent.RECOVERY_CODES_ISSUED: lambda: _(
        "New recovery codes were made for your account. The old ones are good for nothing any more."
    ),
    SecurityEvent.TOKENS_REVOKED: lambda: _(
        "Your roles or second factors were changed, so your programs can no longer act for you. Please create new "
        "tokens for them."
    ),
}


def render_security_mail(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Render what was done about the keys to an account; nobody is told whose account is gone."""
    account = session.get(Account, str(payload["account"]))
    if account is None or account.email is None:
        return None
    with force_language(account.language):
        return Mail(
            to=account.email,
            subject=_("The security of your account at %(site)s", site=_site_name()),
            text=render_template(
                "accounts/mails/security.txt",
                done=_DONE[SecurityEvent(str(payload["event"]))](),
                moment=moment_in_words(datetime.fromisoformat(str(payload["at"]))),
                link=absolute_url("accounts.security"),
            ),
        )


def _address(account: Account) -> str | None:
    """Return where somebody is written to, None for whoever is gone or may not sign in."""
    return None if account.disabled_at is not None else account.email


def _reason_for(account: Account, reason: Text | None) -> str:
    return wording(reason, [account.language]).body if reason else ""


def _organisation_address(organisation: Organisation) -> str:
    return absolute_url("site.organisation", slug=organisation.process.slug, code=organisation.code)


def _site_name() -> str:
    return str(current_app.config["SETTINGS"].site_name)


def forget(_session: Session, now: datetime) -> None:
    """Delete what nobody can use any more, where there is some."""
    if something_to_forget(db.session(), now=now):
        with transaction() as session:
            forget_sign_ins(session, now=now)
            forget_jobs(session, now=now)
    if has_applications_to_forget(db.session(), now=now):
        with transaction() as session:
            forget_applications(session, now=now)


JOBS: Final[Mapping[str, Handler]] = {}
LETTERS: Final[Mapping[str, Letter]] = {
    APPLICATION_MAIL: render_application_mail,
    DELEGATE_MAIL: render_delegate_mail,
    INVITATION_MAIL: render_invitation_mail,
    MANDATE_MAIL: render_mandate_mail,
    SECURITY_MAIL: render_security_mail,
    SIGN_IN_MAIL: render_sign_in_mail,
}
TICKS: Final[Mapping[str, Tick]] = {"accounts.forget": forget}
