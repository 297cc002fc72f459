"""Tables of people and of what they are."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.permissions import Role
from participation.processes.models import Process
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class Account(Base):
    """A person who signed in or was invited. No origin, nationality or religion is asked or kept.

    `wants_reminders` says whether mails may remind them of a vote that ends soon.
    """

    __tablename__ = "accounts"

    id: Mapped[str] = id_column()
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    display_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    grants: Mapped[list["RoleGrant"]] = relationship(cascade="all, delete-orphan", foreign_keys="RoleGrant.account_id")
    mandates: Mapped[list["Mandate"]] = relationship(back_populates="account", cascade="all, delete-orphan")
    departments: Mapped[list["Representation"]] = relationship(back_populates="account", cascade="all, delete-orphan")


class RoleGrant(Base):
    """A role in one process, or in all when `process_id` is empty."""

    __tablename__ = "role_grants"

    id: Mapped[str] = id_column()
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    process_id: Mapped[str | None] = reference("processes.id", ondelete="CASCADE")
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    granted_by: Mapped[str] = mapped_column(String(32))

    __table_args__ = (
        UniqueConstraint("account_id", "process_id", "role", name="uq_role_grants_account_process_role"),
        # The constraint takes empty places for different ones; a role everywhere is held once too.
        Index(
            "uq_role_grants_everywhere",
            "account_id",
            "role",
            unique=True,
            sqlite_where=text("process_id IS NULL"),
            postgresql_where=text("process_id IS NULL"),
        ),
    )


class OrganisationKind(StrEnum):
    """What an organisation is."""

    MIGRANT_ASSOCIATION = "migrant_association"
    PROVIDER = "provider"


class Organisation(Base):
    """An association or provider that proposes and votes through its delegates; takes part once approved."""

    __tablename__ = "organisations"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind, "organisation_kind"))
    name: Mapped[str] = mapped_column(String(120))
    languages: Mapped[list[str]] = mapped_column(JSON)
    description_id: Mapped[str | None] = reference("texts.id", index=False)
    description: Mapped[Text | None] = relationship()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(32))
    process: Mapped[Process] = relationship()
    mandates: Mapped[list["Mandate"]] = relationship(back_populates="organisation", cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("process_id", "code", name="uq_organisations_process_code"),
        UniqueConstraint("process_id", "name", name="uq_organisations_process_name"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved_by_somebody"),
    )


class Mandate(Base):
    """A person who speaks and votes for an organisation from one day on, and until another if it is set."""

    __tablename__ = "mandates"

    id: Mapped[str] = id_column()
    organisation_id: Mapped[str] = reference("organisations.id", ondelete="CASCADE")
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    role_label: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    organisation: Mapped[Organisation] = relationship(back_populates="mandates")
    account: Mapped[Account] = relationship(back_populates="mandates")

    __table_args__ = (
        UniqueConstraint("organisation_id", "account_id", name="uq_mandates_organisation_account"),
        CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="dates_in_order"),
    )


class ApplicationState(StrEnum):
    """Where the wish of an organisation to take part stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class OrganisationApplication(Base):
    """An organisation that registered itself and waits for the office, or what the office said.

    It is no organisation yet, so that names and codes cannot be taken by whoever asks first. Once it is approved,
    the organisation has its description; the reason of a refusal is for the applicant and the office.
    """

    __tablename__ = "organisation_applications"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    state: Mapped[ApplicationState] = mapped_column(enum_column(ApplicationState, "state"))
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind, "kind"))
    name: Mapped[str] = mapped_column(String(120))
    languages: Mapped[list[str]] = mapped_column(JSON)
    role_label: Mapped[str] = mapped_column(String(120), default="")
    description_id: Mapped[str] = reference("texts.id", index=False)
    applied_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(32))
    reason_id: Mapped[str | None] = reference("texts.id", index=False)
    organisation_id: Mapped[str | None] = reference("organisations.id", ondelete="CASCADE")
    account: Mapped[Account] = relationship()
    process: Mapped[Process] = relationship()
    description: Mapped[Text] = relationship(foreign_keys=[description_id])
    reason: Mapped[Text | None] = relationship(foreign_keys=[reason_id])
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_or_waiting"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(state = 'approved') = (organisation_id IS NOT NULL)", name="approved_as_something"),
        CheckConstraint("(state = 'declined') = (reason_id IS NOT NULL)", name="declined_for_a_reason"),
        Index("ix_organisation_applications_process_state", "process_id", "state"),
    )


