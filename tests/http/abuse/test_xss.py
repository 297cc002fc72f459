"""What people type stays text: two hundred payloads in what is stored, in every form, and in every request.

The browser's view is in tests/browser/test_xss.py; it is slow. Here the answers are read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.factories.world import OWN, STATES
from tests.http.abuse.acts import EVERYWHERE, Act, NoSuchPart, Spot, address
from tests.http.abuse.ground import Ground
from tests.http.abuse.table import ACTS
from tests.http.abuse.test_acts import writing_routes
from tests.http.abuse.test_csrf import allowed_spot
from tests.http.abuse.words import inject, unclassified
from tests.support.markup import foreign_markup
from tests.support.payloads import BY_CLASS, MARK, PAYLOADS, PROBE, READABLE

READERS: Final = (EVERYWHERE, "citizen", "delegate", "anonymous")
ALL: Final = f"{PROBE} {' '.join(READABLE)}"
SHORT: Final = "\"'><xss-p onx=1>"
PARAMETERS: Final = (
    *(
        "lang",
        "next",
        "q",
        "search",
        "page",
        "per_page",
        "field",
        "to",
        "reply_to",
        "round",
        "kind",
        "state",
        "language",
    ),
    *("action", "actor", "subject", "budget", "filter", "option", "process", "phase", "day", "from", "since"),
)
HEADERS: Final = ("Accept", "Accept-Language", "Origin", "Referer", "User-Agent", "X-Forwarded-Host", "X-Request-Id")
GLANCE: Final = Act(frozenset())


def pages(ground: Ground, states: Iterable[str] = STATES) -> Iterator[tuple[Rule, str]]:
    """Yield every address that can be read, with its route: one's own things, rounds in every one of the states."""
    for rule in sorted(ground.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        found = set()
        for state in states:
            try:
                found.add(address(rule, GLANCE, Spot(ground.world, EVERYWHERE, OWN, state)))
            except NoSuchPart:
                break
        for path in sorted(found):
            yield rule, path


def faults_of(answer: TestResponse, typed: tuple[str, ...] = (PROBE, *PAYLOADS)) -> list[str]:
    """Return what is wrong with an answer that may hold what was typed."""
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        return ["may be taken for what it is not"]
    if answer.mimetype == "text/html":
        return foreign_markup(answer.get_data(as_text=True), typed)
    if answer.mimetype in {"application/json", "application/problem+json"}:
        return []
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment") or answer.status_code < 300
    return [] if is_file and answer.mimetype not in {"image/svg+xml", "text/xml", "application/xml"} else ["is no file"]


def test_the_payloads_are_two_hundred_of_all_classes() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200
    assert min(len(payloads) for payloads in BY_CLASS.values()) >= 8


def test_every_column_with_words_is_known() -> None:
    assert not unclassified(), (
        f"{unclassified()}: say in tests/http/abuse/words.py whether people's words stand there (WORDS) or only what "
        "the program or a rule has shaped (SHAPED)"
    )


def test_what_is_stored_is_shown_as_text(ground: Ground) -> None:
    """Every column that holds people's words is filled with payloads, past all rules, and every page is read."""
    inject(ground.file, PROBE, READABLE)
    faults, shown = [], set()
    for rule, path in pages(ground, ("open", "concluded")):
        answer = first_shown(ground, path)
        faults += [f"{path}: {fault}" for fault in faults_of(answer)]
        if answer.mimetype == "text/html" and MARK in answer.get_data(as_text=True):
            shown.add(rule.endpoint)
    assert not faults, "\n".join(faults)
    assert len(shown) > 60, sorted(shown)


@pytest.mark.parametrize("one_by_one", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_what_is_typed_comes_back_as_text(ground: Ground, *, one_by_one: bool) -> None:
    """Every input of every form is filled with all payloads, or each with one that is short enough to be kept."""
    faults = []
    for rule, method in writing_routes(ground.app):
        act = ACTS.get(rule.endpoint)
        if act is None or rule.rule.startswith("/api/"):
            continue
        spot = allowed_spot(ground, act)
        for words in typed_into(act.body(spot), one_by_one=one_by_one):
            body = act.body(spot) | words
            answer = ground.request(spot.who, method, address(rule, act, spot), body)
            if answer.status_code == 303:
                answer = ground.request(spot.who, "GET", str(answer.location), {})
            faults += [f"{rule.endpoint} {sorted(words)}: {fault}" for fault in faults_of(answer)]
            if ground.has_changed():
                ground.renew()
    assert not faults, "\n".join(faults)


def test_what_programs_send_comes_back_as_json(ground: Ground) -> None:
    faults = []
    for rule, method in writing_routes(ground.app):
        act = ACTS.get(rule.endpoint)
        if act is None or not rule.rule.startswith("/api/"):
            continue
        spot = allowed_spot(ground, act)
        if "file" in (body := act.body(spot)):
            continue
        for words in (ALL, SHORT):
            answer = ground.request(spot.who, method, address(rule, act, spot), everywhere(body, words))
            if (answer.data and answer.mimetype == "text/html") or answer.status_code >= 500:
                faults.append(f"{rule.endpoint}: {answer.status_code} {answer.mimetype}")
            faults += [f"{rule.endpoint}: {fault}" for fault in faults_of(answer)]
            if ground.has_changed():
                ground.renew()
    assert not faults, "\n".join(faults)


def test_what_an_address_holds_comes_back_as_text(ground: Ground) -> None:
    """Query strings with the names that pages know, and parts of addresses that name no thing."""
    faults, turn = [], cycle(READABLE)
    for path in {rule.endpoint: path for rule, path in pages(ground)}.values():
        asked = {name: f"{PROBE}{next(turn)}" for name in PARAMETERS}
        answer = first_shown(ground, f"{path}?{urlencode(asked)}")
        faults += [f"{path}?{asked}: {fault}" for fault in faults_of(answer)]
    for rule in ground.app.url_map.iter_rules():
        if rule.arguments and "GET" in (rule.methods or ()):
            part = quote(f"{PROBE}{next(turn)}", safe="")
            answer = ground.request(EVERYWHERE, "GET", part.join(re.split(r"<[^>]*>", rule.rule)), {})
            faults += [f"{rule.rule} with {part}: {fault}" for fault in faults_of(answer)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing-here", "/api/v1/nothing", "/online/own-open"])
def test_what_headers_hold_comes_back_as_text(ground: Ground, path: str) -> None:
    sendable = [text for text in READABLE if text.isprintable() and text.isascii()]
    for some in (sendable[first : first + 20] for first in range(0, len(sendable), 20)):
        headers = {name: f"{PROBE}{' '.join(some)}" for name in HEADERS}
        answer = ground.app.test_client().get(path, headers=headers | {"Cookie": f"language={quote(some[0])}"})
        assert not faults_of(answer), some
        assert not [name for name, value in answer.headers if f"{MARK}(" in value], some


def test_a_page_that_does_not_escape_is_found(ground: Ground) -> None:
    """The control: the same pages without escaping, and each payload by itself where it would work."""
    inject(ground.file, PROBE, READABLE)
    environment = ground.app.jinja_env
    pages_known: Any = environment.cache
    pages_known.clear()
    kept, environment.autoescape = environment.autoescape, False
    try:
        for path in ("/", "/online/own-open", "/processes/integrationskonzept/proposals/M01", "/manage/accounts"):
            assert faults_of(first_shown(ground, path)), path
    finally:
        environment.autoescape = kept
        pages_known.clear()


@pytest.mark.parametrize(
    "kind, page",
    [
        *((kind, "<p>{}</p>") for kind in ("tags", "event handlers", "SVG and MathML", "styles")),
        ("unclosed and mutating", "<p>{}</p>"),
        ("attributes", "<p><input value=\"{0}\"><input value='{0}'><input value=x{0}><input{0}></p>"),
    ],
)
def test_a_payload_that_stands_on_a_page_as_it_was_typed_is_found(kind: str, page: str) -> None:
    for payload in BY_CLASS[kind]:
        assert foreign_markup(page.format(payload), (payload,)), payload


def test_an_address_that_leads_to_a_program_is_found() -> None:
    for payload in BY_CLASS["addresses"]:
        assert foreign_markup(f'<a href="{payload}">x</a>', ()) or foreign_markup(payload, ()), payload


def markup_of(answer: TestResponse) -> str:
    """Return a page as it was sent, nothing for what is no page."""
    return answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""


def first_shown(ground: Ground, path: str) -> TestResponse:
    """Return a page as the first of the readers sees it who may see it."""
    answers = (ground.request(who, "GET", path, {}) for who in READERS)
    return next(
        (answer for answer in answers if answer.status_code == 200), ground.request(EVERYWHERE, "GET", path, {})
    )


def typed_into(body: Mapping[str, Any], *, one_by_one: bool) -> Iterator[dict[str, str]]:
    """Yield what is typed into a form: all payloads into every input, or a short one into one input after the other."""
    names = [name for name, value in body.items() if isinstance(value, str | list)]
    if not one_by_one:
        yield dict.fromkeys(names, ALL)
    for name in names if one_by_one else ():
        yield {name: SHORT}


def everywhere(value: Any, words: str) -> Any:
    """Return JSON with other words in every text and in one name of every object."""
    if isinstance(value, dict):
        return {name: everywhere(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [everywhere(inner, words) for inner in value]
    return words if isinstance(value, str) else value
