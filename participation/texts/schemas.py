"""Texts in JSON: in with their language, out with every translation and where it comes from."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, pre_dump
from marshmallow.validate import Length, OneOf

from participation.core.languages import LANGUAGES
from participation.texts.models import Origin, Text
from participation.texts.queries import wordings


class TextIn(Schema):
    """Somebody's words and the language in which they are written."""

    class Meta:
        unknown = RAISE

    language = fields.String(
        required=True, metadata={"description": f"One of: {', '.join(LANGUAGES)}", "examples": ["tr"]}
    )
    body = fields.String(required=True)


def words_by_language(maximum: int, **options: Any) -> fields.Dict:  # noqa: ANN401 - of the field
    """Return a field for officials' words in several languages, by tag; blank ones are left out."""
    return fields.Dict(
        keys=fields.String(validate=OneOf(list(LANGUAGES))),
        values=fields.String(validate=Length(max=maximum)),
        **options,
        metadata={"description": "Words by language tag, the process's default language among them."},
    )


class TranslationOut(Schema):
    """A wording in another language than the author's."""

    body = fields.String(required=True)
    origin = fields.Enum(Origin, by_value=True, required=True)
    stale = fields.Boolean(required=True, metadata={"description": "Made from an earlier wording than the present"})


class TextOut(Schema):
    """The author's present words with every translation."""

    language = fields.String(required=True)
    body = fields.String(required=True)
    translations = fields.Dict(keys=fields.String(), values=fields.Nested(TranslationOut), required=True)

    @pre_dump
    def spread(self, text: Text | Mapping[str, Any], **_more: object) -> Mapping[str, Any]:
        """Turn a text into its present wordings."""
        return text_as_data(text) if isinstance(text, Text) else text


def text_as_data(text: Text) -> dict[str, Any]:
    """Return a text as plain values, as the API gives it."""
    every = wordings(text)
    own = every.pop(text.language)
    return {
        "language": own.language,
        "body": own.body,
        "translations": {
            tag: {"body": shown.body, "origin": shown.origin, "stale": shown.is_stale} for tag, shown in every.items()
        },
    }
