"""Shapes of the forms of ballot sheets, and reading an entry from its inputs."""

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired

from participation.ballots.paper.rules import Typed, read_address, split_numbers
from participation.tally.kinds import READINGS, BallotKind
from participation.web.inputs import Checkboxes, WholeNumberField

VALUE: Final = "value-"


class IssueSheetsForm(FlaskForm):
    """A batch of ballot sheets."""

    count = WholeNumberField(_l("How many sheets?"), [InputRequired(_l("Please give a number."))])
    label = StringField(_l("What are they for?"))


class PrintSheetsForm(FlaskForm):
    """Printing a batch: in which languages, and whether each sheet is printed whole or as a label."""

    languages = Checkboxes(_l("Languages on the sheets"))
    layout = RadioField(_l("What is printed?"), validate_choice=False, default="sheets")


class ReceiveForm(FlaskForm):
    """Marks of sheets that were handed in, one a line, as a scanner types them."""

    sheets = TextAreaField(_l("Marks of the sheets, one on each line"))


class FindSheetForm(FlaskForm):
    """The sheet that is typed in next."""

    sheet = StringField(_l("Number of the sheet"), [InputRequired(_l("Please give the number of the sheet."))])


class SetAsideForm(FlaskForm):
    """Sheets that are left uncounted, and why."""

    sheets = SelectMultipleField(_l("Sheets"), validate_choice=False)
    reason = SelectField(_l("Why are they not counted?"), validate_choice=False)

    def chosen(self) -> list[tuple[int, int]]:
        """Return the chosen sheets by batch and number."""
        return [read_address(typed) or (0, 0) for typed in self.sheets.data or ()]  # no sheet has the number 0


def read_typed(kind: BallotKind, form: MultiDict[str, str]) -> Typed:
    """Read what somebody typed in from a sheet, without judging it."""
    if form.get("unfit"):
        return Typed(reason=form.get("reason", ""))
    empty = "confirm_empty" in form
    if not READINGS[kind].carries_values:
        return Typed(numbers=split_numbers(form.get("numbers", "")), confirm_empty=empty)
    given = {name: " ".join(form.getlist(name)).strip() for name in form if name.startswith(VALUE)}
    values = {name.removeprefix(VALUE): value for name, value in given.items() if value}  # two in one place are none
    return Typed(values=values, confirm_empty=empty)
