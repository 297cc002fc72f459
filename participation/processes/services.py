"""Setting up processes, phases and fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.languages import check_tags
from participation.core.permissions import Permission, authorise
from participation.core.windows import Window
from participation.core.wording import BODY, NAME, TITLE, TextShape, clean_text
from participation.processes.models import Field, Phase, Process
from participation.processes.queries import field_by_code, lock_process, phase_by_code, process_by_slug, slug_is_taken
from participation.processes.rules import (
    check_code,
    check_currency,
    check_default_language,
    check_position,
    check_slug,
    check_time_zone,
    check_window,
    slug_from,
)
from participation.texts.models import Text
from participation.texts.services import revise_texts, write_texts

CITY: Final = TextShape("city", NAME.maximum, one_line=True)
SUMMARY: Final = TextShape("summary", BODY.maximum, required=False)


@dataclass(frozen=True, slots=True)
class ProcessDraft:
    """What somebody says about a process. Texts map language tags to words.

    Without a `slug` one is made from the title; it is the public address and stays when the process is edited.
    """

    city: str
    titles: Mapping[str, str]
    time_zone: str
    languages: tuple[str, ...]
    default_language: str
    summaries: Mapping[str, str] = field(default_factory=dict)
    currency: str = "EUR"
    slug: str = ""


@dataclass(frozen=True, slots=True)
class PhaseDraft:
    """What somebody says about a phase."""

    code: str
    titles: Mapping[str, str]
    window: Window
    position: int | None = None


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """What somebody says about a field."""

    code: str
    titles: Mapping[str, str]
    position: int | None = None


def create_process(
    session: Session, draft: ProcessDraft, *, actor: Actor, now: datetime, is_example: bool = False
) -> Process:
    """Set up a process; only those whose rights reach beyond one process may."""
    authorise(actor, Permission.PROCESS_EDIT)
    languages = _languages(draft)
    slug = check_slug(draft.slug or _free_slug(session, draft))
    if slug_is_taken(session, slug):
        raise Conflict("slug_taken", field="slug", slug=slug)
    process = Process(
        slug=slug,
        city=clean_text(draft.city, CITY),
        time_zone=check_time_zone(draft.time_zone),
        currency=check_currency(draft.currency),
        languages=list(languages),
        default_language=draft.default_language,
        is_example=is_example,
        created_at=now,
    )
    process.title = _write(session, draft.titles, process, TITLE, actor, now)
    process.summary = _write_optional(session, draft.summaries, process, SUMMARY, actor, now)
    session.add(process)
    session.flush()
    _record(session, "process.created", process, actor, now, {"slug": slug})
    return process


def edit_process(session: Session, slug: str, draft: ProcessDraft, *, actor: Actor, now: datetime) -> Process:
    """Change what is said about a process; its address stays."""
    process = process_by_slug(session, slug)
    authorise(actor, Permission.PROCESS_EDIT, process)
    languages = _languages(draft)
    currency = check_currency(draft.currency)
    if currency != process.currency and _hold_currency(session, process.id).is_currency_fixed:
        raise Conflict("currency_in_use", field="currency", currency=process.currency)
    process.city = clean_text(draft.city, CITY)
    process.time_zone = check_time_zone(draft.time_zone)
    process.currency = currency
    process.languages = list(languages)
    process.default_language = draft.default_language
    revise_texts(session, process.title, draft.titles, shape=TITLE, actor=actor, now=now)
    if process.summary is None:
        process.summary = _write_optional(session, draft.summaries, process, SUMMARY, actor, now)
    else:
        revise_texts(session, process.summary, draft.summaries, shape=SUMMARY, actor=actor, now=now)
    session.flush()
    _record(session, "process.edited", process, actor, now, {"time_zone": process.time_zone, "languages": languages})
    return process


def fix_currency(session: Session, process_id: str) -> str:
    """Return the currency in which something is about to be costed; from now on the process keeps it."""
    process = _hold_currency(session, process_id)
    process.is_currency_fixed = True
    return process.currency


def add_phase(session: Session, slug: str, draft: PhaseDraft, *, actor: Actor, now: datetime) -> Phase:
    """Add a phase, at the end unless it says where."""
    process = process_by_slug(session, slug)
    authorise(actor, Permission.PROCESS_EDIT, process)
    code = _new_code(draft.code, [phase.code for phase in process.phases])
    window = check_window(draft.window)
    phase = Phase(
        process_id=process.id,
        code=code,
        position=_position(draft.position, [phase.position for phase in process.phases]),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        title=_write(session, draft.titles, process, TITLE, actor, now),
    )
    session.add(phase)
    session.flush()
    session.expire(process, ["phases"])
    _record(session, "phase.added", process, actor, now, {"code": code})
    return phase


def edit_phase(session: Session, slug: str, code: str, draft: PhaseDraft, *, actor: Actor, now: datetime) -> Phase:
    """Change a phase; the time of its rounds is theirs and does not move with it."""
    process = process_by_slug(session, slug)
    authorise(actor, Permission.PROCESS_EDIT, process)
    phase = phase_by_code(process, code)
    phase.code = _new_code(draft.code, [other.code for other in process.phases if other is not phase])
    window = check_window(draft.window)
    phase.opens_at, phase.closes_at = window.opens_at, window.closes_at
    if draft.position is not None:
        phase.position = check_position(draft.position)
    revise_texts(session, phase.title, draft.titles, shape=TITLE, actor=actor, now=now)
    session.flush()
    session.expire(process, ["phases"])
    _record(session, "phase.edited", process, actor, now, {"code": phase.code})
    return phase


def add_field(session: Session, slug: str, draft: FieldDraft, *, actor: Actor, now: datetime) -> Field:
    """Add a field, at the end unless it says where."""
    process = process_by_slug(session, slug)
    authorise(actor, Permission.PROCESS_EDIT, process)
    code = _new_code(draft.code, [theme.code for theme in process.fields])
    theme = Field(
        process_id=process.id,
        code=code,
        position=_position(draft.position, [theme.position for theme in process.fields]),
        title=_write(session, draft.titles, process, TITLE, actor, now),
    )
    session.add(theme)
    session.flush()
    session.expire(process, ["fields"])
    _record(session, "field.added", process, actor, now, {"code": code})
    return theme


def edit_field(session: Session, slug: str, code: str, draft: FieldDraft, *, actor: Actor, now: datetime) -> Field:
    """Change a field."""
    process = process_by_slug(session, slug)
    authorise(actor, Permission.PROCESS_EDIT, process)
    theme = field_by_code(process, code)
    theme.code = _new_code(draft.code, [other.code for other in process.fields if other is not theme])
    if draft.position is not None:
        theme.position = check_position(draft.position)
    revise_texts(session, theme.title, draft.titles, shape=TITLE, actor=actor, now=now)
    session.flush()
    session.expire(process, ["fields"])
    _record(session, "field.edited", process, actor, now, {"code": theme.code})
    return theme


def _hold_currency(session: Session, process_id: str) -> Process:
    process = lock_process(session, process_id)
    session.refresh(process, ["currency", "is_currency_fixed"])
    return process


def _languages(draft: ProcessDraft) -> tuple[str, ...]:
    languages = check_tags(draft.languages, field="languages")
    check_default_language(draft.default_language, languages)
    return languages


def _free_slug(session: Session, draft: ProcessDraft) -> str:
    """Return a slug from the title, with a number behind it where that is taken."""
    stem = slug_from(draft.titles.get(draft.default_language, "")) or slug_from(draft.city)
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 100))) if not slug_is_taken(session, slug))


def _new_code(code: str, taken: list[str]) -> str:
    check_code(code)
    if code in taken:
        raise Conflict("short_name_taken", field="code", typed=code)
    return code


def _position(wanted: int | None, taken: list[int]) -> int:
    return max(taken, default=0) + 1 if wanted is None else check_position(wanted)


def _write(
    session: Session, bodies: Mapping[str, str], process: Process, shape: TextShape, actor: Actor, now: datetime
) -> Text:
    return write_texts(session, bodies, language=process.default_language, shape=shape, actor=actor, now=now)


def _write_optional(
    session: Session, bodies: Mapping[str, str], process: Process, shape: TextShape, actor: Actor, now: datetime
) -> Text | None:
    if not any(body.strip() for body in bodies.values()):
        return None
    return _write(session, bodies, process, shape, actor, now)


def _record(
    session: Session, action: str, process: Process, actor: Actor, now: datetime, facts: Mapping[str, Any]
) -> None:
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="process",
        subject_id=process.id,
        process_id=process.id,
        facts={name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()},
    )
