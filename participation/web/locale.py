"""The language of a request, from our own registry; Babel only gives formats and catalogues."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel

from participation.config import ROOT
from participation.core.languages import INTERFACE_TAGS, LANGUAGES, Language, reading_order

COOKIE: Final = "language"
_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """An entry of the language switch."""

    tag: str
    own_name: str
    direction: str
    href: str
    current: bool


def init_app(app: Flask, babel: Babel) -> None:
    """Choose the language of each request: address, cookie, browser, then the site's own."""
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"), BABEL_DEFAULT_LOCALE="en")
    babel.init_app(app, locale_selector=_babel_locale)
    app.after_request(_remember)


def current_language() -> Language:
    """Return the language in which this request is answered."""
    if not has_request_context():
        forced: Language | None = g.get("forced_language")
        return forced or LANGUAGES["en"]
    if "language" not in g:
        g.language = LANGUAGES[_chosen()]
    language: Language = g.language
    return language


def reader_languages(*others: str) -> tuple[str, ...]:
    """Return the reader's languages, best first: for texts.queries.wording."""
    return reading_order(current_language().tag, *others)


def language_links() -> list[LanguageLink]:
    """Return the language switch for the present page."""
    arguments = request.args.to_dict(flat=False)
    links = []
    for tag in INTERFACE_TAGS:
        language = LANGUAGES[tag]
        query = urlencode(arguments | {"lang": [tag]}, doseq=True)
        links.append(
            LanguageLink(
                tag,
                language.own_name,
                language.direction,
                f"{request.path}?{query}",
                tag == current_language().tag,
            )
        )
    return links


def _chosen() -> str:
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if asked in INTERFACE_TAGS:
            return str(asked)
    best = request.accept_languages.best_match(INTERFACE_TAGS)
    return best or str(current_app.config["SETTINGS"].default_language)


def _babel_locale() -> str:
    return current_language().babel


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in INTERFACE_TAGS and asked != request.cookies.get(COOKIE):
        secure = current_app.config["SETTINGS"].uses_https
        response.set_cookie(COOKIE, str(asked), max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
