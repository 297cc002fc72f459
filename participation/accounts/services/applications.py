"""An organisation registers itself; the office decides.

Everything here holds the process first, so that counts and codes are those of the moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from participation.accounts.models import (
    ApplicationState,
    Mandate,
    Organisation,
    OrganisationApplication,
    OrganisationKind,
)
from participation.accounts.queries import account_by_id, application_by_id
from participation.accounts.rules import (
    DAILY_PER_ACCOUNT,
    DESCRIPTION,
    ROLE_LABEL,
    WAITING_PER_ACCOUNT,
    WAITING_PER_PROCESS,
    code_from_name,
)
from participation.accounts.services.bodies import (
    Reasons,
    add_new,
    approve_organisation,
    clean_code,
    give_mandate,
    record_of,
    write_refusal,
)
from participation.accounts.services.signing_in import refuse_unless_enabled
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden
from participation.core.languages import check_tags
from participation.core.permissions import Permission, authorise
from participation.core.windows import local_at
from participation.core.wording import NAME, clean_text
from participation.outbox.services import file_job
from participation.processes.models import Process
from participation.processes.queries import lock_process
from participation.texts.queries import original
from participation.texts.services import write_text

APPLICATION_MAIL: Final = "accounts.application_mail"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of the organisation for which they register, in the language in which they write."""

    name: str
    kind: OrganisationKind
    languages: Sequence[str]
    language: str
    description: str
    role_label: str = ""


def apply_for_organisation(
    session: Session, process: Process, wish: Wish, *, actor: Actor, now: datetime
) -> OrganisationApplication:
    """Register an organisation in a process; it waits for the office.

    The same one sent twice, as an impatient finger does, is one; under the same name with anything else it is
    refused with Conflict `application_waits`, so that no words are lost. Raises Conflict `speaks_elsewhere` for a
    delegate, who speaks for one organisation of a process at a time; `organisation_exists`, `too_many_applications`,
    `office_is_busy`.
    """
    authorise(actor, Permission.ORGANISATION_JOIN, process)
    lock_process(session, process.id)
    refuse_unless_enabled(account_by_id(session, actor.id))
    name = clean_text(wish.name, NAME)
    earlier = session.scalar(
        select(OrganisationApplication).where(
            *_waiting_of(process.id),
            OrganisationApplication.account_id == actor.id,
            OrganisationApplication.name == name,
        )
    )
    if earlier is not None:
        if _says(earlier, wish):
            return earlier
        raise Conflict("application_waits")
    _check_free(session, process, name, actor, now)
    _check_flood(session, process.id, actor, now)
    application = OrganisationApplication(
        process_id=process.id,
        account_id=actor.id,
        state=ApplicationState.WAITING,
        kind=wish.kind,
        name=name,
        languages=list(check_tags(wish.languages, field="languages")),
        role_label=clean_text(wish.role_label, ROLE_LABEL),
        applied_at=now,
        description=write_text(
            session, wish.description, language=wish.language, shape=DESCRIPTION, actor=actor, now=now
        ),
    )
    session.add(application)
    session.flush()
    return application


def _says(application: OrganisationApplication, wish: Wish) -> bool:
    """Say whether a registration says everything that is wished, and nothing else."""
    stated = original(application.description)
    return (
        application.kind is wish.kind
        and sorted(application.languages) == sorted(check_tags(wish.languages, field="languages"))
        and application.role_label == clean_text(wish.role_label, ROLE_LABEL)
        and (stated.language, stated.body) == (wish.language, clean_text(wish.description, DESCRIPTION))
    )


def withdraw_application(session: Session, application_id: str, *, actor: Actor, now: datetime) -> None:
    """Take back what one asked for oneself, as long as it waits."""
    application = application_by_id(session, application_id)
    authorise(actor, Permission.ORGANISATION_JOIN, application)
    if application.account_id != actor.id:
        raise Forbidden("not_the_applicant")
    _hold(session, application)
    _decide(application, ApplicationState.WITHDRAWN, actor, now)
    session.flush()


