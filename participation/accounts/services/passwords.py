"""Passwords, for whoever wants one beside the link by mail.

Hashing takes memory and time on purpose, so it runs outside of any transaction, a few at a time. Each try is counted
before the password is compared: many at once get no more tries than one after the other. An address that nobody has,
or that has no password, costs the same work and gets the same answer.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from participation.accounts import rules
from participation.accounts.models import Account, Attempt, Password
from participation.accounts.queries import account_by_id, has_second_factor
from participation.accounts.services.attempts import check_attempts, door, note_attempt
from participation.accounts.services.notices import SecurityEvent, note_key_act, tell_owner
from participation.accounts.services.signing_in import normalise_email
from participation.core.actor import Actor
from participation.core.errors import Forbidden, Invalid, NotFound
from participation.core.permissions import Permission, authorise
from participation.core.turns import Turns

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
"""argon2id with 46 MiB and two passes: twice the first choice of OWASP's Password Storage Cheat Sheet."""
AT_A_TIME: Final = 2
_TURNS: Final = Turns("passwords_busy", at_a_time=AT_A_TIME, waiting=4, patience=3.0)
NOBODYS: Final = "$argon2id$v=19$m=47104,t=2,p=1$cGFydGljaXBhdGlvbi4uLg$0000000000000000000000000000000000000000000"
"""What a password is compared with where there is none: it takes as long, and nothing matches it."""
_ESTIMATED: Final = 32
"""Characters from the beginning whose guesses are estimated; the effort grows with the square of their number."""


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """A try that is counted already; `compare` says later whether it was right."""

    door: str
    account_id: str
    stored: str | None


def check_password(typed: str, *, own_words: Iterable[str], has_factor: bool) -> str:
    """Return a new password as it is hashed (Unicode NFC), or refuse it; nothing is trimmed or cut off.

    `own_words` are such as everybody would try here: name, address, the site's name. Raises Invalid
    `password_too_short`, `password_too_long`, `password_unreadable` or `password_common`.
    """
    password = _normalise(typed)
    least = rules.PASSWORD_WITH_FACTOR if has_factor else rules.PASSWORD_ALONE
    if len(password) < least:
        raise Invalid("password_too_short", field="password", least=least)
    guesses = rules.GUESSES_WITH_FACTOR if has_factor else rules.GUESSES_ALONE
    own = sorted((word.casefold() for word in own_words), key=len, reverse=True)
    is_own = len(_without(password.casefold(), own)) < least // 2
    if is_own or _estimated_guesses(password[:_ESTIMATED], own) < guesses:
        raise Invalid("password_common", field="password")
    return password


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; raises Unavailable `passwords_busy`."""
    with _TURNS.one():
        return HASHER.hash(password)


def compare(tried: PasswordTry, typed: str) -> bool:
    """Say whether a password is right; takes as long where there is none. Raises Unavailable `passwords_busy`."""
    try:
        password = _normalise(typed)
    except Invalid:  # nobody can have set it; compared all the same, with what it is not
        password = ""
    with _TURNS.one():
        try:
            HASHER.verify(tried.stored or NOBODYS, password)
            return tried.stored is not None
        except (InvalidHashError, VerificationError):
            return False


def begin_password_try(session: Session, email: str, *, now: datetime) -> PasswordTry:
    """Count a try at an address before it is compared; the caller commits.

    Raises Invalid `not_an_email` and TooManyAttempts `too_many_passwords`.
    """
    address = normalise_email(email)
    at = door("password", address)
    _count_try(session, at, now=now)
    account_id = session.scalar(select(Account.id).where(Account.email == address)) or ""  # as much work for nobody
    return _try(session, at, account_id)


def begin_own_password_try(session: Session, account_id: str, *, now: datetime) -> PasswordTry:
    """Count a try by somebody who is signed in, at a door of their own that strangers cannot close; else as above."""
    at = door("own password", account_id)
    _count_try(session, at, now=now)
    return _try(session, at, account_id)


def _count_try(session: Session, at: str, *, now: datetime) -> None:
    check_attempts(session, at, limit=rules.PASSWORD_TRIES, code="too_many_passwords", now=now)
    note_attempt(session, at, now=now)


def _try(session: Session, at: str, account_id: str) -> PasswordTry:
    held = session.get(Password, account_id, populate_existing=True)
    usable = held is not None and held.failures < rules.LASTING_FAILURES
    return PasswordTry(at, account_id, held.hash if held and usable else None)


def settle_password_try(session: Session, tried: PasswordTry, *, right: bool, now: datetime) -> Account | None:
    """Note how a try ended; return whose password it was, None if it was wrong. The caller commits either way.

    A password that was changed between is not right any more; one that opens nothing from now on is told its owner,
    once. Raises Forbidden `account_disabled`.
    """
    same = Password.account_id == tried.account_id, Password.hash == (tried.stored or "")
    session.execute(update(Password).where(*same).values(failures=0 if right else Password.failures + 1))
    held = session.get(Password, tried.account_id, populate_existing=True)
    if held is not None and not right and tried.stored is not None and held.failures == rules.LASTING_FAILURES:
        tell_owner(session, tried.account_id, SecurityEvent.PASSWORD_LOCKED, now=now)
    if not right or held is None or held.hash != tried.stored:
        return None
    account = account_by_id(session, tried.account_id)
    if account.disabled_at is not None:
        raise Forbidden("account_disabled")
    if held.needs_second_factor and not has_second_factor(session, account.id):
        return None
    session.execute(delete(Attempt).where(Attempt.door == tried.door))
    return account


def set_password(session: Session, password: str, hashed: str, *, actor: Actor, now: datetime) -> None:
    """Set or replace one's own password, which `check_password` let pass; the owner is told by mail."""
    authorise(actor, Permission.ACCOUNT_SELF)
    account = account_by_id(session, actor.id)
    is_short = len(password) < rules.PASSWORD_ALONE
    if is_short and not has_second_factor(session, account.id):  # it was removed in between
        raise Invalid("password_too_short", field="password", least=rules.PASSWORD_ALONE)
    held = session.get(Password, account.id)
    if held is None:
        held = Password(account_id=account.id)
        session.add(held)
    held.hash, held.needs_second_factor, held.set_at, held.failures = hashed, is_short, now, 0
    session.flush()
    note_key_act(session, "password.set", account, actor=actor, now=now)
    tell_owner(session, account.id, SecurityEvent.PASSWORD_SET, now=now)


