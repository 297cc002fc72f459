"""Command line of rounds; rooms above add what they do to a round to the same group."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import click
from flask.cli import with_appcontext

from participation.core.actor import SYSTEM
from participation.core.errors import Invalid
from participation.core.windows import clock_at, moment_at, utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.rounds import services
from participation.rounds.codes import grouped
from participation.rounds.models import Round
from participation.rounds.queries import all_rounds, codes_in_force, extensions_of, round_by_slug, rounds_of
from participation.rounds.rules import LIMITS_OF
from participation.texts.queries import original
from participation.web.commands import said_in_words
from participation.web.redirects import absolute_url
from participation.web.secret import application_key


@click.group("round")
def round_group() -> None:
    """Set up, open, close and conclude rounds."""


@round_group.command("list")
@click.option("--process", "process_slug", help="Only the rounds of the process with this address.")
@with_appcontext
@said_in_words
def list_rounds(process_slug: str | None) -> None:
    """List rounds: address, state, body, window in the process's zone, title."""
    session = db.session()
    rounds = rounds_of(session, process_by_slug(session, process_slug).id) if process_slug else all_rounds(session)
    for round_ in rounds:
        facts = (round_.slug, round_.state.value, round_.kind.value, _window(round_), original(round_.title).body)
        click.echo("  ".join(facts))


@round_group.command("show")
@click.argument("slug")
@with_appcontext
@said_in_words
def show_round(slug: str) -> None:
    """Show what a round is and what was done to it."""
    session = db.session()
    round_ = round_by_slug(session, slug)
    for name, value in _facts(round_).items():
        click.echo(f"{name + ':':<14}{value}")
    for event in extensions_of(session, round_.id):
        click.echo(f"{'extended:':<14}to {event.facts['to']}: {original(event.reason).body if event.reason else ''}")


reason_option: Final = click.option(
    "--reason",
    "reasons",
    required=True,
    multiple=True,
    metavar="[LANGUAGE=]WORDS",
    help="Why, as everybody reads it; once for each language. Without one the process's first language is meant.",
)
"""The option with which a command takes a published reason; see reasons_of."""


def reasons_of(typed: Iterable[str], process: Process) -> dict[str, str]:
    """Return the typed reasons by language."""
    return dict(_reason(reason, process.default_language, process.languages) for reason in typed)


@round_group.command("extend")
@click.argument("slug")
@click.argument("closes_at")
@reason_option
@with_appcontext
@said_in_words
def extend_round(slug: str, closes_at: str, reasons: tuple[str, ...]) -> None:
    """Give an open round more time: CLOSES_AT is a local time such as 2026-12-12T18:00, or one with an offset."""
    with transaction() as session:
        process = round_by_slug(session, slug).process
        round_ = services.extend_round(
            session,
            slug,
            closes_at=_moment(closes_at, process.time_zone),
            reasons=reasons_of(reasons, process),
            actor=SYSTEM,
            now=utcnow(),
        )
    click.echo(f"{slug} is open until {clock_at(round_.closes_at, process.time_zone)}.")


@click.group("code")
def code_group() -> None:
    """Make, print and revoke participation codes."""


@code_group.command("issue")
@click.argument("slug")
@click.argument("count", type=click.IntRange(1, services.MAX_BATCH))
@click.option("--label", default="", help="What the batch is for; it does not stand on the cards.")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which the codes can be used.")
@with_appcontext
@said_in_words
def issue_codes(slug: str, count: int, label: str, last_day: datetime | None) -> None:
    """Make a batch of COUNT codes for the round SLUG."""
    with transaction() as session:
        batch = services.issue_codes(
            session,
            round_by_slug(session, slug),
            count,
            label,
            application_key(),
            last_day=last_day.date() if last_day else None,
            actor=SYSTEM,
            now=utcnow(),
        )
    click.echo(f"Batch {batch.number} of {slug} has {count} codes.")


@code_group.command("print")
@click.argument("slug")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--reason", default="", help="Why they are printed again; needed from the second time on.")
@with_appcontext
@said_in_words
def print_codes(slug: str, number: int, reason: str) -> None:
    """Print the codes of batch NUMBER, one on each line: card, code, address. It stands in the batch's register."""
    with transaction() as session:
        cards = services.print_codes(
            session, round_by_slug(session, slug), number, application_key(), reason=reason, actor=SYSTEM, now=utcnow()
        )
    door = absolute_url("rounds.enter_code")
    for card, code in cards:
        click.echo(f"{card}\t{grouped(code)}\t{door}#{code.upper()}")


@code_group.command("revoke")
@click.argument("slug")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--card", type=click.IntRange(1, 2**31 - 1), help="Only the code of this card; otherwise the whole batch."
)
@with_appcontext
@said_in_words
def revoke_codes(slug: str, number: int, card: int | None) -> None:
    """Make codes of batch NUMBER invalid; ballots that were cast with them stay."""
    with transaction() as session:
        round_ = round_by_slug(session, slug)
        if card is None:
            services.revoke_batch(session, round_, number, actor=SYSTEM, now=utcnow())
        else:
            services.revoke_code(session, round_, number, card, actor=SYSTEM, now=utcnow())
        left = codes_in_force(session, round_.id, utcnow())
    click.echo(f"{slug} has {left} valid codes.")


def _window(round_: Round) -> str:
    zone = round_.process.time_zone
    return f"{clock_at(round_.opens_at, zone)} to {clock_at(round_.closes_at, zone)}"


def _facts(round_: Round) -> Mapping[str, str]:
    facts = {
        "title": original(round_.title).body,
        "process": round_.process.slug,
        "phase": round_.phase.code,
        "state": round_.state.value,
        "body": round_.kind.value,
        "eligibility": round_.eligibility.value,
        "tasks": ", ".join(round_.task_names),
        "window": _window(round_),
    }
    if round_.ballot_kind is not None and round_.option_rule is not None:
        limits = ", ".join(f"{name} {getattr(round_, name)}" for name in LIMITS_OF[round_.ballot_kind])
        facts["ballot"] = f"{round_.ballot_kind.value} ({limits})"
        facts["options"] = " ".join([round_.option_rule.value, *round_.chosen_codes])
    return facts


def _moment(typed: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as reason:
        raise Invalid("not_a_moment", field="closes_at", typed=typed) from reason
    return moment_at(moment, zone, field="closes_at") if moment.tzinfo is None else moment


def _reason(typed: str, default: str, languages: list[str]) -> tuple[str, str]:
    tag, separator, words = typed.partition("=")
    return (tag, words) if separator and tag in languages else (default, typed)


COMMANDS: Final[tuple[click.Command, ...]] = (round_group, code_group)
