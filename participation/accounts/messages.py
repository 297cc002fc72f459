"""Words for the refusals of accounts."""

from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.accounts.models import ApplicationState, FactorKind, OrganisationKind
from participation.core.permissions import Permission, Role
from participation.web.errors import Words

_PERMISSIONS: Final[Mapping[str, Callable[[], str]]] = {
    Permission.ACCOUNT_MANAGE: lambda: _("Open and close accounts"),
    Permission.AUDIT_READ: lambda: _("Read the record of officials' acts"),
    Permission.BALLOT_CAST: lambda: _("Cast ballots"),
    Permission.CODE_PRINT: lambda: _("Issue and print participation codes"),
    Permission.COMMENT_MODERATE: lambda: _("Hide and restore comments"),
    Permission.COMMENT_REPORT: lambda: _("Report comments"),
    Permission.COMMENT_WRITE: lambda: _("Write comments"),
    Permission.COSTING_ENTER: lambda: _("Enter costs"),
    Permission.COSTING_ENTER_ANY: lambda: _("Enter costs for every department"),
    Permission.GATHERING_APPROVE: lambda: _("Approve and publish minutes and table notes"),
    Permission.GATHERING_MANAGE: lambda: _("Announce sessions and workshops and set their agendas and tables"),
    Permission.GATHERING_NOTE: lambda: _("Write minutes and table notes and enter assisted sessions"),
    Permission.IMPORT_RUN: lambda: _("Import goals and measures"),
    Permission.INTEREST_DECLARE: lambda: _("Declare interests on proposals"),
    Permission.ORGANISATION_JOIN: lambda: _("Register organisations and propose their delegates"),
    Permission.ORGANISATION_MANAGE: lambda: _("Manage organisations and departments"),
    Permission.PROCESS_EDIT: lambda: _("Edit processes, phases and fields"),
    Permission.PROCESS_READ: lambda: _("Read processes"),
    Permission.PROPOSAL_DECIDE: lambda: _("Admit, merge, split and decline proposals"),
    Permission.PROPOSAL_EDIT: lambda: _("Edit proposals"),
    Permission.PROPOSAL_SUPPORT: lambda: _("Support and sign proposals"),
    Permission.PROPOSAL_WRITE: lambda: _("Write proposals"),
    Permission.RANKING_DECLARE: lambda: _("Declare joint rankings and their weights"),
    Permission.RANKING_EXPORT: lambda: _("Export rankings"),
    Permission.RANKING_READ: lambda: _("Read rankings"),
    Permission.ROLE_GRANT: lambda: _("Give and take roles"),
    Permission.ROUND_CLOSE: lambda: _("Close rounds"),
    Permission.ROUND_CONCLUDE: lambda: _("Conclude rounds"),
    Permission.ROUND_EDIT: lambda: _("Set rounds up"),
    Permission.ROUND_EXTEND: lambda: _("Extend rounds"),
    Permission.ROUND_OPEN: lambda: _("Open rounds"),
    Permission.ROUND_READ: lambda: _("Read rounds"),
    Permission.ROUND_WATCH: lambda: _("See the turnout of rounds"),
    Permission.TABLET_MANAGE: lambda: _("Turn browsers into shared tablets"),
    Permission.SITE_READ: lambda: _("Read public pages"),
    Permission.STATEMENT_FINALISE: lambda: _("Finalise statements"),
    Permission.STATEMENT_WRITE: lambda: _("Write and sign statements for an organisation"),
}


def permission_name(permission: str) -> str:
    """Return in words what a permission allows."""
    speak = _PERMISSIONS.get(permission)
    return speak() if speak else permission


_ROLES: Final[Mapping[Role, Callable[[], str]]] = {
    Role.ADMINISTRATOR: lambda: _("Administrator"),
    Role.OFFICE: lambda: _("Coordination office"),
    Role.MODERATOR: lambda: _("Moderator"),
    Role.STEERING: lambda: _("Steering group"),
    Role.FACILITATOR: lambda: _("Facilitator of gatherings"),
    Role.DEPARTMENT: lambda: _("Department"),
    Role.AUDITOR: lambda: _("Auditor"),
}

