"""A plan's document: that of a settled one as it was stored, that of a draft as it comes out now."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from participation.ballots.freezing import field_of
from participation.budgeting.models import Plan
from participation.budgeting.queries.envelopes import envelope_document, granting
from participation.budgeting.queries.plans import decisions_that_count
from participation.budgeting.rules.amendments import freed_by
from participation.budgeting.rules.document import plan_document as document_of
from participation.budgeting.rules.measures import Candidate
from participation.budgeting.rules.planning import Basis, ByHand
from participation.budgeting.rules.plans import PlanOrigin
from participation.core.errors import Conflict
from participation.costings.models import Costing
from participation.costings.queries import current_costings
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted
from participation.proposals.rules import ProposalKind
from participation.results.models import JointRanking, JointResult
from participation.results.queries import joint_result_of, text_document
from participation.results.rules.documents import document_hash
from participation.results.rules.joint_snapshot import score_from_text
from participation.results.rules.round_snapshot import moment_text
from participation.texts.models import Text


def plan_document(session: Session, plan: Plan) -> Mapping[str, Any]:
    """Return everything that a plan says, in the shape that rules.document describes.

    A settled plan's is read from what was stored at settling and never computed again. That of a draft follows from the
    costs, envelopes and decisions of now; nothing of it is stored, and its `rules` are None.
    """
    return plan.snapshot if plan.snapshot is not None else draft_document(session, plan)


def freed_money(session: Session, plan: Plan) -> list[dict[str, int]]:
    """Return what the council's change set free in a plan, by year and cents; nothing of any other plan."""
    if plan.origin is not PlanOrigin.AMENDED or plan.based_on is None:
        return []
    return freed_by(plan_document(session, plan.based_on), plan_document(session, plan))


def plan_hash(session: Session, plan: Plan) -> str:
    """Return by what a plan that somebody has read is known again: the hash of its document."""
    return document_hash(plan_document(session, plan))


def draft_document(session: Session, plan: Plan) -> dict[str, Any]:
    """Return what a plan comes to now."""
    envelopes = [envelope_document(one) for one in granting(session, plan.process_id)]
    return document_of(_about(session, plan), envelopes, basis_of(session, plan))


def basis_of(session: Session, plan: Plan) -> Basis:
    """Return what decides a plan now."""
    snapshot = ranking_result(session, plan.ranking).snapshot
    return Basis(
        candidates=candidates_of(session, plan.process, snapshot),
        grants=[one.grant for one in granting(session, plan.process_id)],
        years=plan.years,
        seed=bytes.fromhex(snapshot["inputs_hash"]),
        minimum=score_from_text(plan.minimum),
        by_hand=[
            ByHand(
                one.measure,
                one.choice,
                one.start_year,
                text_document(one.reason),
                moment_text(one.decided_at),
                one.consultation,
            )
            for one in decisions_that_count(plan.decisions)
        ],
    )


def ranking_result(session: Session, ranking: JointRanking) -> JointResult:
    """Return what a ranking came to; raises Conflict `ranking_not_concluded` while its rounds are not."""
    result = joint_result_of(session, ranking.id)
    if result is None:
        raise Conflict("ranking_not_concluded", field="ranking", ranking=ranking.slug)
    return result


def candidates_of(session: Session, process: Process, snapshot: Mapping[str, Any]) -> list[Candidate]:
    """Return the admitted measures of a process with their present costs, and options that are admitted no more."""
    measures = admitted(session, process.id, ProposalKind.MEASURE)
    costings = current_costings(session, [one.id for one in measures])
    options = {one["code"]: one for one in snapshot["options"]}
    found = [_candidate(one, costings.get(one.id), options.get(one.code)) for one in measures]
    known = {one.code for one in found}
    return found + [_gone(option) for code, option in options.items() if code not in known]


def _candidate(measure: Proposal, costing: Costing | None, option: Mapping[str, Any] | None) -> Candidate:
    about = {
        "title": text_document(measure.title),
        "field": _named(field.code, field.title) if (field := field_of(measure)) else None,
        "department": _named(unit.code, unit.title) if (unit := measure.department) else None,
        "serves": [goal.code for goal in measure.serves],
    }
    return Candidate(measure.code, about, _costing_document(costing) if costing else None, option)


def _gone(option: Mapping[str, Any]) -> Candidate:
    about = {name: option[name] for name in ("title", "field", "department", "serves")}
    return Candidate(option["code"], about, None, option, admitted=False)


def _named(code: str, title: Text) -> dict[str, Any]:
    return {"code": code, "title": text_document(title)}


def _costing_document(costing: Costing) -> dict[str, Any]:
    return {
        "revision": costing.revision,
        "once_cents": costing.once_cents,
        "annual_cents": costing.annual_cents,
        "volume_cents": costing.volume.cents,
        "low_cents": costing.low_cents,
        "high_cents": costing.high_cents,
        "years": costing.years,
        "quality": costing.quality.value,
        "cover": costing.cover.value,
        "cover_source": text_document(costing.cover_source) if costing.cover_source else None,
        "needs_post": costing.needs_post,
        "posts_hundredths": costing.posts_hundredths,
        "feasibility": costing.feasibility.value if costing.feasibility else None,
        "first_month": costing.first_month,
        "last_month": costing.last_month,
    }


def _about(session: Session, plan: Plan) -> dict[str, Any]:
    result = ranking_result(session, plan.ranking)
    return {
        "process": plan.process.slug,
        "plan": plan.slug,
        "title": text_document(plan.title),
        "currency": plan.process.currency,
        "time_zone": plan.process.time_zone,
        "state": plan.state.value,
        "settled_at": None,
        "revision": plan.revision,
        "origin": plan.origin.value,
        "consultation": plan.consultation,
        "based_on": plan.based_on.slug if plan.based_on else None,
        "ranking": {
            "slug": plan.ranking.slug,
            "title": text_document(plan.ranking.title),
            "inputs_hash": result.inputs_hash,
            "computed_at": moment_text(result.computed_at),
        },
    }


def measure_codes(candidates: Sequence[Candidate]) -> list[str]:
    """Return the codes of the measures about which something can be decided by hand: they could be paid for."""
    return [one.code for one in candidates if one.can_be_paid_for]
