"""Reading statements: what the organisations of a round say together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.core.permissions import Permission, may
from participation.gatherings.models import Statement
from participation.gatherings.rules import StatementState
from participation.rounds.models import Round
from participation.rounds.queries import Participant, participant_in


def statement_of(session: Session, round_id: str, *, hold: bool = False) -> Statement | None:
    """Return the statement of a round, held until the transaction ends if that is asked for."""
    found = (
        select(Statement)
        .where(Statement.round_id == round_id)
        .options(selectinload(Statement.signatures))
        .execution_options(populate_existing=True)
    )
    return session.scalar(found.with_for_update(of=Statement) if hold else found)


def signs_for(session: Session, round_: Round, actor: Actor, now: datetime) -> Participant | None:
    """Return the organisation of the round for which the actor speaks today."""
    me = participant_in(session, round_, actor, now)
    return me if me is not None and me.organisation_id is not None else None


def may_word(session: Session, round_: Round, actor: Actor, now: datetime) -> bool:
    """Say whether the actor may write the statement of a round: a delegate in it, or the office."""
    return may(actor, Permission.STATEMENT_FINALISE, round_) or signs_for(session, round_, actor, now) is not None


def readable_statement(session: Session, round_: Round, actor: Actor, now: datetime) -> Statement | None:
    """Return the statement of a round as far as the actor may read it: a final one is public, a draft is theirs."""
    found = statement_of(session, round_.id)
    if found is None or found.is_final or may_word(session, round_, actor, now):
        return found
    return None


def shown_statement(session: Session, round_: Round, actor: Actor, now: datetime) -> Statement:
    """Return the same or raise NotFound."""
    found = readable_statement(session, round_, actor, now)
    if found is None:
        raise NotFound("no_such_statement")
    return found


def unfinished_statements(session: Session, process_id: str) -> Sequence[Statement]:
    """Return the statements of a process that are still worded and signed, the earliest first."""
    return _statements(session, process_id, StatementState.DRAFT)


def final_statements(session: Session, process_id: str) -> Sequence[Statement]:
    """Return the statements of a process that stand, the earliest first: what goes to the council."""
    return _statements(session, process_id, StatementState.FINAL)


def _statements(session: Session, process_id: str, state: StatementState) -> Sequence[Statement]:
    return session.scalars(
        select(Statement)
        .where(Statement.process_id == process_id, Statement.state == state)
        .order_by(Statement.finalised_at, Statement.created_at, Statement.id)
        .options(selectinload(Statement.signatures), joinedload(Statement.round))
    ).all()
