"""Command line of the outbox."""

import signal
from typing import Final

import click
from flask import current_app
from flask.cli import with_appcontext

from participation.outbox.worker import Worker, run_due_jobs, run_ticks


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and end, instead of going on until told to stop.")
@with_appcontext
def worker(once: bool) -> None:  # noqa: FBT001 - click passes its flags so
    """Send mails, close rounds whose time is up and do whatever else comes after a commit.

    Needed beside the server when PARTICIPATION_WORKER=separate. SIGTERM or SIGINT ends it after the job in its hand.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the way to unwrap the proxy
    if once:
        run_ticks(app)
        click.echo(f"{run_due_jobs(app)} jobs done.")
        return
    running = Worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: running.stop())
    click.echo("The worker is at work.")
    running.run()
    click.echo("The worker has ended.")


COMMANDS: Final[tuple[click.Command, ...]] = (worker,)
