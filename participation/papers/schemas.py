"""Shapes of the JSON of council papers, in and out apart."""

from typing import Any

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.core.languages import INTERFACE_TAGS, LANGUAGES
from participation.core.wording import TextShape
from participation.papers.rules import drafts
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.files import FileKind, FileState
from participation.papers.rules.papers import (
    MAX_DECISIONS,
    MAX_UNITS,
    ClimateImpact,
    FinancialImpact,
    Nature,
    PaperKind,
    PaperState,
    YouthParticipation,
)
from participation.texts.schemas import TextOut, words_by_language
from participation.web.booleans import TrueOrFalse
from participation.web.pagination import PageIn

LARGEST = 2**31 - 1


class _In(Schema):
    class Meta:
        unknown = RAISE


def _text(shape: TextShape, **options: Any) -> fields.String:  # noqa: ANN401 - of the field
    return fields.String(**({"load_default": ""} | options), validate=Length(max=shape.maximum))


def _needed(shape: TextShape) -> fields.String:
    return fields.String(required=True, validate=Length(1, shape.maximum))


def _box(kind: type[Any]) -> fields.Enum[Any]:
    return fields.Enum(
        kind, by_value=True, load_default=None, allow_none=True, metadata={"description": "null: nobody knows."}
    )


def _based_on() -> fields.Integer:
    return fields.Integer(
        required=True,
        validate=Range(1, LARGEST),
        metadata={"description": "The revision that the caller has read."},
    )


class CouncilPapersIn(PageIn):
    """Which page of the papers is listed."""


class InvolvedUnitIn(_In):
    """A unit or body that was involved before."""

    name = _needed(drafts.UNIT)
    result = fields.String(load_default=None, allow_none=True, validate=Length(max=drafts.UNIT_RESULT.maximum))


class CouncilPaperIn(_In):
    """What a paper states. Boxes that nobody knows are null; blank texts are none."""

    number = fields.String(required=True, validate=Length(1, 40), metadata={"examples": ["VO/2026/00001"]})
    kind = fields.Enum(PaperKind, by_value=True, required=True)
    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    subject = _needed(drafts.SUBJECT)
    lead_unit = _needed(drafts.LEAD_UNIT)
    person_in_charge = _text(drafts.PERSON)
    dated_on = fields.Date(load_default=None, allow_none=True)
    occasion = _text(drafts.OCCASION)
    plan = fields.String(
        load_default="", validate=Length(max=64), metadata={"description": "Slug of the plan on which it rests."}
    )
    rounds = fields.List(
        fields.String(validate=Length(1, 64)),
        load_default=list,
        validate=Length(max=200),
        metadata={"description": "Slugs of concluded rounds on which a paper without a plan reports; with one: none."},
    )
    youth = _box(YouthParticipation)
    youth_text = _text(drafts.YOUTH)
    measure_is = fields.List(
        fields.Enum(Nature, by_value=True),
        load_default=None,
        allow_none=True,
        validate=Length(max=len(Nature)),
        metadata={"description": "The ticked boxes; null: nobody knows."},
    )
    prescribed_by = _text(drafts.PRESCRIBED_BY)
    financial_impact = _box(FinancialImpact)
    financial_text = _text(drafts.FINANCIAL)
    climate_impact = _box(ClimateImpact)
    climate_text = _text(drafts.CLIMATE)
    reasons = _text(drafts.REASONS)
    decisions = fields.List(
        _needed(drafts.DECISION),
        load_default=list,
        validate=Length(max=MAX_DECISIONS),
        metadata={"description": "Points of the proposed decision, with figures in braces such as {open_volume}."},
    )
    units = fields.List(fields.Nested(InvolvedUnitIn), load_default=list, validate=Length(max=MAX_UNITS))


class RevisedCouncilPaperIn(CouncilPaperIn):
    """What a draft states from now on."""

    based_on = _based_on()


class BasedOnIn(_In):
    """An act on what the caller has read."""

    based_on = _based_on()


class IssuingIn(_In):
    """Issuing the paper as it was previewed."""

    seen = fields.String(
        required=True,
        validate=Length(1, 64),
        metadata={"description": "The `preview_hash` that came with the preview of the draft."},
    )


class WithdrawalIn(BasedOnIn):
    """Why a paper is taken back."""

    reason = _needed(drafts.WITHDRAWAL)


class ConsultationIn(_In):
    """A station of a paper; `is_public` null stands for what the committee usually does."""

    committee = fields.String(required=True, validate=Length(1, 64), metadata={"description": "Code of a committee."})
    competence = fields.Enum(Competence, by_value=True, required=True)
    held_on = fields.Date(load_default=None, allow_none=True)
    is_public = TrueOrFalse(load_default=None, allow_none=True)
    agenda_number = _text(drafts.AGENDA_NUMBER)


class ChangedConsultationIn(ConsultationIn):
    """The same for a station that is there."""

    based_on = _based_on()


class OutcomeIn(BasedOnIn):
    """What came of a station; null takes back what was entered before."""

    outcome = fields.Enum(Outcome, by_value=True, required=True, allow_none=True)
    decided_on = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "The day of the meeting where it is left out."}
    )
    text = _text(drafts.OUTCOME_TEXT)


