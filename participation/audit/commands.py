"""Command line of the record."""

import sys
from typing import Final

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from participation.audit.models import AuditRecord
from participation.audit.services import first_broken_record
from participation.extensions import db

BROKEN: Final = 2
"""Exit code that says that the record was tampered with, apart from 1 for other failures."""


@click.group("audit")
def audit() -> None:
    """Check the record of officials' acts."""


@audit.command("verify")
@with_appcontext
def verify() -> None:
    """Walk the chain of hashes from the first act to the last.

    Exits with 0 if every record fits, with 2 at the first that does not. A chain that was cut off at its end fits:
    compare the last number and hash with what an auditor noted earlier.
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
