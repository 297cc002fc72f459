"""Acts on sessions, workshop days and assisted sessions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tests.factories.world_of_bodies import APPROVED, EMPTY, SESSION, WORKSHOP
from tests.http.abuse.acts import DECIDING, FACILITATION, MODERATION, NOBODY, OPEN, Act, Spot, Told

NOTING: Final = FACILITATION | DECIDING
APPROVING: Final = MODERATION | DECIDING
_TIME: Final = {"starts_at": "2026-12-01T18:00", "ends_at": "2026-12-01T20:00"}
_TIME_JSON: Final = {"starts_at": "2026-12-01T18:00:00Z", "ends_at": "2026-12-01T20:00:00Z"}
_MEETING: Final = {"place": "Rathaus", "title-de": "Sitzung"} | _TIME
_MEETING_JSON: Final = {"kind": "session", "place": "Rathaus", "titles": {"de": "Sitzung"}} | _TIME_JSON
_ITEM: Final = {"title-de": "Punkt 9", "proposals": "M01"}
_ITEM_JSON: Final = {"titles": {"de": "Punkt 9"}, "proposals": ["M01"]}
_TABLE: Final = {"number": "9", "title-de": "Thema 9", "theme-de": "Thema 9"}
_TABLE_JSON: Final = {"number": 9, "themes": {"de": "Thema 9"}}
_NOTE: Final = {"language": "de", "body": "Mehr Zeit."}
_TRANSLATED: Final = {"language": "en", "body": "More courses."}
_WORDING: Final = {"language": "de", "title": "Erklärung", "body": "Wir fordern mehr."}
_SIGNERS: Final = frozenset({"delegate"})
_WORDING_IT: Final = MODERATION | _SIGNERS
_FORUM: Final = {"open": "forum-open"}
_THERE: Final = frozenset({409})


def _based(at: Spot) -> Mapping[str, Any]:
    return {"based_on": at["revision"], "minutes": "Es wurde beschlossen."}


def _based_json(at: Spot) -> Mapping[str, Any]:
    return {"based_on": int(at["revision"]), "language": "de", "whole": "Es wurde beschlossen."}


def _at(number: int, who: frozenset[str], sent: Told | None = None, **parts: Any) -> Act:
    return Act(who, sent or {}, parts={"number": str(number), **parts})


def _item(at: Spot) -> str:
    return at["item"]


def _note(at: Spot) -> str:
    return at["note"]


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "gatherings.create": Act(NOTING, {"place": "Bücherei"} | _TIME, parts={"kind": "assisted"}),
        "api_gatherings.create_gathering": Act(MODERATION, _MEETING_JSON),
        "gatherings.save": _at(EMPTY, MODERATION, _MEETING | {"based_on": "1"}),
        "api_gatherings.change_gathering": _at(EMPTY, MODERATION, _MEETING_JSON | {"based_on": 1}),
        "gatherings.discard": _at(EMPTY, MODERATION),
        "api_gatherings.discard_gathering": _at(EMPTY, MODERATION),
        "site.put_on_agenda": _at(EMPTY, MODERATION, _ITEM),
        "api_gatherings.put_on_agenda": _at(EMPTY, MODERATION, _ITEM_JSON),
        "gatherings.save_item": _at(SESSION, MODERATION, _ITEM, item=_item),
        "api_gatherings.change_item": _at(SESSION, MODERATION, _ITEM_JSON, item=_item),
        "gatherings.move_item": _at(SESSION, MODERATION, item=_item, direction="later"),
        "api_gatherings.move_item": _at(SESSION, MODERATION, {"direction": "later"}, item=_item),
        "gatherings.remove_item": _at(SESSION, MODERATION, item=_item),
        "api_gatherings.take_off_agenda": _at(SESSION, MODERATION, item=_item),
        "gatherings.note_attendance": _at(SESSION, NOTING, lambda at: {"based_on": at["revision"], "guests": "3"}),
        "api_gatherings.note_attendance": _at(
            SESSION, NOTING, lambda at: {"based_on": int(at["revision"]), "members": {}, "guests": 3}
        ),
        "gatherings.note_heads": _at(WORKSHOP, NOTING, {"headcount": "30"}),
        "api_gatherings.note_heads": _at(WORKSHOP, NOTING, {"headcount": 30}),
        "gatherings.write_minutes": _at(SESSION, NOTING, _based),
        "api_gatherings.write_minutes": _at(SESSION, NOTING, _based_json),
        "gatherings.approve": _at(SESSION, APPROVING, _based),
        "api_gatherings.approve_record": _at(SESSION, APPROVING, lambda at: {"based_on": int(at["revision"])}),
        "gatherings.reopen": _at(APPROVED, APPROVING),
        "api_gatherings.reopen_record": _at(APPROVED, APPROVING),
        "gatherings.set_table": _at(WORKSHOP, MODERATION, _TABLE),
        "api_gatherings.set_table": _at(WORKSHOP, MODERATION, _TABLE_JSON),
        "gatherings.save_table": _at(WORKSHOP, MODERATION, _TABLE, table="1"),
        "api_gatherings.change_table": _at(WORKSHOP, MODERATION, _TABLE_JSON, table="1"),
        "gatherings.remove_table": _at(WORKSHOP, MODERATION, table="2"),
        "api_gatherings.remove_table": _at(WORKSHOP, MODERATION, table="2"),
        "gatherings.note_heads_at_table": _at(WORKSHOP, NOTING, {"headcount": "8"}, table="1"),
        "api_gatherings.note_heads_at_table": _at(WORKSHOP, NOTING, {"headcount": 8}, table="1"),
        "gatherings.write_note": _at(WORKSHOP, NOTING, _NOTE, table="1"),
        "api_gatherings.write_note": _at(WORKSHOP, NOTING, _NOTE, table="1"),
        "gatherings.save_note": _at(WORKSHOP, NOTING, _NOTE | {"based_on": "1"}, note=_note),
        "api_gatherings.change_note": _at(WORKSHOP, NOTING, _NOTE | {"based_on": 1}, note=_note),
        "gatherings.translate_note": _at(WORKSHOP, NOTING, _TRANSLATED | {"based_on": "1"}, note=_note),
        "api_gatherings.translate_note": _at(WORKSHOP, NOTING, _TRANSLATED | {"based_on": 1}, note=_note),
        "gatherings.word_statement": Act(_WORDING_IT, _WORDING | {"based_on": "1"}, OPEN, rounds=_FORUM),
        "api_gatherings.write_statement": Act(NOBODY, _WORDING, refused=_THERE),
        "api_gatherings.revise_statement": Act(_WORDING_IT, _WORDING | {"based_on": 1}, OPEN, rounds=_FORUM),
        "gatherings.translate_statement": Act(
            _WORDING_IT, _WORDING | {"language": "en", "based_on": "1"}, OPEN, rounds=_FORUM
        ),
        "api_gatherings.translate_statement": Act(
            _WORDING_IT, {"title": "Statement", "body": "We ask.", "based_on": 1}, OPEN, rounds=_FORUM
        ),
        "gatherings.sign_statement": Act(_SIGNERS, {"based_on": "1"}, OPEN, rounds=_FORUM),
        "api_gatherings.sign_statement": Act(_SIGNERS, {"based_on": 1}, OPEN, rounds=_FORUM),
        "gatherings.withdraw_signature": Act(_SIGNERS, when=OPEN, rounds=_FORUM, changes=False),
        "api_gatherings.withdraw_signature": Act(_SIGNERS, when=OPEN, rounds=_FORUM, changes=False),
        "gatherings.finalise_statement": Act(MODERATION, {"based_on": "1"}, OPEN, rounds=_FORUM),
        "api_gatherings.finalise_statement": Act(MODERATION, {"based_on": 1}, OPEN, rounds=_FORUM),
        "gatherings.remove_note": _at(WORKSHOP, NOTING, note=_note),
        "api_gatherings.remove_note": _at(WORKSHOP, NOTING, note=_note),
    }
)
