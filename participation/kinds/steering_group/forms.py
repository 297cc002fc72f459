"""Shapes of the decisions about a proposal; reasons are inputs of their own, one for each language of the process."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.web.inputs import AUTO, Checkboxes


class DecisionForm(FlaskForm):
    """A decision on the basis of the wording that was on the screen."""

    based_on = IntegerField("", [InputRequired(_("Please reload the page and try again."))], widget=HiddenInput())


class AdmitForm(DecisionForm):
    """Admission, with the place that its author left open."""

    field = SelectField(_("Field of action"), validate_choice=False)


class AdmitGoalForm(AdmitForm):
    """A goal may be part of another one."""

    parent = SelectField(_("Part of which goal?"), validate_choice=False)


class AdmitMeasureForm(AdmitForm):
    """A measure serves sub-goals, and a department answers for it."""

    serves = Checkboxes(_("Which sub-goals does it serve?"), validate_choice=False)
    department = SelectField(_("Department that answers for it"), validate_choice=False)


class MergeForm(DecisionForm):
    """Letting a proposal go on inside another one."""

    into = SelectField(
        _("Which proposal takes it in?"), [InputRequired(_("Please choose one."))], validate_choice=False
    )


class DeclineForm(DecisionForm):
    """Saying no."""


class SplitForm(DecisionForm):
    """Making several of one; the parts are inputs of their own."""

    language = SelectField(_("Language of the parts"), validate_choice=False)
    parts = IntegerField("", widget=HiddenInput())


def with_parts(form: type[SplitForm], count: int) -> type[SplitForm]:
    """Return the form with inputs for so many parts, named like `parts-0-title`."""
    inputs: dict[str, Any] = {}
    for number in range(count):
        inputs[f"parts-{number}-title"] = StringField(
            gettext("Title of part %(number)s", number=number + 1), render_kw=AUTO
        )
        inputs[f"parts-{number}-body"] = TextAreaField(
            gettext("Text of part %(number)s", number=number + 1), render_kw=AUTO
        )
    return type(form.__name__, (form,), inputs)
