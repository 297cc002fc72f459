"""Authors begin and reword proposals; officials reword what was admitted."""

from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.proposals import services
from participation.proposals.forms import EditedMeasureForm, ProposalForm
from participation.proposals.models import Proposal
from participation.proposals.queries import is_author
from participation.proposals.rules import IN_THE_HANDS_OF_ITS_AUTHOR, ProposalKind
from participation.proposals.views.blueprint import bp
from participation.proposals.views.filling import draft_from, edited_form, empty_form, is_office, readable, to_page
from participation.rounds.doors import door_address
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.rounds.queries import Participant, round_by_slug, round_standing, rounds_to_enter
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language

Page = tuple[str, int]
THEN_SUBMIT: Final = "submit"


@bp.get("/rounds/<slug>/proposals/new")
@requires(Permission.ROUND_READ)
def new(slug: str) -> Page | Response:
    """Show an empty form to those who may propose in the round now; the round's door tells the others why not."""
    standing = round_standing(db.session(), round_by_slug(db.session(), slug), current_actor(), utcnow())
    if not standing.takes_part or Task.PROPOSE not in standing.round.tasks or standing.participant is None:
        return redirect(door_address(standing))
    kind = _asked_kind()
    form = empty_form(kind, standing.round.process)
    form.language.data = current_language().tag
    form.author_name.data = standing.participant.name
    return _new_page(standing.round, kind, form, standing.participant, HTTPStatus.OK)


@bp.post("/rounds/<slug>/proposals/new")
@requires(Permission.PROPOSAL_WRITE)
def create(slug: str) -> Page | Response:
    """Keep a proposal as a draft, or hand it in at once."""
    round_ = round_by_slug(db.session(), slug)
    kind = _asked_kind()
    form = empty_form(kind, round_.process)
    hands_in = request.form.get("then") == THEN_SUBMIT
    written: list[Proposal] = []

    def write(session: Session) -> None:
        actor, now = current_actor(), utcnow()
        draft = services.start_draft(session, slug, draft_from(form, kind), actor=actor, now=now)
        written.append(services.submit(session, draft.id, actor=actor, now=now) if hands_in else draft)

    status = submitted(form, write)
    if status is not HTTPStatus.SEE_OTHER:
        standing = round_standing(db.session(), round_by_slug(db.session(), slug), current_actor(), utcnow())
        return _new_page(standing.round, kind, form, standing.participant, status)
    flash(handed_in(written[0]) if hands_in else _("Your draft is kept. Only you can see it."), "success")
    return to_page(written[0])


@bp.get("/processes/<process>/proposals/<code>/edit")
@requires(Permission.PROPOSAL_WRITE)
def edit(process: str, code: str) -> Page | Response:
    """Show the words of a proposal to those who may change them."""
    proposal = readable(process, code)
    if not _may_reword(proposal):
        flash(_("Only its author can reword this proposal before it is decided; afterwards the office can."), "info")
        return to_page(proposal)
    return _edit_page(proposal, edited_form(proposal), HTTPStatus.OK)


@bp.post("/processes/<process>/proposals/<code>/edit")
@requires(Permission.PROPOSAL_WRITE)
def revise(process: str, code: str) -> Page | Response:
    """Reword a proposal."""
    proposal = readable(process, code)
    form = edited_form(proposal)
    by_office = form if isinstance(form, EditedMeasureForm) and is_office(proposal) else None

    def reword(session: Session) -> None:
        services.revise(
            session,
            proposal.id,
            draft_from(form, proposal.kind),
            based_on=int(form["based_on"].data),
            department=(by_office.department.data or None) if by_office else None,
            unit=(by_office.unit.data or "") if by_office else None,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, reword)
    if status is not HTTPStatus.SEE_OTHER:
        proposal = readable(process, code)
        is_stale = status is HTTPStatus.CONFLICT and form["based_on"].data != proposal.revision
        if is_stale:  # sent once more after reading both, it is meant
            form["based_on"].raw_data, form["based_on"].data = None, proposal.revision
        return _edit_page(proposal, form, status, is_stale=is_stale)
    flash(_("The new wording is saved."), "success")
    return to_page(proposal)


def handed_in(proposal: Proposal) -> str:
    """Return what somebody is told who handed a proposal in."""
    return _("Your proposal is submitted and has the code %(code)s. Everybody can read it.", code=proposal.code)


def _may_reword(proposal: Proposal) -> bool:
    if proposal.state in IN_THE_HANDS_OF_ITS_AUTHOR:
        return is_author(db.session(), proposal, current_actor(), utcnow())
    return is_office(proposal)


def _asked_kind() -> ProposalKind:
    asked = request.values.get("kind", "")
    return ProposalKind(asked) if asked in set(ProposalKind) else ProposalKind.MEASURE


def _new_page(round_: Round, kind: ProposalKind, form: ProposalForm, who: Participant | None, status: int) -> Page:
    return (
        render_template(
            "proposals/new.html",
            round=round_,
            process=round_.process,
            kind=kind,
            kinds=tuple(ProposalKind),
            form=form,
            for_organisation=who is not None and who.organisation_id is not None,
            participant=who,
        ),
        status,
    )


def _edit_page(proposal: Proposal, form: ProposalForm, status: int, *, is_stale: bool = False) -> Page:
    actor, now = current_actor(), utcnow()
    ways_in = rounds_to_enter(db.session(), proposal.process_id, Task.PROPOSE, actor=actor, now=now)
    return (
        render_template(
            "proposals/edit.html",
            process=proposal.process,
            proposal=proposal,
            form=form,
            is_stale=is_stale,
            is_draft=proposal.submitted_at is None,
            is_office=is_office(proposal),
            ways_in=[way for way in ways_in if way[1].organisation_id == proposal.organisation_id],
        ),
        status,
    )
