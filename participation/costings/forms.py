"""The shape of the form with which costs are stated. Amounts stay as typed until the services read them."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.web.inputs import AUTO

_NEEDED = InputRequired(_("Please fill this in."))
_CHOSEN = InputRequired(_("Please choose one."))


class CostingForm(FlaskForm):
    """What a measure costs."""

    once = StringField(_("Cost, one time"), [_NEEDED])
    annual = StringField(_("Cost in every full year"), [_NEEDED])
    years = StringField(_("For how many years?"))
    low = StringField(_("Expected from"))
    high = StringField(_("Expected up to"))
    quality = RadioField(_("How sure is this?"), [_CHOSEN])
    cover = RadioField(_("Does the budget cover it?"), [_CHOSEN])
    cover_source = StringField(_("Where the money comes from"), render_kw=AUTO)
    needs_post = BooleanField(_("A new post is needed for it"))
    posts = StringField(_("How many full-time posts?"))
    feasibility = RadioField(_("Can it be done?"))
    statement = TextAreaField(_("Conditions or reasons"), render_kw=AUTO)
    first_month = StringField(_("First month"), render_kw={"type": "month"})
    last_month = StringField(_("Last month"), render_kw={"type": "month"})
    note = TextAreaField(_("Note"), render_kw=AUTO)
    language = SelectField(_("Language of what you wrote"), validate_choice=False)
    round = HiddenField()
    based_on = IntegerField("", [InputRequired(_("Please reload the page and try again."))], widget=HiddenInput())


class SheetForm(FlaskForm):
    """A filled-in sheet."""

    file = FileField(_("Filled-in sheet (XLSX)"))
    round = HiddenField()


class ApplyForm(FlaskForm):
    """What a preview has shown, to be saved as it stands; the rows travel in the page and are checked again."""

    rows = HiddenField()
    round = HiddenField()
