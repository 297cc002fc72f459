"""The language switch leads to a page that can be read, also from pages that answer a form."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from participation.web.locale import COOKIE
from tests.http.abuse.acts import address
from tests.http.abuse.ground import Ground
from tests.http.abuse.table import ACTS
from tests.http.abuse.test_acts import writing_routes
from tests.http.abuse.test_csrf import allowed_spot

LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*[?&](?:amp;)?lang=ar[^"]*)"')

PAGES = frozenset({"ballots.fill_in_further", "ballots.find_receipt", "paper.print_sheets", "rounds.print_cards"})
"""Forms that lead to a page when they are filled in."""


def switch_to_arabic(page: TestResponse) -> str:
    found = LINK.search(page.text)
    assert found is not None, "the page has no language switch"
    return unescape(found[1])


def test_every_page_that_answers_a_form_can_be_read_in_another_language(ground: Ground) -> None:
    """Each form is sent without anything in it, and whoever sent it then presses the switch."""
    faults, pages = [], 0
    for rule, method in writing_routes(ground.app):
        act = ACTS.get(rule.endpoint)
        if act is None or rule.rule.startswith("/api/"):
            continue
        spot = allowed_spot(ground, act)
        for body in ({}, act.body(spot)) if rule.endpoint in PAGES else ({},):
            answer = ground.request(spot.who, method, address(rule, act, spot), body)
            if answer.mimetype == "text/html" and answer.status_code != 303:
                switch = switch_to_arabic(answer)
                shown = ground.request(spot.who, "GET", switch, {})
                pages += 1
                if shown.status_code not in {200, 302} or f"{COOKIE}=ar" not in shown.headers.get("Set-Cookie", ""):
                    faults.append(f"{rule.endpoint} ({answer.status_code}): {switch} gave {shown.status_code}")
            ground.renew()
    assert not faults, "\n".join(faults)
    assert pages > 40


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "//evil.example\\@localhost",
        "/%2F/evil.example",
        "/ /x",
    ],
)
def test_the_switch_leads_to_no_other_host(ground: Ground, path: str) -> None:
    page = ground.client("anonymous").get("/", environ_overrides={"PATH_INFO": path})
    assert page.status_code == 404
    switch = switch_to_arabic(page)
    assert re.match(r"/(?![/\\])", switch), switch
    assert "\\" not in switch


def test_an_address_with_signs_of_its_own_is_kept(ground: Ground) -> None:
    page = ground.client("anonymous").get("/processes/integrationskonzept/proposals?q=ä&state=admitted")
    assert switch_to_arabic(page) == "/processes/integrationskonzept/proposals?q=%C3%A4&state=admitted&lang=ar"
