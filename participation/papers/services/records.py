"""What all acts on papers and committees share: holding the paper, asking for the right, keeping what was done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape
from participation.papers.models import Committee, CouncilPaper
from participation.papers.queries import hold_paper
from participation.papers.rules.papers import PaperState, check_basis
from participation.texts.models import Text
from participation.texts.services import revise_text, write_text


def at_hand(session: Session, process: str, slug: str, *, actor: Actor, based_on: int | None = None) -> CouncilPaper:
    """Return a paper that is held and on which the actor may work; a stale basis is refused."""
    paper = hold_paper(session, process, slug)
    authorise(actor, Permission.COUNCIL_PAPER_EDIT, paper)
    if based_on is not None:
        check_basis(paper.revision, based_on)
    return paper


def draft_at_hand(
    session: Session, process: str, slug: str, *, actor: Actor, based_on: int | None = None
) -> CouncilPaper:
    """Return the same as long as it is a draft; raises Conflict `paper_issued` afterwards."""
    paper = at_hand(session, process, slug, actor=actor, based_on=based_on)
    if paper.state is not PaperState.DRAFT:
        raise Conflict("paper_issued", number=paper.number)
    return paper


def keep(
    session: Session,
    action: str,
    paper: CouncilPaper,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Count one more change of what is written in or about a paper, and append the act to the audit log."""
    paper.revision += 1
    paper.modified_at = now
    session.flush()
    record_act(session, action, paper, actor, now, facts)


def record_act(
    session: Session,
    action: str,
    subject: CouncilPaper | Committee,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append an act to the audit log, in the caller's transaction."""
    kind = "council_paper" if isinstance(subject, CouncilPaper) else "committee"
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind=kind,
        subject_id=subject.id,
        process_id=subject.process_id,
        facts=facts,
    )


def worded(
    session: Session,
    text: Text | None,
    body: str,
    *,
    language: str,
    shape: TextShape,
    actor: Actor,
    now: datetime,
) -> Text | None:
    """Return a new text or the given one revised; None where nothing stands there any more."""
    if not body.strip():
        return None
    if text is None:
        return write_text(session, body, language=language, shape=shape, actor=actor, now=now)
    revise_text(session, text, body, shape=shape, actor=actor, now=now)
    return text
