"""Nobody does to anything what the table does not allow: every route x everybody x own or not x state of the round.

The table stands in tests/http/abuse/table, by endpoint, and is written by hand: it is asked of no permission of the
program. What it allows is done and changes something; everything else is refused and changes nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from importlib import import_module
from types import ModuleType

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from participation.web.guard import declared_permission, is_let_in, needed_everywhere
from tests.factories.world import FOREIGN, OWN, STATES
from tests.http.abuse.acts import ADMINS, ANYBODY, CAST, EVERYWHERE, Act, NoSuchPart, Spot, address, spots
from tests.http.abuse.ground import READS, Ground
from tests.http.abuse.table import ACTS, ELSEWHERE

KEPT_OUT = frozenset({401, 403, 404})
HOW = (
    "{endpoint} ({method} {rule}) changes something and has no entry. Say in the module of its room in "
    "tests/http/abuse/table who may do it: Act(WHO, {{what is sent}}, STATES of its round, if one is in it). "
    "Example: 'ballots.close_round': Act(MODERATION, when=OPEN). Fields are explained in tests/http/abuse/acts.py."
)


def writing_routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - READS):
            yield rule, method


def without_entry(app: Flask) -> list[str]:
    return [
        HOW.format(endpoint=rule.endpoint, method=method, rule=rule.rule)
        for rule, method in writing_routes(app)
        if rule.endpoint not in ACTS and rule.endpoint not in ELSEWHERE
    ]


def faults_of(ground: Ground, rule: Rule, method: str, act: Act, *, everything: bool) -> Iterator[str]:
    """Try one act as everybody, everywhere, in every state; yield what is wrong.

    Unless `everything` is to be tried, whom the gate at the route keeps out is left to test_permission_matrix.py, which
    tries all of them. Every state and place is then tried by one who may, over the interface, which calls the same
    service as the form; administrators of everything, and those whom the gate lets through and the table does not, are
    tried at what is theirs and in the other process.
    """
    thorough = set(sorted(act.who - {EVERYWHERE})[:1] or [EVERYWHERE])
    is_api = rule.rule.startswith("/api/")
    for who in CAST if is_api else sorted(ANYBODY):
        may_by_role = who not in {*thorough, EVERYWHERE} and who in act.who
        if not everything and (may_by_role or is_kept_out_at_the_gate(ground, rule, who)):
            continue
        tried: set[tuple[str, str]] = set()
        for spot in spots(ground.world, who, act, has_round="/rounds/" in rule.rule or bool(act.rounds)):
            if not everything and not (who in thorough and is_api) and not is_telling(act, spot):
                continue
            body = act.body(spot)
            request = (address(rule, act, spot), "" if "file" in body else repr(body))
            if request in tried:
                continue
            tried.add(request)
            answer = ground.send(rule, method, act, spot)
            changed = ground.has_changed()
            if fault := fault_of(act, spot, answer, changed=changed):
                yield f"{method} {request[0]} ({rule.endpoint}) as {who}, {spot.place}, {spot.state}: {fault}"
            if changed:
                ground.renew()


def is_telling(act: Act, spot: Spot) -> bool:
    """Say whether a try tells most: at one's own or in the other process, in the first state that allows it."""
    best = next((state for state in STATES if act.when and state in act.when), spot.state)
    return spot.place in {OWN, FOREIGN} and spot.state == best


def fault_of(act: Act, spot: Spot, answer: TestResponse, *, changed: bool) -> str | None:
    """Say what is wrong about an answer, if anything is."""
    status, may = answer.status_code, spot.who in act.may(spot.place)
    if not act.allowed(spot):
        if changed:
            return f"was done ({status}) although the table does not allow it"
        if may or is_refusal(answer) or (status >= 400 and not act.is_time(spot)) or status in act.refused:
            return None
        return f"was answered {status} instead of 401, 403 or 404"
    if changed != act.changes or status >= 400 or is_refusal(answer):
        return f"was not done ({status}) although the table allows it: {said(answer)}"
    return None


