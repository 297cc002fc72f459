"""Telling the owner of an account by mail what was done about its security, whoever did it."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from participation.outbox.services import file_job

SECURITY_MAIL: Final = "accounts.security_mail"


class SecurityEvent(StrEnum):
    """What was done."""

    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_RESET = "factors_reset"
    PASSWORD_REMOVED = "password_removed"  # noqa: S105 - the name of an event
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of an event
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_ISSUED = "recovery_codes_issued"


def tell_owner(session: Session, account_id: str, event: SecurityEvent, *, now: datetime) -> None:
    """File the mail; its words are found when it is sent."""
    file_job(session, SECURITY_MAIL, {"account": account_id, "event": event.value, "at": now.isoformat()}, now=now)
