"""Importing goals and measures: everything or nothing, on both databases."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.core.actor import ANONYMOUS, SYSTEM
from participation.core.errors import Faults, SignInNeeded
from participation.costings.models import Costing
from participation.exchange.services import ImportReport, check_import, import_proposals
from participation.exchange.sheets import Record, read_records
from participation.processes.models import Process
from participation.processes.services import FieldDraft, ProcessDraft, add_field, create_process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalState
from participation.storage import engine_options, prepare_engine, write_transaction
from participation.texts.queries import wordings
from tests.support.databases import Backend

PATIENCE = 30
GOALS = "kind;code;parent;field;title;title:en\ngoal;G1;;F1;Sprache;Language\ngoal;G1.1;G1;;Kurse;Courses\n"
MEASURES = "kind;code;serves;field;title;once;annual;cover\nmeasure;M01;G1.1;F1;Lerncafé;0;12500;open\n"


@pytest.fixture
def process(session: Session, now: datetime) -> Process:
    draft = ProcessDraft(
        city="Kiel", titles={"de": "Konzept"}, time_zone="Europe/Berlin", languages=("de", "en"), default_language="de"
    )
    process = create_process(session, draft, actor=SYSTEM, now=now)
    add_field(session, process.slug, FieldDraft(code="F1", titles={"de": "Sprache"}), actor=SYSTEM, now=now)
    return process


def read(text: str) -> list[Record]:
    return read_records("import.csv", text.encode())


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Proposal)) or 0


def test_goals_sub_goals_and_measures_arrive_admitted_with_their_costs(
    session: Session, process: Process, now: datetime
) -> None:
    import_proposals(session, process, read(GOALS), actor=SYSTEM, now=now)
    report = import_proposals(session, process, read(MEASURES), actor=SYSTEM, now=now)
    assert report == ImportReport(goals=0, sub_goals=0, measures=1, costings=1)
    measure = session.scalars(select(Proposal).where(Proposal.code == "M01")).one()
    assert measure.state is ProposalState.ADMITTED
    assert [goal.code for goal in measure.serves] == ["G1.1"]
    assert session.scalars(select(Costing)).one().volume.cents == 1_250_000
    sub_goal = measure.serves[0]
    assert sub_goal.parent is not None
    assert sub_goal.field_id == sub_goal.parent.field_id
    assert [wording.body for wording in wordings(sub_goal.title).values()] == ["Kurse", "Courses"]


def test_one_fault_in_the_last_row_keeps_everything_out(session: Session, process: Process, now: datetime) -> None:
    with pytest.raises(Faults):
        import_proposals(session, process, read(GOALS + "goal;G2;;F9;Unbekanntes Feld;\n"), actor=SYSTEM, now=now)
    assert stored(session) == 0


def test_a_check_reports_and_writes_nothing(session: Session, process: Process) -> None:
    assert check_import(session, process, read(GOALS), actor=SYSTEM) == ImportReport(1, 1, 0, 0)
    assert stored(session) == 0


def test_what_is_there_already_is_not_imported_twice(session: Session, process: Process, now: datetime) -> None:
    import_proposals(session, process, read(GOALS), actor=SYSTEM, now=now)
    with pytest.raises(Faults) as refusal:
        import_proposals(session, process, read(GOALS), actor=SYSTEM, now=now)
    assert {fault.code for fault in refusal.value.faults} == {"code_taken"}
    assert stored(session) == 2


def test_an_import_leaves_an_audit_record_and_needs_the_right(
    session: Session, process: Process, now: datetime
) -> None:
    with pytest.raises(SignInNeeded):
        import_proposals(session, process, read(GOALS), actor=ANONYMOUS, now=now)
    import_proposals(session, process, read(GOALS), actor=SYSTEM, now=now)
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc()).limit(1)).one()
    assert (last.action, last.facts) == ("import_proposals", {"goals": 1, "sub_goals": 1, "measures": 0})


def test_the_same_file_sent_twice_is_refused_the_second_time_in_words(
    backend: Backend, session: Session, process: Process, now: datetime
) -> None:
    which = process.id
    session.commit()
    engine = prepare_engine(create_engine(backend.url, **engine_options(backend.url)))
    first_has_entered = Event()

    def send(*, is_first: bool) -> str:
        if not is_first:
            assert first_has_entered.wait(PATIENCE)
        with Session(engine) as own:
            try:
                with write_transaction(own):
                    import_proposals(own, own.get_one(Process, which), read(GOALS), actor=SYSTEM, now=now)
                    if is_first:
                        first_has_entered.set()
                        time.sleep(1)  # the second one reads or stands in line meanwhile
            except Faults as refusal:
                return refusal.code
        return "entered"

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(send, is_first=True), pool.submit(send, is_first=False)]
        assert [one.result(PATIENCE) for one in sent] == ["entered", "import_refused"]
    engine.dispose()
