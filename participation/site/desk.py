"""What officials have on their table: a round with what is left to do, and what is due first over all rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.ballots.freezing import proposals_to_freeze
from participation.ballots.keys import KeyStore
from participation.ballots.paper.queries import waiting_sheets, waiting_sheets_by_round
from participation.ballots.queries import Turnout, key_remains, lacks_key, turnout
from participation.core.actor import Actor
from participation.core.errors import DomainError
from participation.core.permissions import Permission, may
from participation.proposals.models import Proposal
from participation.results.models import JointRanking
from participation.results.queries import rankings_with, waiting_confirmation
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import gives_out_sheets, group_size, requested_conclusion
from participation.rounds.rules import RoundState, Situation, Step, situation
from participation.texts.models import Text, TextVersion

SOON: Final = timedelta(days=14)
"""How far ahead the table looks."""

ENDS_SOON: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do before a round opens.

    A round cannot be opened while one that is needed is left; of the others the opener is reminded. `count` is what
    there is so far, `refusal` why there cannot be any, `missing` how many texts lack which language.
    """

    name: str
    done: bool
    needed: bool
    count: int = 0
    refusal: DomainError | None = None
    missing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """A round as those see it who run it; never a preview of its result."""

    round: Round
    situation: Situation
    todos: Sequence[Todo]
    turnout: Turnout
    rankings: Sequence[JointRanking]
    request: Step | None
    requested_by: str
    is_counting: bool
    events: Sequence[RoundEvent]
    key_remains: bool
    lacks_key: bool
    lies_in_escrow: bool
    lacks_keys_folder: bool
    lacks_escrow: bool
    gives_out_sheets: bool
    waiting_sheets: int

    @property
    def can_open(self) -> bool:
        """Say whether nothing is left that an opening needs."""
        return all(todo.done for todo in self.todos if todo.needed)

    @property
    def reminders(self) -> list[Todo]:
        """Return what is left although the round could be opened."""
        return [todo for todo in self.todos if not todo.done and not todo.needed]


def desk_of(session: Session, round_: Round, now: datetime, keys: KeyStore) -> Desk:
    """Return everything about a round that its people need."""
    remains = key_remains(session, round_.id)
    rankings = rankings_with(session, round_.id)
    request = requested_conclusion(session, round_.id)
    return Desk(
        round=round_,
        situation=situation(round_.state, round_.window, now, is_suspended=round_.is_suspended),
        todos=_todos(session, round_, rankings, now) if round_.state is RoundState.DRAFT else (),
        turnout=turnout(session, round_),
        rankings=rankings,
        request=request,
        requested_by=_name(session, request.actor_id) if request else "",
        is_counting=waiting_confirmation(session, round_.id) is not None,
        events=session.scalars(
            select(RoundEvent).where(RoundEvent.round_id == round_.id).order_by(RoundEvent.at, RoundEvent.id)
        ).all(),
        key_remains=remains,
        lacks_key=lacks_key(round_, keys),
        lies_in_escrow=keys.is_escrowed(round_.id),
        lacks_keys_folder=remains and not keys.is_there,
        lacks_escrow=remains and keys.has_escrow and not keys.escrow_is_there,
        gives_out_sheets=gives_out_sheets(session, round_.id),
        waiting_sheets=waiting_sheets(session, round_.id),
    )


def _todos(session: Session, round_: Round, rankings: Sequence[JointRanking], now: datetime) -> list[Todo]:
    proposals, refusal = _proposals(session, round_)
    todos = [_participants(session, round_, now)]
    if round_.voting_task is not None:
        todos.insert(0, Todo("options", refusal is None, needed=True, count=len(proposals), refusal=refusal))
        todos.append(Todo("weights", bool(rankings), needed=False, count=len(rankings)))
    texts = [round_.title_id, round_.description_id, *(proposal.title_id for proposal in proposals)]
    missing = _untranslated(session, [text_id for text_id in texts if text_id], round_.process.languages)
    todos.append(Todo("translations", not missing, needed=False, missing=missing))
    return todos


