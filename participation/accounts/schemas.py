"""Shapes of the JSON of accounts."""

from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, fields
from marshmallow.validate import Length, OneOf

from participation.accounts.models import ApplicationState, FactorKind, OrganisationKind
from participation.accounts.rules import (
    CODE_SHAPE,
    DESCRIPTION,
    DISPLAY_NAME,
    FACTOR_NAME,
    ROLE_LABEL,
    TOKEN_NAME,
    TOKEN_SCOPES,
)
from participation.core.languages import INTERFACE_TAGS, LANGUAGES
from participation.core.permissions import Role
from participation.core.wording import NAME, REASON, TITLE
from participation.texts.schemas import TextIn, TextOut, words_by_language
from participation.web.pagination import PageIn

_EMAIL = {"description": "An e-mail address.", "examples": ["birte@example.org"]}
_CODE = {"description": "Short code, unique in the process.", "pattern": f"^{CODE_SHAPE.pattern}$"}
_SCOPES = sorted(scope.value for scope in TOKEN_SCOPES)


class In(Schema):
    """What comes in: an unknown field is a fault, because a misspelt one would be lost silently."""

    class Meta:
        unknown = RAISE


class SignInIn(In):
    email = fields.String(required=True, validate=Length(3, 254), metadata=_EMAIL)
    language = fields.String(validate=OneOf(INTERFACE_TAGS), metadata={"description": "Language of the mail."})
    next = fields.String(
        load_default="/", validate=Length(max=500), metadata={"description": "Path that the link leads to."}
    )


class SignInAskedOut(Schema):
    expires_at = fields.AwareDateTime(required=True, format="iso", metadata={"description": "When the mail is stale."})


class SignInCodeIn(In):
    code = fields.String(
        required=True,
        validate=Length(1, 40),
        metadata={"description": "The code from the mail; hyphens, blanks and case do not matter."},
    )


class ProviderIn(In):
    next = fields.String(
        load_default="/", validate=Length(max=500), metadata={"description": "Path to which the person comes back."}
    )


class ProviderOut(Schema):
    address = fields.String(required=True, metadata={"description": "Where to send the browser.", "format": "uri"})


class ProviderAnswerIn(In):
    """What the identity provider sent along in the address."""

    state = fields.String(required=True, validate=Length(1, 100))
    code = fields.String(validate=Length(1, 4000))
    error = fields.String(validate=Length(1, 200))
    iss = fields.String(validate=Length(1, 255))


class ArrivalOut(Schema):
    account = fields.String(required=True, metadata={"description": "Id of the account."})
    linked = fields.Boolean(
        required=True, metadata={"description": "Whether an identity was linked; else a session was opened."}
    )
    next = fields.String(required=True)


class IdentityOut(Schema):
    id = fields.String(required=True)
    issuer = fields.String(required=True)
    subject = fields.String(required=True)
    linked_at = fields.AwareDateTime(required=True, format="iso")
    last_used_on = fields.Date(required=True, allow_none=True)


class SignInLinkIn(In):
    challenge = fields.String(required=True, validate=Length(1, 40))
    token = fields.String(required=True, validate=Length(1, 80))


class GrantOut(Schema):
    role = fields.Enum(Role, by_value=True, required=True)
    process = fields.String(
        required=True, allow_none=True, metadata={"description": "Slug of the process; null means all of them."}
    )


class SessionOut(Schema):
    """Who acts, as the server sees it."""

    kind = fields.String(required=True, validate=OneOf(["anonymous", "account", "code"]))
    account = fields.String(required=True, allow_none=True)
    display_name = fields.String(required=True)
    roles = fields.List(fields.Nested(GrantOut), required=True)
    scopes = fields.List(fields.String(), required=True, allow_none=True, metadata={"description": "Of the token."})
    csrf_token = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "For X-CSRFToken; null where a bearer token says who acts."},
    )

    second_factor = fields.String(
        required=True,
        validate=OneOf(["not_needed", "needed", "to_set_up", "shown"]),
        metadata={
            "description": "Of this session. `needed`: nothing is open before it is shown, here or by "
            "signing in with the identity provider. `to_set_up`: roles do nothing before there is one."
        },
    )
    step_up_needed = fields.Boolean(
        required=True,
        metadata={"description": "Whether the gravest acts want the second factor shown once more."},
    )


class PasswordSignInIn(In):
    email = fields.String(required=True, validate=Length(3, 254), metadata=_EMAIL)
    password = fields.String(required=True, validate=Length(1, 4_096))


class FactorCodeIn(In):
    code = fields.String(
        required=True,
        validate=Length(1, 40),
        metadata={"description": "Six digits of an app, or a recovery code."},
    )


