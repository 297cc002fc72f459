"""Working on the concept's draft: its principles and its sections.

Fields, goals and measures have rooms of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape
from participation.papers.models.concept import ConceptSection, Principle
from participation.papers.queries.concept import principle_by_code, principles_of, section_by_code, sections_of
from participation.papers.rules.concept import (
    MAX_PARTS,
    SECTION_BODY,
    SECTION_TITLE,
    SENTENCE,
    PrincipleDraft,
    SectionDraft,
    check_code,
    check_part_basis,
    free_code,
    place_in_list,
)
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug
from participation.texts.models import Origin, Text
from participation.texts.services import original_language, revise_texts, write_texts

Origins = Mapping[str, Origin]
Part = Principle | ConceptSection


def add_principle(
    session: Session,
    slug: str,
    draft: PrincipleDraft,
    *,
    actor: Actor,
    now: datetime,
    code: str = "",
    origins: Origins | None = None,
) -> Principle:
    """Add a principle to the draft; without a code it gets the first free one from P1 on."""
    process = _at_hand(session, slug, actor)
    others = list(principles_of(session, process.id))
    principle = Principle(
        process_id=process.id,
        code=_new_code("P", code, [one.code for one in others]),
        revision=1,
        sentence=_written(session, process, draft.sentences, SENTENCE, actor, now, origins),
    )
    others.insert(place_in_list(len(others), draft.position), principle)
    _number(others)
    session.add(principle)
    session.flush()
    _record(session, "principle_added", principle, actor, now)
    return principle


def change_principle(
    session: Session, slug: str, code: str, draft: PrincipleDraft, *, based_on: int, actor: Actor, now: datetime
) -> Principle:
    """Reword a principle or move it. Raises Conflict `part_changed` where somebody else did so meanwhile."""
    process = _at_hand(session, slug, actor)
    principle = principle_by_code(session, process.id, code)
    check_part_basis(principle.revision, based_on)
    changed = revise_texts(session, principle.sentence, draft.sentences, shape=SENTENCE, actor=actor, now=now)
    changed |= _moved(principles_of(session, process.id), principle, draft.position)
    if changed:
        principle.revision += 1
        session.flush()
        _record(session, "principle_changed", principle, actor, now)
    return principle


def remove_principle(session: Session, slug: str, code: str, *, based_on: int, actor: Actor, now: datetime) -> None:
    """Take a principle out of the draft; versions that were published keep it."""
    process = _at_hand(session, slug, actor)
    principle = principle_by_code(session, process.id, code)
    check_part_basis(principle.revision, based_on)
    _number([one for one in principles_of(session, process.id) if one is not principle])
    _record(session, "principle_removed", principle, actor, now)
    session.delete(principle)
    session.flush()
    session.delete(principle.sentence)
    session.flush()


def add_section(
    session: Session,
    slug: str,
    draft: SectionDraft,
    *,
    actor: Actor,
    now: datetime,
    code: str = "",
    origins: Origins | None = None,
) -> ConceptSection:
    """Add a section to the draft; without a code it gets the first free one from S1 on."""
    process = _at_hand(session, slug, actor)
    others = list(sections_of(session, process.id, draft.place))
    section = ConceptSection(
        process_id=process.id,
        code=_new_code("S", code, [one.code for one in sections_of(session, process.id)]),
        place=draft.place,
        revision=1,
        title=_written(session, process, draft.titles, SECTION_TITLE, actor, now, origins),
        body=_written(session, process, draft.bodies, SECTION_BODY, actor, now, origins),
    )
    others.insert(place_in_list(len(others), draft.position), section)
    _number(others)
    session.add(section)
    session.flush()
    _record(session, "section_added", section, actor, now)
    return section


def change_section(
    session: Session, slug: str, code: str, draft: SectionDraft, *, based_on: int, actor: Actor, now: datetime
) -> ConceptSection:
    """Reword a section or move it. Raises Conflict `part_changed` where somebody else did so meanwhile."""
    process = _at_hand(session, slug, actor)
    section = section_by_code(session, process.id, code)
    check_part_basis(section.revision, based_on)
    changed = revise_texts(session, section.title, draft.titles, shape=SECTION_TITLE, actor=actor, now=now)
    changed |= revise_texts(session, section.body, draft.bodies, shape=SECTION_BODY, actor=actor, now=now)
    if section.place is not draft.place:
        _number([one for one in sections_of(session, process.id, section.place) if one is not section])
        section.place, changed = draft.place, True
    changed |= _moved(sections_of(session, process.id, draft.place), section, draft.position)
    if changed:
        section.revision += 1
        session.flush()
        _record(session, "section_changed", section, actor, now)
    return section


def remove_section(session: Session, slug: str, code: str, *, based_on: int, actor: Actor, now: datetime) -> None:
    """Take a section out of the draft; versions that were published keep it."""
    process = _at_hand(session, slug, actor)
    section = section_by_code(session, process.id, code)
    check_part_basis(section.revision, based_on)
    _number([one for one in sections_of(session, process.id, section.place) if one is not section])
    _record(session, "section_removed", section, actor, now)
    texts = (section.title, section.body)
    session.delete(section)
    session.flush()
    for text in texts:
        session.delete(text)
    session.flush()


def _at_hand(session: Session, slug: str, actor: Actor) -> Process:
    """Return the process whose draft the actor may work on, held so that places and codes are given in line."""
    process = process_by_slug(session, slug)
    authorise(actor, Permission.CONCEPT_EDIT, process)
    return lock_process(session, process.id)


def _new_code(letter: str, wanted: str, taken: Sequence[str]) -> str:
    if len(taken) >= MAX_PARTS:
        raise Conflict("too_many_parts", maximum=MAX_PARTS)
    if not wanted.strip():
        return free_code(letter, taken)
    code = check_code(wanted)
    if code in taken:
        raise Conflict("part_code_taken", field="code", part=code)
    return code


def _written(
    session: Session,
    process: Process,
    words: Mapping[str, str],
    shape: TextShape,
    actor: Actor,
    now: datetime,
    origins: Origins | None,
) -> Text:
    language = original_language(words, process.default_language)
    return write_texts(session, words, language=language, shape=shape, actor=actor, now=now, origins=origins)


def _moved(parts: Sequence[Part], part: Part, wanted: int | None) -> bool:
    """Put a part at its place among the others; say whether it stood elsewhere. Without a place it stays."""
    if wanted is None:
        return False
    before = list(parts)
    others = [one for one in before if one is not part]
    moved = next(one for one in before if one is part)
    others.insert(place_in_list(len(others), wanted), moved)
    _number(others)
    return others != before


def _number(parts: Sequence[Part]) -> None:
    for position, part in enumerate(parts, start=1):
        part.position = position


def _record(session: Session, action: str, part: Part, actor: Actor, now: datetime) -> None:
    record(
        session,
        f"concept_{action}",
        actor=actor,
        now=now,
        subject_kind="concept_part",
        subject_id=part.id,
        process_id=part.process_id,
        facts={"code": part.code, "revision": part.revision},
    )
