"""Shapes of the forms of comments."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from participation.web.inputs import AUTO


class CommentForm(FlaskForm):
    """What somebody says."""

    body = TextAreaField(_("Your comment"), render_kw=AUTO)
    language = SelectField(_("Language in which you write"), validate_choice=False)
    author_name = StringField(_("Name that is shown"), render_kw=AUTO)
    round = SelectField(_("In which round?"), validate_choice=False)
    reply_to = HiddenField()


class ReportForm(FlaskForm):
    """Notice that a comment breaks the rules."""

    reason = TextAreaField(_("What is wrong with it?"), render_kw=AUTO)
    good_faith = BooleanField(_("I have written this to the best of my knowledge."))


class ModerationForm(FlaskForm):
    """A decision; its reasons are inputs of their own, one for each language of the process."""
