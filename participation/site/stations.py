"""What became of a proposal, as a line of stations: from its handing in to the council's decision and beyond."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries import CouncilOnPlans, settled_plans
from participation.budgeting.rules.plans import PlanStanding
from participation.budgeting.wording import proposed_in_words, reason_in_words, status_in_words
from participation.core.windows import local_at, utcnow
from participation.costings.models import Costing
from participation.costings.queries import history_of
from participation.monitoring.models import MeasureStatus
from participation.monitoring.queries import statuses_of
from participation.monitoring.sentences import state_name
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.queries import council_on_plans, issued_papers
from participation.papers.rules.consultations import result_is_public
from participation.papers.rules.papers import PaperState
from participation.papers.sentences import competence_in_words, outcome_in_words
from participation.proposals.messages import station_name
from participation.proposals.models import Proposal, ProposalEvent
from participation.proposals.queries import Relatives, relatives_of
from participation.proposals.rules import ProposalAction, ProposalKind, ProposalState
from participation.site.queries import JointPlace, Placing, Vote, joint_places_of, votes_on
from participation.site.rules import StationKind
from participation.texts.models import Text
from participation.texts.queries import Wording, wording
from participation.web.locale import reader_languages


@dataclass(frozen=True, slots=True)
class Station:
    """Something that became of a proposal: when, in words, where it leads, and why in the deciders' words.

    `at` is a moment or a day, None where nobody has said when; `why` says in the program's words what the plan's rule
    came to, and `is_ahead` is what is still to come.
    """

    kind: StationKind
    at: datetime | date | None
    name: str
    href: str = ""
    label: str | Wording = ""
    reason: Text | None = None
    why: str = ""
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """What a settled plan says about a measure: its row in the plan's document (budgeting.rules.document)."""

    plan: Plan
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """Everything on which the stations of a proposal and its present standing rest, read once."""

    proposal: Proposal
    relatives: Relatives
    first_costing: Costing | None
    votes: Sequence[Vote]
    places: Sequence[JointPlace]
    plans: Sequence[Planned]
    council: CouncilOnPlans
    papers: Sequence[CouncilPaper]
    statuses: Sequence[MeasureStatus]

    def row_in(self, plan: Plan | None) -> Mapping[str, Any] | None:
        """Return what a settled plan says about it; None where there is no plan, or it does not stand in it."""
        return next((one.row for one in self.plans if plan is not None and one.plan.id == plan.id), None)

    @property
    def consultations(self) -> list[Consultation]:
        """Return the consultations of its papers, in their order; those of a paper that was taken back do not count."""
        return [one for paper in self.papers if paper.state is PaperState.ISSUED for one in paper.stations]


def way_of(session: Session, proposal: Proposal) -> Way:
    """Return the way of a proposal. What is told of plans and papers is told of measures that stand in a plan."""
    is_measure = proposal.kind is ProposalKind.MEASURE
    history = history_of(session, proposal.id) if is_measure else []
    plans = _plans_with(session, proposal) if is_measure else []
    return Way(
        proposal,
        relatives_of(session, proposal),
        history[-1].costing if history else None,
        votes_on(session, proposal),
        joint_places_of(session, proposal),
        plans,
        council_on_plans(session, proposal.process_id) if plans else CouncilOnPlans(),
        _papers_about(session, proposal, {one.plan.id for one in plans}),
        statuses_of(session, proposal.id) if is_measure else [],
    )


def stations_of(way: Way) -> list[Station]:
    """Return what became of a proposal, the oldest first, what is still to come last."""
    told = [
        *(_told(event, way.relatives) for event in way.proposal.events),
        *_taken_in(way.relatives),
        *_costed(way.first_costing, way.proposal),
        *_voted(way.votes),
        *_ranked(way.places),
        *_planned(way.plans, way.council),
        *_papered(way.papers),
        *_consulted(way.consultations),
        *_reported(way.statuses),
    ]
    zone = ZoneInfo(way.proposal.process.time_zone)
    behind = sorted((one for one in told if not one.is_ahead), key=lambda one: _in_time(one, zone))
    return behind + [one for one in told if one.is_ahead] + _decision_ahead(way)


def _in_time(station: Station, zone: ZoneInfo) -> tuple[date, bool, float]:
    """Sort by days, and within a day what has a moment before what is only known by its day."""
    at = station.at
    if isinstance(at, datetime):
        return at.astimezone(zone).date(), False, at.timestamp()
    return at or date.min, True, 0.0


def _plans_with(session: Session, proposal: Proposal) -> list[Planned]:
    """Return the settled plans in which a measure stands, the first one first."""
    return [
        Planned(plan, row)
        for plan in reversed(settled_plans(session, proposal.process_id))
        for row in (plan.snapshot["measures"] if plan.snapshot else ())
        if row["code"] == proposal.code
    ]


def _papers_about(session: Session, proposal: Proposal, plan_ids: set[str]) -> list[CouncilPaper]:
    if not plan_ids:
        return []
    return [paper for paper in issued_papers(session, proposal.process_id) if paper.plan_id in plan_ids]


def _told(event: ProposalEvent, relatives: Relatives) -> Station:
    speak = _NAMES.get(event.action)
    name = speak(event, relatives) if speak else station_name(event.action)
    if event.other is None:
        return Station(StationKind.PROPOSAL, event.at, name, reason=event.reason)
    label = _worded(event.other.title)
    return Station(StationKind.PROPOSAL, event.at, name, address_of(event.other), label, event.reason)


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
        yield Station(StationKind.PROPOSAL, other.decided_at, name, address_of(other), _worded(other.title))


