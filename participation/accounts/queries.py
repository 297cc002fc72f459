"""Reading people, organisations, departments and sessions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from participation.accounts.models import (
    Account,
    ApiToken,
    ApplicationState,
    Attempt,
    Department,
    Identity,
    Invitation,
    Mandate,
    Organisation,
    OrganisationApplication,
    Password,
    ProposedDelegate,
    RecoveryCode,
    Representation,
    RoleGrant,
    SecondFactor,
    SignInChallenge,
    SignInSession,
    SubjectKind,
)
from participation.accounts.rules import ATTEMPT_WINDOW, CODE_FAILURES, LASTING_FAILURES, STEP_UP
from participation.core.actor import WAITING, Actor, ActorKind, Grant
from participation.core.errors import NotFound
from participation.core.permissions import Permission, may
from participation.storage.pages import Page, read_page


def actor_of(account: Account, *, scopes: Sequence[str] | None = None) -> Actor:
    """Return the actor that an account is now; its roles are read from the database at every request."""
    grants = frozenset(Grant(grant.role.value, grant.process_id) for grant in account.grants)
    limits = None if scopes is None else frozenset(scopes)
    return Actor(ActorKind.ACCOUNT, account.id, account.display_name, grants, limits)


def _as_shown(
    actor: Actor,
    created_at: datetime,
    strong_at: datetime | None,
    *,
    has_factor: bool,
    at_provider: bool,
    now: datetime,
) -> Actor:
    """Leave out what a session does not give before a second factor was shown in it.

    Whoever has one is nobody until they show it, and so is whoever holds a role and has theirs at the identity
    provider: else a mailbox were enough to set another one up. Whoever holds a role and has none yet can set one up,
    and do what everybody may. Others showed who they are when they signed in.
    """
    if strong_at is None and (has_factor or (actor.grants and at_provider)):
        return WAITING
    needs_step_up = (strong_at or created_at) <= now - STEP_UP
    if actor.grants and strong_at is None:
        return replace(actor, grants=frozenset(), lacks_second_factor=True, needs_step_up=needs_step_up)
    return replace(actor, needs_step_up=needs_step_up)


def account_by_id(session: Session, account_id: str) -> Account:
    """Return an account or raise NotFound."""
    found = session.get(Account, account_id, options=[selectinload(Account.grants)])
    if found is None:
        raise NotFound("no_such_account", account=account_id)
    return found


def account_by_email(session: Session, email: str) -> Account | None:
    """Return the account with a normalised e-mail address."""
    return session.scalar(select(Account).where(Account.email == email).options(selectinload(Account.grants)))


@dataclass(frozen=True, slots=True)
class SeenSession:
    """A signed-in browser as one request finds it: who acts, and when the session was used last.

    `account_id` is whose it is even while the actor is nobody, because a second factor has still to be shown.
    `at_provider` says that the identity provider has asked for one.
    """

    id: str
    actor: Actor
    last_seen_on: date
    account_id: str | None = None
    strong_at: datetime | None = None
    has_factor: bool = False
    at_provider: bool = False


def seen_session(session: Session, session_id: str, now: datetime) -> SeenSession | None:
    """Return whose open session this is, roles included, or None; one statement, because every request asks."""
    rows = session.execute(_SEEN_SESSION, {"session_id": session_id, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    if first.subject_kind is SubjectKind.CODE:
        return SeenSession(session_id, Actor(ActorKind.CODE, first.subject_id), first.last_seen_on)
    if first.account_id is None or first.disabled_at is not None:
        return None
    grants = frozenset(Grant(row.role.value, row.process_id) for row in rows if row.role is not None)
    actor = Actor(ActorKind.ACCOUNT, first.account_id, first.display_name, grants)
    has_factor, at_provider = bool(first.has_factor), bool(first.at_provider)
    shown = _as_shown(actor, first.created_at, first.strong_at, has_factor=has_factor, at_provider=at_provider, now=now)
    return SeenSession(
        session_id, shown, first.last_seen_on, first.account_id, first.strong_at, has_factor, at_provider
    )


def _seen_session() -> Select[Any]:
    signed_in, account, grant = (cast("Table", kind.__table__) for kind in (SignInSession, Account, RoleGrant))
    shown = cast("Table", SecondFactor.__table__)
    factor = select(shown.c.id).where(shown.c.account_id == signed_in.c.subject_id, shown.c.confirmed_at.is_not(None))
    known = cast("Table", Identity.__table__)
    strong = select(known.c.id).where(known.c.account_id == signed_in.c.subject_id, known.c.strong_on.is_not(None))
    is_theirs = and_(signed_in.c.subject_kind == SubjectKind.ACCOUNT, account.c.id == signed_in.c.subject_id)
    return (
        select(
            signed_in.c.subject_kind,
            signed_in.c.subject_id,
            signed_in.c.last_seen_on,
            signed_in.c.created_at,
            signed_in.c.strong_at,
            factor.exists().label("has_factor"),
            strong.exists().label("at_provider"),
            account.c.id.label("account_id"),
            account.c.display_name,
            account.c.disabled_at,
            grant.c.role,
            grant.c.process_id,
        )
        .select_from(signed_in.outerjoin(account, is_theirs).outerjoin(grant, grant.c.account_id == account.c.id))
        .where(
            signed_in.c.id == bindparam("session_id"),
            signed_in.c.revoked_at.is_(None),
            signed_in.c.expires_at > bindparam("now"),
        )
    )


_SEEN_SESSION: Final = _seen_session()


def open_session_by_id(session: Session, session_id: str, now: datetime) -> SignInSession | None:
    """Return a session that is neither revoked nor over."""
    return session.scalar(select(SignInSession).where(SignInSession.id == session_id, _is_open(now)))


def sessions_of(session: Session, account_id: str, now: datetime) -> Sequence[SignInSession]:
    """Return an account's open sessions, the newest first."""
    return session.scalars(
        select(SignInSession)
        .where(
            SignInSession.subject_kind == SubjectKind.ACCOUNT,
            SignInSession.subject_id == account_id,
            _is_open(now),
        )
        .order_by(SignInSession.created_at.desc(), SignInSession.public_id)
    ).all()


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(SignInSession.revoked_at.is_(None), SignInSession.expires_at > now)


