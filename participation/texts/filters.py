"""The reader's words in templates."""

from flask import Flask

from participation.texts.models import Text
from participation.texts.queries import Wording, original, wording
from participation.web.locale import reader_languages


def init_app(app: Flask) -> None:
    """Register the filters: `{{ proposal.title|wording }}` for the reader, `|original` for the author's own."""
    app.add_template_filter(in_readers_language, "wording")
    app.add_template_filter(original)


def in_readers_language(text: Text, default_language: str = "de") -> Wording:
    """Return the wording that this request's reader is shown."""
    return wording(text, reader_languages(default_language))
