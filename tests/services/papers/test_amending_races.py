"""Two papers rest on one plan, and the council changes both at the same moment: no decision of it is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.budgeting.models import Plan
from participation.budgeting.queries import latest_settled
from participation.papers import services
from participation.papers.queries import whole_paper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import AmendmentDraft, CommitteeDraft, OutcomeDraft, PaperDraft, StationDraft
from participation.papers.rules.papers import PaperKind
from participation.storage import write_transaction
from tests.factories.chamber import Chamber, begin, grant, make_chamber, settle
from tests.factories.council_papers import issue

FIRST, SECOND = "vo-2031-00007", "vo-2031-00008"
MOMENT = 0.7
"""Seconds for which the first clerk holds the transaction open while the second one begins."""


@pytest.fixture
def chamber(session: Session, now: datetime, keys: KeyStore) -> Chamber:
    """Have two papers on one plan issued and adopted as amended."""
    made = make_chamber(session, now, keys)
    birte, slug = made.hall.birte, made.slug
    grant(session, made, now, cents=20_000_000)
    services.add_committee(session, slug, CommitteeDraft("rat", {"de": "Rat"}, is_public=True), actor=birte, now=now)
    settle(session, made, begin(session, made, now), now)
    for paper in (FIRST, SECOND):
        draft = PaperDraft(paper.upper().replace("-", "/"), PaperKind.REPORT, "de", "Bericht", "Stab", plan="plan")
        services.write_paper(session, slug, draft, actor=birte, now=now)
        said = StationDraft("rat", Competence.DECISION, now.date())
        station = services.add_station(session, slug, paper, said, actor=birte, now=now)
        issue(session, slug, paper, now)
        outcome = OutcomeDraft(Outcome.ADOPTED_AMENDED, now.date())
        services.note_outcome(
            session, slug, paper, station.id, outcome, based_on=station.revision, actor=birte, now=now
        )
    session.commit()
    return made


def amend_both_at_once(engine: Engine, chamber: Chamber, now: datetime) -> list[Plan]:
    """Take M1 out by one paper and M2 by the other before the first has committed; return the plans."""
    written, read = Event(), Event()

    def clerk(paper: str, measure: str, minute: int) -> None:
        with Session(engine, expire_on_commit=False) as session, write_transaction(session):
            if paper == SECOND:
                written.wait(20)
            station = whole_paper(session, chamber.slug, paper).stations[0]
            if paper == SECOND:
                read.set()
            said = AmendmentDraft("Auf Antrag.", {measure: None})
            services.amend(
                session,
                chamber.slug,
                paper,
                station.id,
                said,
                based_on=station.revision,
                actor=chamber.hall.birte,
                now=now + timedelta(minutes=minute),
            )
            if paper == FIRST:
                written.set()
                read.wait(20)
                Event().wait(MOMENT)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(clerk, FIRST, "M1", 1), pool.submit(clerk, SECOND, "M2", 2)]:
            done.result()
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Plan).order_by(Plan.settled_at)))


def statuses(engine: Engine, plans: list[Plan]) -> dict[str, str]:
    with Session(engine) as session:
        last = latest_settled(session, plans[0].process_id)
        assert last is not None
        assert last.snapshot is not None
        return {row["code"]: row["status"] for row in last.snapshot["measures"] if row["code"] in {"M1", "M2"}}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_papers_amended_at_once_lose_no_decision(engine: Engine, chamber: Chamber, now: datetime) -> None:
    plans = amend_both_at_once(engine, chamber, now)
    assert [plan.based_on_id for plan in plans] == [None, plans[0].id, plans[1].id]
    assert statuses(engine, plans) == {"M1": "out", "M2": "out"}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_who_looks_for_the_plan_before_holding_the_process_loses_one(
    engine: Engine, chamber: Chamber, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.papers.services.stations.lock_process", lambda *_args: None)
    plans = amend_both_at_once(engine, chamber, now)
    assert [plan.based_on_id for plan in plans] == [None, plans[0].id, plans[0].id]
    assert statuses(engine, plans) == {"M1": "starts", "M2": "out"}