_ORGANISATION_KINDS: Final[Mapping[OrganisationKind, Callable[[], str]]] = {
    OrganisationKind.MIGRANT_ASSOCIATION: lambda: _("Association of migrants"),
    OrganisationKind.PROVIDER: lambda: _("Provider of social services"),
}


def role_name(role: Role) -> str:
    """Return a role in words."""
    return _ROLES[role]()


def organisation_kind_name(kind: OrganisationKind) -> str:
    """Return in words what an organisation is."""
    return _ORGANISATION_KINDS[kind]()


_STATES: Final[Mapping[ApplicationState, Callable[[], str]]] = {
    ApplicationState.WAITING: lambda: _("waits for the office"),
    ApplicationState.APPROVED: lambda: _("approved"),
    ApplicationState.DECLINED: lambda: _("declined"),
    ApplicationState.WITHDRAWN: lambda: _("withdrawn"),
}


def application_state_name(state: ApplicationState) -> str:
    """Return where a wish that the office decides about stands."""
    return _STATES[state]()


_FACTORS: Final[Mapping[FactorKind, Callable[[], str]]] = {
    FactorKind.APP: lambda: _("App with codes"),
    FactorKind.PASSKEY: lambda: _("Passkey"),
}


def factor_kind_name(kind: FactorKind) -> str:
    """Return in words what a second factor is."""
    return _FACTORS[kind]()


def _minutes(facts: Mapping[str, object]) -> int:
    return (int(str(facts["retry_after"])) + 59) // 60


