"""Shapes of the forms of council papers. Decisions, units and names of committees are inputs of their own."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.papers.rules.papers import MAX_DECISIONS, MAX_UNITS
from participation.web.inputs import AUTO, Checkboxes, DayField, WholeNumberField

SPARE_ROWS: Final = 2
"""Empty rows that stand below those that are filled in; saving brings further ones."""
_AGAIN = InputRequired(_("Please reload the page and try again."))


class BasedOnForm(FlaskForm):
    """An act on what was on the screen."""

    based_on = IntegerField("", [_AGAIN], widget=HiddenInput())


class PaperForm(FlaskForm):
    """What a paper states."""

    number = StringField(_("Number of the paper"), [InputRequired(_("Please give a number, such as VO/2026/00001."))])
    kind = SelectField(_("Kind of paper"), validate_choice=False)
    language = SelectField(_("Language in which it is written"), validate_choice=False)
    subject = StringField(_("Subject"), [InputRequired(_("Please write something."))], render_kw=AUTO)
    lead_unit = StringField(_("Lead unit"), [InputRequired(_("Please write something."))], render_kw=AUTO)
    person_in_charge = StringField(_("Person in charge"), render_kw=AUTO)
    dated_on = DayField(_("Date of the paper"))
    occasion = TextAreaField(_("Occasion"), render_kw=AUTO)
    plan = SelectField(_("Plan on which it rests"), validate_choice=False)
    rounds = Checkboxes(_("Rounds on which a paper without a plan reports"), validate_choice=False)
    youth = RadioField(_("Were children and young people involved (section 47f GO SH)?"), validate_choice=False)
    youth_text = TextAreaField(_("How, or why not?"), render_kw=AUTO)
    measure_is = Checkboxes(_("The measure is"), validate_choice=False)
    prescribed_by = TextAreaField(_("Prescribed by"), render_kw=AUTO)
    financial_impact = RadioField(_("Financial impact"), validate_choice=False)
    financial_text = TextAreaField(_("About the financial impact"), render_kw=AUTO)
    climate_impact = RadioField(_("Impact on the climate"), validate_choice=False)
    climate_text = TextAreaField(_("About the impact on the climate"), render_kw=AUTO)
    reasons = TextAreaField(_("Reasons"), render_kw=AUTO)


class RevisedPaperForm(PaperForm):
    """The same for a draft that is there."""

    based_on = IntegerField("", [_AGAIN], widget=HiddenInput())


class IssueForm(FlaskForm):
    """Issuing the paper that was on the screen."""

    seen = StringField("", [_AGAIN], widget=HiddenInput())


class WithdrawalForm(BasedOnForm):
    """Why a paper is taken back."""

    reason = TextAreaField(_("Reason"), [InputRequired(_("Please give a reason."))], render_kw=AUTO)


class StationForm(FlaskForm):
    """A station of a paper."""

    committee = SelectField(_("Committee"), validate_choice=False)
    held_on = DayField(_("Day of the meeting"))
    competence = SelectField(_("Competence"), validate_choice=False)
    is_public = SelectField(_("In public?"), validate_choice=False)
    agenda_number = StringField(_("Agenda item"))


class ChangedStationForm(StationForm):
    """The same for a station that is there."""

    based_on = IntegerField("", [_AGAIN], widget=HiddenInput())


class OutcomeForm(BasedOnForm):
    """What came of a station."""

    outcome = SelectField(_("Result"), validate_choice=False)
    decided_on = DayField(_("Day of the decision"))
    outcome_text = TextAreaField(_("Wording of the decision"), render_kw=AUTO)


class AmendmentForm(BasedOnForm):
    """What a committee changed."""

    body = TextAreaField(_("What was changed?"), [InputRequired(_("Please write something."))], render_kw=AUTO)
    changes = TextAreaField(_("Measures that start in another year, or not at all"))
    beside = BooleanField(_("The council changed the plan that it was given. The later plan stays as it is."))
    beside_plan = HiddenField()


class CommitteeForm(FlaskForm):
    """A committee; its names are inputs of their own, one for each language."""

    code = StringField(_("Short name for addresses"))
    is_public = BooleanField(_("It usually meets in public"), default=True)
    position = WholeNumberField(_("Place in the list"))


class ChangedCommitteeForm(CommitteeForm):
    """The same for a committee that is there."""

    based_on = IntegerField("", [_AGAIN], widget=HiddenInput())


class FileForm(FlaskForm):
    """Which file somebody wants."""

    kind = StringField("")
    language = StringField("")


class TemplateForm(FlaskForm):
    """An office's own template."""

    file = FileField(_("DOCX file"))


def with_rows(form: type[PaperForm], decisions: int, units: int) -> type[PaperForm]:
    """Return the form with so many filled rows for decisions and units, and some empty ones below."""
    inputs: dict[str, Any] = {}
    for number in range(1, min(decisions + SPARE_ROWS, MAX_DECISIONS) + 1):
        inputs[f"decision-{number}"] = TextAreaField(_("Point %(number)s", number=number), render_kw=AUTO)
    for number in range(1, min(units + SPARE_ROWS, MAX_UNITS) + 1):
        inputs[f"unit-{number}"] = StringField(_("Unit or body %(number)s", number=number), render_kw=AUTO)
        inputs[f"unit-result-{number}"] = StringField(_("Result"), render_kw=AUTO)
    return type(form.__name__, (form,), inputs)
