"""What templates can ask: filters for moments, money and numbers, the reader's language, rights."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_location, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, current_app, has_request_context
from markupsafe import Markup

from participation.core.languages import LANGUAGES
from participation.core.money import Money
from participation.core.permissions import Permission, may, may_somewhere
from participation.core.windows import is_shown_twice
from participation.web.guard import current_actor
from participation.web.locale import current_language, language_links

DEFAULT_ZONE: Final = "Europe/Berlin"


def init_app(app: Flask) -> None:
    """Register filters and the names that every template has."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(when)
    app.add_template_filter(until)
    app.add_template_filter(day, "date")
    app.add_template_filter(last_day)
    app.add_template_filter(money)
    app.add_template_filter(number)
    app.add_template_filter(percent)
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, Any]:
    language, settings = current_language(), current_app.config["SETTINGS"]
    names: dict[str, Any] = {
        "locale": language.tag,
        "dir": language.direction,
        "site_name": settings.site_name,
        "is_demo": settings.demo,
        "Permission": Permission,
    }
    if has_request_context():  # a mail has no page around it and no reader who could press anything
        actor = current_actor()
        names |= {
            "languages": language_links(),
            "actor": actor,
            "may": lambda permission, subject=None: may(actor, Permission(permission), subject),
            "may_somewhere": lambda permission: may_somewhere(actor, Permission(permission)),
        }
    return names


_MOMENTS: Final[Mapping[str, str]] = {
    "de": "EEEE, d. MMMM y, H:mm 'Uhr'",
    "en": "EEEE, d MMMM y, HH:mm",
    "tr": "d MMMM y EEEE, HH:mm",
    "ar": "EEEE، d MMMM y، HH:mm",
}
"""Weekday, date and time on a 24-hour clock, as each language writes them; others take what Babel has."""

_DAYS: Final[Mapping[str, str]] = {"en": "d MMMM y"}
"""The date alone, where Babel's differs from the date within a moment."""


def when(moment: datetime, zone: str = DEFAULT_ZONE) -> Markup:
    """Return a `<time>` element: weekday, date, time and the zone by its city's name (promise 13)."""
    local = moment.astimezone(ZoneInfo(zone))
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), moment_in_words(moment, zone)
    )


def until(moment: datetime, zone: str = DEFAULT_ZONE) -> Markup:
    """Return a `<time>` element for the end of something; a midnight is the end of the day before it."""
    local = moment.astimezone(ZoneInfo(zone))
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), end_in_words(moment, zone)
    )


def moment_in_words(moment: datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return weekday, date, time and the zone's city, for sentences that are not markup."""
    local = moment.astimezone(ZoneInfo(zone))
    babel = current_language().babel
    pattern = _MOMENTS.get(babel, "full")
    if babel == "de" and local.minute == 0:
        pattern = pattern.replace(":mm", "")
    return _with_zone(format_datetime(local, pattern, locale=babel), moment, zone)


def end_in_words(moment: datetime, zone: str = DEFAULT_ZONE) -> str:
    """Return when something ends, a midnight as 24:00 of the day that ends.

    0:00 of a Sunday is taken by many for the night after it, and they would come a day late.
    """
    local = moment.astimezone(ZoneInfo(zone))
    babel = current_language().babel
    if local.time() != time.min or babel not in _MOMENTS:
        return moment_in_words(moment, zone)
    pattern = _MOMENTS[babel].replace("HH:mm", "24:00").replace("H:mm", "24")
    return _with_zone(format_datetime(local - timedelta(days=1), pattern, locale=babel), moment, zone)


def _with_zone(shown: str, moment: datetime, zone: str) -> str:
    """Add the zone's city, and in the hour that comes twice when clocks are put back, which of the two is meant."""
    babel = current_language().babel
    named = get_timezone_location(ZoneInfo(zone), locale=babel, return_city=True)
    if is_shown_twice(moment, zone):
        which = get_timezone_name(moment.astimezone(ZoneInfo(zone)), locale=babel)
        named = format_list([named, which], "unit", locale=babel)
    return f"{shown} ({named})"


def day(moment: datetime | date, zone: str = DEFAULT_ZONE) -> Markup:
    """Return a `<time>` element with the date alone."""
    local = moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, datetime) else moment
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), day_in_words(local))


def day_in_words(date_: date, *, weekday: bool = False) -> str:
    """Return a date, for sentences that are not markup."""
    babel = current_language().babel
    pattern = _DAYS.get(babel)
    if pattern is None:
        return format_date(date_, "full" if weekday else "long", locale=babel)
    return format_date(date_, f"EEEE, {pattern}" if weekday else pattern, locale=babel)


def last_day(end: datetime, zone: str = DEFAULT_ZONE) -> Markup:
    """Return a `<time>` element with the last day of a window that ends at `end`, which is no longer part of it."""
    return day(end - timedelta(microseconds=1), zone)


def money(amount: Money | int, currency: str = "EUR") -> Markup:
    """Return an amount in the reader's way of writing, isolated from the text's direction."""
    return Markup("<bdi>{}</bdi>").format(money_in_words(amount, currency))


def money_in_words(amount: Money | int, currency: str = "EUR") -> str:
    """Return an amount in the reader's way of writing, for sentences that are not markup."""
    value = amount if isinstance(amount, Money) else Money(amount, currency)
    return _written(value.cents, value.currency, current_language().babel)


def money_in_language(cents: int, currency: str, tag: str) -> str:
    """Return an amount as a language writes it, whoever reads: for words that are kept."""
    return _written(cents, currency, LANGUAGES[tag].babel)


@lru_cache(maxsize=4096)
def _written(cents: int, currency: str, babel: str) -> str:
    """Write an amount, cents only if there are any; kept, because a page of costs writes hundreds."""
    digits = "#,##0.00" if cents % 100 else "#,##0"
    pattern = f"¤{digits}" if babel == "en" else f"{digits}\N{NO-BREAK SPACE}¤"
    return format_currency(Decimal(cents) / 100, currency, format=pattern, currency_digits=False, locale=babel)


def number(value: Decimal | float) -> Markup:
    """Return a number in the reader's way of writing."""
    return Markup("<bdi>{}</bdi>").format(format_decimal(value, locale=current_language().babel))


def percent(share: Fraction | str, digits: int = 1) -> Markup:
    """Return an exact share as a percentage, rounded half up for the eye only."""
    exact = Fraction(share)
    scale = 10 ** (digits + 2)
    rounded = Decimal(int(exact * scale + Fraction(1, 2))) / scale
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + " %"
    babel = current_language().babel
    return Markup("<bdi>{}</bdi>").format(format_percent(rounded, format=pattern, locale=babel))
