"""Shapes of the JSON of costings, in and out apart. Amounts are integer cents."""

from typing import Final

from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from participation.core.languages import LANGUAGES
from participation.core.money import MAX_CENTS
from participation.core.wording import REASON
from participation.costings.models import Cover, EstimateQuality, Feasibility
from participation.costings.rules import MAX_POSTS, MAX_YEARS
from participation.texts.schemas import TextOut

LARGEST_REVISION: Final = 2**31 - 1
MAX_ROWS: Final = 2_000


def _cents(*, required: bool) -> fields.Integer:
    given = {"required": True} if required else {"load_default": None, "allow_none": True}
    return fields.Integer(strict=True, validate=Range(0, MAX_CENTS), **given)


def _month() -> fields.String:
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"^2[01][0-9]{2}-(0[1-9]|1[0-2])\Z"),
        metadata={"description": "A month, such as 2027-03; the last one belongs to the time frame."},
    )


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
    needs_post = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={"description": "Whether a new post is needed; follows from `posts_hundredths` if left out."},
    )
    note = fields.String(load_default="", validate=Length(max=REASON.maximum))
    years = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=Range(1, MAX_YEARS),
        metadata={"description": "For how many years the yearly cost runs; null for good."},
    )
    posts_hundredths = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=Range(0, MAX_POSTS),
        metadata={"description": "Full-time posts in hundredths; null if nobody has said how many."},
    )
    feasibility = fields.Enum(Feasibility, by_value=True, load_default=None, allow_none=True)
    statement = fields.String(
        load_default="",
        validate=Length(max=REASON.maximum),
        metadata={"description": "The conditions, or why it cannot be done."},
    )
    first_month = _month()
    last_month = _month()
    language = fields.String(
        required=True,
        validate=OneOf(list(LANGUAGES)),
        metadata={"description": "Language of `cover_source`, `statement` and `note`."},
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
    years = fields.Integer(required=True, allow_none=True)
    whole_cents = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "What it costs over all its years; null where the yearly cost runs for good."},
    )
    posts_hundredths = fields.Integer(required=True, allow_none=True)
    feasibility = fields.Enum(Feasibility, by_value=True, required=True, allow_none=True)
    statement = fields.Nested(TextOut, required=True, allow_none=True)
    first_month = fields.String(required=True, allow_none=True)
    last_month = fields.String(required=True, allow_none=True)
    department = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Code of the department that stated it; null for the office."},
    )
    written_at = fields.AwareDateTime(required=True, format="iso")


class LineOut(Schema):
    """A measure on the sheet."""

    code = fields.String(required=True)
    department = fields.String(required=True, allow_none=True)
    costing = fields.Nested(CostingOut, required=True, allow_none=True)
    running_cents = fields.Integer(required=True, metadata={"description": "Sum of all volumes down to this line."})


class SumsOut(Schema):
    """What some measures cost together, each sum apart."""

    measures = fields.Integer(required=True)
    once_cents = fields.Integer(required=True)
    annual_cents = fields.Integer(required=True, metadata={"description": "In every full year."})
    volume_cents = fields.Integer(required=True, metadata={"description": "In the first full year: both together."})


class SheetOut(Schema):
    """What all admitted measures of a process cost."""

    currency = fields.String(required=True)
    once_cents = fields.Integer(required=True)
    annual_cents = fields.Integer(required=True)
    volume_cents = fields.Integer(
        required=True, metadata={"description": "One-off costs and the running costs of one full year."}
    )
    ending_cents = fields.Integer(
        required=True, metadata={"description": "The part of the yearly costs that ends after a number of years."}
    )
    posts_hundredths = fields.Integer(required=True)
    uncounted_posts = fields.Integer(
        required=True, metadata={"description": "Measures that need a post without anybody having said how many."}
    )
    covered_cents = fields.Integer(required=True)
    open_cents = fields.Integer(required=True)
    covered = fields.Nested(SumsOut, required=True)
    open = fields.Nested(SumsOut, required=True)
    owed = fields.List(
        fields.String(), required=True, metadata={"description": "Codes of measures without stated costs."}
    )
    lines = fields.List(fields.Nested(LineOut), required=True)


