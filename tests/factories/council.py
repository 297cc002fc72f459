"""Committees and issued papers with their stations and files, written as rows: for what reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.core.wording import TITLE
from participation.papers.models import Committee, Consultation, CouncilPaper, DocumentSnapshot, RenderedFile
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.files import FileKind, FileState, SnapshotKind
from participation.papers.rules.papers import PaperKind, PaperState, slug_of
from participation.processes.models import Process
from participation.texts.models import Text
from participation.texts.services import write_text, write_texts


@dataclass(frozen=True)
class Stop:
    """A station to be: where, when, and what came of it."""

    committee: Committee
    day: date | None
    public: bool = True
    competence: Competence = Competence.INFORMATION
    agenda_number: str | None = None
    outcome: Outcome | None = None
    text: str = ""


def committee(session: Session, process: Process, code: str, name: str, *, now: datetime) -> Committee:
    """Return a committee with a name in two languages."""
    names = {"de": name, "tr": f"{name} (tr)"}
    made = Committee(
        process_id=process.id,
        code=code,
        name=write_texts(session, names, language="de", shape=TITLE, actor=SYSTEM, now=now),
        is_public=True,
        position=1,
        revision=1,
        created_at=now,
        modified_at=now,
    )
    session.add(made)
    session.flush()
    return made


def paper(
    session: Session,
    process: Process,
    number: str,
    subject: str,
    stops: Sequence[Stop] = (),
    *,
    now: datetime,
    state: PaperState = PaperState.ISSUED,
    language: str = "de",
    **more: Any,
) -> CouncilPaper:
    """Return a paper, issued unless it is to be otherwise, with its stations."""
    is_draft = state is PaperState.DRAFT
    issued = {} if is_draft else {"issued_at": now, "issued_by": SYSTEM.id, "snapshot": _snapshot(process, number, now)}
    made = CouncilPaper(
        process_id=process.id,
        number=number,
        slug=slug_of(number),
        kind=PaperKind.DECISION_PAPER,
        state=state,
        language=language,
        subject=_text(session, subject, now, language),
        lead_unit="2.000.2 – Stabsstelle Integration",
        person_in_charge="Birte Beispiel",
        created_at=now,
        modified_at=now,
        **issued,
        **more,
    )
    session.add(made)
    session.flush()
    for stop in stops:
        add_station(session, made, stop, now=now)
    session.flush()
    return made


def add_station(session: Session, to: CouncilPaper, stop: Stop, *, now: datetime) -> Consultation:
    """Return a further station of a paper."""
    made = Consultation(
        process_id=to.process_id,
        paper=to,
        committee=stop.committee,
        position=len(to.consultations) + 1,
        held_on=stop.day,
        is_public=stop.public,
        competence=stop.competence,
        agenda_number=stop.agenda_number,
        outcome=stop.outcome,
        outcome_text=_text(session, stop.text, now, "de") if stop.text else None,
        decided_on=stop.day if stop.outcome else None,
        outcome_revision=1 if stop.outcome else 0,
        created_at=now,
        modified_at=now,
    )
    session.add(made)
    session.flush()
    return made


def add_file(
    session: Session, to: CouncilPaper, kind: FileKind, content: bytes, *, now: datetime, language: str = "de"
) -> RenderedFile:
    """Return a finished file of a paper."""
    made = RenderedFile(
        snapshot_id=to.snapshot_id,
        kind=kind,
        language=language,
        state=FileState.READY,
        done=1,
        steps=1,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        content=content,
        requested_at=now,
        modified_at=now,
        ready_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _snapshot(process: Process, number: str, now: datetime) -> DocumentSnapshot:
    document = {"format": "participation/paper/1", "number": number}
    digest = sha256(number.encode()).hexdigest()
    return DocumentSnapshot(
        process_id=process.id, kind=SnapshotKind.PAPER, sha256=digest, made_at=now, document=document
    )


def _text(session: Session, body: str, now: datetime, language: str) -> Text:
    return write_text(session, body, language=language, shape=TITLE, actor=SYSTEM, now=now)
