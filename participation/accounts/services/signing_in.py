"""Signing in by mail, and the sessions that come of it.

A person asks in a browser and is sent a link and a code. Both are derived from the challenge when the mail is
rendered (promise 14), and both work only for the browser that asked, which shows a cookie: a link that was
forwarded, scanned or planted by somebody else signs nobody in. On another device the person reads the code from
the mail and types it where they asked.

Whether an address has an account makes no difference until its owner has confirmed it: the same row, the same
mail, the same answer.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, CursorResult, and_, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.accounts import rules
from participation.accounts.models import (
    Account,
    Attempt,
    Invitation,
    ProviderVisit,
    SecondFactor,
    SignInChallenge,
    SignInSession,
    SubjectKind,
)
from participation.accounts.queries import account_by_email, open_challenges, open_session_by_id
from participation.accounts.services.attempts import check_attempts, door, note_attempt
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Invalid, NotFound
from participation.core.ids import crockford, derive, fingerprint, new_id, normalise_code
from participation.core.languages import language as known_language
from participation.core.permissions import Permission, authorise
from participation.outbox.services import file_job

SIGN_IN_MAIL: Final = "accounts.sign_in_mail"
_LONGEST_EMAIL: Final = 254


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session with the token for its cookie, which is stored nowhere and cannot be had again."""

    token: str
    row: SignInSession


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody showed that an address is theirs."""

    account: Account
    next_path: str


def normalise_email(typed: str) -> str:
    """Return an address as it is stored and compared, or raise Invalid `not_an_email`.

    The part before the @ is folded to lower case too: no mail service in use tells Birte@ from birte@.
    """
    if len(typed) > _LONGEST_EMAIL:
        raise Invalid("not_an_email", field="email")
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as reason:
        raise Invalid("not_an_email", field="email") from reason


def request_sign_in(
    session: Session,
    email: str,
    *,
    language: str,
    browser: str,
    sender: str | None = None,
    next_path: str = "/",
    now: datetime,
) -> SignInChallenge:
    """File the mail with which the owner of an address can sign in.

    `browser` is the fingerprint of the asking browser's cookie, `sender` a mark of the network that asks if it is
    known. Raises Invalid `not_an_email` and TooManyAttempts `too_many_mails`.
    """
    address = normalise_email(email)
    known_language(language, field="language")
    for at, limit in _mail_doors(address, sender):
        check_attempts(session, at, limit=limit, code="too_many_mails", now=now)
        note_attempt(session, at, now=now)
    challenge = SignInChallenge(
        email=address,
        language=language,
        browser=browser,
        next_path=next_path,
        created_at=now,
        expires_at=now + rules.CHALLENGE_LIFETIME,
    )
    session.add(challenge)
    session.flush()
    file_job(session, SIGN_IN_MAIL, {"challenge": challenge.id}, now=now)
    return challenge


def _mail_doors(address: str, sender: str | None) -> tuple[tuple[str, int], ...]:
    """Return what counts a mail to an address, and how many each takes within an hour."""
    in_all = ("mail", rules.MAILS_IN_ALL)
    if sender is None:
        return ((door("mail", address), rules.MAILS_PER_ADDRESS), in_all)
    return (
        (door("mail from", f"{sender} {address}"), rules.MAILS_PER_ADDRESS),
        (door("mail", address), rules.MAILS_FROM_ANYWHERE),
        (door("mail from", sender), rules.MAILS_PER_SENDER),
        in_all,
    )


def link_token(key: str, challenge_id: str) -> str:
    """Return the token of a challenge's link."""
    return crockford(derive(key, "sign-in link", challenge_id), rules.LINK_CHARACTERS)


def typed_code(key: str, challenge_id: str) -> str:
    """Return the code of a challenge, to be typed where the person asked."""
    return crockford(derive(key, "sign-in code", challenge_id), rules.CODE_CHARACTERS)


def find_challenge(session: Session, challenge_id: str, token: str, *, key: str, now: datetime) -> SignInChallenge:
    """Return the challenge of a link that still works somewhere; raises Invalid `sign_in_link_over`."""
    genuine = hmac.compare_digest(link_token(key, challenge_id).encode(), token.encode())
    found = session.get(SignInChallenge, challenge_id) if genuine else None
    if found is None or found.consumed_at is not None or found.expires_at <= now:
        raise Invalid("sign_in_link_over")
    return found


