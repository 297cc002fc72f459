"""Shapes of the JSON of processes."""

from typing import Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.core.languages import LANGUAGES
from participation.core.wording import BODY, NAME, TITLE
from participation.processes.rules import MAX_CODE, MAX_POSITION, MAX_SLUG
from participation.texts.schemas import TextOut, words_by_language

_TAG: Final = OneOf(list(LANGUAGES))
_SLUG: Final = {"description": "Last part of its address; made from the title if left empty. It stays."}
_CODE: Final = {"description": "Short name: letters a to z, digits, inner points and hyphens."}
_POSITION: Final = {"description": "Place in the list; at the end if null."}


class _In(Schema):
    class Meta:
        unknown = RAISE


class ProcessChangesIn(_In):
    """What changes about a process; what is left out stays."""

    city = fields.String(validate=Length(1, NAME.maximum))
    titles = words_by_language(TITLE.maximum)
    summaries = words_by_language(BODY.maximum)
    time_zone = fields.String(validate=Length(1, 64), metadata={"examples": ["Europe/Berlin"]})
    languages = fields.List(fields.String(validate=_TAG), validate=Length(1, len(LANGUAGES)))
    default_language = fields.String(validate=_TAG)
    currency = fields.String(validate=Length(3, 3), metadata={"examples": ["EUR"]})


class ProcessIn(_In):
    """A new process."""

    city = fields.String(required=True, validate=Length(1, NAME.maximum))
    titles = words_by_language(TITLE.maximum, required=True)
    summaries = words_by_language(BODY.maximum, load_default=dict)
    time_zone = fields.String(required=True, validate=Length(1, 64), metadata={"examples": ["Europe/Berlin"]})
    languages = fields.List(fields.String(validate=_TAG), required=True, validate=Length(1, len(LANGUAGES)))
    default_language = fields.String(required=True, validate=_TAG)
    currency = fields.String(load_default="EUR", validate=Length(3, 3))
    slug = fields.String(load_default="", validate=Length(max=MAX_SLUG), metadata=_SLUG)


class PhaseIn(_In):
    """A phase as it is to be."""

    code = fields.String(required=True, validate=Length(1, MAX_CODE), metadata=_CODE)
    titles = words_by_language(TITLE.maximum, required=True)
    opens_at = fields.AwareDateTime(required=True, format="iso")
    closes_at = fields.AwareDateTime(required=True, format="iso")
    position = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=Range(0, MAX_POSITION), metadata=_POSITION
    )


class FieldIn(_In):
    """A field as it is to be."""

    code = fields.String(required=True, validate=Length(1, MAX_CODE), metadata=_CODE)
    titles = words_by_language(TITLE.maximum, required=True)
    position = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=Range(0, MAX_POSITION), metadata=_POSITION
    )


class PhaseOut(Schema):
    """A stretch of a process."""

    code = fields.String(required=True)
    position = fields.Integer(required=True)
    title = fields.Nested(TextOut, required=True)
    opens_at = fields.AwareDateTime(required=True, format="iso")
    closes_at = fields.AwareDateTime(required=True, format="iso")


class FieldOut(Schema):
    """A theme to which goals belong."""

    code = fields.String(required=True)
    position = fields.Integer(required=True)
    title = fields.Nested(TextOut, required=True)


class ProcessOut(Schema):
    """A process with its phases and fields."""

    slug = fields.String(required=True)
    city = fields.String(required=True)
    time_zone = fields.String(required=True)
    currency = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    default_language = fields.String(required=True)
    is_example = fields.Boolean(required=True, metadata={"description": "Invented to show the platform."})
    created_at = fields.AwareDateTime(required=True, format="iso")
    title = fields.Nested(TextOut, required=True)
    summary = fields.Nested(TextOut, required=True, allow_none=True)
    phases = fields.List(fields.Nested(PhaseOut), required=True)
    fields_ = fields.List(fields.Nested(FieldOut), required=True, data_key="fields", attribute="fields")
