"""Mails to people who have not voted some days before the end of a round: who is due, filed once, forgotten afterwards.

One mail for each person and round, and one more when the round was extended after it. The row in `reminders` and the
job of the outbox are written together, and the row can be there only once: two workers that look at the same moment,
or one that is killed in between, file no second one. The mail itself asks again whether there is still something to
say; see ballots.jobs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Select, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import account_by_id
from participation.ballots.models import Participation, Reminder, ReminderWish
from participation.ballots.queries import voting_task_of
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden
from participation.core.ids import crockford, derive, new_id
from participation.core.permissions import Permission, authorise
from participation.outbox.services import file_job
from participation.rounds.kinds import Eligibility
from participation.rounds.models import Round
from participation.rounds.queries import (
    lock_round,
    lock_round_by_slug,
    round_by_slug,
    take_part,
    voters_by_account,
    within_window,
)
from participation.rounds.rules import RoundState, remind_from, takes_part_now

REMINDER_MAIL: Final = "ballots.reminder_mail"
AT_ONCE: Final = 100
"""So many are filed in one transaction: voters wait meanwhile."""

_TOKEN_CHARACTERS: Final = 26


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody who is to be reminded, for the first or the second time."""

    account_id: str
    number: int


def rounds_near_their_end(session: Session, now: datetime) -> list[str]:
    """Return the ids of the running rounds of whose end people are reminded now."""
    running = session.scalars(
        select(Round).where(
            Round.state == RoundState.OPEN,
            Round.suspended_at.is_(None),
            Round.ballot_kind.is_not(None),
            Round.eligibility != Eligibility.CODES,
            within_window(now),
        )
    )
    return [round_.id for round_ in running if remind_from(round_.window) <= now]


def due_reminders(session: Session, round_: Round, now: datetime) -> list[Due]:
    """Return who has not voted, wants to be reminded, and was not, or was before the round was extended."""
    among: Select[Any] = select(Account.id).where(Account.wants_reminders, Account.email.is_not(None))
    if round_.eligibility is Eligibility.OPEN:
        asked = select(ReminderWish.account_id).where(ReminderWish.round_id == round_.id)
        among = among.where(Account.id.in_(asked))
    voted = set(session.scalars(select(Participation.participant).where(Participation.round_id == round_.id)))
    sent: dict[str, list[datetime]] = {}
    rows = select(Reminder.account_id, Reminder.closes_at).where(Reminder.round_id == round_.id)
    for account_id, closes_at in session.execute(rows.order_by(Reminder.number)):
        sent.setdefault(account_id, []).append(closes_at)
    due = []
    for account_id, key in voters_by_account(session, round_, now, among=among):
        ends = sent.get(account_id, [])
        if key not in voted and (not ends or (len(ends) == 1 and ends[0] < round_.closes_at)):
            due.append(Due(account_id, len(ends) + 1))
    return due


def file_reminders(session: Session, round_id: str, due: Sequence[Due], *, now: datetime) -> int:
    """File the mails of those who are due and return how many; somebody whose mail was filed meanwhile is left out.

    The round is held shared, so that nobody is reminded of an end that has just been moved.
    """
    round_ = lock_round(session, round_id, shared=True)
    if not takes_part_now(round_.state, round_.window, now, is_suspended=round_.is_suspended):
        return 0
    enter = _ENTER[session.get_bind().dialect.name]
    filed = 0
    for one in due:
        row = {
            "id": new_id(),
            "round_id": round_id,
            "account_id": one.account_id,
            "number": one.number,
            "closes_at": round_.closes_at,
        }
        if session.execute(enter, row).one_or_none() is not None:
            file_job(session, REMINDER_MAIL, {"reminder": row["id"]}, now=now)
            filed += 1
    return filed


def something_to_forget(session: Session) -> bool:
    """Say whether reminders or wishes of rounds are left that are over."""
    return any(
        session.scalar(select(kind.round_id).where(kind.round_id.in_(_over())).limit(1)) is not None
        for kind in (Reminder, ReminderWish)
    )


