"""An organisation's delegates name further ones; the office decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, ApplicationState, Mandate, Organisation, ProposedDelegate
from participation.accounts.queries import account_by_id, mandate_today, proposed_delegate_by_id
from participation.accounts.rules import DAILY_DELEGATES, DELEGATE_NAME, ROLE_LABEL, WAITING_DELEGATES
from participation.accounts.services.bodies import Reasons, give_mandate, record_of, write_refusal
from participation.accounts.services.people import find_or_create_account
from participation.accounts.services.signing_in import normalise_email
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden
from participation.core.languages import language as known_language
from participation.core.permissions import Permission, authorise
from participation.core.windows import local_at
from participation.core.wording import clean_text
from participation.outbox.services import file_job
from participation.processes.models import Process
from participation.processes.queries import lock_process

DELEGATE_MAIL: Final = "accounts.delegate_mail"
MANDATE_MAIL: Final = "accounts.mandate_mail"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Named:
    """A person whom a delegate names: where mails reach them and in which language."""

    email: str
    display_name: str
    language: str
    role_label: str = ""


def propose_delegate(
    session: Session, process: Process, organisation: Organisation, named: Named, *, actor: Actor, now: datetime
) -> ProposedDelegate:
    """Name a further delegate of the organisation for which one speaks today; the office decides.

    Whether the address has an account shows nowhere. The same address named twice is one proposal;
    named otherwise while it waits it is refused with Conflict `delegate_waits`, so that no correction is lost.
    """
    authorise(actor, Permission.ORGANISATION_JOIN, process)
    lock_process(session, process.id)
    if mandate_today(session, organisation, actor, local_at(now, process.time_zone).date()) is None:
        raise Forbidden("not_a_delegate")
    address = normalise_email(named.email)
    name = clean_text(named.display_name, DELEGATE_NAME)
    role_label = clean_text(named.role_label, ROLE_LABEL)
    language = known_language(named.language, field="language").tag
    waiting = session.scalars(
        select(ProposedDelegate).where(
            ProposedDelegate.organisation_id == organisation.id, ProposedDelegate.state == ApplicationState.WAITING
        )
    ).all()
    for earlier in waiting:
        if earlier.email == address:
            if (earlier.display_name, earlier.role_label, earlier.language) == (name, role_label, language):
                return earlier
            raise Conflict("delegate_waits", field="email")
    today = session.scalar(
        select(func.count()).where(
            ProposedDelegate.organisation_id == organisation.id, ProposedDelegate.proposed_at > now - _DAY
        )
    )
    if len(waiting) >= WAITING_DELEGATES or (today or 0) >= DAILY_DELEGATES:
        raise Conflict("too_many_delegates")
    proposed = ProposedDelegate(
        organisation_id=organisation.id,
        proposed_by=actor.id,
        state=ApplicationState.WAITING,
        email=address,
        display_name=name,
        role_label=role_label,
        language=language,
        proposed_at=now,
    )
    session.add(proposed)
    session.flush()
    return proposed


def approve_delegate(session: Session, proposed_id: str, *, actor: Actor, now: datetime) -> Mandate:
    """Let the person who was named speak for the organisation from today; they and the proposer get a mail.

    Raises Forbidden `decides_for_oneself` for whoever named them, or was named: a mandate is a vote.
    """
    proposed, process = _waiting_delegate(session, proposed_id, actor)
    if actor.id == proposed.proposed_by or (actor.is_account and _is_named(session, proposed, actor)):
        raise Forbidden("decides_for_oneself")
    account = find_or_create_account(
        session,
        proposed.email or "",
        display_name=proposed.display_name,
        language=proposed.language,
        process_id=process.id,
        actor=actor,
        now=now,
    )
    mandate = give_mandate(
        session,
        proposed.organisation,
        account.id,
        valid_from=local_at(now, process.time_zone).date(),
        role_label=proposed.role_label,
        actor=actor,
        now=now,
    )
    _settle(session, proposed, ApplicationState.APPROVED, actor, now, account)
    file_job(session, MANDATE_MAIL, {"mandate": mandate.id}, now=now)
    return mandate


def decline_delegate(
    session: Session, proposed_id: str, *, reasons: Reasons, actor: Actor, now: datetime
) -> ProposedDelegate:
    """Say no to a further delegate and why; the organisation's delegates and the office can read it."""
    proposed, process = _waiting_delegate(session, proposed_id, actor)
    proposed.reason = write_refusal(session, process, reasons, actor=actor, now=now)
    _settle(session, proposed, ApplicationState.DECLINED, actor, now)
    record_of(session, "mandate.declined", proposed.organisation, actor=actor, now=now, proposed=proposed.id)
    return proposed


def _waiting_delegate(session: Session, proposed_id: str, actor: Actor) -> tuple[ProposedDelegate, Process]:
    found = proposed_delegate_by_id(session, proposed_id)
    authorise(actor, Permission.ORGANISATION_MANAGE, found.organisation)
    process = lock_process(session, found.organisation.process_id)
    session.refresh(found)
    if found.state is not ApplicationState.WAITING:
        raise Conflict("application_decided")
    return found, process


def _is_named(session: Session, proposed: ProposedDelegate, actor: Actor) -> bool:
    return proposed.email is not None and account_by_id(session, actor.id).email == proposed.email


def _settle(
    session: Session,
    proposed: ProposedDelegate,
    state: ApplicationState,
    actor: Actor,
    now: datetime,
    account: Account | None = None,
) -> None:
    proposed.state = state
    proposed.decided_at = now
    proposed.decided_by = actor.id or actor.kind.value
    proposed.email = None
    proposed.account_id = account.id if account else None
    session.flush()
    file_job(session, DELEGATE_MAIL, {"proposed": proposed.id}, now=now)
