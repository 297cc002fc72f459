"""The Beratungsfolge of a paper: entering its stations, what came of each, and what was changed there."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import flash, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.budgeting.models import Plan
from participation.budgeting.queries import freed_money
from participation.budgeting.wording import freed_in_words
from participation.core.errors import Invalid
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers import services
from participation.papers.forms import (
    AmendmentForm,
    BasedOnForm,
    ChangedStationForm,
    OutcomeForm,
    StationForm,
)
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.queries import committees_of, consultation_of
from participation.papers.rules.consultations import Competence, Outcome, result_is_public
from participation.papers.rules.drafts import AmendmentDraft, OutcomeDraft, StationDraft
from participation.papers.sentences import COMPETENCES, OUTCOMES
from participation.papers.services import amendable_plan
from participation.papers.views.blueprint import Page, bp, choices, chosen, paper_at_hand, to_paper
from participation.texts.models import Text
from participation.texts.queries import original, wording
from participation.web.forms import pressed, sent_again, submitted, unsent
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages

_PUBLIC: Final[Mapping[str, bool | None]] = {"": None, "yes": True, "no": False}
_CHANGE: Final = re.compile(r"(?P<code>[^\s:=]{1,20})\s*[:=]\s*(?P<year>[0-9]{4}|-|–)")
"""A line such as `M07: 2027`, or `M07: -` for a measure that does not start."""


@bp.get("/processes/<process>/papers/<slug>/stations/new")
@requires(Permission.COUNCIL_PAPER_EDIT)
def new_station(process: str, slug: str) -> Page:
    """Ask for a station."""
    paper = paper_at_hand(process, slug)
    return _station_page(paper, None, _station_form(paper, None), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/<slug>/stations/new")
@requires(Permission.COUNCIL_PAPER_EDIT)
def add_station(process: str, slug: str) -> Page | Response:
    """Add a station to a paper."""
    paper = paper_at_hand(process, slug)
    form = _station_form(paper, None)
    status = submitted(
        form,
        lambda session: services.add_station(
            session, process, slug, _station_draft(form), actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _station_page(paper, None, form, status)
    flash(_("It is saved."), "success")
    return to_paper(process, slug)


@bp.get("/processes/<process>/papers/<slug>/stations/<station>")
@requires(Permission.COUNCIL_PAPER_EDIT)
def edit_station(process: str, slug: str, station: str) -> Page:
    """Show a station for changing it."""
    paper = paper_at_hand(process, slug)
    found = consultation_of(paper, station)
    return _station_page(paper, found, _station_form(paper, found), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/<slug>/stations/<station>")
@requires(Permission.COUNCIL_PAPER_EDIT)
def change_station(process: str, slug: str, station: str) -> Page | Response:
    """Change a station."""
    paper = paper_at_hand(process, slug)
    form = _station_form(paper, consultation_of(paper, station))
    status = submitted(
        form,
        lambda session: services.change_station(
            session,
            process,
            slug,
            station,
            _station_draft(form),
            based_on=form["based_on"].data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        paper = paper_at_hand(process, slug)
        found = consultation_of(paper, station)
        present = sent_again(form, _station_form(paper, found, standing=True))
        return _station_page(paper, found, form, status, present if status is HTTPStatus.CONFLICT else ())
    flash(_("It is saved."), "success")
    return to_paper(process, slug)


@bp.post("/processes/<process>/papers/<slug>/stations/<station>/remove")
@requires(Permission.COUNCIL_PAPER_EDIT)
def remove_station(process: str, slug: str, station: str) -> Response:
    """Take a station out that has no result."""
    form = BasedOnForm()
    done = pressed(
        form,
        lambda session: services.remove_station(
            session, process, slug, station, based_on=form.based_on.data or 0, actor=current_actor(), now=utcnow()
        ),
    )
    if done:
        flash(_("The station is removed."), "success")
    return to_paper(process, slug)


@bp.get("/processes/<process>/papers/<slug>/stations/<station>/outcome")
@requires(Permission.COUNCIL_PAPER_EDIT)
def ask_outcome(process: str, slug: str, station: str) -> Page:
    """Ask what came of a station."""
    paper = paper_at_hand(process, slug)
    found = consultation_of(paper, station)
    return _outcome_page(paper, found, _outcome_form(found), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/<slug>/stations/<station>/outcome")
@requires(Permission.COUNCIL_PAPER_EDIT)
def note_outcome(process: str, slug: str, station: str) -> Page | Response:
    """Note what a committee made of a paper."""
    paper = paper_at_hand(process, slug)
    form = _outcome_form(consultation_of(paper, station))
    status = submitted(
        form,
        lambda session: services.note_outcome(
            session,
            process,
            slug,
            station,
            OutcomeDraft(
                chosen(Outcome, form.outcome.data, field="outcome"),
                form.decided_on.data,
                form.outcome_text.data or "",
            ),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        paper = paper_at_hand(process, slug)
        found = consultation_of(paper, station)
        present = sent_again(form, _outcome_form(found, standing=True))
        return _outcome_page(paper, found, form, status, present if status is HTTPStatus.CONFLICT else ())
    is_told = result_is_public(consultation_of(paper_at_hand(process, slug), station))
    flash(_("The result is saved and public.") if is_told else _("It is saved."), "success")
    return to_paper(process, slug)


@bp.get("/processes/<process>/papers/<slug>/stations/<station>/amend")
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
def ask_amendment(process: str, slug: str, station: str) -> Page:
    """Ask what a committee changed."""
    paper = paper_at_hand(process, slug)
    found = consultation_of(paper, station)
    return _amendment_page(paper, found, AmendmentForm(data={"based_on": found.revision}), HTTPStatus.OK)


@bp.post("/processes/<process>/papers/<slug>/stations/<station>/amend")
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
def amend(process: str, slug: str, station: str) -> Page | Response:
    """Note what a committee changed; the plan follows."""
    form = AmendmentForm()
    made: list[Plan] = []

    def enter(session: Session) -> None:
        beside = (form.beside_plan.data or "") if form.beside.data else ""
        amendment = services.amend(
            session,
            process,
            slug,
            station,
            AmendmentDraft(form.body.data or "", _changes(form.changes.data or ""), beside),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )
        made.extend([amendment.plan] if amendment.plan else [])

    status = submitted(form, enter, reason="body")
    if status is not HTTPStatus.SEE_OTHER:
        paper = paper_at_hand(process, slug)
        found = consultation_of(paper, station)
        form.based_on.raw_data, form.based_on.data = None, found.revision
        return _amendment_page(paper, found, form, status)
    flash(_("What was changed is saved. The plan follows it."), "success")
    for plan in made:
        freed = freed_in_words(freed_money(db.session(), plan), plan.process.currency)
        if freed:
            flash(freed, "info")
    return to_paper(process, slug)


def _changes(typed: str) -> dict[str, int | None]:
    """Return years by the codes of measures; raises Invalid for a line that says neither, and for one said twice."""
    changes: dict[str, int | None] = {}
    for number, line in enumerate((one.strip() for one in typed.splitlines()), start=1):
        if not line:
            continue
        found = _CHANGE.fullmatch(line)
        if found is None:
            raise Invalid("change_unreadable", field="changes", line=number)
        if found["code"] in changes:
            raise Invalid("change_twice", field="changes", measure=found["code"])
        changes[found["code"]] = int(found["year"]) if found["year"].isdecimal() else None
    return changes


def _station_form(paper: CouncilPaper, station: Consultation | None, *, standing: bool = False) -> StationForm:
    shape = ChangedStationForm if station else StationForm
    form = shape(data=_data(station) if station else {}, **unsent(standing=standing))
    languages = reader_languages(paper.process.default_language)
    form.committee.choices = [
        (one.code, wording(one.name, languages).body) for one in committees_of(db.session(), paper.process_id)
    ]
    form.competence.choices = choices(COMPETENCES)
    form.is_public.choices = [
        ("", _("As usual for this body")),
        ("yes", _("in public")),
        ("no", _("not in public")),
    ]
    return form


def _data(station: Consultation) -> dict[str, Any]:
    return {
        "committee": station.committee.code,
        "held_on": station.held_on,
        "competence": station.competence.value,
        "is_public": "yes" if station.is_public else "no",
        "agenda_number": station.agenda_number or "",
        "based_on": station.revision,
    }


def _station_draft(form: StationForm) -> StationDraft:
    competence = chosen(Competence, form.competence.data, field="competence")
    typed = form.is_public.data or ""
    if competence is None or typed not in _PUBLIC:
        raise Invalid("not_a_choice", field="competence" if competence is None else "is_public")
    return StationDraft(
        committee=form.committee.data or "",
        competence=competence,
        held_on=form.held_on.data,
        is_public=_PUBLIC[typed],
        agenda_number=form.agenda_number.data or "",
    )


def _outcome_form(station: Consultation, *, standing: bool = False) -> OutcomeForm:
    form = OutcomeForm(
        data={
            "outcome": station.outcome.value if station.outcome else "",
            "decided_on": station.decided_on or station.held_on,
            "outcome_text": _words(station.outcome_text),
            "based_on": station.revision,
        },
        **unsent(standing=standing),
    )
    form.outcome.choices = choices(OUTCOMES, _("No result yet"))
    return form


def _words(text: Text | None) -> str:
    return original(text).body if text else ""


def _station_page(
    paper: CouncilPaper,
    station: Consultation | None,
    form: StationForm,
    status: HTTPStatus,
    present: Sequence[tuple[str, str]] = (),
) -> Page:
    page = render_template(
        "papers/station.html", process=paper.process, paper=paper, station=station, form=form, present=present
    )
    return page, status


def _outcome_page(
    paper: CouncilPaper,
    station: Consultation,
    form: OutcomeForm,
    status: HTTPStatus,
    present: Sequence[tuple[str, str]] = (),
) -> Page:
    page = render_template(
        "papers/outcome.html", process=paper.process, paper=paper, station=station, form=form, present=present
    )
    return page, status


def _amendment_page(paper: CouncilPaper, station: Consultation, form: AmendmentForm, status: HTTPStatus) -> Page:
    resting = amendable_plan(db.session(), paper.plan)
    later = resting.overtaken_by.slug if resting.overtaken_by else ""
    form.beside.data = form.beside.data and form.beside_plan.data == later  # said of another plan, it is asked again
    form.beside_plan.raw_data, form.beside_plan.data = None, later
    page = render_template(
        "papers/amend.html",
        process=paper.process,
        paper=paper,
        station=station,
        form=form,
        may_move=station.competence is Competence.DECISION,
        resting=resting,
    )
    return page, status
