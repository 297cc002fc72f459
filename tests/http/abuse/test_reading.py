"""Reading changes nothing, shows nobody what is not theirs to see, and every answer is guarded."""

from collections.abc import Iterator
from typing import Final

import pytest
from werkzeug.routing import Rule

from participation.accounts.views import manage
from participation.core.permissions import is_for_everybody, may
from participation.web.guard import declared_permission, is_let_in, needed_everywhere
from tests.factories.world import FOREIGN, OWN
from tests.http.abuse.acts import CAST, EVERYWHERE, Act, Spot, address
from tests.http.abuse.ground import Ground
from tests.http.abuse.test_acts import is_refusal
from tests.http.abuse.test_xss import first_shown, pages

FOR_ALL: Final = "/oparl/"
"""Where other sites may read, by what OParl demands: it says the same to everybody, whether signed in or not."""
NOTED: Final = frozenset({"bundle-for-auditors.zip"})
"""Endings of addresses whose reading is written into the record of acts, which is what makes them auditors' own."""
GLANCE: Final = Act(frozenset())


def guarded(ground: Ground) -> Iterator[Rule]:
    """Yield what can be read only with a permission in a process."""
    for rule in sorted(ground.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        permission = declared_permission(ground.app.view_functions[rule.endpoint])
        in_process = permission is not None and permission.startswith("process:") and not is_for_everybody(permission)
        if in_process and "GET" in (rule.methods or ()) and rule.arguments:
            yield rule


def seen_by(ground: Ground, rule: Rule, who: str, place: str) -> str | None:
    """Let somebody read what stands in a place; say what is wrong about the answer, if anything is."""
    view = ground.app.view_functions[rule.endpoint]
    permission = declared_permission(view)
    assert permission is not None
    spot = Spot(ground.world, who, place)
    holds = may(ground.actor(who), permission, spot["process id"])
    answer = ground.request(who, "GET", f"{address(rule, GLANCE, spot)}{ASKED.get(rule.endpoint, '')}", {})
    if not holds and not is_refusal(answer):
        return (
            f"{rule.rule} in a place that is {place}, as {who}: {answer.status_code} although {permission} is not held"
        )
    if holds and answer.status_code in {401, 403} and permission not in FURTHER:
        return f"{rule.rule} in a place that is {place}, as {who}: {answer.status_code} although {permission} is held"
    return None


ASKED: Final = {"api_results.give_bodies": "?format=pb", "api_results.give_ballots": "?format=pb"}
"""What has to be said in an address before anything else is looked at."""
FURTHER: Final = frozenset({"process:costing:enter", "process:interest:declare", "process:organisation:join"})
"""Permissions with which it also matters for which department, proposal or organisation somebody acts."""


def test_what_officials_read_in_their_process_nobody_reads_in_another(ground: Ground) -> None:
    faults, tries = [], 0
    for rule in guarded(ground):
        view = ground.app.view_functions[rule.endpoint]
        permission = declared_permission(view)
        for who in CAST:
            if permission and is_let_in(ground.actor(who), permission, everywhere=needed_everywhere(view)):
                for place in (OWN, FOREIGN):
                    tries += 1
                    if (fault := seen_by(ground, rule, who, place)) and fault not in faults:
                        faults.append(fault)
    assert not faults, "\n".join(faults)
    assert tries > 200


def test_reading_changes_nothing(ground: Ground) -> None:
    faults = []
    for _rule, path in pages(ground, ("open",)):
        for who in (EVERYWHERE, "citizen"):
            ground.request(who, "GET", path, {})
            if ground.has_changed() and not any(path.endswith(ending) for ending in NOTED):
                faults.append(f"{path} as {who}")
    assert not faults, "\n".join(faults)


def test_every_answer_says_what_it_is_and_lets_no_other_site_read_it(ground: Ground) -> None:
    faults = []
    for path in {rule.endpoint: path for rule, path in pages(ground)}.values():
        answer = first_shown(ground, path)
        kind = answer.headers.get("Content-Type", "")
        if answer.data and kind.startswith("text/") and "charset=utf-8" not in kind.lower():
            faults.append(f"{path}: {kind} names no encoding")
        if "Access-Control-Allow-Origin" in answer.headers and not path.startswith(FOR_ALL):
            faults.append(f"{path}: may be read by other sites")
        if answer.headers.get("X-Content-Type-Options") != "nosniff" or not answer.headers.get(
            "Content-Security-Policy"
        ):
            faults.append(f"{path}: is not guarded")
    assert not faults, "\n".join(faults)


def test_a_page_that_forgets_to_ask_is_found(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the pages of roles without their question about the process."""
    rule = next(rule for rule in guarded(ground) if rule.endpoint == "accounts.people")
    assert seen_by(ground, rule, "office", FOREIGN) is None
    monkeypatch.setattr(manage, "authorise", lambda *_arguments: None)
    assert seen_by(ground, rule, "office", FOREIGN)
