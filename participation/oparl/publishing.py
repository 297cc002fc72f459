"""Bringing the register in line with what is public, from the worker and from the command line."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha512
from typing import Final
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from participation.config import Settings
from participation.extensions import transaction
from participation.oparl.queries.sources import whole_file
from participation.oparl.rules.addresses import Kind
from participation.oparl.rules.sources import Site
from participation.oparl.services import Renewal, differing, renew_register

_ZONE: Final = ZoneInfo("Europe/Berlin")
"""Whose calendar says whether a meeting is still ahead: OParl is the format of German councils."""


def today(now: datetime) -> date:
    """Return the day that it is where councils meet."""
    return now.astimezone(_ZONE).date()


def site_of(settings: Settings) -> Site:
    """Return what is said about the site itself; of those who run it only their name, which is the first line."""
    operator, *_address = settings.operator.splitlines() or [""]
    return Site(settings.site_name, operator, settings.oparl_contact, settings.oparl_licence)


def renew(session: Session, now: datetime) -> Renewal:
    """Look at everything that is public, and write only where something differs; new files are read before that."""
    site = site_of(current_app.config["SETTINGS"])
    different = differing(session, site, today=today(now), now=now)
    readings = {key: _read(session, key) for kind, key in different if kind is Kind.FILE}
    session.rollback()
    if not different:
        return Renewal()
    with transaction() as writing:

        def read(file_id: str) -> Mapping[str, str]:
            return readings[file_id] if file_id in readings else _read(writing, file_id)

        return renew_register(writing, site, read, today=today(now), now=now)


def _read(session: Session, file_id: str) -> dict[str, str]:
    """Return the checksum of a file; that of a file which is gone is not wanted."""
    file = whole_file(session, file_id)
    if file is None:
        return {}
    return {"sha512Checksum": sha512(file.content or b"").hexdigest()}
