"""From a settled plan to an issued paper, what committees make of it, and what is refused on the way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.ballots.keys import KeyStore
from participation.budgeting import services as budgeting
from participation.budgeting.models import Plan
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from participation.outbox.models import Job
from participation.papers import services
from participation.papers.models import Consultation, CouncilPaper, DocumentSnapshot
from participation.papers.queries import files_of, readable_paper, snapshot_document, whole_paper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import (
    AmendmentDraft,
    CommitteeDraft,
    OutcomeDraft,
    PaperDraft,
    StationDraft,
    Unit,
)
from participation.papers.rules.papers import Nature, PaperKind, PaperState
from participation.papers.services.composition import Document
from participation.papers.services.participation import concluded_rounds
from participation.proposals.models import Proposal
from participation.results.rules.documents import document_hash
from tests.factories.chamber import Chamber, begin, cost, grant, make_chamber, settle

NUMBER = "VO/2031/00007"
SLUG = "vo-2031-00007"


def figures(known: Mapping[str, Mapping[str, Any]], currency: str, language: str) -> dict[str, str]:
    """Stand in for the words of the reader's language: services know none."""
    return {name: f"{one['value']} {one['kind']} {currency} {language}" for name, one in known.items()}


@pytest.fixture
def chamber(session: Session, now: datetime, keys: KeyStore) -> Chamber:
    made = make_chamber(session, now, keys)
    grant(session, made, now)
    for code, name, is_public in (("senat", "Senat", False), ("rat", "Rat", True)):
        draft = CommitteeDraft(code, {"de": name}, is_public)
        services.add_committee(session, made.slug, draft, actor=made.hall.birte, now=now)
    return made


@pytest.fixture
def plan(session: Session, chamber: Chamber, now: datetime) -> Plan:
    return settle(session, chamber, begin(session, chamber, now), now)


def draft(**changes: Any) -> PaperDraft:
    said = PaperDraft(
        number=NUMBER,
        kind=PaperKind.DECISION_PAPER,
        language="de",
        subject="Fortschreibung des Integrationskonzeptes",
        lead_unit="2.000.2 – Stabsstelle Integration",
        decisions=("Die Bürgerschaft nimmt {open_volume} für {open_measures} Maßnahmen zur Kenntnis.",),
        units=(Unit("Alle Fachbereiche"),),
        plan="plan",
    )
    return replace(said, **changes)


class Desk:
    """What Birte does with one paper, in words that leave out who, when and on which basis."""

    def __init__(self, session: Session, chamber: Chamber, now: datetime) -> None:
        self.session, self.chamber, self.now = session, chamber, now

    def _with(self) -> dict[str, Any]:
        return {"actor": self.chamber.hall.birte, "now": self.now}

    def paper(self, slug: str = SLUG) -> CouncilPaper:
        return whole_paper(self.session, self.chamber.slug, slug)

    def write(self, **changes: Any) -> CouncilPaper:
        return services.write_paper(self.session, self.chamber.slug, draft(**changes), **self._with())

    def revise(self, based_on: int | None = None, **changes: Any) -> CouncilPaper:
        basis = based_on or self.paper().revision
        return services.revise_paper(
            self.session, self.chamber.slug, SLUG, draft(**changes), based_on=basis, **self._with()
        )

    def preview(self, slug: str = SLUG) -> Document:
        return services.paper_document(self.session, self.paper(slug), figures)

    def issue(self, slug: str = SLUG, seen: str | None = None) -> CouncilPaper:
        shown = seen or services.preview_hash(self.preview(slug))
        return services.issue_paper(self.session, self.chamber.slug, slug, seen=shown, fill_in=figures, **self._with())

    def station(self, committee: str, day: date | None, competence: Competence = Competence.DECISION) -> Consultation:
        said = StationDraft(committee, competence, day)
        return services.add_station(self.session, self.chamber.slug, SLUG, said, **self._with())

    def outcome(self, station: Consultation, outcome: Outcome | None, day: date | None = None, text: str = "") -> None:
        said = OutcomeDraft(outcome, day, text)
        services.note_outcome(
            self.session, self.chamber.slug, SLUG, station.id, said, based_on=station.revision, **self._with()
        )

    def amend(self, station: Consultation, changes: dict[str, int | None], *, beside: str = "") -> Any:
        said = AmendmentDraft("Auf Antrag geändert.", changes, beside)
        return services.amend(
            self.session, self.chamber.slug, SLUG, station.id, said, based_on=station.revision, **self._with()
        )


@pytest.fixture
def desk(session: Session, chamber: Chamber, now: datetime) -> Desk:
    return Desk(session, chamber, now)