def confirm_link(
    session: Session, challenge_id: str, token: str, *, browser: str, key: str, now: datetime
) -> Confirmed:
    """Take a link's challenge and return whose it is; raises Invalid `sign_in_link_over`, `other_browser`."""
    challenge = find_challenge(session, challenge_id, token, key=key, now=now)
    if not hmac.compare_digest(challenge.browser, browser):
        raise Invalid("other_browser")
    return _confirm(session, challenge, now=now)


def confirm_code(session: Session, typed: str, *, browser: str, key: str, now: datetime) -> Confirmed | None:
    """Take the challenge whose code was typed, or count a failure and return None; the caller commits either way.

    Raises Invalid `sign_in_code_over` when this browser has nothing left to confirm.
    """
    challenges = open_challenges(session, browser, now)
    if not challenges:
        raise Invalid("sign_in_code_over", field="code")
    code = normalise_code(typed).encode()
    for challenge in challenges:
        if hmac.compare_digest(typed_code(key, challenge.id).encode(), code):
            return _confirm(session, challenge, now=now)
    session.execute(
        update(SignInChallenge)
        .where(SignInChallenge.id.in_([challenge.id for challenge in challenges]))
        .values(failures=SignInChallenge.failures + 1)
        .execution_options(synchronize_session=False)
    )
    return None


def _confirm(session: Session, challenge: SignInChallenge, *, now: datetime) -> Confirmed:
    taken = session.execute(
        update(SignInChallenge)
        .where(SignInChallenge.id == challenge.id, SignInChallenge.consumed_at.is_(None))
        .values(consumed_at=now)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        raise Invalid("sign_in_link_over")
    account = _account_of(session, challenge, now=now)
    if account.disabled_at is not None:
        raise Forbidden("account_disabled")
    if account.verified_at is None:
        account.verified_at = now
    session.flush()
    return Confirmed(account, challenge.next_path)


def _account_of(session: Session, challenge: SignInChallenge, *, now: datetime) -> Account:
    known = account_by_email(session, challenge.email)
    if known is not None:
        return known
    account = Account(email=challenge.email, language=challenge.language, created_at=now, verified_at=now)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # the same person confirmed twice at once; on PostgreSQL both may get here
        known = account_by_email(session, challenge.email)
        if known is None:
            raise
        return known
    account.grants = []
    return account


def open_session(
    session: Session,
    subject_kind: SubjectKind,
    subject_id: str,
    *,
    now: datetime,
    official: bool = False,
    strong: bool = False,
) -> OpenedSession:
    """Sign a browser in as an account or as the bearer of a participation code.

    `strong` says that a second factor was shown in the same breath.
    """
    lifetime = rules.CODE_SESSION if subject_kind is SubjectKind.CODE else rules.ACCOUNT_SESSION
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        id=fingerprint(token),
        public_id=new_id(),
        subject_kind=subject_kind,
        subject_id=subject_id,
        created_at=now,
        last_seen_on=now.date(),
        expires_at=now + (rules.OFFICIAL_SESSION if official else lifetime),
        strong_at=now if strong else None,
    )
    session.add(row)
    session.flush()
    return OpenedSession(token, row)


def end_session(session: Session, session_id: str, *, now: datetime) -> None:
    """Sign out: the session whose fingerprint this is opens nothing any more."""
    row = open_session_by_id(session, session_id, now)
    if row is not None:
        row.revoked_at = now
        session.flush()


