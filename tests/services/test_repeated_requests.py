"""A request whose answer was lost gets its receipt when it is repeated, whatever has ended in between (promise 1)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Mandate, Organisation, OrganisationKind
from participation.ballots.keys import KeyStore
from participation.ballots.services import Cast, cast_ballot, open_round
from participation.core.actor import SYSTEM, Actor, ActorKind
from participation.core.errors import Forbidden
from participation.rounds.kinds import Eligibility
from participation.rounds.models import CodeBatch, ParticipationCode, RollEntry
from participation.storage import write_transaction
from tests.factories.results import make_hall
from tests.factories.votes import make_codes, make_round, put_on_roll

WAYS = (Eligibility.CODES, Eligibility.ROLL, Eligibility.ORGANISATIONS)


@pytest.mark.parametrize("eligibility", WAYS)
def test_a_repeated_request_gets_its_receipt_when_its_voter_takes_part_no_more(
    session: Session, now: datetime, keys: KeyStore, eligibility: Eligibility
) -> None:
    with write_transaction(session):
        hall = make_hall(session, now)
        round_ = make_round(session, hall.process, now, slug="vote", eligibility=eligibility)
        make_codes(session, round_, 2, now)
        put_on_roll(session, round_, hall.ayse)
        association = Organisation(
            process_id=hall.process.id,
            code="lotus",
            kind=OrganisationKind.MIGRANT_ASSOCIATION,
            name="Lotus",
            languages=["de"],
            created_at=now,
            approved_at=now,
            approved_by="system",
        )
        session.add(association)
        session.flush()
        session.add(Mandate(organisation_id=association.id, account_id=hall.ayse.id, valid_from=date(2020, 1, 1)))
        open_round(session, "vote", actor=SYSTEM, now=now, keys=keys)
        codes = session.scalars(select(ParticipationCode.id).order_by(ParticipationCode.number)).all()
    by_code = eligibility is Eligibility.CODES
    actor = Actor(ActorKind.CODE, codes[0]) if by_code else hall.ayse

    def cast(content: object, token: str, voter: Actor = actor) -> Cast:
        with write_transaction(session):
            return cast_ballot(
                session, "vote", content, actor=voter, now=now, request_token=token, based_on=0, keys=keys
            )

    first = cast(["M1"], "first")
    with write_transaction(session):
        for batch in session.scalars(select(CodeBatch)):
            batch.expires_at = now - timedelta(seconds=1)
        for entry in session.scalars(select(RollEntry)):
            session.delete(entry)
        for mandate in session.scalars(select(Mandate)):
            mandate.valid_until = date(2020, 1, 2)
    again = cast(["M1"], "first")
    assert (again.receipt, again.revision, again.repeated) == (first.receipt, first.revision, True)
    other = Actor(ActorKind.CODE, codes[1]) if by_code else hall.birte
    refused = [(["M2"], "first", actor), (["M1"], "another", actor), (["M1"], "first", other)]
    for content, token, voter in refused:
        with pytest.raises(Forbidden, match="not_a_participant"):
            cast(content, token, voter)
