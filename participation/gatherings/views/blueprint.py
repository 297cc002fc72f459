"""The blueprint to which the pages of gatherings belong, and what they share."""

import re
from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, authorise
from participation.extensions import db
from participation.gatherings import sentences
from participation.gatherings.models import Gathering
from participation.gatherings.queries import note_takers, whole_gathering
from participation.processes.models import Process
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
