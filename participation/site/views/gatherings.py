"""Gatherings with the proposals that they name: the list, one of them, and the agenda as it is put together."""

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.extensions import db
from participation.gatherings import services
from participation.gatherings.forms import AgendaForm, HeadsForm
from participation.gatherings.models import Gathering
from participation.gatherings.queries import gatherings_of, sees_record, whole_gathering, writers_of
from participation.gatherings.rules import GatheringKind, told
from participation.gatherings.services import AgendaDraft
from participation.gatherings.views.blueprint import gathering_to, typed_codes
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import Wanted, by_codes, known_codes, listed
from participation.proposals.rules import ProposalState
from participation.rounds.rules import SMALL_GROUP
from participation.site.views.blueprint import bp
from participation.storage.pages import read_page
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires

Page = tuple[str, int]
OFFERED = 100
"""Waiting proposals that are offered at once; further ones are named by their codes."""


@bp.get("/processes/<process>/gatherings")
@requires(Permission.PROCESS_READ)
def gatherings(process: str) -> str:
    """List what is announced, the next first, and what has been, the last first."""
    session, now = db.session(), utcnow()
    found = process_by_slug(session, process)
    every = gatherings_of(session, found.id, frozenset(GatheringKind))
    return render_template(
        "site/gatherings.html",
        process=found,
        ahead=[one for one in every if now < one.ends_at],
        over=[one for one in reversed(every) if one.ends_at <= now],
    )


@bp.get("/processes/<process>/gatherings/<int:number>")
@requires(Permission.PROCESS_READ)
def gathering(process: str, number: int) -> str:
    """Show a gathering with everything that this reader may read of it."""
    session, actor, now = db.session(), current_actor(), utcnow()
    found = whole_gathering(session, process, number)
    reads, notes = sees_record(actor, found), may(actor, Permission.GATHERING_NOTE, found)
    presences = Counter(entry.presence.value for entry in found.attendance)
    return render_template(
        "site/gathering.html",
        process=found.process,
        gathering=found,
        named=_named(session, found, _codes(found, reads=reads)),
        reads=reads,
        notes=notes,
        wrote=actor.id in writers_of(found),
        has_begun=found.starts_at <= now,
        heads=found.headcount if notes else told(found.headcount, SMALL_GROUP),
        heads_form=HeadsForm(formdata=None, data={"headcount": found.headcount}),
        presences={name: presences[name] for name in ("present", "excused", "absent")},
    )


@bp.get("/manage/processes/<process>/gatherings/<int:number>/agenda")
@requires(Permission.GATHERING_MANAGE)
def agenda(process: str, number: int) -> Page:
    """Show the agenda to those who set it, with the proposals that wait for a decision."""
    found = gathering_to(Permission.GATHERING_MANAGE, process, number)
    return _agenda_page(found, _agenda_form(found), HTTPStatus.OK)


@bp.post("/manage/processes/<process>/gatherings/<int:number>/agenda")
@requires(Permission.GATHERING_MANAGE)
def put_on_agenda(process: str, number: int) -> Page | Response:
    """Add an item: words, proposals that wait for a decision, or others by their codes."""
    found = gathering_to(Permission.GATHERING_MANAGE, process, number)
    form, languages = _agenda_form(found), found.process.languages

    def add(session: Session) -> None:
        codes = (*request.form.getlist("waiting"), *typed_codes(form.proposals.data))
        by_codes(session, found.process_id, codes, field="proposals")
        draft = AgendaDraft(typed_in_languages(form, "title", languages), codes)
        services.put_on_agenda(session, process, number, draft, actor=current_actor(), now=utcnow())

    status = submitted(form, add)
    if status is not HTTPStatus.SEE_OTHER:
        return _agenda_page(gathering_to(Permission.GATHERING_MANAGE, process, number), form, status)
    flash(_("It is on the agenda."), "success")
    return redirect(url_for(".agenda", process=process, number=number), status)


def _agenda_form(found: Gathering) -> AgendaForm:
    return in_languages(AgendaForm, "title", _("What is it about?"), found.process.languages)()


def _agenda_page(found: Gathering, form: AgendaForm, status: HTTPStatus) -> Page:
    session = db.session()
    waiting = read_page(
        session, listed(found.process_id, Wanted(state=ProposalState.SUBMITTED)), page=1, per_page=OFFERED
    )
    on_it = {code for item in found.items for code in item.proposal_codes}
    page = render_template(
        "site/agenda.html",
        process=found.process,
        gathering=found,
        named=_named(session, found, on_it),
        form=form,
        waiting=[proposal for proposal in waiting.items if proposal.code not in on_it],
        left_out=waiting.total - len(waiting.items),
        ticked=request.form.getlist("waiting"),
    )
    return page, status


def _codes(found: Gathering, *, reads: bool) -> set[str]:
    notes = (note for table in found.tables for note in table.notes) if reads else ()
    return {code for thing in (*found.items, *notes) for code in thing.proposal_codes}


def _named(session: Session, found: Gathering, codes: Iterable[str]) -> dict[str, Proposal]:
    return known_codes(session, found.process_id, codes)
