"""The concept is worked on as a draft and published as versions that never change."""

from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid
from participation.core.permissions import Permission, may
from participation.papers.models import ConceptVersion
from participation.papers.queries.concept import concept_document, latest_number, principles_of, sections_of
from participation.papers.queries.concept_content import concept_content
from participation.papers.rules.concept import ConceptPlace, PrincipleDraft, SectionDraft, draft_mark
from participation.papers.services import concept
from participation.papers.services.concept_versions import publish_concept
from participation.texts.queries import wordings
from tests.factories.concepts import make_concept_draft
from tests.factories.contributions import Town, make_town

NOTE = {"de": "Die erste Fassung."}


@pytest.fixture
def town(session: Session, now: datetime) -> Town:
    town = make_town(session, now)
    town.recorded("M1", "Kurse am Abend", partners={"de": "Volkshochschule"}, unit="Sprachen")
    make_concept_draft(session, town.process, now)
    return town


def published(town: Town, mark: str | None = None) -> ConceptVersion:
    present = draft_mark(concept_content(town.session, town.process), latest_number(town.session, town.process.id))
    return publish_concept(
        town.session, town.process.slug, NOTE, based_on=mark or present, actor=town.birte, now=town.now
    )


def principle(town: Town, sentence: str, position: int | None = None) -> str:
    draft = PrincipleDraft({"de": sentence}, position)
    return concept.add_principle(town.session, town.process.slug, draft, actor=town.birte, now=town.now).code


def codes(town: Town) -> list[str]:
    return [one.code for one in principles_of(town.session, town.process.id)]


def refused(kind: type[DomainError], code: str, act: object) -> None:
    with pytest.raises(kind) as refusal:
        act()  # type: ignore[operator]
    assert refusal.value.code == code


def test_a_version_says_everything_and_keeps_it_when_the_draft_goes_on(town: Town) -> None:
    version = published(town)
    document = concept_document(town.session, version)
    assert [one["sentence"]["body"] for one in document["principles"]] == ["Alle machen mit."]
    assert [one["title"]["body"] for one in document["sections"]] == ["Worum es geht"]
    goals = {goal["code"]: goal for field in document["fields"] for goal in field["goals"]}
    assert [one["code"] for one in goals["G1"]["sub_goals"]] == ["G1.1", "G1.2"]
    assert goals["G1"]["sub_goals"][0]["measures"] == ["M1"]
    assert (document["measures"][0]["partners"]["body"], document["measures"][0]["unit"]) == (
        "Volkshochschule",
        "Sprachen",
    )
    assert document["sums"]["without_costs"] == 1
    principle(town, "Alle erfahren es.")
    assert len(concept_document(town.session, version)["principles"]) == 1
    assert published(town).number == 2


def test_what_is_published_is_what_was_read(town: Town) -> None:
    read = draft_mark(concept_content(town.session, town.process), 0)
    principle(town, "Alle erfahren es.")
    refused(Conflict, "draft_changed", lambda: published(town, read))
    published(town)
    beside_no_version = draft_mark(concept_content(town.session, town.process), 0)
    refused(Conflict, "draft_changed", lambda: published(town, beside_no_version))


def test_a_version_that_says_nothing_new_is_refused(town: Town) -> None:
    published(town)
    refused(Conflict, "nothing_new", lambda: published(town))


def test_versions_and_what_they_say_never_change(town: Town) -> None:
    published(town)
    town.session.commit()
    for statement in (
        "UPDATE concept_versions SET number = 7",
        "DELETE FROM concept_versions",
        "DELETE FROM document_snapshots",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            town.session.execute(text(statement))
        town.session.rollback()


def test_the_office_alone_words_and_publishes_and_both_are_recorded(town: Town) -> None:
    assert not may(town.jens, Permission.CONCEPT_EDIT, town.process)
    draft = PrincipleDraft({"de": "Nein."})
    with pytest.raises(Forbidden):
        concept.add_principle(town.session, town.process.slug, draft, actor=town.jens, now=town.now)
    with pytest.raises(Forbidden):
        publish_concept(town.session, town.process.slug, NOTE, based_on="", actor=town.farid, now=town.now)
    principle(town, "Alle erfahren es.")
    published(town)
    acts = town.session.scalars(select(AuditRecord.action).where(AuditRecord.actor_id == town.birte.id))
    assert {"concept_principle_added", "concept_published"} <= set(acts)


def test_principles_stand_in_the_order_in_which_they_were_put(town: Town) -> None:
    assert (principle(town, "Zwei."), principle(town, "Null.", 1), principle(town, "Neun.", 99)) == ("P2", "P3", "P4")
    assert codes(town) == ["P3", "P1", "P2", "P4"]
    concept.change_principle(
        town.session,
        town.process.slug,
        "P4",
        PrincipleDraft({"de": "Neun."}, 2),
        based_on=1,
        actor=town.birte,
        now=town.now,
    )
    concept.remove_principle(town.session, town.process.slug, "P3", based_on=1, actor=town.birte, now=town.now)
    assert codes(town) == ["P4", "P1", "P2"]
    assert [one.position for one in principles_of(town.session, town.process.id)] == [1, 2, 3]
    refused(Invalid, "position_below_one", lambda: principle(town, "Minus.", 0))


def test_a_change_that_rests_on_earlier_words_is_refused_and_other_languages_stay(town: Town) -> None:
    def change(words: dict[str, str], based_on: int) -> None:
        concept.change_principle(
            town.session,
            town.process.slug,
            "P1",
            PrincipleDraft(words),
            based_on=based_on,
            actor=town.birte,
            now=town.now,
        )

    change({"de": "Alle machen mit.", "en": "Everybody takes part."}, 1)
    refused(Conflict, "part_changed", lambda: change({"de": "Anders."}, 1))
    change({"de": "Wirklich alle machen mit."}, 2)
    said = wordings(principles_of(town.session, town.process.id)[0].sentence)
    assert (said["de"].body, said["en"].body, said["en"].is_stale) == (
        "Wirklich alle machen mit.",
        "Everybody takes part.",
        True,
    )


def test_sections_stand_before_or_behind_and_move_between(town: Town) -> None:
    def add(place: ConceptPlace, code: str = "") -> str:
        draft = SectionDraft({"de": "Titel"}, {"de": "Text"}, place)
        made = concept.add_section(town.session, town.process.slug, draft, code=code, actor=town.birte, now=town.now)
        return made.code

    assert [add(ConceptPlace.CLOSING, "ausblick"), add(ConceptPlace.OPENING)] == ["ausblick", "S2"]
    refused(Conflict, "part_code_taken", lambda: add(ConceptPlace.OPENING, "ausblick"))
    for code in ("#import", ".", "..", "a/b", "-a"):
        refused(Invalid, "short_name_not_possible", lambda: add(ConceptPlace.OPENING, code))  # noqa: B023 - at once
    refused(Invalid, "part_code_reserved", lambda: add(ConceptPlace.OPENING, "new"))
    moved = SectionDraft({"de": "Titel"}, {"de": "Text"}, ConceptPlace.CLOSING, 1)
    concept.change_section(town.session, town.process.slug, "S2", moved, based_on=1, actor=town.birte, now=town.now)
    assert [(one.code, one.position) for one in sections_of(town.session, town.process.id)] == [
        ("S1", 1),
        ("S2", 1),
        ("ausblick", 2),
    ]
