"""The city with everybody in it, for pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import all_processes
from tests.factories.city import lindenhafen
from tests.factories.people import Cast, cast, official
from tests.support.people import sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    with app.app_context(), transaction() as session:
        now = utcnow()
        return cast(session, lindenhafen(session, now), now=now)


@pytest.fixture
def birte(client: FlaskClient, people: Cast) -> FlaskClient:
    return sign_in(client, people.birte)


@pytest.fixture
def admin(app: Flask, people: Cast) -> FlaskClient:
    """Return the browser of somebody who administers everything."""
    with app.app_context(), transaction() as session:
        account = official(session, "Admin", Role.ADMINISTRATOR, None, now=utcnow())
    return sign_in(app.test_client(), account)


@pytest.fixture
def place(people: Cast, app: Flask) -> str:
    """Return the address beneath which officials manage the process."""
    with app.app_context():
        return f"/manage/processes/{all_processes(db.session())[0].slug}"
