"""The ballot as an HTML form: reading what was typed, and giving it back as it was."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import InputRequired

from participation.tally.kinds import READINGS, BallotKind

_NUMBER: Final = re.compile(r"[+-]?\d{1,18}")
_ACTION: Final = re.compile(r"(?P<verb>add|remove|up|down):(?P<code>.{1,40})", re.DOTALL)
_LIST_INPUTS: Final[Mapping[BallotKind, str]] = {BallotKind.RANKING: "order", BallotKind.APPROVAL: "choice"}
_VALUE_INPUTS: Final[Mapping[BallotKind, str]] = {BallotKind.POINTS: "points-", BallotKind.SCORE: "score-"}


class ReceiptForm(FlaskForm):
    """A receipt that somebody wants to find again."""

    receipt = StringField(_l("Your receipt"), validators=[InputRequired(_l("Please type your receipt."))])


@dataclass(frozen=True, slots=True)
class FilledBallot:
    """A form as it came: `content` for the rules, `typed` for showing it again."""

    kind: BallotKind
    content: list[str] | dict[str, Any]
    typed: Mapping[str, str]

    @property
    def codes(self) -> list[str]:
        """Return the codes that are mentioned, in the order in which they came."""
        return list(self.content)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is mentioned at all."""
        return not self.content

    def fields(self) -> list[tuple[str, str]]:
        """Return names and values of hidden inputs that say the same."""
        if READINGS[self.kind].carries_values:
            return [(f"{_VALUE_INPUTS[self.kind]}{code}", typed) for code, typed in self.typed.items()]
        return [(_LIST_INPUTS[self.kind], code) for code in self.content]


def read_ballot(kind: BallotKind, form: MultiDict[str, str]) -> FilledBallot:
    """Read a form without judging it. What is no number stays text, which the rules refuse by name."""
    if not READINGS[kind].carries_values:
        return FilledBallot(kind, form.getlist(_LIST_INPUTS[kind]), {})
    prefix = _VALUE_INPUTS[kind]
    content: dict[str, Any] = {}
    typed: dict[str, str] = {}
    for name in form:
        code = name.removeprefix(prefix)
        if code == name:
            continue
        given = [value.strip() for value in form.getlist(name) if value.strip()]
        if given:
            typed[code] = given[0]
            value = _number(given[0]) if len(given) == 1 else given  # two numbers for one option are none
            if not (kind is BallotKind.POINTS and value == 0):  # no points and an empty place are the same
                content[code] = value
    return FilledBallot(kind, content, typed)


def stored_ballot(kind: BallotKind, content: list[str] | dict[str, int]) -> FilledBallot:
    """Return a ballot from the box as a filled form."""
    typed = {code: str(value) for code, value in content.items()} if isinstance(content, dict) else {}
    return FilledBallot(kind, content, typed)


def rearranged(order: list[str], action: str) -> list[str]:
    """Return the order after one of the buttons add:CODE, remove:CODE, up:CODE or down:CODE."""
    match = _ACTION.fullmatch(action)
    if match is None:
        return order
    return _REARRANGE[match["verb"]](order, match["code"])


def _add(order: list[str], code: str) -> list[str]:
    return order if code in order else [*order, code]


def _remove(order: list[str], code: str) -> list[str]:
    return [other for other in order if other != code]


def _up(order: list[str], code: str) -> list[str]:
    place = order.index(code) if code in order else 0
    if place == 0:
        return order
    return [*order[: place - 1], code, order[place - 1], *order[place + 1 :]]


def _down(order: list[str], code: str) -> list[str]:
    return _up(order[::-1], code)[::-1]


_REARRANGE: Final[Mapping[str, Callable[[list[str], str], list[str]]]] = {
    "add": _add,
    "remove": _remove,
    "up": _up,
    "down": _down,
}


def _number(typed: str) -> int | str:
    return int(typed) if _NUMBER.fullmatch(typed) else typed
