"""A mandate that has ended stays ended, and what is sent again with other words is not dropped silently."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.queries import actor_of
from participation.core.errors import Conflict
from participation.processes.models import Process
from tests.factories.city import lindenhafen
from tests.factories.people import Cast, association, cast
from tests.services.accounts.test_joining import NAMED, WISH


@pytest.fixture
def process(session: Session, now: datetime) -> Process:
    return lindenhafen(session, now)


@pytest.fixture
def people(session: Session, process: Process, now: datetime) -> Cast:
    return cast(session, process, now=now)


def test_ending_a_mandate_only_shortens_it(session: Session, process: Process, people: Cast, now: datetime) -> None:
    birte, today = actor_of(people.birte), now.date()
    first, second = (association(session, process, now=now, code=code, name=code) for code in ("XA", "XB"))
    held = services.give_mandate(
        session, first, people.elif_.id, valid_from=today - timedelta(days=90), actor=birte, now=now
    )
    over = today - timedelta(days=30)
    for on in (over + timedelta(days=10), over, over):
        services.end_mandate(session, first, held.id, on=on, actor=birte, now=now)
    services.give_mandate(session, second, people.elif_.id, valid_from=today, actor=birte, now=now)
    for on in (today, today + timedelta(days=300)):
        with pytest.raises(Conflict, match="mandate_over"):
            services.end_mandate(session, first, held.id, on=on, actor=birte, now=now)
    assert held.valid_until == over


@pytest.mark.parametrize(
    "change", [{"description": "Korrigiert."}, {"languages": ["tr"]}, {"role_label": "Kasse"}, {"language": "de"}]
)
def test_a_registration_with_other_words_is_refused_and_not_dropped(
    session: Session, process: Process, people: Cast, now: datetime, change: dict[str, object]
) -> None:
    elif_ = actor_of(people.elif_)
    asked = services.apply_for_organisation(session, process, WISH, actor=elif_, now=now)
    assert services.apply_for_organisation(session, process, WISH, actor=elif_, now=now) is asked
    other = replace(WISH, **change)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="application_waits"):
        services.apply_for_organisation(session, process, other, actor=elif_, now=now)
    services.withdraw_application(session, asked.id, actor=elif_, now=now)
    assert services.apply_for_organisation(session, process, other, actor=elif_, now=now) is not asked


def test_a_delegate_named_again_with_another_role_is_refused_and_not_dropped(
    session: Session, process: Process, people: Cast, now: datetime
) -> None:
    olena = actor_of(people.olena)
    named = services.propose_delegate(session, process, people.organisation, NAMED, actor=olena, now=now)
    assert services.propose_delegate(session, process, people.organisation, NAMED, actor=olena, now=now) is named
    for other in (replace(NAMED, role_label="Vorsitz"), replace(NAMED, display_name="Taras B.")):
        with pytest.raises(Conflict, match="delegate_waits"):
            services.propose_delegate(session, process, people.organisation, other, actor=olena, now=now)