def said(answer: TestResponse) -> str:
    """Return the words of a refusal, or where the answer leads."""
    shown = re.search(r'class="kern-alert.*?</ul>|class="kern-alert.*?</div>', answer.text, re.DOTALL)
    return answer.location or (words_of(shown[0]) if shown else answer.text[:300])


def words_of(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())[:300]


def is_refusal(answer: TestResponse) -> bool:
    return answer.status_code in KEPT_OUT or (answer.location or "").startswith("/sign-in?")


def is_kept_out_at_the_gate(ground: Ground, rule: Rule, who: str) -> bool:
    """Say whether the decorator on the route refuses somebody, which looks neither at the thing nor at its state."""
    view = ground.app.view_functions[rule.endpoint]
    permission = declared_permission(view)
    return permission is not None and not is_let_in(ground.actor(who), permission, everywhere=needed_everywhere(view))


def test_every_route_that_changes_something_has_an_entry(ground: Ground) -> None:
    missing = without_entry(ground.app)
    assert not missing, "\n".join(missing)
    gone = (ACTS.keys() | ELSEWHERE.keys()) - {rule.endpoint for rule, _method in writing_routes(ground.app)}
    assert not gone, f"no such endpoint: {sorted(gone)}"


def test_acts_are_done_by_those_who_may_and_by_nobody_else(ground: Ground) -> None:
    faults = all_faults(ground)
    assert not faults, "\n".join(faults)


@pytest.mark.slow
def test_nobody_does_what_they_may_not_in_any_state_or_place(ground: Ground) -> None:
    faults = all_faults(ground, everything=True)
    assert not faults, "\n".join(faults)


def all_faults(ground: Ground, *, everything: bool = False) -> list[str]:
    return [
        fault
        for rule, method in writing_routes(ground.app)
        if rule.endpoint in ACTS
        for fault in faults_of(ground, rule, method, ACTS[rule.endpoint], everything=everything)
    ]


@contextmanager
def without(module: ModuleType, name: str, instead: object) -> Iterator[None]:
    """Let a module do without a name for a while."""
    kept = getattr(module, name)
    setattr(module, name, instead)
    try:
        yield
    finally:
        setattr(module, name, kept)


@pytest.mark.parametrize(
    "endpoint, module, who",
    [
        ("api_results.withdraw_ranking", "participation.results.services.declaration", "administrator"),
        ("api_comments.hide_comment", "participation.comments.services", "administrator"),
    ],
)
def test_a_service_that_forgets_to_authorise_is_found(ground: Ground, endpoint: str, module: str, who: str) -> None:
    """The gate at the route lets moderators of another process through; only the service can tell."""
    rule, method = next(found for found in writing_routes(ground.app) if found[0].endpoint == endpoint)
    assert not list(faults_of(ground, rule, method, ACTS[endpoint], everything=False))
    with without(import_module(module), "authorise", lambda *_arguments: None):
        faults = list(faults_of(ground, rule, method, ACTS[endpoint], everything=False))
    assert any(f"as {who}, foreign" in fault and "was done" in fault for fault in faults), faults


def test_a_new_route_without_an_entry_is_told_what_to_say(ground: Ground) -> None:
    app = Flask("with a new route")
    app.add_url_rule("/rounds/<slug>/paint", "rounds.paint", lambda slug: slug, methods=["POST"])
    assert "rounds.paint (POST /rounds/<slug>/paint) changes something and has no entry" in without_entry(app)[0]
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "rounds.paint")
    assert address(rule, Act(ACTS["ballots.close_round"].who), Spot(ground.world, "office")) == "/rounds/own-open/paint"
    app.add_url_rule("/gardens/<garden>", "gardens.show", lambda garden: garden)
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "gardens.show")
    with pytest.raises(NoSuchPart, match="say in PARTS of tests/http/abuse/acts"):
        address(rule, Act(ADMINS), Spot(ground.world, "office"))
