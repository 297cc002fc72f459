"""Objects of OParl 1.1, built of what is public.

Only properties are set of which something is known; id, type, created and modified come from the register. Stations
that are not public do not appear, neither as consultations nor as meetings: see the README.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from participation.oparl.rules.addresses import LISTS, ROOT, TYPES, Kind, inside, path_of, to, to_page
from participation.oparl.rules.sources import Attachment, City, Group, Sheet, Site, Sources, Station, Unit, Words
from participation.oparl.rules.vocabulary import (
    ADMINISTRATION,
    COMMITTEE,
    EXAMPLE,
    PAPER_TYPES,
    RESULTS,
    ROLES,
    TAKEN_BACK,
    agenda_order,
    meeting_name,
    meeting_state,
)
from participation.papers.rules.consultations import Competence, in_order
from participation.papers.rules.files import MIMETYPES, FileKind
from participation.papers.rules.papers import PaperState

VERSION: Final = "https://schema.oparl.org/1.1/"
PREFIX: Final = "participation"
"""The prefix of properties that the specification does not know."""

Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Built:
    """An object as it is now: what it shows, in which lists it stands, and since when it exists."""

    content: Mapping[str, Any]
    since: datetime
    body: str = ""
    organization: str = ""
    source_sha256: str = ""


def type_url(kind: Kind) -> str:
    """Return the namespace URL of a type."""
    return f"{VERSION}{TYPES[kind]}"


def build(site: Site, sources: Sources, *, today: date, now: datetime) -> dict[Key, Built]:
    """Return every object that there is, by kind and key."""
    first = min((city.since for city in sources.cities), default=now)
    built: dict[Key, Built] = {(Kind.SYSTEM, ""): Built(_system(site), first)}
    built |= {(Kind.BODY, city.key): Built(_body(city, site), city.since) for city in sources.cities}
    built |= _meetings(sources, today)
    with_meetings = {one.organization for (kind, _key), one in built.items() if kind is Kind.MEETING}
    for group in sources.groups:
        content = _group(group, meets=group.key in with_meetings)
        built[Kind.ORGANIZATION, group.key] = Built(content, group.since, group.body)
    for unit in sources.units:
        built[Kind.ORGANIZATION, unit.key] = Built(_unit(unit), unit.since, unit.body)
    return built | _papers(sources)


def _known(**values: object) -> dict[str, Any]:
    """Return what is known: a property without a value is left out."""
    return {name: value for name, value in values.items() if value not in (None, "", [], ())}


def _named(words: Words) -> dict[str, str]:
    """Return a title; one that nobody has put into German says in which language it is."""
    named = {"name": words.body}
    return named if words.language == "de" else named | {f"{PREFIX}:nameLanguage": words.language}


def _system(site: Site) -> dict[str, Any]:
    return {
        "oparlVersion": VERSION,
        "body": to_page(f"{ROOT}/bodies"),
        "website": to_page("/"),
        **_known(
            name=site.name,
            contactEmail=site.contact,
            contactName=site.operator if site.contact else "",
            license=site.licence,
        ),
    }


def _body(city: City, site: Site) -> dict[str, Any]:
    home = path_of(Kind.BODY, city.key)
    return {
        "system": to(Kind.SYSTEM, ""),
        "name": f"{city.name} ({EXAMPLE})" if city.is_example else city.name,
        "website": to_page("/"),
        "legislativeTerm": [],  # mandatory, and nothing is known of terms
        **{name: to_page(f"{home}/{end}") for name, (end, _kind) in LISTS.items()},
        **_known(contactEmail=site.contact, contactName=site.operator if site.contact else ""),
    }


def _group(group: Group, *, meets: bool) -> dict[str, Any]:
    meetings = {"meeting": to_page(f"{path_of(Kind.ORGANIZATION, group.key)}/meeting")} if meets else {}
    return {
        "body": to(Kind.BODY, group.body),
        **_named(group.name),
        "organizationType": COMMITTEE,
        **meetings,
        **_known(endDate=group.ended_on.isoformat() if group.ended_on else None, web=to_page(group.page)),
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {"body": to(Kind.BODY, unit.body), "name": unit.name, "organizationType": ADMINISTRATION}


def meeting_key(group: str, day: date) -> str:
    """Return the key of a committee's meeting on a day."""
    return f"{group}.{day.isoformat()}"


def _meetings(sources: Sources, today: date) -> dict[Key, Built]:
    """Return meetings and their items: one for each committee and day on which something is discussed in public."""
    groups = {group.key: group for group in sources.groups}
    sheets = {sheet.id: sheet for sheet in sources.sheets}
    together: dict[tuple[str, date], list[Station]] = defaultdict(list)
    for station in sources.stations:
        if station.held_on is not None:
            together[station.group, station.held_on].append(station)
    built: dict[Key, Built] = {}
    for (group, day), unordered in together.items():
        stations = sorted(unordered, key=lambda one: (agenda_order(one.agenda_number), one.since, one.id))
        key, body = meeting_key(group, day), groups[group].body
        since = min(station.since for station in stations)
        built[Kind.MEETING, key] = Built(_meeting(groups[group], day, stations, today), since, body, group)
        for order, station in enumerate(stations):
            item = _agenda_item(station, sheets[station.paper], key, order)
            built[Kind.AGENDA_ITEM, station.id] = Built(item, station.since, body)
    return built