class CostingRowIn(CostingIn):
    """What a measure costs, as one row of a sheet says it."""

    class Meta:
        unknown = RAISE
        exclude = ("round",)

    code = fields.String(required=True, validate=Length(1, 32))


class CostingRowsIn(Schema):
    """What several measures cost; all of it is entered, or nothing."""

    class Meta:
        unknown = RAISE

    round = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(1, 64),
        metadata={"description": "Slug of the round that asks for costs; for departments the first one if left out."},
    )
    rows = fields.List(fields.Nested(CostingRowIn), required=True, validate=Length(1, MAX_ROWS))


class CostingSheetFile(Schema):
    """A filled-in sheet."""

    file = Upload(required=True)


class CostingSheetQuery(Schema):
    """For which round a sheet is filled in."""

    class Meta:
        unknown = RAISE

    round = fields.String(load_default=None, validate=Length(1, 64))


class CellFaultOut(Schema):
    """Something that is wrong with a row, in words and with the cell where it stands."""

    code = fields.String(required=True)
    cell = fields.String(required=True, metadata={"description": "Such as E5; empty where it is the whole row."})
    detail = fields.String(required=True)


class CostingRowOut(Schema):
    """As it would be entered: what `rows` of the request that applies it takes."""

    code = fields.String(required=True)
    based_on = fields.Integer(required=True)
    once_cents = fields.Integer(required=True)
    annual_cents = fields.Integer(required=True)
    low_cents = fields.Integer(required=True, allow_none=True)
    high_cents = fields.Integer(required=True, allow_none=True)
    quality = fields.Enum(EstimateQuality, by_value=True, required=True)
    cover = fields.Enum(Cover, by_value=True, required=True)
    cover_source = fields.String(required=True)
    needs_post = fields.Boolean(required=True)
    note = fields.String(required=True)
    years = fields.Integer(required=True, allow_none=True)
    posts_hundredths = fields.Integer(required=True, allow_none=True)
    feasibility = fields.Enum(Feasibility, by_value=True, required=True, allow_none=True)
    statement = fields.String(required=True)
    first_month = fields.String(required=True, allow_none=True)
    last_month = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)


class JudgedCostingOut(Schema):
    """What taking over a row would do, and what is stated now."""

    code = fields.String(required=True)
    row = fields.Integer(required=True)
    verdict = fields.String(required=True, metadata={"enum": ["new", "changed", "same", "stale", "refused"]})
    costs = fields.Nested(CostingRowOut, required=True, allow_none=True)
    present = fields.Nested(CostingOut, required=True, allow_none=True)
    faults = fields.List(fields.Nested(CellFaultOut), required=True)


class CostingPreviewOut(Schema):
    """What a sheet would change; nothing was written."""

    rows = fields.List(fields.Nested(JudgedCostingOut), required=True)


class EnteredCostingsOut(Schema):
    """What was entered."""

    entered = fields.List(
        fields.String(), required=True, metadata={"description": "Codes of the measures that have a new statement."}
    )


class RemindOfCostsIn(Schema):
    """Which departments are reminded."""

    class Meta:
        unknown = RAISE

    departments = fields.List(
        fields.String(validate=Length(1, 16)),
        load_default=list,
        validate=Length(max=200),
        metadata={"description": "Codes of departments; all that owe costs if left out."},
    )


class DepartmentRemindedOut(Schema):
    """A department with the number of letters to it."""

    department = fields.String(required=True)
    letters = fields.Integer(required=True)


class RemindedOfCostsOut(Schema):
    """Who was reminded."""

    reminded = fields.List(fields.Nested(DepartmentRemindedOut), required=True)