@pytest.mark.usefixtures("plan")
def test_a_paper_without_a_plan_reports_on_the_rounds_that_its_author_chose(desk: Desk) -> None:
    without: dict[str, Any] = {"plan": "", "decisions": ()}
    paper = desk.write(**without)
    assert desk.preview()["rounds"] == []
    (concluded,) = concluded_rounds(desk.session, paper.process_id)
    desk.revise(**without, rounds=(concluded.slug,))
    assert [(one["round"], one["ballots"]) for one in desk.preview()["rounds"]] == [(concluded.slug, 12)]
    for changes, code in (
        (without | {"rounds": ("unknown",)}, "round_not_concluded"),
        ({"plan": "plan", "decisions": (), "rounds": (concluded.slug,)}, "rounds_come_with_plan"),
    ):
        with pytest.raises(Invalid, match=code) as refusal, desk.session.begin_nested():
            desk.revise(**changes)
        assert refusal.value.field == "rounds"
    issued = desk.issue()
    document = snapshot_document(desk.session, issued.snapshot_id or "")
    assert [one["round"] for one in document["rounds"]] == [concluded.slug]
    birte, now = desk.chamber.hall.birte, desk.now
    version = services.begin_next_version(desk.session, desk.chamber.slug, SLUG, actor=birte, now=now)
    assert version.rounds == [concluded.slug]


@pytest.mark.usefixtures("plan")
def test_a_paper_takes_its_figures_from_the_plan_and_freezes_everything(session: Session, desk: Desk) -> None:
    desk.write()
    issued = desk.issue()
    document = snapshot_document(session, issued.snapshot_id or "")
    assert document["decisions"][0]["text"]["body"].startswith("Die Bürgerschaft nimmt 12100000 money EUR de für 5")
    assert document["plan"]["totals"]["open"]["volume_cents"] == 12_100_000
    assert document["figures"]["first_year_grant"] == {"kind": "money", "value": 3_000_000}
    assert [one["key"] for one in document["annexes"]] == ["ranking", "plan", "sheets"]
    sheets = document["sheets"]
    assert [one["code"] for one in sheets["measures"]] == [row["code"] for row in document["plan"]["measures"]]
    assert document["annexes"][2]["sha256"] == document_hash(sheets)
    assert document["ranking"]["rounds"][0]["ballots"] == 12
    assert document["measure_is"] is None
    assert document["financial_impact"] == {"answer": None, "text": None}
    assert document["units"] == [{"name": "Alle Fachbereiche", "result": None}]
    assert {file.kind.value for file in files_of(session, issued.snapshot_id or "")} == {"pdf", "docx", "xlsx"}
    assert len(session.scalars(select(Job).where(Job.name == services.RENDER_FILE)).all()) == 3
    acts = session.scalars(select(AuditRecord.action).where(AuditRecord.subject_id == issued.id)).all()
    assert acts == ["paper.written", "paper.issued"]


@pytest.mark.usefixtures("plan")
def test_the_database_keeps_what_was_issued(session: Session, desk: Desk) -> None:
    desk.write()
    desk.issue()
    session.commit()
    for statement in ("UPDATE document_snapshots SET sha256 = 'x'", "DELETE FROM document_snapshots"):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement))
        session.rollback()
    with pytest.raises(Conflict, match="paper_issued"):
        desk.revise(subject="Anders")


def test_a_draft_plan_that_a_paper_names_is_not_thrown_away(
    session: Session, chamber: Chamber, desk: Desk, now: datetime
) -> None:
    begun = begin(session, chamber, now)
    desk.write()
    birte = chamber.hall.birte
    with pytest.raises(Conflict, match="plan_in_use"):
        budgeting.discard_plan(session, chamber.slug, "plan", based_on=1, actor=birte, now=now)
    assert desk.paper().plan is begun
    desk.revise(plan=None, decisions=())
    budgeting.discard_plan(session, chamber.slug, "plan", based_on=1, actor=birte, now=now)


def test_a_plan_that_can_still_change_is_refused(session: Session, chamber: Chamber, desk: Desk, now: datetime) -> None:
    begin(session, chamber, now)
    desk.write()
    with pytest.raises(Conflict, match="plan_not_settled"):
        desk.issue()


