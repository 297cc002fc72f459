"""Organisations as everybody sees them, and the table of officials, in JSON."""

from typing import Any, Final

from flask_smorest import Blueprint

from participation.accounts.models import Organisation
from participation.accounts.queries import admitted_organisations
from participation.ballots.guard import key_store
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import all_processes, process_by_slug
from participation.proposals.queries import readable_proposal
from participation.site import schemas
from participation.site.desk import due_rounds
from participation.site.measure_sheets import SheetsNow, sheets_now
from participation.site.pages import OrganisationPage, organisation_page
from participation.site.standing import goes_on_in, standing_of
from participation.site.stations import stations_of, way_of
from participation.site.table import is_voted_in, processes_on_table, work_waiting
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema

blp: Final = Blueprint("api_site", __name__, url_prefix="/api/v1", description="What is composed from several rooms")


@blp.route("/processes/<slug>/organisation-pages", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.OrganisationProfileOut))
def list_organisation_pages(asked: dict[str, int], slug: str) -> Page[Organisation]:
    """List the organisations that take part in a process."""
    session = db.session()
    return page_of(admitted_organisations(session, process_by_slug(session, slug).id), **asked)


@blp.route("/processes/<slug>/organisation-pages/<code>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.OrganisationPageOut)
def show_organisation_page(slug: str, code: str) -> OrganisationPage:
    """Show an organisation with its proposals; its delegates see their desk too."""
    session = db.session()
    return organisation_page(session, process_by_slug(session, slug), code, current_actor(), utcnow())


@blp.route("/processes/<slug>/measure-sheets", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.MeasureSheetOut))
def list_measure_sheets(asked: dict[str, int], slug: str) -> Page[dict[str, Any]]:
    """List the sheets of the admitted measures of a process."""
    sheets = sheets_now(db.session(), process_by_slug(db.session(), slug))
    return page_of([_sheet(sheets, code) for code in sheets.measures], **asked)


@blp.route("/processes/<slug>/measure-sheets/<code>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.MeasureSheetOut)
def show_measure_sheet(slug: str, code: str) -> dict[str, Any]:
    """Show the sheet of a measure."""
    return _sheet(sheets_now(db.session(), process_by_slug(db.session(), slug)), code)


@blp.route("/processes/<slug>/proposals/<code>/stations", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.BecameOut)
def show_stations(slug: str, code: str) -> dict[str, Any]:
    """Say what became of a proposal up to now, in the reader's language, and of those that it went into."""
    session = db.session()
    process = process_by_slug(session, slug)
    proposal = readable_proposal(session, process, code, actor=current_actor(), now=utcnow())
    way = way_of(session, proposal)
    return {
        "standing": standing_of(way),
        "stations": stations_of(way),
        "goes_on_in": goes_on_in(session, proposal),
    }


@blp.route("/desk", methods=["GET"])
@requires(Permission.ROUND_WATCH)
@blp.response(200, schemas.OfficialsTableOut)
def show_table() -> dict[str, Any]:
    """Say what is due first, what waits in each process, how many took part, and in which languages people write."""
    session, actor, now = db.session(), current_actor(), utcnow()
    entries = processes_on_table(session, all_processes(session), actor)
    waiting = work_waiting(session, [entry.process for entry in entries], actor, now)
    return {
        "due": [
            {"due": one.due.value, "round": one.round.slug, "at": one.at, "count": one.count}
            for one in due_rounds(session, actor, now, key_store())
        ],
        "waiting": [
            {
                "work": one.work.value,
                "process": one.process.slug,
                "count": one.count,
                "round": one.round.slug if one.round else None,
                "file": one.file,
            }
            for one in waiting
        ],
        "processes": [
            {
                "process": entry.process.slug,
                "rounds": [
                    {
                        "round": round_.slug,
                        "state": round_.state.value,
                        "turnout": entry.turnouts[round_.id],
                        "people_known_until": entry.known_until.get(round_.id),
                    }
                    for round_ in entry.rounds
                    if is_voted_in(round_)
                ],
                "contributions": entry.spoken,
            }
            for entry in entries
        ],
    }


def _sheet(sheets: SheetsNow, code: str) -> dict[str, Any]:
    document, status = sheets.document(code), sheets.statuses.get(sheets.measure(code).id)
    return {
        "code": code,
        "document": document,
        "status": status.state if status else None,
        "since": status.since if status else None,
    }
