"""Shapes of the forms with which statuses are reported and the roadmap is kept."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.web.inputs import DayField

_CHOSEN = InputRequired(_("Please choose one."))
_DAY = InputRequired(_("Please give a day."))
_RELOAD = InputRequired(_("Please reload the page and try again."))


class ReportForm(FlaskForm):
    """Where a measure stands; the reason has an input for each language of the process."""

    state = RadioField(_("Where does it stand?"), [_CHOSEN])
    since = DayField(_("Since when?"), [_DAY])
    based_on = IntegerField("", [_RELOAD], widget=HiddenInput())


class StepForm(FlaskForm):
    """A step of the roadmap; its title has an input for each language of the process."""

    repeat = RadioField(_("How often?"), [_CHOSEN])
    first_due_on = DayField(_("When is it due?"))


class ChangedStepForm(StepForm):
    """The same for a step that is there."""

    based_on = IntegerField("", [_RELOAD], widget=HiddenInput())


class DoneForm(FlaskForm):
    """A day on which a step was done; the note has an input for each language of the process."""

    done_on = DayField(_("On which day was it done?"), [_DAY])
    based_on = IntegerField("", [_RELOAD], widget=HiddenInput())


class BasedOnForm(FlaskForm):
    """A button that rests on what was on the screen."""

    based_on = IntegerField("", [_RELOAD], widget=HiddenInput())
