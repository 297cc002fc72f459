"""The Beratungsfolge of a paper: entering stations, changing and removing them, and what came of each."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.services import amend_plan
from participation.core.actor import Actor
from participation.core.days import check_day
from participation.core.errors import Conflict, Invalid
from participation.core.wording import clean_text
from participation.papers.models import Amendment, Committee, Consultation, CouncilPaper
from participation.papers.queries import committee_at, consultation_of
from participation.papers.rules import drafts
from participation.papers.rules.consultations import MAX_STATIONS, Competence, Outcome
from participation.papers.rules.drafts import AmendmentDraft, OutcomeDraft, StationDraft
from participation.papers.rules.papers import PaperState, check_basis
from participation.papers.services.records import at_hand, keep, worded
from participation.papers.services.writing import amendable_plan
from participation.processes.models import Process
from participation.processes.queries import lock_process
from participation.texts.queries import original
from participation.texts.services import write_text

MAX_AMENDMENTS = 50
"""Changes that one committee makes to one paper."""


def add_station(
    session: Session, process: str, slug: str, draft: StationDraft, *, actor: Actor, now: datetime
) -> Consultation:
    """Add a station to a paper that was not withdrawn; the same committee may come twice, also on one day."""
    paper = _open_paper(session, process, slug, actor)
    if len(paper.consultations) >= MAX_STATIONS:
        raise Conflict("too_many_stations", highest=MAX_STATIONS)
    station = Consultation(
        process_id=paper.process_id,
        position=max((one.position for one in paper.consultations), default=0) + 1,
        revision=1,
        created_at=now,
        amendments=[],
    )
    _apply(station, draft, _committee(session, process, draft), now)
    paper.consultations.append(station)
    keep(session, "station.added", paper, actor, now, {"committee": draft.committee})
    return station


def change_station(
    session: Session,
    process: str,
    slug: str,
    station_id: str,
    draft: StationDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Consultation:
    """Change day, committee, competence, number on the agenda or publicity of a station.

    Once it has a result, only the number on the agenda and the publicity: the result, and a plan that came of it, name
    who decided, when, and as what. Raises Conflict `decided_station_stays`.
    """
    paper, station = _station(session, process, slug, station_id, based_on, actor)
    committee = _committee(session, process, draft)
    if station.outcome is not None:
        _check_same(station, draft, committee)
    _apply(station, draft, committee, now)
    station.revision += 1
    keep(session, "station.changed", paper, actor, now, {"committee": draft.committee})
    return station


def remove_station(
    session: Session, process: str, slug: str, station_id: str, *, based_on: int, actor: Actor, now: datetime
) -> None:
    """Take a station out that has no result; raises Conflict `station_with_outcome`."""
    paper, station = _station(session, process, slug, station_id, based_on, actor)
    if station.outcome is not None:
        raise Conflict("station_with_outcome")
    station.removed_at = station.modified_at = now
    station.revision += 1
    keep(session, "station.removed", paper, actor, now, {"committee": station.committee.code})


def note_outcome(
    session: Session,
    process: str,
    slug: str,
    station_id: str,
    draft: OutcomeDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Consultation:
    """Note what a committee made of an issued paper, correct it, or take it back by an outcome of None.

    The day is that of the meeting where none is given. Raises Conflict `paper_not_issued`, `amended_already`,
    Invalid `decided_without_day`, `decided_ahead`, `outcome_text_alone`.
    """
    paper, station = _station(session, process, slug, station_id, based_on, actor)
    if paper.state is PaperState.DRAFT:
        raise Conflict("paper_not_issued", number=paper.number)
    if station.amendments and draft.outcome is not Outcome.ADOPTED_AMENDED:
        raise Conflict("amended_already", field="outcome")
    if draft.outcome is None and (draft.text.strip() or draft.decided_on is not None):
        raise Invalid("outcome_text_alone", field="outcome")
    decided_on = (draft.decided_on or station.held_on) if draft.outcome else None
    if draft.outcome is not None:
        if decided_on is None:
            raise Invalid("decided_without_day", field="decided_on")
        check_day(decided_on, field="decided_on")
        if decided_on > _today(paper.process, now):
            raise Invalid("decided_ahead", field="decided_on")
    if station.amendments and decided_on != station.decided_on:
        raise Conflict("amended_already", field="decided_on")
    before = _result(station)
    station.outcome, station.decided_on = draft.outcome, decided_on
    station.outcome_text = worded(
        session,
        station.outcome_text,
        draft.text,
        language=paper.language,
        shape=drafts.OUTCOME_TEXT,
        actor=actor,
        now=now,
    )
    if _result(station) != before:
        station.outcome_revision += 1
    station.revision += 1
    station.modified_at = now
    facts = {"committee": station.committee.code, "outcome": draft.outcome.value if draft.outcome else None}
    keep(session, "station.outcome_noted", paper, actor, now, facts)
    return station


def _result(station: Consultation) -> tuple[Outcome | None, date | None, str]:
    """Return what a result consists of: noting the same once more is no correction."""
    said = original(station.outcome_text).body if station.outcome_text is not None else ""
    return station.outcome, station.decided_on, said


def amend(
    session: Session,
    process: str,
    slug: str,
    station_id: str,
    draft: AmendmentDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Amendment:
    """Note what a committee changed, and let the plan follow, as a further plan that says who made it so.

    Measures are moved only where the paper was for decision; others note their words. Changes rest on the last plan
    that the council made of the paper's own, so a further change corrects what was entered before. Raises Conflict
    `not_amended` where the result is another one, `moved_without_decision`, and what `_amended` refuses.
    """
    paper, station = _station(session, process, slug, station_id, based_on, actor)
    if station.outcome is not Outcome.ADOPTED_AMENDED:
        raise Conflict("not_amended")
    if draft.changes and station.competence is not Competence.DECISION:
        raise Conflict("moved_without_decision", field="changes")
    if len(station.amendments) >= MAX_AMENDMENTS:
        raise Conflict("too_many_amendments", highest=MAX_AMENDMENTS)
    body = write_text(session, draft.text, language=paper.language, shape=drafts.AMENDMENT, actor=actor, now=now)
    amendment = Amendment(
        process_id=paper.process_id,
        position=max((one.position for one in station.amendments), default=0) + 1,
        body=body,
        changes=dict(sorted(draft.changes.items())),
        made_at=now,
        made_by=actor.id or actor.kind.value,
    )
    if draft.changes:
        amendment.plan = _amended(session, paper, station, draft, actor, now)
    station.amendments.append(amendment)
    station.revision += 1
    station.modified_at = now
    keep(session, "station.amended", paper, actor, now, {"measures": sorted(draft.changes)})
    return amendment


def _amended(
    session: Session,
    paper: CouncilPaper,
    station: Consultation,
    draft: AmendmentDraft,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Amend the last plan that the council made of the paper's own; raises Conflict `plan_overtaken`.

    The process is held before the plan is looked for, so that no other paper amends it in between. A plan that the
    office settled later did not lie before the council, so nothing is changed in that one, and whoever enters the
    change has to say that they know of it.
    """
    lock_process(session, paper.process_id)
    found = amendable_plan(session, paper.plan)
    plan = found.plan
    if plan is None:
        raise Conflict("amended_without_plan", field="changes")
    if found.overtaken_by is not None and found.overtaken_by.slug != draft.beside:
        raise Conflict("plan_overtaken", field="beside", plan=found.overtaken_by.slug)
    day = station.decided_on.isoformat() if station.decided_on else ""
    provenance = f"{paper.number} {station.committee.code} {day}"
    return amend_plan(
        session, plan, draft.changes, draft.text, provenance, actor=actor, now=now, language=paper.language
    )