class AmendmentIn(BasedOnIn):
    """What a committee changed."""

    text = _needed(drafts.AMENDMENT)
    changes = fields.Dict(
        keys=fields.String(validate=Length(1, 24)),
        values=fields.Integer(allow_none=True, strict=True, validate=Range(1, 9999)),
        load_default=dict,
        metadata={"description": "Years in which measures start, by their codes; null: it does not start."},
    )
    beside = fields.String(
        load_default="",
        validate=Length(max=64),
        metadata={
            "description": "The slug of a plan that was settled after the one that the council was given, to say that "
            "the council changed the latter all the same; refused with plan_overtaken otherwise."
        },
    )


class CommitteeIn(_In):
    """A committee."""

    code = fields.String(required=True, validate=Length(1, 64))
    names = words_by_language(drafts.COMMITTEE.maximum, required=True)
    is_public = TrueOrFalse(
        required=True,
        metadata={"description": "Whether it usually meets in public."},
    )
    position = fields.Integer(load_default=None, allow_none=True, validate=Range(1, LARGEST))


class ChangedCommitteeIn(CommitteeIn):
    """The same for a committee that is there."""

    based_on = _based_on()


class RenderedFileIn(_In):
    """Which file is wanted."""

    kind = fields.Enum(FileKind, by_value=True, required=True)
    language = fields.String(required=True, validate=OneOf(INTERFACE_TAGS))


class DraftFileIn(_In):
    """Which file of a draft is wanted."""

    kind = fields.String(load_default=FileKind.PDF.value, validate=OneOf([FileKind.PDF.value, FileKind.DOCX.value]))
    language = fields.String(
        load_default=None,
        validate=OneOf(INTERFACE_TAGS),
        metadata={"description": "The language of the paper where none is given."},
    )


class CommitteeOut(Schema):
    """A committee."""

    code = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)
    is_public = fields.Boolean(required=True)
    position = fields.Integer(required=True)
    revision = fields.Integer(required=True)


class AmendmentOut(Schema):
    """What a committee changed, and the plan that came of it."""

    text = fields.Nested(TextOut, required=True)
    changes = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), required=True)
    plan = fields.String(required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True, format="iso")


class ConsultationOut(Schema):
    """A station of a paper with what came of it."""

    id = fields.String(required=True)
    revision = fields.Integer(required=True)
    committee = fields.Nested(CommitteeOut, required=True)
    held_on = fields.Date(required=True, allow_none=True)
    is_public = fields.Boolean(required=True)
    competence = fields.Enum(Competence, by_value=True, required=True)
    agenda_number = fields.String(required=True, allow_none=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True, allow_none=True)
    outcome_text = fields.Nested(TextOut, required=True, allow_none=True)
    decided_on = fields.Date(required=True, allow_none=True)
    amendments = fields.List(fields.Nested(AmendmentOut), required=True)


class CouncilPaperOut(Schema):
    """A paper in a list."""

    number = fields.String(required=True)
    slug = fields.String(required=True)
    kind = fields.Enum(PaperKind, by_value=True, required=True)
    state = fields.Enum(PaperState, by_value=True, required=True)
    revision = fields.Integer(required=True)
    subject = fields.Nested(TextOut, required=True)
    dated_on = fields.Date(required=True, allow_none=True)
    lead_unit = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class RenderedFileOut(Schema):
    """A file: being made, or ready to be fetched at `content`."""

    id = fields.String(required=True)
    kind = fields.Enum(FileKind, by_value=True, required=True)
    language = fields.String(required=True)
    state = fields.Enum(FileState, by_value=True, required=True)
    done = fields.Integer(required=True)
    steps = fields.Integer(required=True)
    fault = fields.String(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True)
    size = fields.Integer(required=True, allow_none=True)
    content = fields.String(required=True, allow_none=True, metadata={"description": "Its address once it is ready."})


class AnnexChangeOut(Schema):
    """What of the annexes is another one now."""

    key = fields.String(
        required=True, validate=OneOf(["plan", "other_plan", "envelopes", "costings", "sheets", "statements"])
    )
    plan = fields.String(required=True, allow_none=True)
    codes = fields.List(fields.String(), required=True)


class WholeCouncilPaperOut(CouncilPaperOut):
    """A paper with everything that it says.

    `document` (participation/paper/1) is what was frozen at the issue, of a draft what would be frozen now.
    """

    document = fields.Dict(required=True)
    sha256 = fields.String(required=True, allow_none=True, metadata={"description": "Of what was frozen."})
    preview_hash = fields.String(
        required=True, allow_none=True, metadata={"description": "Of a draft's document, for issuing it."}
    )
    stations = fields.List(fields.Nested(ConsultationOut), required=True)
    changes = fields.List(fields.Nested(AnnexChangeOut), required=True)
    files = fields.List(fields.Nested(RenderedFileOut), required=True)
    withdrawal_reason = fields.Nested(TextOut, required=True, allow_none=True)
    further_versions = fields.List(fields.String(), required=True)


class DocumentTemplateOut(Schema):
    """Which template documents are filled into."""

    is_own = fields.Boolean(required=True)
    sha256 = fields.String(required=True, allow_none=True)
    uploaded_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
