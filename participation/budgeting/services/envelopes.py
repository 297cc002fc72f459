"""Entering which money was granted, by whom and when; mending it; taking it out of the count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.budgeting.models import Envelope
from participation.budgeting.queries import envelope_by_code
from participation.budgeting.rules.envelopes import Mode, check_basis, envelope_faults
from participation.core.actor import Actor
from participation.core.days import check_past_day
from participation.core.errors import Conflict, DomainError, Faults, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import local_at
from participation.core.wording import REASON, TITLE, TextShape, clean_text
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug
from participation.processes.services import fix_currency
from participation.texts.models import Origin
from participation.texts.services import revise_texts, write_text, write_texts

SOURCE: Final = TextShape("source", 500)


@dataclass(frozen=True, slots=True)
class EnvelopeDraft:
    """What an envelope says. Titles and sources are words by language, those of the process's own among them."""

    code: str
    titles: Mapping[str, str]
    cents: int
    first_year: int
    sources: Mapping[str, str]
    decided_on: date
    last_year: int | None = None
    mode: Mode = Mode.ADDITIVE
    carries_over: bool = False
    source_paper: str = ""


def enter_envelope(
    session: Session,
    process_slug: str,
    draft: EnvelopeDraft,
    *,
    actor: Actor,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> Envelope:
    """Enter money that was granted. Money without a source is refused, like every other fault, all at once."""
    process = _process(session, process_slug, actor)
    _check(draft, process, now)
    language = process.default_language
    envelope = Envelope(
        process_id=process.id,
        process=process,
        code=draft.code,
        revision=1,
        title=write_texts(session, draft.titles, language=language, shape=TITLE, actor=actor, now=now, origins=origins),
        cents=draft.cents,
        currency=fix_currency(session, process.id),
        first_year=draft.first_year,
        last_year=draft.last_year,
        mode=draft.mode,
        carries_over=draft.carries_over,
        source=write_texts(
            session, draft.sources, language=language, shape=SOURCE, actor=actor, now=now, origins=origins
        ),
        source_paper=draft.source_paper or None,
        decided_on=draft.decided_on,
        written_at=now,
    )
    session.add(envelope)
    try:
        session.flush()
    except IntegrityError as reason:
        raise Conflict("envelope_code_taken", field="code", envelope=draft.code) from reason
    _record(session, "envelope.entered", envelope, actor, now)
    return envelope


def revise_envelope(
    session: Session,
    process_slug: str,
    code: str,
    draft: EnvelopeDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Envelope:
    """Mend what an envelope says; its code stays. Settled plans keep what it said when they were settled.

    Raises Conflict `envelope_changed` if it says something else by now than `based_on`, `envelope_is_withdrawn`.
    """
    envelope = _held(session, process_slug, code, based_on, actor)
    _check(replace(draft, code=code), envelope.process, now)
    changed = revise_texts(session, envelope.title, draft.titles, shape=TITLE, actor=actor, now=now)
    changed |= revise_texts(session, envelope.source, draft.sources, shape=SOURCE, actor=actor, now=now)
    said = _figures(envelope)
    envelope.cents = draft.cents
    envelope.first_year = draft.first_year
    envelope.last_year = draft.last_year
    envelope.mode = draft.mode
    envelope.carries_over = draft.carries_over
    envelope.source_paper = draft.source_paper or None
    envelope.decided_on = draft.decided_on
    if changed or said != _figures(envelope):
        envelope.revision += 1
        envelope.written_at = now
        session.flush()
        _record(session, "envelope.revised", envelope, actor, now)
    return envelope


def withdraw_envelope(
    session: Session,
    process_slug: str,
    code: str,
    reason: str,
    *,
    language: str,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Envelope:
    """Take an envelope out of the count for good, with a reason; it stays readable."""
    envelope = _held(session, process_slug, code, based_on, actor)
    envelope.withdrawal_reason = write_text(session, reason, language=language, shape=REASON, actor=actor, now=now)
    envelope.withdrawn_at = now
    envelope.withdrawn_by = actor.id or actor.kind.value
    envelope.revision += 1
    session.flush()
    _record(session, "envelope.withdrawn", envelope, actor, now)
    return envelope


def _process(session: Session, slug: str, actor: Actor) -> Process:
    process = process_by_slug(session, slug)
    authorise(actor, Permission.ENVELOPE_EDIT, process)
    return lock_process(session, process.id)


def _held(session: Session, process_slug: str, code: str, based_on: int, actor: Actor) -> Envelope:
    process = _process(session, process_slug, actor)
    envelope = envelope_by_code(session, process.id, code)
    if envelope.is_withdrawn:
        raise Conflict("envelope_is_withdrawn", envelope=code)
    check_basis("envelope_changed", envelope.revision, based_on)
    return envelope


def _check(draft: EnvelopeDraft, process: Process, now: datetime) -> None:
    """Refuse a draft at fault; every fault is named with its input, that of a text with its language."""
    faults: list[DomainError] = list(
        envelope_faults(draft.code, draft.cents, draft.first_year, draft.last_year, draft.source_paper)
    )
    try:
        check_past_day(draft.decided_on, local_at(now, process.time_zone).date(), field="decided_on")
    except Invalid as fault:
        faults.append(fault)
    language = process.default_language
    for words, shape in ((draft.titles, TITLE), (draft.sources, SOURCE)):
        try:
            clean_text(words.get(language, ""), replace(shape, field=f"{shape.field}-{language}"))
        except Invalid as fault:
            faults.append(_without_source(fault) if shape is SOURCE else fault)
    Faults.refuse(faults)


def _without_source(fault: Invalid) -> Invalid:
    """Say of a missing source that money always has one."""
    return Invalid("envelope_without_source", field=fault.field) if fault.code == "text_missing" else fault


def _figures(envelope: Envelope) -> tuple[object, ...]:
    return (envelope.grant, envelope.source_paper)


def _record(session: Session, action: str, envelope: Envelope, actor: Actor, now: datetime) -> None:
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="envelope",
        subject_id=envelope.id,
        process_id=envelope.process_id,
        facts={
            "code": envelope.code,
            "revision": envelope.revision,
            "cents": envelope.cents,
            "first_year": envelope.first_year,
            "last_year": envelope.last_year,
            "mode": envelope.mode.value,
            "decided_on": envelope.decided_on.isoformat(),
        },
    )