class CredentialIn(In):
    """What `PublicKeyCredential.toJSON()` gives in a browser; parts that are not needed are ignored."""

    class Meta:
        unknown = INCLUDE

    id = fields.String(required=True, validate=Length(1, 1_400))
    rawId = fields.String(required=True, validate=Length(1, 1_400))  # noqa: N815 - the name in WebAuthn
    type = fields.String(required=True, validate=OneOf(["public-key"]))
    response = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class PasskeyIn(In):
    credential = fields.Nested(CredentialIn, required=True)


class NewPasskeyIn(PasskeyIn):
    name = fields.String(required=True, validate=Length(1, FACTOR_NAME.maximum))


class PasskeyOptionsOut(Schema):
    public_key = fields.Dict(
        required=True,
        metadata={"description": "For parseCreationOptionsFromJSON or parseRequestOptionsFromJSON of a browser."},
    )


class PasswordIn(In):
    password = fields.String(
        required=True,
        validate=Length(1, 4_096),
        metadata={"description": "15 characters, or 8 with a second factor; at most 1,024 bytes."},
    )
    old_password = fields.String(
        load_default="",
        validate=Length(max=4_096),
        metadata={"description": "Asked for where `step_up_needed`."},
    )


class FactorNameIn(In):
    name = fields.String(required=True, validate=Length(1, FACTOR_NAME.maximum))


class FactorOut(Schema):
    id = fields.String(required=True)
    kind = fields.Enum(FactorKind, by_value=True, required=True)
    name = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    last_used_on = fields.Date(required=True, allow_none=True)


class BegunAppOut(Schema):
    id = fields.String(required=True)
    secret = fields.String(required=True, metadata={"description": "Base 32; to be typed into the app."})
    address = fields.String(required=True, metadata={"description": "The otpauth address, for a QR code."})


class AddedFactorOut(FactorOut):
    recovery_codes = fields.List(
        fields.String(), required=True, metadata={"description": "Issued with the first one, and given this once."}
    )


class RecoveryCodesOut(Schema):
    codes = fields.List(fields.String(), required=True, metadata={"description": "Given this once."})


class SecurityOut(Schema):
    password_set_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    second_factors = fields.List(fields.Nested(FactorOut), required=True)
    recovery_codes_left = fields.Integer(required=True)
    passkeys_here = fields.Boolean(
        required=True, metadata={"description": "Whether browsers offer passkeys at this site's address."}
    )


class AccountIn(In):
    display_name = fields.String(required=True, validate=Length(max=DISPLAY_NAME.maximum))
    language = fields.String(required=True, validate=OneOf(INTERFACE_TAGS))
    wants_reminders = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={"description": "Whether mails remind of votes that end soon; left as it is if null."},
    )


class AccountOut(Schema):
    id = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    display_name = fields.String(required=True)
    language = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    verified_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    disabled_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class OwnAccountOut(AccountOut):
    wants_reminders = fields.Boolean(
        required=True, metadata={"description": "Whether mails remind of votes that end soon."}
    )


class AccountsIn(PageIn):
    search = fields.String(
        load_default="", validate=Length(max=100), metadata={"description": "A part of the name or address."}
    )


class OwnSessionOut(Schema):
    id = fields.String(required=True, attribute="public_id")
    created_at = fields.AwareDateTime(required=True, format="iso")
    last_seen_on = fields.Date(required=True)
    expires_at = fields.AwareDateTime(required=True, format="iso")
    current = fields.Boolean(required=True)


class TokenIn(In):
    name = fields.String(required=True, validate=Length(1, TOKEN_NAME.maximum))
    scopes = fields.List(fields.String(validate=OneOf(_SCOPES)), required=True, validate=Length(1, len(_SCOPES)))
    expires_at = fields.AwareDateTime(
        required=True, format="iso", metadata={"description": "In the future, at most a year from now."}
    )


class TokenOut(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    expires_at = fields.AwareDateTime(required=True, format="iso")
    last_used_on = fields.Date(required=True, allow_none=True)


class IssuedTokenOut(TokenOut):
    secret = fields.String(required=True, metadata={"description": "The token, shown this once."})


class RoleIn(In):
    email = fields.String(required=True, validate=Length(3, 254), metadata=_EMAIL)
    display_name = fields.String(load_default="", validate=Length(max=DISPLAY_NAME.maximum))
    role = fields.Enum(Role, by_value=True, required=True)


class InvitationIn(In):
    """Somebody who is given roles and told so by mail."""

    email = fields.String(required=True, validate=Length(3, 254), metadata=_EMAIL)
    display_name = fields.String(load_default="", validate=Length(max=DISPLAY_NAME.maximum))
    language = fields.String(
        validate=OneOf(INTERFACE_TAGS),
        metadata={"description": "Of the mail, for whoever has no account yet; else that of their account."},
    )
    roles = fields.List(fields.Enum(Role, by_value=True), required=True, validate=Length(1, len(Role)))


class InvitedOut(Schema):
    account = fields.String(required=True)
    roles = fields.List(fields.Enum(Role, by_value=True), required=True, metadata={"description": "That are new."})


class RoleOut(Schema):
    account = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    display_name = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    granted_at = fields.AwareDateTime(required=True, format="iso")
    invited_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        format="iso",
        metadata={"description": "When a mail was sent last to somebody who has not signed in yet; else null."},
    )


