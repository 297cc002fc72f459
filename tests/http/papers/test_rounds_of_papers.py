"""A report that rests on no plan says how people took part in the rounds that its author chose."""

from http import HTTPStatus

import pytest
from flask import Flask

from participation.ballots.guard import key_store
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.papers.services.participation import concluded_rounds
from tests.factories.chamber import make_chamber
from tests.support.pages import words
from tests.support.people import sign_in

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_form_and_the_interface_choose_rounds_and_the_paper_lists_them(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        chamber = make_chamber(session, utcnow(), key_store())
        birte, papers = chamber.hall.birte.id, f"/processes/{chamber.slug}/papers"
        (round_,) = concluded_rounds(session, chamber.hall.process.id)
        slug = round_.slug
    clerk = sign_in(app.test_client(), birte)
    sent = {"number": "VO/2031/00001", "kind": "report", "language": "de", "subject": "Bericht", "lead_unit": "Stab"}
    assert f'value="{slug}"' in clerk.get(f"{papers}/new").text
    refused = clerk.post(f"{papers}/new?lang=en", data=sent | {"rounds": "unknown"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "is not concluded" in words(refused)
    assert clerk.post(f"{papers}/new", data=sent | {"rounds": slug}).status_code == HTTPStatus.SEE_OTHER
    shown = words(clerk.get(f"{papers}/vo-2031-00001?lang=en"))
    assert "How people took part Rounds on which this paper reports" in shown
    assert "All rounds of the process" not in shown
    headers = {"X-CSRFToken": clerk.form_token()}  # type: ignore[attr-defined]
    made = clerk.post(f"/api/v1{papers}", json=sent | {"number": "VO/2031/00002", "rounds": [slug]}, headers=headers)
    assert made.status_code == HTTPStatus.CREATED
    assert made.get_json()["document"]["rounds"][0]["ballots"] == 12
    clerk.post(f"{papers}/new", data=sent | {"number": "VO/2031/00003"})
    assert "How people took part" not in words(clerk.get(f"{papers}/vo-2031-00003?lang=en"))
