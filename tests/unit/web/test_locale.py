"""The reader's language: which one, which catalogues, and how moments and numbers are written in it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from babel.support import NullTranslations
from flask import Flask, g, render_template_string
from flask_babel import gettext, ngettext

from participation.app import create_app
from participation.config import Settings
from participation.core.languages import LANGUAGES
from participation.core.money import Money
from participation.web import locale
from participation.web.locale import current_language, force_language, translations_for
from participation.web.rendering import day, day_in_words, moment_in_words, money, number, percent, when

EVENING = datetime(2026, 12, 12, 17, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings.for_tests())


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Replace the catalogues by ones of the test's own."""

    def write(tag: str, **sentences: str) -> None:
        folder = tmp_path / tag / "LC_MESSAGES"
        folder.mkdir(parents=True)
        entries = "\n".join(f'msgid "{source}"\nmsgstr "{shown}"\n' for source, shown in sentences.items())
        (folder / "messages.po").write_text(PO + entries)

    write("de", Hello="Guten Tag", Bye="Auf Wiedersehen")
    write("de_simple", Hello="Hallo")
    write("fa", Hello="سلام")
    monkeypatch.setattr(locale, "CATALOGUES", tmp_path)
    translations_for.cache_clear()
    yield tmp_path
    translations_for.cache_clear()


@pytest.mark.parametrize(
    "tag, hello, bye",
    [
        ("de", "Guten Tag", "Auf Wiedersehen"),
        ("de-simple", "Hallo", "Auf Wiedersehen"),
        ("en", "Hello", "Bye"),
        ("prs", "سلام", "Bye"),
        ("tr", "Hello", "Bye"),
    ],
)
def test_a_language_reads_its_chain_of_catalogues(app: Flask, catalogues: Path, tag: str, hello: str, bye: str) -> None:
    with app.app_context(), force_language(tag):
        assert (gettext("Hello"), gettext("Bye")) == (hello, bye)
        assert render_template_string("{{ _('Hello') }}, {{ _('Bye') }}") == f"{hello}, {bye}"


@pytest.mark.parametrize("tag", sorted(LANGUAGES))
def test_every_language_of_the_registry_can_be_spoken(app: Flask, tag: str) -> None:
    with app.app_context(), force_language(tag):
        assert gettext("A sentence that no catalogue has.") == "A sentence that no catalogue has."
        assert ngettext("%(num)s thing", "%(num)s things", 2) == "2 things"
        assert moment_in_words(EVENING)
        assert money(100)
        assert number(1234.5)
        assert percent(Fraction(1, 3))


def test_a_mail_in_another_language_leaves_the_page_in_its_own(app: Flask, catalogues: Path) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert gettext("Hello") == "Hello"
        with force_language("de"):
            assert gettext("Hello") == "Guten Tag"
            with force_language("de-simple"):
                assert gettext("Hello") == "Hallo"
            assert gettext("Hello") == "Guten Tag"
        assert (gettext("Hello"), current_language().tag) == ("Hello", "en")


def test_sentences_are_looked_up_once_a_request(app: Flask, catalogues: Path) -> None:
    with app.test_request_context(headers={"Accept-Language": "de"}):
        gettext("Hello")
        bound = g.translations
        g.translations = NullTranslations()
        assert gettext("Hello") == "Hello"
        g.translations = bound
        assert gettext("Hello") == "Guten Tag"


@pytest.mark.parametrize(
    "query, cookie, header, tag",
    [
        ("", None, "", "en"),
        ("", None, "tr-TR,tr;q=0.9,de;q=0.8", "tr"),
        ("", None, "ar-EG", "ar"),
        ("", None, "xx, fr;q=0.4", "en"),
        ("", "ar", "tr", "ar"),
        ("?lang=de", "ar", "tr", "de"),
        ("?lang=xx", "xx", "tr", "tr"),
        ("", None, "de;q=broken, \u00ff", "en"),
    ],
)
def test_the_address_comes_before_the_cookie_and_that_before_the_browser(
    app: Flask, query: str, cookie: str | None, header: str, tag: str
) -> None:
    headers = {"Accept-Language": header} | ({"Cookie": f"language={cookie}"} if cookie else {})
    with app.test_request_context(f"/{query}", headers=headers):
        assert current_language().tag == tag


