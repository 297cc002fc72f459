"""What would follow from erasing a person, so that it can be said before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Mandate, Representation
from participation.ballots.queries import running_rounds_voted_in
from participation.comments.queries import count_comments_of
from participation.proposals.queries import count_contributions_of
from participation.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Consequences:
    """What stays and what goes. `voted_in` are the rounds in which a ballot can then no longer be seen or changed."""

    voted_in: Sequence[Round]
    proposals: int
    comments: int
    drafts: int
    bodies: int
    roles: int

    @property
    def contributions(self) -> int:
        """Return how many public contributions stay without a name."""
        return self.proposals + self.comments


def consequences_for(session: Session, account: Account) -> Consequences:
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
    )
