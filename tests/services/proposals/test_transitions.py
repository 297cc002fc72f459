"""Proposals on both databases: every state with every decision, and what the database itself refuses."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.core.errors import Conflict
from participation.proposals import services
from participation.proposals.models import Proposal
from participation.proposals.rules import TRANSITIONS, ProposalAction, ProposalState
from tests.factories.contributions import Town
from tests.support.refusals import refused

BECAUSE = {"de": "Gehört zum Sprachcafé.", "en": "Part of the language café."}


def _bring_to(town: Town, state: ProposalState) -> Proposal:
    if state is ProposalState.DRAFT:
        return services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    target = town.submitted(title="Hedef")
    proposal = town.submitted()
    at: dict[str, object] = {"based_on": 1, "actor": town.elif_, "now": town.now}
    if state is ProposalState.ADMITTED:
        services.admit(town.session, proposal.id, **at)  # type: ignore[arg-type]
    elif state is ProposalState.MERGED:
        services.merge_into(town.session, proposal.id, target.code, reasons=BECAUSE, **at)  # type: ignore[arg-type]
    elif state is ProposalState.SPLIT:
        parts = [town.draft(title="a"), town.draft(title="b")]
        services.split(town.session, proposal.id, parts, reasons=BECAUSE, **at)  # type: ignore[arg-type]
    elif state is ProposalState.DECLINED:
        services.decline(town.session, proposal.id, reasons=BECAUSE, **at)  # type: ignore[arg-type]
    elif state is ProposalState.WITHDRAWN:
        services.withdraw(town.session, proposal.id, actor=town.ayse, now=town.now)
    assert proposal.state is state
    return proposal


def _attempt(town: Town, proposal: Proposal, action: ProposalAction) -> object:
    at: dict[str, object] = {"based_on": proposal.revision, "actor": town.birte, "now": town.now}
    own: dict[str, object] = {"actor": town.ayse, "now": town.now}
    town.recorded("M99", "Ziel des Zusammenlegens")
    acts: dict[ProposalAction, Callable[[], object]] = {
        ProposalAction.SUBMIT: lambda: services.submit(town.session, proposal.id, **own),  # type: ignore[arg-type]
        ProposalAction.WITHDRAW: lambda: services.withdraw(town.session, proposal.id, **own),  # type: ignore[arg-type]
        ProposalAction.REVISE: lambda: services.revise(
            town.session,
            proposal.id,
            town.draft(title="anders"),
            based_on=proposal.revision,
            actor=town.ayse if proposal.state in {ProposalState.DRAFT, ProposalState.SUBMITTED} else town.birte,
            now=town.now,
        ),
        ProposalAction.ADMIT: lambda: services.admit(town.session, proposal.id, **at),  # type: ignore[arg-type]
        ProposalAction.DECLINE: lambda: services.decline(town.session, proposal.id, reasons=BECAUSE, **at),  # type: ignore[arg-type]
        ProposalAction.MERGE: lambda: services.merge_into(
            town.session,
            proposal.id,
            "M99",
            reasons=BECAUSE,
            **at,  # type: ignore[arg-type]
        ),
        ProposalAction.SPLIT: lambda: services.split(
            town.session,
            proposal.id,
            [town.draft(title="a"), town.draft(title="b")],
            reasons=BECAUSE,
            **at,  # type: ignore[arg-type]
        ),
    }
    return acts[action]()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("action", ProposalAction)
@pytest.mark.parametrize("state", ProposalState)
def test_every_state_takes_exactly_the_actions_of_the_table(
    town: Town, state: ProposalState, action: ProposalAction
) -> None:
    proposal = _bring_to(town, state)
    following = TRANSITIONS.get((state, action))
    if following is None:
        refused(Conflict, "proposal_state", lambda: _attempt(town, proposal, action))
        assert proposal.state is state
    else:
        _attempt(town, proposal, action)
        assert proposal.state is following


def test_every_decision_leaves_a_record_and_the_chain_holds(town: Town) -> None:
    for state in (ProposalState.MERGED, ProposalState.SPLIT, ProposalState.DECLINED, ProposalState.ADMITTED):
        _bring_to(town, state)
    told = town.session.scalars(
        select(AuditRecord.action).where(AuditRecord.subject_kind == "proposal").order_by(AuditRecord.number)
    ).all()
    assert told == ["proposal_merge", "proposal_split", "proposal_decline", "proposal_admit"]
    assert first_broken_record(town.session) is None


@pytest.mark.parametrize(
    "values",
    [{"state": ProposalState.MERGED}, {"code": "G1"}, {"position": 0}, {"state": ProposalState.DRAFT}, {"revision": 0}],
)
def test_the_database_repeats_the_promises(town: Town, values: dict[str, object]) -> None:
    proposal = town.submitted()
    with pytest.raises(IntegrityError):
        town.session.execute(update(Proposal).where(Proposal.id == proposal.id).values(**values))
