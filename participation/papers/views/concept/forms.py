"""Shapes of the forms of the concept; words in several languages are inputs of their own, named like `sentence-de`."""

from collections.abc import Iterable
from typing import TypeVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.papers.messages.concept import PLACES
from participation.papers.rules.concept import ConceptPlace
from participation.web.forms import in_languages
from participation.web.inputs import WholeNumberField

F = TypeVar("F", bound=FlaskForm)


class PartForm(FlaskForm):
    """A principle or a section: where it stands, and on which wording a change rests."""

    based_on = IntegerField("", [InputRequired(_("Please reload the page and try again."))], widget=HiddenInput())
    position = WholeNumberField(_("Place in the list"))


class PrincipleForm(PartForm):
    """A principle."""


class SectionForm(PartForm):
    """A section."""

    place = SelectField(_("Where in the concept?"), validate_choice=False)


class RemoveForm(FlaskForm):
    """Taking a part out, as it was read."""

    based_on = HiddenField()


class PublishForm(FlaskForm):
    """Publishing the draft that was read."""

    based_on = HiddenField("", [InputRequired(_("Please reload the page and try again."))])


def principle_form(tags: Iterable[str]) -> type[PrincipleForm]:
    """Return the form of a principle for the languages of a process."""
    return in_languages(PrincipleForm, "sentence", str(_("The principle")), tags)


def section_form(tags: Iterable[str]) -> type[SectionForm]:
    """Return the form of a section for the languages of a process."""
    tags = list(tags)
    titled = in_languages(SectionForm, "title", str(_("Title")), tags)
    return in_languages(titled, "body", str(_("Text")), tags, long=True)


def publish_form(tags: Iterable[str]) -> type[PublishForm]:
    """Return the form that publishes, with a note in the languages of a process."""
    return in_languages(PublishForm, "note", str(_("What is new in this version?")), tags, long=True)


def place_choices() -> list[tuple[str, str]]:
    """Return where a section can stand."""
    return [(place.value, PLACES[place]()) for place in ConceptPlace]