def usable_token(session: Session, fingerprint: str, now: datetime) -> ApiToken | None:
    """Return the token with a fingerprint if it still opens something, its account and roles with it."""
    return session.scalar(
        select(ApiToken)
        .join(ApiToken.account)
        .where(
            ApiToken.fingerprint == fingerprint,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Account.disabled_at.is_(None),
        )
        .options(joinedload(ApiToken.account).selectinload(Account.grants))
    )


def has_second_factor(session: Session, account_id: str) -> bool:
    """Say whether somebody has a second factor that counts."""
    return session.scalar(_factors(account_id).with_only_columns(SecondFactor.id).limit(1)) is not None


def second_factors_of(session: Session, account_id: str) -> Sequence[SecondFactor]:
    """Return an account's second factors that count, the oldest first."""
    return session.scalars(_factors(account_id).order_by(SecondFactor.created_at, SecondFactor.id)).all()


def accounts_with_factors(session: Session, account_ids: Sequence[str]) -> set[str]:
    """Return which of some accounts have a second factor that counts, here or at the identity provider for a role."""
    held = SecondFactor.account_id.in_(account_ids), SecondFactor.confirmed_at.is_not(None)
    strong = Identity.account_id.in_(account_ids), Identity.strong_on.is_not(None)
    here = select(SecondFactor.account_id).where(*held)
    there = select(Identity.account_id).join(RoleGrant, RoleGrant.account_id == Identity.account_id).where(*strong)
    return set(session.scalars(here.union(there)))


def has_factor_at_provider(session: Session, account_id: str) -> bool:
    """Say whether somebody came from the identity provider with more than one factor."""
    strong = select(Identity.id).where(Identity.account_id == account_id, Identity.strong_on.is_not(None))
    return session.scalar(strong.limit(1)) is not None


def _factors(account_id: str) -> Select[SecondFactor]:
    return select(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None))