@pytest.mark.usefixtures("plan")
def test_nobody_issues_what_they_have_not_seen(desk: Desk) -> None:
    desk.write()
    seen = services.preview_hash(desk.preview())
    desk.station("rat", date(2031, 3, 25))
    with pytest.raises(Conflict, match="paper_seen_otherwise"):
        desk.issue(seen=seen)
    assert desk.issue().state is PaperState.ISSUED


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"number": "2031/7"}, "paper_number"),
    ({"number": "VO/2031/00007-00"}, "paper_number"),
    ({"subject": " "}, "text_missing"),
    ({"lead_unit": "x" * 201}, "text_too_long"),
    ({"reasons": "x" * 20_001}, "text_too_long"),
    ({"reasons": "\u202e"}, "bidi_control"),
    ({"decisions": ("Es kostet {{7*7}}.",)}, "unknown_figure"),
    ({"decisions": ("Es kostet {Open_Volume}.",)}, "unknown_figure"),
    ({"decisions": ("Es kostet {open_volume.",)}, "loose_brace"),
    ({"plan": ""}, "figure_without_plan"),
    ({"plan": "no-such-plan"}, "no_such_plan"),
    ({"prescribed_by": "AufenthG", "measure_is": frozenset({Nature.NEW})}, "prescribed_by_without_box"),
    ({"dated_on": date(1900, 1, 1)}, "day_not_possible"),
    ({"language": "xx"}, "unknown_language"),
]


@pytest.mark.usefixtures("plan")
def test_what_cannot_be_stated_is_refused(session: Session, desk: Desk) -> None:
    for changes, code in REFUSED:
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            desk.write(**changes)
        assert refusal.value.code == code


@pytest.mark.usefixtures("plan")
def test_templates_and_markup_in_people_s_words_stay_words(desk: Desk) -> None:
    said = '{{7*7}} {% for x in y %} #import "x" file:///etc/passwd =1+1 \u200fעברית'
    desk.write(reasons=said, occasion=said, climate_text=said, decisions=())
    assert desk.preview()["reasons"]["body"] == said


@pytest.mark.usefixtures("plan")
def test_a_number_is_given_once_and_a_stale_page_overwrites_nothing(session: Session, desk: Desk) -> None:
    desk.write()
    with pytest.raises(Conflict, match="number_taken"):
        desk.write()
    desk.revise(subject="Erste Änderung")
    with pytest.raises(Conflict, match="paper_changed"):
        desk.revise(based_on=1, subject="Zweite Änderung")
    assert desk.preview()["subject"]["body"] == "Erste Änderung"
    desk.revise(decisions=("Erstens.", "Zweitens."), units=())
    desk.revise(decisions=("Zweitens.",), plan="")
    assert [one["text"]["body"] for one in desk.preview()["decisions"]] == ["Zweitens."]
    with pytest.raises(NotFound):
        readable_paper(session, desk.chamber.slug, SLUG, desk.chamber.hall.ayse)
    with pytest.raises(Forbidden):
        services.write_paper(
            session, desk.chamber.slug, draft(number="VO/2031/00008"), actor=desk.chamber.hall.ayse, now=desk.now
        )


@pytest.mark.usefixtures("plan")
def test_stations_come_by_their_days_and_the_same_body_twice(desk: Desk) -> None:
    desk.write()
    for committee, day in (("rat", None), ("rat", date(2031, 3, 25)), ("senat", date(2031, 3, 1))):
        desk.station(committee, day)
    desk.station("rat", date(2031, 3, 1))
    shown = [(one.committee.code, one.held_on) for one in desk.paper().stations]
    assert shown == [
        ("senat", date(2031, 3, 1)),
        ("rat", date(2031, 3, 1)),
        ("rat", date(2031, 3, 25)),
        ("rat", None),
    ]
    assert [one.is_public for one in desk.paper().stations] == [False, True, True, True]


@pytest.mark.usefixtures("plan")
def test_results_are_noted_corrected_and_taken_back(desk: Desk) -> None:
    desk.write()
    station = desk.station("rat", desk.now.date())
    with pytest.raises(Conflict, match="paper_not_issued"):
        desk.outcome(station, Outcome.NOTED)
    desk.issue()
    with pytest.raises(Invalid, match="decided_ahead"):
        desk.outcome(station, Outcome.NOTED, date(desk.now.year + 1, 1, 1))
    with pytest.raises(Invalid, match="outcome_text_alone"):
        desk.outcome(station, None, text="Zur Kenntnis genommen")
    desk.outcome(station, Outcome.DEFERRED, text="Vertagt")
    assert station.decided_on == station.held_on
    desk.outcome(station, None)
    assert (station.outcome, station.decided_on, station.outcome_text) == (None, None, None)


