"""Accounts, roles and tokens."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.models import Account, ApiToken, RoleGrant, SubjectKind
from participation.accounts.queries import account_by_id, actor_of, open_session_by_id, usable_token
from participation.accounts.services import roles_to_give
from participation.audit.models import AuditRecord
from participation.core.actor import ANONYMOUS, SYSTEM, Actor
from participation.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from participation.core.ids import fingerprint
from participation.core.permissions import Permission, Role, may
from participation.processes.models import Process
from participation.storage import write_transaction
from tests.factories.city import lindenhafen
from tests.factories.people import official, person


@pytest.fixture
def process(session: Session, now: datetime) -> Process:
    return lindenhafen(session, now)


@pytest.fixture
def birte(session: Session, now: datetime, process: Process) -> Actor:
    return actor_of(official(session, "Birte", Role.OFFICE, process, now=now))


@pytest.fixture
def ayse(session: Session, now: datetime) -> Account:
    return person(session, "Ayşe", now=now)


def acts(session: Session) -> list[tuple[str, str, str]]:
    return [
        (entry.action, entry.actor_id, entry.subject_id)
        for entry in session.scalars(select(AuditRecord).order_by(AuditRecord.number))
    ]


def test_the_office_gives_a_role_in_its_process_and_it_is_recorded(
    session: Session, now: datetime, process: Process, birte: Actor, ayse: Account
) -> None:
    services.grant_role(session, ayse.id, Role.MODERATOR, process.id, actor=birte, now=now)
    assert may(actor_of(ayse), Permission.ROUND_CLOSE, process)
    assert not may(actor_of(ayse), Permission.ROUND_CLOSE)
    assert acts(session)[-1] == ("role.granted", birte.id, ayse.id)


def test_a_role_taken_away_is_gone_at_once(
    session: Session, now: datetime, process: Process, birte: Actor, ayse: Account
) -> None:
    services.grant_role(session, ayse.id, Role.MODERATOR, process.id, actor=birte, now=now)
    services.revoke_role(session, ayse.id, Role.MODERATOR, process.id, actor=birte, now=now)
    assert not may(actor_of(account_by_id(session, ayse.id)), Permission.ROUND_CLOSE, process)
    assert acts(session)[-1] == ("role.revoked", birte.id, ayse.id)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_more_than_they_hold(
    session: Session, now: datetime, process: Process, birte: Actor, ayse: Account, role: Role
) -> None:
    if role in roles_to_give(birte, process.id):
        services.grant_role(session, ayse.id, role, process.id, actor=birte, now=now)
    else:
        assert role is Role.ADMINISTRATOR
        with pytest.raises(Forbidden) as refused:
            services.grant_role(session, ayse.id, role, process.id, actor=birte, now=now)
        assert refused.value.code == "role_above_own"


def test_nobody_makes_themselves_an_auditor(session: Session, now: datetime, process: Process, birte: Actor) -> None:
    with pytest.raises(Forbidden) as refused:
        services.grant_role(session, birte.id, Role.AUDITOR, process.id, actor=birte, now=now)
    assert refused.value.code == "role_above_own"


def test_the_office_of_one_process_gives_no_roles_in_another_nor_everywhere(
    session: Session, now: datetime, process: Process, birte: Actor, ayse: Account
) -> None:
    other = lindenhafen(session, now, city="Anderstadt")
    for place in (other.id, None):
        with pytest.raises(Forbidden):
            services.grant_role(session, ayse.id, Role.MODERATOR, place, actor=birte, now=now)
        assert not roles_to_give(birte, place)


def test_moderators_and_citizens_give_no_roles(
    session: Session, now: datetime, process: Process, ayse: Account
) -> None:
    farid = actor_of(official(session, "Farid", Role.MODERATOR, process, now=now))
    for actor in (farid, actor_of(ayse), ANONYMOUS):
        with pytest.raises(Forbidden):
            services.grant_role(session, ayse.id, Role.STEERING, process.id, actor=actor, now=now)


def test_a_role_is_held_once(session: Session, now: datetime, process: Process, birte: Actor, ayse: Account) -> None:
    services.grant_role(session, ayse.id, Role.MODERATOR, process.id, actor=birte, now=now)
    with pytest.raises(Conflict) as refused:
        services.grant_role(session, ayse.id, Role.MODERATOR, process.id, actor=birte, now=now)
    assert refused.value.code == "role_held"


def test_the_last_administrator_stays(session: Session, now: datetime, ayse: Account) -> None:
    services.grant_role(session, ayse.id, Role.ADMINISTRATOR, None, actor=SYSTEM, now=now)
    with pytest.raises(Conflict) as refused:
        services.revoke_role(session, ayse.id, Role.ADMINISTRATOR, None, actor=SYSTEM, now=now)
    assert refused.value.code == "last_administrator"
    official(session, "Birte", Role.ADMINISTRATOR, None, now=now)
    services.revoke_role(session, ayse.id, Role.ADMINISTRATOR, None, actor=SYSTEM, now=now)


@pytest.mark.parametrize("act", ["revoke", "disable"])
def test_two_administrators_who_remove_each_other_at_once_leave_one(engine: Engine, now: datetime, act: str) -> None:
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        birte, silke = (official(session, name, Role.ADMINISTRATOR, None, now=now) for name in ("Birte", "Silke"))
        actors = {account.id: actor_of(account) for account in (birte, silke)}

    def remove(session: Session, whom: Account, by: Account) -> None:
        if act == "revoke":
            services.revoke_role(session, whom.id, Role.ADMINISTRATOR, None, actor=actors[by.id], now=now)
        else:
            services.disable_account(session, whom.id, actor=actors[by.id], now=now)

    def second() -> None:
        with Session(engine) as session, write_transaction(session):
            remove(session, birte, by=silke)

    with ThreadPoolExecutor(1) as pool:
        with Session(engine) as session, write_transaction(session):
            remove(session, silke, by=birte)
            waiting = pool.submit(second)
            wait([waiting], timeout=0.5)
        with pytest.raises(Conflict, match="last_administrator"):
            waiting.result(30)


def test_the_database_itself_lets_nobody_hold_a_role_everywhere_twice(session: Session, now: datetime) -> None:
    birte = official(session, "Birte", Role.ADMINISTRATOR, None, now=now)
    again = RoleGrant(account_id=birte.id, role=Role.ADMINISTRATOR, granted_at=now, granted_by="system")
    session.add(again)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_whoever_is_given_a_role_is_signed_in_for_a_working_day_only(
    session: Session, now: datetime, process: Process, birte: Actor, ayse: Account
) -> None:
    opened = services.open_session(session, SubjectKind.ACCOUNT, ayse.id, now=now)
    services.grant_role(session, ayse.id, Role.MODERATOR, process.id, actor=birte, now=now)
    assert open_session_by_id(session, opened.row.id, now + timedelta(hours=11))
    assert open_session_by_id(session, opened.row.id, now + timedelta(hours=12)) is None


def test_closing_an_account_ends_its_sessions_and_tokens(session: Session, now: datetime, ayse: Account) -> None:
    administrator = actor_of(official(session, "Birte", Role.ADMINISTRATOR, None, now=now))
    opened = services.open_session(session, SubjectKind.ACCOUNT, ayse.id, now=now)
    issued = token_of(session, ayse, now)
    services.disable_account(session, ayse.id, actor=administrator, now=now)
    assert open_session_by_id(session, opened.row.id, now) is None
    assert usable_token(session, fingerprint(issued.secret), now) is None
    with pytest.raises(Conflict):
        services.grant_role(session, ayse.id, Role.STEERING, None, actor=administrator, now=now)
    services.enable_account(session, ayse.id, actor=administrator, now=now)
    assert usable_token(session, fingerprint(issued.secret), now) is None
    assert [entry[0] for entry in acts(session)][-2:] == ["account.disabled", "account.enabled"]


def test_an_administrator_cannot_close_their_own_account(session: Session, now: datetime) -> None:
    birte = official(session, "Birte", Role.ADMINISTRATOR, None, now=now)
    with pytest.raises(Conflict) as refused:
        services.disable_account(session, birte.id, actor=actor_of(birte), now=now)
    assert refused.value.code == "own_account"


def test_an_address_has_one_account(session: Session, now: datetime, ayse: Account) -> None:
    with pytest.raises(Conflict) as refused:
        services.create_account(session, "AYSE@lindenhafen.example", actor=SYSTEM, now=now)
    assert refused.value.code == "account_exists"


def test_people_name_themselves_and_choose_a_language(session: Session, now: datetime, ayse: Account) -> None:
    services.edit_account(session, display_name=" Ayşe K. ", language="ar", actor=actor_of(ayse), now=now)
    assert (ayse.display_name, ayse.language) == ("Ayşe K.", "ar")
    services.edit_account(session, display_name="", language="tr", actor=actor_of(ayse), now=now)
    assert ayse.display_name == ""


@pytest.mark.parametrize(
    "name, language, code",
    [
        ("x" * 121, "de", "text_too_long"),
        ("a\u202eb", "de", "bidi_control"),
        ("a\nb", "de", "control_character"),
        ("Ayşe", "xx", "unknown_language"),
    ],
)
def test_a_name_that_could_mislead_is_refused(
    session: Session, now: datetime, ayse: Account, name: str, language: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.edit_account(session, display_name=name, language=language, actor=actor_of(ayse), now=now)
    assert refused.value.code == code


def test_a_session_is_revoked_by_its_owner_only(session: Session, now: datetime, ayse: Account, birte: Actor) -> None:
    opened = services.open_session(session, SubjectKind.ACCOUNT, ayse.id, now=now)
    with pytest.raises(NotFound):
        services.revoke_session(session, opened.row.public_id, actor=birte, now=now)
    services.revoke_session(session, opened.row.public_id, actor=actor_of(ayse), now=now)
    assert open_session_by_id(session, opened.row.id, now) is None
    with pytest.raises(NotFound):
        services.revoke_session(session, opened.row.public_id, actor=actor_of(ayse), now=now)


def token_of(session: Session, owner: Account, now: datetime, **changes: object) -> services.IssuedToken:
    wanted: dict[str, object] = {
        "name": "Statistics",
        "scopes": ["process:round:read"],
        "expires_at": now + timedelta(days=30),
        "actor": actor_of(owner),
    }
    return services.create_token(session, owner.id, **wanted | changes, now=now)  # type: ignore[arg-type]


def test_a_token_opens_until_it_expires_or_is_revoked(session: Session, now: datetime, ayse: Account) -> None:
    issued = token_of(session, ayse, now)
    mark = fingerprint(issued.secret)
    assert usable_token(session, mark, now + timedelta(days=29))
    assert usable_token(session, mark, now + timedelta(days=30)) is None
    services.revoke_token(session, issued.row.id, actor=actor_of(ayse), now=now)
    assert usable_token(session, mark, now) is None
    assert issued.secret not in str(session.execute(select(ApiToken.__table__)).all())


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"scopes": []}, "scope_missing"),
        ({"scopes": ["everything"]}, "unknown_scope"),
        ({"scopes": ["self:token:manage"]}, "unknown_scope"),
        ({"name": ""}, "text_missing"),
    ],
)
def test_a_token_without_sense_is_refused(
    session: Session, now: datetime, ayse: Account, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        token_of(session, ayse, now, **changes)
    assert refused.value.code == code


@pytest.mark.parametrize("days, code", [(0, "token_expires_in_the_past"), (367, "token_expires_too_late")])
def test_a_token_lasts_at_most_a_year(session: Session, now: datetime, ayse: Account, days: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        token_of(session, ayse, now, expires_at=now + timedelta(days=days))
    assert refused.value.code == code


def test_a_token_is_limited_to_its_scopes_and_to_its_owner(
    session: Session, now: datetime, process: Process, birte: Actor, ayse: Account
) -> None:
    services.grant_role(session, ayse.id, Role.MODERATOR, process.id, actor=birte, now=now)
    narrow = actor_of(ayse, scopes=["process:round:open"])
    assert may(narrow, Permission.ROUND_OPEN, process)
    assert not may(narrow, Permission.ROUND_CLOSE, process)
    assert not may(narrow, Permission.ACCOUNT_SELF)
    assert not may(actor_of(ayse, scopes=["process:role:grant"]), Permission.ROLE_GRANT, process)
    with pytest.raises(DomainError):
        services.create_token(
            session,
            ayse.id,
            name="x",
            scopes=["site:page:read"],
            expires_at=now + timedelta(days=1),
            actor=narrow,
            now=now,
        )
    with pytest.raises(NotFound):
        services.revoke_token(session, token_of(session, ayse, now).row.id, actor=birte, now=now)


def test_tokens_made_and_revoked_for_somebody_else_are_recorded(session: Session, now: datetime, ayse: Account) -> None:
    def on_tokens() -> list[tuple[str, str, str, object]]:
        entries = session.scalars(select(AuditRecord).where(AuditRecord.action.like("token.%")))
        return [(entry.actor_id, entry.action, entry.subject_id, entry.facts) for entry in entries]

    own = token_of(session, ayse, now)
    services.revoke_token(session, own.row.id, actor=actor_of(ayse), now=now)
    assert on_tokens() == []
    issued = token_of(session, ayse, now, actor=SYSTEM)
    services.revoke_token(session, issued.row.id, actor=SYSTEM, now=now)
    facts = {"token": issued.row.id, "scopes": ["process:round:read"]}
    assert on_tokens() == [("system", "token.created", ayse.id, facts), ("system", "token.revoked", ayse.id, facts)]
