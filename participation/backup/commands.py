"""Command line of backups."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import click
import psycopg
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from participation.backup.checks import find_faults
from participation.backup.manifest import Refused
from participation.backup.restoring import Restored, restore_backup
from participation.backup.taking import take_backup
from participation.ballots.guard import key_store
from participation.ballots.keys import EscrowMissing
from participation.core.actor import SYSTEM
from participation.core.exit_codes import BROKEN, REFUSED
from participation.core.windows import utcnow
from participation.extensions import db
from participation.web.commands import Progress, megabytes

P = ParamSpec("P")
R = TypeVar("R")


class Watch(Progress):
    """Hears what is being done, and how many bytes of it are done."""

    def __call__(self, doing: str, done: int) -> None:
        self.say(f"{doing}: {megabytes(done)}" if done else doing)


def said_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Let a command that is refused say why in a sentence, and exit with 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refused as reason:
            click.echo(f"Refused: {reason}", err=True)
        except EscrowMissing:
            click.echo("Refused: the escrow of keys cannot be reached; please mount it first.", err=True)
        except OSError as reason:
            place = f": {reason.filename}" if reason.filename else ""
            click.echo(f"Refused: {reason.strerror or reason}{place}", err=True)
        except (SQLAlchemyError, psycopg.Error) as reason:
            cause = getattr(reason, "orig", None) or reason
            first = (str(cause).splitlines() or [type(cause).__name__])[0]
            click.echo(f"Refused: the database cannot be used: {first}", err=True)
        sys.exit(REFUSED)

    return run


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@with_appcontext
@said_plainly
def backup(target: Path) -> None:
    """Write the database into the new file TARGET while people go on voting.

    Keys of rounds and the application's secret are never in it. The file can be read by its owner alone; it holds
    people's addresses and must be kept as carefully as the database.
    """
    settings = current_app.config["SETTINGS"]
    taken = take_backup(db.session(), target, settings, actor=SYSTEM, now=utcnow(), told=Watch())
    rows = sum(taken.manifest.state.tables.values())
    click.echo(f"{target}: {rows:,} rows, {target.stat().st_size:,} bytes, SHA-256 {taken.sha256}")


@click.command("restore")
@click.argument("source", metavar="BACKUP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--move-aside", is_flag=True, help="Keep the data that is there, under another name.")
@click.option("--destroy-keys", is_flag=True, help="Destroy keys of rounds that were concluded after the backup.")
@with_appcontext
@said_plainly
def restore(source: Path, *, move_aside: bool, destroy_keys: bool) -> None:
    """Put the state of BACKUP in the place of the database, once it has been found whole.

    The server and its worker must be stopped. Rounds that were not concluded are suspended until an official lets
    them go on, and everybody has to sign in again.
    """
    settings = current_app.config["SETTINGS"]
    restored = restore_backup(
        source,
        settings,
        key_store(),
        actor=SYSTEM,
        now=utcnow(),
        told=Watch(),
        move_aside=move_aside,
        destroy_keys=destroy_keys,
    )
    click.echo(f"The state of {restored.manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC was found whole and is in its place.")
    if restored.aside:
        click.echo(
            f"What was there before is in {restored.aside}. It holds ballots: delete it when it is needed no more."
        )
    _say_what_is_left(restored)


@click.command("check")
@with_appcontext
@said_plainly
def check() -> None:
    """Check that the database is whole, while it is in use.

    Files, references between tables, triggers, the record of acts, registers and boxes, counted ballots, receipts.
    Exits with 3 if something is wrong.
    """
    engine = db.engine
    isolated = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**isolated) as connection:
        faults = find_faults(connection, engine, told=Watch())
        connection.rollback()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(BROKEN)
    click.echo("The database is whole.")


def _say_what_is_left(restored: Restored) -> None:
    keys = key_store()
    if not keys.is_there:
        click.echo(
            "The folder of keys cannot be reached, or it is new. If its disk is mounted: participation key prepare",
            err=True,
        )
    if keys.has_escrow and not keys.escrow_is_there:
        click.echo("The escrow cannot be reached: whether it holds keys of these rounds is not known.", err=True)
    for round_ in restored.suspended:
        click.echo(f"{round_.slug} is suspended with {round_.ballots:,} ballots until an official lets it go on.")
        if keys.was_destroyed(round_.id):
            click.echo("  It was concluded after the backup was taken. Its key is destroyed.")
        elif round_.state == "open" and not keys.holds(round_.id):
            where = (
                f"a copy lies in the escrow: participation key recover {round_.slug}"
                if keys.is_escrowed(round_.id)
                else "nobody can vote in it before it is back; it can be closed and counted without it"
            )
            click.echo(f"  Its key is missing; {where}.")
        click.echo(f"  If it was concluded after the backup was taken: participation key destroy {round_.slug}")
    click.echo(
        "Everybody has to sign in again. Accounts that were erased or disabled, and roles and tokens that were taken "
        "back after the backup was taken, are there again: please do it once more."
    )


COMMANDS: Final[tuple[click.Command, ...]] = (backup, restore, check)
