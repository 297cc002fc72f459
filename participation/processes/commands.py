"""Command line of processes."""

from typing import Final

import click
from flask.cli import with_appcontext

from participation.extensions import db
from participation.processes.queries import all_processes
from participation.texts.queries import original


@click.group("process")
def process_group() -> None:
    """See the processes of this city."""


@process_group.command("list")
@with_appcontext
def list_processes() -> None:
    """List every process: address, time zone, languages and title."""
    for process in all_processes(db.session()):
        languages = ",".join(process.languages)
        click.echo(f"{process.slug}  {process.time_zone}  {languages}  {original(process.title).body}")


COMMANDS: Final[tuple[click.Command, ...]] = (process_group,)
