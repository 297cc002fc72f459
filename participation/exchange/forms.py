"""The forms of an import, and of a process from a template or as a copy."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, SubmitField
from wtforms.validators import InputRequired

from participation.processes.forms import ProcessForm
from participation.web.inputs import DayField


class ImportForm(FlaskForm):
    """A file, to be checked or to be imported."""

    file = FileField(_l("File (CSV, XLSX or YAML)"))
    check = SubmitField(_l("Check only"))
    run = SubmitField(_l("Check and import"))


class _StartingForm(ProcessForm):
    starts_on = DayField(_l("First day"), [InputRequired(_l("Please choose a day."))])


class TemplateForm(_StartingForm):
    """A process to be made from a template."""


class CopyForm(_StartingForm):
    """A process to be made as another one is."""

    organisations = BooleanField(_l("Copy the organisations too, without their delegates"))
