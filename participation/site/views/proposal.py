"""A proposal with everything around it: costs, comments, and what became of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.comments.queries import threads
from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.costings.models import Costing
from participation.costings.queries import history_of
from participation.extensions import db
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.proposals.messages import station_name
from participation.proposals.models import Proposal, ProposalEvent, ProposalSupport
from participation.proposals.queries import (
    Relatives,
    capacities_of,
    interests_of,
    is_author,
    is_own,
    readable_proposal,
    relatives_of,
    rounds_to_support_in,
    support_gone_along,
    support_of,
    supported_by,
    words_mark,
)
from participation.proposals.rules import IN_THE_HANDS_OF_ITS_AUTHOR, LIVE, ProposalAction, ProposalKind, ProposalState
from participation.results.files import CSV, as_csv
from participation.rounds.kinds import KindName, Task
from participation.rounds.models import Round
from participation.rounds.queries import Participant, rounds_of, rounds_to_enter
from participation.site.exports import proposals_table
from participation.site.queries import JointPlace, Placing, Vote, joint_places_of, votes_on
from participation.site.views.blueprint import bp
from participation.texts.models import Text
from participation.texts.queries import Wording, wording
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages


@dataclass(frozen=True, slots=True)
class Station:
    """Something that became of a proposal: when, in words, where it leads, and why in the deciders' words."""

    at: datetime | None
    name: str
    href: str = ""
    label: str | Wording = ""
    reason: Text | None = None


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
    relatives = relatives_of(session, shown)
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
        stations=_stations(shown, relatives, history[-1].costing if history else None),
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


def _stations(shown: Proposal, relatives: Relatives, first_costing: Costing | None) -> list[Station]:
    """Return what became of a proposal, the oldest first, what is still to come last."""
    session = db.session()
    told = [
        *(_told(event, relatives) for event in shown.events),
        *_taken_in(relatives),
        *_costed(first_costing),
        *_voted(votes_on(session, shown)),
        *_ranked(joint_places_of(session, shown)),
    ]
    ahead = [Station(None, _("Decision of the council"))] if shown.state is ProposalState.ADMITTED else []
    return sorted(told, key=lambda station: station.at.timestamp() if station.at else 0) + ahead


def _told(event: ProposalEvent, relatives: Relatives) -> Station:
    speak = _NAMES.get(event.action)
    name = speak(event, relatives) if speak else station_name(event.action)
    if event.other is None:
        return Station(event.at, name, reason=event.reason)
    return Station(event.at, name, _address(event.other), _worded(event.other.title), event.reason)


def _name_of_submission(event: ProposalEvent, _relatives: Relatives) -> str:
    return _("Came out of another proposal that was split") if event.other else station_name(event.action)


def _name_of_revision(event: ProposalEvent, _relatives: Relatives) -> str:
    return _("Reworded, version %(number)s", number=event.revision)


def _name_of_merge(event: ProposalEvent, _relatives: Relatives) -> str:
    code = event.other.code if event.other else ""
    return _("Merged into %(code)s", code=code)


def _name_of_split(_event: ProposalEvent, relatives: Relatives) -> str:
    return _("Split into %(codes)s", codes=", ".join(part.code for part in relatives.parts))


_NAMES: Final[Mapping[ProposalAction, Callable[[ProposalEvent, Relatives], str]]] = {
    ProposalAction.SUBMIT: _name_of_submission,
    ProposalAction.REVISE: _name_of_revision,
    ProposalAction.MERGE: _name_of_merge,
    ProposalAction.SPLIT: _name_of_split,
}


def _taken_in(relatives: Relatives) -> Iterator[Station]:
    for other in relatives.taken_in:
        name = _("%(code)s was merged into this", code=other.code)
        yield Station(other.decided_at, name, _address(other), _worded(other.title))


def _costed(first: Costing | None) -> Iterator[Station]:
    if first is not None:
        yield Station(first.written_at, _("Costs entered"), "#costs", _("See the costs"))


def _voted(votes: list[Vote]) -> Iterator[Station]:
    for vote in votes:
        title = _worded(vote.round.title)
        yield Station(vote.opened_at, _("Put to the vote"), url_for("rounds.show", slug=vote.round.slug), title)
        if vote.struck_at:
            yield Station(vote.struck_at, _("Taken off the vote"), url_for("rounds.show", slug=vote.round.slug), title)
        elif vote.placing and vote.concluded_at:
            href = url_for("results.round_result", slug=vote.round.slug)
            yield Station(vote.concluded_at, _placed(vote.placing), href, title)


def _ranked(places: list[JointPlace]) -> Iterator[Station]:
    for place in places:
        ranking = place.ranking
        href = url_for("results.joint_ranking", process=ranking.process.slug, ranking=ranking.slug)
        name = _("In the joint ranking: %(place)s", place=_placed(place.placing))
        yield Station(place.computed_at, name, href, _worded(ranking.title))


def _placed(placing: Placing) -> str:
    if not placing.shared_with:
        return _("Place %(rank)s of %(count)s", rank=placing.rank, count=placing.of)
    return ngettext(
        "Place %(rank)s of %(count)s, together with %(num)s other",
        "Place %(rank)s of %(count)s, together with %(num)s others",
        placing.shared_with,
        rank=placing.rank,
        count=placing.of,
    )


def _address(other: Proposal) -> str:
    return url_for("site.proposal", process=other.process.slug, code=other.code)


def _worded(text: Text) -> Wording:
    return wording(text, reader_languages())


@bp.get("/processes/<slug>/proposals.csv")
@requires(Permission.PROCESS_READ)
def proposals_file(slug: str) -> Response:
    """Give the proposals of a process as a table, with who supports and signed them."""
    process = process_by_slug(db.session(), slug)
    table = proposals_table(db.session(), process, reader_languages(process.default_language))
    response = Response(as_csv(table), mimetype=CSV.mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-proposals.csv")
    return response
