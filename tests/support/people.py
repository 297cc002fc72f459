"""Signing people in without their mailbox."""

from flask.testing import FlaskClient

from participation.accounts.models import Account, SubjectKind
from participation.accounts.services import open_session
from participation.core.windows import utcnow
from participation.extensions import transaction


def sign_in(client: FlaskClient, account: Account | str, *, strong: bool = True) -> FlaskClient:
    """Give a client the session of an account (or of the account with an id), as if it had followed the mail.

    A second factor was shown in it just now, unless `strong` is false: then officials have none of their rights.
    """
    account_id = account if isinstance(account, str) else account.id
    return _enter(client, SubjectKind.ACCOUNT, account_id, strong=strong)


def sign_in_with_code(client: FlaskClient, code_id: str) -> FlaskClient:
    """Give a client the session of a participation code."""
    return _enter(client, SubjectKind.CODE, code_id)


def _enter(client: FlaskClient, kind: SubjectKind, subject_id: str, *, strong: bool = False) -> FlaskClient:
    with client.application.app_context(), transaction() as session:
        opened = open_session(session, kind, subject_id, now=utcnow(), strong=strong)
    client.set_cookie("session", opened.token, domain="localhost")
    return client
