"""Reminding departments of the costs that they owe: by mail, once a day at most, and on the record."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import departments_of, representatives_of
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, NotFound
from participation.core.permissions import Permission, authorise
from participation.costings.models import CostReminder
from participation.costings.queries import last_reminders, sheet
from participation.costings.services import round_asking_for_costs
from participation.outbox.services import file_job
from participation.processes.queries import lock_process
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug

REMINDER_MAIL: Final = "costings.reminder"


def remind_departments(
    session: Session, slug: str, codes: Collection[str] | None, *, actor: Actor, now: datetime
) -> list[CostReminder]:
    """File a letter to everybody who acts for a department that owes costs in a round that asks for them now.

    `codes` names departments, None means all that owe. Who was reminded today already is left out. Raises NotFound
    `no_such_department`; Conflict `no_department_owes_costs`, `reminded_today` or `nobody_to_remind` where no letter
    would be written, or what says that the round does not ask for costs.
    """
    authorise(actor, Permission.COSTING_ENTER_ANY, round_by_slug(session, slug))
    round_ = round_asking_for_costs(session, slug, now)
    process = lock_process(session, round_.process_id)  # two who press at once send one letter
    known = {department.code: department for department in departments_of(session, process.id)}
    for code in codes or ():
        if code not in known:
            raise NotFound("no_such_department", department=code)
    whole = sheet(session, process.id)
    owing = [
        department
        for code, department in known.items()
        if (codes is None or code in codes) and whole.of_departments({department.id}).owed
    ]
    if not owing:
        raise Conflict("no_department_owes_costs")
    today = now.astimezone(ZoneInfo(process.time_zone)).date()
    before = last_reminders(session, process.id)
    due = [one for one in owing if one.id not in before or before[one.id].day < today]
    if not due:
        raise Conflict("reminded_today")
    people = representatives_of(session, process.id)
    sent = []
    for department in due:
        readers = [account for account in people.get(department.id, ()) if _can_be_written_to(account)]
        for account in readers:
            payload = {"round": round_.id, "department": department.id, "account": account.id}
            file_job(session, REMINDER_MAIL, payload, now=now)
        if readers:
            sent.append(
                CostReminder(department=department, day=today, round_id=round_.id, sent_at=now, letters=len(readers))
            )
    if not sent:
        raise Conflict("nobody_to_remind")
    session.add_all(sent)
    session.flush()
    _record(session, round_, sent, actor, now)
    return sent


def _can_be_written_to(account: Account) -> bool:
    return account.email is not None and account.disabled_at is None


def _record(session: Session, round_: Round, sent: list[CostReminder], actor: Actor, now: datetime) -> None:
    record(
        session,
        "costs_reminded",
        actor=actor,
        now=now,
        subject_kind="round",
        subject_id=round_.id,
        process_id=round_.process_id,
        facts={
            "departments": [one.department.code for one in sent],
            "letters": sum(one.letters for one in sent),
        },
    )
