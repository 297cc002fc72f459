"""Who can vote in a round with an account, as a list: the twin of participant_in, tested against it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Department, Mandate, Organisation, Representation
from participation.rounds.kinds import Eligibility
from participation.rounds.models import RollEntry, Round
from participation.rounds.queries.overlap import voters_elsewhere
from participation.rounds.queries.participants import NOT_DISABLED, account_key, speaks_today

Pairs = list[tuple[str, str]]
Found = Select[*tuple[Any, ...]]


def voters_by_account(session: Session, round_: Round, now: datetime, *, among: Found | None = None) -> Pairs:
    """Return account and key of everybody who takes part in the round's vote by account, in the order of accounts.

    Whoever has a code is nobody that is known. `among` selects the accounts that are meant, where anybody may join and
    the whole site would be the answer. Several people may have one key: an organisation's delegates have one ballot.
    Who has used their one ballot of the phase in another round has none here.
    """
    found = _WAYS[round_.eligibility](session, round_, now, among)
    elsewhere = voters_elsewhere(session, round_)
    return [pair for pair in found if pair[1] not in elsewhere]


def _nobody(_session: Session, _round: Round, _now: datetime, _among: Found | None) -> Pairs:
    return []


def _by_roll(session: Session, round_: Round, _now: datetime, among: Found | None) -> Pairs:
    found = (
        select(Account.id)
        .join(RollEntry, RollEntry.account_id == Account.id)
        .where(RollEntry.round_id == round_.id, NOT_DISABLED)
    )
    return [(account, account_key(account)) for account in session.scalars(_only(found, among).order_by(Account.id))]


def _by_account(session: Session, _round: Round, _now: datetime, among: Found | None) -> Pairs:
    found = select(Account.id).where(Account.verified_at.is_not(None), NOT_DISABLED)
    return [(account, account_key(account)) for account in session.scalars(_only(found, among).order_by(Account.id))]


def _by_mandate(session: Session, round_: Round, now: datetime, among: Found | None) -> Pairs:
    """Whoever speaks for several organisations does so for the first by its code, as when they come in person."""
    found = (
        select(Account.id, Organisation.id.label("body"))
        .join(Mandate, Mandate.account_id == Account.id)
        .join(Organisation, Organisation.id == Mandate.organisation_id)
        .where(Organisation.process_id == round_.process_id, NOT_DISABLED, *speaks_today(round_.process, now))
    )
    rows = session.execute(_only(found, among).order_by(Account.id, Organisation.code)).all()
    return [(account, f"organisation:{next(bodies).body}") for account, bodies in groupby(rows, lambda row: row.id)]


def _by_department(session: Session, round_: Round, _now: datetime, among: Found | None) -> Pairs:
    """Whoever acts for several departments has no ballot until it is clear for which one."""
    found = (
        select(Account.id, Department.id.label("body"))
        .join(Representation, Representation.account_id == Account.id)
        .join(Department, Department.id == Representation.department_id)
        .where(Department.process_id == round_.process_id, NOT_DISABLED)
    )
    rows = session.execute(_only(found, among).order_by(Account.id, Department.code)).all()
    bodies_of = {account: [row.body for row in bodies] for account, bodies in groupby(rows, lambda row: row.id)}
    return [(account, f"department:{bodies[0]}") for account, bodies in bodies_of.items() if len(bodies) == 1]


def _only(found: Found, among: Found | None) -> Found:
    return found if among is None else found.where(Account.id.in_(among))


_WAYS: Final[Mapping[Eligibility, Callable[[Session, Round, datetime, Found | None], Pairs]]] = {
    Eligibility.ROLL: _by_roll,
    Eligibility.CODES: _nobody,
    Eligibility.OPEN: _by_account,
    Eligibility.ORGANISATIONS: _by_mandate,
    Eligibility.DEPARTMENTS: _by_department,
}
