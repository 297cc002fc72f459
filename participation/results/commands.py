"""Command line of results: concluding rounds and exporting rankings; counting files is in count_files."""

import sys
import time
from pathlib import Path
from typing import Final

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from participation.accounts.queries import account_by_email, actor_of
from participation.accounts.services import normalise_email
from participation.ballots.box import count_register
from participation.core.actor import Actor
from participation.core.errors import Conflict, NotFound
from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.results import services
from participation.results.concluding import Told, add_statistics, confirm, finish_count
from participation.results.downloads import (
    bundle_of_ranking,
    bundle_of_round,
    note_hand_out,
    unpack_bundle,
    write_bundle,
)
from participation.results.exports import (
    ENDINGS,
    FORMATS,
    ExportedFile,
    ballots_file,
    bodies_file,
    exportable_ranking,
    exportable_round,
    joint_file,
    round_file,
)
from participation.results.models import RoundResult
from participation.results.publishing import publish_bundles
from participation.results.queries import (
    count_progress,
    has_joint_result,
    joint_statistics_of,
    ranking_head,
    rankings_of,
    result_of,
    round_head,
)
from participation.rounds.commands import round_group
from participation.rounds.queries import requested_conclusion, round_by_slug
from participation.texts.queries import original
from participation.web.commands import Progress, megabytes, said_in_words
from participation.web.locale import force_language, reader_languages

SECONDS_BETWEEN_LOOKS: Final = 0.5
_BUDGET = click.option("--budget-cents", type=click.IntRange(0), help="The amount that a .pb file states.")
_AS = click.option("--as", "email", required=True, metavar="EMAIL", help="The account that acts.")


@round_group.command("conclude")
@click.argument("slug")
@_AS
@with_appcontext
@said_in_words
def conclude_round(slug: str, email: str) -> None:
    """Request the conclusion of a closed round, or confirm it where another account has requested it.

    Confirming counts the ballots and takes them apart from their voters for good. A count that was interrupted is taken
    up again by the same command, and by the server.
    """
    session, now = db.session(), utcnow()
    actor = _acting(session, email)
    waiting = requested_conclusion(session, round_by_slug(session, slug).id)
    if waiting is None or waiting.actor_id == actor.id:
        with transaction() as writing:
            services.request_conclusion(writing, slug, actor=actor, now=now)
        click.echo(f"The conclusion of {slug} is requested. Another account has to confirm it.")
        return
    confirmed = confirm(slug, actor=actor, now=now)
    result = _counted(slug) if confirmed.is_counting else confirmed.result
    click.echo(f"{slug} is concluded: {result.ballots} ballots." if result else f"{slug} is concluded without a count.")


def _counted(slug: str) -> RoundResult:
    """Count a large round here and show how far it is; where a server counts it already, follow that.

    Raises Conflict `count_stopped` if the request was withdrawn meanwhile.
    """
    round_id = round_by_slug(db.session(), slug).id
    ballots = count_register(db.session(), round_id)
    with click.progressbar(length=ballots, label=f"Counting {slug}", file=sys.stderr) as bar:

        def told(counted: int, _ballots: int) -> None:
            bar.update(counted - bar.pos)

        try:
            finish_count(round_id, told=told)
        except Conflict as refusal:
            if refusal.code != "count_elsewhere":
                raise
            _follow(round_id, told)
    result = result_of(db.session(), round_id)
    if result is None:
        raise Conflict("count_stopped", round=slug)
    return result