def _proposals(session: Session, round_: Round) -> tuple[Sequence[Proposal], DomainError | None]:
    """Return what opening would freeze now, or why it would be refused."""
    try:
        return proposals_to_freeze(session, round_), None
    except DomainError as refusal:
        return [], refusal


def _participants(session: Session, round_: Round, now: datetime) -> Todo:
    count = group_size(session, round_, now)
    return Todo(f"participants_{round_.eligibility.value}", count is None or count > 0, needed=True, count=count or 0)


def _untranslated(session: Session, text_ids: Sequence[str], languages: Sequence[str]) -> dict[str, int]:
    """Return how many of the texts lack a wording, by language; languages that lack none are left out."""
    worded = _counts(
        session.execute(
            select(TextVersion.language, func.count(TextVersion.text_id.distinct()))
            .where(TextVersion.text_id.in_(text_ids))
            .group_by(TextVersion.language)
        ).all()
    )
    whole = session.scalar(select(func.count()).select_from(Text).where(Text.id.in_(text_ids))) or 0
    return {tag: whole - worded.get(tag, 0) for tag in languages if worded.get(tag, 0) < whole}


def _name(session: Session, account_id: str) -> str:
    account = session.get(Account, account_id)
    return (account.display_name or account.email or "") if account else ""


class Due(StrEnum):
    """Why something lies on the table."""

    RESUME = "resume"
    KEY = "key"
    SHEETS = "sheets"
    CONFIRM = "confirm"
    REQUEST = "request"
    WAIT = "wait"
    CLOSE = "close"
    OPEN = "open"
    PREPARE = "prepare"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class DueRound:
    """A round at which something is due, and since or until when; `count` is how many sheets wait."""

    due: Due
    round: Round
    at: datetime
    count: int = 0


def due_rounds(session: Session, actor: Actor, now: datetime, keys: KeyStore) -> list[DueRound]:
    """Return the rounds that need somebody, those that are due first at the top."""
    rounds = session.scalars(
        select(Round).where(Round.state != RoundState.CONCLUDED).order_by(Round.opens_at, Round.slug)
    ).all()
    mine = [round_ for round_ in rounds if may(actor, Permission.ROUND_WATCH, round_)]
    found = [_due(session, round_, actor, now, keys) for round_ in mine]
    typed = [round_.id for round_ in mine if may(actor, Permission.PAPER_ENTER, round_)]
    sheets = waiting_sheets_by_round(session, typed)
    waiting = [DueRound(Due.SHEETS, one, one.closes_at, sheets[one.id]) for one in mine if one.id in sheets]
    due = [*waiting, *(one for one in found if one is not None)]
    return sorted(due, key=lambda one: (one.at, one.round.slug))


def _due(session: Session, round_: Round, actor: Actor, now: datetime, keys: KeyStore) -> DueRound | None:
    if round_.suspended_at is not None or lacks_key(round_, keys):
        due = Due.RESUME if round_.suspended_at is not None else Due.KEY
        return DueRound(due, round_, round_.suspended_at or round_.opens_at)
    if round_.state is RoundState.CLOSED:
        return _due_after_close(session, round_, actor)
    if round_.state is RoundState.DRAFT:
        if round_.opens_at <= now:
            return DueRound(Due.OPEN, round_, round_.opens_at)
        return DueRound(Due.PREPARE, round_, round_.opens_at) if round_.opens_at - now <= SOON else None
    if round_.window.is_over(now):
        return DueRound(Due.CLOSE, round_, round_.closes_at)
    return DueRound(Due.ENDS, round_, round_.closes_at) if round_.closes_at - now <= ENDS_SOON else None


def _due_after_close(session: Session, round_: Round, actor: Actor) -> DueRound:
    request = requested_conclusion(session, round_.id)
    if request is None:
        return DueRound(Due.REQUEST, round_, round_.closes_at)
    waits = request.actor_id == actor.id or waiting_confirmation(session, round_.id) is not None
    return DueRound(Due.WAIT if waits else Due.CONFIRM, round_, request.at)


def _counts(rows: Sequence[Row[str, int]]) -> dict[str, int]:
    return dict(rows)
