"""The page of the receipt, for somebody who takes part no more when the answer to their vote reaches them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.kinds import Eligibility
from participation.rounds.models import CodeBatch
from participation.tally.kinds import BallotKind
from tests.http.test_ballot_pages import FORMS, Place, texts
from tests.support.people import sign_in_with_code

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_who_sends_a_vote_again_after_the_codes_last_day_sees_the_receipt(app: Flask) -> None:
    place = Place(app, kind=BallotKind.RANKING, eligibility=Eligibility.CODES)
    place.client = sign_in_with_code(app.test_client(), place.codes[0].id)
    review = place.post("review", FORMS[BallotKind.RANKING])
    assert place.hand_in(review).status_code == 303
    with app.app_context(), transaction():
        for batch in db.session.scalars(select(CodeBatch)):
            batch.expires_at = utcnow() - timedelta(seconds=1)
    again = place.hand_in(review)
    assert again.status_code == 303
    page = place.client.get(again.location, query_string={"lang": "en"})
    assert page.status_code == 200
    assert "Your ballot counts as it is. You can no longer change it." in texts(page)
    assert place.get().status_code == 403
