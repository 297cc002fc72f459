"""Reading options, the register and, for its owner alone, a ballot."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Self, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from participation.ballots import box
from participation.ballots.keys import DESTROY_KEY, KeyStore
from participation.ballots.models import Ballot, CountedBallot, KeptTurnout, Option, Participation, ReplacedReceipt
from participation.ballots.rules import BallotShape, Content, ReceiptState, published_margins
from participation.core.actor import Actor
from participation.core.errors import Conflict, NotFound
from participation.core.ids import normalise_code
from participation.outbox.models import Job
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.rounds.queries import Participant, account_key, claimed_before_erasure, took_part_as
from participation.rounds.rules import RoundState
from participation.storage.pages import Page, read_page
from participation.tally.ballots import Limits
from participation.tally.kinds import BallotKind


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """A participant's own ballot as it lies in the box."""

    content: Content
    revision: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many have voted, from the register alone: by day in the process's zone, by channel and by class.

    The whole is exact; a part of it is None where it is too small to be shown, or would give such a one away. Before
    the conclusion, and where hardly anybody voted, there are no parts at all.
    """

    total: int
    expected: int | None
    by_day: Mapping[date, int | None]
    by_channel: Mapping[str, int | None]
    by_class: Mapping[str, int | None]

    def as_document(self) -> dict[str, Any]:
        """Return the figures as plain values that can be kept."""
        return {
            "total": self.total,
            "expected": self.expected,
            "days": {day.isoformat(): voters for day, voters in self.by_day.items()},
            "channels": dict(self.by_channel),
            "classes": dict(self.by_class),
        }

    @classmethod
    def from_document(cls, kept: Mapping[str, Any]) -> Self:
        """Return figures from what as_document gave."""
        days = {date.fromisoformat(day): voters for day, voters in kept["days"].items()}
        return cls(kept["total"], kept["expected"], days, kept["channels"], kept["classes"])

    @property
    def hides_parts(self) -> bool:
        """Say whether something is not shown."""
        return self.total > 0 and any(
            not parts or None in parts.values() for parts in (self.by_day, self.by_channel, self.by_class)
        )

    @property
    def is_broken_down(self) -> bool:
        """Say whether any part is named."""
        return bool(self.by_day or self.by_channel or self.by_class)


# Built once: every ballot of a busy round goes through them.
_options = cast("Table", Option.__table__)
_CODES: Final = (
    select(_options.c.code, _options.c.struck_at.is_not(None).label("is_struck"))
    .where(_options.c.round_id == bindparam("round_id"))
    .order_by(_options.c.position)
)
_rounds = cast("Table", Round.__table__)
_BALLOT_KIND: Final = select(_rounds.c.ballot_kind).where(_rounds.c.slug == bindparam("slug"))


def has_due_rounds(session: Session, now: datetime) -> bool:
    """Say whether a round is open whose time is over."""
    return session.scalar(select(Round.id).where(is_due(now)).limit(1)) is not None


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return which rounds the clock closes. A suspended one waits for people, who may give it more time first."""
    return and_(Round.state == RoundState.OPEN, Round.suspended_at.is_(None), Round.closes_at <= now)


def lacks_key(round_: Round, keys: KeyStore) -> bool:
    """Say whether nobody can vote in an open round because its key is not where the server looks for it."""
    return round_.state is RoundState.OPEN and round_.voting_task is not None and not keys.holds(round_.id)


def options_of(session: Session, round_id: str) -> Sequence[Option]:
    """Return the round's frozen options in their order, struck ones among them."""
    return session.scalars(select(Option).where(Option.round_id == round_id).order_by(Option.position)).all()


def options_page(session: Session, round_id: str, *, page: int, per_page: int) -> Page[Option]:
    """Return a page of the round's frozen options in their order."""
    ordered = select(Option).where(Option.round_id == round_id).order_by(Option.position)
    return read_page(session, ordered, page=page, per_page=per_page)


def count_options(session: Session, round_id: str) -> int:
    """Return how many options were frozen, struck ones among them."""
    return session.scalar(select(func.count()).select_from(Option).where(Option.round_id == round_id)) or 0


