"""What is forgotten by the clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.extensions import db, transaction
from participation.outbox.worker import Tick
from participation.privacy.services import forget_people
from participation.rounds.queries import claims_to_forget, rounds_to_forget
from participation.rounds.services import forget_claims


def forget(_session: Session, now: datetime) -> None:
    """Forget who took part in rounds that ended long enough ago, each in a transaction of its own."""
    due = rounds_to_forget(db.session(), now)
    db.session.rollback()
    for round_id in due:
        with transaction() as session:
            forget_people(session, round_id, now=now)
    over = claims_to_forget(db.session())
    db.session.rollback()
    for round_id in over:
        with transaction() as session:
            forget_claims(session, round_id, now=now)


TICKS: Final[Mapping[str, Tick]] = {"privacy.forget_people": forget}
