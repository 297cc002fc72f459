"""No other site makes a browser act: every route that changes something, from the URL map, without our form's token.

Each request is one that would be done: it is sent by somebody who may, to what is theirs, at the right time.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from participation.extensions import csrf
from tests.factories.world import OWN
from tests.http.abuse.acts import ANYBODY, EVERYWHERE, PARTS, Act, Spot, address
from tests.http.abuse.ground import Ground
from tests.http.abuse.table import ACTS, ELSEWHERE
from tests.http.abuse.test_acts import writing_routes
from tests.support.clients import Client

TAKES_FILES = frozenset({"api_costings.preview_costing_sheet"})
"""Refuses JSON even before it asks where it comes from."""


BY_LINK = {
    "participation.monitoring.views.following.confirm_stop_by_link": "ends mails, by a token that stands in them alone",
    "participation.ballots.views.reminding.confirm_stop_reminders": "ends mails, by a token that stands in them alone",
}
"""Pages that a mail program may use without a form's token, by the field of RFC 8058, and why nobody gains by it."""


class AnyParts(dict[str, Any]):
    """Something for every part of an address that leads to no thing: the form's token is asked for before."""

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Return what may stand there."""
        return super().get(name, otherwise) or ("1" if name not in PARTS else None)


def somebody_who_may(act: Act) -> str:
    """Return one who may do it and is known by a cookie, which is what another site would misuse."""
    known = sorted(act.who - {EVERYWHERE, "anonymous", "token"})
    return known[0] if known else EVERYWHERE


def allowed_spot(ground: Ground, act: Act) -> Spot:
    state = min(act.when) if act.when else "open"
    return Spot(ground.world, somebody_who_may(act), OWN, state, act.rounds)


def foreign_token(ground: Ground) -> str:
    """Return a token that the site gave to somebody else."""
    stranger = ground.app.test_client()
    assert isinstance(stranger, Client)
    with stranger.session_transaction() as kept:
        kept["csrf_token"] = "what another browser was given"
    return stranger.form_token()


def forged(ground: Ground, rule: Rule, method: str, act: Act) -> Iterator[tuple[str, int]]:
    """Send an act without a token, with one of somebody else, and with none that is any; yield what was answered."""
    spot = allowed_spot(ground, act)
    tokens = {"no token": None, "a foreign token": foreign_token(ground), "a made up token": "0123456789abcdef"}
    for name, token in tokens.items():
        ground.client(spot.who).get("/imprint")  # the browser has been here and holds a token of its own
        headers = {"X-CSRFToken": token} if token else {}
        answer = ground.request(spot.who, method, address(rule, act, spot), act.body(spot), csrf=False, headers=headers)
        yield name, answer.status_code


def faults_of(ground: Ground, rule: Rule, method: str, act: Act) -> Iterator[str]:
    wanted = {403} if rule.rule.startswith("/api/") else {400}
    if rule.endpoint in TAKES_FILES:
        wanted.add(415)
    for name, status in forged(ground, rule, method, act):
        if changed := ground.has_changed():
            ground.renew()
        if changed or status not in wanted:
            yield f"{method} {rule.rule} with {name}: {status}{', and it was done' if changed else ''}"


def test_nothing_that_changes_something_is_done_without_our_token(ground: Ground) -> None:
    before = ground.content()
    acts = dict(ACTS) | {endpoint: Act(ANYBODY, parts=AnyParts()) for endpoint in ELSEWHERE}
    faults = [
        fault
        for rule, method in writing_routes(ground.app)
        if rule.endpoint in acts
        for fault in faults_of(ground, rule, method, acts[rule.endpoint])
    ]
    assert not faults, "\n".join(faults)
    assert ground.content() == before


def test_pages_that_need_no_token_are_named_with_a_reason(ground: Ground) -> None:
    views = {f"{view.__module__}.{view.__name__}" for view in ground.app.view_functions.values()}
    assert vars(csrf)["_exempt_views"] & views == set(BY_LINK)


def test_a_route_that_was_exempted_is_found(ground: Ground) -> None:
    rule, method = next(found for found in writing_routes(ground.app) if found[0].endpoint == "ballots.close_round")
    exempt = f"{ground.app.view_functions[rule.endpoint].__module__}.close_round"
    csrf.exempt(exempt)
    try:
        faults = list(faults_of(ground, rule, method, ACTS[rule.endpoint]))
    finally:
        vars(csrf)["_exempt_views"].discard(exempt)
    assert len(faults) == 3
    assert all("and it was done" in fault for fault in faults)
    assert not list(faults_of(ground, rule, method, ACTS[rule.endpoint]))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_another_site_can_send_without_asking_first_is_no_json(ground: Ground, content_type: str) -> None:
    """A form of another site cannot send JSON, so that nobody is signed in as somebody else by it."""
    sent: dict[str, Any] = {"api_accounts.request_sign_in": b'{"email": "a@example.org"}', "api_rounds.use_code": b"{}"}
    for rule, method in writing_routes(ground.app):
        if rule.endpoint in sent:
            client: FlaskClient = ground.app.test_client()
            answer = client.open(rule.rule, method=method, data=sent[rule.endpoint], content_type=content_type)
            assert answer.status_code in {400, 415, 422}, (rule.rule, content_type)
            assert not ground.has_changed()
