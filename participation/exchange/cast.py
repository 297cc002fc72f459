"""The people of the example city: departments, organisations with delegates, the steering group, officials."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, OrganisationKind
from participation.accounts.services import (
    add_representative,
    approve_organisation,
    create_account,
    create_department,
    give_mandate,
    grant_role,
    register_organisation,
)
from participation.core.actor import SYSTEM, Actor, ActorKind, Grant
from participation.core.permissions import Role
from participation.exchange.city import City, origins
from participation.processes.models import Process

DOMAIN: Final = "lindenhafen.example"
"""No mail to this name reaches anybody: `.example` is reserved (RFC 2606)."""

OFFICIALS: Final[Mapping[str, Role]] = {
    "Birte": Role.OFFICE,
    "Farid": Role.MODERATOR,
    "Silke": Role.MODERATOR,
    "Hatice": Role.FACILITATOR,
}
REPRESENTATIVES: Final[Mapping[str, str]] = {
    "D1": "Heike",
    "D2": "Jens",
    "D3": "Silke",
    "D4": "Momme",
    "D5": "Nuray",
}
"""The departments' seats in the steering group act for their departments, too."""


def address(given_name: str) -> str:
    """Return the mail address of a person of the example."""
    plain = given_name.lower().translate(str.maketrans("ışşçğöüé", "isscgoue"))
    return f"{plain}@{DOMAIN}"


def official(session: Session, given_name: str) -> Actor:
    """Return an official of the example as an actor of the services."""
    account = session.scalars(select(Account).where(Account.email == address(given_name))).one()
    grants = frozenset(Grant(grant.role.value, grant.process_id) for grant in account.grants)
    return Actor(ActorKind.ACCOUNT, account.id, account.display_name, grants)


def enter_cast(session: Session, process: Process, city: City, *, now: datetime) -> None:
    """Enter everybody whom the file names with a seat, a mandate or a department, and a citizen with an account."""
    people = _People(session, process, now)
    for seat in city["steering_group"]:
        people.grant(seat["given_name"], Role.STEERING, process.id)
    for name, role in OFFICIALS.items():
        people.grant(name, role, process.id)
    _enter_departments(people, city)
    _enter_organisations(people, city)
    people.account_id("Ayşe")
    people.grant("Admin", Role.ADMINISTRATOR, None)


class _People:
    """One account for each given name, created when it is first asked for."""

    def __init__(self, session: Session, process: Process, now: datetime) -> None:
        self.session = session
        self.process = process
        self.now = now
        self._ids: dict[str, str] = {}

    def account_id(self, given_name: str) -> str:
        """Return the account of a given name."""
        if given_name not in self._ids:
            account = create_account(
                self.session,
                address(given_name),
                display_name=given_name,
                language=self.process.default_language,
                verified=True,
                actor=SYSTEM,
                now=self.now,
            )
            self._ids[given_name] = account.id
        return self._ids[given_name]

    def grant(self, given_name: str, role: Role, process_id: str | None) -> None:
        """Give somebody a role."""
        grant_role(self.session, self.account_id(given_name), role, process_id, actor=SYSTEM, now=self.now)


def _enter_departments(people: _People, city: City) -> None:
    for entry in city["departments"]:
        department = create_department(
            people.session,
            people.process,
            code=entry["code"],
            titles=entry["title"],
            origins=origins(city),
            actor=SYSTEM,
            now=people.now,
        )
        representative = people.account_id(REPRESENTATIVES[entry["code"]])
        add_representative(people.session, department, representative, actor=SYSTEM, now=people.now)


def _enter_organisations(people: _People, city: City) -> None:
    for entry in city["organisations"]:
        organisation = register_organisation(
            people.session,
            people.process,
            code=entry["code"],
            kind=OrganisationKind(entry["type"]),
            name=entry["name"],
            languages=entry["languages"],
            description=entry["description"],
            description_origins=origins(city),
            actor=SYSTEM,
            now=people.now,
        )
        approve_organisation(people.session, organisation, actor=SYSTEM, now=people.now)
        for delegate in entry["delegates"]:
            give_mandate(
                people.session,
                organisation,
                people.account_id(delegate["given_name"]),
                valid_from=people.now.date(),
                role_label=delegate["role_label"]["de"],
                actor=SYSTEM,
                now=people.now,
            )
