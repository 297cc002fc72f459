"""Bringing the register in line with what is public, from the worker and from the command line."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from participation.config import Settings
from participation.extensions import transaction
from participation.oparl.rules.sources import Site
from participation.oparl.services import Renewal, needs_renewal, renew_register

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
    """Look at everything that is public, and write only where something differs."""
    site = site_of(current_app.config["SETTINGS"])
    due = needs_renewal(session, site, today=today(now), now=now)
    session.rollback()
    if not due:
        return Renewal()
    with transaction() as writing:
        return renew_register(writing, site, today=today(now), now=now)
