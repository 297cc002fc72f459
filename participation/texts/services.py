"""Writing texts. A version is never changed: a new wording is a further version."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from participation.core.actor import ERASED, Actor
from participation.core.errors import Invalid
from participation.core.languages import language as known_language
from participation.core.wording import TextShape, clean_text
from participation.texts.models import Origin, Text, TextVersion

_UNREAD: Final = frozenset({Origin.MACHINE, Origin.AUTHOR_UNREVIEWED})
"""Origins behind which no reader of the language stands yet; somebody who does may confirm the same words."""


def write_text(
    session: Session,
    body: str,
    *,
    language: str,
    shape: TextShape,
    actor: Actor,
    now: datetime,
    origin: Origin = Origin.AUTHOR,
) -> Text:
    """Store a text in the language in which it was written."""
    known_language(language, field=shape.field)
    clean = clean_text(body, shape)
    text = Text(language=language, revision=1)
    text.versions.append(_version(language, 1, None, origin, clean, actor, now))
    session.add(text)
    session.flush()
    return text


def write_texts(
    session: Session,
    bodies: Mapping[str, str],
    *,
    language: str,
    shape: TextShape,
    actor: Actor,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> Text:
    """Store an original in `language` and its translations; `bodies` maps tags to words, blank ones are left out.

    A refusal names the input of its language: `title-de`.
    """
    marks = origins or {}
    text = write_text(
        session,
        bodies.get(language, ""),
        language=language,
        shape=_in_language(shape, language),
        actor=actor,
        now=now,
        origin=marks.get(language, Origin.AUTHOR),
    )
    for tag, body in bodies.items():
        if tag != language and body.strip():
            translate_text(
                session,
                text,
                body,
                language=tag,
                origin=marks.get(tag, Origin.HUMAN),
                shape=_in_language(shape, tag),
                actor=actor,
                now=now,
            )
    return text


def revise_text(
    session: Session,
    text: Text,
    body: str,
    *,
    shape: TextShape,
    actor: Actor,
    now: datetime,
) -> bool:
    """Give a text a new original revision; say whether anything changed."""
    clean = clean_text(body, shape)
    if clean == next(v.body for v in text.versions if (v.language, v.revision) == (text.language, text.revision)):
        return False
    text.revision += 1
    text.versions.append(_version(text.language, text.revision, None, Origin.AUTHOR, clean, actor, now))
    session.flush()
    return True


def translate_text(
    session: Session,
    text: Text,
    body: str,
    *,
    language: str,
    origin: Origin,
    shape: TextShape,
    actor: Actor,
    now: datetime,
) -> bool:
    """Add a translation of the present revision; say whether anything changed."""
    known_language(language, field=shape.field)
    if language == text.language:
        raise Invalid("translation_into_own_language", field=shape.field, language=language)
    clean = clean_text(body, shape)
    latest = max((v for v in text.versions if v.language == language), key=lambda v: v.revision, default=None)
    if latest is not None and (latest.body, latest.source_revision) == (clean, text.revision):
        confirmed = latest.origin in _UNREAD and origin not in _UNREAD
        if not confirmed:
            return False
    number = (latest.revision if latest else 0) + 1
    text.versions.append(_version(language, number, text.revision, origin, clean, actor, now))
    session.flush()
    return True


def revise_texts(
    session: Session,
    text: Text,
    bodies: Mapping[str, str],
    *,
    shape: TextShape,
    actor: Actor,
    now: datetime,
) -> bool:
    """Revise the original and the given translations from one form; say whether anything changed.

    A refusal names the input of its language: `title-de`.
    """
    changed = revise_text(
        session,
        text,
        bodies.get(text.language, ""),
        shape=_in_language(shape, text.language),
        actor=actor,
        now=now,
    )
    for tag, body in bodies.items():
        if tag != text.language and body.strip():
            current = [v for v in text.versions if v.language == tag]
            clean = clean_text(body, _in_language(shape, tag))
            if current and max(current, key=lambda v: v.revision).body == clean:
                continue  # an untouched translation stays marked as made from the revision it was made from
            changed |= translate_text(
                session,
                text,
                body,
                language=tag,
                origin=Origin.HUMAN,
                shape=_in_language(shape, tag),
                actor=actor,
                now=now,
            )
    return changed


def let_go_of_writer(session: Session, account_id: str) -> None:
    """Take from every wording who wrote it, where that was somebody who is erased; the words stay."""
    session.execute(
        update(TextVersion)
        .where(TextVersion.written_by == account_id)
        .values(written_by=ERASED)
        .execution_options(synchronize_session=False)
    )


def original_language(bodies: Mapping[str, str], preferred: str) -> str:
    """Return the language that counts as the original of a form's texts: the preferred one unless it is blank."""
    filled = (tag for tag, body in bodies.items() if body.strip())
    return preferred if bodies.get(preferred, "").strip() else next(filled, preferred)


def _in_language(shape: TextShape, language: str) -> TextShape:
    return replace(shape, field=f"{shape.field}-{language}")


def _version(
    language: str, revision: int, source: int | None, origin: Origin, body: str, actor: Actor, now: datetime
) -> TextVersion:
    return TextVersion(
        language=language,
        revision=revision,
        source_revision=source,
        origin=origin,
        body=body,
        written_at=now,
        written_by=actor.id or actor.kind.value,
    )
