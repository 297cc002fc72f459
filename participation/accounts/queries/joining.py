"""Reading which organisations wait to be admitted, and which delegates were named."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from participation.accounts.models import (
    ApplicationState,
    Organisation,
    OrganisationApplication,
    ProposedDelegate,
)
from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.core.permissions import Permission, may


def application_by_id(session: Session, application_id: str) -> OrganisationApplication:
    """Return what an organisation asked for or raise NotFound; who may read it is asked apart."""
    found = session.scalar(
        select(OrganisationApplication)
        .where(OrganisationApplication.id == application_id)
        .options(joinedload(OrganisationApplication.account))
    )
    if found is None:
        raise NotFound("no_such_application")
    return found


def readable_application(
    session: Session, process_id: str, application_id: str, actor: Actor
) -> OrganisationApplication:
    """Return an application of a process that the actor may read: their own, or as the office."""
    found = application_by_id(session, application_id)
    mine = actor.is_account and found.account_id == actor.id
    if found.process_id != process_id or not (mine or may(actor, Permission.ORGANISATION_MANAGE, found)):
        raise NotFound("no_such_application")
    return found


def applications_to_read(
    session: Session, process_id: str, actor: Actor, state: ApplicationState | None = None
) -> Sequence[OrganisationApplication]:
    """Return the applications of a process, the office's all, else one's own; the oldest first."""
    wanted = [OrganisationApplication.process_id == process_id]
    if not may(actor, Permission.ORGANISATION_MANAGE, process_id):
        wanted.append(OrganisationApplication.account_id == (actor.id if actor.is_account else ""))
    if state is not None:
        wanted.append(OrganisationApplication.state == state)
    return session.scalars(
        select(OrganisationApplication)
        .where(*wanted)
        .order_by(OrganisationApplication.applied_at, OrganisationApplication.id)
        .options(
            joinedload(OrganisationApplication.account),
            selectinload(OrganisationApplication.description),
            selectinload(OrganisationApplication.reason),
            selectinload(OrganisationApplication.organisation),
        )
    ).all()


def own_applications(session: Session, process_id: str, actor: Actor) -> Sequence[OrganisationApplication]:
    """Return what somebody asked for in a process, the newest first."""
    if not actor.is_account:
        return []
    return session.scalars(
        select(OrganisationApplication)
        .where(OrganisationApplication.process_id == process_id, OrganisationApplication.account_id == actor.id)
        .order_by(OrganisationApplication.applied_at.desc(), OrganisationApplication.id)
    ).all()


def waiting_registrations(session: Session, process_ids: Sequence[str]) -> dict[str, int]:
    """Return how many organisations and delegates wait for the office, by process; none is left out."""
    applications = session.execute(
        select(OrganisationApplication.process_id, func.count())
        .where(
            OrganisationApplication.process_id.in_(process_ids),
            OrganisationApplication.state == ApplicationState.WAITING,
        )
        .group_by(OrganisationApplication.process_id)
    )
    delegates = session.execute(
        select(Organisation.process_id, func.count())
        .join(ProposedDelegate, ProposedDelegate.organisation_id == Organisation.id)
        .where(Organisation.process_id.in_(process_ids), ProposedDelegate.state == ApplicationState.WAITING)
        .group_by(Organisation.process_id)
    )
    waiting = dict.fromkeys(process_ids, 0)
    for process_id, count in (*applications, *delegates):
        waiting[process_id] += count
    return waiting


def proposed_delegate_by_id(session: Session, proposed_id: str) -> ProposedDelegate:
    """Return a further delegate who was named, or raise NotFound."""
    found = session.get(ProposedDelegate, proposed_id, options=[joinedload(ProposedDelegate.organisation)])
    if found is None:
        raise NotFound("no_such_proposed_delegate")
    return found


def proposed_delegates_of(session: Session, organisation_id: str) -> Sequence[ProposedDelegate]:
    """Return the further delegates whom an organisation named, the newest first."""
    return session.scalars(
        select(ProposedDelegate)
        .where(ProposedDelegate.organisation_id == organisation_id)
        .order_by(ProposedDelegate.proposed_at.desc(), ProposedDelegate.id)
        .options(selectinload(ProposedDelegate.reason), joinedload(ProposedDelegate.proposer))
    ).all()


def waiting_delegates(session: Session, process_id: str) -> Sequence[ProposedDelegate]:
    """Return the further delegates about whom the office has to decide in a process, the oldest first."""
    return session.scalars(
        select(ProposedDelegate)
        .join(Organisation)
        .where(Organisation.process_id == process_id, ProposedDelegate.state == ApplicationState.WAITING)
        .order_by(ProposedDelegate.proposed_at, ProposedDelegate.id)
        .options(joinedload(ProposedDelegate.organisation))
    ).all()
