"""Reading texts: which wording a reader is shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from participation.core.languages import LANGUAGES
from participation.texts.models import Origin, Text, TextVersion


@dataclass(frozen=True, slots=True)
class Wording:
    """A body as it is shown, and what a reader must know about it."""

    body: str
    language: str
    origin: Origin
    original_language: str
    is_stale: bool

    @property
    def is_translation(self) -> bool:
        """Say whether this is not the language in which the author wrote."""
        return self.language != self.original_language

    @property
    def direction(self) -> str:
        """Return ltr or rtl for the element that holds the body."""
        known = LANGUAGES.get(self.language)
        return known.direction if known else "ltr"


def original(text: Text) -> Wording:
    """Return the author's present words."""
    return _wording(text, _current(text)[text.language])


def wording(text: Text, languages: Sequence[str]) -> Wording:
    """Return the first wording there is in the reader's order of languages, else the author's own words."""
    current = _current(text)
    for tag in languages:
        if tag in current:
            return _wording(text, current[tag])
    return original(text)


def wordings_in(session: Session, text_ids: Collection[str], languages: Sequence[str]) -> dict[str, Wording]:
    """Return for each text the wording that `wording` would choose, by id, without loading every translation.

    For long lists of titles: one statement, and plain rows instead of objects.
    """
    order = {tag: place for place, tag in enumerate(languages)}
    chosen: dict[str, tuple[int, Wording]] = {}
    rows = session.execute(
        select(
            Text.id,
            Text.language,
            Text.revision,
            TextVersion.language,
            TextVersion.source_revision,
            TextVersion.origin,
            TextVersion.body,
        )
        .join(TextVersion, TextVersion.text_id == Text.id)
        .where(Text.id.in_(text_ids), or_(TextVersion.language == Text.language, TextVersion.language.in_(languages)))
        .order_by(TextVersion.revision)
    )
    for text_id, own, revision, tag, source, origin, body in rows:
        place = order.get(tag, len(order))
        if text_id not in chosen or place <= chosen[text_id][0]:  # of one language the last revision stays
            is_stale = source is not None and source < revision
            chosen[text_id] = (place, Wording(body, tag, origin, own, is_stale))
    return {text_id: shown for text_id, (_place, shown) in chosen.items()}


def original_body(text_id: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ScalarSelect[str]:
    """Return an expression for the author's present words of a text, for selections of plain rows."""
    return (
        select(TextVersion.body)
        .join(Text, Text.id == TextVersion.text_id)
        .where(
            TextVersion.text_id == text_id,
            TextVersion.language == Text.language,
            TextVersion.revision == Text.revision,
        )
        .scalar_subquery()
    )


def wordings(text: Text) -> dict[str, Wording]:
    """Return the current wording of every language, the original first."""
    current = _current(text)
    tags = [text.language, *sorted(tag for tag in current if tag != text.language)]
    return {tag: _wording(text, current[tag]) for tag in tags}


def _current(text: Text) -> dict[str, TextVersion]:
    return {version.language: version for version in text.versions}  # ordered by revision: the last one stays


def _wording(text: Text, version: TextVersion) -> Wording:
    is_stale = version.source_revision is not None and version.source_revision < text.revision
    return Wording(version.body, version.language, version.origin, text.language, is_stale)
