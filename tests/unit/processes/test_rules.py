"""What a process may look like."""

from datetime import UTC, datetime

import pytest

from participation.core.errors import Invalid
from participation.core.windows import Window
from participation.processes.rules import (
    check_code,
    check_currency,
    check_default_language,
    check_slug,
    check_time_zone,
    check_window,
    slug_from,
)


@pytest.mark.parametrize(
    "title, slug",
    [
        ("Integrationskonzept Lindenhafen", "integrationskonzept-lindenhafen"),
        ("Größe & Übersicht: Maß", "groesse-uebersicht-mass"),
        ("  Éléonore – l'été  ", "eleonore-l-ete"),
        ("Işık İstanbul", "isik-istanbul"),
        ("خطة الاندماج", ""),
        ("x" * 80, "x" * 64),
        (f"{'ab' * 30} cdef", "ab" * 30),
    ],
)
def test_an_address_is_made_from_the_title(title: str, slug: str) -> None:
    assert slug_from(title) == slug
    if slug:
        assert check_slug(slug) == slug


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a--b", "A", "a b", "ä", "a/b", "new", "x" * 65, "a\n"])
def test_what_cannot_stand_in_an_address_is_refused(slug: str) -> None:
    with pytest.raises(Invalid, match="slug_not_possible"):
        check_slug(slug)


@pytest.mark.parametrize("code", ["I", "II", "G10.1", "F1", "a-b"])
def test_short_names_of_phases_and_fields(code: str) -> None:
    assert check_code(code) == code


@pytest.mark.parametrize("code", ["", ".", "a.", "a b", "ä", "x" * 17, "a/b"])
def test_what_cannot_be_a_short_name_is_refused(code: str) -> None:
    with pytest.raises(Invalid, match="short_name_not_possible"):
        check_code(code)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Argentina/Ushuaia", "UTC"])
def test_a_time_zone_is_one_of_a_place(zone: str) -> None:
    assert check_time_zone(zone) == zone


@pytest.mark.parametrize("zone", ["", "Berlin", "Europe", "../etc/passwd", "Etc/GMT+5", "Europe/berlin", "CEST"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(Invalid, match="unknown_time_zone"):
        check_time_zone(zone)


def test_currency_first_language_and_window_are_checked() -> None:
    with pytest.raises(Invalid, match="currency_not_possible"):
        check_currency("Euro")
    with pytest.raises(Invalid, match="default_language_not_among_them"):
        check_default_language("tr", ("de", "en"))
    noon = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    with pytest.raises(Invalid, match="window_without_length"):
        check_window(Window(noon, noon))
