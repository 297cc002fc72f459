"""Shapes of the JSON of proposals, in and out apart."""

from enum import StrEnum
from typing import Any, Final, TypeVar

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.core.languages import LANGUAGES
from participation.core.wording import BODY, NAME, REASON, TITLE
from participation.proposals.rules import (
    MAX_PARTS,
    MIN_PARTS,
    PARTNERS,
    UNIT,
    Capacity,
    ProposalAction,
    ProposalKind,
    ProposalState,
)
from participation.texts.models import Origin
from participation.texts.schemas import TextIn, TextOut, words_by_language
from participation.web.pagination import PageIn

_CODE: Final = 20
_MANY: Final = 50
LARGEST_REVISION: Final = 2**31 - 1
E = TypeVar("E", bound=StrEnum)


def _choice(kind: type[E], **options: Any) -> "fields.Enum[E]":  # noqa: ANN401 - of the field
    return fields.Enum(kind, by_value=True, **options)


def _language(**options: Any) -> fields.String:  # noqa: ANN401 - of the field
    return fields.String(validate=OneOf(list(LANGUAGES)), **options)


def _code(words: str, **options: Any) -> fields.String:  # noqa: ANN401 - of the field
    return fields.String(validate=Length(max=_CODE), metadata={"description": words}, **options)


def _revision() -> fields.Integer:
    return fields.Integer(
        required=True,
        strict=True,
        validate=Range(1, LARGEST_REVISION),
        metadata={"description": "The proposal's `revision` as it was read; a newer one is a conflict."},
    )


class _In(Schema):
    class Meta:
        unknown = RAISE


class ProposalsIn(PageIn):
    """What the list of proposals can be asked."""

    kind = _choice(ProposalKind, load_default=None)
    state = _choice(
        ProposalState,
        load_default=None,
        metadata={"description": "Without it, everything but what was withdrawn. Drafts are never listed here."},
    )
    field = _code("Code of a field of action.", load_default="")
    language = _language(load_default="", metadata={"description": "The language in which it was written."})
    q = fields.String(
        load_default="",
        validate=Length(max=200),
        metadata={"description": "Words that occur in code, title, text or target group, in any language."},
    )


class PlaceIn(_In):
    """Where a proposal belongs; what is left out is left to the office."""

    field = _code("Code of a field of action.", load_default="")
    parent = _code("Code of the goal of which a sub-goal is part.", load_default="")
    serves = fields.List(
        fields.String(validate=Length(1, _CODE)),
        load_default=list,
        validate=Length(max=_MANY),
        metadata={"description": "Codes of the sub-goals that a measure serves."},
    )


class PartIn(PlaceIn):
    """What a part of a split proposal says. Without a place it stands where the whole stood."""

    kind = _choice(ProposalKind, required=True)
    language = _language(required=True)
    title = fields.String(required=True, validate=Length(1, TITLE.maximum))
    body = fields.String(load_default="", validate=Length(max=BODY.maximum))
    target_group = fields.String(load_default="", validate=Length(max=TITLE.maximum))
    partners = fields.String(
        load_default="",
        validate=Length(max=PARTNERS.maximum),
        metadata={"description": "With whom a measure is carried out."},
    )


class DraftIn(PartIn):
    """What somebody proposes, in the language in which they write."""

    author_name = fields.String(
        load_default="",
        validate=Length(max=NAME.maximum),
        metadata={"description": "The name that is shown; an organisation's proposal carries its name instead."},
    )


class NewProposalIn(DraftIn):
    """A new proposal, kept as a draft or handed in at once."""

    submit = fields.Boolean(load_default=False)


class RevisionIn(DraftIn):
    """A new wording. Before the decision its author gives it, afterwards the office."""

    based_on = _revision()
    department = _code("Code of the department that answers for it; the office's to say.", load_default=None)
    unit = fields.String(
        load_default=None,
        validate=Length(max=UNIT.maximum),
        metadata={"description": "Name of the part of the department in charge of a measure; the office's to say."},
    )


class TranslationIn(_In):
    """A proposal's words in another language."""

    title = fields.String(required=True, validate=Length(1, TITLE.maximum))
    body = fields.String(load_default="", validate=Length(max=BODY.maximum))
    target_group = fields.String(load_default="", validate=Length(max=TITLE.maximum))
    partners = fields.String(
        load_default="",
        validate=Length(max=PARTNERS.maximum),
        metadata={"description": "With whom a measure is carried out."},
    )


class HandInIn(_In):
    """Where a draft goes, if not into the round in which it was begun."""

    round = fields.String(load_default=None, validate=Length(1, 64), metadata={"description": "Slug of a round."})


class WithdrawIn(_In):
    """Taking a proposal back."""

    reason = fields.String(load_default="", validate=Length(max=REASON.maximum))


class AdmitIn(_In):
    """Admission, with the place that its author left open."""

    based_on = _revision()
    reasons = words_by_language(REASON.maximum, load_default=dict)
    place = fields.Nested(PlaceIn, load_default=None, allow_none=True)
    department = _code("Code of the department that answers for a measure.", load_default="")


class MergeIn(_In):
    """Letting a proposal go on inside another one."""

    based_on = _revision()
    reasons = words_by_language(REASON.maximum, required=True)
    into = fields.String(required=True, validate=Length(1, _CODE), metadata={"description": "Code of the other one."})


class SplitIn(_In):
    """Making several of one."""

    based_on = _revision()
    reasons = words_by_language(REASON.maximum, required=True)
    parts = fields.List(fields.Nested(PartIn), required=True, validate=Length(MIN_PARTS, MAX_PARTS))


class DeclineIn(_In):
    """Saying no."""

    based_on = _revision()
    reasons = words_by_language(REASON.maximum, required=True)


