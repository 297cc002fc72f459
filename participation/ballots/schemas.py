"""Shapes of the JSON of ballots, in and out apart."""

from typing import Any, Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, Range

from participation.ballots.rules import ReceiptState
from participation.rounds.rules import RoundState
from participation.tally.kinds import BallotKind
from participation.texts.schemas import TextIn, TextOut

_CODE: Final[dict[str, Any]] = {"type": "string", "maxLength": 16}

CONTENT: Final[dict[str, Any]] = {
    "description": (
        "Ranking: option codes, what matters most first. Approval: option codes in any order. "
        "Points and score: whole numbers by option code; an option that is not named has no points, or no opinion."
    ),
    "oneOf": [
        {"type": "array", "items": _CODE},
        {"type": "object", "additionalProperties": {"type": "integer"}},
    ],
}
"""How the document describes a ballot's content; whether it is one is asked of ballots.rules."""

LARGEST_REVISION: Final = 2**31 - 1


class _In(Schema):
    class Meta:
        unknown = RAISE


class ReminderIn(_In):
    """Whether somebody wants to be reminded of a round."""

    wanted = fields.Boolean(required=True)


class ReminderOut(Schema):
    """Whether somebody asked to be reminded of a round; null where people are not asked."""

    wanted = fields.Boolean(required=True, allow_none=True)


class CastBallotIn(_In):
    """A ballot to put into the box."""

    content = fields.Raw(required=True, metadata=CONTENT)
    based_on = fields.Integer(
        required=True,
        strict=True,
        validate=Range(0, LARGEST_REVISION),
        metadata={"description": "The revision of the ballot that this one changes; 0 if there was none."},
    )
    request_token = fields.String(
        load_default=None,
        validate=Length(1, 64),
        metadata={"description": "The same as the header Idempotency-Key, for clients that cannot send headers."},
    )
    confirm_empty = fields.Boolean(
        load_default=False,
        metadata={"description": "An empty ballot treats all options alike; it counts if this is true."},
    )


class StrikeIn(_In):
    """Why an option is taken off: the reason in one language, with its translations after it."""

    reasons = fields.List(fields.Nested(TextIn), required=True, validate=Length(1, 30))


class ResumeIn(_In):
    """Why a suspended round goes on: the reason in one language, with its translations after it."""

    reasons = fields.List(fields.Nested(TextIn), required=True, validate=Length(1, 30))


class CastOut(Schema):
    """What the voter gets back."""

    receipt = fields.String(required=True, metadata={"description": "16 characters; show them in groups of four."})
    revision = fields.Integer(required=True)
    repeated = fields.Boolean(
        required=True, metadata={"description": "This very request had been answered before; nothing was changed."}
    )


class BallotLimitsOut(Schema):
    """What one ballot may hold; null where nothing is limited."""

    options = fields.Integer(required=True, allow_none=True)
    points = fields.Integer(required=True, allow_none=True)
    value = fields.Integer(required=True, allow_none=True)


class BallotOut(Schema):
    """The caller's own ballot and what it may hold."""

    kind = fields.Enum(BallotKind, by_value=True, required=True)
    content = fields.Raw(
        required=True,
        allow_none=True,
        metadata={"description": "Null before the first ballot.", "oneOf": [*CONTENT["oneOf"], {"type": "null"}]},
    )
    revision = fields.Integer(required=True, metadata={"description": "0 before the first ballot."})
    receipt = fields.String(required=True, allow_none=True)
    sheet_handed_in = fields.Boolean(
        required=True,
        metadata={"description": "The ballot sheet with the caller's code was received: PUT answers 409."},
    )
    limits = fields.Nested(BallotLimitsOut, required=True)
    options = fields.List(
        fields.String(), required=True, metadata={"description": "Codes in an order of the caller's own."}
    )
    closes_at = fields.AwareDateTime(required=True)


class FrozenNameOut(Schema):
    """A field, goal or department by its code."""

    code = fields.String(required=True)
    title = fields.Nested(TextOut, required=True)


class FrozenOrganisationOut(Schema):
    """The organisation that proposed an option."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class FrozenCostingOut(Schema):
    """What an option was said to cost when the round opened."""

    revision = fields.Integer(required=True)
    once_cents = fields.Integer(required=True)
    annual_cents = fields.Integer(required=True)
    low_cents = fields.Integer(required=True, allow_none=True)
    high_cents = fields.Integer(required=True, allow_none=True)
    currency = fields.String(required=True)
    quality = fields.String(required=True)
    cover = fields.String(required=True)
    needs_post = fields.Boolean(required=True)


class StruckOut(Schema):
    """When and why an option was taken off."""

    at = fields.AwareDateTime(required=True)
    reason = fields.Nested(TextOut, required=True)


class OptionOut(Schema):
    """An option as it stood when the round opened."""

    code = fields.String(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": ["goal", "measure"]})
    title = fields.Nested(TextOut, required=True)
    body = fields.Nested(TextOut, required=True, allow_none=True)
    target_group = fields.Nested(TextOut, required=True, allow_none=True)
    field = fields.Nested(FrozenNameOut, required=True, allow_none=True)
    goal = fields.Nested(FrozenNameOut, required=True, allow_none=True)
    serves = fields.List(fields.Nested(FrozenNameOut), required=True)
    department = fields.Nested(FrozenNameOut, required=True, allow_none=True)
    organisation = fields.Nested(FrozenOrganisationOut, required=True, allow_none=True)
    costing = fields.Nested(FrozenCostingOut, required=True, allow_none=True)
    content_hash = fields.String(required=True, metadata={"description": "SHA-256 of what was frozen."})
    struck = fields.Nested(StruckOut, required=True, allow_none=True)


class RoundStateOut(Schema):
    """Where a round stands after an act."""

    slug = fields.String(required=True)
    state = fields.Enum(RoundState, by_value=True, required=True)
    opens_at = fields.AwareDateTime(required=True)
    closes_at = fields.AwareDateTime(required=True)
    suspended_at = fields.AwareDateTime(required=True, allow_none=True)
    options = fields.Integer(required=True, metadata={"description": "How many options were frozen."})


class TurnoutOut(Schema):
    """How many have voted, from the register; never how. Null for parts that are too small to be shown.

    There are no parts before the conclusion: two looks at a running round would tell how a single person took part.
    """

    total = fields.Integer(required=True)
    expected = fields.Integer(required=True, allow_none=True)
    by_day = fields.Dict(keys=fields.Date(), values=fields.Integer(allow_none=True), required=True)
    by_channel = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    by_class = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)


class ReceiptIn(_In):
    """A receipt to look up."""

    receipt = fields.String(required=True, validate=Length(1, 64))


class ReceiptOut(Schema):
    """What a receipt stands for."""

    state = fields.Enum(
        ReceiptState,
        by_value=True,
        required=True,
        metadata={
            "description": "in_the_box: it will be counted if it is not changed before the close. counted: it was. "
            "replaced: the same participant changed the ballot, and a later receipt took its place. unknown: it was "
            "not given out in this round."
        },
    )
    counted = fields.Boolean(required=True, metadata={"description": "True if and only if `state` is counted."})
