"""The stations of a paper in JSON: entering them, what came of each, and what was changed there."""

from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.papers import schemas, services
from participation.papers.api.blueprint import blp, station_as_data
from participation.papers.rules.drafts import AmendmentDraft, OutcomeDraft, StationDraft
from participation.web.guard import current_actor, requires


@blp.route("/processes/<process>/papers/<slug>/stations", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.ConsultationIn)
@blp.response(201, schemas.ConsultationOut)
def add_station(wanted: dict[str, Any], process: str, slug: str) -> dict[str, Any]:
    """Add a station; the same committee may come twice."""
    with transaction() as session:
        return station_as_data(
            services.add_station(session, process, slug, StationDraft(**wanted), actor=current_actor(), now=utcnow())
        )


@blp.route("/processes/<process>/papers/<slug>/stations/<station>", methods=["PUT"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.ChangedConsultationIn)
@blp.response(200, schemas.ConsultationOut)
def change_station(wanted: dict[str, Any], process: str, slug: str, station: str) -> dict[str, Any]:
    """Change day, committee, competence, number on the agenda or publicity of a station."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return station_as_data(
            services.change_station(
                session,
                process,
                slug,
                station,
                StationDraft(**wanted),
                based_on=basis,
                actor=current_actor(),
                now=utcnow(),
            )
        )


@blp.route("/processes/<process>/papers/<slug>/stations/<station>/remove", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.BasedOnIn)
@blp.response(204)
def remove_station(wanted: dict[str, Any], process: str, slug: str, station: str) -> None:
    """Take a station out that has no result."""
    with transaction() as session:
        services.remove_station(session, process, slug, station, **wanted, actor=current_actor(), now=utcnow())


@blp.route("/processes/<process>/papers/<slug>/stations/<station>/outcome", methods=["PUT"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.OutcomeIn)
@blp.response(200, schemas.ConsultationOut)
def note_outcome(wanted: dict[str, Any], process: str, slug: str, station: str) -> dict[str, Any]:
    """Note what a committee made of a paper, or take it back."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return station_as_data(
            services.note_outcome(
                session,
                process,
                slug,
                station,
                OutcomeDraft(**wanted),
                based_on=basis,
                actor=current_actor(),
                now=utcnow(),
            )
        )


@blp.route("/processes/<process>/papers/<slug>/stations/<station>/amendments", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
@blp.arguments(schemas.AmendmentIn)
@blp.response(201, schemas.ConsultationOut)
def amend(wanted: dict[str, Any], process: str, slug: str, station: str) -> dict[str, Any]:
    """Note what a committee changed; where it decides, the plan follows, as a further plan that says so.

    A further change can move the same measures again, and so corrects what was entered before.
    """
    basis = wanted.pop("based_on")
    with transaction() as session:
        made = services.amend(
            session,
            process,
            slug,
            station,
            AmendmentDraft(**wanted),
            based_on=basis,
            actor=current_actor(),
            now=utcnow(),
        )
        return station_as_data(made.consultation)
