"""What was asked for and decided is deleted after a time, and with the person who asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, ApplicationState, OrganisationApplication, ProposedDelegate
from participation.accounts.rules import DECIDED_KEPT
from participation.texts.models import Text


def has_applications_to_forget(session: Session, *, now: datetime) -> bool:
    """Say whether something was decided so long ago that it is deleted: a plain read."""
    application = select(OrganisationApplication.id).where(OrganisationApplication.decided_at <= now - DECIDED_KEPT)
    proposed = select(ProposedDelegate.id).where(_old_delegates(now))
    return any(session.scalar(found.limit(1)) is not None for found in (application, proposed))


def forget_applications(session: Session, *, now: datetime) -> None:
    """Delete what was asked for and decided long ago; organisations and mandates that came of it stay.

    A delegate who was named and whom nobody decided about goes as well: they may know nothing of it.
    """
    _delete_applications(session, OrganisationApplication.decided_at <= now - DECIDED_KEPT)
    _delete_delegates(session, _old_delegates(now))


def let_go_of_applicant(session: Session, account: Account) -> None:
    """Delete what somebody asked for, and what stands under their address; organisations that came of it stay."""
    _delete_applications(session, OrganisationApplication.account_id == account.id)
    if account.email:
        _delete_delegates(session, ProposedDelegate.email == account.email)
    _delete_delegates(session, ProposedDelegate.account_id == account.id)


def _old_delegates(now: datetime) -> ColumnElement[bool]:
    day = now - DECIDED_KEPT
    waits = ProposedDelegate.state == ApplicationState.WAITING
    return or_(ProposedDelegate.decided_at <= day, and_(waits, ProposedDelegate.proposed_at <= day))


def _delete_applications(session: Session, which: ColumnElement[bool]) -> None:
    for application in session.scalars(select(OrganisationApplication).where(which)).all():
        texts = [application.reason, None if application.organisation_id else application.description]
        session.delete(application)
        session.flush()
        _delete_texts(session, texts)


def _delete_delegates(session: Session, which: ColumnElement[bool]) -> None:
    for proposed in session.scalars(select(ProposedDelegate).where(which)).all():
        reason = proposed.reason
        session.delete(proposed)
        session.flush()
        _delete_texts(session, [reason])


def _delete_texts(session: Session, texts: Sequence[Text | None]) -> None:
    ids = [text.id for text in texts if text is not None]
    for text in texts:
        if text is not None:
            session.expunge(text)
    session.execute(delete(Text).where(Text.id.in_(ids)).execution_options(synchronize_session=False))
