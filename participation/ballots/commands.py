"""Command line of ballots: opening and closing rounds, watching how many have voted, and the keys of rounds."""

import sys
from typing import Final

import click
from flask.cli import with_appcontext

from participation.ballots import services, suspension
from participation.ballots.guard import key_store
from participation.ballots.keys import KeysMissing, KeyStore
from participation.ballots.queries import count_options, keys_were_made, turnout
from participation.core.actor import SYSTEM
from participation.core.exit_codes import REFUSED
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.commands import reason_option, reasons_of, round_group
from participation.rounds.models import Round
from participation.rounds.queries import all_rounds, round_by_slug
from participation.rounds.rules import SMALL_GROUP, RoundState
from participation.web.commands import said_in_words


@round_group.command("open")
@click.argument("slug")
@with_appcontext
@said_in_words
def open_round(slug: str) -> None:
    """Open a round: what is voted on is frozen as it stands now."""
    with transaction() as session:
        opened = services.open_round(session, slug, actor=SYSTEM, now=utcnow(), keys=key_store())
    options = count_options(db.session(), opened.id)
    click.echo(f"{slug} is open with {options} options." if options else f"{slug} is open.")


@round_group.command("close")
@click.argument("slug")
@with_appcontext
@said_in_words
def close_round(slug: str) -> None:
    """Close a round for every voter; two people then conclude it."""
    with transaction() as session:
        services.close_round(session, slug, actor=SYSTEM, now=utcnow())
    click.echo(f"{slug} is closed.")


@round_group.command("close-due")
@with_appcontext
@said_in_words
def close_due_rounds() -> None:
    """Close every round whose time is over, as the worker does by itself."""
    with transaction() as session:
        closed = services.close_due_rounds(session, now=utcnow())
    click.echo("\n".join(f"{slug} is closed." for slug in closed) or "No round was due.")


@round_group.command("turnout")
@click.argument("slug")
@with_appcontext
@said_in_words
def show_turnout(slug: str) -> None:
    """Say how many have voted, by day, channel and class; never how."""
    counted = turnout(db.session(), round_by_slug(db.session(), slug))
    expected = f" of {counted.expected} expected" if counted.expected else ""
    click.echo(f"{counted.total}{expected} have voted.")
    for names in (counted.by_day, counted.by_channel, counted.by_class):
        for name, voters in names.items():
            click.echo(f"  {name}: {'not shown' if voters is None else voters}")
    if not counted.is_broken_down:
        click.echo("By day, channel and class it is shown when the round is concluded, if enough have voted.")
    elif counted.hides_parts:
        click.echo(f"Parts of fewer than {SMALL_GROUP} are not shown, nor is what they could be worked out from.")


@round_group.command("resume")
@click.argument("slug")
@reason_option
@with_appcontext
@said_in_words
def resume_round(slug: str, reasons: tuple[str, ...]) -> None:
    """Let a round go on that was suspended because it came back from a backup."""
    with transaction() as session:
        words = reasons_of(reasons, round_by_slug(session, slug).process)
        suspension.resume_round(session, slug, words, actor=SYSTEM, now=utcnow(), keys=key_store())
    click.echo(f"{slug} goes on.")


@click.group("key")
def key_group() -> None:
    """Look after the keys of rounds; see the README, section Backup."""


@key_group.command("list")
@with_appcontext
def list_keys() -> None:
    """Say for each round that is not concluded whether its key is here and in the escrow."""
    keys = key_store()
    if not keys.is_there and keys_were_made(db.session()):
        click.echo("The folder of keys cannot be reached: its disk is not mounted, or it was never prepared.", err=True)
    if keys.has_escrow and not keys.escrow_is_there:
        click.echo("The escrow cannot be reached: its disk is not mounted, or it was never prepared.", err=True)
    for round_ in _unconcluded():
        click.echo(f"{round_.slug}  {round_.state.value}  {_whereabouts(round_, keys)}")


@key_group.command("prepare")
@with_appcontext
@said_in_words
def prepare_folder() -> None:
    """Mark PARTICIPATION_KEYS as the folder of keys, while its disk is mounted.

    Needed only where it is new although there were rounds with keys before, as on another machine. The first vote of a
    site does it by itself.
    """
    key_store().prepare()
    click.echo("The folder of keys is prepared. Keys that are looked for and are not in it count as lost.")


@key_group.command("renew-signing-key")
@click.confirmation_option(
    prompt="Whoever checks bundles has to learn of another key. Is the old one lost for good, in every copy?"
)
@with_appcontext
@said_in_words
def renew_signing_key() -> None:
    """Begin another signing key where the one that signed the bundles so far is lost for good.

    Bundles that are published keep their signatures.
    """
    key_store().begin_signing_secret()
    click.echo("Bundles are signed with a new key from now on. It is shown at /bundles/key after the next one.")


@key_group.command("prepare-escrow")
@with_appcontext
@said_in_words
def prepare_escrow() -> None:
    """Mark PARTICIPATION_KEYS_ESCROW as the escrow, once, while its disk is mounted.

    Keys of rounds that run already are copied there.
    """
    keys = key_store()
    keys.prepare_escrow()
    copied = [round_.slug for round_ in _unconcluded() if keys.copy_to_escrow(round_.id)]
    click.echo("The escrow is prepared. Keys of rounds that are opened from now on are kept there too.")
    if copied:
        click.echo(f"Copied: {', '.join(copied)}.")


@key_group.command("recover")
@click.argument("slug")
@with_appcontext
@said_in_words
def recover_key(slug: str) -> None:
    """Bring the lost key of a round that is not concluded back from the escrow."""
    with transaction() as session:
        recovered = suspension.recover_key(session, slug, actor=SYSTEM, now=utcnow(), keys=key_store())
    click.echo(f"The key of {slug} is back." if recovered else f"The key of {slug} was not missing.")


@key_group.command("destroy")
@click.argument("slug")
@click.confirmation_option(prompt="Nobody will be able to vote in this round again. Destroy its key for good?")
@with_appcontext
@said_in_words
def destroy_key(slug: str) -> None:
    """Destroy the key of a restored round that had been concluded after the backup was taken."""
    try:
        with transaction() as session:
            found = suspension.destroy_key(session, slug, actor=SYSTEM, now=utcnow(), keys=key_store())
    except KeysMissing as missing:
        click.echo(
            f"Refused: {missing}. What could be reached of the key is destroyed; please do it again when it is.",
            err=True,
        )
        sys.exit(REFUSED)
    click.echo(f"The key of {slug} is destroyed." if found else f"There was no key of {slug} any more.")


def _unconcluded() -> list[Round]:
    """Return the rounds with a vote that have been opened and not concluded: those that have a key."""
    states = {RoundState.OPEN, RoundState.CLOSED}
    return [one for one in all_rounds(db.session()) if one.voting_task is not None and one.state in states]


def _whereabouts(round_: Round, keys: KeyStore) -> str:
    places = {
        "here": keys.holds(round_.id),
        "escrow": keys.is_escrowed(round_.id),
        "destroyed": keys.was_destroyed(round_.id),
    }
    return ", ".join(place for place, is_so in places.items() if is_so) or "missing"


COMMANDS: Final[tuple[click.Command, ...]] = (round_group, key_group)
