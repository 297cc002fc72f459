"""Reading the concept's draft and its published versions."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.papers.models.concept import ConceptSection, ConceptVersion, Principle
from participation.papers.models.files import DocumentSnapshot
from participation.papers.rules.concept import ConceptPlace


def principles_of(session: Session, process_id: str) -> Sequence[Principle]:
    """Return the principles of a process in their order."""
    return session.scalars(
        select(Principle).where(Principle.process_id == process_id).order_by(Principle.position, Principle.code)
    ).all()


def sections_of(session: Session, process_id: str, place: ConceptPlace | None = None) -> Sequence[ConceptSection]:
    """Return the sections of a concept in their order, the opening ones first, or those of one place."""
    wanted = select(ConceptSection).where(ConceptSection.process_id == process_id)
    if place is not None:
        wanted = wanted.where(ConceptSection.place == place)
    found = session.scalars(wanted.order_by(ConceptSection.position, ConceptSection.code)).all()
    return sorted(found, key=lambda one: list(ConceptPlace).index(one.place))


def principle_by_code(session: Session, process_id: str, code: str) -> Principle:
    """Return a principle or raise NotFound."""
    found = session.scalar(select(Principle).where(Principle.process_id == process_id, Principle.code == code))
    if found is None:
        raise NotFound("no_such_principle", part=code)
    return found


def section_by_code(session: Session, process_id: str, code: str) -> ConceptSection:
    """Return a section or raise NotFound."""
    found = session.scalar(
        select(ConceptSection).where(ConceptSection.process_id == process_id, ConceptSection.code == code)
    )
    if found is None:
        raise NotFound("no_such_section", part=code)
    return found


def versions_of(session: Session, process_id: str) -> Sequence[ConceptVersion]:
    """Return the published versions, the latest first, without what they say."""
    return session.scalars(
        select(ConceptVersion).where(ConceptVersion.process_id == process_id).order_by(ConceptVersion.number.desc())
    ).all()


def version_by_number(session: Session, process_id: str, number: int) -> ConceptVersion:
    """Return a published version or raise NotFound."""
    found = session.scalar(
        select(ConceptVersion).where(ConceptVersion.process_id == process_id, ConceptVersion.number == number)
    )
    if found is None:
        raise NotFound("no_such_version", number=number)
    return found


def latest_version(session: Session, process_id: str) -> ConceptVersion | None:
    """Return the version that stands, None while nothing has been published."""
    return session.scalar(
        select(ConceptVersion)
        .where(ConceptVersion.process_id == process_id)
        .order_by(ConceptVersion.number.desc())
        .limit(1)
    )


def latest_number(session: Session, process_id: str) -> int:
    """Return the number of the version that stands, 0 while nothing has been published."""
    return session.scalar(select(func.max(ConceptVersion.number)).where(ConceptVersion.process_id == process_id)) or 0


def concept_document(session: Session, version: ConceptVersion) -> Mapping[str, Any]:
    """Return what a version says; pages, files and the API all read this."""
    found = session.scalars(select(DocumentSnapshot.document).where(DocumentSnapshot.id == version.snapshot_id))
    document: Mapping[str, Any] = found.one()
    return document
