"""A statement of costs in the reader's words, and what changed from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.core.languages import LANGUAGES
from participation.costings.messages import cover_name, feasibility_name, quality_name
from participation.costings.models import Costs
from participation.web.locale import current_language
from participation.web.rendering import money_in_words


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a statement says: the input that asks for it, its name, and what was said ("" for nothing)."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that two statements say differently."""

    label: str
    before: str
    after: str


def month_in_words(month: str) -> str:
    """Return `2027-03` as a month with its year."""
    year, number = month.split("-")
    return format_skeleton("yMMMM", date(int(year), int(number), 1), locale=current_language().babel)


def posts_in_words(hundredths: int) -> str:
    """Return a number of posts in the reader's way of writing."""
    return format_decimal(Decimal(hundredths) / 100, locale=current_language().babel)


def years_in_words(years: int | None) -> str:
    """Return for how long a yearly cost runs."""
    return _("for good") if years is None else ngettext("for %(num)s year", "for %(num)s years", years)


def facts_of(costs: Costs, currency: str) -> list[Fact]:
    """Return everything that a statement can say, in the order of the form; what was not said is empty."""

    def money(cents: int | None) -> str:
        return "" if cents is None else money_in_words(cents, currency)

    yes_no = _("yes") if costs.needs_post else _("no")
    return [
        Fact("once", _("Cost, one time"), money(costs.once_cents)),
        Fact("annual", _("Cost in every full year"), money(costs.annual_cents)),
        Fact("years", _("The yearly cost runs"), years_in_words(costs.years) if costs.annual_cents else ""),
        Fact("low", _("Expected from"), money(costs.low_cents)),
        Fact("high", _("Expected up to"), money(costs.high_cents)),
        Fact("quality", _("How sure"), quality_name(costs.quality)),
        Fact("cover", _("Cover"), cover_name(costs.cover)),
        Fact("cover_source", _("Where the money comes from"), costs.cover_source),
        Fact("needs_post", _("A new post is needed"), yes_no),
        Fact(
            "posts",
            _("Full-time posts"),
            "" if costs.posts_hundredths is None else posts_in_words(costs.posts_hundredths),
        ),
        Fact("feasibility", _("Can it be done?"), feasibility_name(costs.feasibility) if costs.feasibility else ""),
        Fact("statement", _("Conditions or reasons"), costs.statement),
        Fact("first_month", _("First month"), month_in_words(costs.first_month) if costs.first_month else ""),
        Fact("last_month", _("Last month"), month_in_words(costs.last_month) if costs.last_month else ""),
        Fact("note", _("Note"), costs.note),
    ]


def changes(before: Costs | None, after: Costs, currency: str) -> Sequence[Change]:
    """Return what a statement says differently from the one before it; all that it says if there was none."""
    said = facts_of(after, currency)
    if before is None:
        return [Change(fact.label, "", fact.value) for fact in said if fact.value]
    pairs = zip(facts_of(before, currency), said, strict=True)
    return [Change(new.label, old.value, new.value) for old, new in pairs if old.value != new.value]


def language_name(tag: str) -> str:
    """Return a language by its own name."""
    return LANGUAGES[tag].own_name if tag in LANGUAGES else tag
