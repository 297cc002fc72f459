"""Heads of the record on their way to witnesses: a line in a file, and mails."""

import fcntl
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.audit.queries import head_is_due, noted_head
from participation.audit.rules import Head, read_heads
from participation.audit.services import HEAD_BY_MAIL, HEAD_TO_FILE, note_head
from participation.config import Settings
from participation.core.ids import fingerprint
from participation.extensions import transaction
from participation.outbox.mail import Mail
from participation.outbox.worker import Handler, Letter, Tick
from participation.web.locale import force_language


def note_due_head(session: Session, now: datetime) -> None:
    """Note a head once a day in which something was done, and after each conclusion, where somebody is to have it."""
    settings = _settings()
    if settings.audit_heads is None and not settings.witnesses:
        return
    due = head_is_due(session, now)
    session.rollback()
    if due:
        with transaction() as writing:
            note_head(
                writing,
                witnesses={fingerprint(address) for _language, address in settings.witnesses},
                to_file=settings.audit_heads is not None,
                now=now,
            )


def add_head_to_file(session: Session, payload: Mapping[str, Any]) -> None:
    """Add a noted head to the file, durably and once, even if this was begun before and broke off."""
    settings = _settings()
    head = noted_head(session, int(payload["number"]), settings.base_url)
    session.rollback()
    if head is not None and settings.audit_heads is not None:
        add_line(settings.audit_heads, head)


def add_line(path: Path, head: Head) -> None:
    """Add a head to a file unless it is there; a last line that broke off is taken away first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = file.read()
        whole = kept[: kept.rfind(b"\n") + 1]
        if head in read_heads(whole.decode().splitlines()):
            return
        file.seek(len(whole))
        file.truncate()
        file.write(head.line().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def render_head(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Render the mail with a head; a witness who is no longer named gets none."""
    settings = _settings()
    named = {fingerprint(address): (language, address) for language, address in settings.witnesses}
    head = noted_head(session, int(payload["number"]), settings.base_url)
    if head is None or payload["witness"] not in named:
        return None
    language, address = named[payload["witness"]]
    with force_language(language):
        return Mail(
            to=address,
            subject=_("Record of acts at %(site)s, number %(number)s", site=settings.site_name, number=head.number),
            text=render_template("audit/mails/head.txt", head=head),
        )


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


JOBS: Final[Mapping[str, Handler]] = {HEAD_TO_FILE: add_head_to_file}
ENDLESS: Final = frozenset({HEAD_TO_FILE})
"""A disk that is away comes back; a head that was never written could not be missed by anybody."""

LETTERS: Final[Mapping[str, Letter]] = {HEAD_BY_MAIL: render_head}
TICKS: Final[Mapping[str, Tick]] = {"audit.note_due_head": note_due_head}
