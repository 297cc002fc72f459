"""Handing in a ballot over HTTP, from the form and from the API alike.

Ballots that wait at the same moment are committed together; see storage.grouping.
"""

from typing import Any

from sqlalchemy.orm import Session

from participation.ballots.guard import key_store
from participation.ballots.services import Cast, cast_ballot
from participation.core.errors import Unavailable
from participation.core.windows import utcnow
from participation.extensions import written_together
from participation.storage import IN_DOUBT
from participation.web.guard import current_actor
from participation.web.idempotency import heed_name


def hand_in(slug: str, content: object, *, request_token: str, based_on: int, confirm_empty: bool) -> Cast:
    """Cast the ballot of whoever acts in this request; it is in the box for good when this returns.

    Where the answer to the commit was lost, the same request is made once more: it finds its ballot or files it.

    Raises what services.cast_ballot raises, or Unavailable: `unavailable` if the store did not take it,
    `commit_in_doubt` if nobody can know.
    """
    heed_name()

    def cast() -> Cast:
        return written_together(
            _cast_now,
            slug,
            content,
            actor=current_actor(),
            request_token=request_token,
            based_on=based_on,
            keys=key_store(),
            confirm_empty=confirm_empty,
        )

    try:
        return cast()
    except Unavailable as doubt:
        if doubt.code != IN_DOUBT:
            raise
        try:
            return cast()
        except Unavailable:
            raise doubt from None


def _cast_now(session: Session, /, slug: str, content: object, **how: Any) -> Cast:  # noqa: ANN401 - of cast_ballot
    """Read the clock when the ballot has its turn: one that waited beyond the end of the round is too late."""
    return cast_ballot(session, slug, content, now=utcnow(), **how)
