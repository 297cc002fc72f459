"""Command line of accounts."""

from datetime import timedelta
from typing import Final

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.models import Account
from participation.accounts.queries import account_by_email, accounts_page, tokens_of
from participation.accounts.rules import TOKEN_LIFETIME, TOKEN_SCOPES
from participation.core.actor import SYSTEM
from participation.core.errors import NotFound
from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.web.commands import said_in_words

_PER_PAGE: Final = 100


@click.group("user")
def user() -> None:
    """Create accounts and give roles."""


@user.command("create")
@click.argument("email")
@click.option("--name", default="", help="Name that others see.")
@click.option("--language", type=click.Choice(INTERFACE_TAGS), default="de", show_default=True)
@with_appcontext
@said_in_words
def create(email: str, name: str, language: str) -> None:
    """Create an account; its owner signs in by mail."""
    with transaction() as session:
        account = services.create_account(
            session, email, display_name=name, language=language, actor=SYSTEM, now=utcnow()
        )
    click.echo(f"Created {account.email} with id {account.id}.")


@user.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--process", "slug", help="Slug of the process in which the role holds.")
@click.option("--everywhere", is_flag=True, help="The role holds in all processes.")
@click.option("--revoke", is_flag=True, help="Take the role away instead.")
@with_appcontext
@said_in_words
def grant(email: str, role: str, slug: str | None, everywhere: bool, revoke: bool) -> None:  # noqa: FBT001 - click passes its flags so
    """Give somebody a role in a process, or everywhere."""
    if bool(slug) == everywhere:
        raise click.UsageError("Say either --process SLUG or --everywhere.")
    with transaction() as session:
        place = process_by_slug(session, slug).id if slug else None
        account = _account(session, email)
        act = services.revoke_role if revoke else services.grant_role
        act(session, account.id, Role(role), place, actor=SYSTEM, now=utcnow())
    click.echo(f"{email} is {'no longer ' if revoke else ''}{role} {f'in {slug}' if slug else 'everywhere'}.")


@user.command("reset-second-factor")
@click.argument("email")
@with_appcontext
@said_in_words
def reset_second_factor(email: str) -> None:
    """Take away what somebody has lost: apps, passkeys, recovery codes. They sign in by mail and set a new one up."""
    with transaction() as session:
        services.reset_factors(session, _account(session, email).id, actor=SYSTEM, now=utcnow())
    click.echo(f"{email} has no second factor any more, is signed out everywhere and is told by mail.")


@user.command("list")
@click.option("--search", default="", help="A part of the name or address.")
@click.option("--page", default=1, type=click.IntRange(1), show_default=True)
@with_appcontext
def list_users(search: str, page: int) -> None:
    """List accounts, a hundred at a time."""
    listed = accounts_page(db.session(), search, page=page, per_page=_PER_PAGE)
    for account in listed.items:
        roles = ", ".join(sorted(grant.role.value for grant in account.grants))
        closed = " (closed)" if account.disabled_at else ""
        click.echo(f"{account.id}  {account.email or '-'}  {account.display_name or '-'}  {roles or '-'}{closed}")
    click.echo(f"Page {listed.page} of {listed.pages}, {listed.total} accounts.")


@click.group("token")
def token() -> None:
    """Create and revoke tokens with which programs act for accounts."""


@token.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(sorted(scope.value for scope in TOKEN_SCOPES)),
    help="What the program may do; may be given several times.",
)
@click.option("--days", type=click.IntRange(1, TOKEN_LIFETIME.days), default=90, show_default=True)
@with_appcontext
@said_in_words
def create_token(email: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Create a token and print it, this once."""
    with transaction() as session:
        now = utcnow()
        issued = services.create_token(
            session,
            _account(session, email).id,
            name=name,
            scopes=scopes,
            expires_at=now + timedelta(days=days),
            actor=SYSTEM,
            now=now,
        )
    click.echo(f"Token {issued.row.id}, good until {issued.row.expires_at:%Y-%m-%d}:", err=True)
    click.echo(issued.secret)


@token.command("revoke")
@click.argument("token_id")
@with_appcontext
@said_in_words
def revoke_token(token_id: str) -> None:
    """Make a token useless at once."""
    with transaction() as session:
        services.revoke_token(session, token_id, actor=SYSTEM, now=utcnow())
    click.echo(f"Revoked {token_id}.")


@token.command("list")
@click.argument("email")
@with_appcontext
@said_in_words
def list_tokens(email: str) -> None:
    """List an account's tokens; what they open is never shown again."""
    for row in tokens_of(db.session(), _account(db.session(), email).id):
        used = row.last_used_on.isoformat() if row.last_used_on else "never"
        click.echo(f"{row.id}  {row.name}  until {row.expires_at:%Y-%m-%d}  last used {used}  {' '.join(row.scopes)}")


def _account(session: Session, email: str) -> Account:
    account = account_by_email(session, services.normalise_email(email))
    if account is None:
        raise NotFound("no_such_account")
    return account


COMMANDS: Final[tuple[click.Command, ...]] = (user, token)
