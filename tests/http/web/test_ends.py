"""How the end of something is said."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from participation.web.locale import force_language
from participation.web.rendering import end_in_words, last_day, until

MIDNIGHT = datetime(2026, 12, 12, 23, 0, tzinfo=UTC)  # 0:00 of the 13th in Berlin
EVENING = datetime(2026, 12, 12, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "language, midnight, evening",
    [
        ("de", "Samstag, 12. Dezember 2026, 24 Uhr (Berlin)", "Samstag, 12. Dezember 2026, 18 Uhr (Berlin)"),
        ("en", "Saturday, 12 December 2026, 24:00 (Berlin)", "Saturday, 12 December 2026, 18:00 (Berlin)"),
        ("tr", "12 Aralık 2026 Cumartesi, 24:00 (Berlin)", "12 Aralık 2026 Cumartesi, 18:00 (Berlin)"),
        ("ar", "السبت، 12 ديسمبر 2026، 24:00 (برلين)", "السبت، 12 ديسمبر 2026، 18:00 (برلين)"),
    ],
)
def test_a_midnight_ends_the_day_before_it(app: Flask, language: str, midnight: str, evening: str) -> None:
    with app.app_context(), force_language(language):
        assert end_in_words(MIDNIGHT, "Europe/Berlin") == midnight
        assert end_in_words(EVENING, "Europe/Berlin") == evening


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_moment_itself_stays_exact_and_the_last_day_is_one_that_counts(app: Flask) -> None:
    with app.app_context(), force_language("de"):
        assert 'datetime="2026-12-13T00:00+01:00"' in until(MIDNIGHT, "Europe/Berlin")
        assert "12. Dezember 2026" in last_day(MIDNIGHT, "Europe/Berlin")
        assert "12. Dezember 2026" in last_day(EVENING, "Europe/Berlin")
