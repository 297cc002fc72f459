"""The blueprint to which the pages of what follows the decision belong, and what they share."""

from datetime import date
from typing import Final

from flask import Blueprint
from flask_wtf import FlaskForm

from participation.core.errors import Invalid
from participation.core.windows import local_at, utcnow
from participation.monitoring import sentences
from participation.processes.models import Process
from participation.web.inputs import DayField

bp: Final = Blueprint("monitoring", __name__)
bp.add_app_template_filter(sentences.state_name, "measure_state_name")
bp.add_app_template_filter(sentences.state_kind, "measure_state_kind")
bp.add_app_template_filter(sentences.status_sentence, "measure_status")
bp.add_app_template_filter(sentences.repeat_name, "repeat_name")
bp.add_app_template_filter(sentences.due_sentence, "step_due")

Page = tuple[str, int]


def today_in(process: Process) -> date:
    """Return which day it is where the process is."""
    return local_at(utcnow(), process.time_zone).date()


def tags_of(process: Process) -> list[str]:
    """Return the languages of a process, its default one first: the one in which an official writes most."""
    others = [tag for tag in process.languages if tag != process.default_language]
    return [process.default_language, *others]


def rest_on(form: FlaskForm, based_on: int) -> None:
    """Let a form that was refused rest on what stands there now, so that sending it again is meant so."""
    form["based_on"].raw_data, form["based_on"].data = None, based_on


def needed_day(field: DayField) -> date:
    """Return the day that was typed; blanks alone are none."""
    day: date | None = field.data
    if day is None:
        raise Invalid("day_missing", field=field.name)
    return day