def _meeting(group: Group, day: date, stations: Sequence[Station], today: date) -> dict[str, Any]:
    midnight = datetime.combine(day, time.min, ZoneInfo(stations[0].zone))
    return {
        "name": meeting_name(group.name.body, day),
        "meetingState": meeting_state(day, today, has_results=all(station.outcome for station in stations)),
        "start": midnight.isoformat(),
        f"{PREFIX}:timeUnknown": True,  # only the day is known; `start` names its first moment
        "organization": [to(Kind.ORGANIZATION, group.key)],
        "agendaItem": [inside(Kind.AGENDA_ITEM, station.id) for station in stations],
    }


def _agenda_item(station: Station, sheet: Sheet, meeting: str, order: int) -> dict[str, Any]:
    return {
        "meeting": to(Kind.MEETING, meeting),
        "order": order,
        **_named(sheet.subject),
        "public": True,
        "consultation": to(Kind.CONSULTATION, station.id),
        "web": to_page(sheet.page),
        **_known(
            number=station.agenda_number,
            result=RESULTS[station.outcome] if station.outcome else None,
            resolutionText=station.resolution,
        ),
    }


def _papers(sources: Sources) -> dict[Key, Built]:
    stations: dict[str, list[Station]] = defaultdict(list)
    for station in sources.stations:
        stations[station.paper].append(station)
    files: dict[str, list[Attachment]] = defaultdict(list)
    for file in sources.attachments:
        files[file.paper].append(file)
    built: dict[Key, Built] = {}
    for sheet in sources.sheets:
        own = in_order(stations[sheet.id])
        main = main_file(sheet, files[sheet.id])
        built[Kind.PAPER, sheet.id] = Built(_paper(sheet, own, main, files[sheet.id]), sheet.since, sheet.body)
        for station in own:
            built[Kind.CONSULTATION, station.id] = Built(_consultation(station, sheet), station.since, sheet.body)
        for file in files[sheet.id]:
            content = _file(file, sheet, main, files[sheet.id])
            built[Kind.FILE, file.id] = Built(content, file.since, sheet.body, source_sha256=file.sha256)
    return built


def main_file(sheet: Sheet, files: Iterable[Attachment]) -> Attachment | None:
    """Return the file that a paper is read from: its PDF in German, else in its own language, else any."""
    wanted = {tag: place for place, tag in enumerate(dict.fromkeys(("de", sheet.language)))}
    pdfs = [file for file in files if file.kind is FileKind.PDF]
    return min(pdfs, key=lambda file: (wanted.get(file.language, len(wanted)), file.language), default=None)


def _paper(
    sheet: Sheet, stations: Sequence[Station], main: Attachment | None, files: Sequence[Attachment]
) -> dict[str, Any]:
    return {
        "body": to(Kind.BODY, sheet.body),
        **_named(sheet.subject),
        "reference": sheet.number,
        "paperType": PAPER_TYPES[sheet.kind],
        "web": to_page(sheet.page),
        **_known(
            date=sheet.dated_on.isoformat() if sheet.dated_on else None,
            relatedPaper=[to(Kind.PAPER, other) for other in sheet.related],
            mainFile=inside(Kind.FILE, main.id) if main else None,
            auxiliaryFile=[inside(Kind.FILE, file.id) for file in files if file is not main],
            underDirectionOf=[to(Kind.ORGANIZATION, sheet.unit)] if sheet.unit else [],
            consultation=[inside(Kind.CONSULTATION, station.id) for station in stations],
            keyword=[TAKEN_BACK] * (sheet.state is PaperState.WITHDRAWN) + [EXAMPLE] * sheet.is_example,
        ),
    }


def _consultation(station: Station, sheet: Sheet) -> dict[str, Any]:
    meeting = meeting_key(station.group, station.held_on) if station.held_on else None
    return {
        "paper": to(Kind.PAPER, sheet.id),
        "organization": [to(Kind.ORGANIZATION, station.group)],
        "authoritative": station.competence is Competence.DECISION,
        "role": ROLES[station.competence],
        "web": to_page(sheet.page),
        **_known(
            meeting=to(Kind.MEETING, meeting) if meeting else None,
            agendaItem=to(Kind.AGENDA_ITEM, station.id) if meeting else None,
        ),
    }


def _file(file: Attachment, sheet: Sheet, main: Attachment | None, files: Sequence[Attachment]) -> dict[str, Any]:
    name = file_name(sheet.slug, file.language, file.kind)
    home = path_of(Kind.FILE, file.id)
    others = [other for other in files if main and other.language == main.language and other is not main]
    return {
        "name": f"{sheet.number} ({file.kind.value.upper()}, {file.language})",
        "fileName": name,
        "mimeType": MIMETYPES[file.kind],
        "size": file.size,
        "accessUrl": to_page(f"{home}/access/{name}"),
        "downloadUrl": to_page(f"{home}/download/{name}"),
        "paper": [to(Kind.PAPER, sheet.id)],
        **_known(
            date=sheet.dated_on.isoformat() if sheet.dated_on else None,
            masterFile=to(Kind.FILE, main.id) if main and file in others else None,
            derivativeFile=[to(Kind.FILE, other.id) for other in others] if file is main else [],
        ),
    }


def file_name(slug: str, language: str, kind: FileKind) -> str:
    """Return what a file is called when it is saved: vo-2026-00123.de.pdf."""
    return f"{slug}.{language}.{kind.value}"
