"""The language of a request, from our own registry; Babel only gives formats and reads catalogues.

Flask-Babel asks Babel for a locale and keeps one catalogue for each, so that plain German would be German and
Dari would be an error. Here a language's own chain of catalogues is read, once per process, and each request or
mail binds it once: the lookup for every sentence was 29 % of a page's time.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final
from urllib.parse import quote, urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from participation.config import ROOT
from participation.core.languages import INTERFACE_TAGS, LANGUAGES, Language, reading_order

COOKIE: Final = "language"
CATALOGUES: Final = ROOT / "translations"
_YEAR: Final = 365 * 24 * 3600
_READING: Final = frozenset({"GET", "HEAD"})
_PLAIN_IN_PATHS: Final = "/:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """An entry of the language switch."""

    tag: str
    own_name: str
    direction: str
    href: str
    current: bool


class RegistryDomain(Domain):
    """Gives Flask-Babel's functions the sentences of the current language of our registry."""

    def get_translations(self) -> Translations | NullTranslations:
        """Return what this request or mail is bound to."""
        return current_translations()


def init_app(app: Flask, babel: Babel) -> None:
    """Choose the language of each request: address, cookie, browser, then the site's own."""
    babel.init_app(app, default_locale="en", locale_selector=lambda: current_language().babel)
    babel.domain_instance = RegistryDomain()
    app.jinja_env.globals.update(gettext=_in_template, ngettext=_counted_in_template)
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as in babel.cfg: a sentence may be broken over lines
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # added by the i18n extension
    app.after_request(_remember)


@pass_context
def _in_template(context: Context, text: str, /, **variables: object) -> str:
    return _filled(context, current_translations().ugettext(text), variables)


@pass_context
def _counted_in_template(context: Context, one: str, many: str, num: int, /, **variables: object) -> str:
    variables.setdefault("num", num)
    return _filled(context, current_translations().ungettext(one, many, num), variables)


def _filled(context: Context, sentence: str, variables: dict[str, object]) -> str:
    """Put values into a sentence; like Python's gettext, and unlike Jinja's, one without values may hold a `%`."""
    shown = Markup(sentence) if context.eval_ctx.autoescape else sentence  # noqa: S704 - sentences are the program's own
    return shown % variables if variables else shown.replace("%%", "%")


def current_language() -> Language:
    """Return the language in which this request or mail is worded."""
    bound: Language | None = g.get("language")
    if bound is None:
        bound = g.language = LANGUAGES[_chosen() if has_request_context() else _default()]
    return bound


def current_translations() -> Translations | NullTranslations:
    """Return the sentences of the current language, bound once per request or mail."""
    if not has_app_context():
        return NullTranslations()
    bound: Translations | NullTranslations | None = g.get("translations")
    if bound is None:
        bound = g.translations = translations_for(current_language().tag)
    return bound


@contextmanager
def force_language(tag: str) -> Iterator[Language]:
    """Word something in another language than the request's, such as a mail in its recipient's."""
    kept = {name: g.get(name) for name in ("language", "translations", "_flask_babel")}
    language = LANGUAGES.get(tag) or LANGUAGES[_default()]
    g.language, g.translations = language, None
    g.pop("_flask_babel", None)
    try:
        yield language
    finally:
        for name, value in kept.items():
            g.pop(name, None)
            if value is not None:
                setattr(g, name, value)


@cache
def translations_for(tag: str) -> Translations | NullTranslations:
    """Return the sentences of a language: its own catalogue, then those it falls back on, then English.

    Catalogues are read from their source, so that a compiled one can never be older than it.
    """
    found: list[Translations] = []
    for name in LANGUAGES[tag].catalogues:
        source = CATALOGUES / name / "LC_MESSAGES" / "messages.po"
        if source.exists():
            compiled = io.BytesIO()
            with source.open("rb") as file:
                write_mo(compiled, read_po(file))
            compiled.seek(0)
            found.append(Translations(compiled))
    for nearer, farther in pairwise(found):
        nearer.add_fallback(farther)
    return found[0] if found else NullTranslations()


def reader_languages(*others: str) -> tuple[str, ...]:
    """Return the reader's languages, best first: for texts.queries.wording."""
    return reading_order(current_language().tag, *others)


def language_links() -> list[LanguageLink]:
    """Return the language switch for the present page."""
    address, arguments = _address_to_read()
    links = []
    for tag in INTERFACE_TAGS:
        language = LANGUAGES[tag]
        query = urlencode(arguments | {"lang": [tag]}, doseq=True)
        links.append(
            LanguageLink(
                tag,
                language.own_name,
                language.direction,
                f"{address}?{query}",
                tag == current_language().tag,
            )
        )
    return links


def _address_to_read() -> tuple[str, dict[str, list[str]]]:
    """Return path and query of this page or, where it answers a form, of the nearest page above it that can be read.

    The path begins with one slash and holds no sign that a browser could take for the beginning of a host.
    """
    path, arguments = request.path, request.args.to_dict(flat=False)
    if request.method not in _READING:
        pages = current_app.url_map.bind("site")
        while path != "/" and not pages.test(path, method="GET"):
            path, arguments = path.rpartition("/")[0] or "/", {}
    return quote(f"/{path.lstrip('/')}", safe=_PLAIN_IN_PATHS), arguments


def remember_language(response: Response, tag: str) -> None:
    """Let the browser keep a choice of language."""
    secure = current_app.config["SETTINGS"].uses_https
    response.set_cookie(COOKIE, tag, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")


def _chosen() -> str:
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if asked in INTERFACE_TAGS:
            return str(asked)
    return request.accept_languages.best_match(INTERFACE_TAGS) or _default()


def _default() -> str:
    return str(current_app.config["SETTINGS"].default_language)


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in INTERFACE_TAGS and asked != request.cookies.get(COOKIE):
        remember_language(response, str(asked))
    return response
