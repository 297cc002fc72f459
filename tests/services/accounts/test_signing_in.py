"""Signing in by mail, below the pages."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts import rules, services
from participation.accounts.models import Account, Attempt, SignInChallenge, SignInSession, SubjectKind
from participation.accounts.queries import open_session_by_id
from participation.accounts.services import link_token, typed_code
from participation.core.actor import SYSTEM
from participation.core.errors import DomainError, Forbidden, Invalid, TooManyAttempts
from participation.core.ids import fingerprint
from participation.outbox.models import Job
from tests.factories.people import person

KEY = "a key for tests"
BROWSER = fingerprint("the browser that asked")
ELSEWHERE = fingerprint("another browser")


def ask(session: Session, now: datetime, email: str = "Ayse@Lindenhafen.example") -> SignInChallenge:
    return services.request_sign_in(session, email, language="tr", browser=BROWSER, next_path="/account", now=now)


def follow(session: Session, asked: SignInChallenge, now: datetime, browser: str = BROWSER) -> services.Confirmed:
    token = link_token(KEY, asked.id)
    return services.confirm_link(session, asked.id, token, browser=browser, key=KEY, now=now)


def code_of(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.code


def test_the_first_sign_in_creates_a_verified_account(session: Session, now: datetime) -> None:
    confirmed = follow(session, ask(session, now), now)
    assert confirmed.next_path == "/account"
    assert confirmed.account.email == "ayse@lindenhafen.example"
    assert confirmed.account.verified_at == now
    assert confirmed.account.language == "tr"


def test_the_next_sign_in_finds_the_same_account(session: Session, now: datetime) -> None:
    first = follow(session, ask(session, now), now).account
    second = follow(session, ask(session, now, "ayse@lindenhafen.EXAMPLE"), now).account
    assert first.id == second.id


def test_an_invited_person_is_verified_by_signing_in(session: Session, now: datetime) -> None:
    invited = person(session, "Ayşe", now=now, verified=False)
    assert follow(session, ask(session, now), now).account.id == invited.id
    assert invited.verified_at == now


def test_known_and_unknown_addresses_leave_the_same_traces(session: Session, now: datetime) -> None:
    person(session, "Ayşe", now=now)
    known, unknown = ask(session, now), ask(session, now, "nobody@lindenhafen.example")
    jobs = {job.payload["challenge"]: job for job in session.scalars(select(Job))}
    assert jobs.keys() == {known.id, unknown.id}
    assert {job.name for job in jobs.values()} == {"accounts.sign_in_mail"}
    assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_nothing_that_opens_is_stored(session: Session, now: datetime) -> None:
    asked = ask(session, now)
    opened = services.open_session(session, SubjectKind.ACCOUNT, "someone", now=now)
    session.commit()
    stored = str(
        [
            row._mapping
            for table in (SignInChallenge, SignInSession, Job)
            for row in session.execute(select(table.__table__))
        ]
    )
    for secret in (link_token(KEY, asked.id), typed_code(KEY, asked.id), opened.token):
        assert secret not in stored


def test_a_link_is_over_after_ten_minutes(session: Session, now: datetime) -> None:
    asked = ask(session, now)
    later = now + timedelta(minutes=10)
    follow(session, ask(session, now), later - timedelta(seconds=1))
    with pytest.raises(Invalid) as refused:
        follow(session, asked, later)
    assert code_of(refused) == "sign_in_link_over"


def test_a_link_works_once(session: Session, now: datetime) -> None:
    asked = ask(session, now)
    follow(session, asked, now)
    session.commit()
    with pytest.raises(Invalid) as refused:
        follow(session, asked, now)
    assert code_of(refused) == "sign_in_link_over"


def test_a_link_works_only_in_the_browser_that_asked(session: Session, now: datetime) -> None:
    asked = ask(session, now)
    with pytest.raises(Invalid) as refused:
        follow(session, asked, now, browser=ELSEWHERE)
    assert code_of(refused) == "other_browser"
    assert follow(session, asked, now).account.email == "ayse@lindenhafen.example"


def test_a_link_of_another_challenge_or_key_opens_nothing(session: Session, now: datetime) -> None:
    asked, other = ask(session, now), ask(session, now)
    for challenge, token in (
        (asked.id, link_token(KEY, other.id)),
        (asked.id, link_token("other", asked.id)),
        (asked.id, ""),
        ("", ""),
        (asked.id, "é"),
    ):
        with pytest.raises(Invalid) as refused:
            services.confirm_link(session, challenge, token, browser=BROWSER, key=KEY, now=now)
        assert code_of(refused) == "sign_in_link_over"


@pytest.mark.parametrize("spell", [str, str.upper, lambda code: f" {code[:4]}-{code[4:]} "])
def test_the_code_is_typed_where_the_person_asked(session: Session, now: datetime, spell: Callable[[str], str]) -> None:
    asked = ask(session, now)
    confirmed = services.confirm_code(session, spell(typed_code(KEY, asked.id)), browser=BROWSER, key=KEY, now=now)
    assert confirmed is not None
    assert confirmed.account.email == "ayse@lindenhafen.example"


def test_the_code_opens_nothing_in_another_browser(session: Session, now: datetime) -> None:
    asked = ask(session, now)
    with pytest.raises(Invalid) as refused:
        services.confirm_code(session, typed_code(KEY, asked.id), browser=ELSEWHERE, key=KEY, now=now)
    assert code_of(refused) == "sign_in_code_over"


def test_five_wrong_codes_end_what_the_browser_asked_for(session: Session, now: datetime) -> None:
    asked = ask(session, now)
    for _ in range(rules.CODE_FAILURES):
        assert services.confirm_code(session, "00000000", browser=BROWSER, key=KEY, now=now) is None
        session.commit()
    with pytest.raises(Invalid) as refused:
        services.confirm_code(session, typed_code(KEY, asked.id), browser=BROWSER, key=KEY, now=now)
    assert code_of(refused) == "sign_in_code_over"


def test_an_address_is_sent_five_mails_an_hour(session: Session, now: datetime) -> None:
    for minute in range(rules.MAILS_PER_ADDRESS):
        ask(session, now + timedelta(minutes=minute))
    with pytest.raises(TooManyAttempts) as refused:
        ask(session, now + timedelta(minutes=30))
    assert (code_of(refused), refused.value.facts["retry_after"]) == ("too_many_mails", 30 * 60)
    ask(session, now + timedelta(minutes=30), "olena@lindenhafen.example")
    ask(session, now + timedelta(minutes=60))


def test_doors_name_nobody(session: Session, now: datetime) -> None:
    ask(session, now)
    assert not [door for door in session.scalars(select(Attempt.door)) if "ayse" in door]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ayse",
        "ayse@",
        "@lindenhafen.example",
        "ayse@lindenhafen",
        "a b@lindenhafen.example",
        "ayse@example.org\r\nBcc: x@y.org",
        "x" * 250 + "@example.org",
        "ayse@localhost",
    ],
)
def test_what_is_no_address_is_refused(session: Session, now: datetime, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(session, now, typed)
    assert (code_of(refused), refused.value.field) == ("not_an_email", "email")


def test_a_closed_account_stays_closed(session: Session, now: datetime) -> None:
    ayse = person(session, "Ayşe", now=now)
    services.disable_account(session, ayse.id, actor=SYSTEM, now=now)
    with pytest.raises(Forbidden) as refused:
        follow(session, ask(session, now), now)
    assert code_of(refused) == "account_disabled"


@pytest.mark.parametrize(
    "kind, official, lifetime",
    [
        (SubjectKind.ACCOUNT, False, timedelta(days=14)),
        (SubjectKind.ACCOUNT, True, timedelta(hours=12)),
        (SubjectKind.CODE, False, timedelta(hours=12)),
    ],
)
def test_a_session_ends_by_itself(
    session: Session, now: datetime, kind: SubjectKind, *, official: bool, lifetime: timedelta
) -> None:
    opened = services.open_session(session, kind, "someone", now=now, official=official)
    assert open_session_by_id(session, fingerprint(opened.token), now + lifetime - timedelta(seconds=1))
    assert open_session_by_id(session, fingerprint(opened.token), now + lifetime) is None


def test_what_nobody_can_use_any_more_is_forgotten(session: Session, now: datetime) -> None:
    asked = ask(session, now)
    services.open_session(session, SubjectKind.CODE, "someone", now=now)
    day_after = now + timedelta(days=1)
    assert not services.something_to_forget(session, now=now + timedelta(hours=1))
    assert services.something_to_forget(session, now=day_after)
    services.forget_sign_ins(session, now=day_after)
    session.expire_all()
    assert session.get(SignInChallenge, asked.id) is None
    assert not session.scalars(select(SignInSession)).all()
    assert not session.scalars(select(Attempt)).all()
    assert not services.something_to_forget(session, now=day_after)
