"""Until when a round knows who took part: set, said on its page, done by the clock; bundles stay whole."""

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from participation.ballots.guard import key_store
from participation.bundles.verification import Asked, Verdict, verify
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.privacy import jobs
from participation.results import services
from participation.results.concluding import confirm
from tests.factories.results import make_hall, vote_and_close
from tests.factories.town import PROCESS, Town
from tests.factories.votes import make_round
from tests.http.rounds.test_round_forms import ROUND

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_a_bundle_verifies_after_everybody_was_forgotten(app: Flask, tmp_path: Path) -> None:
    now = utcnow()
    with app.app_context():
        with transaction() as session:
            hall = make_hall(session, now)
            round_ = make_round(session, hall.process, now, slug="vote")
            vote_and_close(session, round_, [["M1"], ["M2", "M1"], ["M3"]] * 4, now, key_store())
            services.request_conclusion(session, "vote", actor=hall.birte, now=now)
        confirm("vote", actor=hall.farid, now=now)
    client = app.test_client()
    before = {path: client.get(path) for path in ("/rounds/vote/result?lang=en", "/rounds/vote/bundle.zip")}
    assert "Then register, roll and codes are deleted" in client.get("/online/vote?lang=en").text
    with app.app_context():
        jobs.forget(db.session(), now + timedelta(days=181))
    assert "It is not known any more." in client.get("/online/vote?lang=en").text
    assert client.get("/rounds/vote/result?lang=en").text == before["/rounds/vote/result?lang=en"].text
    after = client.get("/rounds/vote/bundle.zip")
    assert after.data == before["/rounds/vote/bundle.zip"].data
    path = tmp_path / "bundle.zip"
    path.write_bytes(after.data)
    assert zipfile.is_zipfile(path)
    verdict = Verdict()
    assert list(verify(path, Asked(), verdict))
    assert verdict.failed is None
    checked = app.test_cli_runner().invoke(args=["check"])
    assert checked.exit_code == 0, checked.output


def test_the_days_are_set_with_the_round_and_said_at_its_door(app: Flask) -> None:
    town = Town(app)
    farid, anybody = town.as_(town.cast.farid), town.as_()
    new = f"/manage/processes/{PROCESS}/rounds/new?lang=en"
    assert 'value="180"' in farid.get(new).text
    refused = farid.post(new, data=ROUND | {"retention_days": "0"})
    assert refused.status_code == 422
    assert 'href="#retention_days"' in refused.text
    assert farid.post(new, data=ROUND | {"retention_days": "90"}).status_code == 303
    assert "For 90 days after the conclusion" in anybody.get("/online/sommer?lang=en").text
    shown = anybody.get("/api/v1/rounds/sommer").get_json()
    assert (shown["retention_days"], shown["people_known_until"], shown["people_forgotten_at"]) == (90, None, None)
