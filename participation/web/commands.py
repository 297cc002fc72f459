"""What the commands of all rooms share."""

import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import click

from participation.core.errors import DomainError, Faults
from participation.core.exit_codes import REFUSED
from participation.extensions import db
from participation.web.errors import words_for
from participation.web.locale import force_language

P = ParamSpec("P")
R = TypeVar("R")

SECONDS_BETWEEN_LINES: Final = 2.0


class Progress:
    """Says on standard error how far something is that takes long, from time to time."""

    def __init__(self) -> None:
        self._next = time.monotonic() + SECONDS_BETWEEN_LINES

    def say(self, how_far: str) -> None:
        """Say it, unless something was said a moment ago."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SECONDS_BETWEEN_LINES
            click.echo(how_far, err=True)


def megabytes(size: int) -> str:
    """Return a number of bytes for people."""
    return f"{size / 1_000_000:,.0f} MB"


def said_in_words(command: Callable[P, R]) -> Callable[P, R]:
    """Let a command that is refused say why in a sentence, and exit with 1. It stands beneath `with_appcontext`."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            db.session.rollback()
            with force_language("en"):
                click.echo(f"Refused: {words_for(error)}", err=True)
                for fault in error.faults if isinstance(error, Faults) else []:
                    place = " ".join(f"{name} {fact}" for name, fact in fault.facts.items())
                    click.echo(f"  {place}: {words_for(fault)}", err=True)
            sys.exit(REFUSED)

    return run
