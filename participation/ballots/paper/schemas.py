"""Shapes of the JSON of ballot sheets, in and out apart."""

from typing import Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.ballots.paper.rules import REASONS_OF_ONE, REASONS_OF_TYPISTS, Reason, SheetState
from participation.ballots.paper.services import Outcome
from participation.rounds.services import MAX_BATCH
from participation.web.pagination import PageIn

LARGEST_NUMBER: Final = 2**31 - 1
_LONGEST_LINE: Final = 300
_MOST_OPTIONS: Final = 10_000


class _In(Schema):
    class Meta:
        unknown = RAISE


class SheetBatchIn(_In):
    """Sheets to make."""

    count = fields.Integer(required=True, strict=True, validate=Range(1, MAX_BATCH))
    label = fields.String(load_default="", validate=Length(max=120))


class SheetBatchOut(Schema):
    """A batch of sheets."""

    number = fields.Integer(required=True)
    label = fields.String(required=True)
    sheets = fields.Integer(required=True)


class PrintedSheetOut(Schema):
    """A sheet for printing: the mark goes on the part that is handed in, code and address on the part that is kept."""

    sheet = fields.String(required=True)
    mark = fields.String(required=True)
    code = fields.String(required=True)
    address = fields.String(required=True)


class SheetsToPrintOut(Schema):
    """The sheets of a batch whose codes hold. The numbers of options are the positions of the round's options."""

    sheets = fields.List(fields.Nested(PrintedSheetOut), required=True)


class ReceiveIn(_In):
    """Marks of sheets that were handed in, as scanned or typed."""

    sheets = fields.List(fields.String(validate=Length(max=_LONGEST_LINE)), required=True, validate=Length(1, 10_000))


class LineFaultOut(Schema):
    """Why a line was not noted."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class NotedOut(Schema):
    """What became of one line."""

    line = fields.Integer(required=True)
    typed = fields.String(required=True)
    sheet = fields.String(required=True, allow_none=True)
    was_noted = fields.Boolean(required=True, metadata={"description": "It was noted before; nothing was changed."})
    fault = fields.Nested(LineFaultOut, required=True, allow_none=True)


class ReceivedOut(Schema):
    """What became of the lines, each for itself."""

    lines = fields.List(fields.Nested(NotedOut), required=True)


class PaperOut(Schema):
    """How far the sheets of a round are; never what stands on one."""

    printed = fields.Integer(required=True)
    received = fields.Integer(required=True)
    untyped = fields.Integer(required=True)
    typed_once = fields.Integer(required=True)
    differing = fields.Integer(required=True)
    waiting = fields.Integer(
        required=True, metadata={"description": "Received and neither cast nor set aside; 0 before a conclusion."}
    )
    cast = fields.Integer(required=True)
    not_counted = fields.Integer(required=True)
    set_aside = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class SheetsIn(PageIn):
    """Which sheets are listed."""

    state = fields.Enum(SheetState, by_value=True, load_default=None)


class ListedSheetOut(Schema):
    """A sheet in a list."""

    sheet = fields.String(required=True, attribute="address")
    state = fields.Enum(SheetState, by_value=True, required=True)
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)
    people = fields.Integer(required=True, metadata={"description": "How many have typed it in."})
    is_mine = fields.Boolean(required=True, metadata={"description": "The caller is one of them."})


class PaperEntryIn(_In):
    """What stands on a sheet: numbers, or values by number, or why it cannot be typed in; one of the three."""

    numbers = fields.List(
        fields.Integer(strict=True, validate=Range(1, LARGEST_NUMBER)),
        load_default=None,
        validate=Length(max=_MOST_OPTIONS),
        metadata={"description": "Ranking: numbers of options, what matters most first. Approval: in any order."},
    )
    values = fields.Dict(
        keys=fields.String(validate=Length(max=9)),
        values=fields.Integer(strict=True, validate=Range(-LARGEST_NUMBER, LARGEST_NUMBER)),
        load_default=None,
        metadata={"description": "Points or scores by the number of the option."},
    )
    reason = fields.String(
        load_default=None,
        validate=OneOf([reason.value for reason in REASONS_OF_TYPISTS]),
        metadata={"description": "The sheet cannot be typed in; both people have to say the same."},
    )
    confirm_empty = fields.Boolean(
        load_default=False, metadata={"description": "The sheet is empty, and the voter has ticked that this is meant."}
    )


class PaperEntryOut(Schema):
    """What somebody typed in: a ballot's content by codes, or a reason."""

    content = fields.Raw(required=True, allow_none=True)
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)


class DifferenceOut(Schema):
    """One line of a comparison: a place of a ranking or the number of an option; null where nothing was typed."""

    line = fields.Integer(required=True)
    mine = fields.Raw(required=True, allow_none=True)
    theirs = fields.Raw(required=True, allow_none=True)
    differs = fields.Boolean(required=True)


class PaperSheetOut(ListedSheetOut):
    """A sheet as the caller may see it: entries only for the two people who typed it in, and only once both have."""

    mine = fields.Nested(PaperEntryOut, required=True, allow_none=True)
    theirs = fields.Nested(PaperEntryOut, required=True, allow_none=True)
    theirs_revision = fields.Integer(required=True)
    lines = fields.List(fields.Nested(DifferenceOut), required=True)


class SheetOutcomeOut(Schema):
    """What became of a sheet."""

    sheet = fields.String(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)


class ConfirmEntryIn(_In):
    """That the other person read the sheet rightly."""

    seen = fields.Integer(
        required=True,
        strict=True,
        validate=Range(1, LARGEST_NUMBER),
        metadata={"description": "`theirs_revision` of the entry that the caller has seen."},
    )


class SetSheetsAsideIn(_In):
    """Sheets that are left uncounted, and why."""

    sheets = fields.List(fields.String(validate=Length(max=40)), required=True, validate=Length(1, 1000))
    reason = fields.String(required=True, validate=OneOf([reason.value for reason in REASONS_OF_ONE]))


class SheetsSetAsideOut(Schema):
    """The sheets that were set aside."""

    sheets = fields.List(fields.String(), required=True)
