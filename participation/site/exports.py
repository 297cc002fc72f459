"""The proposals of a process as a table for programs and spreadsheets."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.processes.models import Process
from participation.proposals.models import Proposal, ProposalInterest
from participation.proposals.queries import Support, Wanted, listed, support_of
from participation.results.tables import Cell, Column, Table
from participation.texts.queries import wordings_in

_COLUMNS: Final = (
    "code",
    "kind",
    "state",
    "written_in",
    "title",
    "field",
    "organisation",
    "author_name",
    "submitted_at",
    "revision",
    "merged_into",
    "supporters",
    "supporters_of_earlier_wording",
    "supporters_from_merged",
    "signed_by",
    "signed_earlier_wording",
    "signed_merged",
    "declared_interests",
)


def proposals_table(session: Session, process: Process, languages: Sequence[str]) -> Table:
    """Return everything that stands in the list of proposals, with support, signatures and declared interests.

    Titles are in the first of `languages` that they are worded in, else as the author wrote them. Of people who
    support only the number is told.
    """
    found = session.scalars(listed(process.id, Wanted())).all()
    support = support_of(session, found)
    titles = wordings_in(session, [proposal.title_id for proposal in found], languages)
    interests: dict[str, int] = dict(
        session.execute(
            select(ProposalInterest.proposal_id, func.count())
            .join(Proposal, Proposal.id == ProposalInterest.proposal_id)
            .where(Proposal.process_id == process.id)
            .group_by(ProposalInterest.proposal_id)
        ).all()
    )
    rows = (
        (
            *_said(proposal, titles[proposal.title_id].body),
            *_supported(support[proposal.id]),
            interests.get(proposal.id, 0),
        )
        for proposal in found
    )
    return Table(tuple(map(Column, _COLUMNS)), tuple(rows))


def _said(proposal: Proposal, title: str) -> tuple[Cell, ...]:
    return (
        proposal.code,
        proposal.kind.value,
        proposal.state.value,
        proposal.title.language,
        title,
        proposal.field.code if proposal.field else None,
        proposal.organisation.name if proposal.organisation else None,
        proposal.author_name,
        proposal.submitted_at.isoformat() if proposal.submitted_at else None,
        proposal.revision,
        proposal.merged_into.code if proposal.merged_into else None,
    )


def _supported(support: Support) -> tuple[Cell, ...]:
    """Whoever signed a proposal that was merged into this one did not sign these words, and stands apart."""
    here = [one for one in support.signatures if not one.came_with]
    return (
        support.people,
        support.people_earlier,
        support.people_along,
        "; ".join(one.organisation.name for one in here),
        "; ".join(one.organisation.name for one in here if one.is_of_earlier_wording),
        "; ".join(f"{one.organisation.name} ({one.came_with})" for one in support.signatures if one.came_with),
    )