def _follow(round_id: str, told: Told) -> None:
    """Wait for a count that goes on elsewhere; raises what has stopped it."""
    while True:
        db.session.rollback()
        progress = count_progress(db.session(), round_id)
        if progress is None:
            return
        if progress.fault is not None:
            raise Conflict(progress.fault, round=round_id, ballots=progress.ballots, voters=progress.ballots)
        told(progress.counted, progress.ballots)
        time.sleep(SECONDS_BETWEEN_LOOKS)


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
@click.option("--format", "ending", type=click.Choice([*ENDINGS, *FORMATS]), default="csv", show_default=True)
@_BUDGET
@click.option("--language", type=click.Choice(INTERFACE_TAGS), default="de", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; without it the output.")
@with_appcontext
@said_in_words
def export_ranking(
    process: str, ranking: str, email: str, ending: str, budget_cents: int | None, language: str, output: Path | None
) -> None:
    """Write a joint ranking to a file; the same ranking gives the same bytes. In pb and preflib its bodies vote."""
    session = db.session()
    head, result = exportable_ranking(session, process, ranking, actor=_acting(session, email))
    statistics = joint_statistics_of(session, head.id)
    with force_language(language):
        languages = reader_languages(head.default_language)
        if ending in FORMATS:
            file = bodies_file(result, ending, languages, budget_cents)
        else:
            file = joint_file(result, statistics, ending, languages)
    _write(file, output)


@round_group.command("export")
@click.argument("slug")
@_AS
@click.option("--format", "ending", type=click.Choice([*ENDINGS, *FORMATS]), default="csv", show_default=True)
@_BUDGET
@click.option("--language", type=click.Choice(INTERFACE_TAGS), default="de", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; without it the output.")
@with_appcontext
@said_in_words
def export_round(
    slug: str, email: str, ending: str, budget_cents: int | None, language: str, output: Path | None
) -> None:
    """Write a round's result to a file; pb and preflib are its ballots, where it has ten or more."""
    session = db.session()
    head, result = exportable_round(session, slug, actor=_acting(session, email))
    with force_language(language):
        languages = reader_languages(head.default_language)
        if ending in FORMATS:
            file = ballots_file(session, result, ending, languages, budget_cents, _Reading())
        else:
            file = round_file(result, ending, languages)
    _write(file, output)


@click.group("bundle")
def bundle_group() -> None:
    """Publish and hand out the public bundles of results; `participation verify` checks them."""


@bundle_group.command("publish")
@with_appcontext
@said_in_words
def publish() -> None:
    """Make and sign every bundle that is not there yet, those of rounds concluded before there were bundles too."""
    add_statistics()
    made = publish_bundles(older=True)
    click.echo("\n".join(made) or "Every result has its bundle.")


@bundle_group.command("export")
@click.argument("result", metavar="ROUND|PROCESS/RANKING")
@click.argument("target", type=click.Path(path_type=Path))
@_AS
@click.option("--edition", type=click.Choice(services.EDITIONS), default=services.PUBLIC, show_default=True)
@with_appcontext
@said_in_words
def export_bundle(result: str, target: Path, email: str, edition: str) -> None:
    """Write the bundle of a round or of a joint ranking to TARGET: a ZIP file if it is named so, else a new folder.

    The auditors' edition holds all ballots. It is for accounts with the role of an auditor, and each time is written
    into the audit log.
    """
    session, actor = db.session(), _acting(db.session(), email)
    process, _slash, ranking = result.rpartition("/")
    if process:
        head, bundle = ranking_head(session, process, ranking), bundle_of_ranking(session, process, ranking)
    else:
        head, bundle = round_head(session, result), bundle_of_round(session, result)
    authorise(actor, Permission.RANKING_READ, head.process_id)
    if edition == services.AUDITORS:
        note_hand_out(bundle, head.process_id, actor)
    progress = Progress()
    write = write_bundle if target.suffix == ".zip" else unpack_bundle
    write(bundle, edition, target, lambda written, of: progress.say(f"{100 * written // of} % of {megabytes(of)}"))
    click.echo(f"{target}: {bundle.fingerprint}")


def _write(file: ExportedFile, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.writelines(file.pieces)
        sys.stdout.buffer.flush()
        return
    progress, written = Progress(), 0
    with output.open("wb") as target:
        for piece in file.pieces:
            written += target.write(piece)
            progress.say(f"{megabytes(written)} written")
    click.echo(f"{output}: {written} bytes", err=True)


class _Reading(Progress):
    """Hears how many ballots more were read; some files need all of them twice."""

    ballots = 0

    def __call__(self, ballots: int) -> None:
        self.ballots += ballots
        self.say(f"{self.ballots:,} ballots read")


def _acting(session: Session, email: str) -> Actor:
    account = account_by_email(session, normalise_email(email))
    if account is None or account.disabled_at is not None:
        raise NotFound("no_such_account", account=email)
    return actor_of(account)


COMMANDS: Final[tuple[click.Command, ...]] = (ranking_group, bundle_group)
