"""Organisations with their delegates, departments with those who act for them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Department, Mandate, Organisation, OrganisationKind, Representation
from participation.accounts.queries import account_by_id
from participation.accounts.rules import CODE_SHAPE, DESCRIPTION, ROLE_LABEL
from participation.accounts.services.people import drop_role, ensure_role
from participation.accounts.services.signing_in import refuse_unless_enabled
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.languages import check_tags
from participation.core.permissions import Permission, Role, authorise
from participation.core.wording import NAME, REASON, TITLE, clean_text
from participation.processes.models import Process
from participation.processes.queries import lock_process
from participation.texts.models import Origin, Text
from participation.texts.services import original_language, write_texts

Reasons = Mapping[str, str]
"""A reason by language; the process's own language counts as the original if it is there."""


def register_organisation(  # noqa: PLR0913 - an organisation is what all of these say
    session: Session,
    process: Process,
    *,
    code: str,
    kind: OrganisationKind,
    name: str,
    languages: Sequence[str],
    description: Mapping[str, str] | None = None,
    description_language: str | None = None,
    description_origins: Mapping[str, Origin] | None = None,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Enter an organisation; it takes part once it is approved.

    `description` maps language tags to words; `description_language` says which of them are the author's (the
    process's default language unless said otherwise).
    Raises Conflict `organisation_exists` for a code or name that the process has already.
    """
    authorise(actor, Permission.ORGANISATION_MANAGE, process)
    organisation = Organisation(
        process_id=process.id,
        code=clean_code(code),
        kind=kind,
        name=clean_text(name, NAME),
        languages=list(check_tags(languages, field="languages")),
        created_at=now,
        mandates=[],
    )
    if description and any(body.strip() for body in description.values()):
        organisation.description = write_texts(
            session,
            description,
            language=description_language or process.default_language,
            shape=DESCRIPTION,
            actor=actor,
            now=now,
            origins=description_origins,
        )
    add_new(session, organisation, Conflict("organisation_exists", field="code"))
    record_of(session, "organisation.registered", organisation, actor=actor, now=now)
    return organisation


def approve_organisation(session: Session, organisation: Organisation, *, actor: Actor, now: datetime) -> None:
    """Admit an organisation to the process's rounds; raises Conflict `organisation_approved`."""
    authorise(actor, Permission.ORGANISATION_MANAGE, organisation)
    if organisation.approved_at is not None:
        raise Conflict("organisation_approved")
    organisation.approved_at = now
    organisation.approved_by = actor.id or actor.kind.value
    session.flush()
    record_of(session, "organisation.approved", organisation, actor=actor, now=now)


def give_mandate(
    session: Session,
    organisation: Organisation,
    account_id: str,
    *,
    valid_from: date,
    valid_until: date | None = None,
    role_label: str = "",
    actor: Actor,
    now: datetime,
) -> Mandate:
    """Let a person speak and vote for an organisation from one day on, and until another if it is set.

    Raises Invalid `dates_out_of_order`, Conflict `mandate_held`, and Conflict `mandate_elsewhere` if the person
    speaks for another organisation of the process already: which one votes must not depend on an order.
    """
    authorise(actor, Permission.ORGANISATION_MANAGE, organisation)
    lock_process(session, organisation.process_id)  # two officials could give somebody two mandates at once
    account = account_by_id(session, account_id)
    refuse_unless_enabled(account)
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid("dates_out_of_order", field="valid_until")
    mandate = _mandate_to_give(session, organisation, account, valid_from, valid_until)
    mandate.role_label = clean_text(role_label, ROLE_LABEL)
    mandate.valid_from = valid_from
    mandate.valid_until = valid_until
    session.flush()
    record_of(session, "mandate.given", organisation, actor=actor, now=now, account=account_id)
    return mandate


def _mandate_to_give(
    session: Session, organisation: Organisation, account: Account, valid_from: date, valid_until: date | None
) -> Mandate:
    """Return the person's mandate that is over by then, which begins anew, or a further one of the organisation."""
    again: Mandate | None = None
    for held in session.scalars(
        select(Mandate)
        .join(Organisation)
        .where(Mandate.account_id == account.id, Organisation.process_id == organisation.process_id)
        .execution_options(populate_existing=True)
    ):
        is_over = held.valid_until is not None and held.valid_until <= valid_from
        if held.organisation_id == organisation.id:
            if not is_over:
                raise Conflict("mandate_held", field="email")
            again = held
        elif not is_over and (valid_until is None or held.valid_from < valid_until):
            raise Conflict("mandate_elsewhere", field="email", organisation=held.organisation.code)
    if again is not None:
        return again
    given = Mandate(account_id=account.id, valid_from=valid_from)
    organisation.mandates.append(given)
    given.account = account
    return given


def end_mandate(
    session: Session, organisation: Organisation, mandate_id: str, *, on: date, actor: Actor, now: datetime
) -> None:
    """End a mandate on a day, that day excluded; one that has not begun by then is taken away.

    It only becomes shorter: raises Conflict `mandate_over` where it ends earlier, for since then the person may speak
    for another organisation. Sent twice it is ended once.
    """
    authorise(actor, Permission.ORGANISATION_MANAGE, organisation)
    lock_process(session, organisation.process_id)
    mandate = session.scalar(
        select(Mandate)
        .where(Mandate.id == mandate_id, Mandate.organisation_id == organisation.id)
        .execution_options(populate_existing=True)
    )
    if mandate is None:
        raise NotFound("no_such_mandate")
    if mandate.valid_until == on:
        return
    if mandate.valid_until is not None and mandate.valid_until < on:
        raise Conflict("mandate_over", field="on")
    _end(session, mandate, on)
    record_of(session, "mandate.ended", organisation, actor=actor, now=now, account=mandate.account_id)


def lay_down_mandate(session: Session, organisation: Organisation, *, today: date, actor: Actor, now: datetime) -> None:
    """Let a delegate stop speaking for an organisation today; what was proposed and voted stays the organisation's."""
    authorise(actor, Permission.ORGANISATION_JOIN, organisation)
    lock_process(session, organisation.process_id)
    mandate = next((held for held in organisation.mandates if held.account_id == actor.id), None)
    if mandate is None or (mandate.valid_until is not None and mandate.valid_until <= today):
        raise NotFound("no_such_mandate")
    _end(session, mandate, today)
    record_of(session, "mandate.laid_down", organisation, actor=actor, now=now, account=actor.id)


def _end(session: Session, mandate: Mandate, on: date) -> None:
    if on <= mandate.valid_from:
        mandate.organisation.mandates.remove(mandate)
    else:
        mandate.valid_until = on
    session.flush()


def create_department(
    session: Session,
    process: Process,
    *,
    code: str,
    titles: Mapping[str, str],
    language: str | None = None,
    origins: Mapping[str, Origin] | None = None,
    actor: Actor,
    now: datetime,
) -> Department:
    """Enter a department; `titles` maps language tags to its name. Raises Conflict `department_exists`."""
    authorise(actor, Permission.ORGANISATION_MANAGE, process)
    title = write_texts(
        session,
        titles,
        language=language or process.default_language,
        shape=TITLE,
        actor=actor,
        now=now,
        origins=origins,
    )
    department = Department(process_id=process.id, code=clean_code(code), title=title)
    add_new(session, department, Conflict("department_exists", field="code"))
    _record_department(session, "department.created", department, actor=actor, now=now)
    return department


def add_representative(
    session: Session, department: Department, account_id: str, *, actor: Actor, now: datetime
) -> None:
    """Let a person act for a department; the role that costing needs comes with it."""
    authorise(actor, Permission.ORGANISATION_MANAGE, department)
    refuse_unless_enabled(account_by_id(session, account_id))
    if session.get(Representation, (account_id, department.id)) is not None:
        raise Conflict("representative_already", field="email")
    session.add(Representation(account_id=account_id, department_id=department.id))
    session.flush()
    ensure_role(session, account_id, Role.DEPARTMENT, department.process_id, actor=actor, now=now)
    _record_department(session, "representative.added", department, actor=actor, now=now, account=account_id)


def remove_representative(
    session: Session, department: Department, account_id: str, *, actor: Actor, now: datetime
) -> None:
    """End that somebody acts for a department; with the last department the role goes too."""
    authorise(actor, Permission.ORGANISATION_MANAGE, department)
    held = session.get(Representation, (account_id, department.id))
    if held is None:
        raise NotFound("no_such_representative")
    session.delete(held)
    session.flush()
    _record_department(session, "representative.removed", department, actor=actor, now=now, account=account_id)
    others = session.scalar(
        select(Representation.department_id)
        .join(Department)
        .where(Representation.account_id == account_id, Department.process_id == department.process_id)
        .limit(1)
    )
    if others is None:
        drop_role(session, account_id, Role.DEPARTMENT, department.process_id, actor=actor, now=now)


def clean_code(code: str) -> str:
    clean = code.strip().upper()
    if not CODE_SHAPE.fullmatch(clean):
        raise Invalid("not_a_code", field="code")
    return clean


def add_new(session: Session, thing: Organisation | Department, taken: Conflict) -> None:
    try:
        with session.begin_nested():
            session.add(thing)
    except IntegrityError as reason:
        raise taken from reason


def record_of(
    session: Session, action: str, organisation: Organisation, *, actor: Actor, now: datetime, **facts: str
) -> None:
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="organisation",
        subject_id=organisation.id,
        process_id=organisation.process_id,
        facts=facts,
    )


def _record_department(
    session: Session, action: str, department: Department, *, actor: Actor, now: datetime, **facts: str
) -> None:
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="department",
        subject_id=department.id,
        process_id=department.process_id,
        facts=facts,
    )


def write_refusal(session: Session, process: Process, reasons: Reasons, *, actor: Actor, now: datetime) -> Text:
    """Store why the office says no; raises Invalid `decline_reason_missing` if it does not say."""
    filled = {tag: body for tag, body in reasons.items() if body.strip()}
    if not filled:
        raise Invalid("decline_reason_missing", field=REASON.field, language=process.default_language)
    language = original_language(filled, process.default_language)
    return write_texts(session, filled, language=language, shape=REASON, actor=actor, now=now)
