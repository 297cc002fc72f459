"""A control that must fail: it answers from its memory and writes a little later, as a cache would.

Gunicorn loads `app` from here in place of the program's own.
"""

import threading
import time
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from participation.ballots import box
from participation.ballots.models import Ballot
from participation.ballots.rules import Content
from participation.core.ids import random_code
from participation.extensions import transaction
from participation.storage import STORE_FAILURES
from wsgi import app

__all__ = ["app"]

BEHIND_SECONDS: Final = 0.5
_KNOWN: Final[dict[str, box.StoredBallot]] = {}
_UNWRITTEN: Final[list[dict[str, Any]]] = []
_GUARD: Final = threading.Lock()


def put_into_memory(
    session: Session, round_id: str, ballot_key: str, content: Content, *, request: str, based_on: int
) -> tuple[int, str] | None:
    with _GUARD:
        if ballot_key in _KNOWN:
            return None
        receipt = random_code(box.RECEIPT_CHARACTERS)
        _KNOWN[ballot_key] = box.StoredBallot(1, content, receipt, request)
        row = {"round_id": round_id, "ballot_key": ballot_key, "revision": 1, "content": content}
        _UNWRITTEN.append({**row, "receipt": receipt, "request": request})
    return 1, receipt


def find_in_memory(session: Session, round_id: str, ballot_key: str) -> box.StoredBallot | None:
    return _KNOWN.get(ballot_key)


def write_behind() -> None:
    while True:
        time.sleep(BEHIND_SECONDS)
        with _GUARD:
            rows = _UNWRITTEN.copy()
            _UNWRITTEN.clear()
        if rows:
            with suppress(*STORE_FAILURES), app.app_context(), transaction() as session:
                session.execute(insert(Ballot), rows)


box.put = put_into_memory
box.find = find_in_memory
threading.Thread(target=write_behind, daemon=True).start()
