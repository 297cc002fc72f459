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
from participation.core.wording import BODY, NAME, TITLE, TextShape
from participation.costings.models import Costing, Cover, EstimateQuality
from participation.exchange.rules import Costs, Intake, Surroundings, check_records
from participation.exchange.sheets import Record
from participation.processes.models import Field, Process
from participation.proposals.models import Proposal, ProposalEvent
from participation.proposals.rules import ProposalAction, ProposalKind, ProposalState
from participation.texts.models import Origin, Text
from participation.texts.services import write_texts


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
        select(Proposal.code, Proposal.kind, Proposal.parent_id).where(Proposal.process_id == process.id)
    ).all()
    return Surroundings(
        default_language=process.default_language,
        languages=process.languages,
        fields=set(session.scalars(select(Field.code).where(Field.process_id == process.id))),
        departments=set(session.scalars(select(Department.code).where(Department.process_id == process.id))),
        goals={row.code: row.parent_id is not None for row in taken if row.kind is ProposalKind.GOAL},
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
    intakes = check_records(records, surroundings(session, process))
    known: dict[str, Proposal] = {
        proposal.code: proposal
        for proposal in session.scalars(select(Proposal).where(Proposal.process_id == process.id))
    }
    fields = dict(session.execute(select(Field.code, Field.id).where(Field.process_id == process.id)).tuples())
    departments = dict(
        session.execute(select(Department.code, Department.id).where(Department.process_id == process.id)).tuples()
    )
    write = _Writer(session, process, actor, now, origins or {})
    for intake in intakes:
        proposal = write.proposal(intake, known, fields.get(intake.field), departments.get(intake.department))
        known[intake.code] = proposal
        if intake.costs:
            session.add(write.costing(proposal, intake.costs))
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


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the rows of one import; what all of them share stands here once."""

    session: Session
    process: Process
    actor: Actor
    now: datetime
    origins: Mapping[str, Origin]

    def proposal(
        self, intake: Intake, known: Mapping[str, Proposal], field_id: str | None, department_id: str | None
    ) -> Proposal:
        parent = known[intake.parent] if intake.parent else None
        proposal = Proposal(
            process_id=self.process.id,
            code=intake.code,
            kind=ProposalKind(intake.kind),
            state=ProposalState.ADMITTED,
            parent=parent,
            field_id=field_id or (parent.field_id if parent else None),
            department_id=department_id,
            author_id=self.actor.id or None,
            title=self._text(intake.titles, intake.language, TITLE),
            body=self._text(intake.bodies, intake.language, BODY) if intake.bodies else None,
            target_group=self._text(intake.target_groups, intake.language, NAME) if intake.target_groups else None,
            created_at=self.now,
            submitted_at=self.now,
            decided_at=self.now,
            serves=[known[code] for code in intake.serves],
        )
        proposal.events.append(ProposalEvent(action=ProposalAction.ADMIT, at=self.now, actor_id=self.actor.id))
        self.session.add(proposal)
        return proposal

    def costing(self, proposal: Proposal, costs: Costs) -> Costing:
        return Costing(
            proposal=proposal,
            revision=1,
            once_cents=costs.once_cents,
            annual_cents=costs.annual_cents,
            low_cents=costs.low_cents,
            high_cents=costs.high_cents,
            currency=self.process.currency,
            quality=EstimateQuality(costs.quality),
            cover=Cover(costs.cover),
            cover_source=costs.cover_source,
            needs_post=costs.needs_post,
            written_at=self.now,
            written_by=self.actor.id,
        )

    def _text(self, bodies: Mapping[str, str], language: str, shape: TextShape) -> Text:
        return write_texts(
            self.session,
            bodies,
            language=language,
            shape=shape,
            actor=self.actor,
            now=self.now,
            origins=self.origins,
        )


def _report(intakes: Sequence[Intake]) -> ImportReport:
    kinds = Counter((intake.kind, bool(intake.parent)) for intake in intakes)
    return ImportReport(
        goals=kinds["goal", False],
        sub_goals=kinds["goal", True],
        measures=kinds["measure", False],
        costings=sum(intake.costs is not None for intake in intakes),
    )
