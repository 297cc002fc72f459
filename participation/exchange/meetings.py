"""The gatherings of the example city: sessions with minutes, a workshop day with its notes, assisted sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from participation.core.windows import Window
from participation.exchange.cast import official
from participation.exchange.city import Calendar, City, meetings, origins
from participation.gatherings import services
from participation.gatherings.models import Gathering
from participation.gatherings.queries import members_of
from participation.gatherings.rules import GatheringKind, Presence
from participation.gatherings.services import AgendaDraft, GatheringDraft, MinutesDraft, NoteDraft, TableDraft
from participation.processes.models import Process
from participation.texts.models import Text, TextVersion

ANNOUNCER: Final = "Birte"
FACILITATOR: Final = "Hatice"
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Meetings:
    """What every step of entering a gathering needs."""

    session: Session
    process: Process
    city: City
    calendar: Calendar

    def told_by(self, given_name: str, day: int) -> dict[str, Any]:
        """Return who acts and when, never in the future."""
        now = self.calendar.not_after_now(self.calendar.noon(day))
        return {"actor": official(self.session, given_name), "now": now}


def enter_meetings(session: Session, process: Process, city: City, calendar: Calendar) -> None:
    """Enter everything that the file tells of gatherings, in its order."""
    stage = _Meetings(session, process, city, calendar)
    for entry in meetings():
        gathering = _announce(stage, entry)
        for item in entry.get("agenda", ()):
            _put_on_agenda(stage, gathering, entry, item)
        for number, table in enumerate(entry.get("tables", ()), start=1):
            _enter_table(stage, gathering, entry, number, table)
        if "attendance" in entry:
            _enter_attendance(stage, gathering, entry)
        if "written_by" in entry:
            _enter_minutes(stage, gathering, entry)
        if "approved_by" in entry:
            services.approve_record(
                session,
                process.slug,
                gathering.number,
                based_on=gathering.revision,
                **stage.told_by(entry["approved_by"], entry["approved_day"]),
            )


def _announce(stage: _Meetings, entry: Entry) -> Gathering:
    kind = GatheringKind(entry["kind"])
    begins, ends = (_hour(stage.calendar, entry["day"], hour) for hour in entry["hours"])
    draft = GatheringDraft(
        kind=kind,
        place=entry["place"],
        window=Window(begins, ends),
        titles=entry.get("title", {}),
        interpreters=tuple(entry.get("interpreters", ())),
        round=entry["round"],
        headcount=entry.get("headcount"),
    )
    announcer = FACILITATOR if kind is GatheringKind.ASSISTED else ANNOUNCER
    gathering = services.create_gathering(
        stage.session, stage.process.slug, draft, **stage.told_by(announcer, entry["day"] - 14)
    )
    _mark(stage, gathering.title)
    return gathering


def _put_on_agenda(stage: _Meetings, gathering: Gathering, entry: Entry, item: Entry) -> None:
    draft = AgendaDraft(item.get("title", {}), item.get("proposals", ()))
    put = services.put_on_agenda(
        stage.session, stage.process.slug, gathering.number, draft, **stage.told_by(ANNOUNCER, entry["day"] - 7)
    )
    _mark(stage, put.title)


def _enter_table(stage: _Meetings, gathering: Gathering, entry: Entry, number: int, table: Entry) -> None:
    at = (stage.session, stage.process.slug, gathering.number)
    facilitator = official(stage.session, FACILITATOR).id
    draft = TableDraft(number, table["theme"], facilitator, table.get("headcount"))
    _mark(stage, services.set_table(*at, draft, **stage.told_by(ANNOUNCER, entry["day"] - 7)).theme)
    for note in table.get("notes", ()):
        said = NoteDraft(note["language"], note["body"], note.get("proposals", ()))
        written = services.write_note(*at, number, said, **stage.told_by(FACILITATOR, entry["day"]))
        for tag, words in note.get("translation", {}).items():
            told = NoteDraft(tag, words)
            services.translate_note(*at, written.id, told, based_on=1, **stage.told_by(FACILITATOR, entry["day"] + 1))


def _enter_attendance(stage: _Meetings, gathering: Gathering, entry: Entry) -> None:
    missing = {name: Presence(presence) for presence, names in entry["attendance"].items() for name in names}
    services.note_attendance(
        stage.session,
        stage.process.slug,
        gathering.number,
        {
            seat.id: missing.get(account.display_name, Presence.PRESENT)
            for seat, account in members_of(stage.session, gathering)
        },
        guests=entry["guests"],
        based_on=gathering.revision,
        **stage.told_by(entry["written_by"], entry["day"] + 1),
    )


def _enter_minutes(stage: _Meetings, gathering: Gathering, entry: Entry) -> None:
    """Write the minutes in the process's language first, then their translations."""
    first = stage.process.default_language
    for tag in (first, *(tag for tag in entry["minutes"] if tag != first)):
        items = {item.id: told["minutes"][tag] for item, told in zip(gathering.items, entry["agenda"], strict=True)}
        services.write_minutes(
            stage.session,
            stage.process.slug,
            gathering.number,
            MinutesDraft(tag, entry["minutes"][tag], items),
            based_on=gathering.revision,
            **stage.told_by(entry["written_by"], entry["day"] + 1),
        )


def _hour(calendar: Calendar, day: int, hour: int) -> datetime:
    return calendar.noon(day) + timedelta(hours=hour - 12)


def _mark(stage: _Meetings, text: Text | None) -> None:
    """Say of each language of an official's text who worded it, as of the other texts of the example."""
    if text is not None:
        for tag, origin in origins(stage.city).items():
            stage.session.execute(
                update(TextVersion)
                .where(TextVersion.text_id == text.id, TextVersion.language == tag)
                .values(origin=origin)
            )
        stage.session.expire(text)
