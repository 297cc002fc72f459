"""What the steering group's door shows: its sessions, and the waiting proposals by the agenda on which they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from participation.gatherings.models import Gathering
from participation.gatherings.queries import sessions_with_agenda
from participation.proposals.models import Proposal
from participation.proposals.queries import Wanted, known_codes, listed
from participation.proposals.rules import ProposalState
from participation.storage.pages import Page, read_page


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of a process: those ahead or under way, the next first, and those that have been, the last first.

    `named` are the proposals on the agenda of the next one, by code.
    """

    ahead: Sequence[Gathering]
    past: Sequence[Gathering]
    named: dict[str, Proposal]

    @property
    def next(self) -> Gathering | None:
        """Return the session that comes first."""
        return next(iter(self.ahead), None)

    @property
    def unapproved(self) -> list[Gathering]:
        """Return the sessions that have been and whose minutes nobody has approved."""
        return [one for one in self.past if not one.is_approved]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The proposals that wait for a decision: those on the agenda of a session ahead, and one page of the others."""

    on_agenda: Sequence[tuple[Gathering, Sequence[Proposal]]]
    others: Page[Proposal]

    @property
    def total(self) -> int:
        """Return how many wait."""
        return self.others.total + sum(len(proposals) for _session, proposals in self.on_agenda)

    @property
    def shown(self) -> list[Proposal]:
        """Return those that stand on this page."""
        return [*(one for _session, proposals in self.on_agenda for one in proposals), *self.others.items]


def sessions_of(session: Session, process_id: str, now: datetime) -> Sessions:
    """Return the sessions of a process as they stand now."""
    every = sessions_with_agenda(session, process_id)
    ahead = [one for one in every if now < one.ends_at]
    codes = _codes(ahead[0]) if ahead else []
    return Sessions(
        ahead, [one for one in reversed(every) if one.ends_at <= now], known_codes(session, process_id, codes)
    )


def waiting_proposals(
    session: Session, process_id: str, ahead: Sequence[Gathering], *, page: int, per_page: int
) -> Waiting:
    """Return the proposals that wait, each once: with the first session on whose agenda it stands, or without one."""
    submitted = listed(process_id, Wanted(state=ProposalState.SUBMITTED))
    told: set[str] = set()
    on_agenda = []
    for gathering in ahead:
        codes = [code for code in _codes(gathering) if code not in told]
        told.update(codes)
        found = {one.code: one for one in session.scalars(submitted.where(Proposal.code.in_(codes)))}
        if found:
            on_agenda.append((gathering, [found[code] for code in codes if code in found]))
    others = submitted.where(Proposal.code.not_in(told))
    return Waiting(on_agenda, read_page(session, others, page=page, per_page=per_page))


def _codes(gathering: Gathering) -> list[str]:
    return list(dict.fromkeys(code for item in gathering.items for code in item.proposal_codes))