def test_a_sentence_may_hold_a_percent_sign(app: Flask) -> None:
    with app.app_context(), force_language("en"):
        assert render_template_string("{{ _('100 % sure') }}") == "100 % sure"
        assert render_template_string("{{ _('%(share)s %% sure', share=5) }}") == "5 % sure"
        assert render_template_string("{% trans %}100 % sure{% endtrans %}") == "100 % sure"


def test_values_in_a_sentence_are_text_never_markup(app: Flask) -> None:
    with app.app_context(), force_language("en"):
        shown = render_template_string("{{ _('Hello %(name)s', name='<b>') }}")
        counted = render_template_string(
            "{% trans count=2, name='<i>' %}{{ name }}{% pluralize %}{{ count }} {{ name }}{% endtrans %}"
        )
    assert (shown, counted) == ("Hello &lt;b&gt;", "2 &lt;i&gt;")


@pytest.mark.parametrize(
    "tag, evening, summer",
    [
        ("de", "Samstag, 12. Dezember 2026, 18 Uhr (Berlin)", "Donnerstag, 2. Juli 2026, 0:30 Uhr (Berlin)"),
        ("de-simple", "Samstag, 12. Dezember 2026, 18 Uhr (Berlin)", "Donnerstag, 2. Juli 2026, 0:30 Uhr (Berlin)"),
        ("en", "Saturday, 12 December 2026, 18:00 (Berlin)", "Thursday, 2 July 2026, 00:30 (Berlin)"),
        ("tr", "12 Aralık 2026 Cumartesi, 18:00 (Berlin)", "2 Temmuz 2026 Perşembe, 00:30 (Berlin)"),
        ("ar", "السبت، 12 ديسمبر 2026، 18:00 (برلين)", "الخميس، 2 يوليو 2026، 00:30 (برلين)"),
    ],
)
def test_a_moment_names_weekday_date_time_and_zone(app: Flask, tag: str, evening: str, summer: str) -> None:
    with app.app_context(), force_language(tag):
        assert (moment_in_words(EVENING), moment_in_words(SUMMER)) == (evening, summer)
        assert str(when(EVENING)) == f'<time datetime="2026-12-12T18:00+01:00">{evening}</time>'


def test_a_moment_is_shown_in_the_zone_of_its_process(app: Flask) -> None:
    with app.app_context(), force_language("en"):
        assert moment_in_words(EVENING, "Asia/Tokyo") == "Sunday, 13 December 2026, 02:00 (Tokyo)"
        assert "2 July 2026" in day(SUMMER)
        assert "1 July 2026" in day(SUMMER, "UTC")
        assert day_in_words(SUMMER.date(), weekday=True) in moment_in_words(SUMMER, "UTC")


@pytest.mark.parametrize(
    "tag, whole, with_cents",
    [
        ("de", "460.000 €", "1.234,50 €"),
        ("en", "€460,000", "€1,234.50"),
        ("tr", "460.000 €", "1.234,50 ₺"),
        ("ar", "460,000 €", "1,234.50"),
    ],
)
def test_money_is_written_as_the_reader_does(app: Flask, tag: str, whole: str, with_cents: str) -> None:
    with app.app_context(), force_language(tag):
        shown = re.sub(r"[\u200f\u200e\u00a0]", lambda sign: " " if sign[0] == "\u00a0" else "", str(money(46_000_000)))
        assert shown == f"<bdi>{whole}</bdi>"
        cents = str(money(Money(123_450, "TRY" if tag == "tr" else "EUR")))
        assert with_cents in cents.replace("\u00a0", " ").replace("\u200f", "")


@pytest.mark.parametrize(
    "share, shown",
    [
        (Fraction(1, 3), "33.3 %"),
        (Fraction(2, 3), "66.7 %"),
        ("1217/2430", "50.1 %"),
        (Fraction(1, 2000), "0.1 %"),
        (Fraction(1), "100.0 %"),
    ],
)
def test_shares_are_rounded_half_up_from_the_exact_fraction(app: Flask, share: Fraction | str, shown: str) -> None:
    with app.app_context(), force_language("en"):
        assert str(percent(share)).replace("\u00a0", " ") == f"<bdi>{shown}</bdi>"
