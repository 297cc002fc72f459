"""The blueprint to which the pages of council papers belong, and what they share."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Final, TypeVar

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from participation.core.errors import Invalid
from participation.core.permissions import Permission, authorise
from participation.documents.blocks import direction_of
from participation.extensions import db
from participation.papers import sentences
from participation.papers.models import CouncilPaper
from participation.papers.queries import whole_paper
from participation.papers.rules.consultations import result_is_public
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor

bp: Final = Blueprint("papers", __name__)
bp.add_app_template_filter(sentences.kind_in_words, "paper_kind")
bp.add_app_template_filter(sentences.state_in_words, "paper_state")
bp.add_app_template_filter(sentences.competence_in_words, "competence")
bp.add_app_template_filter(sentences.outcome_in_words, "outcome")
bp.add_app_template_test(result_is_public, "result_is_public")
bp.add_app_template_filter(direction_of)

Page = tuple[str, int]
E = TypeVar("E", bound=StrEnum)


def process_at_hand(slug: str) -> Process:
    """Return a process in which the visitor writes papers, or refuse."""
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.COUNCIL_PAPER_EDIT, process)
    return process


def paper_at_hand(process: str, slug: str) -> CouncilPaper:
    """Return a paper on which the visitor works, or refuse."""
    paper = whole_paper(db.session(), process, slug)
    authorise(current_actor(), Permission.COUNCIL_PAPER_EDIT, paper)
    return paper


def to_paper(process: str, slug: str) -> Response:
    """Lead to the page of a paper."""
    return redirect(url_for("papers.show", process=process, slug=slug), HTTPStatus.SEE_OTHER)


def choices(words: Mapping[E, Callable[[], str]], nothing: str | None = None) -> list[tuple[str, str]]:
    """Return the choices of an enum by their words, before them one for nothing where there is such a one."""
    first = [] if nothing is None else [("", nothing)]
    return [*first, *((value.value, say()) for value, say in words.items())]


def chosen(kind: type[E], typed: str | None, *, field: str) -> E | None:
    """Return which of an enum was chosen, None for nothing; a value that no form offers is refused."""
    if not typed:
        return None
    if typed not in {one.value for one in kind}:
        raise Invalid("not_a_choice", field=field)
    return kind(typed)