class PersonOut(Schema):
    account = fields.String(required=True, attribute="id")
    email = fields.String(required=True, allow_none=True)
    display_name = fields.String(required=True)


def _texts(maximum: int, **options: Any) -> fields.Dict:  # noqa: ANN401 - of the field
    return fields.Dict(
        keys=fields.String(validate=OneOf(list(LANGUAGES))),
        values=fields.String(validate=Length(1, maximum)),
        **options,
        metadata={"description": "Words by language tag; the process's default language is needed."},
    )


class OrganisationIn(In):
    code = fields.String(required=True, validate=Length(1, 16), metadata=_CODE)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    name = fields.String(required=True, validate=Length(1, NAME.maximum))
    languages = fields.List(
        fields.String(validate=OneOf(list(LANGUAGES))), required=True, validate=Length(1, len(LANGUAGES))
    )
    description = _texts(DESCRIPTION.maximum, load_default=dict)


class MandateOut(Schema):
    id = fields.String(required=True)
    person = fields.Nested(PersonOut, required=True, attribute="account")
    role_label = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True, metadata={"description": "That day not included."})


class OrganisationOut(Schema):
    code = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    name = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    approved_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    mandates = fields.List(fields.Nested(MandateOut), required=True)


class MandateIn(In):
    email = fields.String(required=True, validate=Length(3, 254), metadata=_EMAIL)
    display_name = fields.String(load_default="", validate=Length(max=DISPLAY_NAME.maximum))
    role_label = fields.String(load_default="", validate=Length(max=ROLE_LABEL.maximum))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True, metadata={"description": "That day not included."})


class MandateEndIn(In):
    on = fields.Date(required=True, metadata={"description": "The first day on which it is over."})


class DepartmentIn(In):
    code = fields.String(required=True, validate=Length(1, 16), metadata=_CODE)
    titles = _texts(TITLE.maximum, required=True)


class DepartmentOut(Schema):
    code = fields.String(required=True)
    titles = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    representatives = fields.List(fields.Nested(PersonOut), required=True)


class RepresentativeIn(In):
    email = fields.String(required=True, validate=Length(3, 254), metadata=_EMAIL)
    display_name = fields.String(load_default="", validate=Length(max=DISPLAY_NAME.maximum))


class ApplicationIn(In):
    """An organisation that registers itself."""

    name = fields.String(required=True, validate=Length(1, NAME.maximum))
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    languages = fields.List(
        fields.String(validate=OneOf(list(LANGUAGES))), required=True, validate=Length(1, len(LANGUAGES))
    )
    description = fields.Nested(TextIn, required=True)
    role_label = fields.String(load_default="", validate=Length(max=ROLE_LABEL.maximum))


class ApplicationsIn(PageIn):
    state = fields.Enum(ApplicationState, by_value=True, load_default=None)


class ApplicationOut(Schema):
    """What an organisation asked for and what the office said."""

    id = fields.String(required=True)
    state = fields.Enum(ApplicationState, by_value=True, required=True)
    name = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    languages = fields.List(fields.String(), required=True)
    description = fields.Nested(TextOut, required=True)
    role_label = fields.String(required=True)
    applicant = fields.Nested(PersonOut, required=True, attribute="account")
    applied_at = fields.AwareDateTime(required=True, format="iso")
    decided_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    reason = fields.Nested(TextOut, required=True, allow_none=True)
    organisation = fields.Pluck(
        OrganisationOut, "code", required=True, allow_none=True, metadata={"description": "Its code once approved."}
    )


class ApproveIn(In):
    code = fields.String(
        load_default="",
        validate=Length(max=16),
        metadata={"description": "Short code; made from the name if left out."},
    )


class RefuseIn(In):
    reasons = words_by_language(REASON.maximum, required=True)


class ProposedDelegateIn(In):
    email = fields.String(required=True, validate=Length(3, 254), metadata=_EMAIL)
    display_name = fields.String(required=True, validate=Length(1, DISPLAY_NAME.maximum))
    role_label = fields.String(load_default="", validate=Length(max=ROLE_LABEL.maximum))
    language = fields.String(
        load_default="de", validate=OneOf(INTERFACE_TAGS), metadata={"description": "Language of mails to the person."}
    )


class ProposedDelegateOut(Schema):
    """A further delegate whom an organisation named; the address is there until the office has decided."""

    id = fields.String(required=True)
    state = fields.Enum(ApplicationState, by_value=True, required=True)
    display_name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    role_label = fields.String(required=True)
    proposed_at = fields.AwareDateTime(required=True, format="iso")
    decided_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    reason = fields.Nested(TextOut, required=True, allow_none=True)
