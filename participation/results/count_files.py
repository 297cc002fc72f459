"""The commands that count files: `tally` and `budget`. They need no settings and no database.

Standard output carries the document alone, refusals and progress go to standard error. A refusal ends with 1, a
call that was not understood with 2, and `budget --check` with 3 if what the file publishes is not so.
"""

import gzip
import json
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, ParamSpec, cast
from unicodedata import category

import click

from participation.core.exit_codes import REFUSED
from participation.tally.budget.rules import RULES as BUDGET_RULES
from participation.tally.budget.ties import DEFAULT_TIE_BREAK, TIE_BREAKS
from participation.tally.errors import TallyError, UnreadableFile
from participation.tally.formats.budget_text import budget_table
from participation.tally.formats.pabulib_budget import Settings, decide_file
from participation.tally.formats.pabulib_reading import read_pabulib
from participation.tally.formats.registry import COMPRESSED, FORMATS, Reading, format_of
from participation.tally.formats.words import said
from participation.tally.jsonlines import read_declarations, read_weights
from participation.tally.rules import RULES
from participation.tally.statement import RULE, as_table, statement

P = ParamSpec("P")

DISAGREES: Final = 3
"""Exit code of `budget --check` for a file that contradicts itself."""

_EVERY: Final = 0.5
"""Seconds between two lines of progress."""

_UNPACKED_ANYWAY: Final = 2**26
"""Bytes that a small packed file may unpack to."""

_UNPACKED_TIMES: Final = 200
"""Times its size that a packed file may unpack to; ballots pack to a tenth, a bomb to a thousandth."""

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_INPUT = click.option(
    "--input", "chosen", type=click.Choice(list(FORMATS)), help="The file's format, if not by its name."
)
_OUTPUT = click.option("--format", "output", type=click.Choice(["json", "table"]), default="json", show_default=True)
_PROGRESS = click.option("--progress", is_flag=True, help="Say how far it is, also where nobody is watching.")


