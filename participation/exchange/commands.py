"""Command line of imports and of the example city."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from participation.ballots.guard import key_store
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.errors import DomainError, Faults
from participation.core.languages import INTERFACE_TAGS
from participation.core.windows import clock_at, utcnow
from participation.exchange import example
from participation.exchange.blueprints import all_blueprints
from participation.exchange.plans import Plan, draft_of, make_process, plan_copy, plan_from_template
from participation.exchange.rehearsing import rehearsed
from participation.exchange.services import check_import, import_proposals
from participation.exchange.sheets import read_records
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.processes.services import ProcessDraft
from participation.results.concluding import add_statistics
from participation.results.publishing import publish_bundles
from participation.web.commands import said_in_words
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
    else:
        steps = example.example_steps(now=now, keys=key_store(), secret=settings.secret_key)
        label = "Loading the example city"
        with click.progressbar(steps, label=label, item_show_func=_name_of) as bar, transaction() as session:
            for _name, step in bar:
                step(session)
        add_statistics()  # so that the demonstration shows at once what a worker would add later
        publish_bundles()
    with transaction() as session:
        example.put_before_the_council(session, now=now)


def _name_of(step: tuple[str, example.Step] | None) -> str:
    return step[0] if step else ""


@click.group("process")
def process_group() -> None:
    """Set up processes from a template or as a copy."""


@process_group.command("templates")
@said_in_words
def list_templates() -> None:
    """List the templates of processes."""
    for one in all_blueprints():
        click.echo(f"{one['name']}  {one['title']['en']}")


starting_options: Final = (
    click.option("--title", "titles", multiple=True, required=True, help="A title for a language, such as de=Konzept."),
    click.option("--starts-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Such as 2027-03-01."),
    click.option("--slug", default="", help="Last part of its address; made from the title if left out."),
    click.option("--check", is_flag=True, help="Only say what would be made."),
)


def _starting(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(starting_options):
        command = option(command)
    return command


@process_group.command("from-template")
@click.argument("name")
@click.option("--city", required=True)
@click.option("--language", "languages", multiple=True, default=INTERFACE_TAGS, help="A language; the first leads.")
@click.option("--time-zone", default="Europe/Berlin", show_default=True)
@click.option("--currency", default="EUR", show_default=True)
@_starting
@with_appcontext
@said_in_words
def from_template(  # noqa: PLR0913 - one for each option
    name: str,
    city: str,
    languages: tuple[str, ...],
    time_zone: str,
    currency: str,
    titles: tuple[str, ...],
    starts_on: datetime,
    slug: str,
    *,
    check: bool,
) -> None:
    """Set up a process from the template NAME, its rounds as drafts."""
    draft = ProcessDraft(
        city=city,
        titles=_by_language(titles),
        time_zone=time_zone,
        languages=languages,
        default_language=languages[0],
        currency=currency,
        slug=slug,
    )
    _make(lambda _session: plan_from_template(name, draft, starts_on.date(), now=utcnow()), check=check)


@process_group.command("copy")
@click.argument("source")
@click.option("--organisations", is_flag=True, help="Copy the organisations too, without their delegates.")
@_starting
@with_appcontext
@said_in_words
def copy_process(
    source: str, titles: tuple[str, ...], starts_on: datetime, slug: str, *, organisations: bool, check: bool
) -> None:
    """Copy the process with the address SOURCE: no people, proposals, ballots or results."""

    def plan(session: Session) -> Plan:
        found = process_by_slug(session, source)
        return plan_copy(
            session,
            found,
            replace(draft_of(found), titles=_by_language(titles), slug=slug),
            starts_on.date(),
            with_organisations=organisations,
            actor=SYSTEM,
            now=utcnow(),
        )

    _make(plan, check=check)


def _by_language(titles: tuple[str, ...]) -> dict[str, str]:
    pairs = [title.partition("=") for title in titles]
    for tag, sign, _words in pairs:
        if not sign:
            raise click.BadParameter(f"{tag}: write it like de=Konzept")
    return {tag: words for tag, _sign, words in pairs}


def _make(plan: Callable[[Session], Plan], *, check: bool) -> None:
    if check:
        wanted, slug = rehearsed(plan, actor=SYSTEM, now=utcnow()), ""
    else:
        with transaction() as session:
            wanted = plan(session)
            slug = make_process(session, wanted, actor=SYSTEM, now=utcnow()).slug
    zone = wanted.process.time_zone
    for phase in wanted.phases:
        for round_ in wanted.rounds_in(phase.code):
            window = f"{clock_at(round_.window.opens_at, zone)} - {clock_at(round_.window.closes_at, zone)}"
            click.echo(f"{phase.code}  {round_.kind.value}  {window}  {next(iter(round_.titles.values()))}")
    click.echo(f"Made: {slug}" if slug else "Nothing was made.")


COMMANDS: Final[tuple[click.Command, ...]] = (import_command, demo_group, process_group)
