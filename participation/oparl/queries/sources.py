"""Reading what is public: the one place that decides what other programs are given.

Public are papers that were issued, whether or not they were taken back later, and of their stations those in public.
Seven statements, however much there is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from participation.core.errors import NotFound
from participation.oparl.rules.sources import Attachment, City, Group, Sheet, Sources, Station, Unit, Words
from participation.oparl.rules.vocabulary import READING
from participation.papers.models import Amendment, Committee, Consultation, CouncilPaper, RenderedFile
from participation.papers.rules.files import FileKind, FileState
from participation.papers.rules.papers import PUBLIC
from participation.processes.models import Process
from participation.texts.queries import Wording, wordings_in

Line = Row[*tuple[Any, ...]]
"""A row of one of the selections below."""

_KEY: Final = 12
"""Characters of a key that stands for a name: far more than names of cities and units need to differ."""

_STAMPED: Final = (Committee.modified_at, CouncilPaper.modified_at, Consultation.modified_at, RenderedFile.modified_at)


def public_stamp(session: Session) -> tuple[object, ...]:
    """Return what is different after nearly every change: the last moments of change and the number of rows.

    One statement, for whoever looks often. What it cannot see, such as a name that was translated, is found by whoever
    looks at everything, a little later.
    """
    columns = [part for moment in _STAMPED for part in (func.max(moment), func.count(moment))]
    counts = [select(column).scalar_subquery() for column in [*columns, func.count(Process.id)]]
    return tuple(session.execute(select(*counts)).one())


def public_sources(session: Session, *, with_examples: bool) -> Sources:
    """Return everything that is public; what was invented to show the platform only where it is being shown."""
    processes = {row.id: row for row in session.execute(_PROCESSES) if with_examples or not row.is_example}
    committees = [row for row in session.execute(_COMMITTEES) if row.process_id in processes]
    papers = [row for row in session.execute(_PAPERS) if row.process_id in processes]
    stations = [row for row in session.execute(_STATIONS) if row.process_id in processes]
    amendments = session.execute(_AMENDMENTS).all()
    files = session.execute(_FILES).all()
    text_ids = {row.name_id for row in committees} | {row.subject_id for row in papers}
    text_ids |= {row.outcome_text_id for row in stations if row.outcome_text_id} | {row.body_id for row in amendments}
    words = wordings_in(session, text_ids, READING)
    bodies = {row.id: body_key(row.city) for row in processes.values()}
    seen = {row.committee_id for row in stations}
    shown = [row for row in committees if row.removed_at is None or row.id in seen]
    groups = {row.id: f"{bodies[row.process_id]}.c.{row.code}" for row in shown}
    return Sources(
        cities=_cities(processes.values()),
        groups=_groups(shown, groups, bodies, processes, words),
        units=_units(papers, bodies),
        sheets=tuple(_sheets(papers, bodies, processes, words)),
        stations=tuple(_stations(stations, amendments, groups, processes, words)),
        attachments=_attachments(files),
    )


_PROCESSES: Final = select(
    Process.id, Process.slug, Process.city, Process.time_zone, Process.is_example, Process.created_at
).order_by(Process.created_at, Process.id)
_COMMITTEES: Final = select(
    Committee.id,
    Committee.process_id,
    Committee.code,
    Committee.name_id,
    Committee.created_at,
    Committee.removed_at,
).order_by(Committee.created_at, Committee.id)
_PAPERS: Final = (
    select(
        CouncilPaper.id,
        CouncilPaper.process_id,
        CouncilPaper.slug,
        CouncilPaper.number,
        CouncilPaper.kind,
        CouncilPaper.state,
        CouncilPaper.language,
        CouncilPaper.subject_id,
        CouncilPaper.dated_on,
        CouncilPaper.lead_unit,
        CouncilPaper.issued_at,
        CouncilPaper.supersedes_id,
    )
    .where(CouncilPaper.state.in_(PUBLIC))
    .order_by(CouncilPaper.issued_at, CouncilPaper.id)
)
_STATIONS: Final = (
    select(
        Consultation.id,
        Consultation.process_id,
        Consultation.paper_id,
        Consultation.committee_id,
        Consultation.position,
        Consultation.held_on,
        Consultation.competence,
        Consultation.agenda_number,
        Consultation.outcome,
        Consultation.outcome_text_id,
        Consultation.created_at,
        CouncilPaper.issued_at,
    )
    .join(CouncilPaper, CouncilPaper.id == Consultation.paper_id)
    .where(CouncilPaper.state.in_(PUBLIC), Consultation.is_public, Consultation.removed_at.is_(None))
    .order_by(Consultation.created_at, Consultation.id)
)
_AMENDMENTS: Final = select(Amendment.consultation_id, Amendment.body_id).order_by(
    Amendment.consultation_id, Amendment.position
)
_FILES: Final = (
    select(
        RenderedFile.id,
        CouncilPaper.id.label("paper_id"),
        RenderedFile.kind,
        RenderedFile.language,
        RenderedFile.sha256,
        RenderedFile.size,
        RenderedFile.ready_at,
    )
    .join(CouncilPaper, CouncilPaper.snapshot_id == RenderedFile.snapshot_id)
    .where(CouncilPaper.state.in_(PUBLIC), RenderedFile.state == FileState.READY)
    .order_by(RenderedFile.ready_at, RenderedFile.id)
)


def body_key(city: str) -> str:
    """Return the key of a city: its name may hold any letters, and addresses should not change with their spelling."""
    return _key(city)


def unit_key(body: str, name: str) -> str:
    """Return the key of a unit of the administration of a city, of which only the name is known."""
    return f"{body}.u.{_key(name)}"


def _key(name: str) -> str:
    return sha256(name.casefold().encode()).hexdigest()[:_KEY]


def _cities(processes: Iterable[Line]) -> tuple[City, ...]:
    cities: dict[str, City] = {}
    for row in processes:  # the oldest process says how the city is written
        key = body_key(row.city)
        city = cities.setdefault(key, City(key, row.city, row.created_at, is_example=row.is_example))
        if not row.is_example:
            cities[key] = replace(city, is_example=False)
    return tuple(cities.values())


def _groups(
    rows: Sequence[Line],
    keys: Mapping[str, str],
    bodies: Mapping[str, str],
    processes: Mapping[str, Line],
    words: Mapping[str, Wording],
) -> tuple[Group, ...]:
    """Return committees, those of one code in several processes of a city as one: as the newest process names it."""
    groups: dict[str, Group] = {}
    open_: set[str] = {keys[row.id] for row in rows if row.removed_at is None}
    for row in rows:
        key, process = keys[row.id], processes[row.process_id]
        since = groups[key].since if key in groups else row.created_at
        ended = None if key in open_ else row.removed_at.date()
        page = f"/processes/{process.slug}/committees"
        groups[key] = Group(key, bodies[row.process_id], _words(words[row.name_id]), since, page, ended)
    return tuple(groups.values())


def _units(papers: Sequence[Line], bodies: Mapping[str, str]) -> tuple[Unit, ...]:
    units: dict[str, Unit] = {}
    for row in papers:
        body = bodies[row.process_id]
        if row.lead_unit:
            key = unit_key(body, row.lead_unit)
            units.setdefault(key, Unit(key, body, row.lead_unit, row.issued_at))
    return tuple(units.values())


def _sheets(
    papers: Sequence[Line],
    bodies: Mapping[str, str],
    processes: Mapping[str, Line],
    words: Mapping[str, Wording],
) -> Iterable[Sheet]:
    public = {row.id for row in papers}
    related: dict[str, list[str]] = {row.id: [] for row in papers}
    for row in papers:
        if row.supersedes_id in public:
            related[row.id].append(row.supersedes_id)
            related[row.supersedes_id].append(row.id)
    for row in papers:
        body, process = bodies[row.process_id], processes[row.process_id]
        yield Sheet(
            id=row.id,
            body=body,
            page=f"/processes/{process.slug}/papers/{row.slug}",
            slug=row.slug,
            number=row.number,
            kind=row.kind,
            state=row.state,
            subject=_words(words[row.subject_id]),
            language=row.language,
            dated_on=row.dated_on,
            unit=unit_key(body, row.lead_unit) if row.lead_unit else "",
            since=row.issued_at,
            related=tuple(related[row.id]),
            is_example=process.is_example,
        )


def _stations(
    rows: Sequence[Line],
    amendments: Sequence[Line],
    groups: Mapping[str, str],
    processes: Mapping[str, Line],
    words: Mapping[str, Wording],
) -> Iterable[Station]:
    changes: dict[str, list[str]] = defaultdict(list)
    for amendment in amendments:
        changes[amendment.consultation_id].append(words[amendment.body_id].body)
    for row in rows:
        said = [words[row.outcome_text_id].body] if row.outcome_text_id else []
        yield Station(
            id=row.id,
            paper=row.paper_id,
            group=groups[row.committee_id],
            position=row.position,
            held_on=row.held_on,
            zone=processes[row.process_id].time_zone,
            competence=row.competence,
            agenda_number=row.agenda_number,
            outcome=row.outcome,
            resolution="\n\n".join([*said, *changes[row.id]]),
            since=max(row.created_at, row.issued_at),
        )


def _attachments(rows: Sequence[Line]) -> tuple[Attachment, ...]:
    """Return files, of each kind and language the one that was made last: with the template that is in use now."""
    newest: dict[tuple[str, FileKind, str], Attachment] = {}
    for row in rows:
        file = Attachment(row.id, row.paper_id, row.kind, row.language, row.sha256, row.size, row.ready_at)
        newest[row.paper_id, row.kind, row.language] = file
    return tuple(newest.values())


def _words(wording: Wording) -> Words:
    return Words(wording.body, wording.language)


def public_file(session: Session, file_id: str) -> tuple[RenderedFile, datetime]:
    """Return a file with its content and since when it is there; raises NotFound if it is not public at this moment."""
    found = session.scalar(
        select(RenderedFile)
        .join(CouncilPaper, CouncilPaper.snapshot_id == RenderedFile.snapshot_id)
        .where(RenderedFile.id == file_id, RenderedFile.state == FileState.READY, CouncilPaper.state.in_(PUBLIC))
        .options(undefer(RenderedFile.content))
    )
    if found is None or found.ready_at is None:
        raise NotFound("no_such_object")
    return found, found.ready_at


def whole_file(session: Session, file_id: str) -> RenderedFile | None:
    """Return a file with its content and what it was made of, None for one that is gone."""
    return session.scalar(
        select(RenderedFile)
        .where(RenderedFile.id == file_id)
        .options(undefer(RenderedFile.content), joinedload(RenderedFile.snapshot))
    )
