"""Who may do what: the table and the function that everything asks."""

import pytest

from participation.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from participation.core.errors import Forbidden, SignInNeeded
from participation.core.permissions import ROLE_PERMISSIONS, Permission, Role, authorise, may, may_somewhere


def holder(role: Role, process_id: str | None = "here", scopes: frozenset[str] | None = None) -> Actor:
    return Actor(ActorKind.ACCOUNT, "somebody", "Somebody", frozenset({Grant(role.value, process_id)}), scopes)


AYSE = Actor(ActorKind.ACCOUNT, "ayse", "Ayşe")
CODE = Actor(ActorKind.CODE, "card")


def test_permissions_stand_in_alphabetical_order_and_name_scope_resource_action() -> None:
    names = [permission.name for permission in Permission]
    assert names == sorted(names)
    assert all(len(permission.value.split(":")) == 3 for permission in Permission)


def test_every_role_has_an_entry_and_none_brings_a_vote() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert not [role for role, held in ROLE_PERMISSIONS.items() if Permission.BALLOT_CAST in held]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_holds_in_its_process_only(role: Role) -> None:
    for permission in ROLE_PERMISSIONS[role]:
        assert may(holder(role), permission, "here")
        assert not may(holder(role), permission, "elsewhere")
        assert not may(holder(role), permission)
        assert may_somewhere(holder(role), permission)
        assert may(holder(role, None), permission, "elsewhere")
        assert may(holder(role, None), permission)


@pytest.mark.parametrize("permission", list(Permission))
def test_a_token_does_nothing_beyond_its_scopes(permission: Permission) -> None:
    nothing = holder(Role.ADMINISTRATOR, None, frozenset())
    assert may(nothing, permission) == may(ANONYMOUS, permission)
    if permission in ROLE_PERMISSIONS[Role.ADMINISTRATOR]:
        assert may(holder(Role.ADMINISTRATOR, None, frozenset({permission.value})), permission)


def test_the_program_itself_may_everything() -> None:
    assert all(may(SYSTEM, permission) for permission in Permission)


def test_a_refusal_says_whether_signing_in_would_help() -> None:
    with pytest.raises(SignInNeeded):
        authorise(ANONYMOUS, Permission.BALLOT_CAST)
    with pytest.raises(Forbidden) as refused:
        authorise(AYSE, Permission.ROUND_CLOSE, "here")
    assert not isinstance(refused.value, SignInNeeded)


def test_participants_take_part_and_manage_nothing() -> None:
    for actor in (AYSE, CODE):
        assert may(actor, Permission.BALLOT_CAST)
        assert not may(actor, Permission.ROUND_OPEN, "here")
    assert may(AYSE, Permission.ACCOUNT_SELF)
    assert not may(CODE, Permission.ACCOUNT_SELF)
