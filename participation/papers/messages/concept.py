"""Words for the refusals of the concept, and for what its parts, places and changes are called."""

from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _

from participation.costings.messages import cover_name
from participation.costings.models import Cover
from participation.papers.rules.concept import ConceptPlace
from participation.papers.rules.concept_changes import PartKind, Verdict
from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    "no_such_principle": lambda _facts: _("There is no such principle."),
    "no_such_section": lambda _facts: _("There is no such section."),
    "no_such_version": lambda _facts: _("There is no such version of the concept."),
    "part_code_reserved": lambda f: _(
        "The word %(typed)s stands in addresses of this program. Please choose another code.", typed=f["typed"]
    ),
    "part_code_taken": lambda f: _("The code “%(code)s” is taken already.", code=f["part"]),
    "too_many_parts": lambda f: _("More than %(maximum)s are not possible.", maximum=f["maximum"]),
    "position_below_one": lambda _facts: _("Places count from 1."),
    "part_changed": lambda _facts: _(
        "Somebody else changed this while the page was open. Please read what stands there now; if you save again, "
        "yours replaces it."
    ),
    "draft_changed": lambda _facts: _(
        "The draft was changed, or another version was published, while this page was open. Please read the draft "
        "again."
    ),
    "concept_empty": lambda _facts: _("There is nothing to publish yet."),
    "nothing_new": lambda f: _("Version %(number)s says the same already.", number=f["number"]),
}

PLACES: Final[Mapping[ConceptPlace, Callable[[], str]]] = {
    ConceptPlace.OPENING: lambda: _("At the beginning, before principles and goals"),
    ConceptPlace.CLOSING: lambda: _("At the end, after the measures"),
}

_KINDS: Final[Mapping[PartKind, Callable[[], str]]] = {
    PartKind.PRINCIPLE: lambda: _("Principle"),
    PartKind.SECTION: lambda: _("Section"),
    PartKind.FIELD: lambda: _("Field of action"),
    PartKind.GOAL: lambda: _("Goal"),
    PartKind.SUB_GOAL: lambda: _("Sub-goal"),
    PartKind.MEASURE: lambda: _("Measure"),
}
_VERDICTS: Final[Mapping[Verdict, Callable[[], str]]] = {
    Verdict.NEW: lambda: _("new"),
    Verdict.CHANGED: lambda: _("changed"),
    Verdict.GONE: lambda: _("no longer there"),
}


_ATTRIBUTES: Final[Mapping[str, Callable[[], str]]] = {
    "sentence": lambda: _("The principle"),
    "title": lambda: _("Title"),
    "body": lambda: _("Text"),
    "place": lambda: _("Where in the concept?"),
    "field": lambda: _("Field of action"),
    "goal": lambda: _("Part of the goal"),
    "priority": lambda: _("Place in the ranking"),
    "target_group": lambda: _("For whom"),
    "partners": lambda: _("With whom"),
    "serves": lambda: _("Goals served"),
    "department": lambda: _("Department that answers for it"),
    "unit": lambda: _("Unit in charge"),
    "costing": lambda: _("Costs"),
    "plan": lambda: _("In the plan"),
}


def attribute_name(name: str) -> str:
    """Return what something that is said about a part is called."""
    return _ATTRIBUTES[name]()


def cover_in_words(cover: str) -> str:
    """Return whether the budget covers a measure, as a document says it."""
    return cover_name(Cover(cover))


def part_name(kind: PartKind) -> str:
    """Return what a part of the concept is called."""
    return _KINDS[kind]()


def verdict_name(verdict: Verdict) -> str:
    """Return what happened to a part, in a word."""
    return _VERDICTS[verdict]()


def place_name(place: str) -> str:
    """Return where a section stands."""
    return PLACES[ConceptPlace(place)]()
