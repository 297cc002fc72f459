"""The blueprint to which the pages of gatherings belong, and what they share."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field
from wtforms.fields.choices import SelectFieldBase

from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, authorise
from participation.extensions import db
from participation.gatherings import sentences
from participation.gatherings.models import Gathering
from participation.gatherings.queries import note_takers, whole_gathering
from participation.processes.models import Process
from participation.web.forms import submitted
from participation.web.guard import current_actor

bp: Final = Blueprint("gatherings", __name__)
bp.add_app_template_filter(sentences.kind_in_words, "gathering_kind")
bp.add_app_template_filter(sentences.presence_in_words, "presence")
bp.add_app_template_filter(sentences.name_of, "gathering_name")
bp.add_app_template_filter(sentences.time_of, "gathering_time")

Page = tuple[str, int]


def gathering_to(permission: Permission, process: str, number: int) -> Gathering:
    """Return a gathering that the visitor may work on in this way, or refuse."""
    gathering = whole_gathering(db.session(), process, number)
    authorise(current_actor(), permission, gathering)
    return gathering


def to_gathering(process: str, number: int) -> Response:
    """Lead to the page of a gathering."""
    return redirect(url_for("site.gathering", process=process, number=number), HTTPStatus.SEE_OTHER)


def pressed(form: FlaskForm, act: Callable[[Session], object]) -> bool:
    """Do what a button or a single input asks, and say whether it was done; a refusal is said on the next page."""
    if submitted(form, act) is HTTPStatus.SEE_OTHER:
        return True
    faults = [*form.form_errors, *(fault for field in form for fault in field.errors)]
    flash(str(faults[0]), "error")
    return False


def unsent(standing: bool) -> dict[str, Any]:  # noqa: FBT001 - handed through
    """Return what lets a form hold what stands there now, whatever was typed."""
    return {"formdata": None} if standing else {}


def sent_again(form: FlaskForm, standing: FlaskForm) -> list[tuple[str, str]]:
    """Let a form that was refused rest on what stands there now, and return where that differs from what was typed."""
    form["based_on"].raw_data, form["based_on"].data = None, standing["based_on"].data
    return [
        (str(field.label.text), _shown(field))
        for field in standing
        if field.name not in {"based_on", "csrf_token"} and field.data != form[field.name].data
    ]


def _shown(field: Field) -> str:
    if isinstance(field, SelectFieldBase):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(str(label) for value, label, *_rest in field.iter_choices() if value in chosen)
    return "" if field.data is None else f"{field.data}"


def language_choices(process: Process) -> list[tuple[str, str]]:
    """Return every language in which people speak and write here, those of the process first."""
    others = sorted(LANGUAGES.keys() - set(process.languages), key=lambda tag: LANGUAGES[tag].own_name.casefold())
    return [(tag, LANGUAGES[tag].own_name) for tag in (*process.languages, *others) if tag in LANGUAGES]


def taker_choices(process: Process) -> list[tuple[str, str]]:
    """Return the people who may take notes in a process: they facilitate tables and assist."""
    takers = note_takers(db.session(), process.id)
    return [
        ("", _("Not decided yet")),
        *((account.id, account.display_name or account.email or "") for account in takers),
    ]


def typed_codes(typed: str | None) -> tuple[str, ...]:
    """Return codes of proposals that were typed with blanks or commas between them."""
    return tuple(code for code in re.split(r"[\s,;]+", typed or "") if code)
