"""The form of an import."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SubmitField


class ImportForm(FlaskForm):
    """A file, to be checked or to be imported."""

    file = FileField(_l("File (CSV, XLSX or YAML)"))
    check = SubmitField(_l("Check only"))
    run = SubmitField(_l("Check and import"))