def _open_paper(session: Session, process: str, slug: str, actor: Actor) -> CouncilPaper:
    paper = at_hand(session, process, slug, actor=actor)
    if paper.state is PaperState.WITHDRAWN:
        raise Conflict("paper_withdrawn", number=paper.number)
    return paper


def _station(
    session: Session, process: str, slug: str, station_id: str, based_on: int, actor: Actor
) -> tuple[CouncilPaper, Consultation]:
    paper = _open_paper(session, process, slug, actor)
    station = consultation_of(paper, station_id)
    check_basis(station.revision, based_on)
    return paper, station


def _committee(session: Session, process: str, draft: StationDraft) -> Committee:
    return committee_at(session, process, draft.committee)


def _check_same(station: Consultation, draft: StationDraft, committee: Committee) -> None:
    for field, stands, wanted in (
        ("committee", station.committee_id, committee.id),
        ("held_on", station.held_on, draft.held_on),
        ("competence", station.competence, draft.competence),
    ):
        if wanted != stands:
            raise Conflict("decided_station_stays", field=field)


def _apply(station: Consultation, draft: StationDraft, committee: Committee, now: datetime) -> None:
    station.committee = committee
    station.held_on = None if draft.held_on is None else check_day(draft.held_on, field="held_on")
    station.is_public = committee.is_public if draft.is_public is None else draft.is_public
    station.competence = draft.competence
    station.agenda_number = clean_text(draft.agenda_number, drafts.AGENDA_NUMBER) or None
    station.modified_at = now


def _today(process: Process, now: datetime) -> date:
    return now.astimezone(ZoneInfo(process.time_zone)).date()
