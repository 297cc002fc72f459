"""A number in an address that no column holds is one that nothing has."""

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from participation.web.converters import DIGITS, ColumnInteger

LARGEST = 10**DIGITS - 1
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_every_number_in_an_address_fits_a_column(app: Flask) -> None:
    numbers = [
        converter
        for rule in app.url_map.iter_rules()
        for converter in rule._converters.values()
        if isinstance(converter, IntegerConverter)
    ]
    assert len(numbers) > 20
    assert LARGEST < 2**31
    assert [number for number in numbers if not isinstance(number, ColumnInteger)] == []


@pytest.mark.parametrize("number", [LARGEST + 1, 10**19, 10**300])
def test_a_number_too_large_is_not_found(app: Flask, number: int) -> None:
    for path in ("/processes/no-such/concept/versions/", "/api/v1/processes/no-such/concept/versions/"):
        assert app.test_client().get(f"{path}{number}").status_code == 404
    assert app.test_client().put(f"/api/v1/processes/no-such/gatherings/{number}").status_code == 404
    with app.test_request_context():
        assert not app.url_map.bind("localhost").test(f"/processes/x/concept/versions/{number}")
        assert app.url_map.bind("localhost").test(f"/processes/x/concept/versions/{LARGEST}")
