"""Announcing gatherings, changing what was announced, and taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import Window
from participation.core.wording import TITLE, TextShape, clean_text
from participation.gatherings.models import Gathering
from participation.gatherings.queries import note_taker
from participation.gatherings.rules import (
    MANNERS,
    GatheringKind,
    RecordState,
    check_basis,
    check_heads,
    check_interpreters,
    check_window,
)
from participation.gatherings.services.records import at_hand, keep, record_act, worded
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.texts.models import Text
from participation.texts.services import original_language

PLACE = TextShape("place", 200, one_line=True)
MAX_GATHERINGS = 1000
"""Gatherings of one process: far above what a city holds in the years of a concept."""


@dataclass(frozen=True, slots=True)
class GatheringDraft:
    """What is said about a gathering. `round` is the slug of the round it belongs to; `headcount` see the model.

    `assistant` is the id of whoever assists; left empty it is whoever enters the gathering, and later stays who it is.
    """

    kind: GatheringKind
    place: str
    window: Window
    titles: Mapping[str, str] = field(default_factory=dict)
    interpreters: tuple[str, ...] = ()
    round: str = ""
    headcount: int | None = None
    assistant: str = ""


def create_gathering(
    session: Session, process: str, draft: GatheringDraft, *, actor: Actor, now: datetime
) -> Gathering:
    """Announce a gathering, or enter one that has been.

    Whoever takes notes may enter a session at which they assisted; everything else is announced by those who manage.
    """
    found = lock_process(session, process_by_slug(session, process).id)
    authorise(actor, _needed(draft.kind), found)
    count, last = session.execute(
        select(func.count(), func.max(Gathering.number)).where(Gathering.process_id == found.id)
    ).one()
    if count >= MAX_GATHERINGS:
        raise Conflict("too_many_gatherings", highest=MAX_GATHERINGS)
    gathering = Gathering(
        process_id=found.id,
        process=found,
        number=(last or 0) + 1,
        kind=draft.kind,
        state=RecordState.DRAFT,
        revision=1,
        created_at=now,
        items=[],
        attendance=[],
        tables=[],
    )
    gathering.headcount = check_heads(draft.headcount)
    _apply(session, gathering, draft, found, actor, now)
    session.add(gathering)
    session.flush()
    record_act(session, "gathering.announced", gathering, actor, now, {"kind": draft.kind.value})
    return gathering


def change_gathering(
    session: Session, process: str, number: int, draft: GatheringDraft, *, based_on: int, actor: Actor, now: datetime
) -> Gathering:
    """Change where and when people meet; how many came is noted apart from that and stays.

    Its kind stays, and so does its round once attendance is noted.

    Names of those present are let go of with the roll of that round. Raises Conflict `gathering_with_attendance`.
    """
    gathering = at_hand(session, process, number, Permission.GATHERING_NOTE, actor=actor)
    authorise(actor, _needed(gathering.kind), gathering)
    check_basis(gathering.revision, based_on)
    if draft.kind is not gathering.kind:
        raise Invalid("kind_stays", field="kind")
    if gathering.attendance and _round(session, draft, gathering.process) is not gathering.round:
        raise Conflict("gathering_with_attendance", field="round")
    _apply(session, gathering, draft, gathering.process, actor, now)
    keep(session, "gathering.changed", gathering, actor, now)
    return gathering


def discard_gathering(session: Session, process: str, number: int, *, actor: Actor, now: datetime) -> None:
    """Take back a gathering at which nothing was written down; that it was there stays in the record of acts."""
    gathering = at_hand(session, process, number, Permission.GATHERING_NOTE, actor=actor)
    authorise(actor, _needed(gathering.kind), gathering)
    if gathering.minutes or gathering.attendance or any(item.minutes for item in gathering.items):
        raise Conflict("gathering_with_record")
    if any(table.notes for table in gathering.tables):
        raise Conflict("gathering_with_record")
    words = [gathering.title, *(item.title for item in gathering.items), *(table.theme for table in gathering.tables)]
    record_act(session, "gathering.discarded", gathering, actor, now, {"number": number})
    session.delete(gathering)
    session.flush()
    for text in words:
        if text is not None:
            session.delete(text)
    session.flush()


def note_heads(
    session: Session, process: str, number: int, headcount: int | None, *, actor: Actor, now: datetime
) -> Gathering:
    """Say how many people came."""
    gathering = at_hand(session, process, number, Permission.GATHERING_NOTE, actor=actor)
    gathering.headcount = check_heads(headcount)
    keep(session, "gathering.heads_noted", gathering, actor, now)
    return gathering


def _needed(kind: GatheringKind) -> Permission:
    return Permission.GATHERING_MANAGE if MANNERS[kind].is_recorded else Permission.GATHERING_NOTE


def _apply(
    session: Session, gathering: Gathering, draft: GatheringDraft, process: Process, actor: Actor, now: datetime
) -> None:
    window = check_window(draft.window)
    gathering.starts_at, gathering.ends_at = window.opens_at, window.closes_at
    gathering.place = clean_text(draft.place, PLACE)
    gathering.interpreters = check_interpreters(draft.interpreters)
    gathering.round = _round(session, draft, process)
    gathering.title = _title(session, gathering, draft, process, actor, now)
    if draft.kind is GatheringKind.ASSISTED:
        gathering.assistant_id = _assistant(session, gathering, draft, process, actor)


def _round(session: Session, draft: GatheringDraft, process: Process) -> Round | None:
    if not draft.round:
        return None
    found = round_by_slug(session, draft.round)
    if found.process_id != process.id:
        raise Invalid("round_elsewhere", field="round")
    return found


def _assistant(
    session: Session, gathering: Gathering, draft: GatheringDraft, process: Process, actor: Actor
) -> str | None:
    if draft.assistant:
        return note_taker(session, process.id, draft.assistant, field="assistant").id
    return gathering.assistant_id or (actor.id if actor.is_account else None)


def _title(
    session: Session, gathering: Gathering, draft: GatheringDraft, process: Process, actor: Actor, now: datetime
) -> Text | None:
    if not MANNERS[draft.kind].has_title:
        return None
    language = original_language(draft.titles, process.default_language)
    return worded(session, gathering.title, draft.titles, language=language, shape=TITLE, actor=actor, now=now)
