"""Command line of the record."""

import sys
from typing import Final, TextIO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from participation.audit.models import AuditRecord
from participation.audit.queries import head_of, heads_that_do_not_fit
from participation.audit.rules import read_heads
from participation.audit.services import first_broken_record
from participation.core.errors import Invalid
from participation.core.exit_codes import REFUSED
from participation.extensions import db
from participation.web.commands import said_in_words

BROKEN: Final = 2
"""Exit code that says that the record was tampered with, apart from 1 for other failures."""


@click.group("audit")
def audit() -> None:
    """Check the record of officials' acts."""


@audit.command("head")
@with_appcontext
def head() -> None:
    """Print where the record ends, as one line of JSON for a witness to keep."""
    found = head_of(db.session(), current_app.config["SETTINGS"].base_url)
    if found is None:
        click.echo("There is no record yet.", err=True)
        sys.exit(REFUSED)
    click.echo(found.line())


@audit.command("check")
@click.option(
    "--head",
    "files",
    multiple=True,
    required=True,
    type=click.File(encoding="utf-8"),
    help="A file of heads that were noted earlier, one a line; may be given several times. - is standard input.",
)
@with_appcontext
@said_in_words
def check(files: tuple[TextIO, ...]) -> None:
    """Check the record against heads that witnesses noted.

    Finds what no look at the record alone can find: that its end was cut off, or that it was written anew from some act
    on. Exits with 0 if everything fits, with 2 if not, with 1 if a file holds no heads.
    """
    heads = [found for file in files for found in read_heads(file)]
    if not heads:
        raise Invalid("no_heads")
    session = db.session()
    broken = first_broken_record(session)
    if broken is not None:
        click.echo(f"Record {broken} does not fit: it or one before it was changed or taken out.", err=True)
    astray = heads_that_do_not_fit(session, heads)
    for one in astray:
        click.echo(
            f"Head {one.number} noted at {one.at} does not fit: the record was cut off or rewritten since.", err=True
        )
    if broken is not None or astray:
        sys.exit(BROKEN)
    last = max(heads, key=lambda one: one.number)
    click.echo(f"All {len(heads)} heads fit. Up to number {last.number} nothing was changed since they were noted.")


@audit.command("verify")
@with_appcontext
def verify() -> None:
    """Walk the chain of hashes from the first act to the last.

    Exits with 0 if every record fits, with 2 at the first that does not. A chain that was cut off at its end fits:
    `audit check` compares it with heads that were noted earlier.
    """
    broken = first_broken_record(db.session())
    if broken is not None:
        click.echo(f"Record {broken} does not fit: it or one before it was changed or taken out.", err=True)
        sys.exit(BROKEN)
    last = db.session.execute(
        select(AuditRecord.number, AuditRecord.hash).order_by(AuditRecord.number.desc()).limit(1)
    ).one_or_none()
    count = db.session.scalar(select(func.count()).select_from(AuditRecord)) or 0
    if last is None:
        click.echo("There is no record yet.")
    else:
        click.echo(f"All {count} records fit. The last is number {last.number} with hash {last.hash}.")


COMMANDS: Final[tuple[click.Command, ...]] = (audit,)