def _costed(first: Costing | None, proposal: Proposal) -> Iterator[Station]:
    if first is not None:
        href = f"{address_of(proposal)}#costs"
        yield Station(StationKind.COSTS, first.written_at, _("Costs entered"), href, _("See the costs"))


def _voted(votes: Sequence[Vote]) -> Iterator[Station]:
    for vote in votes:
        title, href = _worded(vote.round.title), url_for("rounds.show", slug=vote.round.slug)
        yield Station(StationKind.VOTE, vote.opened_at, _("Put to the vote"), href, title)
        if vote.struck_at:
            yield Station(StationKind.VOTE, vote.struck_at, _("Taken off the vote"), href, title)
        elif vote.placing and vote.concluded_at:
            result = url_for("results.round_result", slug=vote.round.slug)
            yield Station(StationKind.RESULT, vote.concluded_at, placed(vote.placing), result, title)


def _ranked(places: Sequence[JointPlace]) -> Iterator[Station]:
    for place in places:
        ranking = place.ranking
        href = url_for("results.joint_ranking", process=ranking.process.slug, ranking=ranking.slug)
        name = _("In the joint ranking: %(place)s", place=placed(place.placing))
        yield Station(StationKind.RANKING, place.computed_at, name, href, _worded(ranking.title))


def _planned(plans: Sequence[Planned], council: CouncilOnPlans) -> Iterator[Station]:
    for one in plans:
        is_proposal = council.standing_of(one.plan) is PlanStanding.PROPOSED
        href = url_for("budgeting.plan", process=one.plan.process.slug, plan=one.plan.slug)
        reason = reason_in_words(one.row, one.plan.process.currency)
        yield Station(
            StationKind.PLAN,
            one.plan.settled_at,
            proposed(one.row) if is_proposal else planned(one.row),
            href,
            _worded(one.plan.title),
            why=reason,
        )


def _papered(papers: Sequence[CouncilPaper]) -> Iterator[Station]:
    for paper in papers:
        href, subject = url_for("papers.show", process=paper.process.slug, slug=paper.slug), _worded(paper.subject)
        name = _("Laid before the council: paper %(number)s", number=paper.number)
        yield Station(StationKind.PAPER, paper.issued_at, name, href, subject)
        if paper.withdrawn_at is not None:
            name = _("Paper %(number)s was taken back", number=paper.number)
            yield Station(StationKind.PAPER, paper.withdrawn_at, name, href, subject, paper.withdrawal_reason)


def _consulted(consultations: Sequence[Consultation]) -> Iterator[Station]:
    for one in consultations:
        body = _worded(one.committee.name).body
        href = url_for("papers.show", process=one.paper.process.slug, slug=one.paper.slug)
        if one.outcome is None or not result_is_public(one):
            name = _("%(committee)s, %(competence)s", committee=body, competence=competence_in_words(one.competence))
            is_ahead = one.outcome is None if result_is_public(one) else _is_to_come(one)
            yield Station(StationKind.CONSULTATION, one.held_on, name, href, one.paper.number, is_ahead=is_ahead)
        else:
            name = _("%(committee)s: %(outcome)s", committee=body, outcome=outcome_in_words(one.outcome))
            yield Station(
                StationKind.CONSULTATION, one.decided_on, name, href, one.paper.number, reason=one.outcome_text
            )


def _is_to_come(consultation: Consultation) -> bool:
    """Say whether the day of a consultation is not over; whether one behind closed doors has a result, nobody sees."""
    today = local_at(utcnow(), consultation.paper.process.time_zone).date()
    return consultation.held_on is None or consultation.held_on > today


def _reported(statuses: Sequence[MeasureStatus]) -> Iterator[Station]:
    for status in reversed(statuses):
        name = _("Reported: %(status)s", status=state_name(status.state))
        yield Station(StationKind.STATUS, status.since, name, reason=status.reason)


def _decision_ahead(way: Way) -> list[Station]:
    """Name the council's decision as long as nothing else says when it comes or how it ended."""
    is_told = bool(way.consultations) or bool(way.statuses)
    if way.proposal.state is not ProposalState.ADMITTED or is_told:
        return []
    return [Station(StationKind.CONSULTATION, None, _("Decision of the council"), is_ahead=True)]


def planned(row: Mapping[str, Any]) -> str:
    """Return in a few words what a plan says about a measure."""
    return _("In the plan: %(status)s", status=status_in_words(row))


def proposed(row: Mapping[str, Any]) -> str:
    """Return in a few words what a plan says about which the council has not decided."""
    return proposed_in_words(status_in_words(row))


def placed(placing: Placing) -> str:
    """Return a place among how many."""
    if not placing.shared_with:
        return _("Place %(rank)s of %(count)s", rank=placing.rank, count=placing.of)
    return ngettext(
        "Place %(rank)s of %(count)s, together with %(num)s other",
        "Place %(rank)s of %(count)s, together with %(num)s others",
        placing.shared_with,
        rank=placing.rank,
        count=placing.of,
    )


def address_of(other: Proposal) -> str:
    """Return where a proposal is read."""
    return url_for("site.proposal", process=other.process.slug, code=other.code)


def _worded(text: Text) -> Wording:
    return wording(text, reader_languages())
