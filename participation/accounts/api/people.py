"""People and their roles in JSON."""

from typing import Any

from flask import Response

from participation.accounts import schemas, services
from participation.accounts.api.blueprint import blp
from participation.accounts.models import Account, Invitation, RoleGrant
from participation.accounts.queries import accounts_page, invitations_in, people_with_roles
from participation.core.errors import NotFound
from participation.core.permissions import Permission, Role, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language
from participation.web.pagination import PageIn, page_schema


@blp.route("/accounts", methods=["GET"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True)
@blp.arguments(schemas.AccountsIn, location="query")
@blp.response(200, page_schema(schemas.AccountOut))
def list_accounts(asked: dict[str, Any]) -> Page[Account]:
    """List accounts, the oldest first."""
    return accounts_page(db.session(), asked["search"], page=asked["page"], per_page=asked["per_page"])


@blp.route("/accounts/<account_id>/disable", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
@blp.response(204)
def disable_account(account_id: str) -> Response:
    """Close an account; its sessions and tokens open nothing any more."""
    with transaction() as session:
        services.disable_account(session, account_id, actor=current_actor(), now=utcnow())
    return Response(status=204)


@blp.route("/accounts/<account_id>/enable", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True)
@blp.response(204)
def enable_account(account_id: str) -> Response:
    """Open an account again."""
    with transaction() as session:
        services.enable_account(session, account_id, actor=current_actor(), now=utcnow())
    return Response(status=204)


@blp.route("/accounts/<account_id>/second-factors", methods=["DELETE"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
@blp.response(204)
def reset_factors(account_id: str) -> Response:
    """Take away the second factors and recovery codes that somebody has lost; their browsers are signed out."""
    with transaction() as session:
        services.reset_factors(session, account_id, actor=current_actor(), now=utcnow())
    return Response(status=204)


@blp.route("/roles", methods=["GET"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.RoleOut))
def list_roles_everywhere(asked: dict[str, int]) -> Page[dict[str, Any]]:
    """List the roles that hold in all processes."""
    return _roles(None, asked)


@blp.route("/roles", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
@blp.arguments(schemas.RoleIn)
@blp.response(201, schemas.RoleOut)
def grant_role_everywhere(wanted: dict[str, Any]) -> dict[str, Any]:
    """Give somebody a role in all processes."""
    return _grant(None, wanted)


@blp.route("/invitations", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
@blp.arguments(schemas.InvitationIn)
@blp.response(201, schemas.InvitedOut)
def invite_everywhere(wanted: dict[str, Any]) -> dict[str, Any]:
    """Give somebody roles in all processes and tell them by mail."""
    return _invite(None, wanted)


@blp.route("/invitations/<account_id>/resend", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True)
@blp.response(204)
def resend_invitation_everywhere(account_id: str) -> Response:
    """Send the mail once more to somebody who has not signed in yet."""
    return _resend(None, account_id)


@blp.route("/processes/<slug>/invitations", methods=["POST"])
@requires(Permission.ROLE_GRANT, fresh=True)
@blp.arguments(schemas.InvitationIn)
@blp.response(201, schemas.InvitedOut)
def invite(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Give somebody roles in a process and tell them by mail."""
    return _invite(_process(slug), wanted)


@blp.route("/processes/<slug>/invitations/<account_id>/resend", methods=["POST"])
@requires(Permission.ROLE_GRANT)
@blp.response(204)
def resend_invitation(slug: str, account_id: str) -> Response:
    """Send the mail once more to somebody who has not signed in yet."""
    return _resend(_process(slug), account_id)


@blp.route("/roles/<account_id>/<role>", methods=["DELETE"])
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
@blp.response(204)
def revoke_role_everywhere(account_id: str, role: str) -> Response:
    """Take a role away that holds in all processes."""
    return _revoke(None, account_id, role)


@blp.route("/processes/<slug>/roles", methods=["GET"])
@requires(Permission.ROLE_GRANT)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.RoleOut))
def list_roles(asked: dict[str, int], slug: str) -> Page[dict[str, Any]]:
    """List who holds which role in a process."""
    return _roles(_process(slug), asked)


@blp.route("/processes/<slug>/roles", methods=["POST"])
@requires(Permission.ROLE_GRANT, fresh=True)
@blp.arguments(schemas.RoleIn)
@blp.response(201, schemas.RoleOut)
def grant_role(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Give somebody a role in a process."""
    return _grant(_process(slug), wanted)


@blp.route("/processes/<slug>/roles/<account_id>/<role>", methods=["DELETE"])
@requires(Permission.ROLE_GRANT, fresh=True)
@blp.response(204)
def revoke_role(slug: str, account_id: str, role: str) -> Response:
    """Take a role in a process away."""
    return _revoke(_process(slug), account_id, role)


def _process(slug: str) -> Process:
    process = process_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.ROLE_GRANT, process)
    return process


def _roles(process: Process | None, asked: dict[str, int]) -> Page[dict[str, Any]]:
    place = process.id if process else None
    rows, invited = people_with_roles(db.session(), place), invitations_in(db.session(), place)
    return page_of([_described(grant, account, invited.get(account.id)) for grant, account in rows], **asked)


def _grant(process: Process | None, wanted: dict[str, Any]) -> dict[str, Any]:
    place, actor, now = process.id if process else None, current_actor(), utcnow()
    with transaction() as session:
        account = services.find_or_create_account(
            session,
            wanted["email"],
            display_name=wanted["display_name"],
            language=current_language().tag,
            process_id=place,
            actor=actor,
            now=now,
        )
        grant = services.grant_role(session, account.id, wanted["role"], place, actor=actor, now=now)
    return _described(grant, account, None)


def _invite(process: Process | None, wanted: dict[str, Any]) -> dict[str, Any]:
    with transaction() as session:
        grants = services.give_roles(
            session,
            wanted["email"],
            display_name=wanted["display_name"],
            language=wanted.get("language", current_language().tag),
            roles=wanted["roles"],
            process_id=process.id if process else None,
            tell=True,
            actor=current_actor(),
            now=utcnow(),
        )
    return {"account": grants[0].account_id, "roles": [grant.role for grant in grants]}


def _resend(process: Process | None, account_id: str) -> Response:
    with transaction() as session:
        services.resend_invitation(
            session, account_id, process.id if process else None, actor=current_actor(), now=utcnow()
        )
    return Response(status=204)


def _revoke(process: Process | None, account_id: str, role: str) -> Response:
    if role not in {known.value for known in Role}:
        raise NotFound("no_such_grant")
    with transaction() as session:
        services.revoke_role(
            session, account_id, Role(role), process.id if process else None, actor=current_actor(), now=utcnow()
        )
    return Response(status=204)


def _described(grant: RoleGrant, account: Account, invitation: Invitation | None) -> dict[str, Any]:
    return {
        "account": account.id,
        "email": account.email,
        "display_name": account.display_name,
        "role": grant.role,
        "granted_at": grant.granted_at,
        "invited_at": invitation.sent_at if invitation else None,
    }
