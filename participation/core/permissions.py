"""Who may do what: named permissions in one table, denied unless granted.

A role is held in one process, or in all of them (process None). No role brings a vote: who may vote in a round
is a question of eligibility (rounds.queries.participant_in), never of a role.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Protocol

from participation.core.actor import Actor
from participation.core.errors import Forbidden, SecondFactorNeeded, SignInNeeded


class Permission(StrEnum):
    """`scope:resource:action`, in alphabetical order."""

    ACCOUNT_MANAGE = "site:account:manage"
    ACCOUNT_SELF = "self:account:edit"
    AUDIT_READ = "site:audit:read"
    BALLOT_AUDIT = "process:ballot:audit"
    BALLOT_CAST = "round:ballot:cast"
    CODE_PRINT = "round:code:print"
    COMMENT_MODERATE = "process:comment:moderate"
    COMMENT_REPORT = "process:comment:report"
    COMMENT_WRITE = "round:comment:write"
    CONCEPT_EDIT = "process:concept:edit"
    COSTING_ENTER = "process:costing:enter"
    COSTING_ENTER_ANY = "process:costing:enter_any"
    COUNCIL_PAPER_EDIT = "process:council_paper:edit"
    ENVELOPE_EDIT = "process:envelope:edit"
    FOLLOW_SELF = "self:follow:edit"
    GATHERING_APPROVE = "process:gathering:approve"
    GATHERING_MANAGE = "process:gathering:manage"
    GATHERING_NOTE = "process:gathering:note"
    IMPORT_RUN = "process:import:run"
    INTEREST_DECLARE = "process:interest:declare"
    MAIL_READ = "demo:mail:read"
    MEASURE_TRACK = "process:measure:track"
    MEASURE_TRACK_ANY = "process:measure:track_any"
    ORGANISATION_JOIN = "process:organisation:join"
    ORGANISATION_MANAGE = "process:organisation:manage"
    PAPER_ENTER = "round:paper:enter"
    PLAN_EDIT = "process:plan:edit"
    PROCESS_EDIT = "process:process:edit"
    PROCESS_READ = "process:process:read"
    PROPOSAL_DECIDE = "process:proposal:decide"
    PROPOSAL_EDIT = "process:proposal:edit"
    PROPOSAL_SUPPORT = "round:proposal:support"
    PROPOSAL_WRITE = "round:proposal:write"
    RANKING_DECLARE = "process:ranking:declare"
    RANKING_EXPORT = "process:ranking:export"
    RANKING_READ = "process:ranking:read"
    ROADMAP_EDIT = "process:roadmap:edit"
    ROLE_GRANT = "process:role:grant"
    ROUND_CLOSE = "process:round:close"
    ROUND_CONCLUDE = "process:round:conclude"
    ROUND_EDIT = "process:round:edit"
    ROUND_EXTEND = "process:round:extend"
    ROUND_OPEN = "process:round:open"
    ROUND_READ = "process:round:read"
    ROUND_WATCH = "process:round:watch"
    SIGN_IN = "site:session:create"
    SITE_READ = "site:page:read"
    STATEMENT_FINALISE = "process:statement:finalise"
    STATEMENT_WRITE = "round:statement:write"
    TABLET_MANAGE = "round:tablet:manage"
    TOKEN_MANAGE = "self:token:manage"  # noqa: S105 - the name of a permission


class Role(StrEnum):
    """What somebody is in a process."""

    ADMINISTRATOR = "administrator"
    OFFICE = "office"
    MODERATOR = "moderator"
    STEERING = "steering"
    FACILITATOR = "facilitator"
    DEPARTMENT = "department"
    AUDITOR = "auditor"


_EVERYBODY: Final = frozenset(
    {
        Permission.MAIL_READ,  # its page exists in a demonstration only, whose visitors sit at its machine
        Permission.PROCESS_READ,
        Permission.RANKING_READ,
        Permission.ROUND_READ,
        Permission.SIGN_IN,
        Permission.SITE_READ,
    }
)
"""Visitors who have said nothing about themselves."""

_PARTICIPANTS: Final = _EVERYBODY | {
    Permission.BALLOT_CAST,
    Permission.COMMENT_REPORT,
    Permission.COMMENT_WRITE,
    Permission.PROPOSAL_SUPPORT,
    Permission.PROPOSAL_WRITE,
}
"""Whoever came with an account or a participation code; the round's eligibility decides further."""

_SIGNED_IN: Final = _PARTICIPANTS | {
    Permission.ACCOUNT_SELF,
    Permission.FOLLOW_SELF,
    Permission.INTEREST_DECLARE,  # of a proposal that they write or decide about, which the service asks
    Permission.ORGANISATION_JOIN,  # asks and names; the office decides
    Permission.STATEMENT_WRITE,  # for an organisation of the round, which the service asks
    Permission.TOKEN_MANAGE,
}

