"""A concluded ranking with costs and money behind a web server, and its people at their browsers."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

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
