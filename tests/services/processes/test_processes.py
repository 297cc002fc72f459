"""Setting up a process."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.core.actor import SYSTEM
from participation.core.errors import Conflict, Forbidden, Invalid, NotFound
from participation.core.permissions import Role
from participation.core.windows import Window
from participation.processes.queries import process_by_slug
from participation.processes.services import (
    FieldDraft,
    PhaseDraft,
    add_field,
    add_phase,
    create_process,
    edit_field,
    edit_phase,
    edit_process,
)
from participation.texts.queries import wordings
from tests.factories.city import PROCESS, lindenhafen, person


def test_a_process_speaks_in_all_its_languages(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    assert process.slug == "integrationskonzept"
    assert {tag: said.body for tag, said in wordings(process.title).items()} == dict(PROCESS.titles)
    assert [phase.code for phase in process.phases] == ["I", "II"]
    assert [theme.code for theme in process.fields] == ["F1", "F2"]


def test_a_second_process_of_the_same_name_gets_an_address_of_its_own(session: Session, now: datetime) -> None:
    lindenhafen(session, now)
    assert create_process(session, PROCESS, actor=SYSTEM, now=now).slug == "integrationskonzept-2"
    with pytest.raises(Conflict, match="slug_taken"):
        create_process(session, replace(PROCESS, slug="integrationskonzept"), actor=SYSTEM, now=now)


def test_a_title_in_another_script_still_has_an_address(session: Session, now: datetime) -> None:
    draft = replace(PROCESS, titles={"ar": "خطة"}, default_language="ar")
    assert create_process(session, draft, actor=SYSTEM, now=now).slug == "lindenhafen"


@pytest.mark.parametrize(
    "changes, code, field",
    [
        ({"titles": {"de": " "}}, "text_missing", "title-de"),
        ({"titles": {"de": "x" * 201}}, "text_too_long", "title-de"),
        ({"titles": {"de": "gut", "en": "a\u202eb"}}, "bidi_control", "title-en"),
        ({"city": ""}, "text_missing", "city"),
        ({"time_zone": "Kiel"}, "unknown_time_zone", "time_zone"),
        ({"languages": ("de", "xx")}, "unknown_language", "languages"),
        ({"languages": ()}, "language_missing", "languages"),
        ({"default_language": "uk"}, "default_language_not_among_them", "default_language"),
        ({"currency": "euro"}, "currency_not_possible", "currency"),
        ({"slug": "Nein"}, "slug_not_possible", "slug"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_input(
    session: Session, now: datetime, changes: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        create_process(session, replace(PROCESS, **changes), actor=SYSTEM, now=now)  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_only_rights_beyond_one_process_create_another(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    birte_here = person(session, "Birte", now, Role.OFFICE, process=process)
    with pytest.raises(Forbidden):
        create_process(session, PROCESS, actor=birte_here, now=now)
    birte_everywhere = person(session, "Birgit", now, Role.OFFICE)
    assert create_process(session, PROCESS, actor=birte_everywhere, now=now).slug == "integrationskonzept-2"


def test_editing_keeps_the_address_and_marks_old_translations(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    birte = person(session, "Birte", now, Role.OFFICE, process=process)
    titles = {"de": "Konzept 2026", "en": "Integration concept"}
    edit_process(session, process.slug, replace(PROCESS, titles=titles, city="Neuhafen"), actor=birte, now=now)
    said = wordings(process_by_slug(session, "integrationskonzept").title)
    assert said["de"].body == "Konzept 2026"
    assert said["en"].is_stale
    assert process.city == "Neuhafen"


def test_a_summary_can_be_added_later_and_taken_away_again(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now, summaries={})
    assert process.summary_id is None
    edit_process(session, process.slug, replace(PROCESS, summaries={"de": "Kurz."}), actor=SYSTEM, now=now)
    assert process.summary is not None
    edit_process(session, process.slug, replace(PROCESS, summaries={"de": ""}), actor=SYSTEM, now=now)
    assert wordings(process.summary)["de"].body == ""


def test_phases_and_fields_are_changed_and_keep_their_order(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    window = Window(now, now + timedelta(days=1))
    draft = PhaseDraft("III", {"de": "Fortschreibung"}, window)
    assert add_phase(session, process.slug, draft, actor=SYSTEM, now=now).position == 3
    edit_phase(session, process.slug, "III", replace(draft, code="0", position=0), actor=SYSTEM, now=now)
    assert [phase.code for phase in process.phases] == ["0", "I", "II"]
    edit_field(session, process.slug, "F1", FieldDraft("A1", {"de": "Arbeit"}, position=9), actor=SYSTEM, now=now)
    assert [theme.code for theme in process.fields] == ["F2", "A1"]


def test_short_names_are_unique_in_their_process(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    window = Window(now, now + timedelta(days=1))
    with pytest.raises(Conflict, match="short_name_taken"):
        add_phase(session, process.slug, PhaseDraft("I", {"de": "Noch einmal"}, window), actor=SYSTEM, now=now)
    with pytest.raises(Conflict, match="short_name_taken"):
        edit_field(session, process.slug, "F1", FieldDraft("F2", {"de": "Sprache"}), actor=SYSTEM, now=now)
    with pytest.raises(NotFound, match="no_such_field"):
        edit_field(session, process.slug, "F9", FieldDraft("F9", {"de": "Sprache"}), actor=SYSTEM, now=now)
    with pytest.raises(Invalid, match="window_without_length"):
        add_phase(session, process.slug, PhaseDraft("X", {"de": "Kurz"}, Window(now, now)), actor=SYSTEM, now=now)


def test_moderators_set_up_no_phases(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    farid = person(session, "Farid", now, Role.MODERATOR, process=process)
    with pytest.raises(Forbidden):
        add_field(session, process.slug, FieldDraft("F3", {"de": "Gesundheit"}), actor=farid, now=now)


def test_every_act_is_kept_in_the_audit_log(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)
    edit_process(session, process.slug, PROCESS, actor=SYSTEM, now=now)
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert acts == ["process.created", "phase.added", "phase.added", "field.added", "field.added", "process.edited"]
    assert first_broken_record(session) is None
