"""What objects are made of: plain values of what is public, as the queries read them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.files import FileKind
from participation.papers.rules.papers import PaperKind, PaperState


@dataclass(frozen=True, slots=True)
class Site:
    """The site itself: what it is called, who runs it, and under which licence its data may be used."""

    name: str
    operator: str = ""
    contact: str = ""
    licence: str = ""
    shows_examples: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A title as it is put out, and the language in which it is."""

    body: str
    language: str


@dataclass(frozen=True, slots=True)
class City:
    """A city whose processes this site holds."""

    key: str
    name: str
    since: datetime
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A committee; those of one code in several processes of a city are one and the same."""

    key: str
    body: str
    name: Words
    since: datetime
    page: str
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the administration that leads a paper. All that is known of it is what it is called."""

    key: str
    body: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper that everybody may read."""

    id: str
    body: str
    page: str
    slug: str
    number: str
    kind: PaperKind
    state: PaperState
    subject: Words
    language: str
    dated_on: date | None
    unit: str
    since: datetime
    related: tuple[str, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Station:
    """A consultation in public."""

    id: str
    paper: str
    group: str
    position: int
    held_on: date | None
    zone: str
    competence: Competence
    agenda_number: str | None
    outcome: Outcome | None
    resolution: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A finished file of a paper."""

    id: str
    paper: str
    kind: FileKind
    language: str
    sha256: str
    size: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that is public, in a stable order."""

    cities: tuple[City, ...] = ()
    groups: tuple[Group, ...] = ()
    units: tuple[Unit, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    stations: tuple[Station, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())
