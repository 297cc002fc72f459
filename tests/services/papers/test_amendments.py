"""What a committee may change once a paper was issued: who moves measures, and what a result fixes."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.core.errors import Conflict, Invalid
from participation.papers import services
from participation.papers.models import Consultation
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import StationDraft
from tests.services.papers.test_council_papers import SLUG, Desk, chamber, desk, plan

__all__ = ["chamber", "desk", "plan"]

pytestmark = [
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("plan"),
]


def adopted_amended(desk: Desk, competence: Competence = Competence.DECISION) -> Consultation:
    desk.write()
    station = desk.station("rat", desk.now.date(), competence)
    desk.issue()
    desk.outcome(station, Outcome.ADOPTED_AMENDED)
    return station


@pytest.mark.parametrize("competence", [one for one in Competence if one is not Competence.DECISION])
def test_who_was_not_asked_to_decide_notes_words_and_moves_nothing(desk: Desk, competence: Competence) -> None:
    station = adopted_amended(desk, competence)
    with pytest.raises(Conflict, match="moved_without_decision"):
        desk.amend(station, {"M4": None})
    assert desk.amend(station, {}).plan is None


def test_a_further_change_corrects_what_was_entered_before(desk: Desk, plan: Plan) -> None:
    station = adopted_amended(desk)
    taken_out = desk.amend(station, {"M1": None}).plan
    corrected = desk.amend(station, {"M1": 2031}).plan
    assert (taken_out.based_on, corrected.based_on) == (plan, taken_out)
    starts = {row["code"]: row["start_year"] for row in corrected.snapshot["measures"]}
    assert starts["M1"] == 2031


def change(desk: Desk, station: Consultation, said: StationDraft) -> Consultation:
    return services.change_station(
        desk.session,
        desk.chamber.slug,
        SLUG,
        station.id,
        said,
        based_on=station.revision,
        actor=desk.chamber.hall.birte,
        now=desk.now,
    )


def test_a_result_fixes_body_day_and_competence_of_its_station(session: Session, desk: Desk) -> None:
    station = adopted_amended(desk)
    day = desk.now.date()
    for said in (
        StationDraft("senat", Competence.DECISION, day),
        StationDraft("rat", Competence.DECISION, day - timedelta(days=1)),
        StationDraft("rat", Competence.INFORMATION, day),
    ):
        with pytest.raises(Conflict, match="decided_station_stays"), session.begin_nested():
            change(desk, station, said)
    changed = change(
        desk, station, StationDraft("rat", Competence.DECISION, day, is_public=False, agenda_number="Ö 9.3")
    )
    assert (changed.agenda_number, changed.is_public) == ("Ö 9.3", False)
    desk.outcome(station, None)
    assert change(desk, station, StationDraft("senat", Competence.INFORMATION)).committee.code == "senat"


def test_the_day_of_a_result_can_be_meant_and_stays_once_a_plan_names_it(desk: Desk) -> None:
    station = adopted_amended(desk)
    with pytest.raises(Invalid, match="day_not_possible"):
        desk.outcome(station, Outcome.ADOPTED_AMENDED, date(1, 1, 1))
    desk.outcome(station, Outcome.ADOPTED_AMENDED, desk.now.date() - timedelta(days=1))
    desk.amend(station, {"M4": None})
    with pytest.raises(Conflict, match="amended_already"):
        desk.outcome(station, Outcome.ADOPTED_AMENDED, desk.now.date())
    desk.outcome(station, Outcome.ADOPTED_AMENDED, station.decided_on, "Wie im Protokoll.")
    assert station.outcome_text is not None
