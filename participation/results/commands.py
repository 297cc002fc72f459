"""Command line of results: concluding rounds and exporting rankings; counting files is in count_files."""

import sys
from pathlib import Path
from typing import Final

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from participation.accounts.queries import account_by_email, actor_of
from participation.accounts.services import normalise_email
from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.results import services
from participation.results.concluding import confirm
from participation.results.exports import ENDINGS, joint_file
from participation.results.queries import (
    has_joint_result,
    joint_result_of,
    ranking_head,
    rankings_of,
    requested_conclusion,
)
from participation.rounds.commands import round_group
from participation.rounds.queries import round_by_slug
from participation.texts.queries import original
from participation.web.commands import said_in_words
from participation.web.locale import force_language, reader_languages

_AS = click.option("--as", "email", required=True, metavar="EMAIL", help="The account that acts.")


@round_group.command("conclude")
@click.argument("slug")
@_AS
@with_appcontext
@said_in_words
def conclude_round(slug: str, email: str) -> None:
    """Request the conclusion of a closed round, or confirm it where another account has requested it.

    Confirming counts the ballots and takes them apart from their voters for good.
    """
    session, now = db.session(), utcnow()
    actor = _acting(session, email)
    waiting = requested_conclusion(session, round_by_slug(session, slug).id)
    if waiting is None or waiting.actor_id == actor.id:
        with transaction() as writing:
            services.request_conclusion(writing, slug, actor=actor, now=now)
        click.echo(f"The conclusion of {slug} is requested. Another account has to confirm it.")
        return
    result = confirm(slug, actor=actor, now=now).result
    click.echo(f"{slug} is concluded: {result.ballots} ballots." if result else f"{slug} is concluded without a count.")


@click.group("ranking")
def ranking_group() -> None:
    """List and export joint rankings."""


@ranking_group.command("list")
@click.argument("process")
@with_appcontext
@said_in_words
def list_rankings(process: str) -> None:
    """List the joint rankings of a process: address, whether there is a result, weights, title."""
    session = db.session()
    for ranking in rankings_of(session, process_by_slug(session, process).id):
        weights = " ".join(f"{part.round.slug}={part.weight}" for part in ranking.parts)
        state = "result" if has_joint_result(session, ranking.id) else "no result yet"
        click.echo(f"{ranking.slug}  {state}  {weights}  {original(ranking.title).body}")


@ranking_group.command("export")
@click.argument("process")
@click.argument("ranking")
@_AS
@click.option("--format", "ending", type=click.Choice(ENDINGS), default="csv", show_default=True)
@click.option("--language", type=click.Choice(INTERFACE_TAGS), default="de", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; without it the output.")
@with_appcontext
@said_in_words
def export_ranking(process: str, ranking: str, email: str, ending: str, language: str, output: Path | None) -> None:
    """Write a joint ranking to a file; the same ranking gives the same bytes."""
    session = db.session()
    head = ranking_head(session, process, ranking)
    authorise(_acting(session, email), Permission.RANKING_EXPORT, head.process_id)
    result = joint_result_of(session, head.id)
    if result is None:
        raise NotFound("no_joint_result_yet", slug=ranking)
    with force_language(language):
        data = joint_file(result, ending, reader_languages(head.default_language)).data
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data)
        click.echo(f"{output}: {len(data)} bytes", err=True)


def _acting(session: Session, email: str) -> Actor:
    account = account_by_email(session, normalise_email(email))
    if account is None or account.disabled_at is not None:
        raise NotFound("no_such_account", account=email)
    return actor_of(account)


COMMANDS: Final[tuple[click.Command, ...]] = (ranking_group,)
