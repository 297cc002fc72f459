"""Two people, and no program among them."""

from datetime import UTC, datetime, timedelta

import pytest

from participation.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from participation.core.errors import Conflict, Forbidden
from participation.results.rules.conclusion import check_second_person
from participation.rounds.rules import RoundAction, Step, pending_request

BIRTE = Actor(ActorKind.ACCOUNT, "birte")
FARID = Actor(ActorKind.ACCOUNT, "farid")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


def step(id_: str, action: RoundAction, *, answers: str | None = None, minutes: int = 0) -> Step:
    return Step(id_, action, "birte", NOON + timedelta(minutes=minutes), answers)


OPENED = step("1", RoundAction.OPEN)
REQUESTED = step("2", RoundAction.REQUEST_CONCLUSION, minutes=1)
WITHDRAWN = step("3", RoundAction.WITHDRAW_REQUEST, answers="2", minutes=2)
REQUESTED_AGAIN = step("4", RoundAction.REQUEST_CONCLUSION, minutes=3)


@pytest.mark.parametrize(
    "steps,waiting",
    [
        ([], None),
        ([OPENED], None),
        ([OPENED, REQUESTED], REQUESTED),
        ([OPENED, REQUESTED, WITHDRAWN], None),
        ([OPENED, REQUESTED, WITHDRAWN, REQUESTED_AGAIN], REQUESTED_AGAIN),
        ([WITHDRAWN, REQUESTED, OPENED], None),
    ],
)
def test_a_request_waits_until_something_answers_it(steps: list[Step], waiting: Step | None) -> None:
    assert pending_request(steps) == waiting


def test_another_person_may_confirm() -> None:
    assert check_second_person(REQUESTED, FARID) is REQUESTED


@pytest.mark.parametrize(
    "request_,actor,refusal,code",
    [
        (REQUESTED, BIRTE, Forbidden, "second_person_needed"),
        (REQUESTED, SYSTEM, Forbidden, "conclusion_by_people"),
        (REQUESTED, ANONYMOUS, Forbidden, "conclusion_by_people"),
        (REQUESTED, Actor(ActorKind.CODE, "code"), Forbidden, "conclusion_by_people"),
        (None, FARID, Conflict, "no_conclusion_requested"),
    ],
)
def test_nobody_else_may(request_: Step | None, actor: Actor, refusal: type[Exception], code: str) -> None:
    with pytest.raises(refusal, match=code):
        check_second_person(request_, actor)
