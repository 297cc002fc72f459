"""The one definition of who may take part in a round, and as whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Table, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Department, Identity, Mandate, Organisation, Representation
from participation.accounts.queries import in_force
from participation.core.actor import Actor
from participation.core.windows import local_at
from participation.processes.models import Process
from participation.rounds.kinds import VOTING_TASKS, Eligibility, Task
from participation.rounds.models import CodeBatch, ParticipationCode, RollEntry, Round
from participation.storage import UTCDateTime
from participation.texts.queries import original


@dataclass(frozen=True, slots=True)
class Participant:
    """Whoever has one ballot in a round: a person on the roll, a code, an account, an organisation, a department.

    `key` is unique within the round and is what the register keeps; `organisation_id` and `department_id` say for
    whom the actor acts; `name` is shown beside contributions. `identities` are the address of whoever takes part in
    person, and who they are at an identity provider: by these somebody is known again who had their account deleted and
    came back. They never show themselves.
    """

    participant_class: str
    key: str
    name: str
    organisation_id: str | None = None
    department_id: str | None = None
    identities: tuple[str, ...] = field(default=(), repr=False, compare=False)


def account_key(account_id: str) -> str:
    """Return the key under which a person takes part who does so by account."""
    return f"account:{account_id}"


def code_key(code_id: str) -> str:
    """Return the key under which whoever holds a participation code takes part."""
    return f"code:{code_id}"


def took_part_as(session: Session, round_: Round, actor: Actor) -> list[Participant]:
    """Return as whom the actor may have taken part in a round, in force today or not.

    For finding what they did, never for what they may do: that is asked of participant_in.
    """
    if actor.is_code:
        return [Participant("code", code_key(actor.id), "")]
    if not actor.is_account:
        return []
    organisations = session.scalars(
        select(Organisation)
        .join(Mandate)
        .where(Mandate.account_id == actor.id, Organisation.process_id == round_.process_id)
        .order_by(Organisation.code)
    )
    return [
        Participant("account", account_key(actor.id), actor.display_name),
        *map(_organisation, organisations),
        *map(_department, departments_acted_for(session, round_.process_id, actor)),
    ]


def participant_in(
    session: Session, round_: Round, actor: Actor, now: datetime, *, task: Task | None = None
) -> Participant | None:
    """Return as whom the actor takes part in the round, or None; one table of ways, no role among them.

    `task` is what they are about to do, None everything that the round asks. A ballot is that of one department:
    whoever acts for several has none until it is clear for which one, because that must not depend on an order.
    """
    if actor.is_anonymous or actor.is_system:
        return None
    if (task is None or task in VOTING_TASKS) and could_vote_twice(session, round_, actor):
        return None
    return _WAYS[round_.eligibility](session, round_, actor, now)


NOT_DISABLED: Final = Account.disabled_at.is_(None)

# Built once, on tables: a workshop's codes and an online round's accounts are many, and all vote on the same evening.
_accounts, _identities, _batches, _codes = (
    cast("Table", kind.__table__) for kind in (Account, Identity, CodeBatch, ParticipationCode)
)


def not_expired(moment: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """Return the SQL twin of `not batch.is_expired(moment)`."""
    return or_(_batches.c.expires_at.is_(None), _batches.c.expires_at > moment)


_VALID_CODE: Final = (
    select(_codes.c.id)
    .join(_batches, _batches.c.id == _codes.c.batch_id)
    .where(
        _codes.c.id == bindparam("code"),
        _codes.c.round_id == bindparam("round_id"),
        _codes.c.revoked_at.is_(None),
        _batches.c.revoked_at.is_(None),
        not_expired(bindparam("now", type_=UTCDateTime)),
    )
)
_KNOWN_AS: Final = (
    select(_accounts.c.email, _accounts.c.verified_at, _identities.c.issuer, _identities.c.subject)
    .select_from(_accounts.outerjoin(_identities, _identities.c.account_id == _accounts.c.id))
    .where(_accounts.c.id == bindparam("account"), _accounts.c.disabled_at.is_(None))
    .order_by(_identities.c.issuer)
)


_KNOWN_ON_ROLL: Final = _KNOWN_AS.where(
    exists().where(RollEntry.round_id == bindparam("round_id"), RollEntry.account_id == _accounts.c.id)
)


def known_as(email: str | None, identities: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return by what a person is known again: their address, and who they are at an identity provider."""
    return (*([email] if email else []), *(f"{issuer} {subject}" for issuer, subject in identities))


