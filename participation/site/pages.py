"""What the page of an organisation shows: to everybody, and more to those who speak for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Mandate, Organisation, ProposedDelegate
from participation.accounts.queries import mandates_in_force, organisation_by_code, proposed_delegates_of
from participation.ballots.queries import voted_on
from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.core.permissions import Permission, may
from participation.core.windows import local_at
from participation.gatherings.models import Statement
from participation.gatherings.queries import unfinished_statements
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.queries import Signed, Support, signed_by, support_of, with_relatives
from participation.proposals.rules import ProposalState
from participation.rounds.kinds import Eligibility
from participation.rounds.models import Round
from participation.rounds.queries import RoundStanding, round_standing
from participation.rounds.rules import RoundState


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round that is open to organisations, and on which day this one's ballot was cast."""

    standing: RoundStanding
    voted_on: date | None


@dataclass(frozen=True, slots=True)
class StatementToSign:
    """A statement that does not stand yet, and whether the organisation has signed its present wording."""

    statement: Statement
    is_signed: bool


@dataclass(frozen=True, slots=True)
class OrganisationDesk:
    """What only those see who speak for an organisation today: the same for each of them."""

    own: Mandate
    mandates: Sequence[Mandate]
    proposed: Sequence[ProposedDelegate]
    rounds: Sequence[OpenRound]
    drafts: Sequence[Proposal]
    statements: Sequence[StatementToSign]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """An organisation as everybody sees it; the desk is for its delegates."""

    organisation: Organisation
    proposals: Sequence[Proposal]
    support: Mapping[str, Support]
    signed: Sequence[Signed]
    desk: OrganisationDesk | None


def organisation_page(session: Session, process: Process, code: str, actor: Actor, now: datetime) -> OrganisationPage:
    """Return the page of an organisation; one that is not approved is known to the office alone."""
    organisation = organisation_by_code(session, process.id, code)
    if organisation.approved_at is None and not may(actor, Permission.ORGANISATION_MANAGE, process):
        raise NotFound("no_such_organisation", organisation=code)
    proposals = session.scalars(
        with_relatives(
            select(Proposal)
            .where(Proposal.organisation_id == organisation.id, Proposal.submitted_at.is_not(None))
            .order_by(Proposal.position, Proposal.id)
        )
    ).all()
    return OrganisationPage(
        organisation,
        proposals,
        support_of(session, proposals),
        signed_by(session, organisation.id),
        _desk(session, process, organisation, actor, now),
    )


def _desk(
    session: Session, process: Process, organisation: Organisation, actor: Actor, now: datetime
) -> OrganisationDesk | None:
    today = local_at(now, process.time_zone).date()
    mandates = mandates_in_force(session, organisation.id, today)
    own = next((mandate for mandate in mandates if mandate.account_id == actor.id), None)
    if own is None or not actor.is_account:
        return None
    drafts = session.scalars(
        select(Proposal)
        .where(Proposal.organisation_id == organisation.id, Proposal.state == ProposalState.DRAFT)
        .order_by(Proposal.created_at.desc(), Proposal.id)
    ).all()
    proposed = proposed_delegates_of(session, organisation.id)
    return OrganisationDesk(
        own,
        mandates,
        proposed,
        _open_rounds(session, process, actor, now),
        drafts,
        [
            StatementToSign(
                one, organisation.id in {it.organisation_id for it in one.signatures if not it.is_of_earlier_wording}
            )
            for one in unfinished_statements(session, process.id)
        ],
    )


def _open_rounds(session: Session, process: Process, actor: Actor, now: datetime) -> list[OpenRound]:
    rounds = session.scalars(
        select(Round)
        .where(
            Round.process_id == process.id,
            Round.eligibility == Eligibility.ORGANISATIONS,
            Round.state == RoundState.OPEN,
        )
        .order_by(Round.closes_at, Round.slug)
    ).all()
    standings = [round_standing(session, round_, actor, now) for round_ in rounds]
    return [
        OpenRound(one, voted_on(session, one.round.id, one.participant) if one.participant else None)
        for one in standings
    ]
