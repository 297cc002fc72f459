"""Shapes of the forms of rounds. Titles and descriptions are inputs of their own, one for each language."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from participation.core.errors import NotFound
from participation.rounds.rules import RETENTION_DAYS
from participation.web.inputs import Checkboxes, DayField, LocalTimeField, WholeNumberField

_CHOSEN = InputRequired(_("Please choose one."))
_MOMENT = InputRequired(_("Please give day and time."))
_NEEDED = InputRequired(_("Please fill this in."))


class CardField(WholeNumberField):
    """The number of a card, alone or as it is printed, behind the number of its batch: 2/1."""

    batch: int | None = None

    def process_formdata(self, valuelist: Any) -> None:  # noqa: ANN401 - of WTForms
        """Read what was typed; `batch` is only known where it was typed too."""
        batch, stroke, number = str(valuelist[0]).partition("/") if valuelist else ("", "", "")
        if stroke and batch.strip().isdecimal() and number.strip().isdecimal():
            self.batch = int(batch)
            valuelist = [number]
        super().process_formdata(valuelist)

    def in_batch(self, number: int) -> int | None:
        """Return which card of a batch is meant; raises NotFound `no_such_card` for one of another batch."""
        if self.batch is not None and self.batch != number:
            raise NotFound("no_such_card", field=self.name, batch=number, number=self.data)
        card: int | None = self.data
        return card


class RoundForm(FlaskForm):
    """What is said about a round."""

    phase = SelectField(_("Phase"), [_CHOSEN], validate_choice=False)
    kind = RadioField(_("Which body is asked?"), [_CHOSEN])
    eligibility = SelectField(_("How do people show that they take part?"), validate_choice=False)
    tasks = Checkboxes(_("What are people asked to do?"))
    ballot_kind = SelectField(_("How do people prioritise?"), validate_choice=False)
    max_choices = WholeNumberField(_("Most choices on a ballot"))
    points = WholeNumberField(_("Points on a ballot"))
    max_per_option = WholeNumberField(_("Most points for one option"))
    max_score = WholeNumberField(_("Highest score"))
    option_rule = SelectField(_("What is put to the vote?"), validate_choice=False)
    chosen_codes = TextAreaField(_("Chosen proposals"))
    opens_at = LocalTimeField(_("Begins"), [_MOMENT])
    closes_at = LocalTimeField(_("Ends"), [_MOMENT])
    expected_participants = WholeNumberField(_("How many are expected to take part?"))
    retention_days = WholeNumberField(_("For how many days is it known who took part?"), default=RETENTION_DAYS)
    slug = StringField(_("Address"))


class OverlapForm(FlaskForm):
    """Whether a person may vote in several rounds of a phase."""

    forbids_overlap = BooleanField(_("A person votes in one round only of those that ask the same"))


class ExtensionForm(FlaskForm):
    """More time for a round; the reason is an input for each language."""

    closes_at = LocalTimeField(_("New end"), [_MOMENT])


class RollForm(FlaskForm):
    """The people who take part, one a line."""

    roll = TextAreaField(_("Members, one on each line"))


class IssueCodesForm(FlaskForm):
    """A batch of participation codes."""

    count = WholeNumberField(_("How many codes?"), [InputRequired(_("Please give a number."))])
    label = StringField(_("What are they for?"))
    last_day = DayField(_("Last day on which they can be used"))


class ExpiryForm(FlaskForm):
    """Until when the codes of a batch are good."""

    last_day = DayField(_("Last day on which they can be used"))


class CardsForm(FlaskForm):
    """Printing a batch, or one card of it."""

    languages = Checkboxes(_("Languages on the cards"), [DataRequired(_("Please choose at least one language."))])
    size = RadioField(_("How large?"), default="several", validate_choice=False)
    card = CardField(_("Only the card with this number"))
    reason = StringField(_("Why are they printed again?"))


class ReplaceCardForm(FlaskForm):
    """A new card in the place of a lost one."""

    number = CardField(_("Number of the lost card"), [InputRequired(_("Please give a number."))])
    reason = StringField(_("What happened to it?"), [InputRequired(_("Please say what happened to it."))])
    languages = Checkboxes(_("Languages on the cards"), [DataRequired(_("Please choose at least one language."))])


class RevokeCardForm(FlaskForm):
    """Making a single card invalid."""

    number = CardField(_("Number on the card"), [InputRequired(_("Please give a number."))])


class TabletForm(FlaskForm):
    """Turning this browser into a shared tablet."""

    label = StringField(_("Name of the tablet"))


class CodeForm(FlaskForm):
    """The code from a card; `round` says at whose door it is typed."""

    code = StringField(_("Code from your card"), [_NEEDED])
    round = HiddenField()
