"""Reading envelopes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.budgeting.models import Envelope
from participation.budgeting.rules.envelopes import decision_order
from participation.core.errors import NotFound
from participation.results.queries import text_document


def envelopes_of(session: Session, process_id: str) -> Sequence[Envelope]:
    """Return a process's envelopes in the order of their decisions, those that were withdrawn among them.

    The database does not put them in order: its collation may sort codes otherwise than the rules do.
    """
    found = session.scalars(select(Envelope).where(Envelope.process_id == process_id))
    return sorted(found, key=lambda one: decision_order(one.grant))


def granting(session: Session, process_id: str) -> list[Envelope]:
    """Return the envelopes that count, in the order of their decisions."""
    return [one for one in envelopes_of(session, process_id) if not one.is_withdrawn]


def envelope_by_code(session: Session, process_id: str, code: str) -> Envelope:
    """Return an envelope or raise NotFound."""
    found = session.scalar(select(Envelope).where(Envelope.process_id == process_id, Envelope.code == code))
    if found is None:
        raise NotFound("no_such_envelope", envelope=code)
    return found


def envelope_document(envelope: Envelope) -> dict[str, Any]:
    """Return an envelope as plans carry it."""
    return {
        "code": envelope.code,
        "title": text_document(envelope.title),
        "cents": envelope.cents,
        "first_year": envelope.first_year,
        "last_year": envelope.last_year,
        "mode": envelope.mode.value,
        "carries_over": envelope.carries_over,
        "source": text_document(envelope.source),
        "source_paper": envelope.source_paper,
        "decided_on": envelope.decided_on.isoformat(),
        "revision": envelope.revision,
    }
