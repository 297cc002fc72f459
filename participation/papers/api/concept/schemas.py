"""Shapes of the JSON of the concept, in and out apart."""

from typing import Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, Range

from participation.papers.rules.concept import (
    CODE,
    NOTE,
    SECTION_BODY,
    SECTION_TITLE,
    SENTENCE,
    ConceptPlace,
)
from participation.papers.rules.concept_changes import PartKind, Verdict
from participation.texts.schemas import TextOut, words_by_language

LARGEST: Final = 2**31 - 1


def _code() -> fields.String:
    return fields.String(
        load_default="",
        validate=Length(max=CODE.maximum),
        metadata={"description": "Without it the first free one is given."},
    )


def _position() -> fields.Integer:
    return fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=Range(1, LARGEST),
        metadata={"description": "Place in the list, from 1; without it a new part comes last and another stays."},
    )


def _basis(words: str) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=Range(1, LARGEST), metadata={"description": words})


class _In(Schema):
    class Meta:
        unknown = RAISE


class PrincipleIn(_In):
    """What a principle says and where it stands."""

    sentences = words_by_language(SENTENCE.maximum, required=True)
    position = _position()


class ConceptNewPrincipleIn(PrincipleIn):
    """A new principle."""

    code = _code()


class ConceptChangedPrincipleIn(PrincipleIn):
    """A principle that is there."""

    based_on = _basis("The principle's `revision` as it was read.")


class SectionIn(_In):
    """What a section says and where it stands."""

    titles = words_by_language(SECTION_TITLE.maximum, required=True)
    bodies = words_by_language(SECTION_BODY.maximum, required=True)
    place = fields.Enum(ConceptPlace, by_value=True, load_default=ConceptPlace.OPENING)
    position = _position()


class ConceptNewSectionIn(SectionIn):
    """A new section."""

    code = _code()


class ConceptChangedSectionIn(SectionIn):
    """A section that is there."""

    based_on = _basis("The section's `revision` as it was read.")


class ConceptRemovedPartIn(_In):
    """Taking a part out of the draft."""

    based_on = fields.Integer(
        required=True, validate=Range(1, LARGEST), metadata={"description": "The part's `revision` as it was read."}
    )


class ConceptPublishIn(_In):
    """Publishing the draft."""

    notes = words_by_language(NOTE.maximum, required=True)
    based_on = fields.String(
        required=True, validate=Length(max=64), metadata={"description": "The draft's `mark` as it was read."}
    )


class ConceptPrincipleOut(Schema):
    """A principle of the draft."""

    code = fields.String(required=True)
    position = fields.Integer(required=True)
    revision = fields.Integer(required=True)
    sentence = fields.Nested(TextOut, required=True)


class ConceptSectionOut(Schema):
    """A section of the draft."""

    code = fields.String(required=True)
    place = fields.Enum(ConceptPlace, by_value=True, required=True)
    position = fields.Integer(required=True)
    revision = fields.Integer(required=True)
    title = fields.Nested(TextOut, required=True)
    body = fields.Nested(TextOut, required=True)


def _document() -> fields.Dict:
    return fields.Dict(
        required=True,
        metadata={
            "description": "What the concept says, as `participation/concept/1`: principles, sections, fields with "
            "goals and sub-goals and their priorities, measures with their costs, and sums in cents."
        },
    )


class ConceptDraftOut(Schema):
    """The concept as it would be published now."""

    mark = fields.String(required=True, metadata={"description": "What publishing this draft is based on."})
    latest = fields.Integer(required=True, metadata={"description": "The number of the version that stands, or 0."})
    principles = fields.List(fields.Nested(ConceptPrincipleOut), required=True)
    sections = fields.List(fields.Nested(ConceptSectionOut), required=True)
    document = _document()


class ConceptVersionOut(Schema):
    """A published version, without what it says."""

    number = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True, format="iso")
    note = fields.Nested(TextOut, required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of `document` in canonical JSON (RFC 8785)."})


class ConceptWholeVersionOut(ConceptVersionOut):
    """A published version with what it says."""

    document = _document()


class ConceptDifferenceOut(Schema):
    """Something that two versions say differently."""

    name = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class ConceptChangeOut(Schema):
    """A part that is new, changed or gone."""

    kind = fields.Enum(PartKind, by_value=True, required=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    code = fields.String(required=True)
    differences = fields.List(fields.Nested(ConceptDifferenceOut), required=True)


class ConceptChangesOut(Schema):
    """What differs between a version and the one before it."""

    number = fields.Integer(required=True)
    before = fields.Integer(required=True)
    changes = fields.List(fields.Nested(ConceptChangeOut), required=True)
