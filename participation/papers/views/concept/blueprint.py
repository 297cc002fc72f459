"""The blueprint to which the pages of the concept belong, and what they share."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint

from participation.budgeting.wording import status_in_words
from participation.core.permissions import Permission, authorise
from participation.documents.blocks import Fact
from participation.extensions import db
from participation.papers.composing.concept import plan_said
from participation.papers.composing.measures import TOLD_BY_FACTS, changed_facts
from participation.papers.composing.words import Speech
from participation.papers.messages.concept import attribute_name, cover_in_words, part_name, place_name, verdict_name
from participation.papers.rules.concept_changes import Change, Difference, Verdict, changes_between, word_pieces
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor
from participation.web.locale import reader_languages

bp: Final = Blueprint("concept", __name__, url_prefix="/processes/<process>/concept")
bp.add_app_template_filter(attribute_name, "concept_attribute")
bp.add_app_template_filter(cover_in_words, "concept_cover")
bp.add_app_template_filter(status_in_words, "concept_plan")
bp.add_app_template_filter(part_name, "concept_part")
bp.add_app_template_filter(place_name, "concept_place")
bp.add_app_template_filter(verdict_name, "concept_verdict")
bp.add_app_template_filter(word_pieces, "word_pieces")

Page = tuple[str, int]


@bp.app_template_filter()
def concept_plan_said(document: Mapping[str, Any]) -> list[str]:
    """Return which plan a concept tells of, and how it stood with the council."""
    return plan_said(document, reader_languages(document["process"]["default_language"]))


def visible_changes(earlier: Mapping[str, Any], later: Mapping[str, Any], process: Process) -> list[Change]:
    """Return what differs between two versions as far as a reader of the page sees it; the interface names all."""
    seen = (
        replace(change, differences=tuple(one for one in change.differences if concept_facts(one, process) != []))
        for change in changes_between(earlier, later)
    )
    return [change for change in seen if change.differences or change.verdict is not Verdict.CHANGED]


@bp.app_template_filter()
def concept_facts(difference: Difference, process: Process) -> list[tuple[Fact, Fact]] | None:
    """Return what is different in costs or in the plan, fact by fact; None of what is compared as a whole."""
    if difference.name not in TOLD_BY_FACTS:
        return None
    speech = Speech(reader_languages(process.default_language), process.currency)
    return changed_facts(difference.name, difference.before, difference.after, speech)


def edited_process(slug: str) -> Process:
    """Return a process whose concept the visitor may work on, or refuse."""
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.CONCEPT_EDIT, process)
    return process
