"""Acts on proposals, comments, costs and imports."""

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tests.http.abuse.acts import DECIDING, MODERATION, NOBODY, OFFICE, OPEN, PARTICIPANTS, Act, Spot, Told

_WORDS: Final = {"language": "de", "title": "Lesepaten", "body": "Wer vorlesen mag, liest vor."}
_PLACED: Final = _WORDS | {"field": "F1", "author_name": "Ayşe"}
_GUESTS: Final = PARTICIPANTS - {"code"}
_WRITERS: Final = frozenset({"citizen"})
_DRAFT: Final = MappingProxyType({"code": lambda at: at["draft"]})
_SEATS: Final = MappingProxyType({"slug": lambda at: f"{at['prefix']}-seats-open"})
_REASON: Final = {"reason-de": "Der Grund.", "based_on": "1"}
_REASONS: Final = {"reasons": {"de": "Der Grund."}, "based_on": 1}
_SPLIT: Final = {
    "language": "de",
    "parts": "2",
    "parts-0-title": "Eins",
    "parts-0-body": "Der erste Teil.",
    "parts-1-title": "Zwei",
    "parts-1-body": "Der zweite Teil.",
}
_PARTS: Final = [
    {"kind": "measure", "language": "de", "title": "Eins", "body": "Der erste Teil."},
    {"kind": "measure", "language": "de", "title": "Zwei", "body": "Der zweite Teil."},
]
_COSTS: Final = {"once": "1200", "annual": "500", "quality": "calculated", "cover": "open", "language": "de"}
_COSTS_JSON: Final = {
    "once_cents": 100_000,
    "annual_cents": 0,
    "quality": "calculated",
    "cover": "open",
    "language": "de",
    "based_on": 1,
}
_SHEET: Final = b"kind,code,title,text,field\nmeasure,M90,Lesepaten,Vorlesen,F1\n"


def _remark(at: Spot) -> Mapping[str, Any]:
    return {"body": "Gut so.", "language": "de", "round": at.round}


def _costs(at: Spot) -> Mapping[str, Any]:
    return _COSTS | {"round": f"{at['prefix']}-costing-open", "based_on": "1"}


def _merged(at: Spot) -> Mapping[str, Any]:
    return {"into": at["other"]}


def _file(_at: Spot) -> Mapping[str, Any]:
    return {"file": (io.BytesIO(_SHEET), "goals.csv"), "run": "1"}


def _measure(name: str = "code") -> Mapping[str, Any]:
    return {name: lambda at: at["measure"]}


def _deciding(action: str, sent: Told) -> Act:
    """Return a decision by one of the four forms of its page, which tell their inputs apart by the action."""

    def prefixed(at: Spot) -> Mapping[str, Any]:
        told = _REASON | dict(sent(at) if callable(sent) else sent)
        return {f"{action}-{name}": value for name, value in told.items()}

    return Act(DECIDING, prefixed, parts=_SEATS)


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "proposals.create": Act(_GUESTS | {"code"}, _PLACED, OPEN, foreign=_GUESTS),
        "api_proposals.write_proposal": Act(_GUESTS | {"code"}, _PLACED | {"kind": "measure"}, OPEN, foreign=_GUESTS),
        "proposals.revise": Act(_WRITERS, _PLACED | {"based_on": "1"}, others=NOBODY),
        "api_proposals.revise_proposal": Act(_WRITERS, _PLACED | {"based_on": 1, "kind": "measure"}, others=NOBODY),
        "proposals.submit": Act(_WRITERS, parts=_DRAFT, others=NOBODY),
        "api_proposals.submit_proposal": Act(_WRITERS, parts=_DRAFT, others=NOBODY),
        "proposals.translate": Act(
            _WRITERS | OFFICE, {"language": "en", "title": "Readers", "body": "Read."}, others=OFFICE
        ),
        "api_proposals.translate_proposal": Act(
            _WRITERS | OFFICE, {"title": "Readers", "body": "Read."}, others=OFFICE, parts={"language": "en"}
        ),
        "proposals.withdraw": Act(_WRITERS, {"reason": "Anders."}, others=NOBODY),
        "api_proposals.withdraw_proposal": Act(_WRITERS, {"reason": "Anders."}, others=NOBODY),
        "steering_group.admit": _deciding("admit", {"field": "F1", "serves": ["G1.1"]}),
        "api_proposals.admit_proposal": Act(DECIDING, _REASONS | {"place": {"serves": ["G1.1"]}}),
        "steering_group.merge": _deciding("merge", _merged),
        "api_proposals.merge_proposal": Act(DECIDING, lambda at: {**_REASONS, **_merged(at)}),
        "steering_group.decline": _deciding("decline", {}),
        "api_proposals.decline_proposal": Act(DECIDING, _REASONS),
        "steering_group.split": _deciding("split", _SPLIT),
        "api_proposals.split_proposal": Act(DECIDING, _REASONS | {"parts": _PARTS}),
        "comments.say": Act(PARTICIPANTS, _remark, OPEN, foreign=_GUESTS, parts=_measure()),
        "api_comments.write_comment": Act(PARTICIPANTS, _remark, OPEN, foreign=_GUESTS, parts=_measure()),
        "comments.give_notice": Act(PARTICIPANTS, {"reason": "Beleidigung.", "good_faith": "y"}, foreign=PARTICIPANTS),
        "api_comments.report_comment": Act(
            PARTICIPANTS, {"reason": "Beleidigung.", "good_faith": True}, foreign=PARTICIPANTS
        ),
        "comments.decide": Act(MODERATION, {"reason-de": "Der Grund."}),
        "api_comments.hide_comment": Act(MODERATION, {"reasons": {"de": "Der Grund."}}),
        "api_comments.keep_comment": Act(
            MODERATION, {"reasons": {"de": "Der Grund."}}, parts={"comment_id": lambda at: at["reported"]}
        ),
        "api_comments.restore_comment": Act(
            MODERATION, {"reasons": {"de": "Der Grund."}}, parts={"comment_id": lambda at: at["hidden"]}
        ),
        "costings.state": Act(OFFICE | {"department"}, _costs, others=OFFICE, parts=_measure()),
        "api_costings.enter_costing": Act(
            OFFICE | {"department"},
            lambda at: _COSTS_JSON | {"round": f"{at['prefix']}-costing-open"},
            others=OFFICE,
            parts=_measure(),
        ),
        "exchange.run_import": Act(OFFICE, _file),
        "api_exchange.import_proposals": Act(OFFICE, lambda at: {"file": _file(at)["file"]}),
    }
)
