"""What plans and envelopes store about a person: what they decided, settled and withdrew as officials."""

from typing import Final

from sqlalchemy import select

from participation.budgeting.models import Envelope, Plan, PlanDecision
from participation.processes.models import Process
from participation.storage.holdings import Holding, the_person
from participation.texts.queries import original_body

STORED: Final = (
    Holding(
        "plan_decisions",
        select(
            Process.slug.label("process"),
            PlanDecision.measure.label("code"),
            PlanDecision.decided_at,
            original_body(PlanDecision.reason_id).label("body"),
        )
        .select_from(PlanDecision)
        .join(Plan, Plan.id == PlanDecision.plan_id)
        .join(Process, Process.id == Plan.process_id)
        .where(PlanDecision.decided_by == the_person())
        .order_by(PlanDecision.decided_at, PlanDecision.id),
    ),
    Holding(
        "settled_plans",
        select(Process.slug.label("process"), original_body(Plan.title_id).label("title"), Plan.settled_at.label("at"))
        .select_from(Plan)
        .join(Process, Process.id == Plan.process_id)
        .where(Plan.settled_by == the_person())
        .order_by(Plan.settled_at, Plan.id),
    ),
    Holding(
        "withdrawn_envelopes",
        select(Process.slug.label("process"), Envelope.code, Envelope.withdrawn_at.label("at"))
        .select_from(Envelope)
        .join(Process, Process.id == Envelope.process_id)
        .where(Envelope.withdrawn_by == the_person())
        .order_by(Envelope.withdrawn_at, Envelope.id),
    ),
)
