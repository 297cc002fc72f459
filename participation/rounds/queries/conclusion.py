"""Reading how far the conclusion of a round has come: whoever still writes to its box must know of a request."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.rounds.models import RoundEvent
from participation.rounds.rules import REQUEST_FACT, Step, pending_request


def conclusion_steps(session: Session, round_id: str) -> list[Step]:
    """Return what was done to a round, in order, as far as its conclusion is concerned."""
    events = session.scalars(
        select(RoundEvent).where(RoundEvent.round_id == round_id).order_by(RoundEvent.at, RoundEvent.id)
    )
    return [Step(event.id, event.action, event.actor_id, event.at, event.facts.get(REQUEST_FACT)) for event in events]


def requested_conclusion(session: Session, round_id: str) -> Step | None:
    """Return the request to conclude a round that waits for its second person, or for the count."""
    return pending_request(conclusion_steps(session, round_id))
