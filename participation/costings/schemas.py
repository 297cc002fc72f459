"""Shapes of the JSON of costings, in and out apart. Amounts are integer cents."""

from typing import Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.core.languages import LANGUAGES
from participation.core.money import MAX_CENTS
from participation.core.wording import REASON
from participation.costings.models import Cover, EstimateQuality
from participation.texts.schemas import TextOut

LARGEST_REVISION: Final = 2**31 - 1


def _cents(*, required: bool) -> fields.Integer:
    given = {"required": True} if required else {"load_default": None, "allow_none": True}
    return fields.Integer(strict=True, validate=Range(0, MAX_CENTS), **given)


class CostingIn(Schema):
    """What a measure costs."""

    class Meta:
        unknown = RAISE

    once_cents = _cents(required=True)
    annual_cents = _cents(required=True)
    low_cents = _cents(required=False)
    high_cents = _cents(required=False)
    quality = fields.Enum(EstimateQuality, by_value=True, required=True)
    cover = fields.Enum(Cover, by_value=True, required=True)
    cover_source = fields.String(load_default="", validate=Length(max=500))
    needs_post = fields.Boolean(load_default=False)
    note = fields.String(load_default="", validate=Length(max=REASON.maximum))
    language = fields.String(
        required=True,
        validate=OneOf(list(LANGUAGES)),
        metadata={"description": "Language of `cover_source` and `note`."},
    )
    based_on = fields.Integer(
        required=True,
        strict=True,
        validate=Range(0, LARGEST_REVISION),
        metadata={"description": "The revision of the costing that was read; 0 if there was none."},
    )
    round = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(1, 64),
        metadata={"description": "Slug of the round that asks for costs; for departments the first one if left out."},
    )


class CostingOut(Schema):
    """One statement of what a measure costs; the highest revision is the present one."""

    revision = fields.Integer(required=True)
    once_cents = fields.Integer(required=True)
    annual_cents = fields.Integer(required=True)
    volume_cents = fields.Integer(
        required=True, metadata={"description": "One-off cost and the running cost of one full year."}
    )
    low_cents = fields.Integer(required=True, allow_none=True)
    high_cents = fields.Integer(required=True, allow_none=True)
    currency = fields.String(required=True)
    quality = fields.Enum(EstimateQuality, by_value=True, required=True)
    cover = fields.Enum(Cover, by_value=True, required=True)
    cover_source = fields.Nested(TextOut, required=True, allow_none=True)
    needs_post = fields.Boolean(required=True)
    note = fields.Nested(TextOut, required=True, allow_none=True)
    written_at = fields.AwareDateTime(required=True, format="iso")


class LineOut(Schema):
    """A measure on the sheet."""

    code = fields.String(required=True)
    department = fields.String(required=True, allow_none=True)
    costing = fields.Nested(CostingOut, required=True, allow_none=True)
    running_cents = fields.Integer(required=True, metadata={"description": "Sum of all volumes down to this line."})


class SheetOut(Schema):
    """What all admitted measures of a process cost."""

    currency = fields.String(required=True)
    once_cents = fields.Integer(required=True)
    annual_cents = fields.Integer(required=True)
    volume_cents = fields.Integer(required=True)
    covered_cents = fields.Integer(required=True)
    open_cents = fields.Integer(required=True)
    owed = fields.List(
        fields.String(), required=True, metadata={"description": "Codes of measures without stated costs."}
    )
    lines = fields.List(fields.Nested(LineOut), required=True)
