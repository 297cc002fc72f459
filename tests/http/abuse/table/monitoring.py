"""Acts on what follows the decision: statuses of measures, the roadmap, and being told by mail."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from participation.core.windows import utcnow
from tests.http.abuse.acts import ACCOUNTS, OFFICE, Act, Spot

_MEASURE: Final = MappingProxyType({"code": lambda at: at["measure"]})
_STEP: Final = MappingProxyType({"step": lambda at: at["step"]})
_DONE_STEP: Final = MappingProxyType({"step": lambda at: at["done step"]})
_TITLES: Final = {"title-de": "Bericht an den Rat", "repeat": "yearly", "based_on": "1"}
_TITLES_JSON: Final = {"titles": {"de": "Bericht an den Rat"}, "repeat": "yearly"}


def _status(_at: Spot) -> Mapping[str, object]:
    return {"state": "running", "since": _today(), "based_on": "0"}


def _status_json(_at: Spot) -> Mapping[str, object]:
    return {"status": "running", "since": _today(), "based_on": 0}


def _done(_at: Spot) -> Mapping[str, object]:
    return {"done_on": _today(), "based_on": 0}


def _today() -> str:
    return utcnow().date().isoformat()


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "monitoring.send_report": Act(OFFICE | {"department"}, _status, others=OFFICE, parts=_MEASURE),
        "api_monitoring.report_status": Act(OFFICE | {"department"}, _status_json, others=OFFICE, parts=_MEASURE),
        "monitoring.add_step": Act(OFFICE, _TITLES),
        "api_monitoring.add_step": Act(OFFICE, _TITLES_JSON),
        "monitoring.save_step": Act(OFFICE, _TITLES, parts=_STEP),
        "api_monitoring.change_step": Act(OFFICE, _TITLES_JSON | {"based_on": 1}, parts=_STEP),
        "monitoring.move_step": Act(OFFICE, parts=_STEP),
        "api_monitoring.move_step": Act(OFFICE, {"direction": "later"}, parts=_STEP),
        "monitoring.remove_step": Act(OFFICE, parts=_STEP),
        "api_monitoring.remove_step": Act(OFFICE, parts=_STEP),
        "monitoring.note_done": Act(OFFICE, _done, parts=_STEP),
        "api_monitoring.note_done": Act(OFFICE, _done, parts=_STEP),
        "monitoring.take_back_done": Act(OFFICE, {"based_on": "1"}, parts=_DONE_STEP),
        "api_monitoring.take_back_done": Act(OFFICE, {"based_on": 1}, parts=_DONE_STEP),
        "monitoring.follow_process": Act(ACCOUNTS, foreign=ACCOUNTS),
        "monitoring.unfollow_process": Act(ACCOUNTS, foreign=ACCOUNTS, changes=False),
        "api_monitoring.change_following": Act(ACCOUNTS, {"wanted": True}, foreign=ACCOUNTS),
        "monitoring.follow_proposal": Act(ACCOUNTS, foreign=ACCOUNTS),
        "monitoring.unfollow_proposal": Act(ACCOUNTS, foreign=ACCOUNTS, changes=False),
        "api_monitoring.change_following_of_proposal": Act(ACCOUNTS, {"wanted": True}, foreign=ACCOUNTS),
        "monitoring.stop_following": Act(ACCOUNTS, foreign=ACCOUNTS, changes=False),
        "api_monitoring.stop_following": Act(ACCOUNTS, foreign=ACCOUNTS, changes=False),
    }
)
