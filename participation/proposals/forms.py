"""Shapes of the forms of proposals. What the words in them must be like is a question of the services."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.web.inputs import AUTO, Checkboxes


class Basis(IntegerField):
    """The revision that was on the screen, sent along unseen."""

    widget = HiddenInput()

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - as fields take them
        super().__init__("", [InputRequired(_("Please reload the page and try again."))], **more)


class ProposalForm(FlaskForm):
    """What both kinds of proposals have."""

    language = SelectField(_("Language in which you write"), validate_choice=False)
    title = StringField(_("Title"), render_kw=AUTO)
    body = TextAreaField(_("Text"), render_kw=AUTO)
    field = SelectField(_("Field of action"), validate_choice=False)
    author_name = StringField(_("Name that is shown"), render_kw=AUTO)


class GoalForm(ProposalForm):
    """A goal, which may be part of another one."""

    parent = SelectField(_("Part of which goal?"), validate_choice=False)


class MeasureForm(ProposalForm):
    """A measure, which serves sub-goals."""

    target_group = StringField(_("For whom is it meant?"), render_kw=AUTO)
    partners = StringField(_("With whom should it be carried out?"), render_kw=AUTO)
    serves = Checkboxes(_("Which sub-goals does it serve?"), validate_choice=False)


class EditedGoalForm(GoalForm):
    """A goal that is there already."""

    based_on = Basis()


class EditedMeasureForm(MeasureForm):
    """A measure that is there already; officials also say which department answers for it, and which unit there."""

    based_on = Basis()
    department = SelectField(_("Department that answers for it"), validate_choice=False)
    unit = StringField(_("Unit in charge inside the department"))


class TranslationForm(FlaskForm):
    """A proposal's words in another language."""

    language = SelectField(_("Language of the translation"), validate_choice=False)
    title = StringField(_("Title"), render_kw=AUTO)
    body = TextAreaField(_("Text"), render_kw=AUTO)
    target_group = StringField(_("For whom is it meant?"), render_kw=AUTO)
    partners = StringField(_("With whom should it be carried out?"), render_kw=AUTO)


class WithdrawForm(FlaskForm):
    """Taking a proposal back."""

    reason = TextAreaField(_("Why, if you want to say it"), render_kw=AUTO)


class HandInForm(FlaskForm):
    """Where a draft goes."""

    round = HiddenField()


class SupportForm(FlaskForm):
    """Supporting a proposal as it was read, in one of the rounds in which somebody takes part."""

    round = HiddenField()
    based_on = Basis()


class NoSupportForm(FlaskForm):
    """Taking one's support back."""

    round = HiddenField()


class InterestForm(FlaskForm):
    """An interest in a proposal, and as what somebody declares it."""

    standing = SelectField(_("As what do you speak?"), validate_choice=False)
    language = SelectField(_("Language in which you write"), validate_choice=False)
    words = TextAreaField(_("Your interest"), render_kw=AUTO)


class NoInterestForm(FlaskForm):
    """Taking a declaration back: a button and nothing else."""
