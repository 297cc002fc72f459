"""What is stored about a person, and what would follow from erasing them, so that it can be said before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts import stored as accounts_stored
from participation.accounts.models import Account, Mandate, Representation
from participation.accounts.queries import left_voiceless
from participation.audit import stored as audit_stored
from participation.ballots import stored as ballots_stored
from participation.ballots.paper import stored as paper_stored
from participation.ballots.queries import running_rounds_voted_in
from participation.budgeting import stored as budgeting_stored
from participation.comments import stored as comments_stored
from participation.comments.queries import count_comments_of
from participation.costings import stored as costings_stored
from participation.gatherings import stored as gatherings_stored
from participation.monitoring import stored as monitoring_stored
from participation.proposals import stored as proposals_stored
from participation.proposals.queries import count_contributions_of
from participation.rounds import stored as rounds_stored
from participation.rounds.models import Round
from participation.rounds.queries import count_claims_of
from participation.storage.holdings import Holding, Row
from participation.texts import stored as texts_stored

HOLDINGS: Final[tuple[Holding, ...]] = (
    *accounts_stored.STORED,
    *rounds_stored.STORED,
    *gatherings_stored.STORED,
    *ballots_stored.STORED,
    *paper_stored.STORED,
    *proposals_stored.STORED,
    *costings_stored.STORED,
    *budgeting_stored.STORED,
    *comments_stored.STORED,
    *monitoring_stored.STORED,
    *texts_stored.STORED,
    *audit_stored.STORED,
)
"""Everything that rooms store about people, in the order in which a person reads it."""


def stored_about(session: Session, account_id: str) -> dict[str, list[Row]]:
    """Return what is stored about the person with an account, by the names of the holdings."""
    return {holding.name: holding.of(session, account_id) for holding in HOLDINGS}


@dataclass(frozen=True, slots=True)
class Consequences:
    """What stays and what goes. `voted_in` are the rounds in which a ballot can then no longer be seen or changed.

    `left_voiceless` names the organisations for which nobody would speak any more.
    """

    voted_in: Sequence[Round]
    proposals: int
    comments: int
    drafts: int
    bodies: int
    roles: int
    claims: int
    left_voiceless: Sequence[str]

    @property
    def contributions(self) -> int:
        """Return how many public contributions stay without a name."""
        return self.proposals + self.comments


def consequences_for(session: Session, account: Account, now: datetime) -> Consequences:
    """Return what would follow from deleting an account now."""
    proposals, drafts = count_contributions_of(session, account.id)
    mandates = select(func.count()).select_from(Mandate).where(Mandate.account_id == account.id)
    departments = select(func.count()).select_from(Representation).where(Representation.account_id == account.id)
    return Consequences(
        voted_in=running_rounds_voted_in(session, account.id),
        proposals=proposals,
        comments=count_comments_of(session, account.id),
        drafts=drafts,
        bodies=(session.scalar(mandates) or 0) + (session.scalar(departments) or 0),
        roles=len(account.grants),
        claims=count_claims_of(session, account.id),
        left_voiceless=[one.name for one in left_voiceless(session, account.id, now.date())],
    )
