"""The reader's words in templates, and the writer's in forms."""

from flask import Flask

from participation.texts.models import Text
from participation.texts.queries import Wording, original, wording, wordings
from participation.web.locale import reader_languages


def init_app(app: Flask) -> None:
    """Register the filters: `{{ proposal.title|wording }}` for the reader, `|original` for the author's own."""
    app.add_template_filter(in_readers_language, "wording")
    app.add_template_filter(original)


def in_readers_language(text: Text, default_language: str = "de") -> Wording:
    """Return the wording that this request's reader is shown."""
    return wording(text, reader_languages(default_language))


def words_for_inputs(name: str, text: Text | None) -> dict[str, str]:
    """Return the present wordings of a text by the names of the inputs that change them: `title-de`."""
    return {f"{name}-{tag}": said.body for tag, said in wordings(text).items()} if text else {}
