"""Entering committees, changing what is said about them, and removing them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.papers.models import Committee, Consultation
from participation.papers.queries import hold_committee
from participation.papers.rules.consultations import MAX_COMMITTEES
from participation.papers.rules.drafts import COMMITTEE, CommitteeDraft
from participation.papers.rules.papers import check_basis
from participation.papers.services.records import record_act
from participation.processes.queries import lock_process, process_by_slug
from participation.processes.rules import check_slug
from participation.texts.models import Origin
from participation.texts.services import original_language, revise_texts, write_texts


def add_committee(
    session: Session,
    process: str,
    draft: CommitteeDraft,
    *,
    actor: Actor,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> Committee:
    """Enter a committee; raises Conflict `committee_code_taken`, also for the code of one that was removed."""
    found = lock_process(session, process_by_slug(session, process).id)
    authorise(actor, Permission.COUNCIL_PAPER_EDIT, found)
    code = check_slug(draft.code, field="code")
    if len(code) > 32:  # noqa: PLR2004 - as long as its column
        raise Invalid("text_too_long", field="code", length=len(code), maximum=32)
    taken = select(Committee.id).where(Committee.process_id == found.id, Committee.code == code)
    if session.scalar(taken) is not None:
        raise Conflict("committee_code_taken", field="code", committee=code)
    count, last = session.execute(
        select(func.count(), func.max(Committee.position)).where(Committee.process_id == found.id)
    ).one()
    if count >= MAX_COMMITTEES:
        raise Conflict("too_many_committees", highest=MAX_COMMITTEES)
    language = original_language(draft.names, found.default_language)
    committee = Committee(
        process_id=found.id,
        code=code,
        name=write_texts(
            session, draft.names, language=language, shape=COMMITTEE, actor=actor, now=now, origins=origins
        ),
        is_public=draft.is_public,
        position=draft.position or (last or 0) + 1,
        revision=1,
        created_at=now,
        modified_at=now,
    )
    session.add(committee)
    session.flush()
    record_act(session, "committee.entered", committee, actor, now, {"code": code})
    return committee


def change_committee(
    session: Session, process: str, code: str, draft: CommitteeDraft, *, based_on: int, actor: Actor, now: datetime
) -> Committee:
    """Change the names of a committee, whether it meets in public, or its place in the list. Its code stays.

    Stations that were entered before keep what they say about the public.
    """
    committee = hold_committee(session, process, code)
    authorise(actor, Permission.COUNCIL_PAPER_EDIT, committee)
    check_basis(committee.revision, based_on)
    if draft.code != code:
        raise Invalid("committee_code_stays", field="code")
    revise_texts(session, committee.name, draft.names, shape=COMMITTEE, actor=actor, now=now)
    committee.is_public = draft.is_public
    committee.position = draft.position or committee.position
    committee.revision += 1
    committee.modified_at = now
    session.flush()
    record_act(session, "committee.changed", committee, actor, now)
    return committee


def remove_committee(
    session: Session, process: str, code: str, *, based_on: int, actor: Actor, now: datetime
) -> Committee:
    """Remove a committee that no paper names; raises Conflict `committee_in_use`."""
    committee = hold_committee(session, process, code)
    authorise(actor, Permission.COUNCIL_PAPER_EDIT, committee)
    check_basis(committee.revision, based_on)
    named = select(func.count()).where(Consultation.committee_id == committee.id, Consultation.removed_at.is_(None))
    stations = session.scalar(named) or 0
    if stations:
        raise Conflict("committee_in_use", stations=stations)
    committee.removed_at = committee.modified_at = now
    committee.revision += 1
    session.flush()
    record_act(session, "committee.removed", committee, actor, now)
    return committee
