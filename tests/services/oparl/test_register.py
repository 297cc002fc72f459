"""The register says of each object when it last looked otherwise, and of what is gone that it is gone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha512
from typing import Any

import pytest
from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.core.wording import TITLE
from participation.oparl.models import PublishedObject
from participation.oparl.queries.register import read_list, register_prints, rows_of
from participation.oparl.rules.addresses import Kind
from participation.oparl.rules.filters import Asked
from participation.oparl.rules.sources import Site
from participation.oparl.services import Renewal, differing, renew_register
from participation.papers.models import Amendment, CouncilPaper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.files import FileKind
from participation.papers.rules.papers import PaperState
from participation.texts.services import write_text
from tests.factories.city import lindenhafen
from tests.factories.council import Stop, add_file, committee, paper

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SITE = Site("Lindenhafen")
DAY = date(2026, 12, 3)


@pytest.fixture
def concept(session: Session) -> CouncilPaper:
    process = lindenhafen(session, NOW)
    council = committee(session, process, "council", "Stadtrat", now=NOW)
    stops = [Stop(council, DAY, competence=Competence.DECISION)]
    made = paper(session, process, "VO/2026/00123", "Konzept", stops, now=NOW)
    add_file(session, made, FileKind.PDF, b"%PDF", now=NOW)
    assert look(session, NOW).added == 9  # system, body, committee, unit, meeting, item, paper, consultation, file
    return made


def look(session: Session, now: datetime) -> Renewal:
    return renew_register(session, SITE, checksum, today=now.date(), now=now)


def checksum(file_id: str) -> dict[str, str]:
    return {"sha512Checksum": sha512(file_id.encode()).hexdigest()}


def row(session: Session, kind: Kind, key: str) -> PublishedObject:
    return rows_of(session, [(kind, key)])[kind, key]


def changed_at(session: Session, moment: datetime) -> set[Any]:
    rows = rows_of(session, register_prints(session))
    return {key for key, one in rows.items() if one.modified_at == moment}


def test_a_second_look_changes_nothing(session: Session, concept: CouncilPaper) -> None:
    assert differing(session, SITE, today=LATER.date(), now=LATER) == []
    assert look(session, LATER) == Renewal()
    assert changed_at(session, LATER) == set()


def test_a_result_changes_what_shows_it_and_nothing_else(session: Session, concept: CouncilPaper) -> None:
    (station,) = concept.stations
    station.outcome, station.decided_on = Outcome.ADOPTED_UNCHANGED, DAY
    session.flush()
    assert look(session, LATER).changed == 2
    kinds = {kind for kind, _key in changed_at(session, LATER)}
    assert kinds == {Kind.MEETING, Kind.AGENDA_ITEM}  # the meeting holds the item and says that it was held


def test_what_a_committee_changed_stands_with_its_result(session: Session, concept: CouncilPaper) -> None:
    (station,) = concept.stations
    station.outcome, station.decided_on = Outcome.ADOPTED_AMENDED, DAY
    words = write_text(session, "M07 beginnt 2028.", language="de", shape=TITLE, actor=SYSTEM, now=NOW)
    amendment = Amendment(process_id=concept.process_id, position=1, body=words, changes={}, made_at=NOW, made_by="x")
    station.amendments.append(amendment)
    session.flush()
    look(session, LATER)
    shown = row(session, Kind.AGENDA_ITEM, station.id).content or {}
    assert (shown["result"], shown["resolutionText"]) == ("Geändert beschlossen", "M07 beginnt 2028.")


def test_a_file_that_became_ready_changes_its_paper(session: Session, concept: CouncilPaper) -> None:
    file = add_file(session, concept, FileKind.DOCX, b"PK", now=LATER)
    assert look(session, LATER).added == 1
    changed = changed_at(session, LATER)
    assert {(Kind.FILE, file.id), (Kind.PAPER, concept.id)} <= changed
    assert (Kind.CONSULTATION, concept.stations[0].id) not in changed


def test_what_is_gone_says_so_and_shows_nothing_else(session: Session, concept: CouncilPaper) -> None:
    (station,) = concept.stations
    station.removed_at = LATER
    session.flush()
    assert look(session, LATER).deleted == 3  # the consultation, its item, and the meeting that held nothing else
    gone = row(session, Kind.CONSULTATION, station.id)
    assert (gone.is_deleted, gone.content, gone.created_at, gone.modified_at) == (True, None, NOW, LATER)
    assert row(session, Kind.PAPER, concept.id).modified_at == LATER
    plain = read_list(session, Kind.CONSULTATION, Asked())
    since = read_list(session, Kind.CONSULTATION, Asked(modified_since=LATER))
    assert ([*plain.items], [one.key for one in since.items]) == ([], [station.id])


def test_what_is_public_again_is_the_same_object(session: Session, concept: CouncilPaper) -> None:
    (station,) = concept.stations
    station.is_public = False
    session.flush()
    look(session, LATER)
    station.is_public = True
    session.flush()
    look(session, LATER + timedelta(hours=1))
    back = row(session, Kind.CONSULTATION, station.id)
    assert (back.is_deleted, back.created_at, back.modified_at) == (False, NOW, LATER + timedelta(hours=1))
    assert back.content is not None


def test_a_paper_that_vanished_leaves_its_grave(session: Session, concept: CouncilPaper) -> None:
    other = paper(session, concept.process, "VO/2026/00124", "Anderes", now=LATER)
    look(session, LATER)
    session.delete(other)
    session.flush()
    look(session, LATER + timedelta(hours=1))
    assert row(session, Kind.PAPER, other.id).is_deleted


def test_what_becomes_public_later_comes_last_however_old_it_is(session: Session, concept: CouncilPaper) -> None:
    station = concept.stations[0]
    kept = paper(
        session,
        concept.process,
        "VO/2026/00126",
        "Lange unter Verschluss",
        [Stop(station.committee, DAY, public=False)],
        now=NOW - timedelta(days=30),
    )
    look(session, LATER)
    kept.stations[0].is_public = True
    session.flush()
    opened = LATER + timedelta(hours=1)
    look(session, opened)
    assert row(session, Kind.PAPER, kept.id).created_at == LATER
    assert [one.key for one in read_list(session, Kind.CONSULTATION, Asked()).items] == [
        station.id,
        kept.stations[0].id,
    ]
    found = read_list(session, Kind.CONSULTATION, Asked(created_since=opened)).items
    assert [one.key for one in found] == [kept.stations[0].id]


def test_what_the_first_look_finds_is_as_old_as_it_is(session: Session) -> None:
    process = lindenhafen(session, NOW)
    made = paper(session, process, "VO/2026/00123", "Konzept", now=NOW)
    look(session, LATER)
    found = row(session, Kind.PAPER, made.id)
    assert (found.created_at, found.modified_at) == (NOW, LATER)


def test_invented_papers_are_left_out_and_say_what_they_are_where_examples_are_shown(
    session: Session, concept: CouncilPaper
) -> None:
    concept.process.is_example = True
    session.flush()
    assert look(session, LATER).deleted == 8  # everything but the system
    shown = replace(SITE, shows_examples=True)
    renew_register(session, shown, checksum, today=LATER.date(), now=LATER)
    (body,), (made,) = (read_list(session, kind, Asked()).items for kind in (Kind.BODY, Kind.PAPER))
    assert str((body.content or {})["name"]).endswith("(Beispieldaten)")
    assert (made.content or {})["keyword"] == ["Beispieldaten"]


def test_moments_count_at_their_edges(session: Session, concept: CouncilPaper) -> None:
    instant = timedelta(microseconds=1)
    for asked, found in (
        (Asked(modified_since=NOW), 1),
        (Asked(modified_since=NOW + instant), 0),
        (Asked(created_until=NOW), 1),
        (Asked(created_until=NOW - instant), 0),
        (Asked(created_since=NOW, modified_until=NOW), 1),
    ):
        assert read_list(session, Kind.PAPER, asked).total == found


def test_a_draft_is_not_there(session: Session, concept: CouncilPaper) -> None:
    draft = paper(session, concept.process, "VO/2026/00125", "Entwurf", now=LATER, state=PaperState.DRAFT)
    assert look(session, LATER) == Renewal()
    assert (Kind.PAPER, draft.id) not in register_prints(session)
