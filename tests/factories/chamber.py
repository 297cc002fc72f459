"""A process whose joint ranking is concluded, with costs and money, so that a plan can be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.budgeting import queries, services
from participation.budgeting.models import Envelope, Plan
from participation.budgeting.rules.envelopes import Mode
from participation.budgeting.services import EnvelopeDraft, PlanDraft
from participation.costings.models import Costing, Cover, EstimateQuality
from participation.proposals.models import Proposal
from participation.rounds.models import OptionRule
from tests.factories.results import Hall, conclude, declare, make_hall, vote_and_close
from tests.factories.votes import make_measures, make_round

COSTS: Final[Mapping[str, tuple[int, int]]] = {
    "M1": (0, 28_000),
    "M2": (15_000, 5_000),
    "M3": (0, 60_000),
    "M4": (6_000, 0),
    "M5": (0, 7_000),
}
"""What measures without cover cost once and in a year, in the main unit; M5 did not stand in the ranking."""

BALLOTS: Final = [["M1", "M2", "M3"]] * 8 + [["M2", "M1", "M3"]] * 4


@dataclass(frozen=True)
class Chamber:
    """A hall with a concluded ranking "joint": M1 to M4 stood in it; M6 has cover, M7 has no costs."""

    hall: Hall

    @property
    def slug(self) -> str:
        """Return the address of the process."""
        return self.hall.process.slug


def make_chamber(session: Session, now: datetime, keys: KeyStore) -> Chamber:
    """Have twelve people put four measures in order, conclude, and cost everything but M7."""
    hall = make_hall(session, now, codes=list(COSTS))
    make_measures(session, hall.process, ["M6", "M7"], now)
    for code, (once, annual) in COSTS.items():
        cost(session, code, once, annual, now)
    cost(session, "M6", 500, 9_000, now, cover=Cover.COVERED)
    session.delete(session.scalars(select(Costing).join(Proposal).where(Proposal.code == "M7")).one())
    round_ = make_round(
        session, hall.process, now, option_rule=OptionRule.CHOSEN, chosen_codes=["M1", "M2", "M3", "M4"]
    )
    declare(session, hall, {round_.slug: 1}, now)
    vote_and_close(session, round_, BALLOTS, now, keys)
    conclude(session, round_, hall, now)
    session.flush()
    session.expire_all()
    return Chamber(hall)


def cost(session: Session, code: str, once: int, annual: int, now: datetime, *, cover: Cover = Cover.OPEN) -> None:
    """State what a measure costs, in the main unit."""
    proposal = session.scalars(select(Proposal).where(Proposal.code == code)).one()
    revisions = session.scalars(select(Costing.revision).where(Costing.proposal_id == proposal.id)).all()
    session.add(
        Costing(
            proposal_id=proposal.id,
            revision=max(revisions, default=0) + 1,
            once_cents=once * 100,
            annual_cents=annual * 100,
            currency="EUR",
            quality=EstimateQuality.CALCULATED,
            cover=cover,
            written_at=now,
            written_by="system",
        )
    )
    session.flush()


def envelope_draft(code: str = "E1", **changes: object) -> EnvelopeDraft:
    """Return an envelope of 30,000 a year from 2031 on."""
    said: dict[str, object] = {
        "titles": {"de": f"Rahmen {code}", "en": f"Envelope {code}"},
        "cents": 3_000_000,
        "first_year": 2031,
        "sources": {"de": "Beschluss des Rates", "en": "Decision of the council"},
        "decided_on": date(2020, 9, 24),
        "mode": Mode.ADDITIVE,
    }
    return EnvelopeDraft(code, **(said | changes))  # type: ignore[arg-type]


def grant(session: Session, chamber: Chamber, now: datetime, code: str = "E1", **changes: object) -> Envelope:
    """Have Birte enter an envelope."""
    draft = envelope_draft(code, **changes)
    return services.enter_envelope(session, chamber.slug, draft, actor=chamber.hall.birte, now=now)


def begin(session: Session, chamber: Chamber, now: datetime, slug: str = "plan", **changes: object) -> Plan:
    """Have Birte begin a plan from 2031 to 2033."""
    said: dict[str, object] = {
        "titles": {"de": "Umsetzungsplan", "en": "Plan"},
        "ranking": "joint",
        "first_year": 2031,
        "last_year": 2033,
    }
    draft = PlanDraft(slug, **(said | changes))  # type: ignore[arg-type]
    return services.begin_plan(session, chamber.slug, draft, actor=chamber.hall.birte, now=now)


def settle(session: Session, chamber: Chamber, plan: Plan, now: datetime, *, seen: str | None = None) -> Plan:
    """Have Birte settle a plan as it was shown to her; as it is now unless `seen` says otherwise."""
    return services.settle_plan(
        session,
        chamber.slug,
        plan.slug,
        based_on=plan.revision,
        seen=seen or queries.plan_hash(session, plan),
        actor=chamber.hall.birte,
        now=now,
    )
