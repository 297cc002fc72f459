"""A proposal with everything around it: costs, comments, and what became of it."""

from dataclasses import dataclass

from flask import Response, render_template, url_for

from participation.comments.queries import threads
from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.costings.queries import history_of
from participation.extensions import db
from participation.monitoring.queries import following_of
from participation.monitoring.services import may_report
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal, ProposalSupport
from participation.proposals.queries import (
    capacities_of,
    interests_of,
    is_author,
    is_own,
    readable_proposal,
    rounds_to_support_in,
    support_gone_along,
    support_of,
    supported_by,
    words_mark,
)
from participation.proposals.rules import IN_THE_HANDS_OF_ITS_AUTHOR, LIVE, ProposalKind
from participation.results.files import CSV, as_csv
from participation.rounds.kinds import KindName, Task
from participation.rounds.models import Round
from participation.rounds.queries import Participant, rounds_of, rounds_to_enter
from participation.site.exports import proposals_table
from participation.site.standing import goes_on_in, standing_of, steps_of
from participation.site.stations import stations_of, way_of
from participation.site.views.blueprint import bp
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@dataclass(frozen=True, slots=True)
class WayToSupport:
    """A round in which a visitor can support a proposal, as whom, and what they support already."""

    round: Round
    participant: Participant
    own: ProposalSupport | None
    is_of_earlier_wording: bool


@bp.get("/processes/<process>/proposals/<code>")
@requires(Permission.PROCESS_READ)
def proposal(process: str, code: str) -> str:
    """Show a proposal: who says it and in which language, what it serves and costs, and what became of it."""
    session, actor, now = db.session(), current_actor(), utcnow()
    found = process_by_slug(session, process)
    shown = readable_proposal(session, found, code, actor=actor, now=now)
    way = way_of(session, shown)
    relatives = way.relatives
    history = history_of(session, shown.id) if shown.kind is ProposalKind.MEASURE else []
    return render_template(
        "site/proposal.html",
        process=found,
        proposal=shown,
        relatives=relatives,
        support=support_of(session, [shown])[shown.id],
        gone_along=support_gone_along(session, shown) if shown.merged_into_id else [],
        support_before=support_of(session, [shown.split_from])[shown.split_from.id] if shown.split_from else None,
        ways_to_support=_ways_to_support(shown),
        interests=interests_of(session, [shown, *relatives.taken_in]),
        may_declare=shown.state in LIVE and bool(capacities_of(session, shown, actor, now)),
        stations=stations_of(way),
        standing=standing_of(way),
        steps=steps_of(shown),
        goes_on=goes_on_in(session, shown),
        may_report=may_report(session, shown, actor=actor),
        following=following_of(session, actor, found.id, shown.id),
        history=history,
        threads=threads(session, shown.id),
        ways_to_comment=rounds_to_enter(session, found.id, Task.COMMENT, actor=actor, now=now)
        if shown.state in LIVE
        else [],
        is_mine=is_author(session, shown, actor, now),
        is_undecided=shown.state in IN_THE_HANDS_OF_ITS_AUTHOR,
        takes_comments=shown.state in LIVE,
        deciding=_deciding(shown, found),
    )


def _ways_to_support(shown: Proposal) -> list[WayToSupport]:
    """Return in which rounds and as whom this visitor can support the proposal, and whether they do."""
    if shown.state not in LIVE:
        return []
    session, actor, now = db.session(), current_actor(), utcnow()
    ways = []
    for round_, participant in rounds_to_support_in(session, shown.process_id, actor=actor, now=now):
        own = supported_by(session, shown, participant)
        is_earlier = own is not None and own.came_with_id is None and own.wording != words_mark(shown)
        if own is not None or not is_own(shown, participant, actor):
            ways.append(WayToSupport(round_, participant, own, is_earlier))
    return ways


def _deciding(shown: Proposal, process: Process) -> str:
    """Return where this visitor decides about the proposal: at the door of the last steering group round."""
    if shown.state not in LIVE or not may(current_actor(), Permission.PROPOSAL_DECIDE, process):
        return ""
    rounds = [one for one in rounds_of(db.session(), process.id) if one.kind is KindName.STEERING_GROUP]
    return url_for("steering_group.decide", slug=rounds[-1].slug, code=shown.code) if rounds else ""


@bp.get("/processes/<slug>/proposals.csv")
@requires(Permission.PROCESS_READ)
def proposals_file(slug: str) -> Response:
    """Give the proposals of a process as a table, with who supports and signed them."""
    process = process_by_slug(db.session(), slug)
    table = proposals_table(db.session(), process, reader_languages(process.default_language))
    response = Response(as_csv(table), mimetype=CSV.mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-proposals.csv")
    return response
