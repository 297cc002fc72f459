"""Acts on council papers, stations, committees and files; issuing rests on a preview and is tried where one is read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from tests.factories.council_papers import DRAFT, ISSUED
from tests.http.abuse.acts import ANYBODY, OFFICE, Act, Spot

_PAPER: Final = {
    "number": "VO/2026/00009",
    "kind": "report",
    "language": "de",
    "subject": "Bericht",
    "lead_unit": "Stabsstelle",
}
_STATION: Final = {"committee": "rat", "competence": "decision"}
_COMMITTEE: Final = {"name-de": "Bauausschuss"}
_COMMITTEE_JSON: Final = {"names": {"de": "Bauausschuss"}, "is_public": True}
_FILE: Final = {"kind": "json", "language": "de"}
_ASKING: Final = ANYBODY | {"token"}
"""Files of what is public are for programs too, whatever they may do otherwise."""
_FRESH: Final = {"based_on": "1"}
_FRESH_JSON: Final = {"based_on": 1}
Parts = Mapping[str, str | Callable[[Spot], str]]
_SOZIAL: Final[Parts] = MappingProxyType({"code": "sozial"})
_TO_DRAFT: Final[Parts] = MappingProxyType({"slug": DRAFT})
_TO_ISSUED: Final[Parts] = MappingProxyType({"slug": ISSUED})


def _of(name: str, more: Mapping[str, Any], *, as_json: bool = False) -> Any:
    """Send something on the revision of a thing."""

    def sent(at: Spot) -> Mapping[str, Any]:
        return {**more, "based_on": int(at[name]) if as_json else at[name]}

    return sent


def _draft_station(at: Spot) -> str:
    return at["draft_station"]


def _issued_station(at: Spot) -> str:
    return at["issued_station"]


def _file(at: Spot) -> str:
    return at["file"]


_AT_DRAFT: Final[Parts] = MappingProxyType({"slug": DRAFT, "station": _draft_station})
_AT_ISSUED: Final[Parts] = MappingProxyType({"slug": ISSUED, "station": _issued_station})
_DRAFT_STATION: Final = "draft_station_revision"
_ISSUED_STATION: Final = "issued_station_revision"

ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "papers.write": Act(OFFICE, _PAPER),
        "api_papers.write_paper": Act(OFFICE, _PAPER),
        "papers.revise": Act(OFFICE, _of("draft_revision", _PAPER), parts=_TO_DRAFT),
        "api_papers.revise_paper": Act(OFFICE, _of("draft_revision", _PAPER, as_json=True), parts=_TO_DRAFT),
        "papers.discard": Act(OFFICE, _of("draft_revision", {}), parts=_TO_DRAFT),
        "api_papers.discard_paper": Act(OFFICE, _of("draft_revision", {}, as_json=True), parts=_TO_DRAFT),
        "papers.withdraw": Act(OFFICE, _of("issued_revision", {"reason": "Ein Fehler."}), parts=_TO_ISSUED),
        "api_papers.withdraw_paper": Act(
            OFFICE, _of("issued_revision", {"reason": "Ein Fehler."}, as_json=True), parts=_TO_ISSUED
        ),
        "papers.begin_next_version": Act(OFFICE, parts=_TO_ISSUED),
        "api_papers.begin_next_version": Act(OFFICE, parts=_TO_ISSUED),
        "papers.add_station": Act(OFFICE, _STATION, parts=_TO_DRAFT),
        "api_papers.add_station": Act(OFFICE, _STATION, parts=_TO_DRAFT),
        "papers.change_station": Act(OFFICE, _of(_DRAFT_STATION, _STATION), parts=_AT_DRAFT),
        "api_papers.change_station": Act(OFFICE, _of(_DRAFT_STATION, _STATION, as_json=True), parts=_AT_DRAFT),
        "papers.remove_station": Act(OFFICE, _of(_DRAFT_STATION, {}), parts=_AT_DRAFT),
        "api_papers.remove_station": Act(OFFICE, _of(_DRAFT_STATION, {}, as_json=True), parts=_AT_DRAFT),
        "papers.note_outcome": Act(OFFICE, _of(_ISSUED_STATION, {"outcome": "noted"}), parts=_AT_ISSUED),
        "api_papers.note_outcome": Act(
            OFFICE, _of(_ISSUED_STATION, {"outcome": "noted"}, as_json=True), parts=_AT_ISSUED
        ),
        "papers.amend": Act(OFFICE, _of(_ISSUED_STATION, {"body": "Später."}), parts=_AT_ISSUED),
        "api_papers.amend": Act(OFFICE, _of(_ISSUED_STATION, {"text": "Später."}, as_json=True), parts=_AT_ISSUED),
        "papers.add_committee": Act(OFFICE, _COMMITTEE | {"code": "bau"}),
        "api_papers.add_committee": Act(OFFICE, _COMMITTEE_JSON | {"code": "bau"}),
        "papers.change_committee": Act(OFFICE, _COMMITTEE | _FRESH | {"code": "sozial"}, parts=_SOZIAL),
        "api_papers.change_committee": Act(OFFICE, _COMMITTEE_JSON | _FRESH_JSON | {"code": "sozial"}, parts=_SOZIAL),
        "papers.remove_committee": Act(OFFICE, _FRESH, parts=_SOZIAL),
        "api_papers.remove_committee": Act(OFFICE, _FRESH_JSON, parts=_SOZIAL),
        "papers.request_file": Act(ANYBODY, _FILE, parts=_TO_ISSUED, foreign=ANYBODY),
        "api_papers.request_file": Act(_ASKING, _FILE, parts=_TO_ISSUED, foreign=_ASKING),
        "papers.reset_template": Act(OFFICE),
        "api_papers.reset_template": Act(OFFICE),
        "papers.request_again": Act(ANYBODY, parts={"file": _file}, foreign=ANYBODY),
    }
)
