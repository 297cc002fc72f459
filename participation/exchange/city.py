"""The example city's files, which travel with the package (CC0): what they say, as plain values."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from participation.texts.models import Origin

City = Mapping[str, Any]
_DATA: Final = files("participation.exchange") / "data"


@cache
def example_city() -> City:
    """Return the whole file of the city."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    city: City = yaml.load(city_file(), Loader=loader)  # noqa: S506 - a safe loader, of our own file
    return city


@cache
def together() -> Mapping[str, Any]:
    """Return what the organisations of the city do together."""
    found: Mapping[str, Any] = yaml.safe_load((_DATA / "example_together.yaml").read_bytes())
    return found


@cache
def meetings() -> Sequence[Mapping[str, Any]]:
    """Return what the example tells of its gatherings."""
    found: Sequence[Mapping[str, Any]] = yaml.safe_load((_DATA / "example_meetings.yaml").read_bytes())
    return found


@cache
def costing_sheets() -> Mapping[str, Mapping[str, Any]]:
    """Return what is said about some measures beside money, by their codes."""
    sheets: Mapping[str, Mapping[str, Any]] = yaml.safe_load((_DATA / "costing_sheets.yaml").read_bytes())
    return sheets


@cache
def concept() -> Mapping[str, Any]:
    """Return what the concept says beside what the city's own file says."""
    found: Mapping[str, Any] = yaml.safe_load((_DATA / "example_concept.yaml").read_bytes())
    return found


@cache
def afterwards() -> Mapping[str, Any]:
    """Return what followed the council's decision beside what the city's own file says."""
    found: Mapping[str, Any] = yaml.safe_load((_DATA / "example_afterwards.yaml").read_bytes())
    return found


@cache
def papers() -> dict[str, Any]:
    """Return what the city's administration puts before the council."""
    found: dict[str, Any] = yaml.safe_load((_DATA / "example_papers.yaml").read_bytes())
    return found


def city_file() -> bytes:
    """Return the file as it lies there, for the import."""
    return (_DATA / "example_city.yaml").read_bytes()


def generated_ballots() -> Iterator[tuple[str, Any]]:
    """Yield (round, content) of every generated ballot in the order of the file."""
    with (_DATA / "example_ballots.jsonl.gz").open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for line in lines:
            ballot = json.loads(line)
            yield ballot["round"], ballot["content"]


def origins(city: City) -> dict[str, Origin]:
    """Return who worded the file's texts, by language."""
    return {tag: Origin(name) for tag, name in city["text_origin"].items()}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns the file's offsets into moments, relative to the day on which it is loaded."""

    today: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, city: City, now: datetime) -> "Calendar":
        """Begin at the present day in the city's time zone."""
        zone = ZoneInfo(city["city"]["time_zone"])
        return cls(now.astimezone(zone), zone)

    def midnight(self, day: int) -> datetime:
        """Return 00:00 of a day, 0 being the day of loading."""
        return datetime.combine(self.today.date() + timedelta(days=day), time(), tzinfo=self.zone)

    def noon(self, day: int) -> datetime:
        """Return 12:00 of a day."""
        return datetime.combine(self.today.date() + timedelta(days=day), time(12), tzinfo=self.zone)

    def month(self, offset: int) -> str:
        """Return a month as costings write it, 0 being the month of loading."""
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + offset, 12)
        return f"{year}-{month + 1:02d}"

    def year(self, number: int) -> int:
        """Return a calendar year: year 1, the first that the envelopes pay for, is the one in which day 90 falls."""
        return self.midnight(90).year - 1 + number

    def not_after_now(self, moment: datetime) -> datetime:
        """Return the moment, or the moment of loading if that comes first: what happened lies in the past."""
        return min(moment, self.today)
