"""The money of the example city and its plan: what its council granted, and what follows from that and the ranking."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from participation.budgeting.queries import plan_hash
from participation.budgeting.rules.envelopes import Mode
from participation.budgeting.services import (
    EnvelopeDraft,
    PlanDraft,
    begin_plan,
    enter_envelope,
    settle_plan,
)
from participation.exchange.cast import official
from participation.exchange.city import Calendar, City, origins

OFFICE: Final = "Birte"
DECIDED_DAY: Final = -245
ENTERED_DAY: Final = -240
PLANNED_DAY: Final = -100
SETTLED_DAY: Final = -90
YEARS: Final = 4
RANKING: Final = "joint-measures"
PLAN: Final = "umsetzungsplan"
TITLE: Final = {
    "de": "Umsetzungsplan zum Integrationskonzept",
    "en": "Implementation plan of the integration concept",
    "tr": "Uyum konseptinin uygulama planı",
    "ar": "خطة تنفيذ خطة الاندماج",
}


def enter_envelopes_and_plan(session: Session, process_slug: str, city: City, calendar: Calendar) -> None:
    """Enter the envelopes of the file, plan over four years from the ranking of measures, and settle the plan."""
    office, marks = official(session, OFFICE), origins(city)
    for entry in city["envelopes"]:
        draft = EnvelopeDraft(
            code=entry["code"],
            titles=entry["title"],
            cents=entry["amount_eur"] * 100,
            first_year=calendar.year(entry["from_year"]),
            last_year=None if entry["to_year"] is None else calendar.year(entry["to_year"]),
            sources=entry["source_text"],
            decided_on=calendar.midnight(DECIDED_DAY).date(),
            mode=Mode.ADDITIVE,
        )
        enter_envelope(session, process_slug, draft, actor=office, now=_noon(calendar, ENTERED_DAY), origins=marks)
    first = calendar.year(1)
    plan = begin_plan(
        session,
        process_slug,
        PlanDraft(PLAN, TITLE, RANKING, first, first + YEARS - 1),
        actor=office,
        now=_noon(calendar, PLANNED_DAY),
        origins=marks,
    )
    settle_plan(
        session,
        process_slug,
        PLAN,
        based_on=plan.revision,
        seen=plan_hash(session, plan),
        actor=office,
        now=_noon(calendar, SETTLED_DAY) + timedelta(hours=2),
    )


def _noon(calendar: Calendar, day: int) -> datetime:
    return calendar.not_after_now(calendar.noon(day))
