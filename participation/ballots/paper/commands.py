"""Command line of ballot sheets: making them, noting a stack as received, watching how far they are.

Typing in takes two people with accounts, so there is no command for it; whole sheets are printed from their page.
"""

import sys
from typing import Final, TextIO

import click
from flask.cli import with_appcontext

from participation.ballots.paper import services
from participation.ballots.paper.queries import paper_figures
from participation.core.actor import SYSTEM
from participation.core.exit_codes import REFUSED
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.queries import round_by_slug
from participation.rounds.services import MAX_BATCH
from participation.web.commands import said_in_words
from participation.web.errors import words_for
from participation.web.locale import force_language
from participation.web.secret import application_key


@click.group("paper")
def paper_group() -> None:
    """Ballot sheets: make them, note them as received, see how far they are."""


@paper_group.command("issue")
@click.argument("slug")
@click.argument("count", type=click.IntRange(1, MAX_BATCH))
@click.option("--label", default="", help="What the batch is for; it does not stand on the sheets.")
@with_appcontext
@said_in_words
def issue_sheets(slug: str, count: int, label: str) -> None:
    """Make a batch of COUNT ballot sheets for the round SLUG."""
    with transaction() as session:
        key = application_key()
        batch = services.issue_sheets(session, slug, count, label, key, actor=SYSTEM, now=utcnow())
    click.echo(f"Batch {batch.number} of {slug} has {count} sheets. They are printed from the round's page.")


@paper_group.command("receive")
@click.argument("slug")
@click.argument("marks", type=click.File(encoding="utf-8"), default="-")
@with_appcontext
@said_in_words
def receive_sheets(slug: str, marks: TextIO) -> None:
    """Note sheets of the round SLUG as received: MARKS has one mark on each line, such as a scanner writes."""
    with transaction() as session:
        noted = services.receive_sheets(session, slug, marks.read().splitlines(), actor=SYSTEM, now=utcnow())
    with force_language("en"):
        for one in noted:
            if one.fault is not None:
                click.echo(f"Line {one.line}: {words_for(one.fault)}", err=True)
    new = sum(one.sheet is not None and not one.was_noted for one in noted)
    click.echo(f"{new} noted as received, {sum(one.was_noted for one in noted)} were noted before.")
    if any(one.fault for one in noted):
        sys.exit(REFUSED)


@paper_group.command("show")
@click.argument("slug")
@with_appcontext
@said_in_words
def show_figures(slug: str) -> None:
    """Say how far the sheets of the round SLUG are; never what stands on one."""
    figures = paper_figures(db.session(), round_by_slug(db.session(), slug).id)
    for name in ("printed", "received", "untyped", "typed_once", "differing", "cast", "not_counted"):
        click.echo(f"{name.replace('_', ' ') + ':':<14}{getattr(figures, name)}")
    for reason, sheets in figures.set_aside.items():
        click.echo(f"  {reason.value.replace('_', ' ')}: {sheets}")


COMMANDS: Final[tuple[click.Command, ...]] = (paper_group,)
