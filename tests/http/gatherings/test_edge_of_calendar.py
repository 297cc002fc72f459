"""A mistyped year is refused at the field and takes no page away from anybody."""

import pytest

from tests.factories.town import Town
from tests.http.gatherings.test_gatherings import AT, PAGE, announcement, say, town
from tests.support.scenes import api

__all__ = ["town"]
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_a_year_that_nobody_means_is_refused_in_the_form_and_in_json(town: Town) -> None:
    birte = town.as_(town.cast.birte)
    say(birte, f"{AT}/new/session", **announcement(town))
    for wrong in ({"ends_at": "9999-12-31T23:59"}, {"starts_at": "0001-01-01T00:00"}):
        assert birte.post(f"{AT}/1", data=announcement(town, based_on="1", **wrong)).status_code == 422
    sent = {"kind": "session", "titles": {"de": "x"}, "place": "x", "based_on": 1}
    times = {"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "9999-12-31T23:59:59-14:00"}
    refused = api(birte, "PUT", f"{PAGE}/1", json=sent | times)
    assert (refused.status_code, refused.json["code"]) == (422, "moment_out_of_range")
    for page in (PAGE, f"{PAGE}/1"):
        assert town.as_().get(page).status_code == 200