def _by_roll(session: Session, round_: Round, actor: Actor, _now: datetime) -> Participant | None:
    if not actor.is_account:
        return None
    rows = session.execute(_KNOWN_ON_ROLL, {"account": actor.id, "round_id": round_.id}).all()
    return _in_person("roll", actor, rows) if rows else None


def _in_person(participant_class: str, actor: Actor, rows: Sequence[Any]) -> Participant:
    known = known_as(rows[0].email, [(row.issuer, row.subject) for row in rows if row.issuer is not None])
    return Participant(participant_class, account_key(actor.id), actor.display_name, identities=known)


def _by_code(session: Session, round_: Round, actor: Actor, now: datetime) -> Participant | None:
    if not actor.is_code:
        return None
    valid = session.scalar(_VALID_CODE, {"code": actor.id, "round_id": round_.id, "now": now})
    return Participant("code", code_key(actor.id), "") if valid else None


def _by_account(session: Session, _round: Round, actor: Actor, _now: datetime) -> Participant | None:
    rows = session.execute(_KNOWN_AS, {"account": actor.id}).all() if actor.is_account else []
    return _in_person("account", actor, rows) if rows and rows[0].verified_at is not None else None


def _by_account_or_sheet(session: Session, round_: Round, actor: Actor, now: datetime) -> Participant | None:
    """Whoever joins by e-mail, and whoever has the code of a ballot sheet: the only codes such a round gives out."""
    return (_by_code if actor.is_code else _by_account)(session, round_, actor, now)


def speaks_today(process: Process, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a mandate speak for its organisation today, in the process's time zone."""
    return in_force(local_at(now, process.time_zone).date())


def organisations_spoken_for(session: Session, process: Process, actor: Actor, now: datetime) -> Sequence[Organisation]:
    """Return the approved organisations of a process for which the actor speaks today, in the order of codes."""
    if not actor.is_account:
        return []
    return session.scalars(
        select(Organisation)
        .join(Mandate)
        .join(Account, Account.id == Mandate.account_id)
        .where(
            Mandate.account_id == actor.id,
            Organisation.process_id == process.id,
            NOT_DISABLED,
            *speaks_today(process, now),
        )
        .order_by(Organisation.code)
    ).all()


def departments_acted_for(session: Session, process_id: str, actor: Actor) -> Sequence[Department]:
    """Return the departments of a process for which the actor acts, in the order of codes."""
    if not actor.is_account:
        return []
    return session.scalars(
        select(Department)
        .join(Representation, Representation.department_id == Department.id)
        .join(Account, Account.id == Representation.account_id)
        .where(Representation.account_id == actor.id, NOT_DISABLED, Department.process_id == process_id)
        .order_by(Department.code)
    ).all()


def could_vote_twice(session: Session, round_: Round, actor: Actor) -> bool:
    """Say whether the actor acts for several departments in a round in which each has a ballot."""
    return (
        round_.eligibility is Eligibility.DEPARTMENTS
        and round_.voting_task is not None
        and len(departments_acted_for(session, round_.process_id, actor)) > 1
    )


def _by_mandate(session: Session, round_: Round, actor: Actor, now: datetime) -> Participant | None:
    spoken_for = organisations_spoken_for(session, round_.process, actor, now)
    if len(spoken_for) != 1:  # of several none: whose voice it is must not depend on an order
        return None
    return _organisation(spoken_for[0])


def _organisation(organisation: Organisation) -> Participant:
    key = f"organisation:{organisation.id}"
    return Participant(organisation.kind.value, key, organisation.name, organisation_id=organisation.id)


def _by_department(session: Session, round_: Round, actor: Actor, _now: datetime) -> Participant | None:
    department = next(iter(departments_acted_for(session, round_.process_id, actor)), None)
    return _department(department) if department is not None else None


def _department(department: Department) -> Participant:
    key = f"department:{department.id}"
    return Participant("department", key, original(department.title).body, department_id=department.id)


_WAYS: Final[Mapping[Eligibility, Callable[[Session, Round, Actor, datetime], Participant | None]]] = {
    Eligibility.ROLL: _by_roll,
    Eligibility.CODES: _by_code,
    Eligibility.OPEN: _by_account_or_sheet,
    Eligibility.ORGANISATIONS: _by_mandate,
    Eligibility.DEPARTMENTS: _by_department,
}
