"""What accounts store about a person."""

from typing import Final

from sqlalchemy import or_, select

from participation.accounts.models import (
    Account,
    ApiToken,
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
from participation.processes.models import Process
from participation.storage.holdings import Holding, the_person
from participation.texts.queries import original_body

_OWN_ADDRESS: Final = select(Account.email).where(Account.id == the_person()).scalar_subquery()
_PROPOSED_DELEGATES: Final = (
    select(
        Organisation.name.label("organisation"),
        ProposedDelegate.display_name,
        ProposedDelegate.email,
        ProposedDelegate.role_label,
        ProposedDelegate.state.label("application_state"),
        ProposedDelegate.proposed_at,
        ProposedDelegate.decided_at,
    )
    .select_from(ProposedDelegate)
    .join(Organisation, Organisation.id == ProposedDelegate.organisation_id)
    .order_by(ProposedDelegate.proposed_at, ProposedDelegate.id)
)

STORED: Final = (
    Holding(
        "account",
        select(
            Account.id,
            Account.email,
            Account.display_name,
            Account.language,
            Account.created_at,
            Account.verified_at,
            Account.disabled_at,
            Account.wants_reminders,
        ).where(Account.id == the_person()),
    ),
    Holding(
        "roles",
        select(RoleGrant.role, Process.slug.label("process"), RoleGrant.granted_at)
        .select_from(RoleGrant)
        .outerjoin(Process, Process.id == RoleGrant.process_id)
        .where(RoleGrant.account_id == the_person())
        .order_by(RoleGrant.granted_at, RoleGrant.role),
    ),
    Holding(
        "mandates",
        select(Organisation.name.label("organisation"), Mandate.role_label, Mandate.valid_from, Mandate.valid_until)
        .select_from(Mandate)
        .join(Organisation, Organisation.id == Mandate.organisation_id)
        .where(Mandate.account_id == the_person())
        .order_by(Mandate.valid_from, Organisation.name),
    ),
    Holding(
        "registrations",
        select(
            Process.slug.label("process"),
            OrganisationApplication.name.label("organisation"),
            OrganisationApplication.role_label,
            OrganisationApplication.state.label("application_state"),
            original_body(OrganisationApplication.description_id).label("description"),
            OrganisationApplication.applied_at,
            OrganisationApplication.decided_at,
            original_body(OrganisationApplication.reason_id).label("reason"),
        )
        .select_from(OrganisationApplication)
        .join(Process, Process.id == OrganisationApplication.process_id)
        .where(OrganisationApplication.account_id == the_person())
        .order_by(OrganisationApplication.applied_at, OrganisationApplication.id),
    ),
    Holding(
        "proposed_delegates",
        _PROPOSED_DELEGATES.where(ProposedDelegate.proposed_by == the_person()),
    ),
    Holding(
        "proposed_as_delegate",
        _PROPOSED_DELEGATES.where(
            or_(ProposedDelegate.email == _OWN_ADDRESS, ProposedDelegate.account_id == the_person())
        ),
    ),
    Holding(
        "departments",
        select(Department.code, original_body(Department.title_id).label("title"))
        .select_from(Department)
        .join(Representation, Representation.department_id == Department.id)
        .where(Representation.account_id == the_person())
        .order_by(Department.code),
    ),
    Holding(
        "sign_in_requests",
        select(
            SignInChallenge.created_at,
            SignInChallenge.expires_at,
            SignInChallenge.consumed_at,
            SignInChallenge.language,
            SignInChallenge.next_path,
        )
        .where(SignInChallenge.email == _OWN_ADDRESS)
        .order_by(SignInChallenge.created_at),
    ),
    Holding(
        "sessions",
        select(
            SignInSession.public_id.label("id"),
            SignInSession.created_at,
            SignInSession.last_seen_on,
            SignInSession.expires_at,
            SignInSession.strong_at,
            SignInSession.revoked_at,
        )
        .where(SignInSession.subject_kind == SubjectKind.ACCOUNT, SignInSession.subject_id == the_person())
        .order_by(SignInSession.created_at, SignInSession.public_id),
    ),
    Holding(
        "invitations",
        select(Process.slug.label("process"), Invitation.sent_at)
        .select_from(Invitation)
        .outerjoin(Process, Process.id == Invitation.process_id)
        .where(Invitation.account_id == the_person())
        .order_by(Invitation.sent_at),
    ),
    Holding(
        "identities",
        select(Identity.issuer, Identity.subject, Identity.linked_at, Identity.last_used_on, Identity.strong_on)
        .where(Identity.account_id == the_person())
        .order_by(Identity.linked_at, Identity.id),
    ),
    Holding(
        "password",
        select(Password.set_at).where(Password.account_id == the_person()),
    ),
    Holding(
        "second_factors",
        select(
            SecondFactor.kind.label("factor_kind"),
            SecondFactor.name,
            SecondFactor.created_at,
            SecondFactor.confirmed_at,
            SecondFactor.last_used_on,
        )
        .where(SecondFactor.account_id == the_person())
        .order_by(SecondFactor.created_at, SecondFactor.id),
    ),
    Holding(
        "recovery_codes",
        select(RecoveryCode.created_at, RecoveryCode.used_at.label("consumed_at"))
        .where(RecoveryCode.account_id == the_person())
        .order_by(RecoveryCode.created_at, RecoveryCode.id),
    ),
    Holding(
        "tokens",
        select(
            ApiToken.name,
            ApiToken.scopes,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.last_used_on,
            ApiToken.revoked_at,
        )
        .where(ApiToken.account_id == the_person())
        .order_by(ApiToken.created_at, ApiToken.id),
    ),
)
