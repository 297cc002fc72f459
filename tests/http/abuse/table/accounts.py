"""Acts on accounts, roles, organisations, departments, and on what one has oneself."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from tests.http.abuse.acts import ACCOUNTS, ADMINS, ANYBODY, NOBODY, OFFICE, Act, Spot, address_of

TOMORROW: Final = datetime.now(UTC) + timedelta(days=1)
_NEWCOMER: Final = {"email": "neu@lindenhafen.example", "display_name": "Neu"}
_ROLE: Final = _NEWCOMER | {"role": "moderator"}
_INVITATION: Final = _NEWCOMER | {"roles": ["moderator"]}
_MANDATE: Final = _NEWCOMER | {"role_label": "Vorsitz", "valid_from": "2026-01-02"}
_ORGANISATION: Final = {"code": "O9", "kind": "migrant_association", "name": "Hafen e. V.", "languages": ["de"]}
_TOKEN: Final = {"name": "Auswertung", "scopes": ["round:ballot:cast"]}


def _own_address(at: Spot) -> Mapping[str, Any]:
    return {"email": at.email}


def _theirs(name: str) -> Mapping[str, Any]:
    return {"account_id": lambda at: at.person(name)}


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "accounts.edit": Act(ACCOUNTS, {"display_name": "Neuer Name", "language": "en"}),
        "api_accounts.edit_account": Act(ACCOUNTS, {"display_name": "Neuer Name", "language": "en"}),
        "privacy.erase": Act(ACCOUNTS, _own_address),
        "api_privacy.erase": Act(ACCOUNTS, _own_address),
        "accounts.revoke_session": Act(ACCOUNTS, others=NOBODY, foreign=NOBODY),
        "api_accounts.revoke_session": Act(ACCOUNTS, others=NOBODY, foreign=NOBODY),
        "accounts.create_token": Act(ACCOUNTS, _TOKEN | {"expires_on": TOMORROW.date().isoformat()}),
        "api_accounts.create_token": Act(ACCOUNTS, _TOKEN | {"expires_at": TOMORROW.isoformat()}),
        "accounts.revoke_token": Act(ACCOUNTS, others=NOBODY, foreign=NOBODY),
        "api_accounts.revoke_token": Act(ACCOUNTS, others=NOBODY, foreign=NOBODY),
        "accounts.request_sign_in": Act(ANYBODY, {"email": address_of("stranger")}),
        "api_accounts.request_sign_in": Act(ANYBODY | {"token"}, {"email": address_of("stranger")}),
        "accounts.disable_account": Act(ADMINS),
        "api_accounts.disable_account": Act(ADMINS),
        "accounts.enable_account": Act(ADMINS, parts=_theirs("closed")),
        "api_accounts.enable_account": Act(ADMINS, parts=_theirs("closed")),
        "accounts.reset_factors": Act(ADMINS, parts=_theirs("keyed")),
        "api_accounts.reset_factors": Act(ADMINS, parts=_theirs("keyed")),
        "accounts.grant_role_everywhere": Act(ADMINS, _ROLE),
        "api_accounts.grant_role_everywhere": Act(ADMINS, _ROLE),
        "accounts.revoke_role_everywhere": Act(ADMINS, parts={**_theirs("second"), "role": "administrator"}),
        "api_accounts.revoke_role_everywhere": Act(ADMINS, parts={**_theirs("second"), "role": "administrator"}),
        "accounts.grant_role": Act(OFFICE, _ROLE),
        "api_accounts.grant_role": Act(OFFICE, _ROLE),
        "api_accounts.invite": Act(OFFICE, _INVITATION),
        "api_accounts.invite_everywhere": Act(ADMINS, _INVITATION),
        "accounts.revoke_role": Act(OFFICE),
        "api_accounts.revoke_role": Act(OFFICE),
        "accounts.register_organisation": Act(OFFICE, _ORGANISATION),
        "api_accounts.register_organisation": Act(OFFICE, _ORGANISATION),
        "accounts.approve_organisation": Act(OFFICE, parts={"code": lambda at: at["new organisation"]}),
        "api_accounts.approve_organisation": Act(OFFICE, parts={"code": lambda at: at["new organisation"]}),
        "accounts.give_mandate": Act(OFFICE, _MANDATE),
        "api_accounts.give_mandate": Act(OFFICE, _MANDATE),
        "accounts.end_mandate": Act(OFFICE),
        "api_accounts.end_mandate": Act(OFFICE, {"on": "2026-06-01"}),
        "accounts.create_department": Act(OFFICE, {"code": "D9", "title-de": "Sport"}),
        "api_accounts.create_department": Act(OFFICE, {"code": "D9", "titles": {"de": "Sport"}}),
        "accounts.add_representative": Act(OFFICE, _NEWCOMER),
        "api_accounts.add_representative": Act(OFFICE, _NEWCOMER),
        "accounts.remove_representative": Act(OFFICE),
        "api_accounts.remove_representative": Act(OFFICE),
    }
)
