"""Reading accounts, roles and invitations."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from participation.accounts.models import (
    Account,
    Invitation,
    RoleGrant,
)
from participation.core.errors import NotFound
from participation.storage.pages import Page, read_page


def account_by_id(session: Session, account_id: str) -> Account:
    """Return an account or raise NotFound."""
    found = session.get(Account, account_id, options=[selectinload(Account.grants)])
    if found is None:
        raise NotFound("no_such_account", account=account_id)
    return found


def account_by_email(session: Session, email: str) -> Account | None:
    """Return the account with a normalised e-mail address."""
    return session.scalar(select(Account).where(Account.email == email).options(selectinload(Account.grants)))


def invitations_in(session: Session, process_id: str | None) -> dict[str, Invitation]:
    """Return by account the invitations to a process, or to all, that wait for their people to sign in."""
    place = Invitation.process_id.is_(None) if process_id is None else Invitation.process_id == process_id
    waiting = select(Invitation).join(Account).where(place, Account.verified_at.is_(None))
    return {invitation.account_id: invitation for invitation in session.scalars(waiting)}


def invitation_of(session: Session, account_id: str, process_id: str | None) -> Invitation | None:
    """Return somebody's invitation, as long as they have not signed in."""
    return invitations_in(session, process_id).get(account_id)


def people_with_roles(session: Session, process_id: str | None) -> Sequence[tuple[RoleGrant, Account]]:
    """Return who holds which role in a process (or everywhere), by name."""
    rows = session.execute(
        select(RoleGrant, Account)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.process_id == process_id if process_id else RoleGrant.process_id.is_(None))
        .order_by(func.lower(Account.display_name), Account.email, Account.id, RoleGrant.role)
    )
    return [(grant, account) for grant, account in rows]


def accounts_page(session: Session, search: str, *, page: int, per_page: int) -> Page[Account]:
    """Return one page of the accounts whose name or address contains the search, the oldest first."""
    found = or_(
        Account.display_name.icontains(search, autoescape=True), Account.email.icontains(search, autoescape=True)
    )
    listed = select(Account).where(found).order_by(Account.created_at, Account.id).options(selectinload(Account.grants))
    return read_page(session, listed, page=page, per_page=per_page)