class ProposedDelegate(Base):
    """A further delegate whom one of an organisation's delegates named and about whom the office decides.

    Address and name are those of somebody who may not know of it yet: once it is decided the address is taken out,
    and the person stands here by account if the mandate was given.
    """

    __tablename__ = "proposed_delegates"

    id: Mapped[str] = id_column()
    organisation_id: Mapped[str] = reference("organisations.id", ondelete="CASCADE")
    proposed_by: Mapped[str | None] = reference("accounts.id", ondelete="SET NULL")
    state: Mapped[ApplicationState] = mapped_column(enum_column(ApplicationState, "state"))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role_label: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(16))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(32))
    reason_id: Mapped[str | None] = reference("texts.id", index=False)
    account_id: Mapped[str | None] = reference("accounts.id", ondelete="CASCADE")
    organisation: Mapped[Organisation] = relationship()
    proposer: Mapped[Account | None] = relationship(foreign_keys=[proposed_by])
    reason: Mapped[Text | None] = relationship()

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_or_waiting"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(state = 'waiting') = (email IS NOT NULL)", name="address_until_decided"),
        CheckConstraint("state = 'approved' OR account_id IS NULL", name="person_once_approved"),
        CheckConstraint("(state = 'declined') = (reason_id IS NOT NULL)", name="declined_for_a_reason"),
    )


class Department(Base):
    """A unit of the administration (Fachbereich) that answers for measures."""

    __tablename__ = "departments"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(16))
    title_id: Mapped[str] = reference("texts.id", index=False)
    title: Mapped[Text] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("process_id", "code", name="uq_departments_process_code"),)


class Representation(Base):
    """A person who acts for a department."""

    __tablename__ = "representations"

    account_id: Mapped[str] = reference("accounts.id", primary_key=True, index=False, ondelete="CASCADE")
    department_id: Mapped[str] = reference("departments.id", primary_key=True, ondelete="CASCADE")
    account: Mapped[Account] = relationship(back_populates="departments")
    department: Mapped[Department] = relationship()


class SignInChallenge(Base):
    """A request to sign in by mail. Link and typed code are derived from its id when the mail is rendered.

    `browser` is the fingerprint of a cookie of the asking browser: the link works there, elsewhere the code does.
    """

    __tablename__ = "sign_in_challenges"

    id: Mapped[str] = id_column()
    email: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(16))
    browser: Mapped[str] = mapped_column(String(64))
    next_path: Mapped[str] = mapped_column(String(500), default="/")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    consumed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)


class SubjectKind(StrEnum):
    """Whose session it is."""

    ACCOUNT = "account"
    CODE = "code"


class SignInSession(Base):
    """A signed-in browser. `id` is the fingerprint of the cookie's token; the token is stored nowhere.

    `strong_at` says when a second factor was last shown in it; before, it gives nobody the rights of a role.
    """

    __tablename__ = "sign_in_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    subject_kind: Mapped[SubjectKind] = mapped_column(enum_column(SubjectKind, "subject_kind"))
    subject_id: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_on: Mapped[date] = mapped_column(Date)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    strong_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ceremony: Mapped[str | None] = mapped_column(String(20))
    """Of the passkey that is being added or shown now: the challenge is derived from it, and it is taken once."""

    __table_args__ = (Index("ix_sign_in_sessions_subject", "subject_kind", "subject_id"),)