def option_by_code(session: Session, round_id: str, code: str) -> Option:
    """Return one option or raise NotFound."""
    found = session.scalar(select(Option).where(Option.round_id == round_id, Option.code == code))
    if found is None:
        raise NotFound("no_such_option", option=code)
    return found


def limits_of(round_: Round) -> Limits:
    """Return what the round allows one ballot; a highest value is a score's scale or a limit of points for one."""
    highest = round_.max_score if round_.max_score is not None else round_.max_per_option
    return Limits(options=round_.max_choices, points=round_.points, value=highest)


def voting_task_of(round_: Round) -> Task:
    """Return what the round prioritises; raises Conflict `nothing_to_vote_on` if nothing is voted on in it."""
    if round_.voting_task is None:
        raise Conflict("nothing_to_vote_on", round=round_.slug)
    return round_.voting_task


def ballot_kind_of(session: Session, slug: str) -> BallotKind:
    """Return how a round's ballot is filled in; raises NotFound, or Conflict `nothing_to_vote_on`."""
    found = session.execute(_BALLOT_KIND, {"slug": slug}).one_or_none()
    if found is None:
        raise NotFound("no_such_round", slug=slug)
    kind: BallotKind | None = found.ballot_kind
    if kind is None:
        raise Conflict("nothing_to_vote_on", round=slug)
    return kind


def shape_of(session: Session, round_: Round) -> BallotShape:
    """Return what a ballot of the round may look like now; raises Conflict `nothing_to_vote_on`."""
    if round_.ballot_kind is None:
        raise Conflict("nothing_to_vote_on", round=round_.slug)
    rows = session.execute(_CODES, {"round_id": round_.id}).all()
    return BallotShape(
        round_.ballot_kind,
        limits_of(round_),
        tuple(row.code for row in rows),
        frozenset(row.code for row in rows if row.is_struck),
    )


def voted_on(session: Session, round_id: str, participant: Participant) -> date | None:
    """Return the day on which the participant first voted, None if the register knows of no ballot."""
    return session.scalar(
        select(Participation.voted_on).where(
            Participation.round_id == round_id, Participation.participant == participant.key
        )
    )


def has_voted(session: Session, round_id: str, participant: Participant) -> bool:
    """Say whether the register knows that the participant voted; what was voted it does not know."""
    return box.is_registered(session, round_id, participant.key)


def own_ballot(session: Session, round_id: str, participant: Participant, keys: KeyStore) -> OwnBallot | None:
    """Return the participant's ballot while the round's key exists; ask for the actor's own participant only.

    Raises Unavailable `round_suspended` if the key is missing.
    """
    stored = box.find(session, round_id, keys.key(round_id).ballot_key(participant.key))
    return OwnBallot(stored.content, stored.revision, stored.receipt) if stored else None


def voted_as(session: Session, round_: Round, actor: Actor, keys: KeyStore) -> Participant | None:
    """Return as whom the actor has a ballot in the box, also where they take part no more, as after a code's last day.

    What a page shows after a vote must not depend on what ended since.
    """
    ever = took_part_as(session, round_, actor)
    return next((one for one in ever if own_ballot(session, round_.id, one, keys) is not None), None)


def key_remains(session: Session, round_id: str) -> bool:
    """Say whether a concluded round's key, or what it could be used on, is still to be destroyed."""
    undone = select(Job.id).where(
        Job.name == DESTROY_KEY, Job.done_at.is_(None), Job.payload["round_id"].as_string() == round_id
    )
    return session.scalar(undone.limit(1)) is not None


def keys_were_made(session: Session) -> bool:
    """Say whether any round has had a key: one is made whenever options are frozen."""
    return session.scalar(select(Option.id).limit(1)) is not None


def turnout(session: Session, round_: Round) -> Turnout:
    """Return how many have voted so far, never how; for a concluded round, how many had voted at its conclusion.

    A round is broken down once, when no ballot comes any more. Of a running one, two looks between which one person
    voted would tell that person's class and channel, however large the parts are.
    """
    kept = session.get(KeptTurnout, round_.id)
    if kept is not None:
        return Turnout.from_document(kept.document)
    counted = counted_turnout(session, round_)
    return counted if round_.state is RoundState.CONCLUDED else Turnout(counted.total, counted.expected, {}, {}, {})


