"""Where a proposal stands, to be taken in at one look: a sentence, and how far it has come on its way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.budgeting.wording import decision_in_words, standing_in_words
from participation.monitoring.rules import MeasureState
from participation.monitoring.sentences import state_kind, status_sentence
from participation.papers.models import Consultation
from participation.papers.rules.consultations import ADOPTED, FINAL, Competence, result_is_public
from participation.papers.sentences import outcome_in_words
from participation.proposals.models import Proposal
from participation.proposals.queries import relatives_of
from participation.proposals.rules import ProposalKind, ProposalState
from participation.rounds.rules import RoundState
from participation.site.rules import Step
from participation.site.stations import Station, Way, placed, planned, proposed, stations_of, way_of
from participation.texts.queries import wording
from participation.web.locale import reader_languages


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands now. `kind` is that of a badge; `step` is None for what goes no further by itself.

    `reached` are the steps that it has taken; one that the budget pays for anyway may be carried out without a plan.
    `beside` is what else has to be known: the council can adopt a plan in which a measure does not start.
    """

    sentence: str
    kind: str
    step: Step | None
    reached: frozenset[Step] = frozenset()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class GoesOn:
    """A proposal that another one went into, with what became of it."""

    proposal: Proposal
    standing: Standing
    stations: Sequence[Station]


def standing_of(way: Way) -> Standing:
    """Return where a proposal stands: the last thing that matters to whoever asked for it."""
    ended = _ENDED.get(way.proposal.state)
    if ended is not None:
        return Standing(ended(), "danger" if way.proposal.state is ProposalState.DECLINED else "plain", None)
    found = next(found for speak in _LAST_FIRST if (found := speak(way)) is not None)
    reached = _reached(way)
    return replace(found, step=found.step if found.step in reached else max(reached), reached=reached)


def _reached(way: Way) -> frozenset[Step]:
    taken = {
        Step.HANDED_IN: True,
        Step.ADMITTED: way.proposal.state is ProposalState.ADMITTED,
        Step.RANKED: bool(way.places),
        Step.PLANNED: bool(way.plans),
        Step.DECIDED: any(one.outcome in FINAL for one in _public_decisions(way)),
        Step.CARRIED_OUT: bool(way.statuses) and way.statuses[0].state in _UNDER_WAY,
    }
    return frozenset(step for step, is_taken in taken.items() if is_taken)


def _carried_out(way: Way) -> Standing | None:
    if not way.statuses:
        return None
    status = way.statuses[0]
    return Standing(status_sentence(status), state_kind(status.state), Step.CARRIED_OUT)


def _decided(way: Way) -> Standing | None:
    """Speak of the plan in force; where that does not know the measure, of the last consultation that adopted none."""
    council = way.council
    row, decision = way.row_in(council.in_force), council.decision_about(council.in_force)
    if row is not None and decision is not None:
        kind = "success" if row["status"] in _WITH_MONEY else "warning"
        ahead = way.row_in(council.beside)
        said = [decision_in_words(decision, reader_languages()), *([f"{proposed(ahead)}."] if ahead else [])]
        return Standing(planned(row), kind, Step.DECIDED, beside=" ".join(said))
    for one in reversed(_public_decisions(way)):
        if one.outcome is not None and one.outcome not in ADOPTED:
            body = wording(one.committee.name, reader_languages()).body
            sentence = _("%(committee)s: %(outcome)s", committee=body, outcome=outcome_in_words(one.outcome))
            return Standing(sentence, "warning", Step.DECIDED)
    return None


def _public_decisions(way: Way) -> list[Consultation]:
    return [one for one in way.consultations if one.competence is Competence.DECISION and result_is_public(one)]


_UNDER_WAY: Final = frozenset({MeasureState.RUNNING, MeasureState.DONE})
"""So stands a measure that is being carried out."""

_WITH_MONEY: Final = frozenset({"covered", "starts"})
"""What a plan says of measures that somebody pays for (budgeting.rules.document)."""


def _planned(way: Way) -> Standing | None:
    row = way.row_in(way.council.proposed)
    if row is None or way.council.proposed is None:
        return None
    beside = standing_in_words(way.council.proposed, way.council, reader_languages())
    return Standing(planned(row), "info", Step.PLANNED, beside=beside)


def _ranked(way: Way) -> Standing | None:
    if not way.places:
        return None
    place = placed(way.places[-1].placing)
    return Standing(_("In the joint ranking: %(place)s", place=place), "info", Step.RANKED)


def _voted_on(way: Way) -> Standing | None:
    running = any(vote.round.state is RoundState.OPEN and vote.struck_at is None for vote in way.votes)
    return Standing(_("It is being voted on now"), "info", Step.ADMITTED) if running else None


def _admitted(way: Way) -> Standing | None:
    if way.proposal.state is not ProposalState.ADMITTED:
        return None
    return Standing(_("It was admitted and can be voted on"), "info", Step.ADMITTED)


def _handed_in(_way: Way) -> Standing:
    return Standing(_("It was handed in and waits for a decision"), "info", Step.HANDED_IN)


_LAST_FIRST: Final[Sequence[Callable[[Way], Standing | None]]] = (
    _carried_out,
    _decided,
    _planned,
    _ranked,
    _voted_on,
    _admitted,
    _handed_in,
)


def steps_of(proposal: Proposal) -> list[str]:
    """Return the names of the steps of its way; goals are reached through measures, so theirs ends with the ranking."""
    names = [
        _("Handed in"),
        _("Admitted"),
        _("Ranked"),
        _("In a plan"),
        _("Decided by the council"),
        _("Being carried out"),
    ]
    return names if proposal.kind is ProposalKind.MEASURE else names[: Step.RANKED]


def goes_on_in(session: Session, proposal: Proposal, *, around: int = 20) -> list[GoesOn]:
    """Return the proposals in which one that was merged or split lives on today, with what became of each.

    `around` limits how many are followed; splitting makes eight at most, each of which can be split again.
    """
    found: list[GoesOn] = []
    ahead, seen = _next(session, proposal), {proposal.id}
    while ahead and len(found) < around:
        one = ahead.pop(0)
        if one.id in seen:
            continue
        seen.add(one.id)
        further = _next(session, one)
        if further:
            ahead += further
        else:
            way = way_of(session, one)
            found.append(GoesOn(one, standing_of(way), stations_of(way)))
    return found


def _next(session: Session, proposal: Proposal) -> list[Proposal]:
    if proposal.merged_into is not None:
        return [proposal.merged_into]
    if proposal.state is ProposalState.SPLIT:
        return list(relatives_of(session, proposal).parts)
    return []


_ENDED: Final[Mapping[ProposalState, Callable[[], str]]] = {
    ProposalState.MERGED: lambda: _("It goes on inside another proposal"),
    ProposalState.SPLIT: lambda: _("It goes on in its parts"),
    ProposalState.DECLINED: lambda: _("It was declined"),
    ProposalState.WITHDRAWN: lambda: _("Its author took it back"),
}
