"""Reading organisations, who speaks for them, and departments."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from participation.accounts.models import (
    Account,
    Department,
    Mandate,
    Organisation,
    Representation,
)
from participation.core.actor import Actor
from participation.core.errors import NotFound


def organisations_of(session: Session, process_id: str) -> Sequence[Organisation]:
    """Return a process's organisations by code, with their delegates."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.process_id == process_id)
        .order_by(Organisation.code)
        .options(selectinload(Organisation.mandates).joinedload(Mandate.account))
    ).all()


def organisation_by_code(session: Session, process_id: str, code: str) -> Organisation:
    """Return an organisation of a process or raise NotFound."""
    found = session.scalar(
        select(Organisation)
        .where(Organisation.process_id == process_id, Organisation.code == code)
        .options(selectinload(Organisation.mandates).joinedload(Mandate.account))
    )
    if found is None:
        raise NotFound("no_such_organisation", organisation=code)
    return found


def departments_of(session: Session, process_id: str) -> Sequence[Department]:
    """Return a process's departments by code."""
    return session.scalars(
        select(Department).where(Department.process_id == process_id).order_by(Department.code)
    ).all()


def department_by_code(session: Session, process_id: str, code: str) -> Department:
    """Return a department of a process or raise NotFound."""
    found = session.scalar(select(Department).where(Department.process_id == process_id, Department.code == code))
    if found is None:
        raise NotFound("no_such_department", department=code)
    return found


def representatives_of(session: Session, process_id: str) -> dict[str, list[Account]]:
    """Return the people who act for each department of a process, by the department's id."""
    found: dict[str, list[Account]] = {}
    rows = session.execute(
        select(Department.id, Account)
        .join(Representation, Representation.department_id == Department.id)
        .join(Account, Account.id == Representation.account_id)
        .where(Department.process_id == process_id)
        .order_by(func.lower(Account.display_name), Account.email)
    )
    for department_id, account in rows:
        found.setdefault(department_id, []).append(account)
    return found


def admitted_organisations(session: Session, process_id: str) -> Sequence[Organisation]:
    """Return the organisations that take part in a process, by name."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.process_id == process_id, Organisation.approved_at.is_not(None))
        .order_by(Organisation.name)
        .options(selectinload(Organisation.description))
    ).all()


def in_force(today: date) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a mandate speak for its organisation on a day: the one definition."""
    return (
        Organisation.approved_at.is_not(None),
        Mandate.valid_from <= today,
        or_(Mandate.valid_until.is_(None), today < Mandate.valid_until),
    )


def mandates_in_force(session: Session, organisation_id: str, today: date) -> Sequence[Mandate]:
    """Return who speaks for an organisation on a day, whoever has done so for longest first."""
    return session.scalars(
        select(Mandate)
        .join(Organisation)
        .join(Account, Account.id == Mandate.account_id)
        .where(Mandate.organisation_id == organisation_id, Account.disabled_at.is_(None), *in_force(today))
        .order_by(Mandate.valid_from, Mandate.id)
        .options(selectinload(Mandate.account), selectinload(Mandate.organisation))
    ).all()


def left_voiceless(session: Session, account_id: str, today: date) -> Sequence[Organisation]:
    """Return the organisations for which nobody would speak any more on a day without somebody, by name."""
    others = (
        select(Mandate.id)
        .join(Account, Account.id == Mandate.account_id)
        .where(
            Mandate.organisation_id == Organisation.id, Mandate.account_id != account_id, Account.disabled_at.is_(None)
        )
        .where(*in_force(today))
    )
    return session.scalars(
        select(Organisation)
        .join(Mandate)
        .where(Mandate.account_id == account_id, *in_force(today), ~others.correlate(Organisation).exists())
        .order_by(Organisation.name, Organisation.id)
    ).all()


def voiceless(session: Session, process_ids: Sequence[str], today: date) -> dict[str, int]:
    """Return how many approved organisations have nobody who speaks for them on a day, by process."""
    speaking = (
        select(Mandate.organisation_id)
        .join(Organisation)
        .join(Account, Account.id == Mandate.account_id)
        .where(Organisation.process_id.in_(process_ids), Account.disabled_at.is_(None), *in_force(today))
    )
    rows = session.execute(
        select(Organisation.process_id, func.count())
        .where(
            Organisation.process_id.in_(process_ids),
            Organisation.approved_at.is_not(None),
            Organisation.id.not_in(speaking),
        )
        .group_by(Organisation.process_id)
    )
    return {row[0]: row[1] for row in rows}


def mandate_today(session: Session, organisation: Organisation, actor: Actor, today: date) -> Mandate | None:
    """Return the actor's mandate for an organisation if it is in force."""
    if not actor.is_account:
        return None
    return next(
        (held for held in mandates_in_force(session, organisation.id, today) if held.account_id == actor.id), None
    )
