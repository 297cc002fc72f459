"""The blueprint to which the pages of envelopes and plans belong, and what they share."""

from typing import Final

from flask import Blueprint
from flask_wtf import FlaskForm

from participation.budgeting import queries, wording
from participation.budgeting.forms import ReasonForm
from participation.budgeting.models import Plan
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, authorise
from participation.extensions import db
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor
from participation.web.locale import current_language

bp: Final = Blueprint("budgeting", __name__)
bp.add_app_template_filter(wording.mode_name, "mode_name")
bp.add_app_template_filter(wording.choice_name, "choice_name")
bp.add_app_template_filter(wording.origin_name, "origin_name")

Page = tuple[str, int]


def process_to(permission: Permission, slug: str) -> Process:
    """Return a process in which the visitor may do this, or refuse."""
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), permission, process)
    return process


def readable_plan(process: str, slug: str) -> Plan:
    """Return a plan that the visitor may read: a settled one, or as one of its authors a draft."""
    return queries.readable_plan(db.session(), process, slug, actor=current_actor())


def plan_to_edit(process: str, slug: str) -> Plan:
    """Return a plan on which the visitor may work, or refuse."""
    plan = readable_plan(process, slug)
    authorise(current_actor(), Permission.PLAN_EDIT, plan)
    return plan


def offer_languages(form: ReasonForm, process: Process) -> None:
    """Let people say in which language they wrote: that of the page first, then those of the process, then any."""
    field = form.language
    first = (current_language().tag, *process.languages)
    tags = dict.fromkeys([*first, *sorted(LANGUAGES)])
    field.choices = [(tag, LANGUAGES[tag].own_name) for tag in tags if tag in LANGUAGES]
    field.data = field.data or current_language().tag


def rest_on(form: FlaskForm, revision: int) -> bool:
    """Let a refused form rest on what stands there now; say whether that is another revision than it rested on.

    Sent once more after both were read, it is meant.
    """
    field = form["based_on"]
    stale = field.data != revision
    field.raw_data, field.data = None, revision
    return bool(stale)
