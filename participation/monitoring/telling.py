"""Telling followers what is new: each thing is noted once, each follower is told of it once.

What happens in the rooms below is noted as numbered news by whichever worker looks first, under the lock of the
process and with a key of its own for each thing: nothing is noted twice, and nothing that was committed is missed. A
mail covers the news between two numbers; the follower's number and the mail's job are written in one transaction. The
mail itself asks once more whether its reader still wants it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.core.ids import crockford, derive
from participation.monitoring.models import Follower, MeasureStatus, News
from participation.monitoring.queries import (
    NewsOfProcess,
    current_statuses,
    hold_follower,
    last_news,
    statuses_of,
    unnoted_news,
)
from participation.monitoring.rules import Told, is_time_to_tell
from participation.outbox.services import file_job
from participation.processes.queries import lock_process

NEWS_MAIL: Final = "monitoring.news_mail"
AT_ONCE: Final = 100
"""So many followers are told in one transaction: others wait meanwhile."""

_TOKEN_CHARACTERS: Final = 26


def note_news(session: Session, process_id: str, *, now: datetime) -> int:
    """Note what happened in a process and return how much that is; it is held, so that numbers have no gaps."""
    lock_process(session, process_id)
    number = last_news(session, process_id)
    happened = unnoted_news(session, process_id)
    for following, named in enumerate(happened, start=number + 1):
        session.add(News(process_id=process_id, number=following, noted_at=now, **named))
    session.flush()
    return len(happened)


def tell(session: Session, follower_ids: Sequence[str], *, now: datetime) -> int:
    """File the mails of those for whom there is something new and it is time; return how many.

    Whoever is told of it by another worker meanwhile, or follows no more, is left out. Of what does not concern
    somebody they count as told, so that nobody looks at it again.
    """
    held = [follower for one in sorted(follower_ids) if (follower := hold_follower(session, one)) is not None]
    filed = 0
    for process_id in sorted({follower.process_id for follower in held}):
        of_process = [follower for follower in held if follower.process_id == process_id]
        news = NewsOfProcess(session, process_id, min(follower.told for follower in of_process))
        filed += sum(_tell(session, follower, news, now) for follower in of_process)
    return filed


def _tell(session: Session, follower: Follower, news: NewsOfProcess, now: datetime) -> bool:
    last = news.all[-1].number if news.all else 0
    concerning = news.concerning(follower)
    if not concerning:
        follower.told = max(last, follower.told)
        session.flush()
        return False
    if not is_time_to_tell(Told(follower.told, follower.mailed_at), concerning[0].noted_at, now):
        follower.told = concerning[0].number - 1
        session.flush()
        return False
    payload = {
        "follower": follower.id,
        "after": follower.told,
        "until": last,
        "mailed_at": follower.mailed_at.isoformat() if follower.mailed_at else None,
    }
    file_job(session, NEWS_MAIL, payload, now=now)
    follower.told, follower.mailed_at = last, now
    session.flush()
    return True


@dataclass(frozen=True, slots=True)
class Message:
    """What a mail tells: its reader, the news without what was overtaken by others, and where proposals went.

    `corrected` are the stations with another result than the one that an earlier mail told.
    """

    follower: Follower
    news: Sequence[News]
    of_process: NewsOfProcess
    corrected: frozenset[str]


def message_for(session: Session, payload: Mapping[str, Any]) -> Message | None:
    """Return what there still is to say to somebody; None if they want no more mails or nothing is left to say.

    Whatever was taken back, corrected or reported anew since the mail was filed is not told as it stood then. Where
    something else stands instead, the next mail tells that.
    """
    follower = session.get(Follower, str(payload["follower"]))
    if follower is None:
        return None
    news = NewsOfProcess(session, follower.process_id, int(payload["after"]), int(payload["until"]))
    earlier = payload.get("mailed_at")
    mailed_at = datetime.fromisoformat(earlier) if earlier else None
    still = _last_of_each(session, [one for one in news.all if news.concerns(one, follower, mailed_at=mailed_at)])
    corrected = {one.consultation_id for one in still if news.corrects(one, follower, mailed_at=mailed_at)}
    return Message(follower, still, news, frozenset(filter(None, corrected))) if still else None


def _last_of_each(session: Session, news: Sequence[News]) -> list[News]:
    """Leave out reports that a later one overtook, also one after this mail was filed, and those that moved nothing.

    That is where several of them left a measure where it stood before.
    """
    reports: dict[str, list[MeasureStatus]] = {}
    for one in news:
        if one.status is not None:
            reports.setdefault(one.status.proposal_id, []).append(one.status)
    for ones in reports.values():
        ones.sort(key=lambda status: status.revision)  # two of one moment are numbered as they come
    present = current_statuses(session, reports)
    told = {
        ones[-1].id
        for proposal_id, ones in reports.items()
        if ones[-1].revision == present[proposal_id].revision and (len(ones) == 1 or _moved(session, proposal_id, ones))
    }
    return [one for one in news if one.status is None or one.status.id in told]


def _moved(session: Session, proposal_id: str, reports: Sequence[MeasureStatus]) -> bool:
    """Say whether a measure stands elsewhere than before the first of several reports, or for another reason."""
    stood = next((one for one in statuses_of(session, proposal_id) if one.revision < reports[0].revision), None)
    now = reports[-1]
    return stood is None or now.state is not stood.state or now.reason is not None


def stop_token(key: str, account_id: str) -> str:
    """Return the token of the link in every mail with news by which somebody wants no more of them (promise 14)."""
    return crockford(derive(key, "no more news", account_id), _TOKEN_CHARACTERS)
