"""Plans that the council changed again and again: each is reached under an address of its own."""

import signal
from collections.abc import Iterator
from datetime import datetime
from types import FrameType

import pytest
from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.budgeting import services
from participation.processes.rules import MAX_SLUG
from tests.factories.chamber import Chamber, begin, grant, make_chamber, settle

TWELVE = 12

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def chamber(session: Session, now: datetime, keys: KeyStore) -> Chamber:
    made = make_chamber(session, now, keys)
    grant(session, made, now)
    return made


@pytest.fixture
def alarm() -> Iterator[None]:
    """Wake a test that would search for ever, so that it fails instead of holding up all others."""

    def wake(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, wake)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def amended_often(session: Session, chamber: Chamber, now: datetime, slug: str) -> list[str]:
    """Settle a plan, have the council change each one anew, and return the addresses in their order."""
    plan = settle(session, chamber, begin(session, chamber, now, slug=slug), now)
    slugs = []
    for turn in range(TWELVE):
        changes = {"M1": None if turn % 2 else 2031}
        plan = services.amend_plan(
            session, plan, changes, "Auf Antrag.", "VO/2031/00007 rat", actor=chamber.hall.birte, now=now
        )
        slugs.append(plan.slug)
    return slugs


def test_the_address_of_an_amended_plan_counts_on(session: Session, chamber: Chamber, now: datetime) -> None:
    assert amended_often(session, chamber, now, "plan") == [f"plan-amended-{at}" for at in range(1, TWELVE + 1)]


@pytest.mark.usefixtures("alarm")
def test_a_plan_with_the_longest_address_can_be_amended(session: Session, chamber: Chamber, now: datetime) -> None:
    slugs = amended_often(session, chamber, now, "a" * MAX_SLUG)
    assert [slug.lstrip("a") for slug in slugs] == [f"-amended-{at}" for at in range(1, TWELVE + 1)]
    assert max(len(slug) for slug in slugs) <= MAX_SLUG