def turnouts(session: Session, rounds: Sequence[Round]) -> dict[str, Turnout]:
    """Return the same for several rounds, by their ids, without asking once for each."""
    ids = [round_.id for round_ in rounds]
    kept = {one.round_id: one for one in session.scalars(select(KeptTurnout).where(KeptTurnout.round_id.in_(ids)))}
    totals = dict(
        session.execute(
            select(Participation.round_id, func.count())
            .where(Participation.round_id.in_(ids))
            .group_by(Participation.round_id)
        ).all()
    )

    def of(round_: Round) -> Turnout:
        if round_.id in kept:
            return Turnout.from_document(kept[round_.id].document)
        if round_.state is RoundState.CONCLUDED:
            return counted_turnout(session, round_)
        return Turnout(totals.get(round_.id, 0), round_.expected_participants, {}, {}, {})

    return {round_.id: of(round_) for round_ in rounds}


def counted_turnout(session: Session, round_: Round) -> Turnout:
    """Count the register of a round as it stands now."""
    columns = (Participation.voted_on, Participation.channel, Participation.participant_class)
    rows = session.execute(
        select(*columns, func.count().label("voters"))
        .where(Participation.round_id == round_.id)
        .group_by(*columns)
        .order_by(*columns)
    ).all()
    cells: Counter[tuple[str, str]] = Counter()
    of_days: Counter[tuple[str, str]] = Counter()
    for day, channel, participant_class, voters in rows:
        cells[participant_class, channel.value] += voters
        of_days[f"{participant_class} {channel.value}", day.isoformat()] += voters
    classes, channels = published_margins(cells)
    _ways, days = published_margins(of_days)  # a day on which few came by some way is not told apart either
    by_day = {date.fromisoformat(day): voters for day, voters in sorted(days.items())}
    return Turnout(cells.total(), round_.expected_participants, by_day, channels, classes)


def vote_before_erasure(session: Session, round_: Round, participant: Participant, keys: KeyStore) -> Conflict | None:
    """Return why a participant has no ballot who comes back as somebody who voted and was then erased.

    They are known by address or identity: in this round, or in any of its phase where a person votes in one only. That
    ballot stays counted, and nobody sees or changes it any more.
    """
    key = keys.key(round_.id)
    if box.is_marked(session, round_.id, [key.identity_mark(one) for one in participant.identities]):
        return Conflict("voted_before_erasure")
    if claimed_before_erasure(session, round_, participant, keys.claim_mark):
        return Conflict("voted_elsewhere_before_erasure")
    return None


def running_rounds_voted_in(session: Session, account_id: str) -> Sequence[Round]:
    """Return the rounds that are not concluded in which somebody voted in person, by the end of their windows."""
    return session.scalars(
        select(Round)
        .join(Participation, Participation.round_id == Round.id)
        .where(Participation.participant == account_key(account_id), Round.state != RoundState.CONCLUDED)
        .order_by(Round.closes_at, Round.slug)
    ).all()


def receipt_state(session: Session, round_: Round, receipt: str) -> ReceiptState:
    """Return what a receipt of the round stands for, from its opening on and for good.

    One statement, because a change or a conclusion moves receipts from one of these places to another. Raises Conflict
    `nothing_to_vote_on`, or `round_not_open_yet` for a draft.
    """
    voting_task_of(round_)
    if round_.state is RoundState.DRAFT:
        raise Conflict("round_not_open_yet", opens_at=round_.opens_at, zone=round_.process.time_zone)
    found = session.scalar(_RECEIPT_STATE, {"round_id": round_.id, "receipt": normalise_code(receipt)})
    return ReceiptState(found) if found else ReceiptState.UNKNOWN


def _where_receipts_are(kept: type[Ballot | CountedBallot | ReplacedReceipt], state: ReceiptState) -> Select[str]:
    return select(literal(state.value)).where(
        kept.round_id == bindparam("round_id"), kept.receipt == bindparam("receipt")
    )


_RECEIPT_STATE: Final = union_all(
    _where_receipts_are(Ballot, ReceiptState.IN_THE_BOX),
    _where_receipts_are(CountedBallot, ReceiptState.COUNTED),
    _where_receipts_are(ReplacedReceipt, ReceiptState.REPLACED),
)