def revoke_session(session: Session, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Sign another browser of one's own out."""
    authorise(actor, Permission.ACCOUNT_SELF)
    changed = session.execute(
        update(SignInSession)
        .where(
            SignInSession.public_id == public_id,
            SignInSession.subject_kind == SubjectKind.ACCOUNT,
            SignInSession.subject_id == actor.id,
            SignInSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise NotFound("no_such_session")


def revoke_sessions_of(session: Session, subject_kind: SubjectKind, subject_id: str, *, now: datetime) -> None:
    """Sign every browser of a subject out, for example when its code is revoked or its account disabled."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.subject_kind == subject_kind,
            SignInSession.subject_id == subject_id,
            SignInSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def weaken_sessions_of(session: Session, account_id: str, *, now: datetime) -> None:
    """Let somebody's open sessions give no rights until a second factor was shown again, and end after a working day.

    Whenever somebody's rights change, what is open under the old ones must not simply go on under the new ones.
    """
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.subject_kind == SubjectKind.ACCOUNT,
            SignInSession.subject_id == account_id,
            SignInSession.expires_at > now + rules.OFFICIAL_SESSION,
        )
        .values(expires_at=now + rules.OFFICIAL_SESSION)
    )
    session.execute(
        update(SignInSession)
        .where(SignInSession.subject_kind == SubjectKind.ACCOUNT, SignInSession.subject_id == account_id)
        .values(strong_at=None, ceremony=None)
    )


def note_shown(session: Session, session_id: str, *, now: datetime) -> None:
    """Note in a session that its second factor was shown once more."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(strong_at=now))


def move_end_of_session(session: Session, session_id: str, *, until: datetime, now: datetime) -> None:
    """Let a session that is open end at another moment: a shared tablet's, some minutes after its last use.

    However often it is used, it ends no later than one with a code does.
    """
    is_open = (SignInSession.id == session_id, SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)
    opened_at = session.scalar(select(SignInSession.created_at).where(*is_open))
    if opened_at is None:
        return
    session.execute(
        update(SignInSession)
        .where(*is_open)
        .values(expires_at=min(until, opened_at + rules.CODE_SESSION))
        .execution_options(synchronize_session=False)
    )


def note_seen(session: Session, row: SignInSession, *, now: datetime) -> None:
    """Remember the day, and only the day, on which a session was used last."""
    if row.last_seen_on < now.date():
        row.last_seen_on = now.date()
        session.flush()


def something_to_forget(session: Session, *, now: datetime) -> bool:
    """Say whether there is anything for the broom; a plain read, so that looking takes no lock."""
    return any(
        session.scalar(question.limit(1)) is not None
        for question in (
            select(Attempt.id).where(Attempt.at <= now - rules.FORGET_AFTER),
            select(SignInChallenge.id).where(SignInChallenge.expires_at <= now - rules.FORGET_AFTER),
            select(Invitation.id).join(Account).where(Account.verified_at.is_not(None)),
            select(SecondFactor.id).where(_is_left_unfinished(now - rules.FORGET_AFTER)),
            select(ProviderVisit.id).where(ProviderVisit.expires_at <= now - rules.FORGET_AFTER),
            select(SignInSession.id).where(SignInSession.expires_at <= now - rules.FORGET_AFTER),
            select(SignInSession.id).where(SignInSession.revoked_at <= now - rules.FORGET_AFTER),
        )
    )


def forget_sign_ins(session: Session, *, now: datetime) -> None:
    """Delete attempts that no throttle counts, and challenges and sessions that open nothing any more."""
    session.execute(delete(Attempt).where(Attempt.at <= now - rules.ATTEMPT_WINDOW))
    session.execute(delete(SignInChallenge).where(SignInChallenge.expires_at <= now))
    answered = select(Account.id).where(Account.verified_at.is_not(None))
    session.execute(delete(Invitation).where(Invitation.account_id.in_(answered)))
    session.execute(delete(SecondFactor).where(_is_left_unfinished(now - rules.STEP_UP)))
    session.execute(delete(ProviderVisit).where(ProviderVisit.expires_at <= now))
    session.execute(delete(SignInSession).where(SignInSession.expires_at <= now))
    session.execute(delete(SignInSession).where(SignInSession.revoked_at <= now))


def _is_left_unfinished(before: datetime) -> ColumnElement[bool]:
    return and_(SecondFactor.confirmed_at.is_(None), SecondFactor.created_at <= before)


def refuse_unless_enabled(account: Account) -> None:
    """Refuse to do anything for an account that was disabled."""
    if account.disabled_at is not None:
        raise Conflict("account_disabled")
