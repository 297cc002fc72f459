"""Command line of imports and of the example city."""

from pathlib import Path
from typing import Final

import click
from flask import current_app

from participation.ballots.guard import key_store
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.errors import DomainError, Faults
from participation.core.windows import utcnow
from participation.exchange import example
from participation.exchange.services import check_import, import_proposals
from participation.exchange.sheets import read_records
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.results.concluding import add_statistics
from participation.results.publishing import publish_bundles
from participation.web.errors import words_for


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--process", "slug", required=True, help="Address of the process, as in `process list`.")
@click.option("--check", is_flag=True, help="Only say what would be imported, or what is wrong.")
def import_command(file: Path, slug: str, *, check: bool) -> None:
    """Import goals and measures from a CSV, XLSX or YAML FILE: all of them, or none."""
    try:
        records = read_records(file.name, file.read_bytes())
        if check:
            report = check_import(db.session(), process_by_slug(db.session(), slug), records, actor=SYSTEM)
        else:
            with transaction() as session:
                process = process_by_slug(session, slug)
                report = import_proposals(session, process, records, actor=SYSTEM, now=utcnow())
    except Faults as refusal:
        for fault in refusal.faults:
            click.echo(f"{file.name}:{fault.facts['row']}: {fault.facts['column']}: {words_for(fault)}", err=True)
        raise click.ClickException(words_for(refusal)) from refusal
    except DomainError as refusal:
        raise click.ClickException(words_for(refusal)) from refusal
    click.echo(
        f"{'Checked' if check else 'Imported'}: {report.goals} goals, {report.sub_goals} sub-goals, "
        f"{report.measures} measures, {report.costings} with costs."
    )


@click.group("demo")
def demo_group() -> None:
    """The example city."""


@demo_group.command("load")
def load_command() -> None:
    """Load the example city into an empty database, or give its lapsed open rounds more time."""
    settings: Settings = current_app.config["SETTINGS"]
    now = utcnow()
    if example.is_loaded(db.session()):
        with transaction() as session:
            for slug in example.extend_lapsed_rounds(session, now=now):
                click.echo(f"Round {slug} had run out and was extended.")
        return
    steps = example.example_steps(now=now, keys=key_store(), secret=settings.secret_key)
    label = "Loading the example city"
    with click.progressbar(steps, label=label, item_show_func=_name_of) as bar, transaction() as session:
        for _name, step in bar:
            step(session)
    add_statistics()  # so that the demonstration shows at once what a worker would add later
    publish_bundles()


def _name_of(step: tuple[str, example.Step] | None) -> str:
    return step[0] if step else ""


COMMANDS: Final[tuple[click.Command, ...]] = (import_command, demo_group)
