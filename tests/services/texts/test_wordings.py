"""Which wording a reader is shown, for one text and for a long list."""

from datetime import datetime
from itertools import permutations

from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.core.languages import reading_order
from participation.core.wording import TITLE
from participation.texts.models import Text
from participation.texts.queries import wording, wordings_in
from participation.texts.services import revise_text, write_texts


def test_a_list_chooses_the_same_wordings_as_each_text_by_itself(session: Session, now: datetime) -> None:
    def write(language: str, **bodies: str) -> Text:
        return write_texts(session, bodies, language=language, shape=TITLE, actor=SYSTEM, now=now)

    texts = [
        write("de", de="Sprache", tr="Dil", en="Language"),
        write("tr", tr="Konut"),
        write("ar", ar="صحة", de="Gesundheit"),
        write("de", de="Alt", en="Old"),
    ]
    revise_text(session, texts[3], "Neu", shape=TITLE, actor=SYSTEM, now=now)
    session.flush()
    orders = [*permutations(("de", "tr", "ar", "en"), 2), *(reading_order(tag, "de") for tag in ("uk", "ar", "de"))]
    for languages in orders:
        chosen = wordings_in(session, [text.id for text in texts], languages)
        assert chosen == {text.id: wording(text, languages) for text in texts}, languages
    assert wordings_in(session, [], ("de",)) == {}
