"""Filing the generated ballots of an example process: the same box and the same checks, nobody behind them."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from participation.ballots import box
from participation.ballots.keys import KeyStore
from participation.ballots.models import Channel
from participation.ballots.queries import shape_of
from participation.ballots.rules import check_ballot
from participation.core.errors import Conflict
from participation.rounds.queries import lock_round, round_by_slug
from participation.rounds.rules import takes_part_now

PARTICIPANT_CLASS = "generated"


def file_generated_ballots(
    session: Session, slug: str, contents: Iterable[object], *, now: datetime, keys: KeyStore
) -> int:
    """File one ballot for each content and return how many; refused outside example processes.

    The register names them as generated, by channel and class, so that no page can take them for people.
    Raises Conflict `not_an_example` or `round_not_open`, and InvalidBallot like any ballot.
    """
    round_ = lock_round(session, round_by_slug(session, slug).id, shared=True)
    if not round_.process.is_example:
        raise Conflict("not_an_example", slug=slug)
    if not takes_part_now(round_.state, round_.window, now, is_suspended=round_.is_suspended):
        raise Conflict("round_not_open", slug=slug)
    shape, key = shape_of(session, round_), keys.key(round_.id)
    day = now.astimezone(ZoneInfo(round_.process.time_zone)).date()
    filed = 0
    for number, content in enumerate(contents, start=1):
        participant = f"generated:{number}"
        canonical = check_ballot(shape, content)
        request = key.request_mark(participant, "generated")
        box.put(session, round_.id, key.ballot_key(participant), canonical, request=request, based_on=0)
        box.register(session, round_.id, participant, PARTICIPANT_CLASS, channel=Channel.GENERATED, voted_on=day)
        filed += 1
    return filed
