"""Shapes of the forms of processes. Titles are inputs of their own, one for each language (web.forms)."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

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
