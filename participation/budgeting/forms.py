"""Shapes of the forms of money and plans. Amounts, years and shares stay as typed until the services read them."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.web.forms import in_languages
from participation.web.inputs import AUTO, DayField

_NEEDED = InputRequired(_("Please fill this in."))
_CHOSEN = InputRequired(_("Please choose one."))


class _Based(FlaskForm):
    """A form that names the revision that was on the screen."""

    based_on = IntegerField("", [InputRequired(_("Please reload the page and try again."))], widget=HiddenInput())


class EnvelopeForm(_Based):
    """Money that was granted; the inputs of languages are added by envelope_form."""

    code = StringField(_("Short name"), [_NEEDED])
    amount = StringField(_("Amount in each of its years"), [_NEEDED])
    first_year = StringField(_("First year"), [_NEEDED])
    last_year = StringField(_("Last year"))
    mode = RadioField(_("How is it meant?"), [_CHOSEN])
    carries_over = BooleanField(_("What is not spent in a year stays for the next one"))
    decided_on = DayField(_("Decided on"), [_NEEDED])
    source_paper = StringField(_("Number of the paper"))


def envelope_form(languages: Sequence[str], **options: Any) -> EnvelopeForm:  # noqa: ANN401 - of the form
    """Return the form with inputs for the process's languages."""
    titled = in_languages(EnvelopeForm, "title", str(_("Title")), languages)
    sourced = in_languages(titled, "source", str(_("Who decided it")), languages, long=True)
    return sourced(**options)


class ReasonForm(_Based):
    """A reason in one language."""

    reason = TextAreaField(_("Reason"), [_NEEDED], render_kw=AUTO)
    language = SelectField(_("Language of what you wrote"), validate_choice=False)


class PlanForm(_Based):
    """What a plan rests on; the inputs of languages are added by plan_form."""

    slug = StringField(_("Short name for the address"), [_NEEDED])
    ranking = SelectField(_("Ranking"), validate_choice=False)
    first_year = StringField(_("First year"), [_NEEDED])
    last_year = StringField(_("Last year"), [_NEEDED])
    minimum = StringField(_("Least score"))
    plan = SelectField(_("Takes over what was decided by hand in"), validate_choice=False)


def plan_form(languages: Sequence[str], **options: Any) -> PlanForm:  # noqa: ANN401 - of the form
    """Return the form with inputs for the process's languages."""
    return in_languages(PlanForm, "title", str(_("Title")), languages)(**options)


class DecisionForm(ReasonForm):
    """What is decided by hand about one measure."""

    measure = SelectField(_("Measure"), validate_choice=False)
    choice = RadioField(_("What is decided?"), [_CHOSEN])
    start_year = StringField(_("Year in which it starts"))


class SettleForm(_Based):
    """A button that settles a plan, or throws a draft away."""

    seen = HiddenField()
