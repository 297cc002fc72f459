"""Two people settle a plan at the same moment: it is settled once, and the other one is told so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.ballots.keys import KeyStore
from participation.budgeting import queries
from participation.budgeting.models import Plan
from participation.budgeting.queries.documents import draft_document
from participation.budgeting.services import settling
from participation.core.errors import DomainError
from participation.storage import write_transaction
from tests.factories.chamber import Chamber, begin, grant, make_chamber, settle

BOTH = 2


@pytest.fixture
def chamber(engine: Engine, now: datetime, keys: KeyStore) -> Chamber:
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        made = make_chamber(session, now, keys)
        grant(session, made, now)
        begin(session, made, now)
        return made


def race(engine: Engine, chamber: Chamber, now: datetime) -> list[str]:
    """Return what each of two people is told, and let both have read the plan before either begins."""
    barrier = Barrier(BOTH)

    def one(_number: int) -> str:
        with Session(engine, expire_on_commit=False) as session:
            plan = queries.plan_by_slug(session, chamber.slug, "plan")
            seen = queries.plan_hash(session, plan)
            session.rollback()
            barrier.wait(10)
            try:
                with write_transaction(session):
                    settle(session, chamber, plan, now, seen=seen)
            except DomainError as refusal:
                return refusal.code
            return "settled"

    with ThreadPoolExecutor(BOTH) as pool:
        return sorted(pool.map(one, range(BOTH)))


def acts(engine: Engine) -> int:
    with Session(engine) as session:
        return len(session.scalars(select(AuditRecord).where(AuditRecord.action == "plan.settled")).all())


def test_two_who_settle_at_once_settle_it_once(engine: Engine, chamber: Chamber, now: datetime) -> None:
    assert race(engine, chamber, now) == ["plan_is_settled", "settled"]
    assert acts(engine) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_lock_both_freeze_and_the_database_has_to_refuse_one(
    engine: Engine, chamber: Chamber, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_read = Barrier(BOTH)

    def read_together(session: Session, plan: Plan) -> dict[str, object]:
        found = draft_document(session, plan)
        both_have_read.wait(10)
        return found

    monkeypatch.setattr("participation.budgeting.services.plans.lock_process", lambda *_args: None)
    monkeypatch.setattr(settling, "draft_document", read_together)
    with pytest.raises(DatabaseError, match="a settled plan never changes"):
        race(engine, chamber, now)
