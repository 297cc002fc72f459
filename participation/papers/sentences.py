"""Words of council papers that pages, messages, files and OParl share, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import pgettext

from participation.core.languages import LANGUAGES
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.figures import FigureKind
from participation.papers.rules.papers import (
    ClimateImpact,
    FinancialImpact,
    Nature,
    PaperKind,
    PaperState,
    YouthParticipation,
)
from participation.web.rendering import money_in_language

KINDS: Final[Mapping[PaperKind, Callable[[], str]]] = {
    PaperKind.DECISION_PAPER: lambda: _("Decision paper"),
    PaperKind.REPORT: lambda: pgettext("council paper", "Report"),
    PaperKind.MOTION: lambda: _("Motion"),
    PaperKind.AMENDMENT: lambda: _("Motion to amend"),
    PaperKind.INQUIRY: lambda: _("Inquiry"),
    PaperKind.INFORMATION: lambda: _("Information paper"),
    PaperKind.STATEMENT: lambda: _("Statement of the administration"),
}

STATES: Final[Mapping[PaperState, Callable[[], str]]] = {
    PaperState.DRAFT: lambda: pgettext("council paper", "Draft"),
    PaperState.ISSUED: lambda: pgettext("council paper", "Issued"),
    PaperState.WITHDRAWN: lambda: pgettext("council paper", "Withdrawn"),
}

COMPETENCES: Final[Mapping[Competence, Callable[[], str]]] = {
    Competence.SENATE: lambda: _("for consultation in the executive"),
    Competence.PRELIMINARY: lambda: _("for preliminary consultation"),
    Competence.INFORMATION: lambda: _("for information"),
    Competence.DECISION: lambda: _("for decision"),
}
"""In German: zur Senatsberatung, zur Vorberatung, zur Kenntnisnahme, zur Entscheidung."""

OUTCOMES: Final[Mapping[Outcome, Callable[[], str]]] = {
    Outcome.ADOPTED_UNCHANGED: lambda: _("adopted unchanged"),
    Outcome.ADOPTED_AMENDED: lambda: _("adopted as amended"),
    Outcome.REJECTED: lambda: _("rejected"),
    Outcome.DEFERRED: lambda: _("deferred"),
    Outcome.NOTED: lambda: _("taken note of"),
    Outcome.REFERRED: lambda: _("referred to another committee"),
    Outcome.WITHDRAWN: lambda: pgettext("outcome", "withdrawn"),
}

YOUTH: Final[Mapping[YouthParticipation, Callable[[], str]]] = {
    YouthParticipation.DONE: lambda: pgettext("box", "yes"),
    YouthParticipation.NOT_DONE: lambda: pgettext("box", "no"),
}
NATURES: Final[Mapping[Nature, Callable[[], str]]] = {
    Nature.NEW: lambda: pgettext("the measure is", "new"),
    Nature.VOLUNTARY: lambda: pgettext("the measure is", "voluntary"),
    Nature.PRESCRIBED: lambda: pgettext("the measure is", "prescribed"),
}
FINANCES: Final[Mapping[FinancialImpact, Callable[[], str]]] = {
    FinancialImpact.YES: lambda: pgettext("box", "yes"),
    FinancialImpact.NO: lambda: pgettext("box", "no"),
}
CLIMATE: Final[Mapping[ClimateImpact, Callable[[], str]]] = {
    ClimateImpact.NONE: lambda: pgettext("climate impact", "none"),
    ClimateImpact.POSITIVE: lambda: pgettext("climate impact", "positive"),
    ClimateImpact.NEGATIVE: lambda: pgettext("climate impact", "negative"),
    ClimateImpact.BOTH: lambda: pgettext("climate impact", "positive and negative"),
}


def kind_in_words(kind: PaperKind | str) -> str:
    """Return what a paper is called."""
    return KINDS[PaperKind(kind)]()


def state_in_words(state: PaperState | str) -> str:
    """Return where a paper stands, in a word."""
    return STATES[PaperState(state)]()


def competence_in_words(competence: Competence | str) -> str:
    """Return what a committee is asked for."""
    return COMPETENCES[Competence(competence)]()


def outcome_in_words(outcome: Outcome | str) -> str:
    """Return what a committee made of a paper."""
    return OUTCOMES[Outcome(outcome)]()


def figures_in_words(figures: Mapping[str, Mapping[str, Any]], currency: str, language: str) -> dict[str, str]:
    """Return the words of figures in a language: amounts with their currency, numbers in groups, years as they are."""
    return {name: _FIGURES[FigureKind(one["kind"])](one["value"], currency, language) for name, one in figures.items()}


def meaning_of_figure(name: str) -> str:
    """Return what a figure of a plan says, by the name under which a point uses it."""
    if name in _YEARS:
        return _YEARS[name]()
    group, _divider, total = name.rpartition("_")
    return _("%(which)s: %(what)s", which=_MEASURES[group](), what=_TOTALS[total]())


_MEASURES: Final[Mapping[str, Callable[[], str]]] = {
    "": lambda: _("All measures with costs"),
    "covered": lambda: _("Measures with cover in the budget"),
    "open": lambda: _("Measures without cover"),
    "starting": lambda: _("Measures that the plan lets start"),
    "not_starting": lambda: _("Measures that do not start in the plan"),
}
_TOTALS: Final[Mapping[str, Callable[[], str]]] = {
    "measures": lambda: _("how many they are"),
    "once": lambda: _("what they cost one time"),
    "annual": lambda: _("what they cost in a full year"),
    "volume": lambda: _("what they cost one time and in one full year together"),
}
_YEARS: Final[Mapping[str, Callable[[], str]]] = {
    "first_year": lambda: _("First year of the plan"),
    "second_year": lambda: _("Second year of the plan"),
    "last_year": lambda: _("Last year of the plan"),
    "first_year_grant": lambda: _("What is granted in the first year of the plan"),
    "second_year_grant": lambda: _("What is granted in the second year of the plan"),
    "last_year_grant": lambda: _("What is granted in the last year of the plan"),
}
_FIGURES: Final[Mapping[FigureKind, Callable[[int, str, str], str]]] = {
    FigureKind.COUNT: lambda value, _currency, tag: format_decimal(value, locale=LANGUAGES[tag].babel),
    FigureKind.MONEY: money_in_language,
    FigureKind.YEAR: lambda value, _currency, _tag: str(value),
}
