"""Command line of ballots: opening and closing rounds, and watching how many have voted."""

from typing import Final

import click
from flask.cli import with_appcontext

from participation.ballots import services
from participation.ballots.guard import key_store
from participation.ballots.queries import count_options, turnout
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.commands import round_group
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import SMALL_GROUP
from participation.web.commands import said_in_words


@round_group.command("open")
@click.argument("slug")
@with_appcontext
@said_in_words
def open_round(slug: str) -> None:
    """Open a round: what is voted on is frozen as it stands now."""
    with transaction() as session:
        opened = services.open_round(session, slug, actor=SYSTEM, now=utcnow(), keys=key_store())
    options = count_options(db.session(), opened.id)
    click.echo(f"{slug} is open with {options} options." if options else f"{slug} is open.")


@round_group.command("close")
@click.argument("slug")
@with_appcontext
@said_in_words
def close_round(slug: str) -> None:
    """Close a round for every voter; two people then conclude it."""
    with transaction() as session:
        services.close_round(session, slug, actor=SYSTEM, now=utcnow())
    click.echo(f"{slug} is closed.")


@round_group.command("close-due")
@with_appcontext
@said_in_words
def close_due_rounds() -> None:
    """Close every round whose time is over, as the worker does by itself."""
    with transaction() as session:
        closed = services.close_due_rounds(session, now=utcnow())
    click.echo("\n".join(f"{slug} is closed." for slug in closed) or "No round was due.")


@round_group.command("turnout")
@click.argument("slug")
@with_appcontext
@said_in_words
def show_turnout(slug: str) -> None:
    """Say how many have voted, by day, channel and class; never how."""
    counted = turnout(db.session(), round_by_slug(db.session(), slug))
    expected = f" of {counted.expected} expected" if counted.expected else ""
    click.echo(f"{counted.total}{expected} have voted.")
    for names in (counted.by_day, counted.by_channel, counted.by_class):
        for name, voters in names.items():
            click.echo(f"  {name}: {'not shown' if voters is None else voters}")
    if counted.hides_parts:
        click.echo(f"Parts of fewer than {SMALL_GROUP} are not shown, nor is what they could be worked out from.")


COMMANDS: Final[tuple[click.Command, ...]] = (round_group,)
