"""Reading rounds, and the one definition of who may take part in one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Department, Mandate, Organisation, Representation
from participation.core.actor import Actor
from participation.core.errors import Forbidden, NotFound, SignInNeeded
from participation.rounds.kinds import Eligibility, Task
from participation.rounds.models import CodeBatch, ParticipationCode, RollEntry, Round
from participation.rounds.rules import RoundState, check_takes_part


@dataclass(frozen=True, slots=True)
class Participant:
    """Whoever has one ballot in a round: a person on the roll, a code, an account, an organisation, a department.

    `key` is unique within the round and is what the register keeps; `organisation_id` and `department_id` say for
    whom the actor acts; `name` is shown beside contributions.
    """

    participant_class: str
    key: str
    name: str
    organisation_id: str | None = None
    department_id: str | None = None


def round_by_slug(session: Session, slug: str) -> Round:
    """Return a round or raise NotFound."""
    found = session.scalar(select(Round).where(Round.slug == slug))
    if found is None:
        raise NotFound("no_such_round", slug=slug)
    return found


def lock_round(session: Session, round_id: str, *, shared: bool = False) -> Round:
    """Return the round as it stands now, held until the transaction ends.

    On PostgreSQL a ballot takes it shared and a close takes it alone, so that no ballot slips past a close;
    on SQLite the write transaction itself (BEGIN IMMEDIATE) is the lock.
    """
    return session.scalars(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(read=shared, of=Round)
        .execution_options(populate_existing=True)
    ).one()


def within_window(moment: datetime) -> ColumnElement[bool]:
    """Return the SQL twin of `moment in round.window`."""
    return and_(Round.opens_at <= moment, moment < Round.closes_at)


def rounds_of(session: Session, process_id: str) -> Sequence[Round]:
    """Return a process's rounds in the order of their windows."""
    return session.scalars(
        select(Round).where(Round.process_id == process_id).order_by(Round.opens_at, Round.slug)
    ).all()


def participant_in(session: Session, round_: Round, actor: Actor, now: datetime) -> Participant | None:
    """Return as whom the actor takes part in the round, or None; one table of ways, no role among them."""
    if actor.is_anonymous or actor.is_system:
        return None
    return _WAYS[round_.eligibility](session, round_, actor, now)


def enter_round(session: Session, slug: str, task: Task, *, actor: Actor, now: datetime) -> tuple[Round, Participant]:
    """Return the round, held shared, and as whom the actor takes part in it now, or refuse and say why.

    Every contribution comes in through here: the round asks for it, it is open and inside its window as read under
    the lock, and the actor is one of its participants.
    """
    round_ = lock_round(session, round_by_slug(session, slug).id, shared=True)
    check_takes_part(task, round_.tasks, round_.state, round_.window, now, round_.process.time_zone)
    participant = participant_in(session, round_, actor, now)
    if participant is None:
        if actor.is_anonymous:
            raise SignInNeeded("sign_in_needed")
        raise Forbidden("not_a_participant", eligibility=round_.eligibility.value)
    return round_, participant


def rounds_to_enter(
    session: Session, process_id: str, task: Task, *, actor: Actor, now: datetime
) -> list[tuple[Round, Participant]]:
    """Return the rounds of a process that take this task from the actor now, and as whom: what pages may offer."""
    running = session.scalars(
        select(Round)
        .where(Round.process_id == process_id, Round.state == RoundState.OPEN, within_window(now))
        .order_by(Round.closes_at, Round.slug)
    )
    ways = [(round_, participant_in(session, round_, actor, now)) for round_ in running if task in round_.tasks]
    return [(round_, participant) for round_, participant in ways if participant is not None]


def _by_roll(session: Session, round_: Round, actor: Actor, _now: datetime) -> Participant | None:
    if not actor.is_account:
        return None
    entry = session.scalar(
        select(RollEntry.id).where(RollEntry.round_id == round_.id, RollEntry.account_id == actor.id)
    )
    return Participant("roll", f"account:{actor.id}", actor.display_name) if entry else None


def _by_code(session: Session, round_: Round, actor: Actor, _now: datetime) -> Participant | None:
    if not actor.is_code:
        return None
    valid = session.scalar(
        select(ParticipationCode.id)
        .join(CodeBatch, CodeBatch.id == ParticipationCode.batch_id)
        .where(
            ParticipationCode.id == actor.id,
            ParticipationCode.round_id == round_.id,
            ParticipationCode.revoked_at.is_(None),
            CodeBatch.revoked_at.is_(None),
        )
    )
    return Participant("code", f"code:{actor.id}", "") if valid else None


def _by_account(session: Session, _round: Round, actor: Actor, _now: datetime) -> Participant | None:
    if not actor.is_account:
        return None
    verified = session.scalar(
        select(Account.id).where(
            Account.id == actor.id, Account.verified_at.is_not(None), Account.disabled_at.is_(None)
        )
    )
    return Participant("account", f"account:{actor.id}", actor.display_name) if verified else None


def _by_mandate(session: Session, round_: Round, actor: Actor, now: datetime) -> Participant | None:
    if not actor.is_account:
        return None
    today = now.astimezone(ZoneInfo(round_.process.time_zone)).date()
    organisation = session.scalars(
        select(Organisation)
        .join(Mandate)
        .where(
            Mandate.account_id == actor.id,
            Mandate.valid_from <= today,
            or_(Mandate.valid_until.is_(None), today < Mandate.valid_until),
            Organisation.process_id == round_.process_id,
            Organisation.approved_at.is_not(None),
        )
        .order_by(Organisation.code)
    ).first()
    if organisation is None:
        return None
    key = f"organisation:{organisation.id}"
    return Participant(organisation.kind.value, key, organisation.name, organisation_id=organisation.id)


def _by_department(session: Session, round_: Round, actor: Actor, _now: datetime) -> Participant | None:
    if not actor.is_account:
        return None
    department = session.scalars(
        select(Department)
        .join(Representation, Representation.department_id == Department.id)
        .where(Representation.account_id == actor.id, Department.process_id == round_.process_id)
        .order_by(Department.code)
    ).first()
    if department is None:
        return None
    key = f"department:{department.id}"
    return Participant("department", key, department.code, department_id=department.id)


_WAYS: Final[Mapping[Eligibility, Callable[[Session, Round, Actor, datetime], Participant | None]]] = {
    Eligibility.ROLL: _by_roll,
    Eligibility.CODES: _by_code,
    Eligibility.OPEN: _by_account,
    Eligibility.ORGANISATIONS: _by_mandate,
    Eligibility.DEPARTMENTS: _by_department,
}
