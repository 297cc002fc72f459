"""The table of acts: who may do what to what, and when."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.http.abuse.acts import Act
from tests.http.abuse.table import (
    accounts,
    budgeting,
    concept,
    contributions,
    gatherings,
    joining,
    monitoring,
    papers,
    rounds,
)

ROOMS: Final = (accounts, budgeting, concept, contributions, gatherings, joining, monitoring, papers, rounds)
ACTS: Final[Mapping[str, Act]] = MappingProxyType({name: act for room in ROOMS for name, act in room.ACTS.items()})
"""By endpoint."""

ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accounts.confirm_sign_in_code": "tests/http/accounts/test_sign_in.py",
        "accounts.confirm_sign_in_link": "tests/http/accounts/test_sign_in.py",
        "accounts.sign_out": "tests/http/accounts/test_sign_in.py",
        "api_accounts.confirm_sign_in_code": "tests/http/accounts/test_sign_in.py",
        "api_accounts.confirm_sign_in_link": "tests/http/accounts/test_sign_in.py",
        "accounts.go_to_provider": "tests/http/accounts/test_provider.py",
        "accounts.link_identity": "tests/http/accounts/test_provider.py",
        "api_accounts.go_to_provider": "tests/http/accounts/test_provider.py",
        "api_accounts.link_identity": "tests/http/accounts/test_provider.py",
        "api_accounts.return_from_provider": "tests/http/accounts/test_provider.py",
        "ballots.confirm_stop_reminders": "tests/http/test_reminding.py",
        "monitoring.confirm_stop_by_link": "tests/http/monitoring/test_following.py",
        "papers.set_template": "tests/http/papers/test_council_papers.py",
        "api_papers.set_template": "tests/http/papers/test_council_papers.py",
        "papers.issue": "tests/http/papers/test_council_papers.py",
        "api_papers.issue_paper": "tests/http/papers/test_council_papers.py",
        "concept.publish": "tests/http/papers/test_concept_pages.py",
        "api_concept.publish": "tests/http/papers/test_concept_pages.py",
        "api_concept.remove_principle": "tests/http/papers/test_concept_pages.py",
        "api_concept.remove_section": "tests/http/papers/test_concept_pages.py",
        "api_costings.preview_costing_sheet": "tests/http/costings/test_round_trip.py",
        "costings.preview_sheet": "tests/http/costings/test_round_trip.py",
        "rounds.end_this_tablet": "tests/http/rounds/test_tablets.py",
        "rounds.finish_on_tablet": "tests/http/rounds/test_tablets.py",
        "rounds.use_code_on_tablet": "tests/http/rounds/test_tablets.py",
        "api_accounts.end_session": "tests/http/accounts/test_sign_in.py",
        "accounts.resend_invitation": "tests/http/accounts/test_invitations.py",
        "accounts.resend_invitation_everywhere": "tests/http/accounts/test_invitations.py",
        "api_accounts.resend_invitation": "tests/http/accounts/test_invitations.py",
        "api_accounts.resend_invitation_everywhere": "tests/http/accounts/test_invitations.py",
        "rounds.save_overlap": "tests/http/rounds/test_overlap.py",
        "api_rounds.settle": "tests/http/rounds/test_overlap.py",
        "accounts.add_passkey": "tests/http/accounts/test_second_factors.py",
        "accounts.begin_app": "tests/http/accounts/test_second_factors.py",
        "accounts.confirm_app": "tests/http/accounts/test_second_factors.py",
        "accounts.issue_recovery_codes": "tests/http/accounts/test_second_factors.py",
        "accounts.remove_factor": "tests/http/accounts/test_second_factors.py",
        "accounts.rename_factor": "tests/http/accounts/test_second_factors.py",
        "accounts.show_second_factor": "tests/http/accounts/test_second_factors.py",
        "accounts.change_password": "tests/http/accounts/test_password_pages.py",
        "accounts.remove_password": "tests/http/accounts/test_password_pages.py",
        "accounts.sign_in_with_password": "tests/http/accounts/test_password_pages.py",
        "api_accounts.add_passkey": "tests/http/accounts/test_second_factors.py",
        "api_accounts.begin_adding_passkey": "tests/http/accounts/test_second_factors.py",
        "api_accounts.begin_app": "tests/http/accounts/test_second_factors.py",
        "api_accounts.begin_showing_passkey": "tests/http/accounts/test_second_factors.py",
        "api_accounts.confirm_app": "tests/http/accounts/test_second_factors.py",
        "api_accounts.issue_recovery_codes": "tests/http/accounts/test_second_factors.py",
        "api_accounts.remove_factor": "tests/http/accounts/test_second_factors.py",
        "api_accounts.rename_factor": "tests/http/accounts/test_second_factors.py",
        "api_accounts.show_factor_code": "tests/http/accounts/test_second_factors.py",
        "api_accounts.show_passkey": "tests/http/accounts/test_second_factors.py",
        "api_accounts.change_password": "tests/http/accounts/test_password_pages.py",
        "api_accounts.remove_password": "tests/http/accounts/test_password_pages.py",
        "api_accounts.sign_in_with_password": "tests/http/accounts/test_password_pages.py",
    }
)
"""Endpoints that change only what the browser itself holds a secret for, and the file in which they are tested."""
