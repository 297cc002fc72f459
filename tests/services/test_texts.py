"""People's words on both databases: revisions stay, translations say where they come from."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from participation.core.actor import Actor, ActorKind
from participation.core.errors import Invalid
from participation.core.wording import BODY, TITLE
from participation.texts.models import Origin, Text
from participation.texts.queries import original, wording, wordings
from participation.texts.schemas import TextOut
from participation.texts.services import revise_text, revise_texts, translate_text, write_text, write_texts

AYSE = Actor(ActorKind.ACCOUNT, "ayse")


@pytest.fixture
def text(session: Session, now: datetime) -> Text:
    return write_text(session, " Merhaba ", language="tr", shape=TITLE, actor=AYSE, now=now)


def translated(session: Session, text: Text, body: str, now: datetime, origin: Origin = Origin.MACHINE) -> bool:
    return translate_text(session, text, body, language="de", origin=origin, shape=TITLE, actor=AYSE, now=now)


def reread(session: Session, text: Text) -> Text:
    session.flush()
    session.expire_all()
    return session.get_one(Text, text.id)


def test_a_text_is_kept_in_the_language_in_which_it_was_written(session: Session, text: Text) -> None:
    kept = original(reread(session, text))
    assert (kept.body, kept.language, kept.origin, kept.is_translation, kept.is_stale) == (
        "Merhaba",
        "tr",
        Origin.AUTHOR,
        False,
        False,
    )


def test_a_new_wording_is_a_further_revision(session: Session, text: Text, now: datetime) -> None:
    assert revise_text(session, text, "Selam", shape=TITLE, actor=AYSE, now=now)
    kept = reread(session, text)
    assert [(v.revision, v.body, v.written_by) for v in kept.versions] == [(1, "Merhaba", "ayse"), (2, "Selam", "ayse")]
    assert original(kept).body == "Selam"


def test_the_same_words_again_are_no_revision(session: Session, text: Text, now: datetime) -> None:
    assert not revise_text(session, text, "Merhaba\r\n", shape=TITLE, actor=AYSE, now=now)
    translated(session, text, "Hallo", now)
    assert not translated(session, text, " Hallo", now)
    assert text.revision == 1


def test_a_translation_names_its_origin_and_goes_stale_with_its_original(
    session: Session, text: Text, now: datetime
) -> None:
    translated(session, text, "Hallo", now)
    assert not wording(text, ["de"]).is_stale
    revise_text(session, text, "Selam", shape=TITLE, actor=AYSE, now=now)
    stale = wording(reread(session, text), ["de"])
    assert (stale.body, stale.origin, stale.is_stale, stale.is_translation) == ("Hallo", Origin.MACHINE, True, True)
    translated(session, text, "Grüß Gott", now, Origin.HUMAN)
    fresh = wording(reread(session, text), ["de"])
    assert (fresh.body, fresh.origin, fresh.is_stale) == ("Grüß Gott", Origin.HUMAN, False)


def test_confirming_a_stale_translation_unchanged_makes_it_fresh(session: Session, text: Text, now: datetime) -> None:
    translated(session, text, "Hallo", now)
    revise_text(session, text, "Selam", shape=TITLE, actor=AYSE, now=now)
    assert translated(session, text, "Hallo", now, Origin.HUMAN)
    assert not wording(text, ["de"]).is_stale


def test_a_person_may_confirm_what_a_machine_translated(session: Session, text: Text, now: datetime) -> None:
    translated(session, text, "Hallo", now, Origin.MACHINE)
    assert translated(session, text, "Hallo", now, Origin.HUMAN)
    assert wording(text, ["de"]).origin is Origin.HUMAN
    assert not translated(session, text, "Hallo", now, Origin.MACHINE)


def test_a_form_that_leaves_translations_untouched_leaves_them_stale(session: Session, now: datetime) -> None:
    both = {"de": "Eins\nzwei", "en": "One\ntwo"}
    text = write_texts(session, both, language="de", shape=BODY, actor=AYSE, now=now)
    typed = {"de": "Eins\r\nzwei und drei", "en": "One\r\ntwo\r\n"}
    assert revise_texts(session, text, typed, shape=BODY, actor=AYSE, now=now)
    assert wordings(text)["en"].is_stale
    assert len(text.versions) == 3


def test_readers_get_their_language_or_the_authors_own_words(session: Session, text: Text, now: datetime) -> None:
    translated(session, text, "Hallo", now)
    assert wording(text, ["ar", "de", "en"]).body == "Hallo"
    assert wording(text, ["ar", "en"]).body == "Merhaba"
    assert list(wordings(text)) == ["tr", "de"]


def test_the_api_gives_every_wording(session: Session, text: Text, now: datetime) -> None:
    translated(session, text, "Hallo", now)
    revise_text(session, text, "Selam", shape=TITLE, actor=AYSE, now=now)
    assert TextOut().dump(text) == {
        "language": "tr",
        "body": "Selam",
        "translations": {"de": {"body": "Hallo", "origin": "machine", "stale": True}},
    }


def test_directions_follow_the_language(session: Session, now: datetime) -> None:
    arabic = write_text(session, "مرحبا", language="ar", shape=TITLE, actor=AYSE, now=now)
    assert original(arabic).direction == "rtl"


@pytest.mark.parametrize("language, code", [("xx", "unknown_language"), ("tr", "translation_into_own_language")])
def test_a_translation_needs_another_language_that_is_known(
    session: Session, text: Text, now: datetime, language: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        translate_text(session, text, "x", language=language, origin=Origin.HUMAN, shape=TITLE, actor=AYSE, now=now)
    assert refusal.value.code == code