def usable_password_of(session: Session, account_id: str) -> Password | None:
    """Return an account's password unless it was typed wrong too often."""
    held = session.get(Password, account_id)
    return held if held is not None and held.failures < LASTING_FAILURES else None


def password_of(session: Session, account_id: str) -> Password | None:
    """Return an account's password, hashed, or None."""
    return session.get(Password, account_id)


def count_recovery_codes(session: Session, account_id: str) -> int:
    """Return how many recovery codes of an account can still be used."""
    unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def tokens_of(session: Session, account_id: str) -> Sequence[ApiToken]:
    """Return an account's tokens that were not revoked, the newest first."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    ).all()


def invitations_in(session: Session, process_id: str | None) -> dict[str, Invitation]:
    """Return by account the invitations to a process, or to all, that wait for their people to sign in."""
    place = Invitation.process_id.is_(None) if process_id is None else Invitation.process_id == process_id
    waiting = select(Invitation).join(Account).where(place, Account.verified_at.is_(None))
    return {invitation.account_id: invitation for invitation in session.scalars(waiting)}


def invitation_of(session: Session, account_id: str, process_id: str | None) -> Invitation | None:
    """Return somebody's invitation, as long as they have not signed in."""
    return invitations_in(session, process_id).get(account_id)


def identities_of(session: Session, account_id: str) -> Sequence[Identity]:
    """Return the identities with which somebody signs in, in the order in which they were linked."""
    return session.scalars(
        select(Identity).where(Identity.account_id == account_id).order_by(Identity.linked_at, Identity.id)
    ).all()


def open_challenges(session: Session, browser: str, now: datetime) -> Sequence[SignInChallenge]:
    """Return what a browser asked for and can still confirm, the newest first."""
    return session.scalars(
        select(SignInChallenge)
        .where(
            SignInChallenge.browser == browser,
            SignInChallenge.consumed_at.is_(None),
            SignInChallenge.expires_at > now,
            SignInChallenge.failures < CODE_FAILURES,
        )
        .order_by(SignInChallenge.created_at.desc(), SignInChallenge.id)
        .limit(10)
    ).all()


def recent_attempts(session: Session, door: str, now: datetime) -> Sequence[datetime]:
    """Return when a door was tried within the window, the earliest first."""
    return session.scalars(
        select(Attempt.at).where(Attempt.door == door, Attempt.at > now - ATTEMPT_WINDOW).order_by(Attempt.at)
    ).all()


def people_with_roles(session: Session, process_id: str | None) -> Sequence[tuple[RoleGrant, Account]]:
    """Return who holds which role in a process (or everywhere), by name."""
    rows = session.execute(
        select(RoleGrant, Account)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.process_id == process_id if process_id else RoleGrant.process_id.is_(None))
        .order_by(func.lower(Account.display_name), Account.email, Account.id, RoleGrant.role)
    )
    return [(grant, account) for grant, account in rows]


def organisations_of(session: Session, process_id: str) -> Sequence[Organisation]:
    """Return a process's organisations by code, with their delegates."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.process_id == process_id)
        .order_by(Organisation.code)
        .options(selectinload(Organisation.mandates).joinedload(Mandate.account))
    ).all()


def organisation_by_code(session: Session, process_id: str, code: str) -> Organisation:
    """Return an organisation of a process or raise NotFound."""
    found = session.scalar(
        select(Organisation)
        .where(Organisation.process_id == process_id, Organisation.code == code)
        .options(selectinload(Organisation.mandates).joinedload(Mandate.account))
    )
    if found is None:
        raise NotFound("no_such_organisation", organisation=code)
    return found


def departments_of(session: Session, process_id: str) -> Sequence[Department]:
    """Return a process's departments by code."""
    return session.scalars(
        select(Department).where(Department.process_id == process_id).order_by(Department.code)
    ).all()


def department_by_code(session: Session, process_id: str, code: str) -> Department:
    """Return a department of a process or raise NotFound."""
    found = session.scalar(select(Department).where(Department.process_id == process_id, Department.code == code))
    if found is None:
        raise NotFound("no_such_department", department=code)
    return found


