"""Acts of organisations and their delegates, of supporters, of departments with many costs, and on tablets."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tests.http.abuse.acts import (
    ACCOUNTS,
    ADMINS,
    ANYBODY,
    DRAFT,
    FACILITATION,
    NOBODY,
    OFFICE,
    OPEN,
    PARTICIPANTS,
    Act,
    Spot,
)
from tests.http.abuse.table.rounds import PROCESS

_WISH: Final = {"name": "Hafen e. V.", "kind": "migrant_association", "languages": ["de"], "language": "de"}
_WISH_JSON: Final = {
    "name": "Hafen e. V.",
    "kind": "migrant_association",
    "languages": ["de"],
    "description": {"language": "de", "body": "Wir helfen."},
}
_NAMED: Final = {"email": "noch-jemand@lindenhafen.example", "display_name": "Noch jemand", "role_label": "Kasse"}
_APPLICATION: Final = MappingProxyType({"application_id": lambda at: at["application"]})
_PROPOSED: Final = MappingProxyType({"proposed_id": lambda at: at["proposed"]})
_TABLET: Final = MappingProxyType({"public_id": lambda at: at["tablet"]})
_IDENTITY: Final = MappingProxyType({"identity_id": lambda at: at.mine("identity")})
_CITIZEN: Final = frozenset({"citizen"})
_DELEGATE: Final = frozenset({"delegate"})
_BUSY: Final = frozenset({409})
_GUESTS: Final = PARTICIPANTS - {"code"}
_REASON: Final = {"reason-de": "Der Grund."}
_REASONS: Final = {"reasons": {"de": "Der Grund."}}
_CARDS: Final = {state: f"cards-{state}" for state in ("draft", "open", "closed")}
_COSTING: Final = {"open": "costing-open"}
_COPY: Final = {"starts_on": "2027-01-04"}
_FIRM: Final = frozenset({303, 409})


def _supported(at: Spot) -> Mapping[str, Any]:
    return {"round": at.round, "based_on": 1}


def _round(at: Spot) -> Mapping[str, Any]:
    return {"round": at.round}


def _rows(at: Spot) -> list[dict[str, Any]]:
    costs = {"once_cents": 5_000, "annual_cents": 0, "quality": "calculated", "cover": "open", "language": "de"}
    return [costs | {"code": at["measure"], "based_on": 1}]


def _costs(at: Spot) -> Mapping[str, Any]:
    return {"rows": json.dumps(_rows(at)), "round": at.round}


def _costs_json(at: Spot) -> Mapping[str, Any]:
    return {"rows": _rows(at), "round": at.round}


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "accounts.unlink_identity": Act(ACCOUNTS, others=NOBODY, foreign=NOBODY, parts=_IDENTITY),
        "api_accounts.unlink_identity": Act(ACCOUNTS, others=NOBODY, foreign=NOBODY, parts=_IDENTITY),
        "accounts.apply_for_organisation": Act(
            ACCOUNTS - _DELEGATE, _WISH | {"description": "Wir helfen."}, foreign=ACCOUNTS, refused=_BUSY
        ),
        "api_accounts.apply_for_organisation": Act(ACCOUNTS - _DELEGATE, _WISH_JSON, foreign=ACCOUNTS, refused=_BUSY),
        "accounts.withdraw_application": Act(_CITIZEN, others=NOBODY, parts=_APPLICATION),
        "api_accounts.withdraw_application": Act(_CITIZEN, others=NOBODY, parts=_APPLICATION),
        "accounts.approve_application": Act(OFFICE, parts=_APPLICATION),
        "api_accounts.approve_application": Act(OFFICE, parts=_APPLICATION),
        "accounts.decline_application": Act(OFFICE, _REASON, parts=_APPLICATION),
        "api_accounts.decline_application": Act(OFFICE, _REASONS, parts=_APPLICATION),
        "accounts.propose_delegate": Act(_DELEGATE, _NAMED, others=NOBODY),
        "api_accounts.propose_delegate": Act(_DELEGATE, _NAMED, others=NOBODY),
        "accounts.approve_delegate": Act(OFFICE, parts=_PROPOSED),
        "api_accounts.approve_delegate": Act(OFFICE, parts=_PROPOSED),
        "accounts.decline_delegate": Act(OFFICE, _REASON, parts=_PROPOSED),
        "api_accounts.decline_delegate": Act(OFFICE, _REASONS, parts=_PROPOSED),
        "accounts.lay_down_mandate": Act(_DELEGATE, others=NOBODY),
        "api_accounts.lay_down_mandate": Act(_DELEGATE, others=NOBODY),
        "proposals.support": Act(
            PARTICIPANTS - _CITIZEN, _supported, OPEN, others=PARTICIPANTS, foreign=_GUESTS, refused=_FIRM
        ),
        "api_proposals.support_proposal": Act(
            PARTICIPANTS - _CITIZEN, _supported, OPEN, others=PARTICIPANTS, foreign=_GUESTS, refused=_FIRM
        ),
        "proposals.withdraw_support": Act(PARTICIPANTS, _round, OPEN, foreign=_GUESTS, changes=False, refused=_FIRM),
        "api_proposals.withdraw_support": Act(
            PARTICIPANTS, _round, OPEN, foreign=_GUESTS, changes=False, refused=_FIRM
        ),
        "proposals.declare_interest": Act(
            frozenset({"steering"}), {"words": "Ich arbeite dort.", "language": "de", "standing": "steering"}
        ),
        "api_proposals.declare_interest": Act(
            frozenset({"steering"}), {"words": {"body": "Ich arbeite dort.", "language": "de"}, "standing": "steering"}
        ),
        "proposals.withdraw_interest": Act(NOBODY, refused=frozenset({303})),
        "api_proposals.withdraw_interest": Act(NOBODY),
        "costings.apply_sheet": Act(OFFICE | {"department"}, _costs, OPEN, others=OFFICE, rounds=_COSTING),
        "api_costings.apply_costing_rows": Act(
            OFFICE | {"department"}, _costs_json, OPEN, others=OFFICE, rounds=_COSTING
        ),
        "costings.remind": Act(OFFICE, when=OPEN, rounds=_COSTING),
        "api_costings.remind_of_costs": Act(OFFICE, when=OPEN, rounds=_COSTING),
        "rounds.make_tablet": Act(FACILITATION, {"label": "Tisch 9"}, DRAFT | OPEN, rounds=_CARDS),
        "rounds.end_tablet": Act(FACILITATION, when=OPEN, rounds=_CARDS, parts=_TABLET),
        "api_rounds.end_tablet": Act(FACILITATION, when=OPEN, rounds=_CARDS, parts=_TABLET),
        "rounds.save_overlap": Act(NOBODY, {"forbids_overlap": "y"}, refused=_FIRM),
        "api_rounds.settle": Act(NOBODY, {"forbids_overlap": True}, refused=_FIRM),
        "ballots.mark": Act(ANYBODY, {"option": "M01", "mark": "on"}, OPEN, foreign=ANYBODY, changes=False),
        "ballots.remind_me": Act(ACCOUNTS, {"wanted": "yes"}, OPEN, foreign=ACCOUNTS, refused=_BUSY),
        "api_ballots.ask_for_reminder": Act(ACCOUNTS, {"wanted": True}, OPEN, foreign=ACCOUNTS, refused=_BUSY),
        "exchange.copy_process": Act(ADMINS, PROCESS | _COPY | {"title-de": "Kopie", "then": "make"}),
        "exchange.use_template": Act(
            ADMINS, PROCESS | _COPY | {"title-de": "Konzept", "then": "make"}, parts={"name": "two_phase_concept"}
        ),
        "api_exchange.make_from_template": Act(
            ADMINS, PROCESS | _COPY | {"titles": {"de": "Konzept"}}, parts={"name": "two_phase_concept"}
        ),
        "api_exchange.copy_process": Act(ADMINS, _COPY | {"titles": {"de": "Kopie"}}),
    }
)
