"""The roll: the named people who take part in a round of a fixed body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.services import find_or_create_account, normalise_email
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise, may
from participation.core.wording import TextShape
from participation.rounds.kinds import Eligibility
from participation.rounds.models import RollEntry, Round
from participation.rounds.queries import lock_round, roll_of, round_by_slug
from participation.rounds.rules import RoundState
from participation.rounds.services.records import record_act
from participation.texts.models import Text
from participation.texts.services import revise_texts, write_texts

SEAT: Final = TextShape("seat", 200, one_line=True)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person of the roll, by the address of their account, and what they stand for, by language."""

    email: str
    names: Mapping[str, str] = field(default_factory=dict)


def set_roll(session: Session, slug: str, seats: Sequence[Seat], *, actor: Actor, now: datetime) -> Sequence[RollEntry]:
    """Make the roll exactly these people. Once the round is open it only grows, and then it stands still.

    Whoever may give roles invites people by putting them on the roll; for others they must have an account already.
    """
    round_ = lock_round(session, round_by_slug(session, slug).id)
    authorise(actor, Permission.ROUND_EDIT, round_)
    if round_.eligibility is not Eligibility.ROLL:
        raise Conflict("round_without_roll", eligibility=round_.eligibility.value)
    if round_.state not in {RoundState.DRAFT, RoundState.OPEN}:
        raise Conflict("roll_stands", state=round_.state.value)
    wanted = _accounts(session, seats, round_, actor, now)
    present = {entry.account_id: entry for entry in roll_of(session, round_.id)}
    leaving = present.keys() - wanted.keys()
    if leaving and round_.state is RoundState.OPEN:
        raise Conflict("roll_only_grows", field="roll", count=len(leaving))
    for account_id in leaving:
        session.delete(present[account_id])
        if present[account_id].seat is not None:
            session.delete(present[account_id].seat)
    for account_id, seat in wanted.items():
        entry = present.get(account_id)
        if entry is None:
            session.add(
                RollEntry(
                    round_id=round_.id, account_id=account_id, seat=_words(session, None, seat, round_, actor, now)
                )
            )
        else:
            entry.seat = _words(session, entry.seat, seat, round_, actor, now)
    session.flush()
    facts = {"count": len(wanted), "added": len(wanted.keys() - present.keys()), "removed": len(leaving)}
    record_act(session, "roll.set", round_, actor, now, facts)
    return roll_of(session, round_.id)


def leave_rolls(session: Session, account_id: str) -> None:
    """Take somebody who is erased off every roll, with the words for their seats."""
    entries = session.scalars(select(RollEntry).where(RollEntry.account_id == account_id).order_by(RollEntry.id)).all()
    for entry in entries:
        seat = entry.seat
        session.delete(entry)
        session.flush()
        if seat is not None:
            session.delete(seat)
    session.flush()


def _accounts(session: Session, seats: Sequence[Seat], round_: Round, actor: Actor, now: datetime) -> dict[str, Seat]:
    """Return the seats by account id, in their order; every address belongs to somebody, and to one seat."""
    addresses = [normalise_email(seat.email) for seat in seats]
    doubled = next((address for address in addresses if addresses.count(address) > 1), None)
    if doubled is not None:
        raise Invalid("doubled_on_roll", field="roll", email=doubled)
    rows = session.execute(select(Account.email, Account.id).where(Account.email.in_(addresses)))
    ids = {row.email: row.id for row in rows}
    unknown = [address for address in addresses if address not in ids]
    if unknown and not may(actor, Permission.ROLE_GRANT, round_):
        raise Invalid("unknown_on_roll", field="roll", emails=", ".join(unknown))
    for address in unknown:
        language = round_.process.default_language
        ids[address] = find_or_create_account(
            session, address, language=language, process_id=round_.process_id, actor=actor, now=now
        ).id
    return {ids[address]: seat for address, seat in zip(addresses, seats, strict=True)}


def _words(session: Session, text: Text | None, seat: Seat, round_: Round, actor: Actor, now: datetime) -> Text | None:
    if not any(name.strip() for name in seat.names.values()):
        return text
    if text is None:
        return write_texts(
            session, seat.names, language=round_.process.default_language, shape=SEAT, actor=actor, now=now
        )
    revise_texts(session, text, seat.names, shape=SEAT, actor=actor, now=now)
    return text
