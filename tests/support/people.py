"""Signing people in without their mailbox."""

from flask.testing import FlaskClient

from participation.accounts.models import Account, SubjectKind
from participation.accounts.services import open_session
from participation.core.windows import utcnow
from participation.extensions import transaction


def sign_in(client: FlaskClient, account: Account | str) -> FlaskClient:
    """Give a client the session of an account (or of the account with an id), as if it had followed the mail."""
    return _enter(client, SubjectKind.ACCOUNT, account if isinstance(account, str) else account.id)


def sign_in_with_code(client: FlaskClient, code_id: str) -> FlaskClient:
    """Give a client the session of a participation code."""
    return _enter(client, SubjectKind.CODE, code_id)


def _enter(client: FlaskClient, kind: SubjectKind, subject_id: str) -> FlaskClient:
    with client.application.app_context(), transaction() as session:
        opened = open_session(session, kind, subject_id, now=utcnow())
    client.set_cookie("session", opened.token, domain="localhost")
    return client
