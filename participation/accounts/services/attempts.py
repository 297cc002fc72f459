"""Throttles that count in the database, per door and hour, whatever address the attempts come from."""

import math
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from participation.accounts.models import Attempt
from participation.accounts.queries import recent_attempts
from participation.accounts.rules import ATTEMPT_WINDOW
from participation.core.errors import TooManyAttempts
from participation.core.ids import fingerprint


def door(kind: str, subject: str) -> str:
    """Name a door without saying whose it is: the subject may be an address."""
    return f"{kind}:{fingerprint(subject)[:32]}"


def check_attempts(session: Session, at: str, *, limit: int, code: str, now: datetime) -> None:
    """Refuse with TooManyAttempts `code` if a door was tried `limit` times within the last hour.

    PostgreSQL lets writers run side by side, so those at one door stand in line until they commit.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:door, 0))"), {"door": at})
    look_at_attempts(session, at, limit=limit, code=code, now=now)


def look_at_attempts(session: Session, at: str, *, limit: int, code: str, now: datetime) -> None:
    """Refuse as check_attempts does, without a lock: whoever is refused here holds up nobody who writes."""
    tried = recent_attempts(session, at, now)
    if len(tried) >= limit:
        wait = tried[-limit] + ATTEMPT_WINDOW - now
        raise TooManyAttempts(code, retry_after=max(1, math.ceil(wait.total_seconds())))


def note_attempt(session: Session, at: str, *, now: datetime) -> None:
    """Remember that a door was tried."""
    session.add(Attempt(door=at, at=now))
    session.flush()