class Identity(Base):
    """A person at an identity provider, as whom an account is entered: the pair of issuer and subject, nothing else.

    `strong_on` is the day on which they last came with more than one factor: then that is the second factor of an
    account that holds a role, and the mailbox alone does not open it.
    """

    __tablename__ = "identities"

    id: Mapped[str] = id_column()
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_on: Mapped[date | None] = mapped_column(Date)
    strong_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_identities_issuer_subject"),
        UniqueConstraint("account_id", "issuer", name="uq_identities_account_issuer"),
    )


class ProviderVisit(Base):
    """A browser that was sent to the identity provider and has not come back yet.

    `browser` is the fingerprint of its cookie. `account_id` is set where an account is to be linked.
    """

    __tablename__ = "provider_visits"

    id: Mapped[str] = id_column()
    browser: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str | None] = reference("accounts.id", ondelete="CASCADE")
    next_path: Mapped[str] = mapped_column(String(500), default="/")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Password(Base):
    """A password, for whoever wants one. `failures` are those since it was last typed right.

    `needs_second_factor` says that it is too short to stand alone.
    """

    __tablename__ = "passwords"

    account_id: Mapped[str] = reference("accounts.id", primary_key=True, index=False, ondelete="CASCADE")
    hash: Mapped[str] = mapped_column(String(200))
    needs_second_factor: Mapped[bool] = mapped_column(Boolean)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)


class FactorKind(StrEnum):
    """What somebody has beside their mailbox or password."""

    APP = "app"
    PASSKEY = "passkey"


class SecondFactor(Base):
    """An app that shows codes (TOTP), or a passkey; it counts once it was shown for the first time.

    The secret of an app is derived from the id, so that it stands nowhere. `last_step` is the half minute of the last
    code that was taken: no code is taken twice. A passkey is kept as its public half, and by its fingerprint once.
    """

    __tablename__ = "second_factors"

    id: Mapped[str] = id_column()
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    kind: Mapped[FactorKind] = mapped_column(enum_column(FactorKind, "kind"))
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_on: Mapped[date | None] = mapped_column(Date)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    credential: Mapped[bytes | None] = mapped_column(LargeBinary)
    fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    uses: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(
            "(kind = 'passkey') = (credential IS NOT NULL AND fingerprint IS NOT NULL AND uses IS NOT NULL)",
            name="passkey_with_credential",
        ),
        CheckConstraint("kind = 'app' OR (last_step IS NULL AND confirmed_at IS NOT NULL)", name="steps_of_apps"),
    )


class RecoveryCode(Base):
    """One of ten codes for whoever has lost the second factor; derived from the id, and taken once."""

    __tablename__ = "recovery_codes"

    id: Mapped[str] = id_column()
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Invitation(Base):
    """Somebody who was given a role by mail and has never signed in. It goes when they have."""

    __tablename__ = "invitations"

    id: Mapped[str] = id_column()
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    process_id: Mapped[str | None] = reference("processes.id", ondelete="CASCADE")
    invited_by: Mapped[str] = mapped_column(String(32))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("account_id", "process_id", name="uq_invitations_account_process"),
        Index(
            "uq_invitations_everywhere",
            "account_id",
            unique=True,
            sqlite_where=text("process_id IS NULL"),
            postgresql_where=text("process_id IS NULL"),
        ),
    )


class ApiToken(Base):
    """A bearer token for a program: hashed, limited to scopes, revocable."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = id_column()
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    name: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_on: Mapped[date | None] = mapped_column(Date)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    account: Mapped[Account] = relationship()


class Attempt(Base):
    """A failed attempt at a door (a code, a link, a mail request), counted per door and window.

    Counted in the database, per round or account rather than per address: a workshop shares one address.
    """

    __tablename__ = "attempts"

    id: Mapped[str] = id_column()
    door: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_attempts_door_at", "door", "at"),)
