"""Acts on processes, rounds, codes, ballots, sheets and results."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from tests.factories.world_of_bodies import MEMBER
from tests.http.abuse.acts import (
    ADMINS,
    ANYBODY,
    BEGUN,
    CLOSED,
    DRAFT,
    FACILITATION,
    MODERATION,
    OFFICE,
    OPEN,
    PARTICIPANTS,
    Act,
    Spot,
)
from tests.support.wall_clocks import typed

NOW: Final = datetime.now(UTC).replace(microsecond=0, second=0)
_LATER, _LATEST = NOW + timedelta(days=5), NOW + timedelta(days=20)


PROCESS: Final = {
    "city": "Lindenhafen",
    "time_zone": "Europe/Berlin",
    "languages": ["de", "en", "tr", "ar"],
    "default_language": "de",
    "currency": "EUR",
}
_PHASE: Final = {"code": "III", "position": "3", "title-de": "Umsetzung"}
_WINDOW: Final = {"opens_at": typed(_LATER), "closes_at": typed(_LATEST)}
_PHASE_JSON: Final = {
    "code": "III",
    "titles": {"de": "Umsetzung"},
    "opens_at": _LATER.isoformat(),
    "closes_at": _LATEST.isoformat(),
}
_ROUND: Final = {
    "phase": "II",
    "kind": "online",
    "tasks": ["comment"],
    "title-de": "Was noch?",
    "eligibility": "",
    "opens_at": typed(NOW - timedelta(days=1)),
    "closes_at": typed(_LATEST),
}
_ROUND_JSON: Final = {
    "phase": "II",
    "kind": "online",
    "tasks": ["comment"],
    "titles": {"de": "Was noch?"},
    "opens_at": (NOW - timedelta(days=1)).isoformat(),
    "closes_at": _LATEST.isoformat(),
}
_CARDS: Final = {state: f"cards-{state}" for state in ("draft", "open", "closed")}
_SEATS: Final = {state: f"seats-{state}" for state in ("draft", "open")}
_DAY: Final = _LATER.date().isoformat()
_REASON: Final = {"reason-de": "Der Grund."}
_REASONS: Final = {"reasons": {"de": "Der Grund."}}
_TOLD: Final = {"reasons": [{"language": "de", "body": "Der Grund."}]}
_BALLOT: Final = {"order": ["M02", "M01"], "based_on": "0", "request_token": "a-token-of-a-form"}
_SHEET: Final[Mapping[str, str]] = MappingProxyType({"batch": "1", "number": "2"})
_TYPED_ONCE: Final[Mapping[str, str]] = MappingProxyType({"batch": "1", "number": "3"})
_DIFFERENT: Final[Mapping[str, str]] = MappingProxyType({"batch": "1", "number": "4"})
_NOT_A_TYPIST: Final = frozenset({409})
_ASIDE: Final[Mapping[str, str]] = MappingProxyType({"batch": "1", "number": "5"})


def _code(at: Spot) -> Mapping[str, Any]:
    return {"code": at["code cards-open"]}


def _mark(at: Spot) -> Mapping[str, Any]:
    return {"sheets": at["mark"]}


def _declared(at: Spot) -> Mapping[str, Any]:
    return {
        "slug": f"zweite-{at['prefix']}",
        "task": "prioritise_measures",
        f"weight-{at['prefix']}-draft": "2",
        "title-de": "Zweite Rangliste",
        "declared_by-de": "Rat der Stadt",
    }


def _declared_json(at: Spot) -> Mapping[str, Any]:
    return {
        "ranking": f"zweite-{at['prefix']}",
        "task": "prioritise_measures",
        "weights": {f"{at['prefix']}-draft": 2},
        "title": {"de": "Zweite Rangliste"},
        "declared_by": {"de": "Rat der Stadt"},
    }


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "processes.create": Act(ADMINS, PROCESS | {"title-de": "Kulturkonzept"}),
        "api_processes.create_process": Act(ADMINS, PROCESS | {"titles": {"de": "Kulturkonzept"}}),
        "processes.save": Act(OFFICE, PROCESS | {"title-de": "Konzept"}),
        "api_processes.edit_process": Act(OFFICE, {"titles": {"de": "Konzept"}}),
        "processes.add_phase": Act(OFFICE, _PHASE | _WINDOW),
        "api_processes.add_phase": Act(OFFICE, _PHASE_JSON),
        "processes.save_phase": Act(OFFICE, _PHASE | _WINDOW, parts={"code": "I"}),
        "api_processes.edit_phase": Act(OFFICE, _PHASE_JSON, parts={"code": "I"}),
        "processes.add_field": Act(OFFICE, {"code": "F9", "title-de": "Sport", "position": "9"}),
        "api_processes.add_field": Act(OFFICE, {"code": "F9", "titles": {"de": "Sport"}}),
        "processes.save_field": Act(OFFICE, {"code": "F9", "title-de": "Sport", "position": "9"}),
        "api_processes.edit_field": Act(OFFICE, {"code": "F9", "titles": {"de": "Sport"}}),
        "rounds.create": Act(MODERATION, _ROUND),
        "api_rounds.create_round": Act(MODERATION, _ROUND_JSON),
        "rounds.save": Act(MODERATION, _ROUND, DRAFT, rounds=_SEATS),
        "api_rounds.edit_round": Act(MODERATION, _ROUND_JSON, DRAFT, rounds=_SEATS),
        "rounds.discard": Act(MODERATION, when=DRAFT, rounds=_SEATS),
        "api_rounds.discard_round": Act(MODERATION, when=DRAFT, rounds=_SEATS),
        "rounds.extend": Act(MODERATION, _REASON | {"closes_at": typed(_LATEST)}, OPEN),
        "api_rounds.extend_round": Act(MODERATION, _REASONS | {"closes_at": _LATEST.isoformat()}, OPEN),
        "rounds.save_roll": Act(
            MODERATION, {"roll": f"stranger@lindenhafen.example\n{MEMBER}"}, DRAFT | OPEN, rounds=_SEATS
        ),
        "api_rounds.set_roll": Act(
            MODERATION,
            {"members": [{"email": "stranger@lindenhafen.example"}, {"email": MEMBER}]},
            DRAFT | OPEN,
            rounds=_SEATS,
        ),
        "rounds.issue_codes": Act(FACILITATION, {"count": "2", "label": "mehr"}, DRAFT | OPEN, rounds=_CARDS),
        "api_rounds.issue_codes": Act(FACILITATION, {"count": 2, "label": "mehr"}, DRAFT | OPEN, rounds=_CARDS),
        "rounds.print_cards": Act(FACILITATION, {"languages": ["de"]}, DRAFT | OPEN, rounds=_CARDS),
        "api_rounds.print_cards": Act(FACILITATION, when=DRAFT | OPEN, rounds=_CARDS),
        "rounds.revoke_batch": Act(FACILITATION, when=DRAFT | OPEN | CLOSED, rounds=_CARDS),
        "api_rounds.revoke_batch": Act(FACILITATION, when=DRAFT | OPEN | CLOSED, rounds=_CARDS),
        "rounds.revoke_card": Act(FACILITATION, {"number": "2"}, DRAFT | OPEN | CLOSED, rounds=_CARDS),
        "api_rounds.revoke_card": Act(FACILITATION, when=DRAFT | OPEN | CLOSED, rounds=_CARDS),
        "rounds.let_expire": Act(FACILITATION, {"last_day": _DAY}, DRAFT | OPEN, rounds=_CARDS),
        "api_rounds.let_expire": Act(FACILITATION, {"last_day": _DAY}, DRAFT | OPEN, rounds=_CARDS),
        "ballots.replace_card": Act(
            FACILITATION, {"number": "2", "reason": "lost", "languages": ["de"]}, DRAFT | OPEN, rounds=_CARDS
        ),
        "api_ballots.replace_card": Act(FACILITATION, {"reason": "lost"}, DRAFT | OPEN, rounds=_CARDS),
        "rounds.use_code": Act(ANYBODY, _code, foreign=ANYBODY),
        "api_rounds.use_code": Act(ANYBODY | {"token"}, _code, foreign=ANYBODY | {"token"}),
        "ballots.open_round": Act(MODERATION, when=DRAFT),
        "api_ballots.open_round": Act(MODERATION, when=DRAFT),
        "ballots.close_round": Act(MODERATION, when=OPEN),
        "api_ballots.close_round": Act(MODERATION | {"token"}, when=OPEN),
        "ballots.resume": Act(MODERATION, _REASON, OPEN, rounds={"open": "suspended"}),
        "api_ballots.resume_round": Act(MODERATION, _TOLD, OPEN, rounds={"open": "suspended"}),
        "ballots.strike_now": Act(MODERATION, _REASON, OPEN | CLOSED),
        "api_ballots.strike_option": Act(MODERATION, _TOLD, OPEN | CLOSED),
        "ballots.fill_in_further": Act(PARTICIPANTS, _BALLOT, OPEN, foreign=PARTICIPANTS - {"code"}, changes=False),
        "ballots.cast": Act(PARTICIPANTS, _BALLOT, OPEN, foreign=PARTICIPANTS - {"code"}),
        "api_ballots.cast_ballot": Act(
            PARTICIPANTS,
            {"content": ["M02", "M01"], "based_on": 0, "request_token": "a-token"},
            OPEN,
            foreign=PARTICIPANTS - {"code"},
        ),
        "ballots.find_receipt": Act(ANYBODY, {"receipt": "0000000000000000"}, BEGUN, foreign=ANYBODY, changes=False),
        "api_ballots.look_up_receipt": Act(
            ANYBODY | {"token"}, {"receipt": "0000000000000000"}, BEGUN, foreign=ANYBODY | {"token"}, changes=False
        ),
        "paper.issue": Act(FACILITATION, {"count": "2", "label": "mehr"}, DRAFT | OPEN),
        "api_paper.issue_sheets": Act(FACILITATION, {"count": 2, "label": "mehr"}, DRAFT | OPEN),
        "paper.print_sheets": Act(FACILITATION, {"languages": ["de"], "layout": "sheets"}, OPEN, parts={"number": "1"}),
        "api_paper.print_sheets": Act(FACILITATION, when=OPEN),
        "paper.note_received": Act(FACILITATION, _mark, OPEN),
        "api_paper.receive_sheets": Act(FACILITATION, lambda at: {"sheets": [at["mark"]]}, OPEN),
        "paper.found": Act(FACILITATION, {"sheet": "1/2"}, OPEN, changes=False),
        "paper.enter": Act(FACILITATION, {"numbers": "1 2"}, OPEN, parts=_SHEET),
        "api_paper.enter_sheet": Act(FACILITATION, {"numbers": [1, 2]}, OPEN, parts=_SHEET),
        "paper.confirm": Act(frozenset({"facilitator"}), {"seen": "1"}, OPEN, parts=_DIFFERENT, refused=_NOT_A_TYPIST),
        "api_paper.confirm_entry": Act(
            frozenset({"facilitator"}), {"seen": 1}, OPEN, parts=_DIFFERENT, refused=_NOT_A_TYPIST
        ),
        "paper.withdraw": Act(MODERATION, when=OPEN, parts=_TYPED_ONCE),
        "api_paper.withdraw_entries": Act(MODERATION, when=OPEN, parts=_TYPED_ONCE),
        "paper.set_aside": Act(MODERATION, {"sheets": ["1/2"], "reason": "missing"}, OPEN),
        "api_paper.set_aside": Act(MODERATION, {"sheets": ["1/2"], "reason": "missing"}, OPEN),
        "paper.take_up": Act(MODERATION, when=OPEN, parts=_ASIDE),
        "api_paper.take_up_again": Act(MODERATION, when=OPEN, parts=_ASIDE),
        "results.request_conclusion": Act(MODERATION, when=CLOSED),
        "api_results.request_conclusion": Act(MODERATION, when=CLOSED),
        "results.confirm_conclusion": Act(MODERATION, {"consequences": "seen"}, CLOSED, rounds={"closed": "asked"}),
        "api_results.confirm_conclusion": Act(MODERATION, when=CLOSED, rounds={"closed": "asked"}),
        "results.withdraw_conclusion": Act(MODERATION, when=CLOSED, rounds={"closed": "asked"}),
        "api_results.withdraw_conclusion": Act(MODERATION, when=CLOSED, rounds={"closed": "asked"}),
        "results.declare_ranking": Act(OFFICE, _declared),
        "api_results.declare_ranking": Act(OFFICE, _declared_json),
        "results.withdraw_ranking": Act(OFFICE),
        "api_results.withdraw_ranking": Act(OFFICE),
    }
)
