"""Shapes of the forms of gatherings. Titles and themes are inputs of their own, one for each language."""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from participation.core.languages import LANGUAGES
from participation.web.inputs import AUTO, Checkboxes, LocalTimeField, WholeNumberField

MEMBER: Final = "member-"
"""How the names of the inputs of members begin; the id of the entry on the roll follows."""
_MOMENT = InputRequired(_("Please give day and time."))


class GatheringForm(FlaskForm):
    """Where and when people meet."""

    place = StringField(_("Place of the meeting"), render_kw=AUTO)
    starts_at = LocalTimeField(_("Begins"), [_MOMENT])
    ends_at = LocalTimeField(_("Ends"), [_MOMENT])
    round = SelectField(_("For which round?"), validate_choice=False)
    interpreters = Checkboxes(_("Languages of the interpreters"), validate_choice=False)
    headcount = WholeNumberField(_("How many people came?"))
    assistant = SelectField(_("Who assists?"), validate_choice=False)


class ChangedGatheringForm(GatheringForm):
    """The same for a gathering that was announced."""

    based_on = IntegerField("", [InputRequired(_("Please reload the page and try again."))], widget=HiddenInput())


class HeadsForm(FlaskForm):
    """A number of people."""

    headcount = WholeNumberField(_("How many people came?"))


class AgendaForm(FlaskForm):
    """An item of the agenda."""

    proposals = StringField(_("Proposals that it concerns"))


class BasedOnForm(FlaskForm):
    """An act on the record that was on the screen."""

    based_on = IntegerField("", [InputRequired(_("Please reload the page and try again."))], widget=HiddenInput())


class AttendanceForm(BasedOnForm):
    """Who was there; members are inputs of their own."""

    guests = WholeNumberField(_("How many guests?"))


class TableForm(FlaskForm):
    """A table at a workshop day."""

    number = WholeNumberField(_("Number of the table"), [InputRequired(_("Please give a number."))])
    facilitator = SelectField(_("Who facilitates?"), validate_choice=False)
    headcount = WholeNumberField(_("How many people sit there?"))


class NoteForm(FlaskForm):
    """What a table has said."""

    language = SelectField(_("Language in which it was said"), validate_choice=False)
    body = TextAreaField(_("What did the table say?"), render_kw=AUTO)
    proposals = StringField(_("Proposals that it concerns"))


class ChangedNoteForm(NoteForm, BasedOnForm):
    """The same for a note that is there."""


class TranslationForm(BasedOnForm):
    """A note in another language."""

    language = SelectField(_("Into which language?"), validate_choice=False)
    body = TextAreaField(_("Translation"), render_kw=AUTO)


def with_minutes(form: type[BasedOnForm], tag: str, items: Iterable[tuple[str, str]]) -> type[BasedOnForm]:
    """Return the form with one text for each item (id and label) and one for the session as a whole."""
    writing = {"lang": tag, "dir": LANGUAGES[tag].direction}
    inputs: dict[str, Any] = {f"minutes-{item_id}": TextAreaField(label, render_kw=writing) for item_id, label in items}
    inputs["minutes"] = TextAreaField(_("The session as a whole"), render_kw=writing)
    return type(form.__name__, (form,), inputs)


def with_members(form: type[AttendanceForm], members: Iterable[tuple[str, str]]) -> type[AttendanceForm]:
    """Return the form with one input for each member, who is given by the entry on the roll and a label."""
    inputs: dict[str, Any] = {
        f"{MEMBER}{entry_id}": SelectField(label, validate_choice=False) for entry_id, label in members
    }
    return type(form.__name__, (form,), inputs)


class StatementForm(FlaskForm):
    """What organisations say together, in one language."""

    language = SelectField(_("Language in which it is worded"), validate_choice=False)
    title = StringField(_("Title"), render_kw=AUTO)
    body = TextAreaField(_("Text"), render_kw=AUTO)


class RevisedStatementForm(StatementForm):
    """The same for a statement that is there."""

    based_on = IntegerField("", [InputRequired(_("Please reload the page and try again."))], widget=HiddenInput())


class TranslatedStatementForm(RevisedStatementForm):
    """The same in another language."""


class NoSignatureForm(FlaskForm):
    """Taking a signature back: a button and nothing else."""
