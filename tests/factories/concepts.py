"""A concept's draft: a principle and a section in the languages of the process."""

from datetime import datetime

from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.papers.models import ConceptSection, ConceptVersion, Principle
from participation.papers.queries.concept import latest_number
from participation.papers.queries.concept_content import concept_content
from participation.papers.rules.concept import ConceptPlace, PrincipleDraft, SectionDraft, draft_mark
from participation.papers.services.concept import add_principle, add_section
from participation.papers.services.concept_versions import publish_concept
from participation.processes.models import Process


def make_concept_draft(session: Session, process: Process, now: datetime) -> tuple[Principle, ConceptSection]:
    """Add principle P1 and section S1 to a process's concept."""
    principle = add_principle(session, process.slug, PrincipleDraft({"de": "Alle machen mit."}), actor=SYSTEM, now=now)
    section = add_section(
        session,
        process.slug,
        SectionDraft({"de": "Worum es geht"}, {"de": "Die Stadt will es gemeinsam tun."}, ConceptPlace.OPENING),
        actor=SYSTEM,
        now=now,
    )
    return principle, section


def make_concept_version(session: Session, process: Process, now: datetime) -> ConceptVersion:
    """Publish what the draft says as the next version."""
    mark = draft_mark(concept_content(session, process), latest_number(session, process.id))
    return publish_concept(session, process.slug, {"de": "Die Fassung."}, based_on=mark, actor=SYSTEM, now=now)