_MODERATOR: Final = frozenset(
    {
        Permission.CODE_PRINT,
        Permission.COMMENT_MODERATE,
        Permission.GATHERING_APPROVE,
        Permission.GATHERING_MANAGE,
        Permission.GATHERING_NOTE,
        Permission.PAPER_ENTER,
        Permission.RANKING_EXPORT,
        Permission.ROUND_CLOSE,
        Permission.ROUND_CONCLUDE,
        Permission.ROUND_EDIT,
        Permission.ROUND_EXTEND,
        Permission.ROUND_OPEN,
        Permission.ROUND_WATCH,
        Permission.STATEMENT_FINALISE,
        Permission.TABLET_MANAGE,
    }
)

_OFFICE: Final = _MODERATOR | {
    Permission.AUDIT_READ,
    Permission.CONCEPT_EDIT,
    Permission.COSTING_ENTER,
    Permission.COSTING_ENTER_ANY,
    Permission.COUNCIL_PAPER_EDIT,
    Permission.ENVELOPE_EDIT,
    Permission.IMPORT_RUN,
    Permission.MEASURE_TRACK,
    Permission.MEASURE_TRACK_ANY,
    Permission.ORGANISATION_MANAGE,
    Permission.PLAN_EDIT,
    Permission.PROCESS_EDIT,
    Permission.PROPOSAL_DECIDE,
    Permission.PROPOSAL_EDIT,
    Permission.RANKING_DECLARE,
    Permission.ROADMAP_EDIT,
    Permission.ROLE_GRANT,
}

ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: _OFFICE | {Permission.ACCOUNT_MANAGE},
    Role.OFFICE: _OFFICE,
    Role.MODERATOR: _MODERATOR,
    Role.STEERING: frozenset(
        {
            Permission.GATHERING_APPROVE,
            Permission.GATHERING_NOTE,
            Permission.PROPOSAL_DECIDE,
            Permission.ROUND_WATCH,
        }
    ),
    Role.FACILITATOR: frozenset(
        {
            Permission.CODE_PRINT,
            Permission.GATHERING_NOTE,
            Permission.PAPER_ENTER,
            Permission.ROUND_WATCH,
            Permission.TABLET_MANAGE,
        }
    ),
    Role.DEPARTMENT: frozenset({Permission.COSTING_ENTER, Permission.MEASURE_TRACK}),
    Role.AUDITOR: frozenset(
        {
            Permission.AUDIT_READ,
            Permission.BALLOT_AUDIT,  # no other role holds it: ballots that are not published are for named auditors
            Permission.RANKING_EXPORT,
            Permission.ROUND_WATCH,
        }
    ),
}


class InProcess(Protocol):
    """Anything that belongs to one process."""

    @property
    def process_id(self) -> str:
        """Identify the process to which it belongs."""
        ...


def is_for_everybody(permission: Permission) -> bool:
    """Say whether visitors who have said nothing about themselves hold it."""
    return permission in _EVERYBODY


def may(actor: Actor, permission: Permission, subject: InProcess | str | None = None) -> bool:
    """Say whether the actor holds the permission for the subject.

    `subject` is a thing of a process, a process id, or None for the whole site. Templates ask this function too.
    """
    if actor.scopes is not None and permission.value not in actor.scopes and permission not in _EVERYBODY:
        return False
    if actor.is_system or permission in _EVERYBODY:
        return True
    if actor.is_account and permission in _SIGNED_IN:
        return True
    if actor.is_code and permission in _PARTICIPANTS:
        return True
    process_id = subject if isinstance(subject, str) or subject is None else subject.process_id
    return any(
        permission in ROLE_PERMISSIONS[Role(grant.role)]
        for grant in actor.grants
        if grant.process_id is None or grant.process_id == process_id
    )


def may_somewhere(actor: Actor, permission: Permission) -> bool:
    """Say whether the actor holds the permission in at least one process: the coarse gate at a route."""
    return may(actor, permission) or any(may(actor, permission, grant.process_id) for grant in actor.grants)


def authorise(actor: Actor, permission: Permission, subject: InProcess | str | None = None) -> None:
    """Refuse unless the actor may; raises what `refusal` returns."""
    if not may(actor, permission, subject):
        raise refusal(actor, permission)


def refusal(actor: Actor, permission: Permission) -> Forbidden:
    """Return the error that says why: a second factor is missing, nobody signed in, or somebody without the right."""
    if actor.lacks_second_factor:
        return SecondFactorNeeded("second_factor_needed", permission=permission.value)
    if actor.is_anonymous:
        return SignInNeeded("sign_in_needed", permission=permission.value)
    return Forbidden("not_permitted", permission=permission.value)
