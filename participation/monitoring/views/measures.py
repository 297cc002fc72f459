"""Where the measures of a process stand: the public page, its file, and the form with which a status is reported."""

import csv
import io
from collections.abc import Iterator
from http import HTTPStatus

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.extensions import db
from participation.monitoring import services
from participation.monitoring.forms import ReportForm
from participation.monitoring.models import MeasureStatus
from participation.monitoring.queries import (
    Board,
    Wanted,
    board_of,
    current_statuses,
    following_of,
    narrowed,
    statuses_of,
)
from participation.monitoring.rules import IN_PROGRESS, MeasureState
from participation.monitoring.sentences import board_sentence, silence_sentence, state_name
from participation.monitoring.services import Report
from participation.monitoring.views.blueprint import Page, bp, needed_day, rest_on, tags_of, today_in
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import proposal_by_code
from participation.results.rules.cells import guarded
from participation.rounds.queries import departments_acted_for
from participation.texts.queries import wording
from participation.web.forms import in_languages, submitted, typed_in_languages
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages

_SILENT = "none"


@bp.get("/processes/<process>/measures")
@requires(Permission.PROCESS_READ)
def measures(process: str) -> str:
    """Show where the measures of a process stand, as a sentence and as a list; departments find theirs on top."""
    session, actor = db.session(), current_actor()
    found = process_by_slug(session, process)
    board = board_of(session, found.id)
    wanted = _wanted()
    units = departments_acted_for(session, found.id, actor)
    own = board.of_departments({unit.id for unit in units}) if may(actor, Permission.MEASURE_TRACK, found) else None
    return render_template(
        "monitoring/measures.html",
        process=found,
        board=board,
        sentences=[one for one in (board_sentence(board), silence_sentence(board)) if one],
        shown=narrowed(board, wanted),
        wanted=wanted,
        states=IN_PROGRESS,
        departments=_departments_in(board),
        own=own if own and own.lines else None,
        own_sentence=board_sentence(own) if own and own.lines else "",
        may_report_any=may(actor, Permission.MEASURE_TRACK_ANY, found),
        following=following_of(session, actor, found.id),
    )


@bp.get("/processes/<process>/measures.csv")
@requires(Permission.PROCESS_READ)
def measures_file(process: str) -> Response:
    """Give where the measures of a process stand as a table for programs."""
    found = process_by_slug(db.session(), process)
    languages = reader_languages(found.default_language)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["code", "title", "field", "department", "status", "since", "reason", "reported_at", "revision"])
    writer.writerows(_rows(board_of(db.session(), found.id), languages))
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{process}-measures.csv")
    return response


@bp.get("/processes/<process>/measures/<code>/status")
@requires(Permission.MEASURE_TRACK)
def report(process: str, code: str) -> Page:
    """Ask where a measure stands."""
    proposal = _measure(process, code)
    latest = _latest(proposal)
    return _page(proposal, _form(proposal, latest), HTTPStatus.OK)


@bp.post("/processes/<process>/measures/<code>/status")
@requires(Permission.MEASURE_TRACK)
def send_report(process: str, code: str) -> Page | BaseResponse:
    """Report where a measure stands."""
    proposal = _measure(process, code)
    form = _form(proposal, _latest(proposal))
    tags = tags_of(proposal.process)

    def send(session: Session) -> None:
        services.report_status(
            session,
            proposal.id,
            Report(MeasureState(form.state.data), needed_day(form.since), typed_in_languages(form, "reason", tags)),
            based_on=form.based_on.data or 0,
            actor=current_actor(),
            now=utcnow(),
        )

    status = submitted(form, send)
    if status is not HTTPStatus.SEE_OTHER:
        latest = _latest(proposal)
        changed = status is HTTPStatus.CONFLICT
        if changed:
            rest_on(form, latest.revision if latest else 0)
        return _page(proposal, form, status, present=latest if changed else None)
    flash(_("The report on %(code)s is saved.", code=code), "success")
    return redirect(url_for(".measures", process=process), HTTPStatus.SEE_OTHER)


def _measure(process: str, code: str) -> Proposal:
    session = db.session()
    found = proposal_by_code(session, process_by_slug(session, process).id, code)
    services.check_may_report(session, found, actor=current_actor())
    return found


def _latest(proposal: Proposal) -> MeasureStatus | None:
    db.session.expire_all()
    return current_statuses(db.session(), [proposal.id]).get(proposal.id)


def _form(proposal: Proposal, latest: MeasureStatus | None) -> ReportForm:
    """Return the form for a further report: of what stands there only the state is offered again."""
    process = proposal.process
    shape = in_languages(ReportForm, "reason", _("What is to be said about it?"), tags_of(process), long=True)
    form = shape(
        data={
            "state": latest.state.value if latest else None,
            "since": today_in(process),
            "based_on": latest.revision if latest else 0,
        }
    )
    form.state.choices = [(state.value, state_name(state)) for state in IN_PROGRESS]
    return form


def _page(proposal: Proposal, form: ReportForm, status: HTTPStatus, *, present: MeasureStatus | None = None) -> Page:
    page = render_template(
        "monitoring/report.html",
        process=proposal.process,
        proposal=proposal,
        form=form,
        tags=tags_of(proposal.process),
        history=statuses_of(db.session(), proposal.id),
        present=present,
    )
    return page, status


def _wanted() -> Wanted:
    """Read the filter; a state that there is not narrows nothing."""
    asked = request.args.get("status", "")
    return Wanted(
        state=MeasureState(asked) if asked in set(MeasureState) else None,
        silent=asked == _SILENT,
        field=request.args.get("field", "")[:16],
        department=request.args.get("department", "")[:20],
        search=request.args.get("q", "")[:200],
    )


def _departments_in(board: Board) -> list[tuple[str, str]]:
    """Return the departments that answer for a measure of the board, by code, with their names."""
    languages = reader_languages()
    found = {line.proposal.department for line in board.lines if line.proposal.department}
    return sorted((unit.code, wording(unit.title, languages).body) for unit in found)


def _rows(board: Board, languages: tuple[str, ...]) -> Iterator[list[str]]:
    for line in board.lines:
        measure, status = line.proposal, line.status
        yield [
            guarded(measure.code),
            guarded(wording(measure.title, languages).body),
            guarded(measure.field.code) if measure.field else "",
            guarded(measure.department.code) if measure.department else "",
            status.state.value if status else "",
            status.since.isoformat() if status else "",
            guarded(wording(status.reason, languages).body) if status and status.reason else "",
            status.reported_at.isoformat() if status else "",
            f"{status.revision}" if status else "",
        ]
