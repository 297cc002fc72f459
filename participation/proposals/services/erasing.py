"""What becomes of a person's proposals when the person is erased."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from participation.core.actor import ERASED
from participation.proposals.models import Proposal, ProposalEvent
from participation.proposals.rules import ProposalState
from participation.texts.models import Text


def let_go_of_author(session: Session, account_id: str) -> int:
    """Take name and id from what somebody has handed in and return how much that is; their own drafts are deleted.

    Drafts of an organisation are the organisation's and stay.
    """
    mine = session.scalars(
        select(Proposal).where(Proposal.author_id == account_id).order_by(Proposal.id).with_for_update(of=Proposal)
    ).all()
    drafts = [one for one in mine if one.state is ProposalState.DRAFT and one.organisation_id is None]
    _delete_drafts(session, drafts)
    session.execute(
        update(Proposal)
        .where(Proposal.author_id == account_id)
        .values(author_id=ERASED, author_name="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(ProposalEvent)
        .where(ProposalEvent.actor_id == account_id)
        .values(actor_id=ERASED)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return len(mine) - len(drafts)


def _delete_drafts(session: Session, drafts: list[Proposal]) -> None:
    """Delete drafts with their words; nothing refers to what was never handed in but its own stations."""
    if not drafts:
        return
    ids = [draft.id for draft in drafts]
    words = [text.id for draft in drafts for text in draft.texts]
    for draft in drafts:
        session.expunge(draft)
    session.execute(delete(Proposal).where(Proposal.id.in_(ids)).execution_options(synchronize_session=False))
    session.execute(delete(Text).where(Text.id.in_(words)).execution_options(synchronize_session=False))