def _refused_in_words(command: Callable[P, None]) -> Callable[P, None]:
    """Let a file that cannot be read or counted be refused in one sentence."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except TallyError as fault:
            click.echo(f"Refused: {_harmless(said(fault))}", err=True)
            sys.exit(REFUSED)
        except (OSError, EOFError, zlib.error) as fault:
            click.echo(f"Refused: the file cannot be read: {fault}", err=True)
            sys.exit(REFUSED)

    return run


@click.command("tally")
@click.argument("file", type=_FILE)
@click.option("--rule", type=click.Choice(list(RULES)), default=RULE, show_default=True)
@click.option("--weights", type=_FILE, help="Weights of the rounds: a JSON object from names to numbers.")
@click.option("--rounds", type=_FILE, help="Declarations of rounds, for JSON lines that carry none.")
@_INPUT
@_OUTPUT
@_PROGRESS
@_refused_in_words
def tally(
    file: Path,
    rule: str,
    weights: Path | None,
    rounds: Path | None,
    chosen: str | None,
    output: str,
    *,
    progress: bool,
) -> None:
    """Count a file of ballots; scores are exact.

    Reads JSON lines, Pabulib's .pb, PrefLib's .soc .soi .toc .toi .cat, ABIF and CSV, all also as .gz.
    """
    form = format_of(file.name, chosen)
    declared = read_declarations(rounds.read_bytes(), name=rounds.name) if rounds else []
    if declared and form.name != "jsonlines":
        raise click.UsageError("--rounds is for JSON lines; other formats declare their rounds themselves.")
    weighed = read_weights(weights.read_bytes(), name=weights.name) if weights else None
    with _watched(file, said_anyway=progress) as source:
        counted = form.count(source, Reading(file.name, declared, source.counted))
    document = statement(counted.rounds, weighed, rule=rule)
    if counted.names:
        document["names"] = dict(counted.names)
    _write(document, _with_names, output)


@click.command("budget")
@click.argument("file", type=_FILE)
@click.option("--rule", type=click.Choice(list(BUDGET_RULES)), help="Without it, the rule that the file states.")
@click.option("--tie-break", type=click.Choice(list(TIE_BREAKS)), default=DEFAULT_TIE_BREAK, show_default=True)
@click.option("--fill", is_flag=True, help="Let equal shares fill what is left down the ranking.")
@click.option("--check", is_flag=True, help="End with 3 if what the file publishes does not follow from its ballots.")
@_OUTPUT
@_PROGRESS
@_refused_in_words
def budget(
    file: Path, rule: str | None, tie_break: str, output: str, *, fill: bool, check: bool, progress: bool
) -> None:
    """Decide what a participatory budget (a .pb file, also .pb.gz) pays for, and compare with what it publishes."""
    with _watched(file, said_anyway=progress) as source:
        read = read_pabulib(source, name=file.name)
    settings = Settings(rule=rule, tie_break=tie_break, seed=source.digest(), fill=fill)
    document = decide_file(read, settings)
    _write(document, budget_table, output)
    if check and any(agrees is False for name, agrees in document["published"].items() if name.endswith("_agree")):
        sys.exit(DISAGREES)


class _Watched:
    """An open file that says how far it was read, and what all of its bytes are."""

    def __init__(self, file: Path, raw: BinaryIO, *, said_anyway: bool) -> None:
        self._raw = raw
        self._stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if file.suffix.lower() == COMPRESSED else raw
        self._name = file.name
        self._size = max(1, file.stat().st_size)
        self._read = 0
        self._hash = sha256()
        self._says = said_anyway or sys.stderr.isatty()
        self._said = time.monotonic()
        self._ballots = 0

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; empty at the end."""
        return self._seen(self._stream.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, cut after `size` bytes; empty at the end."""
        return self._seen(self._stream.readline(size))

    def counted(self, ballots: int) -> None:
        """So many more ballots were counted."""
        self._ballots += ballots
        self._say()

    def digest(self) -> bytes:
        """The SHA-256 of what was read, unpacked."""
        return self._hash.digest()

    def _seen(self, data: bytes) -> bytes:
        self._hash.update(data)
        self._read += len(data)
        limit = max(_UNPACKED_ANYWAY, _UNPACKED_TIMES * self._size)
        if self._read > limit and self._stream is not self._raw:
            raise UnreadableFile("unpacks_too_large", file=self._name, limit=limit)
        self._say()
        return data

    def _say(self) -> None:
        if self._says and time.monotonic() - self._said > _EVERY:
            self._said = time.monotonic()
            percent = 100 * self._raw.tell() // self._size
            click.echo(f"{percent} % read, {self._ballots:,} ballots counted", err=True)


def _with_names(document: dict[str, Any]) -> str:
    """The table, and behind each option what it is called where the file says so."""
    names = document.get("names", {})
    header, *rows = as_table(document).splitlines()
    called = ["name", *(names.get(one["id"], "") for one in document["options"])] if names else []
    width = max(map(len, [header, *rows]))
    lines = [f"{row:{width}}  {name}".rstrip() for row, name in zip([header, *rows], called, strict=False)]
    return "".join(f"{line}\n" for line in (lines if names else [header, *rows]))


@contextmanager
def _watched(file: Path, *, said_anyway: bool) -> Iterator[_Watched]:
    with file.open("rb") as raw:
        yield _Watched(file, raw, said_anyway=said_anyway)


def _harmless(text: str) -> str:
    """Show control characters as what they are: names in a file must not command the terminal."""
    return "".join(sign if sign == "\n" or category(sign) != "Cc" else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _write(document: dict[str, Any], as_text: Callable[[dict[str, Any]], str], output: str) -> None:
    if output == "table":
        click.echo(_harmless(as_text(document)), nl=False)
    else:
        click.echo(json.dumps(document, ensure_ascii=False))


WITHOUT_DATABASE: Final[tuple[click.Command, ...]] = (tally, budget)
"""Commands that need no settings and no database; the command line knows them before it makes an application."""
