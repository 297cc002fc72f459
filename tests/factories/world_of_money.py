"""Money, a draft of a plan and a ranking on which another could rest, for a world in which everything is tried."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.budgeting import services
from participation.budgeting.queries import plan_hash
from participation.budgeting.services import EnvelopeDraft, PlanDraft
from participation.core.actor import SYSTEM
from participation.processes.models import Process
from participation.results.rules.declaration import Declaration
from participation.results.services import declare_joint_ranking
from participation.rounds.kinds import Task

YEARS: Final = (2031, 2033)


def declare_counted(session: Session, process: Process, round_: str, slug: str, now: datetime) -> None:
    """Declare a ranking of one round that will be concluded."""
    declared = Declaration(
        slug,
        Task.PRIORITISE_MEASURES,
        {round_: 1},
        title={"de": "Gezählte Rangliste"},
        declared_by={"de": "Rat der Stadt"},
    )
    declare_joint_ranking(session, process.slug, declared, actor=SYSTEM, now=now)


def make_money(session: Session, process: str, things: dict[str, str], now: datetime) -> None:
    """Enter an envelope and begin a plan on the counted ranking."""
    how = {"actor": SYSTEM, "now": now}
    envelope = EnvelopeDraft(
        "E1", {"de": "Start"}, 10_000_000, YEARS[0], {"de": "Beschluss des Rates"}, date(2020, 9, 24)
    )
    services.enter_envelope(session, process, envelope, **how)  # type: ignore[arg-type]
    plan = PlanDraft("entwurf", {"de": "Entwurf"}, things["counted ranking"], *YEARS)
    begun = services.begin_plan(session, process, plan, **how)  # type: ignore[arg-type]
    things |= {"envelope": "E1", "plan": "entwurf", "plan_hash": plan_hash(session, begun)}
