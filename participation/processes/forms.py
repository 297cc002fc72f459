"""Shapes of the forms of processes. Titles are inputs of their own, one for each language (web.forms)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from participation.core.languages import LANGUAGES
from participation.processes.rules import time_zones
from participation.processes.services import ProcessDraft
from participation.web.forms import in_languages, typed_in_languages
from participation.web.inputs import Checkboxes, LocalTimeField, WholeNumberField

_NEEDED = InputRequired(_("Please fill this in."))
_MOMENT = InputRequired(_("Please give day and time."))


class ProcessForm(FlaskForm):
    """What is said about a process."""

    city = StringField(_("City"), [_NEEDED])
    time_zone = SelectField(_("Time zone of the city"), validate_choice=False)
    languages = Checkboxes(_("Languages"))
    default_language = SelectField(_("First language"), validate_choice=False)
    currency = StringField(_("Currency"), [_NEEDED])
    slug = StringField(_("Address"))


F = TypeVar("F", bound=ProcessForm)


def process_form(shape: type[F], tags: Sequence[str], data: Mapping[str, Any]) -> F:
    """Return a form of a process with an input for each language, filled with what is known."""
    shape = in_languages(shape, "title", str(_("Title")), tags)
    shape = in_languages(shape, "summary", str(_("Summary")), tags, long=True)
    form = shape(data=data)
    names = [(tag, language.own_name) for tag, language in LANGUAGES.items()]
    form.languages.choices = names
    form.default_language.choices = names
    form.time_zone.choices = [(zone, zone) for zone in sorted(time_zones())]
    return form


def process_draft(form: ProcessForm, tags: Sequence[str]) -> ProcessDraft:
    """Return what a form says about a process."""
    return ProcessDraft(
        city=form.city.data or "",
        titles=typed_in_languages(form, "title", tags),
        summaries=typed_in_languages(form, "summary", tags),
        time_zone=form.time_zone.data or "",
        languages=tuple(form.languages.data or ()),
        default_language=form.default_language.data or "",
        currency=(form.currency.data or "").strip(),
        slug=(form.slug.data or "").strip(),
    )


class PhaseForm(FlaskForm):
    """What is said about a phase."""

    code = StringField(_("Short name"), [_NEEDED])
    opens_at = LocalTimeField(_("Begins"), [_MOMENT])
    closes_at = LocalTimeField(_("Ends"), [_MOMENT])
    position = WholeNumberField(_("Place in the list"))


class FieldForm(FlaskForm):
    """What is said about a field."""

    code = StringField(_("Short name"), [_NEEDED])
    position = WholeNumberField(_("Place in the list"))
