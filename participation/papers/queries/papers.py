"""Reading council papers and their stations."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.core.permissions import Permission, may
from participation.core.windows import local_at
from participation.papers.models import Amendment, Consultation, CouncilPaper
from participation.papers.rules.papers import PUBLIC, PaperState
from participation.processes.models import Process
from participation.storage.pages import Page, read_page


def paper_at(session: Session, process: str, slug: str) -> CouncilPaper:
    """Return a paper by the slug of its process and its own, whatever its state, or raise NotFound."""
    return _found(session, _at(process, slug))


def readable_paper(session: Session, process: str, slug: str, actor: Actor) -> CouncilPaper:
    """Return a whole paper if the actor may read it: drafts are for those who write them, and unknown to others."""
    found = whole_paper(session, process, slug)
    if not found.is_public and not may(actor, Permission.COUNCIL_PAPER_EDIT, found):
        raise NotFound("no_such_paper")
    return found


def whole_paper(session: Session, process: str, slug: str) -> CouncilPaper:
    """Return a paper with its texts, decisions, units and stations in a fixed number of queries."""
    return _found(session, _at(process, slug).options(*_EVERYTHING))


def hold_paper(session: Session, process: str, slug: str) -> CouncilPaper:
    """Return a paper as it stands now, held until the transaction ends: it has one pen at a time."""
    held = _at(process, slug).with_for_update(of=CouncilPaper).execution_options(populate_existing=True)
    return _found(session, held)


def papers_page(
    session: Session, process_id: str, *, with_drafts: bool, page: int, per_page: int
) -> Page[CouncilPaper]:
    """Return one page of the papers of a process, the latest number first; drafts only where that is asked for."""
    statement = select(CouncilPaper).where(CouncilPaper.process_id == process_id)
    if not with_drafts:
        statement = statement.where(CouncilPaper.state.in_(PUBLIC))
    ordered = statement.order_by(CouncilPaper.number.desc()).options(selectinload(CouncilPaper.consultations))
    return read_page(session, ordered, page=page, per_page=per_page)


def issued_papers(session: Session, process_id: str | None = None) -> Sequence[CouncilPaper]:
    """Return every public paper of a process, or of all, the first issued first, with its stations.

    Those that were withdrawn after their issue are among them and say so by their state.
    """
    statement = select(CouncilPaper).where(CouncilPaper.state.in_(PUBLIC))
    if process_id is not None:
        statement = statement.where(CouncilPaper.process_id == process_id)
    return session.scalars(
        statement.order_by(CouncilPaper.issued_at, CouncilPaper.number).options(
            selectinload(CouncilPaper.consultations).selectinload(Consultation.outcome_text)
        )
    ).all()


def numbers_of(session: Session, process_id: str) -> Sequence[str]:
    """Return the numbers of all papers of a process, drafts among them, in order."""
    return session.scalars(
        select(CouncilPaper.number).where(CouncilPaper.process_id == process_id).order_by(CouncilPaper.number)
    ).all()


def consultation_of(paper: CouncilPaper, consultation_id: str) -> Consultation:
    """Return a station of a paper that was not removed, or raise NotFound."""
    for station in paper.consultations:
        if station.id == consultation_id and station.removed_at is None:
            return station
    raise NotFound("no_such_consultation")


def missing_outcomes(session: Session, process_ids: Collection[str], now: datetime) -> list[Consultation]:
    """Return the stations of issued papers whose day is over, where they are, and that have no result, by their day.

    Those of a paper of which a further version was issued go on in that one.
    """
    further = aliased(CouncilPaper)
    stations = session.scalars(
        select(Consultation)
        .join(CouncilPaper, CouncilPaper.id == Consultation.paper_id)
        .where(
            Consultation.process_id.in_(process_ids),
            CouncilPaper.state == PaperState.ISSUED,
            ~select(further.id)
            .where(further.supersedes_id == CouncilPaper.id, further.state == PaperState.ISSUED)
            .exists(),
            Consultation.removed_at.is_(None),
            Consultation.outcome.is_(None),
            Consultation.held_on <= now.date() + timedelta(days=1),
        )
        .order_by(Consultation.held_on, Consultation.position, Consultation.id)
        .options(joinedload(Consultation.paper).joinedload(CouncilPaper.process))
    ).all()
    return [one for one in stations if one.held_on and one.held_on < local_at(now, one.paper.process.time_zone).date()]


_EVERYTHING = (
    joinedload(CouncilPaper.occasion),
    joinedload(CouncilPaper.youth_text),
    joinedload(CouncilPaper.prescribed_by),
    joinedload(CouncilPaper.financial_text),
    joinedload(CouncilPaper.climate_text),
    joinedload(CouncilPaper.reasons),
    joinedload(CouncilPaper.withdrawal_reason),
    selectinload(CouncilPaper.decisions),
    selectinload(CouncilPaper.units),
    selectinload(CouncilPaper.supersedes),
    selectinload(CouncilPaper.further_versions),
    selectinload(CouncilPaper.consultations).joinedload(Consultation.outcome_text),
    selectinload(CouncilPaper.consultations).selectinload(Consultation.amendments).joinedload(Amendment.plan),
)


def _at(process: str, slug: str) -> Select[CouncilPaper]:
    return (
        select(CouncilPaper)
        .join(Process, Process.id == CouncilPaper.process_id)
        .where(Process.slug == process, CouncilPaper.slug == slug)
    )


def _found(session: Session, statement: Select[CouncilPaper]) -> CouncilPaper:
    found = session.scalar(statement)
    if found is None:
        raise NotFound("no_such_paper")
    return found
