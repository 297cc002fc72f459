"""Those who write a proposal or decide about it say which interest they have in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, NotFound
from participation.core.permissions import Permission, authorise
from participation.core.wording import REASON
from participation.processes.queries import lock_process
from participation.proposals.models import Proposal, ProposalInterest
from participation.proposals.queries.interests import StandingFor, capacities_of, own_interest
from participation.proposals.queries.proposals import hold_proposal, process_of
from participation.proposals.rules import LIVE, OFFICIAL_CAPACITIES, ProposalState
from participation.texts.models import Text
from participation.texts.services import revise_text, write_text


def declare_interest(
    session: Session, proposal_id: str, words: str, *, language: str, standing: str, actor: Actor, now: datetime
) -> ProposalInterest:
    """Say which interest one has in a proposal, and as what; until it is decided on, a second time it is reworded.

    `standing` is one of those that `capacities_of` gives, by its key. Raises Forbidden `no_capacity` for anybody who
    neither writes the proposal nor decides about it, Conflict `interest_too_late` once it is decided
    against, and for other words once something was decided with the first at hand.
    """
    proposal = _held(session, proposal_id, actor)
    chosen = next((one for one in capacities_of(session, proposal, actor, now) if one.key == standing), None)
    if chosen is None:
        raise Forbidden("no_capacity", field="standing")
    interest = own_interest(session, proposal, actor)
    if interest is None:
        interest = ProposalInterest(
            proposal_id=proposal.id,
            account_id=actor.id,
            words=write_text(session, words, language=language, shape=REASON, actor=actor, now=now),
            declared_at=now,
        )
        session.add(interest)
    else:
        _check_undecided(proposal)
        _reword(session, interest, words, language, actor, now)
    interest.capacity = chosen.capacity
    interest.organisation = chosen.organisation
    interest.department = chosen.department
    session.flush()
    _record(session, "declared", proposal, chosen, actor, now)
    return interest


def withdraw_interest(session: Session, proposal_id: str, *, actor: Actor, now: datetime) -> None:
    """Take a declaration back, as long as nothing was decided on it."""
    proposal = _held(session, proposal_id, actor)
    interest = own_interest(session, proposal, actor)
    if interest is None:
        raise NotFound("no_such_interest")
    _check_undecided(proposal)
    standing = StandingFor(interest.capacity, interest.organisation, interest.department)
    _delete(session, [interest])
    _record(session, "withdrawn", proposal, standing, actor, now)


def let_go_of_interests(session: Session, account_id: str) -> None:
    """Delete the interests that somebody declared: their words would go on telling who it was."""
    _delete(
        session,
        session.scalars(select(ProposalInterest).where(ProposalInterest.account_id == account_id)).all(),
    )


def _held(session: Session, proposal_id: str, actor: Actor) -> Proposal:
    process_id = process_of(session, proposal_id)
    authorise(actor, Permission.INTEREST_DECLARE, process_id)
    lock_process(session, process_id, shared=True)
    proposal = hold_proposal(session, proposal_id)
    if proposal.state not in LIVE:
        raise Conflict("interest_too_late")
    return proposal


def _check_undecided(proposal: Proposal) -> None:
    """What was said before a decision stays as those read it who took part in it."""
    if proposal.state is not ProposalState.SUBMITTED:
        raise Conflict("interest_too_late")


def _reword(
    session: Session, interest: ProposalInterest, words: str, language: str, actor: Actor, now: datetime
) -> None:
    if interest.words.language == language:
        revise_text(session, interest.words, words, shape=REASON, actor=actor, now=now)
        return
    earlier = interest.words
    interest.words = write_text(session, words, language=language, shape=REASON, actor=actor, now=now)
    session.flush()
    session.delete(earlier)


def _delete(session: Session, interests: Sequence[ProposalInterest]) -> None:
    words = [interest.words_id for interest in interests]
    for interest in interests:
        session.delete(interest)
    session.flush()
    session.execute(delete(Text).where(Text.id.in_(words)))


def _record(
    session: Session, what: str, proposal: Proposal, standing: StandingFor, actor: Actor, now: datetime
) -> None:
    """Leave a record of what an official declared; what authors and delegates declare stands on the page alone."""
    if standing.capacity in OFFICIAL_CAPACITIES:
        record(
            session,
            f"interest.{what}",
            actor=actor,
            now=now,
            subject_kind="proposal",
            subject_id=proposal.id,
            process_id=proposal.process_id,
            facts={"code": proposal.code, "as": standing.key},
        )