def test_what_the_council_amends_becomes_a_plan_of_its_own(session: Session, desk: Desk, plan: Plan) -> None:
    desk.write()
    station = desk.station("rat", desk.now.date())
    desk.issue()
    desk.outcome(station, Outcome.ADOPTED_UNCHANGED)
    with pytest.raises(Conflict, match="not_amended"):
        desk.amend(station, {"M4": None})
    desk.outcome(station, Outcome.ADOPTED_AMENDED)
    before = session.scalars(select(DocumentSnapshot.sha256)).all()
    amendment = desk.amend(station, {"M4": None})
    assert amendment.plan.based_on is plan
    assert amendment.plan.consultation == f"{NUMBER} rat {desk.now.date().isoformat()}"
    assert session.scalars(select(DocumentSnapshot.sha256)).all() == before
    with pytest.raises(Conflict, match="amended_already"):
        desk.outcome(station, Outcome.REJECTED)
    with pytest.raises(DomainError, match="unknown_measure_of_plan"):
        desk.amend(station, {"M99": 2031})
    paper = desk.paper()
    found = services.changes_since(session, paper, snapshot_document(session, paper.snapshot_id or ""))
    assert [(one.key, one.plan) for one in found] == [("plan", amendment.plan.slug)]


@pytest.mark.usefixtures("plan")
def test_annexes_that_have_changed_are_named_and_a_further_version_is_begun(
    session: Session, chamber: Chamber, desk: Desk, now: datetime
) -> None:
    desk.write()
    desk.station("rat", date(2031, 3, 25))
    paper = desk.issue()
    document = snapshot_document(session, paper.snapshot_id or "")
    assert services.changes_since(session, paper, document) == []
    cost(session, "M1", 0, 29_000, now)
    assert services.changes_since(session, paper, document) == [services.Change("costings", codes=("M1",))]
    made = services.begin_next_version(session, chamber.slug, SLUG, actor=chamber.hall.birte, now=now)
    assert (made.number, made.supersedes_id) == (f"{NUMBER}-01", paper.id)
    assert [one.committee.code for one in made.stations] == ["rat"]
    assert desk.issue(made.slug).state is PaperState.ISSUED
    further = services.begin_next_version(session, chamber.slug, made.slug, actor=chamber.hall.birte, now=now)
    assert further.number == f"{NUMBER}-02"


@pytest.mark.usefixtures("plan")
def test_a_measure_sheet_that_says_something_else_now_is_named(session: Session, desk: Desk) -> None:
    desk.write()
    paper = desk.issue()
    document = snapshot_document(session, paper.snapshot_id or "")
    of_plan = {row["code"]: row["costing"] for row in document["plan"]["measures"]}
    for sheet in document["sheets"]["measures"]:
        costing, planned = sheet["costing"], of_plan[sheet["code"]]
        assert (costing and costing["annual_cents"]) == (planned and planned["annual_cents"])
    measure = session.scalars(select(Proposal).where(Proposal.code == "M2")).one()
    measure.unit = "Sachgebiet 42"
    session.flush()
    assert services.changes_since(session, paper, document) == [services.Change("sheets", codes=("M2",))]
    older = {name: said for name, said in document.items() if name != "sheets"}
    assert services.changes_since(session, paper, older) == []


@pytest.mark.usefixtures("plan")
def test_a_withdrawn_paper_stays_readable_and_takes_no_more(session: Session, chamber: Chamber, desk: Desk) -> None:
    desk.write()
    station = desk.station("rat", desk.now.date())
    desk.issue()
    services.withdraw_paper(
        session,
        chamber.slug,
        SLUG,
        "Ein Rechenfehler.",
        based_on=desk.paper().revision,
        actor=chamber.hall.birte,
        now=desk.now,
    )
    assert readable_paper(session, chamber.slug, SLUG, chamber.hall.ayse).state is PaperState.WITHDRAWN
    with pytest.raises(Conflict, match="paper_withdrawn"):
        desk.outcome(station, Outcome.NOTED)


@pytest.mark.usefixtures("plan")
def test_committees_are_kept_while_papers_name_them(session: Session, chamber: Chamber, desk: Desk) -> None:
    desk.write()
    station = desk.station("rat", None)
    birte, now = chamber.hall.birte, desk.now
    with pytest.raises(Conflict, match="committee_in_use"):
        services.remove_committee(session, chamber.slug, "rat", based_on=1, actor=birte, now=now)
    services.remove_station(session, chamber.slug, SLUG, station.id, based_on=station.revision, actor=birte, now=now)
    services.remove_committee(session, chamber.slug, "rat", based_on=1, actor=birte, now=now)
    again = CommitteeDraft("rat", {"de": "Rat"}, is_public=True)
    with pytest.raises(Conflict, match="committee_code_taken"):
        services.add_committee(session, chamber.slug, again, actor=birte, now=now)
    with pytest.raises(NotFound, match="no_such_committee"):
        desk.station("rat", None)
