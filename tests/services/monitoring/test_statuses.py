"""Who reports where a measure stands, and what is refused."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participation.audit.models import AuditRecord
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid
from participation.monitoring.queries import board_of, statuses_of
from participation.monitoring.rules import MeasureState
from participation.proposals.rules import ProposalState
from tests.services.monitoring.conftest import City

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
PLANNED, RUNNING, DONE, DROPPED = (
    MeasureState.PLANNED,
    MeasureState.RUNNING,
    MeasureState.DONE,
    MeasureState.DROPPED,
)


def test_a_department_reports_on_its_measures_and_on_no_others(city: City) -> None:
    jens = city.as_(city.cast.jens)
    city.report("M01", RUNNING, by=jens)
    assert [status.department_id for status in statuses_of(city.session, city.measure("M01").id)] == [
        city.cast.department.id
    ]
    with pytest.raises(Forbidden, match="not_your_department"):
        city.report("M03", RUNNING, by=jens)
    for stranger in (city.cast.ayse, city.cast.farid, city.cast.elif_):
        with pytest.raises(Forbidden, match="not_permitted"):
            city.report("M01", DONE, by=city.as_(stranger))


def test_the_office_reports_on_any_and_the_record_of_acts_keeps_it(city: City) -> None:
    status = city.report("M03", RUNNING, by=city.as_(city.cast.birte))
    assert status.department_id is None
    act = city.session.scalars(select(AuditRecord).where(AuditRecord.action == "measure.status_reported")).one()
    assert (act.actor_id, act.facts["code"], act.facts["status"]) == (city.cast.birte.id, "M03", "running")


def test_what_was_reported_before_stays_and_the_same_twice_is_one(city: City) -> None:
    city.report("M01", PLANNED, days_ago=30)
    city.report("M01", RUNNING, reason="Der Kurs hat begonnen.")
    city.report("M01", RUNNING, reason="Der Kurs hat begonnen.")
    assert [(one.revision, one.state) for one in statuses_of(city.session, city.measure("M01").id)] == [
        (2, RUNNING),
        (1, PLANNED),
    ]


def test_nothing_is_reported_over_what_was_not_on_the_screen(city: City) -> None:
    city.report("M01", PLANNED)
    with pytest.raises(Conflict, match="status_changed"):
        city.report("M01", RUNNING, based_on=0)


@pytest.mark.parametrize(
    "code, state, days_ago, fault",
    [
        ("M01", DROPPED, 1, "status_reason_missing"),
        ("M01", RUNNING, -2, "day_ahead"),
        ("M01", RUNNING, 20_000, "day_too_early"),
    ],
)
def test_what_cannot_be_meant_is_refused(city: City, code: str, state: MeasureState, days_ago: int, fault: str) -> None:
    with pytest.raises(Invalid, match=fault):
        city.report(code, state, days_ago=days_ago)


def test_only_admitted_measures_have_a_status(city: City) -> None:
    city.measure("M04").state = ProposalState.DECLINED
    city.session.flush()
    with pytest.raises(DomainError, match="only_admitted_measures_have_status"):
        city.report("M04", RUNNING)


def test_the_database_drops_no_measure_without_a_reason(city: City) -> None:
    status = city.report("M01", RUNNING)
    status.state = DROPPED
    with pytest.raises(IntegrityError):
        city.session.flush()


def test_the_board_counts_where_measures_stand(city: City) -> None:
    city.report("M01", RUNNING)
    city.report("M02", RUNNING)
    city.report("M03", DROPPED, reason="Das Land fördert es nicht mehr.")
    board = board_of(city.session, city.process.id)
    assert list(board.counts.items()) == [(RUNNING, 2), (DROPPED, 1)]
    assert board.silent == 1
    own = board.of_departments({city.cast.department.id})
    assert [line.proposal.code for line in own.lines] == ["M01", "M02"]
