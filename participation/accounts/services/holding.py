"""An account that is held while something is decided about its keys or its rights."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.core.errors import NotFound


def hold_account(session: Session, account_id: str) -> Account:
    """Return an account with its roles, held until the transaction ends.

    Two who remove one factor each must not remove the last; nobody makes a token while a role is given.
    """
    account = session.scalar(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise NotFound("no_such_account", account=account_id)
    session.refresh(account, ["grants"])
    return account
