"""What must stay secret stands in no address and in no line of the log."""

import logging

import pytest

from tests.http.abuse.ground import Ground
from tests.http.abuse.test_xss import pages


def test_no_address_in_the_log_holds_a_secret(ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    """A code, a link's token, a receipt and a password are sent; no line of the log holds any of them."""
    code = ground.world.things["own"]["code cards-open"]
    token, receipt, password = "1" * 26, "0123456789ABCDEF", "correct horse battery staple 17"
    with caplog.at_level(logging.DEBUG):
        client = ground.client("anonymous")
        client.post("/code", data={"code": code})
        client.get(f"/sign-in/challenge/{token}")
        client.post("/rounds/own-open/receipts", data={"receipt": receipt})
        client.post("/sign-in/password", data={"email": "nobody@lindenhafen.example", "password": password})
        client.get("/", query_string={"search": "ayse@lindenhafen.example"})
    said = " ".join([record.getMessage() for record in caplog.records])
    for secret in (code, token, receipt, password, "ayse@lindenhafen.example"):
        assert secret not in said


def test_no_link_on_a_page_holds_the_token_of_a_session(ground: Ground) -> None:
    for who in ("administrator everywhere", "citizen"):
        for _rule, path in pages(ground, ("open",)):
            assert ground.tokens[who].encode() not in ground.request(who, "GET", path, {}).data, path
