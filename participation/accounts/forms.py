"""Shapes of the forms of accounts. What the words in them must be like is a question of the services."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from participation.web.inputs import AUTO, Checkboxes

_NEEDED = DataRequired(_("Please fill this in."))
_CHOSEN = InputRequired(_("Please choose one."))


class SignInForm(FlaskForm):
    """Asking for a mail with which one can sign in."""

    email = StringField(_("Your e-mail address"), [_NEEDED])
    next = HiddenField()


class SignInCodeForm(FlaskForm):
    """The code from that mail."""

    code = StringField(_("Code from the mail"), [_NEEDED])


class PasswordSignInForm(FlaskForm):
    """Signing in without a mail."""

    email = StringField(_("Your e-mail address"), [_NEEDED])
    password = PasswordField(_("Password"), [InputRequired(_("Please fill this in."))])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """A new password; the old one is asked for where signing in was long ago. Blanks are characters like others."""

    old_password = PasswordField(_("Your present password"))
    password = PasswordField(_("New password"), [InputRequired(_("Please fill this in."))])


class FactorNameForm(FlaskForm):
    """What somebody calls a second factor."""

    name = StringField(_("Name by which you will know it again"), [_NEEDED])


class AppCodeForm(FlaskForm):
    """The first code of an app."""

    code = StringField(_("Code that the app shows"), [_NEEDED])


class AccountForm(FlaskForm):
    """What somebody says about themselves."""

    display_name = StringField(_("Name that others see beside what you write"))
    language = SelectField(_("Language of mails to you"))
    wants_reminders = BooleanField(_("Remind me by mail of votes that end soon"))


class TokenForm(FlaskForm):
    """A token for a program."""

    name = StringField(_("What is it for?"), [_NEEDED])
    scopes = Checkboxes(_("What may it do?"))
    expires_on = DateField(_("Until when?"), [InputRequired(_("Please choose a day."))])


class GrantForm(FlaskForm):
    """One or several roles for a person, who is told by mail."""

    email = StringField(_("E-mail address"), [_NEEDED])
    display_name = StringField(_("Name"))
    language = SelectField(_("Language of the mail"))
    role = Checkboxes(_("Roles"), [DataRequired(_("Please choose at least one."))])
    tell = BooleanField(_("Tell the person by mail, and how to sign in"), default=True)


class OrganisationForm(FlaskForm):
    """An organisation."""

    name = StringField(_("Name of the organisation"), [_NEEDED])
    code = StringField(_("Short code"), [_NEEDED])
    kind = SelectField(_("What is it?"), [_CHOSEN])
    languages = Checkboxes(_("Languages"))


class ApplicationForm(FlaskForm):
    """An organisation that registers itself."""

    name = StringField(_("Name of the organisation"), [_NEEDED], render_kw=AUTO)
    kind = SelectField(_("What is it?"), [_CHOSEN])
    languages = Checkboxes(_("In which languages can people speak with you?"))
    language = SelectField(_("Language in which you describe it"), [_CHOSEN])
    description = TextAreaField(_("What does your organisation do?"), [_NEEDED], render_kw=AUTO)
    role_label = StringField(_("What are you there? For example chair"), render_kw=AUTO)


class ApproveForm(FlaskForm):
    """The office's yes to an organisation that registered itself."""

    code = StringField(_("Short code"))


class DeclineForm(FlaskForm):
    """The office's no; its reason is one input for each language of the process."""


class DelegateForm(FlaskForm):
    """A further delegate whom one of the delegates names."""

    email = StringField(_("E-mail address"), [_NEEDED])
    display_name = StringField(_("Name"), [_NEEDED], render_kw=AUTO)
    role_label = StringField(_("Office held there, such as chair"), render_kw=AUTO)


class ConfirmForm(FlaskForm):
    """A button and nothing else."""


class MandateForm(FlaskForm):
    """A person who speaks for an organisation."""

    email = StringField(_("E-mail address"), [_NEEDED])
    display_name = StringField(_("Name"))
    role_label = StringField(_("Office held there, such as chair"))
    valid_from = DateField(_("Speaks for it from"), [InputRequired(_("Please choose a day."))])
    valid_until = DateField(_("Until (that day not included)"), [Optional()])


class DepartmentForm(FlaskForm):
    """A department; its titles are inputs of their own, one for each language of the process."""

    code = StringField(_("Short code"), [_NEEDED])


class RepresentativeForm(FlaskForm):
    """A person who acts for a department."""

    email = StringField(_("E-mail address"), [_NEEDED])
    display_name = StringField(_("Name"))
