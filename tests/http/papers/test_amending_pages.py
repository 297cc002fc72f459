"""The page on which a clerk enters what a body changed."""

from http import HTTPStatus

import pytest
from flask import Flask

from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.processes.queries import process_by_slug
from tests.factories.council_papers import ISSUED, make_papers
from tests.support.scenes import Scene

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_page_says_what_can_be_changed_and_what_a_result_fixes(app: Flask) -> None:
    scene = Scene(app)
    things: dict[str, str] = {}
    with app.app_context(), transaction() as session:
        make_papers(session, process_by_slug(session, "integration"), things, utcnow())
    home = f"/processes/integration/papers/{ISSUED}/stations/{things['issued_station']}"
    page = scene.birte.get(f"{home}/amend?lang=en")
    assert page.status_code == HTTPStatus.OK
    assert "no measures can be moved here" in page.text
    assert "Only its number on the agenda" in scene.birte.get(f"{home}?lang=en").text
