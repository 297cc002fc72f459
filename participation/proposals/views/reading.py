"""The list of proposals, with search and filters."""

from enum import StrEnum
from typing import Final, TypeVar

from flask import render_template, request

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.proposals.queries import Wanted, drafts_of, languages_written, listed, support_of
from participation.proposals.rules import ProposalKind, ProposalState
from participation.proposals.views.blueprint import bp
from participation.rounds.kinds import Task
from participation.rounds.queries import rounds_to_enter
from participation.storage.pages import read_page
from participation.web.guard import current_actor, requires
from participation.web.pagination import PER_PAGE, asked_page, page_links

E = TypeVar("E", bound=StrEnum)
LONGEST_SEARCH: Final = 200
SHOWN_STATES: Final = tuple(state for state in ProposalState if state is not ProposalState.DRAFT)


@bp.get("/processes/<process>/proposals")
@requires(Permission.PROCESS_READ)
def index(process: str) -> str:
    """List what has been submitted, in all languages together."""
    session, actor, now = db.session(), current_actor(), utcnow()
    found = process_by_slug(session, process)
    wanted = asked_for()
    page_of = read_page(session, listed(found.id, wanted), page=asked_page(), per_page=PER_PAGE)
    return render_template(
        "proposals/index.html",
        process=found,
        wanted=wanted,
        page_of=page_of,
        support=support_of(session, page_of.items),
        href_for=page_links(),
        drafts=drafts_of(session, found, actor, now),
        ways_in=rounds_to_enter(session, found.id, Task.PROPOSE, actor=actor, now=now),
        kinds=tuple(ProposalKind),
        states=SHOWN_STATES,
        languages_written=languages_written(session, found.id),
    )


def asked_for() -> Wanted:
    """Return what the address asks for; a value that no filter has does not narrow the list."""
    asked = request.args
    return Wanted(
        kind=_one_of(ProposalKind, asked.get("kind", "")),
        state=_one_of(ProposalState, asked.get("state", "")),
        field=asked.get("field", ""),
        language=asked.get("language", ""),
        search=asked.get("q", "")[:LONGEST_SEARCH],
    )


def _one_of(kind: type[E], value: str) -> E | None:
    return kind(value) if value in {member.value for member in kind} else None
