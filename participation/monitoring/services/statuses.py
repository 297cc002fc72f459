"""Reporting where a measure stands; what was reported before stays readable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden
from participation.core.permissions import Permission, authorise, may
from participation.core.windows import local_at
from participation.core.wording import REASON, TextShape
from participation.monitoring.models import MeasureStatus
from participation.monitoring.queries import current_statuses
from participation.monitoring.rules import (
    MAX_REVISIONS,
    MeasureState,
    check_basis,
    check_can_be_tracked,
    check_day,
    check_reason,
)
from participation.proposals.models import Proposal
from participation.proposals.queries import hold_proposal, process_of
from participation.proposals.rules import ProposalKind, ProposalState
from participation.rounds.queries import departments_acted_for
from participation.texts.models import Origin, Text
from participation.texts.queries import wordings
from participation.texts.services import original_language, write_texts

REPORT: Final[TextShape] = replace(REASON, required=False)


@dataclass(frozen=True, slots=True)
class Report:
    """Where a measure stands, since when, and why, in one language or several."""

    state: MeasureState
    since: date
    reasons: Mapping[str, str] = field(default_factory=dict)


def report_status(
    session: Session,
    proposal_id: str,
    report: Report,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> MeasureStatus:
    """Report where a measure stands: a department for those for which it answers, the office for any.

    `based_on` is the revision that was on the screen, 0 for none. The same report sent twice is one. Raises Conflict
    `status_changed`, `only_admitted_measures_have_status` and `too_many_reports`, Forbidden `not_your_department`, and
    Invalid for a day ahead or a reason that is missing.
    """
    authorise(actor, Permission.MEASURE_TRACK, process_of(session, proposal_id))
    proposal = hold_proposal(session, proposal_id)
    _check_own(session, proposal, actor)
    check_can_be_tracked(proposal.kind, proposal.state)
    process = proposal.process
    reasons = {tag: words.strip() for tag, words in report.reasons.items() if words.strip()}
    language = original_language(reasons, process.default_language)
    check_day(report.since, local_at(now, process.time_zone).date(), field="since")
    check_reason(report.state, reasons, field=f"{REPORT.field}-{language}")
    latest = current_statuses(session, [proposal.id]).get(proposal.id)
    if latest is not None and _says_the_same(latest, report, reasons):
        return latest
    revision = latest.revision if latest else 0
    check_basis(revision, based_on)
    if revision >= MAX_REVISIONS:
        raise Conflict("too_many_reports", highest=MAX_REVISIONS)
    reason = (
        write_texts(session, reasons, language=language, shape=REPORT, actor=actor, now=now, origins=origins)
        if reasons
        else None
    )
    status = MeasureStatus(
        proposal_id=proposal.id,
        proposal=proposal,
        revision=revision + 1,
        state=report.state,
        since=report.since,
        reason=reason,
        department_id=_unit(session, proposal, actor),
        reported_at=now,
        reported_by=actor.id or actor.kind.value,
    )
    session.add(status)
    session.flush()
    record(
        session,
        "measure.status_reported",
        actor=actor,
        now=now,
        subject_kind="proposal",
        subject_id=proposal.id,
        process_id=proposal.process_id,
        facts={
            "code": proposal.code,
            "revision": status.revision,
            "status": report.state.value,
            "since": report.since.isoformat(),
        },
    )
    return status


def check_may_report(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Refuse whoever could not report on the measure, before they type."""
    authorise(actor, Permission.MEASURE_TRACK, proposal)
    _check_own(session, proposal, actor)
    check_can_be_tracked(proposal.kind, proposal.state)


def may_report(session: Session, proposal: Proposal, *, actor: Actor) -> bool:
    """Say whether somebody could report on the measure now, so that a page offers it."""
    return (
        may(actor, Permission.MEASURE_TRACK, proposal)
        and proposal.kind is ProposalKind.MEASURE
        and proposal.state is ProposalState.ADMITTED
        and (may(actor, Permission.MEASURE_TRACK_ANY, proposal) or _unit(session, proposal, actor) is not None)
    )


def _says_the_same(status: MeasureStatus, report: Report, reasons: Mapping[str, str]) -> bool:
    return (status.state, status.since) == (report.state, report.since) and _words(status.reason) == dict(reasons)


def _words(reason: Text | None) -> dict[str, str]:
    return {tag: said.body for tag, said in wordings(reason).items()} if reason else {}


def _check_own(session: Session, proposal: Proposal, actor: Actor) -> None:
    if not may(actor, Permission.MEASURE_TRACK_ANY, proposal) and _unit(session, proposal, actor) is None:
        raise Forbidden("not_your_department")


def _unit(session: Session, proposal: Proposal, actor: Actor) -> str | None:
    """Return the department for which the actor speaks about the measure, None for the office."""
    mine = {department.id for department in departments_acted_for(session, proposal.process_id, actor)}
    return proposal.department_id if proposal.department_id in mine else None
