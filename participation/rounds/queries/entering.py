"""The way into a round for every contribution.

What a contribution holds, it takes in one order: the round, then the process, then the proposal. Two who came from two
ends would wait for each other, and with a close in line behind them exactly at the deadline. Only an opening holds the
process before the round: a draft refuses contributions before they wait for anything.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, SignInNeeded
from participation.rounds.kinds import VOTING_TASKS, Task
from participation.rounds.models import Round
from participation.rounds.queries.codes import sheet_handed_in
from participation.rounds.queries.participants import Participant, participant_in
from participation.rounds.queries.rounds import lock_round_by_slug, within_window
from participation.rounds.rules import RoundState, check_takes_part


def enter_round(session: Session, slug: str, task: Task, *, actor: Actor, now: datetime) -> tuple[Round, Participant]:
    """Return the round, held shared, and as whom the actor takes part in it now, or refuse and say why.

    Every contribution comes in through here: the round asks for it, it is open and inside its window as read under
    the lock, and the actor is one of its participants.
    """
    round_ = lock_round_by_slug(session, slug, shared=True)
    return round_, take_part(session, round_, task, actor=actor, now=now)


def take_part(session: Session, round_: Round, task: Task, *, actor: Actor, now: datetime) -> Participant:
    """Return as whom the actor takes part now in a round that the caller holds, or refuse and say why.

    Raises Conflict `sheet_handed_in` for a vote with the code of a ballot sheet that was received.
    """
    check_takes_part(
        task,
        round_.tasks,
        round_.state,
        round_.window,
        now,
        round_.process.time_zone,
        is_suspended=round_.is_suspended,
    )
    hold_account(session, actor)
    participant = participant_in(session, round_, actor, now, task=task)
    if participant is None:
        if actor.is_anonymous:
            raise SignInNeeded("sign_in_needed")
        raise Forbidden("not_a_participant", eligibility=round_.eligibility.value)
    if task in VOTING_TASKS and sheet_handed_in(session, actor, hold=True):
        raise Conflict("sheet_handed_in")
    return participant


def hold_account(session: Session, actor: Actor) -> None:
    """Keep the actor's account from being deleted until the transaction ends, so that nothing is left under its id.

    On PostgreSQL a deletion waits for everybody who contributes with the account, and they for it; on SQLite the write
    transaction itself is the lock. Always taken after the round's lock.
    """
    if actor.is_account and session.get_bind().dialect.name == "postgresql":
        session.execute(_HELD, {"account": actor.id})


_HELD: Final = (
    select(Account.id).where(Account.id == bindparam("account")).with_for_update(read=True, key_share=True, of=Account)
)


def rounds_to_enter(
    session: Session, process_id: str, task: Task, *, actor: Actor, now: datetime
) -> list[tuple[Round, Participant]]:
    """Return the rounds of a process that take this task from the actor now, and as whom: what pages may offer."""
    running = session.scalars(
        select(Round)
        .where(
            Round.process_id == process_id,
            Round.state == RoundState.OPEN,
            Round.suspended_at.is_(None),
            within_window(now),
        )
        .order_by(Round.closes_at, Round.slug)
    )
    ways = [
        (round_, participant_in(session, round_, actor, now, task=task)) for round_ in running if task in round_.tasks
    ]
    return [(round_, participant) for round_, participant in ways if participant is not None]
