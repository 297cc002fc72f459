"""The reader's words in templates, and the writer's in forms."""

from flask import Flask
from markupsafe import Markup

from participation.core.languages import LANGUAGES
from participation.texts.models import Text
from participation.texts.queries import Wording, original, wording, wordings
from participation.web.locale import reader_languages


def init_app(app: Flask) -> None:
    """Register the filters: `{{ proposal.title|wording }}` for the reader, `|original` for the author's own.

    `|wordings` gives every wording by language, `|language_name` a language's own name in its own script.
    """
    app.add_template_filter(in_readers_language, "wording")
    app.add_template_filter(original)
    app.add_template_filter(wordings)
    app.add_template_filter(language_name)


def in_readers_language(text: Text, default_language: str = "de") -> Wording:
    """Return the wording that this request's reader is shown."""
    return wording(text, reader_languages(default_language))


def words_for_inputs(name: str, text: Text | None) -> dict[str, str]:
    """Return the present wordings of a text by the names of the inputs that change them: `title-de`."""
    return {f"{name}-{tag}": said.body for tag, said in wordings(text).items()} if text else {}


def language_name(tag: str) -> Markup:
    """Return the name of a language in itself, marked as such for screen readers and for the direction."""
    known = LANGUAGES.get(tag)
    if known is None:
        return Markup("<bdi>{}</bdi>").format(tag)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(known.tag, known.direction, known.own_name)