def representatives_of(session: Session, process_id: str) -> dict[str, list[Account]]:
    """Return the people who act for each department of a process, by the department's id."""
    found: dict[str, list[Account]] = {}
    rows = session.execute(
        select(Department.id, Account)
        .join(Representation, Representation.department_id == Department.id)
        .join(Account, Account.id == Representation.account_id)
        .where(Department.process_id == process_id)
        .order_by(func.lower(Account.display_name), Account.email)
    )
    for department_id, account in rows:
        found.setdefault(department_id, []).append(account)
    return found


def accounts_page(session: Session, search: str, *, page: int, per_page: int) -> Page[Account]:
    """Return one page of the accounts whose name or address contains the search, the oldest first."""
    found = or_(
        Account.display_name.icontains(search, autoescape=True), Account.email.icontains(search, autoescape=True)
    )
    listed = select(Account).where(found).order_by(Account.created_at, Account.id).options(selectinload(Account.grants))
    return read_page(session, listed, page=page, per_page=per_page)


def admitted_organisations(session: Session, process_id: str) -> Sequence[Organisation]:
    """Return the organisations that take part in a process, by name."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.process_id == process_id, Organisation.approved_at.is_not(None))
        .order_by(Organisation.name)
        .options(selectinload(Organisation.description))
    ).all()


def in_force(today: date) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a mandate speak for its organisation on a day: the one definition."""
    return (
        Organisation.approved_at.is_not(None),
        Mandate.valid_from <= today,
        or_(Mandate.valid_until.is_(None), today < Mandate.valid_until),
    )


def mandates_in_force(session: Session, organisation_id: str, today: date) -> Sequence[Mandate]:
    """Return who speaks for an organisation on a day, whoever has done so for longest first."""
    return session.scalars(
        select(Mandate)
        .join(Organisation)
        .join(Account, Account.id == Mandate.account_id)
        .where(Mandate.organisation_id == organisation_id, Account.disabled_at.is_(None), *in_force(today))
        .order_by(Mandate.valid_from, Mandate.id)
        .options(selectinload(Mandate.account), selectinload(Mandate.organisation))
    ).all()


def left_voiceless(session: Session, account_id: str, today: date) -> Sequence[Organisation]:
    """Return the organisations for which nobody would speak any more on a day without somebody, by name."""
    others = (
        select(Mandate.id)
        .join(Account, Account.id == Mandate.account_id)
        .where(
            Mandate.organisation_id == Organisation.id, Mandate.account_id != account_id, Account.disabled_at.is_(None)
        )
        .where(*in_force(today))
    )
    return session.scalars(
        select(Organisation)
        .join(Mandate)
        .where(Mandate.account_id == account_id, *in_force(today), ~others.correlate(Organisation).exists())
        .order_by(Organisation.name, Organisation.id)
    ).all()


def voiceless(session: Session, process_ids: Sequence[str], today: date) -> dict[str, int]:
    """Return how many approved organisations have nobody who speaks for them on a day, by process."""
    speaking = (
        select(Mandate.organisation_id)
        .join(Organisation)
        .join(Account, Account.id == Mandate.account_id)
        .where(Organisation.process_id.in_(process_ids), Account.disabled_at.is_(None), *in_force(today))
    )
    rows = session.execute(
        select(Organisation.process_id, func.count())
        .where(
            Organisation.process_id.in_(process_ids),
            Organisation.approved_at.is_not(None),
            Organisation.id.not_in(speaking),
        )
        .group_by(Organisation.process_id)
    )
    return {row[0]: row[1] for row in rows}


def mandate_today(session: Session, organisation: Organisation, actor: Actor, today: date) -> Mandate | None:
    """Return the actor's mandate for an organisation if it is in force."""
    if not actor.is_account:
        return None
    return next(
        (held for held in mandates_in_force(session, organisation.id, today) if held.account_id == actor.id), None
    )


def application_by_id(session: Session, application_id: str) -> OrganisationApplication:
    """Return what an organisation asked for or raise NotFound; who may read it is asked apart."""
    found = session.scalar(
        select(OrganisationApplication)
        .where(OrganisationApplication.id == application_id)
        .options(joinedload(OrganisationApplication.account))
    )
    if found is None:
        raise NotFound("no_such_application")
    return found


