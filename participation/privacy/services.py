"""Erasing a person, and forgetting who took part in rounds that are long over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import identities_of
from participation.accounts.services import hold_account_to_remove, let_go_of_applicant, normalise_email, remove_account
from participation.ballots.keys import KeyStore
from participation.ballots.services import forget_register, let_go_of_voter
from participation.comments.services import let_go_of_author as let_go_of_commentator
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.gatherings.services import forget_attendance, let_go_of_gatherings
from participation.proposals.services import (
    forget_supporters,
    let_go_of_author,
    let_go_of_interests,
    let_go_of_supporter,
)
from participation.rounds.models import Round
from participation.rounds.queries import (
    known_as,
    lock_round,
    lock_unconcluded_rounds,
    requested_conclusion,
    rounds_to_forget,
)
from participation.rounds.rules import RoundState
from participation.rounds.services import forget_roll_and_codes, leave_rolls
from participation.texts.services import let_go_of_writer


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done, in numbers: no name and no address."""

    rounds: int
    contributions: int


def erase_person(
    session: Session, account_id: str, *, confirmed_by: str, actor: Actor, now: datetime, keys: KeyStore
) -> Erased:
    """Delete an account with everything that says whose it is; `confirmed_by` is its address, typed once more.

    Contributions stay without their author; support given in person and declared interests go. Ballots stay in their
    boxes, where they are untied from everybody at the conclusion; of an open round's register nothing is kept but
    HMAC(round's secret, verified address), so that joining again does not bring a second ballot. What organisations and
    departments have voted and signed is theirs. The opaque id stays in the record of acts, whose chain would break
    without it.

    Raises NotFound; Invalid `address_differs`; Conflict `last_administrator` or `conclusion_requested_by_you`;
    Unavailable `round_suspended` while the key of a round in which the person voted is not there.
    """
    rounds = lock_unconcluded_rounds(session)
    account = hold_account_to_remove(session, account_id, actor=actor)
    _check_address(account, confirmed_by)
    _check_no_request(session, account_id, rounds)
    voted_in = let_go_of_voter(session, account_id, _known_as(session, account), keys=keys)
    contributions = let_go_of_author(session, account_id) + let_go_of_commentator(session, account_id)
    let_go_of_supporter(session, account_id)
    let_go_of_interests(session, account_id)
    let_go_of_writer(session, account_id)
    let_go_of_gatherings(session, account_id)
    leave_rolls(session, account_id)
    let_go_of_applicant(session, account)
    remove_account(session, account, actor=actor, now=now)
    return Erased(voted_in, contributions)


def forget_people(session: Session, round_id: str, *, now: datetime) -> bool:
    """Forget who took part in a round if its time has come; say whether that was so.

    Register, roll, codes, reminders, names of those present and who supported what go. Results, bundles, ballots,
    turnout and how many supported what stay as they are: none of them leads to anybody.
    """
    round_ = lock_round(session, round_id)
    if round_id not in rounds_to_forget(session, now):  # another worker was faster
        return False
    forget_register(session, round_)
    forget_attendance(session, round_id)
    forget_supporters(session, round_id)
    forget_roll_and_codes(session, round_, now=now)
    return True


def _known_as(session: Session, account: Account) -> tuple[str, ...]:
    identities = identities_of(session, account.id)
    return known_as(account.email, [(one.issuer, one.subject) for one in identities])


def _check_address(account: Account, typed: str) -> None:
    """Refuse what does not name the account; one without an address is named by its id."""
    named = normalise_email(typed) if account.email else typed.strip()
    if named != (account.email or account.id):
        raise Invalid("address_differs", field="email")


def _check_no_request(session: Session, account_id: str, rounds: list[Round]) -> None:
    """Refuse while a round waits for the second person: coming back, the first one could be taken for another."""
    for round_ in rounds:
        request = requested_conclusion(session, round_.id) if round_.state is RoundState.CLOSED else None
        if request is not None and request.actor_id == account_id:
            raise Conflict("conclusion_requested_by_you", round=round_.slug)