class ProposerOut(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class ProposalOut(Schema):
    """A goal or a measure. A draft's code is its id until it is submitted."""

    code = fields.String(required=True)
    kind = _choice(ProposalKind, required=True)
    state = _choice(ProposalState, required=True)
    revision = fields.Integer(required=True)
    title = fields.Nested(TextOut, required=True)
    body = fields.Nested(TextOut, required=True, allow_none=True)
    target_group = fields.Nested(TextOut, required=True, allow_none=True)
    partners = fields.Nested(TextOut, required=True, allow_none=True)
    field = fields.String(required=True, allow_none=True)
    parent = fields.String(required=True, allow_none=True)
    serves = fields.List(fields.String(), required=True)
    department = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, metadata={"description": "The part of the department in charge; may be empty."})
    organisation = fields.Nested(ProposerOut, required=True, allow_none=True)
    author_name = fields.String(required=True)
    round = fields.String(required=True, allow_none=True)
    merged_into = fields.String(required=True, allow_none=True)
    split_from = fields.String(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    decided_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class SignatureOut(Schema):
    """An organisation that signed a proposal, and which wording."""

    organisation = fields.Nested(ProposerOut, required=True)
    revision = fields.Integer(required=True, metadata={"description": "Of the proposal that it signed."})
    signed_at = fields.AwareDateTime(required=True, format="iso")
    is_of_earlier_wording = fields.Boolean(required=True)
    came_with = fields.String(
        required=True, allow_none=True, metadata={"description": "Code of the merged proposal for which it was given."}
    )


class SupportOut(Schema):
    """How a proposal is supported. Of people only the number is told."""

    people = fields.Integer(required=True)
    people_earlier = fields.Integer(required=True, metadata={"description": "Of them: of an earlier wording."})
    people_along = fields.Integer(required=True, metadata={"description": "Of them: came with merged proposals."})
    signatures = fields.List(fields.Nested(SignatureOut), required=True)


class OwnSupportOut(Schema):
    """As whom the caller supports a proposal, and which wording."""

    round = fields.String(required=True)
    revision = fields.Integer(required=True)
    supported_at = fields.AwareDateTime(required=True, format="iso")


class SupportIn(_In):
    """Supporting a proposal as it was read."""

    round = fields.String(required=True, validate=Length(1, 64), metadata={"description": "Slug of a running round."})
    based_on = _revision()


class NoSupportIn(_In):
    """Taking one's support back."""

    round = fields.String(required=True, validate=Length(1, 64), metadata={"description": "Slug of a running round."})


class InterestIn(_In):
    """An interest in a proposal and as what it is declared."""

    standing = fields.String(
        required=True,
        validate=Length(1, 64),
        metadata={"description": "One of the standings that the list of interests names.", "examples": ["steering"]},
    )
    words = fields.Nested(TextIn, required=True)


class InterestOut(Schema):
    """An interest that somebody declared."""

    name = fields.String(required=True)
    capacity = _choice(Capacity, required=True)
    organisation = fields.String(required=True, allow_none=True)
    department = fields.String(required=True, allow_none=True)
    proposal = fields.String(required=True, metadata={"description": "Code of the proposal on which it was declared."})
    words = fields.Nested(TextOut, required=True)
    declared_at = fields.AwareDateTime(required=True, format="iso")


class InterestsOut(Schema):
    items = fields.List(fields.Nested(InterestOut), required=True)
    standings = fields.List(
        fields.String(), required=True, metadata={"description": "As what the caller may declare one."}
    )


class ListedProposalOut(ProposalOut):
    """A proposal in a list, with how it is supported."""

    support = fields.Nested(SupportOut, required=True)


class StationOut(Schema):
    """Something that was done to a proposal, with the reason where one was given."""

    action = _choice(ProposalAction, required=True)
    at = fields.AwareDateTime(required=True, format="iso")
    revision = fields.Integer(required=True)
    other = fields.String(required=True, allow_none=True, metadata={"description": "Code of the other proposal."})
    reason = fields.Nested(TextOut, required=True, allow_none=True)


class EarlierWordingOut(Schema):
    """The author's words as they once were."""

    revision = fields.Integer(required=True)
    body = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True, format="iso")


class ProposalPageOut(ListedProposalOut):
    """A proposal with what stands around it and what became of it."""

    stations = fields.List(fields.Nested(StationOut), required=True)
    taken_in = fields.List(
        fields.String(), required=True, metadata={"description": "Codes of what was merged into it, and into that."}
    )
    parts = fields.List(fields.String(), required=True)
    sub_goals = fields.List(fields.String(), required=True)
    measures = fields.List(fields.String(), required=True, metadata={"description": "What serves this goal."})
    earlier_titles = fields.List(fields.Nested(EarlierWordingOut), required=True)
    earlier_bodies = fields.List(fields.Nested(EarlierWordingOut), required=True)


class AlikeOut(Schema):
    """Another proposal whose title is spelt alike. It says nothing about what is meant."""

    code = fields.String(required=True)
    title = fields.Nested(TextOut, required=True)
    percent = fields.Integer(required=True, metadata={"description": "Shared letter triples of both titles."})
    language = fields.String(required=True, metadata={"description": "In which both titles exist and were compared."})
    translated = fields.Enum(
        Origin,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "Who made the less certain wording; null where both are their authors' own words."},
    )
    stale = fields.Boolean(required=True, metadata={"description": "One was made from an earlier wording."})


class AlikesOut(Schema):
    """What was found among proposals of the same kind; titles without a language in common are not compared."""

    items = fields.List(fields.Nested(AlikeOut), required=True)
    uncompared = fields.Integer(required=True)