WORDS: Final[Mapping[str, Words]] = {
    "account_disabled": lambda _facts: _("This account is closed. Please ask the office."),
    "account_exists": lambda _facts: _("There is an account with this address already."),
    "account_not_disabled": lambda _facts: _("This account is open already."),
    "decides_for_oneself": lambda _facts: _("You asked for this yourself or would gain by it. Somebody else decides."),
    "application_decided": lambda _facts: _("This is decided already. Please reload the page to see how."),
    "application_waits": lambda _facts: _(
        "You have registered this organisation already, with other details. It waits for the office. To change the "
        "details, please withdraw that registration and send a new one."
    ),
    "apps_locked": lambda _facts: _(
        "There were too many wrong codes in a row, so codes of your app open nothing any more. Please use a recovery "
        "code or a passkey, or ask those who run this site to reset your second factors."
    ),
    "csrf_token_needed": lambda _facts: _(
        "Requests that change something and use a browser's session need its token in the header X-CSRFToken."
    ),
    "dates_out_of_order": lambda _facts: _("The end must lie after the beginning."),
    "decline_reason_missing": lambda _facts: _("Please say why, so that they know what they can do."),
    "department_exists": lambda _facts: _("There is a department with this code already."),
    "role_missing": lambda _facts: _("Please choose at least one."),
    "address_has_account": lambda _facts: _(
        "Your address belongs to an account of this site already. Please sign in with a mail to that address. Then you "
        "can link the two on the page of your account."
    ),
    "identity_elsewhere": lambda _facts: _("Somebody signs in to another account of this site with it already."),
    "identity_held": lambda _facts: _("Your account is linked already. Please end that first."),
    "identity_is_only_way": lambda _facts: _(
        "Your account has no e-mail address, so this is your only way to sign in. It cannot be ended."
    ),
    "no_identity_provider": lambda _facts: _("This site has no identity provider to sign in with."),
    "no_such_identity": lambda _facts: _("This was ended already."),
    "provider_answer_not_valid": lambda _facts: _(
        "What came back was not as it must be, so you were not signed in. Please try again, or use another way."
    ),
    "provider_refused": lambda f: (
        _("Signing in was cancelled, or refused over there.")
        if f["reason"] in {"", "access_denied"}
        else _("Signing in was refused over there. The reason given is: %(reason)s", reason=f["reason"])
    ),
    "provider_unreachable": lambda _facts: _(
        "The service over there does not answer at the moment. Please use another way, or try again in a few minutes."
    ),
    "provider_visit_of_other_account": lambda _facts: _(
        "You are signed in with another account than the one that was to be linked. Nothing was changed."
    ),
    "provider_visit_over": lambda _facts: _(
        "This way in was used already, has taken too long, or began in another browser. Please begin again."
    ),
    "last_administrator": lambda _facts: _(
        "This is the last administrator. Please appoint another one first, so that somebody can still do it."
    ),
    "mandate_elsewhere": lambda f: _(
        "This person speaks for the organisation %(code)s in that time. Please end that mandate first.", code=f["code"]
    ),
    "mandate_held": lambda _facts: _("This person speaks for the organisation already."),
    "no_such_account": lambda _facts: _("There is no such account."),
    "no_such_application": lambda _facts: _("There is no such registration, or you cannot see it."),
    "no_such_department": lambda _facts: _("There is no such department."),
    "no_such_grant": lambda _facts: _("This person does not hold that role here."),
    "no_such_invitation": lambda _facts: _("This person has signed in already, or was not invited here."),
    "no_such_mandate": lambda _facts: _("There is no such mandate."),
    "no_such_organisation": lambda _facts: _("There is no such organisation."),
    "no_such_proposed_delegate": lambda _facts: _("There is no such proposal of a delegate."),
    "no_such_representative": lambda _facts: _("This person does not act for the department."),
    "no_such_session": lambda _facts: _("This session has ended already."),
    "no_such_token": lambda _facts: _("There is no such token, or it was revoked already."),
    "delegate_waits": lambda _facts: _(
        "This person has been named already, with other details. Please wait until the office has answered."
    ),
    "mandate_over": lambda _facts: _("This mandate ends before that day already. It can only be made shorter."),
    "not_a_delegate": lambda _facts: _("Only somebody who speaks for the organisation today can do this."),
    "not_the_applicant": lambda _facts: _("Only the person who registered the organisation can do this."),
    "not_a_code": lambda _facts: _(
        "A code has one to sixteen letters, digits and hyphens and begins with a letter or digit."
    ),
    "not_an_email": lambda _facts: _("This is not an e-mail address. Please write it like name@example.org."),
    "office_is_busy": lambda _facts: _(
        "Very many organisations are waiting for the office. Please try again in a few days, or write to the office."
    ),
    "organisation_approved": lambda _facts: _("This organisation is approved already."),
    "organisation_exists": lambda _facts: _("There is an organisation with this code or name already."),
    "other_browser": lambda _facts: _(
        "This link works only in the browser in which you asked for it. Type the code from the mail there."
    ),
    "no_passkey": lambda _facts: _("There is no passkey for this account."),
    "no_passkeys_here": lambda _facts: _(
        "Browsers offer passkeys only where the site has a name and an encrypted connection. Please use an app."
    ),
    "no_password": lambda _facts: _("There is no password for this account."),
    "no_second_factor": lambda _facts: _("There is no second factor for this account."),
    "no_such_second_factor": lambda _facts: _("There is no such second factor, or it was removed already."),
    "last_second_factor": lambda _facts: _(
        "Your role needs a second factor. Please add another one first; then you can remove this one."
    ),
    "own_second_factor": lambda _facts: _(
        "Somebody else has to reset your second factors. You can add and remove them under “My account”."
    ),
    "passkey_ceremony_over": lambda _facts: _("This took too long or was begun anew elsewhere. Please try once more."),
    "passkey_known": lambda _facts: _("This passkey is registered already."),
    "passkey_refused": lambda _facts: _("The passkey could not be checked. Please try once more, or use a code."),
    "password_common": lambda _facts: _(
        "This password would soon be guessed: it is on lists of common ones, or made of such words, rows or dates. "
        "Several words that have nothing to do with each other are better."
    ),
    "password_needs_factor": lambda _facts: _(
        "Your password is short and needs a second factor. Please choose a longer one or remove it first."
    ),
    "password_too_long": lambda f: _(
        "A password has at most %(most)s bytes. Please choose a shorter one.", most=f["most"]
    ),
    "password_too_short": lambda f: _("Please choose at least %(least)s characters.", least=f["least"]),
    "password_unreadable": lambda _facts: _("The password did not arrive in a readable form. Please type it again."),
    "passwords_busy": lambda _facts: _(
        "Very many people are signing in at this moment. Please try again in a few seconds."
    ),
    "own_account": lambda _facts: _("You cannot close your own account here."),
    "representative_already": lambda _facts: _("This person acts for the department already."),
    "role_above_own": lambda _facts: _("You can only give roles that allow no more than your own."),
    "role_held": lambda _facts: _("This person holds the role already."),
    "scope_missing": lambda _facts: _("Please choose at least one thing that it may do."),
    "scope_not_held": lambda _facts: _("A program can be allowed only what you may do yourself."),
    "second_factor_needed": lambda _facts: _("Your role needs a second factor. Please show it first."),
    "sign_in_code_over": lambda _facts: _(
        "There is no code that you could type here any more. Please ask for a new mail."
    ),
    "sign_in_link_over": lambda _facts: _("This link was used already or is too old. Please ask for a new mail."),
    "step_up_needed": lambda _facts: _("This is a grave step. Please show your second factor once more."),
    "token_expires_in_the_past": lambda _facts: _("Please choose a day that is still to come."),
    "token_expires_too_late": lambda f: _("A token is good for at most %(days)s days.", days=f["days"]),
    "token_not_valid": lambda _facts: _("The token is unknown, was revoked or has expired."),
    "speaks_elsewhere": lambda f: _(
        "You speak for %(organisation)s already. One person speaks for one organisation, so that it is always clear "
        "whose voice is heard. You can lay that mandate down first, or let somebody else register this organisation.",
        organisation=f["organisation"],
    ),
    "too_many_applications": lambda _facts: _(
        "You have registered several organisations just now. Please wait until the office has answered."
    ),
    "too_many_delegates": lambda _facts: _(
        "Your organisation has named several people just now. Please wait until the office has answered."
    ),
    "too_many_factor_codes": lambda f: ngettext(
        "Too many wrong codes. Please try again in %(num)s minute.",
        "Too many wrong codes. Please try again in %(num)s minutes.",
        _minutes(f),
    ),
    "too_many_passwords": lambda f: ngettext(
        "Too many wrong passwords. Please sign in by mail, or try again in %(num)s minute.",
        "Too many wrong passwords. Please sign in by mail, or try again in %(num)s minutes.",
        _minutes(f),
    ),
    "too_many_second_factors": lambda f: _(
        "An account can have %(most)s second factors. Please remove one first.", most=f["most"]
    ),
    "too_many_mails": lambda f: ngettext(
        "Several mails were asked for already. Please look for them, or try again in %(num)s minute.",
        "Several mails were asked for already. Please look for them, or try again in %(num)s minutes.",
        _minutes(f),
    ),
    "unknown_scope": lambda f: _("“%(scope)s” is nothing that a token can allow.", scope=f["scope"]),
    "wrong_app_code": lambda _facts: _(
        "This is not the code that belongs to this moment. Please wait for the next one, and check the clock of your "
        "phone."
    ),
    "wrong_old_password": lambda _facts: _("This is not your present password."),
    "wrong_password": lambda _facts: _(
        "Address and password do not belong together. Please look at both once more, or sign in by mail."
    ),
    "wrong_second_factor": lambda _facts: _(
        "This code is wrong, or was used already. Please type the next one that your app shows."
    ),
    "wrong_sign_in_code": lambda _facts: _("This is not the code from the mail. Please compare it once more."),
}
