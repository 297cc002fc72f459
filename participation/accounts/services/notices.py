"""What is kept and told of acts on the keys to an account: the record of acts, and a mail to its owner."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.audit.services import record
from participation.core.actor import Actor
from participation.outbox.services import file_job

SECURITY_MAIL: Final = "accounts.security_mail"


class SecurityEvent(StrEnum):
    """What was done."""

    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_RESET = "factors_reset"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    PASSWORD_LOCKED = "password_locked"  # noqa: S105 - the name of an event
    PASSWORD_REMOVED = "password_removed"  # noqa: S105 - the name of an event
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of an event
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_ISSUED = "recovery_codes_issued"
    TOKENS_REVOKED = "tokens_revoked"


def note_key_act(
    session: Session,
    action: str,
    account: Account,
    *,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, str] | None = None,
) -> None:
    """Keep what those who hold a role do about the keys to it; other people's are their own affair."""
    if account.grants:
        record(session, action, actor=actor, now=now, subject_kind="account", subject_id=account.id, facts=facts)


def tell_owner(session: Session, account_id: str, event: SecurityEvent, *, now: datetime) -> None:
    """File the mail; its words are found when it is sent."""
    file_job(session, SECURITY_MAIL, {"account": account_id, "event": event.value, "at": now.isoformat()}, now=now)