def remove_password(session: Session, *, actor: Actor, now: datetime) -> None:
    """Do without a password from now on; the link by mail stays. Raises NotFound `no_password`."""
    authorise(actor, Permission.ACCOUNT_SELF)
    held = session.get(Password, actor.id)
    if held is None:
        raise NotFound("no_password")
    session.delete(held)
    session.flush()
    note_key_act(session, "password.removed", account_by_id(session, actor.id), actor=actor, now=now)
    tell_owner(session, actor.id, SecurityEvent.PASSWORD_REMOVED, now=now)


def own_words(account: Account, site: Iterable[str]) -> list[str]:
    """Return words that everybody would try for an account: of its name and address, and of the site."""
    said = [account.email or "", account.display_name, *site]
    parts = [part for words in said for part in _split(words)]
    return [word for word in {*said, *parts} if len(word) > 2]  # noqa: PLR2004 - shorter ones are in every word


def _split(words: str) -> list[str]:
    return "".join(character if character.isalnum() else " " for character in words).split()


def _without(password: str, words: Iterable[str]) -> str:
    for word in words:
        password = password.replace(word, "")
    return password


def _normalise(typed: str) -> str:
    password = unicodedata.normalize("NFC", typed)
    try:
        size = len(password.encode())
    except UnicodeEncodeError as reason:
        raise Invalid("password_unreadable", field="password") from reason
    if size > rules.PASSWORD_BYTES:
        raise Invalid("password_too_long", field="password", most=rules.PASSWORD_BYTES)
    return password


def _estimated_guesses(password: str, own: Iterable[str]) -> float:
    """Return how many guesses zxcvbn expects; its front door keeps own words in a dictionary that all threads share."""
    from zxcvbn import matching, scoring  # noqa: PLC0415 - 13 MB of words, for those processes alone that need them

    ranked = {**matching.RANKED_DICTIONARIES, "user_inputs": matching.build_ranked_dict(list(own))}
    found = scoring.most_guessable_match_sequence(password, matching.omnimatch(password, ranked))
    return float(found["guesses"])
