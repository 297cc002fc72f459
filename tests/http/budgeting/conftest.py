"""A concluded ranking with costs and money behind a web server, and its people at their browsers."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participation.ballots.guard import key_store
from participation.core.windows import utcnow
from participation.extensions import transaction
from tests.factories.chamber import Chamber, begin, grant, make_chamber
from tests.support.people import sign_in


@dataclass
class Room:
    """The office at its browser, a visitor, and where everything is."""

    app: Flask
    chamber: Chamber
    birte: FlaskClient
    visitor: FlaskClient

    @property
    def process(self) -> str:
        """Return the address of the process."""
        return f"/processes/{self.chamber.slug}"

    @property
    def api(self) -> str:
        """Return the address of the process for programs."""
        return f"/api/v1{self.process}"

    def settle(self, based_on: int = 1) -> TestResponse:
        """Have Birte read the page that asks once more, and press its button."""
        address = f"{self.process}/plans/plan/settle"
        page = self.birte.get(address).text
        found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
        sent = {"based_on": str(based_on), "seen": found[1] if found else ""}
        return self.birte.post(address, data=sent, query_string={"lang": "en"})


@pytest.fixture
def room(app: Flask) -> Room:
    """Make everything with an envelope of 30,000 a year from 2031 on and a draft called `plan`."""
    with app.app_context(), transaction() as session:
        now = utcnow()
        chamber = make_chamber(session, now, key_store())
        grant(session, chamber, now)
        begin(session, chamber, now)
        birte = chamber.hall.birte.id
    return Room(app, chamber, sign_in(app.test_client(), birte), app.test_client())