def readable_application(
    session: Session, process_id: str, application_id: str, actor: Actor
) -> OrganisationApplication:
    """Return an application of a process that the actor may read: their own, or as the office."""
    found = application_by_id(session, application_id)
    mine = actor.is_account and found.account_id == actor.id
    if found.process_id != process_id or not (mine or may(actor, Permission.ORGANISATION_MANAGE, found)):
        raise NotFound("no_such_application")
    return found


def applications_to_read(
    session: Session, process_id: str, actor: Actor, state: ApplicationState | None = None
) -> Sequence[OrganisationApplication]:
    """Return the applications of a process, the office's all, else one's own; the oldest first."""
    wanted = [OrganisationApplication.process_id == process_id]
    if not may(actor, Permission.ORGANISATION_MANAGE, process_id):
        wanted.append(OrganisationApplication.account_id == (actor.id if actor.is_account else ""))
    if state is not None:
        wanted.append(OrganisationApplication.state == state)
    return session.scalars(
        select(OrganisationApplication)
        .where(*wanted)
        .order_by(OrganisationApplication.applied_at, OrganisationApplication.id)
        .options(
            joinedload(OrganisationApplication.account),
            selectinload(OrganisationApplication.description),
            selectinload(OrganisationApplication.reason),
            selectinload(OrganisationApplication.organisation),
        )
    ).all()


def own_applications(session: Session, process_id: str, actor: Actor) -> Sequence[OrganisationApplication]:
    """Return what somebody asked for in a process, the newest first."""
    if not actor.is_account:
        return []
    return session.scalars(
        select(OrganisationApplication)
        .where(OrganisationApplication.process_id == process_id, OrganisationApplication.account_id == actor.id)
        .order_by(OrganisationApplication.applied_at.desc(), OrganisationApplication.id)
    ).all()


def waiting_registrations(session: Session, process_ids: Sequence[str]) -> dict[str, int]:
    """Return how many organisations and delegates wait for the office, by process; none is left out."""
    applications = session.execute(
        select(OrganisationApplication.process_id, func.count())
        .where(
            OrganisationApplication.process_id.in_(process_ids),
            OrganisationApplication.state == ApplicationState.WAITING,
        )
        .group_by(OrganisationApplication.process_id)
    )
    delegates = session.execute(
        select(Organisation.process_id, func.count())
        .join(ProposedDelegate, ProposedDelegate.organisation_id == Organisation.id)
        .where(Organisation.process_id.in_(process_ids), ProposedDelegate.state == ApplicationState.WAITING)
        .group_by(Organisation.process_id)
    )
    waiting = dict.fromkeys(process_ids, 0)
    for process_id, count in (*applications, *delegates):
        waiting[process_id] += count
    return waiting


def proposed_delegate_by_id(session: Session, proposed_id: str) -> ProposedDelegate:
    """Return a further delegate who was named, or raise NotFound."""
    found = session.get(ProposedDelegate, proposed_id, options=[joinedload(ProposedDelegate.organisation)])
    if found is None:
        raise NotFound("no_such_proposed_delegate")
    return found


def proposed_delegates_of(session: Session, organisation_id: str) -> Sequence[ProposedDelegate]:
    """Return the further delegates whom an organisation named, the newest first."""
    return session.scalars(
        select(ProposedDelegate)
        .where(ProposedDelegate.organisation_id == organisation_id)
        .order_by(ProposedDelegate.proposed_at.desc(), ProposedDelegate.id)
        .options(selectinload(ProposedDelegate.reason), joinedload(ProposedDelegate.proposer))
    ).all()


def waiting_delegates(session: Session, process_id: str) -> Sequence[ProposedDelegate]:
    """Return the further delegates about whom the office has to decide in a process, the oldest first."""
    return session.scalars(
        select(ProposedDelegate)
        .join(Organisation)
        .where(Organisation.process_id == process_id, ProposedDelegate.state == ApplicationState.WAITING)
        .order_by(ProposedDelegate.proposed_at, ProposedDelegate.id)
        .options(joinedload(ProposedDelegate.organisation))
    ).all()
