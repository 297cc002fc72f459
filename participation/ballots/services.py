"""Opening, casting, changing, closing: the verbs of a vote."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.ballots import box
from participation.ballots.freezing import FEWEST_OPTIONS, content_hash, frozen_contents, proposals_to_freeze
from participation.ballots.keys import DESTROY_KEY, KeyStore
from participation.ballots.models import (
    Ballot,
    Channel,
    CountedBallot,
    ErasedMark,
    KeptTurnout,
    Option,
    Participation,
    Reminder,
    ReminderWish,
)
from participation.ballots.queries import (
    Turnout,
    counted_turnout,
    is_due,
    keys_were_made,
    option_by_code,
    shape_of,
    vote_before_erasure,
    voting_task_of,
)
from participation.ballots.rules import Content, check_ballot, same_vote
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict, Forbidden, Invalid, InvalidBallot, Unavailable
from participation.core.ids import new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import REASON
from participation.outbox.services import file_job
from participation.processes.queries import lock_process
from participation.rounds.models import Round
from participation.rounds.queries import (
    Participant,
    account_key,
    check_claims_known,
    lock_round,
    lock_round_by_slug,
    round_by_slug,
    take_part,
    took_part_as,
)
from participation.rounds.rules import CODES_FACT, RoundAction, RoundState, next_state
from participation.rounds.services import claim_ballot, mark_claims, record_event
from participation.texts.services import original_language, write_texts

LONGEST_TOKEN: Final = 200
STATES_OF_A_STRIKE: Final = frozenset({RoundState.OPEN, RoundState.CLOSED})


@dataclass(frozen=True, slots=True)
class Cast:
    """What a voter gets back. `repeated` says that this very request had been answered before."""

    receipt: str
    revision: int
    repeated: bool


class NewerBallot(Conflict):
    """The ballot was changed since the revision that this one started from; both are carried, neither is logged."""

    def __init__(self, *, stored: box.StoredBallot, typed: Content) -> None:
        super().__init__("newer_ballot_exists", field="based_on", revision=stored.revision)
        self.stored = stored
        self.typed = typed


def open_round(session: Session, slug: str, *, actor: Actor, now: datetime, keys: KeyStore) -> Round:
    """Open a round: freeze its options, make its key, leave one event.

    Raises Conflict `round_state`, `window_over`, `claims_forgotten` or, where something is voted on, what
    proposals_to_freeze and KeyStore.create raise. Only for the first vote of a site is the folder of keys made by the
    way.
    """
    lock_process(session, round_by_slug(session, slug).process_id, shared=True)  # nothing is declined meanwhile
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_OPEN, round_)
    next_state(round_.state, RoundAction.OPEN)
    check_claims_known(session, round_)
    if round_.window.is_over(now):
        raise Conflict("window_over", closes_at=round_.closes_at, zone=round_.process.time_zone)
    proposals = proposals_to_freeze(session, round_)
    if proposals:
        if not keys_were_made(session):
            keys.prepare()
        keys.create(round_.id)
    hashes = []
    for position, (proposal, content) in enumerate(
        zip(proposals, frozen_contents(session, proposals), strict=True), start=1
    ):
        hashes.append(content_hash(content))
        session.add(
            Option(
                round_id=round_.id,
                proposal_id=proposal.id,
                code=proposal.code,
                position=position,
                content=content,
                content_hash=hashes[-1],
            )
        )
    codes = [proposal.code for proposal in proposals]
    facts = {"options": len(codes), CODES_FACT: codes, "options_hash": content_hash(hashes)} if proposals else {}
    record_event(session, round_, RoundAction.OPEN, actor=actor, now=now, facts=facts)
    return round_


def close_round(session: Session, slug: str, *, actor: Actor, now: datetime) -> Round:
    """Close a round for every voter, whatever the channel: one stored event, waiting for ballots under way.

    Raises Conflict `round_state` for everybody but the first.
    """
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_CLOSE, round_)
    record_event(session, round_, RoundAction.CLOSE, actor=actor, now=now, facts={"scheduled": False})
    return round_


def close_due_rounds(session: Session, *, now: datetime) -> list[str]:
    """Close every open round whose time is over and return their slugs; the same event as by hand, by the program."""
    due = session.scalars(select(Round.id).where(is_due(now)).order_by(Round.id)).all()
    closed = []
    for round_ in [lock_round(session, round_id) for round_id in due]:  # in the order in which everybody takes several
        open_still = round_.state is RoundState.OPEN and not round_.is_suspended  # an official may have been faster
        if open_still and round_.window.is_over(now):
            record_event(session, round_, RoundAction.CLOSE, actor=SYSTEM, now=now, facts={"scheduled": True})
            closed.append(round_.slug)
    return closed


def cast_ballot(  # noqa: PLR0913 - what the voter says, beside session, actor, now and keys
    session: Session,
    slug: str,
    content: object,
    *,
    actor: Actor,
    now: datetime,
    request_token: str,
    based_on: int,
    keys: KeyStore,
    confirm_empty: bool = False,
) -> Cast:
    """Put the actor's ballot into the box, or change the one that is there.

    `based_on` is the revision that the voter saw, 0 for none. The same `request_token` with the same vote is the
    same ballot with the same receipt, even when the answer was lost and the round has closed since.

    Raises what rounds.queries.take_part raises, `sheet_handed_in` among it; InvalidBallot; NewerBallot; Conflict
    `no_ballot_to_change`, `request_reused`, `voted_in_other_round` or what vote_before_erasure returns; Unavailable
    `round_suspended` while the round's key is not there.
    """
    if not 0 < len(request_token) <= LONGEST_TOKEN:
        raise Invalid("request_token_missing", field="request_token", maximum=LONGEST_TOKEN)
    round_ = lock_round_by_slug(session, slug, shared=True)
    authorise(actor, Permission.BALLOT_CAST, round_)
    try:
        participant = take_part(session, round_, voting_task_of(round_), actor=actor, now=now)
        canonical = check_ballot(shape_of(session, round_), content, empty_confirmed=confirm_empty)
    except (Conflict, Forbidden, InvalidBallot):
        earlier = _earlier_answer(session, round_, content, actor, request_token, keys)
        if earlier is None:
            raise
        return earlier
    key = keys.key(round_.id)
    ballot_key, request = key.ballot_key(participant.key), key.request_mark(participant.key, request_token)
    filed = box.put(session, round_.id, ballot_key, canonical, request=request, based_on=based_on)
    if filed is None:
        return _not_filed(box.find(session, round_.id, ballot_key), request, canonical)
    revision, receipt = filed
    if revision == 1 and (refused := vote_before_erasure(session, round_, participant, keys)):
        raise refused
    _note_in_register(session, round_, participant, now=now, is_first=revision == 1)
    if revision == 1:
        claim_ballot(session, round_, participant)
    if based_on and revision == 1:
        raise Conflict("no_ballot_to_change", field="based_on")
    return Cast(receipt, revision, repeated=False)


def strike_option(
    session: Session, slug: str, code: str, reasons: Mapping[str, str], *, actor: Actor, now: datetime
) -> Option:
    """Take an option off a running round, with a published reason; ballots stay as they are.

    It cannot be voted for any more, and the count is restricted to what remains. Raises Conflict `not_running`,
    `option_struck_already` or `too_few_options`; NotFound `no_such_option`.
    """
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_EDIT, round_)
    if round_.state not in STATES_OF_A_STRIKE:
        raise Conflict("not_running", state=round_.state.value)
    option = option_by_code(session, round_.id, code)
    if option.struck_at is not None:
        raise Conflict("option_struck_already", option=code)
    if len(shape_of(session, round_).standing) <= FEWEST_OPTIONS:
        raise Conflict("too_few_options", fewest=FEWEST_OPTIONS)
    language = original_language(reasons, round_.process.default_language)
    option.struck_reason = write_texts(session, reasons, language=language, shape=REASON, actor=actor, now=now)
    option.struck_at = now
    session.flush()
    record(
        session,
        "option.strike",
        actor=actor,
        now=now,
        subject_kind="round",
        subject_id=round_.id,
        process_id=round_.process_id,
        facts={"option": code, "reason": option.struck_reason.id},
    )
    return option


def detach_ballots(session: Session, round_id: str, *, now: datetime) -> int:
    """Unlink a closed round's ballots from their participants, for good; return how many there are.

    Called by the conclusion in its own transaction. The ballots are copied by receipt, the box is emptied, and a
    job that destroys the round's key is filed with the same commit. Raises Conflict `round_not_closed`, or
    `register_differs` if the box does not hold exactly one ballot for each entry of the register.
    """
    round_ = session.get_one(Round, round_id)
    if round_.state not in {RoundState.CLOSED, RoundState.CONCLUDED}:
        raise Conflict("round_not_closed", state=round_.state.value)
    ballots, voters = box.count_ballots(session, round_id), box.count_register(session, round_id)
    if ballots != voters:
        raise Conflict("register_differs", ballots=ballots, voters=voters)
    kept = [CountedBallot.round_id, CountedBallot.receipt, CountedBallot.content]
    cast = select(Ballot.round_id, Ballot.receipt, Ballot.content).where(Ballot.round_id == round_id)
    ordered = cast.order_by(box.by_receipt(session.get_bind().dialect.name))
    keep_turnout(session, round_)
    session.execute(insert(CountedBallot).from_select(kept, ordered))
    session.execute(delete(Ballot).where(Ballot.round_id == round_id))
    session.execute(delete(ErasedMark).where(ErasedMark.round_id == round_id))
    file_job(session, DESTROY_KEY, {"round_id": round_id}, now=now)
    return ballots


def keep_turnout(session: Session, round_: Round) -> Turnout:
    """Keep the turnout of a round that takes no ballots any more, so that figures stay when people are erased.

    Returns what is kept; it is counted once.
    """
    kept = session.get(KeptTurnout, round_.id, populate_existing=True)
    if kept is not None:
        return Turnout.from_document(kept.document)
    counted = counted_turnout(session, round_)
    with suppress(IntegrityError), session.begin_nested():  # another erasure may keep the same at this moment
        session.execute(insert(KeptTurnout), {"round_id": round_.id, "document": counted.as_document()})
    return counted


def let_go_of_voter(session: Session, account_id: str, identities: Sequence[str], *, keys: KeyStore) -> int:
    """Leave nothing in registers by which somebody who is erased could be found; return from how many rounds.

    The caller holds every round that is not concluded, and the account. Until the close the entry of the register
    becomes a mark by which the same address is known again, after it a random one; the ballot stays in the box as it
    is, under the round's key and the id of an account that is no more. So it can no longer be seen or changed, not by
    whoever signs in with that address later either: addresses are shared and given away. Entries of concluded rounds
    are deleted; their turnout is kept first. Claims to the one ballot of a phase become marks too.

    Raises Unavailable `round_suspended` while the key of a round is not there.
    """
    participant = account_key(account_id)
    voted_in = box.rounds_voted_in(session, participant)
    for round_id in voted_in:
        round_ = session.get_one(Round, round_id)
        if round_.state is RoundState.CONCLUDED:
            keep_turnout(session, round_)
            box.take_off_register(session, round_id, participant)
            continue
        key = keys.key(round_id)
        known = identities if round_.state is RoundState.OPEN and identities else [new_id()]
        mark, *further = [key.identity_mark(one) for one in known]
        if not box.leave_mark(
            session, round_id, ballot_key=key.ballot_key(participant), participant=participant, mark=mark
        ):
            raise Unavailable("round_suspended")
        box.leave_further_marks(session, round_id, further)
    mark_claims(session, participant, identities, mark=keys.claim_mark)
    return len(voted_in)


def forget_register(session: Session, round_: Round) -> None:
    """Delete who voted in a round that is over, and who was to be reminded; the turnout is kept first.

    The caller holds the round.
    """
    if round_.voting_task is not None:
        keep_turnout(session, round_)
    for kind in (Participation, Reminder, ReminderWish):
        session.execute(delete(kind).where(kind.round_id == round_.id))


def _earlier_answer(
    session: Session, round_: Round, content: object, actor: Actor, token: str, keys: KeyStore
) -> Cast | None:
    """Return what this very request was answered before it was repeated, whatever has been refused since.

    It is looked up as whom the actor may have voted, not as whom they take part now: a code whose last day is over, or
    a mandate that ended, takes no receipt away from anybody.
    """
    if not keys.holds(round_.id):
        return None
    key = keys.key(round_.id)
    for participant in took_part_as(session, round_, actor):
        stored = box.find(session, round_.id, key.ballot_key(participant.key))
        if stored is None or stored.request != key.request_mark(participant.key, token):
            continue
        if same_vote(shape_of(session, round_), stored.content, content):
            return Cast(stored.receipt, stored.revision, repeated=True)
    return None


def _not_filed(stored: box.StoredBallot | None, request: str, content: Content) -> Cast:
    """Say why the box did not take a ballot: this request is in it already, or a newer ballot is."""
    if stored is None:
        raise Unavailable("round_suspended")
    if stored.request != request:
        raise NewerBallot(stored=stored, typed=content)
    if stored.content != content:
        raise Conflict("request_reused", field="request_token")
    return Cast(stored.receipt, stored.revision, repeated=True)


def _note_in_register(
    session: Session, round_: Round, participant: Participant, *, now: datetime, is_first: bool
) -> None:
    is_new = box.register(
        session,
        round_.id,
        participant.key,
        participant.participant_class,
        channel=Channel.ONLINE,
        voted_on=now.astimezone(ZoneInfo(round_.process.time_zone)).date(),
    )
    if is_first and not is_new:
        # Voted, but no ballot under this key: the key is not the one with which the round was opened.
        raise Unavailable("round_suspended")
