"""The steps of a password: counted in one transaction, compared outside of any, settled in another."""

from flask import current_app

from participation.accounts import services
from participation.accounts.guard.second_factors import renew_session
from participation.accounts.guard.sessions import replace_session
from participation.accounts.models import SubjectKind
from participation.accounts.queries import account_by_id, has_second_factor, usable_password_of
from participation.accounts.services import OpenedSession
from participation.core.errors import Invalid, StepUpNeeded
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.web.guard import current_actor


def sign_in_with_password(email: str, typed: str) -> OpenedSession:
    """Sign this browser in; a second factor is still to be shown where there is one.

    Raises Invalid `not_an_email` or `wrong_password`, TooManyAttempts, Unavailable, Forbidden `account_disabled`.
    """
    with transaction() as session:
        tried = services.begin_password_try(session, email, now=utcnow())
    right = services.compare(tried, typed)
    with transaction() as session:
        now = utcnow()
        account = services.settle_password_try(session, tried, right=right, now=now)
        if account is not None:
            official = bool(account.grants)
            return replace_session(session, SubjectKind.ACCOUNT, account.id, now=now, official=official)
    raise Invalid("wrong_password", field="password")


def change_password(typed: str, old: str) -> OpenedSession:
    """Set or replace one's own password, and sign one's other browsers out.

    The old one is asked for where signing in or the second factor was too long ago; where there is none, StepUpNeeded
    is raised then, as where it opens nothing any more. Raises what `services.check_password` raises, and Invalid
    `wrong_old_password`.
    """
    actor = current_actor()
    account = account_by_id(db.session(), actor.id)
    password = services.check_password(
        typed,
        own_words=services.own_words(account, [current_app.config["SETTINGS"].site_name]),
        has_factor=has_second_factor(db.session(), actor.id),
    )
    if actor.needs_step_up:
        if usable_password_of(db.session(), actor.id) is None:
            raise StepUpNeeded("step_up_needed", permission=Permission.ACCOUNT_SELF.value)
        _check_old_password(actor.id, old)
    hashed = services.hash_password(password)
    with transaction() as session:
        now = utcnow()
        services.set_password(session, password, hashed, actor=actor, now=now)
        return renew_session(session, now=now)


def _check_old_password(account_id: str, old: str) -> None:
    with transaction() as session:
        tried = services.begin_own_password_try(session, account_id, now=utcnow())
    right = services.compare(tried, old)
    with transaction() as session:
        account = services.settle_password_try(session, tried, right=right, now=utcnow())
    if account is None:
        raise Invalid("wrong_old_password", field="old_password")
