"""`participation verify`: checking a bundle takes neither settings nor a database."""

import json
import time
from pathlib import Path
from typing import Final

import click

from participation.bundles.checks import HASH
from participation.bundles.verification import Asked, Step, Verdict, verify

MEBIBYTE: Final = 2**20
SAID_FROM: Final = 32 * MEBIBYTE
SECONDS_BETWEEN: Final = 2.0


def _digits(_context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Take a hash as it is printed: in groups, in capitals too."""
    if value is None:
        return None
    digits = "".join(value.split()).lower()
    if not HASH.fullmatch(digits):
        raise click.BadParameter("is not 64 hexadecimal digits", param=parameter)
    return digits


@click.command("verify")
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@click.option("--key", callback=_digits, metavar="HEX", help="The site's public key, as you know it from elsewhere.")
@click.option("--fingerprint", callback=_digits, metavar="HEX", help="The fingerprint, as it was printed elsewhere.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify_bundle(bundle: Path, key: str | None, fingerprint: str | None, output: str) -> None:
    """Count the published BUNDLE of a result again, a folder or a ZIP file.

    Goes through the steps of docs/BUNDLE.md and stops at the first that fails; ends with 0 if none does, else with
    10 and the step's number.
    """
    verdict = Verdict()
    steps = []
    for step in verify(bundle, Asked(key, fingerprint), verdict, _Progress()):
        steps.append(step)
        if output == "text":
            click.echo(str(step))
    if output == "json":
        click.echo(json.dumps(_document(steps, verdict)))
    else:
        click.echo(f"VERIFIED {verdict.fingerprint}" if verdict.failed is None else "NOT VERIFIED")
    raise SystemExit(verdict.exit_code)


def _document(steps: list[Step], verdict: Verdict) -> dict[str, object]:
    return {
        "verified": verdict.failed is None,
        "fingerprint": verdict.fingerprint,
        "steps": [
            {"folder": step.folder, "step": step.number, "name": step.name, "state": step.state, "reason": step.reason}
            for step in steps
        ],
    }


class _Progress:
    """Says on standard error how much of a large bundle has been read; its larger files are read several times."""

    def __init__(self) -> None:
        self._read = 0
        self._said = time.monotonic()

    def __call__(self, read: int) -> None:
        self._read += read
        now = time.monotonic()
        if self._read > SAID_FROM and now - self._said > SECONDS_BETWEEN:
            self._said = now
            click.echo(f"{self._read // MEBIBYTE} MiB read", err=True)


WITHOUT_DATABASE: Final[tuple[click.Command, ...]] = (verify_bundle,)
"""Commands that need no settings and no database."""
