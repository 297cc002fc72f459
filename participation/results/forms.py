"""Shapes of the forms that declare a joint ranking and that ask what other weights would give."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from participation.core.languages import LANGUAGES
from participation.rounds.kinds import Task
from participation.rounds.models import Round

TASK_NAMES = {Task.PRIORITISE_MEASURES: _("Measures"), Task.PRIORITISE_GOALS: _("Goals")}


class DeclareRankingForm(FlaskForm):
    """The short name and what is ranked; the fields of rounds and languages are added by ranking_form."""

    slug = StringField(_("Short name for the address"), [DataRequired(_("Please fill this in."))])
    task = RadioField(_("What is ranked"), [InputRequired(_("Please choose one."))])
    share = StringField(_("Share of the goals"), [Optional()])
    goals_ranking = SelectField(_("Joint ranking of the goals"), [Optional()])

    def weights(self) -> Mapping[str, str]:
        """Return what was typed as weights, by round; rounds left blank are not part of the ranking."""
        prefix = "weight-"
        typed = {field.name: field.data or "" for field in self if field.name.startswith(prefix)}
        return {name.removeprefix(prefix): text.strip() for name, text in typed.items() if text.strip()}

    def words(self, name: str) -> Mapping[str, str]:
        """Return what was typed in each language for one of the texts."""
        prefix = f"{name}-"
        return {field.name.removeprefix(prefix): field.data or "" for field in self if field.name.startswith(prefix)}


def ranking_form(
    rounds: Sequence[Round], languages: Sequence[str], title_of: Mapping[str, str], goals: Mapping[str, str]
) -> DeclareRankingForm:
    """Return the form for a process: its drafts that vote, its languages, and the titles of its rankings of goals."""
    fields = {
        **{
            f"title-{tag}": StringField(_("Title (%(language)s)", language=LANGUAGES[tag].own_name))
            for tag in languages
        },
        **{
            f"declared_by-{tag}": TextAreaField(
                _("Who decided the weights, in public words (%(language)s)", language=LANGUAGES[tag].own_name)
            )
            for tag in languages
        },
        **{f"weight-{one.slug}": StringField(title_of[one.slug]) for one in rounds},
    }
    form_class = type("DeclareRankingFormHere", (DeclareRankingForm,), fields)
    form: DeclareRankingForm = form_class()
    form.task.choices = [(task.value, name) for task, name in TASK_NAMES.items()]
    form.goals_ranking.choices = [("", _("None")), *goals.items()]
    return form


class WhatIfForm(FlaskForm):
    """Other weights to try, and an amount of money; sent as an address, so that it can be passed on."""

    class Meta:
        csrf = False  # nothing is changed by looking

    budget = StringField(_("Amount of money"), [Optional()])

    @property
    def weights(self) -> Mapping[str, StringField]:
        """Return the inputs of the weights by round, in the order in which they were declared."""
        return {
            field.name.removeprefix(_WEIGHT): field
            for field in self
            if isinstance(field, StringField) and field.name.startswith(_WEIGHT)
        }


_WEIGHT: Final = "weight-"


def what_if_form(asked: MultiDict[str, str], declared: Mapping[str, int], title_of: Mapping[str, str]) -> WhatIfForm:
    """Return the form for a joint ranking, filled with what was asked; a round not asked about as it was declared."""
    fields = {f"{_WEIGHT}{slug}": StringField(title_of[slug]) for slug in declared}
    typed = MultiDict({f"{_WEIGHT}{slug}": str(weight) for slug, weight in declared.items()})
    for name in [*fields, "budget"]:
        if name in asked:
            typed.setlist(name, asked.getlist(name))
    form: WhatIfForm = type("WhatIfFormHere", (WhatIfForm,), fields)(typed)
    return form
