"""Acts on money and plans."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.http.abuse.acts import OFFICE, Act, Spot

_ENVELOPE: Final = MappingProxyType({"code": lambda at: at["envelope"]})
_PLAN: Final = MappingProxyType({"plan": lambda at: at["plan"]})
_MONEY: Final = {
    "amount": "120.000",
    "first_year": "2032",
    "mode": "additive",
    "decided_on": "2021-03-25",
    "title-de": "Weitere Mittel",
    "source-de": "Beschluss des Rates",
    "based_on": "1",
}
_MONEY_JSON: Final = {
    "cents": 12_000_000,
    "first_year": 2032,
    "mode": "additive",
    "decided_on": "2021-03-25",
    "titles": {"de": "Weitere Mittel"},
    "sources": {"de": "Beschluss des Rates"},
}
_WHY: Final = {"reason": "Der Rat hat es sich anders überlegt.", "language": "de", "based_on": "1"}
_CHOICE: Final = {**_WHY, "measure": "M01", "choice": "out"}
_BASIS: Final = {"based_on": "1"}
_BASIS_JSON: Final = {"based_on": 1}


def _seen(at: Spot) -> dict[str, object]:
    return {"seen": at["plan_hash"]}


def _planned(at: Spot) -> Mapping[str, object]:
    return {
        "slug": "neu",
        "title-de": "Ein Plan",
        "ranking": at["counted ranking"],
        "first_year": "2031",
        "last_year": "2032",
        "based_on": "1",
    }


def _planned_json(at: Spot) -> Mapping[str, object]:
    return {
        "slug": "neu",
        "titles": {"de": "Ein Plan"},
        "ranking": at["counted ranking"],
        "first_year": 2031,
        "last_year": 2032,
    }


def _changed_json(at: Spot) -> Mapping[str, object]:
    return {name: value for name, value in _planned_json(at).items() if name != "slug"} | _BASIS_JSON


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "budgeting.enter_envelope": Act(OFFICE, {**_MONEY, "code": "E2"}),
        "api_budgeting.enter_envelope": Act(OFFICE, {**_MONEY_JSON, "code": "E2"}),
        "budgeting.revise_envelope": Act(OFFICE, {**_MONEY, "code": "E1"}, parts=_ENVELOPE),
        "api_budgeting.revise_envelope": Act(OFFICE, {**_MONEY_JSON, "based_on": 1}, parts=_ENVELOPE),
        "budgeting.withdraw_envelope": Act(OFFICE, _WHY, parts=_ENVELOPE),
        "api_budgeting.withdraw_envelope": Act(OFFICE, {**_WHY, "based_on": 1}, parts=_ENVELOPE),
        "budgeting.begin_plan": Act(OFFICE, _planned),
        "api_budgeting.begin_plan": Act(OFFICE, _planned_json),
        "budgeting.revise_plan": Act(OFFICE, _planned, parts=_PLAN),
        "api_budgeting.revise_plan": Act(OFFICE, _changed_json, parts=_PLAN),
        "budgeting.decide_by_hand": Act(OFFICE, _CHOICE, parts=_PLAN),
        "api_budgeting.decide_by_hand": Act(OFFICE, {**_CHOICE, "based_on": 1}, parts=_PLAN),
        "budgeting.settle_plan": Act(OFFICE, lambda at: _seen(at) | _BASIS, parts=_PLAN),
        "api_budgeting.settle_plan": Act(OFFICE, lambda at: _seen(at) | _BASIS_JSON, parts=_PLAN),
        "budgeting.discard_plan": Act(OFFICE, _BASIS, parts=_PLAN),
        "api_budgeting.discard_plan": Act(OFFICE, _BASIS_JSON, parts=_PLAN),
    }
)
