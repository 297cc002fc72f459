"""The agenda of a session: what is talked about, in which order, and which proposals that concerns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission
from participation.core.wording import TITLE
from participation.gatherings.models import AgendaItem, Gathering
from participation.gatherings.queries import item_of
from participation.gatherings.rules import MAX_ITEMS, GatheringKind, check_codes
from participation.gatherings.services.records import at_hand, keep, worded
from participation.texts.models import Text
from participation.texts.services import original_language

_SESSIONS = frozenset({GatheringKind.SESSION})


@dataclass(frozen=True, slots=True)
class AgendaDraft:
    """An item: words by language, codes of proposals, or both."""

    titles: Mapping[str, str] = field(default_factory=dict)
    proposals: Sequence[str] = ()


def put_on_agenda(
    session: Session, process: str, number: int, draft: AgendaDraft, *, actor: Actor, now: datetime
) -> AgendaItem:
    """Add an item at the end of the agenda."""
    gathering = at_hand(session, process, number, Permission.GATHERING_MANAGE, actor=actor, kinds=_SESSIONS)
    if len(gathering.items) >= MAX_ITEMS:
        raise Conflict("too_many_items", highest=MAX_ITEMS)
    codes = check_codes(draft.proposals)
    title = _title(session, gathering, None, draft, codes, actor, now)
    last = max((item.position for item in gathering.items), default=0)
    item = AgendaItem(position=last + 1, title=title, proposal_codes=codes)
    gathering.items.append(item)
    keep(session, "agenda.added", gathering, actor, now, {"proposals": codes})
    return item


def change_item(
    session: Session, process: str, number: int, item_id: str, draft: AgendaDraft, *, actor: Actor, now: datetime
) -> AgendaItem:
    """Change what an item says or which proposals it concerns."""
    gathering = at_hand(session, process, number, Permission.GATHERING_MANAGE, actor=actor, kinds=_SESSIONS)
    item = item_of(gathering, item_id)
    codes = check_codes(draft.proposals)
    item.title = _title(session, gathering, item.title, draft, codes, actor, now)
    item.proposal_codes = codes
    keep(session, "agenda.changed", gathering, actor, now, {"proposals": codes})
    return item


def move_item(
    session: Session, process: str, number: int, item_id: str, *, earlier: bool, actor: Actor, now: datetime
) -> AgendaItem:
    """Let an item change places with the one before or after it; at the end of the list it stays where it is."""
    gathering = at_hand(session, process, number, Permission.GATHERING_MANAGE, actor=actor, kinds=_SESSIONS)
    item = item_of(gathering, item_id)
    order = list(gathering.items)
    place = order.index(item)
    other = place + (-1 if earlier else 1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        for position, one in enumerate(order, start=1):
            one.position = position
        keep(session, "agenda.moved", gathering, actor, now)
    return item


def take_off_agenda(session: Session, process: str, number: int, item_id: str, *, actor: Actor, now: datetime) -> None:
    """Take an item off the agenda, unless minutes were written about it."""
    gathering = at_hand(session, process, number, Permission.GATHERING_MANAGE, actor=actor, kinds=_SESSIONS)
    item = item_of(gathering, item_id)
    if item.minutes is not None:
        raise Conflict("item_with_minutes")
    title = item.title
    gathering.items.remove(item)
    keep(session, "agenda.removed", gathering, actor, now)
    if title is not None:
        session.delete(title)
        session.flush()


def _title(
    session: Session,
    gathering: Gathering,
    text: Text | None,
    draft: AgendaDraft,
    codes: list[str],
    actor: Actor,
    now: datetime,
) -> Text | None:
    if any(words.strip() for words in draft.titles.values()):
        language = original_language(draft.titles, gathering.process.default_language)
        return worded(session, text, draft.titles, language=language, shape=TITLE, actor=actor, now=now)
    if not codes:
        raise Invalid("item_about_nothing", field=f"title-{gathering.process.default_language}")
    return text
