"""Entering the goals and measures of a file: all of them, or none and a report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Department
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.permissions import Permission, authorise
from participation.costings.models import Costs, Cover, EstimateQuality, Feasibility
from participation.costings.services import enter_costing
from participation.exchange import rules as file
from participation.exchange.rules import Intake, Surroundings, check_records
from participation.exchange.sheets import Record
from participation.processes.models import Field, Process
from participation.processes.queries import lock_process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind, ProposalState
from participation.proposals.services import Place, Recorded, record_proposal
from participation.texts.models import Origin


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file brought, or would bring."""

    goals: int
    sub_goals: int
    measures: int
    costings: int


def surroundings(session: Session, process: Process) -> Surroundings:
    """Return what the process has already."""
    taken = session.execute(
        select(Proposal.code, Proposal.kind, Proposal.state, Proposal.parent_id).where(
            Proposal.process_id == process.id
        )
    ).all()
    return Surroundings(
        default_language=process.default_language,
        languages=process.languages,
        fields=set(session.scalars(select(Field.code).where(Field.process_id == process.id))),
        departments=set(session.scalars(select(Department.code).where(Department.process_id == process.id))),
        goals={
            row.code: row.parent_id is not None
            for row in taken
            if row.kind is ProposalKind.GOAL and row.state is ProposalState.ADMITTED
        },
        taken={row.code for row in taken},
    )


def check_import(session: Session, process: Process, records: Sequence[Record], *, actor: Actor) -> ImportReport:
    """Say what an import would enter; writes nothing. Raises Faults naming every place at fault."""
    authorise(actor, Permission.IMPORT_RUN, process)
    return _report(check_records(records, surroundings(session, process)))


def import_proposals(
    session: Session,
    process: Process,
    records: Sequence[Record],
    *,
    actor: Actor,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> ImportReport:
    """Enter every goal and measure as admitted, in one transaction; raises Faults and enters nothing otherwise."""
    authorise(actor, Permission.IMPORT_RUN, process)
    lock_process(session, process.id)  # the same file sent twice finds what it brought the first time
    intakes = check_records(records, surroundings(session, process))
    for intake in intakes:
        proposal = record_proposal(session, process, _told(intake, origins or {}), actor=actor, now=now)
        if intake.costs:
            enter_costing(session, proposal.id, _costs(intake.costs, intake.language), based_on=0, actor=actor, now=now)
    report = _report(intakes)
    record(
        session,
        "import_proposals",
        actor=actor,
        now=now,
        subject_kind="process",
        subject_id=process.id,
        process_id=process.id,
        facts={"goals": report.goals, "sub_goals": report.sub_goals, "measures": report.measures},
    )
    session.flush()
    return report


def _told(intake: Intake, origins: Mapping[str, Origin]) -> Recorded:
    return Recorded(
        code=intake.code,
        kind=ProposalKind(intake.kind),
        language=intake.language,
        titles=intake.titles,
        bodies=intake.bodies,
        target_groups=intake.target_groups,
        partners=intake.partners,
        origins=origins,
        place=Place(intake.field, intake.parent, intake.serves),
        department=intake.department,
        unit=intake.unit,
    )


def _costs(costs: file.Costs, language: str) -> Costs:
    return Costs(
        once_cents=costs.once_cents,
        annual_cents=costs.annual_cents,
        quality=EstimateQuality(costs.quality),
        cover=Cover(costs.cover),
        language=language,
        low_cents=costs.low_cents,
        high_cents=costs.high_cents,
        cover_source=costs.cover_source,
        needs_post=costs.needs_post,
        years=costs.years,
        posts_hundredths=costs.posts_hundredths,
        feasibility=Feasibility(costs.feasibility) if costs.feasibility else None,
        statement=costs.statement,
        first_month=costs.first_month,
        last_month=costs.last_month,
    )


def _report(intakes: Sequence[Intake]) -> ImportReport:
    kinds = Counter((intake.kind, bool(intake.parent)) for intake in intakes)
    return ImportReport(
        goals=kinds["goal", False],
        sub_goals=kinds["goal", True],
        measures=kinds["measure", False],
        costings=sum(intake.costs is not None for intake in intakes),
    )
