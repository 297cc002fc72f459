"""Bringing the register in line with what is public, from the worker and from the command line."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from hashlib import sha512
from typing import Final
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from participation.config import Settings
from participation.extensions import transaction
from participation.oparl.queries.register import hold_register
from participation.oparl.queries.sources import whole_file
from participation.oparl.rules.addresses import Kind
from participation.oparl.rules.plain_text import plain_text
from participation.oparl.rules.sources import Site
from participation.oparl.services import Renewal, differing, renew_register
from participation.papers.models import RenderedFile
from participation.papers.queries import snapshot_document
from participation.papers.rendering import COMPOSERS
from participation.papers.rules.files import FileKind
from participation.web.logs import trace

_ZONE: Final = ZoneInfo("Europe/Berlin")
"""Whose calendar says whether a meeting is still ahead: OParl is the format of German councils."""

log = logging.getLogger("participation.oparl")


def today(now: datetime) -> date:
    """Return the day that it is where councils meet."""
    return now.astimezone(_ZONE).date()


def site_of(settings: Settings) -> Site:
    """Return what is said about the site itself; of those who run it only their name, which is the first line."""
    operator, *_address = settings.operator.splitlines() or [""]
    return Site(
        settings.site_name, operator, settings.oparl_contact, settings.oparl_licence, shows_examples=settings.demo
    )


def renew(session: Session, clock: Callable[[], datetime]) -> Renewal:
    """Look at everything that is public, and write only where something differs; new files are read before that.

    The moment of change is taken once the register is held: reading files takes a while, and whoever asked meanwhile
    what has changed since would never hear of a change that is dated before that.
    """
    site, now = site_of(current_app.config["SETTINGS"]), clock()
    different = differing(session, site, today=today(now), now=now)
    readings = {key: _read(session, key) for kind, key in different if kind is Kind.FILE}
    session.rollback()
    if not different:
        return Renewal()
    with transaction() as writing:

        def read(file_id: str) -> Mapping[str, str]:
            return readings[file_id] if file_id in readings else _read(writing, file_id)

        hold_register(writing)
        held = clock()
        return renew_register(writing, site, read, today=today(held), now=held)


def _read(session: Session, file_id: str) -> dict[str, str]:
    """Return checksum and text of a file; that of a file which is gone is not wanted."""
    file = whole_file(session, file_id)
    if file is None:
        return {}
    read = {"sha512Checksum": sha512(file.content or b"").hexdigest()}
    text = _text(session, file) if file.kind is FileKind.PDF else ""
    return read | {"text": text} if text else read


def _text(session: Session, file: RenderedFile) -> str:
    """Return the text of a PDF, from what it was made of.

    It is put together once more, because what lies in a PDF are glyphs. Where that fails the file is given without its
    text, which is a recommendation; all other papers still come out.
    """
    try:
        frozen = snapshot_document(session, file.snapshot_id)
        return plain_text(COMPOSERS[file.snapshot.kind].document(frozen, file.language, file.snapshot.sha256))
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with one paper must not keep back the others
        log.warning("no text for file %s: %s", file.id, trace(failure))
        return ""
