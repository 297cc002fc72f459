"""Shape of the form with which somebody deletes their account."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired


class EraseForm(FlaskForm):
    """The address, typed once more, so that nobody deletes an account by one press."""

    email = StringField(_("Type your e-mail address to confirm"), [DataRequired(_("Please fill this in."))])