def approve_application(
    session: Session, application_id: str, *, code: str = "", actor: Actor, now: datetime
) -> Organisation:
    """Admit an organisation that registered itself; the applicant speaks for it from today.

    Without a code one is made from the name. Raises Forbidden `decides_for_oneself`: a mandate is a vote, which nobody
    gives to themselves; Conflict `application_decided`, `organisation_exists` and `mandate_elsewhere`.
    """
    application = _for_the_office(session, application_id, actor)
    if application.account_id == actor.id:
        raise Forbidden("decides_for_oneself")
    taken = session.scalars(select(Organisation.code).where(Organisation.process_id == application.process_id)).all()
    organisation = Organisation(
        process_id=application.process_id,
        code=clean_code(code) if code.strip() else code_from_name(application.name, taken),
        kind=application.kind,
        name=application.name,
        languages=list(application.languages),
        description=application.description,
        created_at=application.applied_at,
        mandates=[],
    )
    add_new(session, organisation, Conflict("organisation_exists", field="code"))
    record_of(session, "organisation.registered", organisation, actor=actor, now=now, application=application.id)
    approve_organisation(session, organisation, actor=actor, now=now)
    give_mandate(
        session,
        organisation,
        application.account_id,
        valid_from=local_at(now, application.process.time_zone).date(),
        role_label=application.role_label,
        actor=actor,
        now=now,
    )
    application.organisation = organisation
    _decide(application, ApplicationState.APPROVED, actor, now)
    session.flush()
    file_job(session, APPLICATION_MAIL, {"application": application.id}, now=now)
    return organisation


def decline_application(
    session: Session, application_id: str, *, reasons: Reasons, actor: Actor, now: datetime
) -> OrganisationApplication:
    """Say no to an organisation and why; applicant and office can read the reason."""
    application = _for_the_office(session, application_id, actor)
    application.reason = write_refusal(session, application.process, reasons, actor=actor, now=now)
    _decide(application, ApplicationState.DECLINED, actor, now)
    session.flush()
    record(
        session,
        "organisation.application_declined",
        actor=actor,
        now=now,
        subject_kind="organisation_application",
        subject_id=application.id,
        process_id=application.process_id,
    )
    file_job(session, APPLICATION_MAIL, {"application": application.id}, now=now)
    return application


def _waiting_of(process_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OrganisationApplication.process_id == process_id,
        OrganisationApplication.state == ApplicationState.WAITING,
    )


def _check_free(session: Session, process: Process, name: str, actor: Actor, now: datetime) -> None:
    """Refuse what the office could not approve: a name that is there, somebody who speaks for another organisation."""
    today = local_at(now, process.time_zone).date()
    spoken_for = session.scalars(
        select(Organisation)
        .join(Mandate)
        .where(Mandate.account_id == actor.id, Organisation.process_id == process.id)
        .where(or_(Mandate.valid_until.is_(None), Mandate.valid_until > today))
        .order_by(Organisation.code)
    ).first()
    if spoken_for is not None:
        raise Conflict("speaks_elsewhere", organisation=spoken_for.name)
    there = select(Organisation.id).where(Organisation.process_id == process.id, Organisation.name == name)
    if session.scalar(there) is not None:
        raise Conflict("organisation_exists", field="name")


def _check_flood(session: Session, process_id: str, actor: Actor, now: datetime) -> None:
    mine = (OrganisationApplication.process_id == process_id, OrganisationApplication.account_id == actor.id)
    waiting = _count(session, *mine, OrganisationApplication.state == ApplicationState.WAITING)
    today = _count(session, *mine, OrganisationApplication.applied_at > now - _DAY)
    if waiting >= WAITING_PER_ACCOUNT or today >= DAILY_PER_ACCOUNT:
        raise Conflict("too_many_applications")
    if _count(session, *_waiting_of(process_id)) >= WAITING_PER_PROCESS:
        raise Conflict("office_is_busy")


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0


def _hold(session: Session, application: OrganisationApplication) -> None:
    """Hold the process and refuse what was decided meanwhile."""
    lock_process(session, application.process_id)
    session.refresh(application)
    if application.state is not ApplicationState.WAITING:
        raise Conflict("application_decided")


def _for_the_office(session: Session, application_id: str, actor: Actor) -> OrganisationApplication:
    application = application_by_id(session, application_id)
    authorise(actor, Permission.ORGANISATION_MANAGE, application)
    _hold(session, application)
    return application


def _decide(application: OrganisationApplication, state: ApplicationState, actor: Actor, now: datetime) -> None:
    application.state = state
    application.decided_at = now
    application.decided_by = actor.id or actor.kind.value
