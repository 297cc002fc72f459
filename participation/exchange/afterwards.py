"""What follows the council's decision in the example city: where measures stand, the roadmap, and who is told."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.exchange.cast import REPRESENTATIVES, address, official
from participation.exchange.city import Calendar, City, afterwards, origins
from participation.monitoring.rules import MeasureState, Repeat
from participation.monitoring.services import Report, StepDraft, add_step, follow, note_done, report_status
from participation.monitoring.telling import note_news
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.texts.models import Origin

PLANNED_DAY: Final = -240
"""When the departments took over what the council had decided."""
FOLLOWED_DAY: Final = -241
PREPARED_DAY: Final = -45
NOTED_DAY: Final = -1
_STATES: Final[Mapping[str, MeasureState]] = {
    "planned": MeasureState.PLANNED,
    "in_preparation": MeasureState.IN_PREPARATION,
    "running": MeasureState.RUNNING,
}
"""Of measures that the file calls proposed nobody has said anything yet."""


def enter_what_followed(session: Session, process: Process, city: City, calendar: Calendar) -> None:
    """Enter who wants to be told, what departments reported, and the steps of the roadmap."""
    measures = {
        proposal.code: proposal
        for proposal in session.scalars(select(Proposal).where(Proposal.process_id == process.id))
    }
    told = afterwards()
    _follow(session, process, measures, told["followed"], calendar)
    for entry in city["measures"]:
        if entry["status"] in _STATES:
            _report(session, measures[entry["code"]], entry, told["reasons"], city, calendar)
    note_news(session, process.id, now=calendar.noon(NOTED_DAY))  # so that the first mail need not wait
    for entry in city["roadmap"]:
        _enter_step(session, process, entry, told["steps"][entry["step"]], city, calendar)


def _follow(
    session: Session,
    process: Process,
    measures: Mapping[str, Proposal],
    followed: Mapping[str, list[str]],
    calendar: Calendar,
) -> None:
    for given_name, codes in followed.items():
        account = session.scalars(select(Account).where(Account.email == address(given_name))).one()
        for code in codes:
            moment = calendar.noon(FOLLOWED_DAY)
            follow(session, process.id, measures[code].id, actor=actor_of(account), now=moment)


def _report(
    session: Session,
    measure: Proposal,
    entry: Mapping[str, Any],
    reasons: Mapping[str, Mapping[str, str]],
    city: City,
    calendar: Calendar,
) -> None:
    """Let the department that answers for a measure report it as planned, and then where it stands now."""
    actor = official(session, REPRESENTATIVES[entry["department"]])
    state = _STATES[entry["status"]]
    days = {
        MeasureState.PLANNED: PLANNED_DAY,
        MeasureState.IN_PREPARATION: PREPARED_DAY,
        MeasureState.RUNNING: (_month(calendar, entry["start_month"]) - calendar.today.date()).days,
    }
    for revision, one in enumerate(dict.fromkeys((MeasureState.PLANNED, state))):
        moment = calendar.not_after_now(calendar.noon(days[one]))
        said = reasons.get(entry["code"], {}) if one is state else {}
        report_status(
            session,
            measure.id,
            Report(one, _local_day(calendar, moment), said),
            based_on=revision,
            actor=actor,
            now=moment,
            origins=origins(city),
        )


def _enter_step(
    session: Session,
    process: Process,
    entry: Mapping[str, Any],
    told: Mapping[str, Any],
    city: City,
    calendar: Calendar,
) -> None:
    actor = official(session, "Birte")
    marks: Mapping[str, Origin] = origins(city)
    due = _local_day(calendar, calendar.noon(told["due_day"]))
    draft = StepDraft(entry["title"], Repeat(entry["repeat"]), due)
    began = calendar.noon(PLANNED_DAY)
    step = add_step(session, process, draft, actor=actor, now=began, origins=marks)
    if "done_day" in told:
        moment = calendar.noon(told["done_day"])
        note_done(
            session,
            process,
            step.id,
            done_on=_local_day(calendar, moment),
            notes={},
            based_on=0,
            actor=actor,
            now=moment,
        )


def _month(calendar: Calendar, offset: int) -> date:
    return date.fromisoformat(f"{calendar.month(offset)}-01")


def _local_day(calendar: Calendar, moment: datetime) -> date:
    return moment.astimezone(calendar.zone).date()
