"""Acts on the concept's draft; publishing rests on the draft that was read and is tried where one is read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.http.abuse.acts import ANYBODY, OFFICE, Act

_PRINCIPLE: Final = {"sentence-de": "Wer betroffen ist, wird früh gefragt."}
_PRINCIPLE_JSON: Final = {"sentences": {"de": "Wer betroffen ist, wird früh gefragt."}}
_SECTION: Final = {"title-de": "Wie es weitergeht", "body-de": "Jedes Jahr wird berichtet.", "place": "opening"}
_SECTION_JSON: Final = {
    "titles": {"de": "Wie es weitergeht"},
    "bodies": {"de": "Jedes Jahr wird berichtet."},
    "place": "opening",
}
_P1: Final = MappingProxyType({"code": "P1"})
_S1: Final = MappingProxyType({"code": "S1"})
_FIRST: Final = MappingProxyType({"number": "1"})
_FILE: Final = {"kind": "csv", "language": "de"}
_NEW: Final = {"based_on": "0"}
_BASIS: Final = {"based_on": "1"}
_BASIS_JSON: Final = {"based_on": 1}

ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "concept.request_file": Act(ANYBODY, _FILE, parts=_FIRST, foreign=ANYBODY),
        "api_concept.request_file": Act(ANYBODY | {"token"}, _FILE, parts=_FIRST, foreign=ANYBODY | {"token"}),
        "concept.add_principle": Act(OFFICE, _PRINCIPLE | _NEW),
        "api_concept.add_principle": Act(OFFICE, _PRINCIPLE_JSON),
        "concept.change_principle": Act(OFFICE, _PRINCIPLE | _BASIS, parts=_P1),
        "api_concept.change_principle": Act(OFFICE, _PRINCIPLE_JSON | _BASIS_JSON, parts=_P1),
        "concept.remove_principle": Act(OFFICE, _BASIS, parts=_P1),
        "concept.add_section": Act(OFFICE, _SECTION | _NEW),
        "api_concept.add_section": Act(OFFICE, _SECTION_JSON),
        "concept.change_section": Act(OFFICE, _SECTION | _BASIS, parts=_S1),
        "api_concept.change_section": Act(OFFICE, _SECTION_JSON | _BASIS_JSON, parts=_S1),
        "concept.remove_section": Act(OFFICE, _BASIS, parts=_S1),
    }
)