def forget_reminders(session: Session) -> None:
    """Delete what says who had not voted, and who wanted to know, in rounds that are over."""
    for kind in (Reminder, ReminderWish):
        session.execute(delete(kind).where(kind.round_id.in_(_over())).execution_options(synchronize_session=False))


def reminder_still_due(session: Session, reminder_id: str, now: datetime) -> tuple[Reminder, Account, Round] | None:
    """Return a reminder with its account and round if there is still something to say: open, wanted and not voted."""
    reminder = session.get(Reminder, reminder_id)
    if reminder is None:
        return None
    account, round_ = account_by_id(session, reminder.account_id), session.get_one(Round, reminder.round_id)
    if not account.wants_reminders or account.email is None or account.disabled_at is not None:
        return None
    if not takes_part_now(round_.state, round_.window, now, is_suspended=round_.is_suspended):
        return None
    only = select(Account.id).where(Account.id == account.id)
    keys = [key for _account, key in voters_by_account(session, round_, now, among=only)]
    registered = select(Participation.participant).where(
        Participation.round_id == round_.id, Participation.participant.in_(keys)
    )
    return None if not keys or session.scalar(registered) is not None else (reminder, account, round_)


def wants_reminder(session: Session, round_: Round, actor: Actor) -> bool | None:
    """Say whether somebody asked to be reminded of a round that anybody may join; None where people are not asked."""
    if not actor.is_account or round_.eligibility is not Eligibility.OPEN or round_.voting_task is None:
        return None
    return session.get(ReminderWish, (round_.id, actor.id)) is not None


def ask_for_reminder(session: Session, slug: str, *, wanted: bool, actor: Actor, now: datetime) -> bool:
    """Remember that somebody wants to be reminded of a round that anybody may join, or no longer; return which.

    Raises Conflict `reminded_anyway` where people are reminded without asking, `reminders_switched_off` for somebody
    who wants none at all; Forbidden `reminders_need_address` without an address; and what rounds.queries.take_part
    raises.
    """
    authorise(actor, Permission.BALLOT_CAST, round_by_slug(session, slug))
    round_ = lock_round_by_slug(session, slug, shared=True)
    if round_.eligibility is not Eligibility.OPEN:
        raise Conflict("reminded_anyway")
    take_part(session, round_, voting_task_of(round_), actor=actor, now=now)
    if not actor.is_account:
        raise Forbidden("reminders_need_address")
    account = account_by_id(session, actor.id)
    if wanted and account.email is None:
        raise Forbidden("reminders_need_address")
    if wanted and not account.wants_reminders:
        raise Conflict("reminders_switched_off")
    row = {"round_id": round_.id, "account_id": actor.id}
    if wanted:
        session.execute(_WISH[session.get_bind().dialect.name], row)  # two taps at once are one wish
    else:
        session.execute(delete(ReminderWish).filter_by(**row))
    return wanted


def switch_off_token(key: str, account_id: str) -> str:
    """Return the token of the link in every reminder by which somebody wants no more of them (promise 14)."""
    return crockford(derive(key, "no more reminders", account_id), _TOKEN_CHARACTERS)


def _over() -> Select[Any]:
    return select(Round.id).where(Round.state.in_([RoundState.CLOSED, RoundState.CONCLUDED]))


def _enter_with(module: Any) -> Any:  # noqa: ANN401 - the two dialects share no type
    table = cast("Table", Reminder.__table__)
    unique = [table.c.round_id, table.c.account_id, table.c.number]
    return module.insert(table).on_conflict_do_nothing(index_elements=unique).returning(table.c.id)


def _wish_with(module: Any) -> Any:  # noqa: ANN401 - the two dialects share no type
    return module.insert(cast("Table", ReminderWish.__table__)).on_conflict_do_nothing()


_WISH: Final[Mapping[str, Any]] = {"sqlite": _wish_with(sqlite), "postgresql": _wish_with(postgresql)}
_ENTER: Final[Mapping[str, Any]] = {"sqlite": _enter_with(sqlite), "postgresql": _enter_with(postgresql)}
