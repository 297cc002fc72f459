"""Looking by the clock whether what is public has changed."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask import current_app
from sqlalchemy.orm import Session

from participation.core.windows import utcnow
from participation.oparl.publishing import renew, today
from participation.oparl.queries.sources import public_stamp
from participation.outbox.worker import Tick

_SEEN: Final = "participation.oparl_seen"
_WHOLE_LOOK: Final = 600.0
"""Seconds after which everything is looked at again, whether or not anything seems to have changed."""


def keep_register(session: Session, now: datetime) -> None:
    """Bring the register in line with what is public: at once where a row has changed, else every ten minutes."""
    stamp = (public_stamp(session), today(now))
    session.rollback()
    seen = current_app.extensions.get(_SEEN)
    if seen is not None and seen[0] == stamp and time.monotonic() < seen[1]:
        return
    renew(session, utcnow)
    current_app.extensions[_SEEN] = (stamp, time.monotonic() + _WHOLE_LOOK)


TICKS: Final[Mapping[str, Tick]] = {"oparl.keep_register": keep_register}
