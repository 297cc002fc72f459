"""Proposals on both databases: entered with their past, and found."""

from datetime import timedelta

from participation.core.actor import SYSTEM
from participation.core.errors import Forbidden, Invalid
from participation.proposals import services
from participation.proposals.queries import by_codes
from participation.proposals.rules import ProposalAction, ProposalKind, ProposalState
from participation.proposals.services import Past
from participation.texts.models import Origin
from participation.texts.queries import wordings
from tests.factories.contributions import Town, actions
from tests.support.refusals import refused


def test_an_entered_proposal_carries_its_past(town: Town) -> None:
    town.recorded("M05", "Sprachmittlungspool")
    day = timedelta(days=1)
    past = (
        Past(ProposalAction.SUBMIT, town.now - 22 * day),
        Past(ProposalAction.MERGE, town.now - 18 * day, {"de": "Gehört dazu.", "ar": "جزء منها"}, other="M05"),
    )
    proposal = town.recorded(
        "X02",
        "Ehrenamtliche Dolmetschende",
        language="ar",
        titles={"ar": "مترجمون متطوعون", "de": "Ehrenamtliche Dolmetschende"},
        bodies={"ar": "نقترح"},
        origins={"ar": Origin.AUTHOR, "de": Origin.MACHINE},
        organisation_id=town.organisation.id,
        state=ProposalState.MERGED,
        past=past,
    )
    assert proposal.submitted_at == town.now - 22 * day
    assert (proposal.merged_into and proposal.merged_into.code, actions(proposal)) == ("M05", ["submit", "merge"])
    assert wordings(proposal.title)["de"].origin is Origin.MACHINE
    assert proposal.author_id is None


def test_only_those_who_import_enter_proposals(town: Town) -> None:
    told = services.Recorded("M1", ProposalKind.MEASURE, "de", {"de": "x"})
    refused(
        Forbidden,
        "not_permitted",
        lambda: services.record_proposal(town.session, town.process, told, actor=town.farid, now=town.now),
    )
    services.record_proposal(town.session, town.process, told, actor=SYSTEM, now=town.now)


def test_proposals_are_found_in_the_order_of_codes_and_drafts_are_not(town: Town) -> None:
    town.recorded("M01", "eins")
    town.recorded("M02", "zwei")
    draft = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    found = by_codes(town.session, town.process.id, ["M02", "M01", "M02"])
    assert [proposal.code for proposal in found] == ["M02", "M01", "M02"]
    refused(Invalid, "unknown_proposal", lambda: by_codes(town.session, town.process.id, [draft.id]))
