"""The named cast.

Ayşe is a citizen, Olena an association's delegate, Farid and Silke are moderators, Birte is of the Stabsstelle,
Elif of the steering group, and Jens acts for department 4.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.models import Account, Department, Organisation, OrganisationKind
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.processes.models import Process

FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Cast:
    """Who is who in a process."""

    ayse: Account
    olena: Account
    farid: Account
    birte: Account
    jens: Account
    silke: Account
    elif_: Account
    organisation: Organisation
    department: Department


def person(
    session: Session, name: str, *, now: datetime, email: str | None = None, language: str = "de", verified: bool = True
) -> Account:
    """Create somebody who has shown that their address is theirs."""
    return services.create_account(
        session,
        email or f"{name.lower().replace('ş', 's')}@lindenhafen.example",
        display_name=name,
        language=language,
        verified=verified,
        actor=SYSTEM,
        now=now,
    )


def official(session: Session, name: str, role: Role, process: Process | None, *, now: datetime) -> Account:
    """Create somebody who holds a role in a process, or in all of them."""
    account = person(session, name, now=now)
    services.grant_role(session, account.id, role, process.id if process else None, actor=SYSTEM, now=now)
    return account


def association(
    session: Session,
    process: Process,
    *,
    now: datetime,
    code: str = "O1",
    name: str = "Brücke e. V.",
    approved: bool = True,
) -> Organisation:
    """Create a migrant association."""
    organisation = services.register_organisation(
        session,
        process,
        code=code,
        kind=OrganisationKind.MIGRANT_ASSOCIATION,
        name=name,
        languages=["uk", "de"],
        actor=SYSTEM,
        now=now,
    )
    if approved:
        services.approve_organisation(session, organisation, actor=SYSTEM, now=now)
    return organisation


def delegate(session: Session, organisation: Organisation, name: str, *, now: datetime) -> Account:
    """Create somebody who speaks for an organisation."""
    account = person(session, name, now=now)
    services.give_mandate(session, organisation, account.id, valid_from=FIRST_DAY, actor=SYSTEM, now=now)
    return account


def department(session: Session, process: Process, *, now: datetime, code: str = "D4") -> Department:
    """Create a department."""
    return services.create_department(
        session, process, code=code, titles={"de": "Bildung und Soziales"}, language="de", actor=SYSTEM, now=now
    )


def cast(session: Session, process: Process, *, now: datetime) -> Cast:
    """Create everybody."""
    organisation = association(session, process, now=now)
    unit = department(session, process, now=now)
    jens = person(session, "Jens", now=now)
    services.add_representative(session, unit, jens.id, actor=SYSTEM, now=now)
    return Cast(
        ayse=person(session, "Ayşe", now=now, language="tr"),
        olena=delegate(session, organisation, "Olena", now=now),
        farid=official(session, "Farid", Role.MODERATOR, process, now=now),
        birte=official(session, "Birte", Role.OFFICE, process, now=now),
        jens=jens,
        silke=official(session, "Silke", Role.MODERATOR, process, now=now),
        elif_=official(session, "Elif", Role.STEERING, process, now=now),
        organisation=organisation,
        department=unit,
    )
