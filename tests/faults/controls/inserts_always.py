"""A control that must fail: a request that is repeated is another ballot, as where nothing is unique for a participant.

Gunicorn loads `app` from here in place of the program's own.
"""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from participation.ballots import box
from participation.ballots.models import Ballot
from participation.ballots.rules import Content
from participation.core.ids import new_id, random_code
from wsgi import app

__all__ = ["app"]

_register = box.register


def put_another(
    session: Session, round_id: str, ballot_key: str, content: Content, *, request: str, based_on: int
) -> tuple[int, str] | None:
    receipt = random_code(box.RECEIPT_CHARACTERS)
    key = new_id() if box.find(session, round_id, ballot_key) else ballot_key
    row = {"round_id": round_id, "ballot_key": key, "revision": 1, "content": content}
    session.execute(insert(Ballot).values(**row, receipt=receipt, request=request))
    return 1, receipt


def note_again(*where: object, **what: object) -> bool:
    _register(*where, **what)  # type: ignore[arg-type]
    return True


box.put = put_another
box.register = note_again
