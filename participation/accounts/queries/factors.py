"""Reading with what somebody shows who they are: second factors, passwords, identities."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from participation.accounts.models import (
    Identity,
    Password,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
)
from participation.accounts.rules import LASTING_FAILURES


def has_second_factor(session: Session, account_id: str) -> bool:
    """Say whether somebody has a second factor that counts."""
    return session.scalar(_factors(account_id).with_only_columns(SecondFactor.id).limit(1)) is not None


def second_factors_of(session: Session, account_id: str) -> Sequence[SecondFactor]:
    """Return an account's second factors that count, the oldest first."""
    return session.scalars(_factors(account_id).order_by(SecondFactor.created_at, SecondFactor.id)).all()


def accounts_with_factors(session: Session, account_ids: Sequence[str]) -> set[str]:
    """Return which of some accounts have a second factor that counts, here or at the identity provider for a role."""
    held = SecondFactor.account_id.in_(account_ids), SecondFactor.confirmed_at.is_not(None)
    strong = Identity.account_id.in_(account_ids), Identity.strong_on.is_not(None)
    here = select(SecondFactor.account_id).where(*held)
    there = select(Identity.account_id).join(RoleGrant, RoleGrant.account_id == Identity.account_id).where(*strong)
    return set(session.scalars(here.union(there)))


def has_factor_at_provider(session: Session, account_id: str) -> bool:
    """Say whether somebody came from the identity provider with more than one factor."""
    strong = select(Identity.id).where(Identity.account_id == account_id, Identity.strong_on.is_not(None))
    return session.scalar(strong.limit(1)) is not None


def _factors(account_id: str) -> Select[SecondFactor]:
    return select(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None))


def usable_password_of(session: Session, account_id: str) -> Password | None:
    """Return an account's password unless it was typed wrong too often."""
    held = session.get(Password, account_id)
    return held if held is not None and held.failures < LASTING_FAILURES else None


def password_of(session: Session, account_id: str) -> Password | None:
    """Return an account's password, hashed, or None."""
    return session.get(Password, account_id)


def count_recovery_codes(session: Session, account_id: str) -> int:
    """Return how many recovery codes of an account can still be used."""
    unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def identities_of(session: Session, account_id: str) -> Sequence[Identity]:
    """Return the identities with which somebody signs in, in the order in which they were linked."""
    return session.scalars(
        select(Identity).where(Identity.account_id == account_id).order_by(Identity.linked_at, Identity.id)
    ).all()
