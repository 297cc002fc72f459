"""Command line for people who ask by letter to be erased."""

from typing import Final

import click
from flask.cli import with_appcontext

from participation.accounts.queries import account_by_email
from participation.accounts.services import normalise_email
from participation.ballots.guard import key_store
from participation.core.actor import SYSTEM
from participation.core.errors import NotFound
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.privacy.messages import what_goes, what_stays
from participation.privacy.queries import consequences_for
from participation.privacy.services import erase_person
from participation.web.commands import said_in_words
from participation.web.locale import force_language


@click.group("user")
def user() -> None:
    """Erase people who ask for it by letter."""


@user.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@with_appcontext
@said_in_words
def erase(email: str, yes: bool) -> None:  # noqa: FBT001 - click passes its flags so
    """Delete somebody's account who asked for it by letter; says first what follows from it.

    Make sure that the letter comes from whom the account belongs to: this cannot be taken back.
    """
    account = account_by_email(db.session(), normalise_email(email))
    if account is None:
        raise NotFound("no_such_account")
    found = consequences_for(db.session(), account, utcnow())
    with force_language("en"):
        lines = [("Deleted", line) for line in what_goes(found)] + [("Stays", line) for line in what_stays(found)]
    for what, line in lines:
        click.echo(f"{what}: {line}")
    for round_ in found.voted_in:
        click.echo(f"Stays: the ballot in {round_.slug}. Nobody sees or changes it any more.")
    if not yes:
        click.confirm(f"Delete the account of {account.email} for good?", abort=True)
    with transaction() as session:
        done = erase_person(session, account.id, confirmed_by=email, actor=SYSTEM, now=utcnow(), keys=key_store())
    click.echo(f"Erased. {done.contributions} contributions stay without a name, {done.rounds} registers were cleared.")


COMMANDS: Final[tuple[click.Command, ...]] = (user,)
