"""The follow-up of the decision: a process with measures, those who report on them, and those who want to know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.core.actor import SYSTEM, Actor
from participation.monitoring.models import MeasureStatus
from participation.monitoring.queries import current_statuses
from participation.monitoring.rules import MeasureState
from participation.monitoring.services import Report, report_status
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.queries import proposal_by_code
from participation.proposals.services.words import assign_department
from tests.factories import people
from tests.factories.city import lindenhafen
from tests.factories.votes import make_measures


@dataclass
class City:
    """Lindenhafen with four measures; Jens's department answers for the first two."""

    session: Session
    now: datetime
    process: Process
    cast: people.Cast

    def measure(self, code: str) -> Proposal:
        return proposal_by_code(self.session, self.process.id, code)

    def as_(self, who: Account) -> Actor:
        self.session.refresh(who)
        return actor_of(who)

    def report(
        self,
        code: str,
        state: MeasureState,
        *,
        by: Actor = SYSTEM,
        reason: str = "",
        days_ago: int = 3,
        based_on: int | None = None,
        now: datetime | None = None,
    ) -> MeasureStatus:
        measure = self.measure(code)
        stands = current_statuses(self.session, [measure.id]).get(measure.id)
        revision = stands.revision if stands else 0
        said = Report(state, (self.now - timedelta(days=days_ago)).date(), {"de": reason} if reason else {})
        return report_status(
            self.session,
            measure.id,
            said,
            based_on=revision if based_on is None else based_on,
            actor=by,
            now=now or self.now,
        )


@pytest.fixture
def city(session: Session, now: datetime) -> City:
    process = lindenhafen(session, now)
    make_measures(session, process, ("M01", "M02", "M03", "M04"), now)
    cast = people.cast(session, process, now=now)
    found = City(session, now, process, cast)
    for code in ("M01", "M02"):
        assign_department(session, found.measure(code), cast.department.code)
    session.flush()
    return found
