"""Showing a second factor by something typed: the code of an app, or a recovery code.

Six digits are soon guessed by a program, so wrong ones are counted per account in the database; a code is taken once.
"""

import base64
import hmac
import unicodedata
from datetime import datetime
from typing import Final

from pyotp import TOTP
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import ColumnElement, CursorResult, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from participation.accounts import rules
from participation.accounts.models import Attempt, FactorKind, RecoveryCode, SecondFactor
from participation.accounts.queries import account_by_id, actor_of
from participation.accounts.services.attempts import check_attempts, door, note_attempt
from participation.accounts.services.notices import SecurityEvent, note_key_act, tell_owner
from participation.core.errors import Invalid
from participation.core.ids import crockford, derive, normalise_code

_SECRET_BYTES: Final = 20
"""RFC 4226 recommends 160 bits."""
_APP_DIGITS: Final = 6


def app_secret(key: str, factor_id: str) -> str:
    """Return the secret that an app gets, in base 32."""
    return base64.b32encode(derive(key, "app secret", factor_id)[:_SECRET_BYTES]).decode()


def app_code_step(secret: str, typed: str, now: datetime) -> int | None:
    """Return the half minute whose code was typed, now or just before or after, or None."""
    try:
        return TOTP(secret, interval=rules.APP_STEP_SECONDS).verify_and_get_timecode(
            _digits(typed), for_time=now, valid_window=rules.APP_WINDOW
        )
    except OTPVerificationError:
        return None


def recovery_code(key: str, code_id: str) -> str:
    """Return a recovery code in the two groups in which it is shown."""
    code = crockford(derive(key, "recovery code", code_id), rules.RECOVERY_CHARACTERS)
    half = rules.RECOVERY_CHARACTERS // 2
    return f"{code[:half]}-{code[half:]}".upper()


def show_code(session: Session, account_id: str, typed: str, *, key: str, now: datetime) -> bool:
    """Take a code of an account's app or one of its recovery codes, or count a failure and return False.

    The caller commits either way. Raises TooManyAttempts `too_many_factor_codes`, and Invalid `apps_locked` after a
    hundred wrong codes in a row: then a recovery code, a passkey or a reset helps.
    """
    is_app_code = len(_digits(typed)) == _APP_DIGITS
    show = _show_app_code if is_app_code else _show_recovery_code
    return show(session, account_id, typed, key, now)


def _show_app_code(session: Session, account_id: str, typed: str, key: str, now: datetime) -> bool:
    at = door("second factor", account_id)
    check_attempts(session, at, limit=rules.FACTOR_TRIES, code="too_many_factor_codes", now=now)
    if _are_apps_locked(session, account_id):
        raise Invalid("apps_locked", field="code")
    if _take_app_code(session, account_id, typed, key, now):
        session.execute(delete(Attempt).where(Attempt.door == at))
        return True
    note_attempt(session, at, now=now)
    session.execute(update(SecondFactor).where(_is_app_of(account_id)).values(failures=SecondFactor.failures + 1))
    return False


def _show_recovery_code(session: Session, account_id: str, typed: str, key: str, now: datetime) -> bool:
    """Take a recovery code that is right whatever was tried before: nobody can shut its owner out.

    Its 50 bits need no limit; the one there is keeps a program that guesses from going on for long.
    """
    at = door("recovery code", account_id)
    if _take_recovery_code(session, account_id, typed, key, now):
        session.execute(delete(Attempt).where(Attempt.door == at))
        return True
    check_attempts(session, at, limit=rules.RECOVERY_TRIES, code="too_many_factor_codes", now=now)
    note_attempt(session, at, now=now)
    return False


def _are_apps_locked(session: Session, account_id: str) -> bool:
    failures = session.scalars(select(SecondFactor.failures).where(_is_app_of(account_id))).all()
    return bool(failures) and min(failures) >= rules.LASTING_FAILURES


def _take_app_code(session: Session, account_id: str, typed: str, key: str, now: datetime) -> bool:
    usable = _is_app_of(account_id) & (SecondFactor.failures < rules.LASTING_FAILURES)
    for factor_id in session.scalars(select(SecondFactor.id).where(usable)).all():
        step = app_code_step(app_secret(key, factor_id), typed, now)
        if step is not None and _take_step(session, factor_id, step, now):
            return True
    return False


def _take_step(session: Session, factor_id: str, step: int, now: datetime) -> bool:
    """Take a code unless it, or a later one, was taken before: looking and noting are one statement."""
    taken = session.execute(
        update(SecondFactor)
        .where(SecondFactor.id == factor_id, or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < step))
        .values(last_step=step, last_used_on=now.date(), failures=0)
    )
    return isinstance(taken, CursorResult) and taken.rowcount == 1


def _take_recovery_code(session: Session, account_id: str, typed: str, key: str, now: datetime) -> bool:
    wanted = normalise_code(typed).encode()
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    for code_id in session.scalars(select(RecoveryCode.id).where(*unused)).all():
        if hmac.compare_digest(normalise_code(recovery_code(key, code_id)).encode(), wanted):
            taken = session.execute(update(RecoveryCode).where(RecoveryCode.id == code_id, *unused).values(used_at=now))
            if isinstance(taken, CursorResult) and taken.rowcount == 1:
                account = account_by_id(session, account_id)
                note_key_act(session, "recovery_code.used", account, actor=actor_of(account), now=now)
                tell_owner(session, account_id, SecurityEvent.RECOVERY_CODE_USED, now=now)
                return True
    return False


def _is_app_of(account_id: str) -> ColumnElement[bool]:
    return and_(
        SecondFactor.account_id == account_id,
        SecondFactor.kind == FactorKind.APP,
        SecondFactor.confirmed_at.is_not(None),
    )


def _digits(typed: str) -> str:
    """Return what was typed with the digits of any script as 0 to 9, and without blanks and hyphens."""
    read = (str(unicodedata.decimal(character, character)) for character in normalise_code(typed))
    return "".join(read)
