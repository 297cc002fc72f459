"""Command line of accounts."""

from typing import Final

import click

COMMANDS: Final[tuple[click.Command, ...]] = ()
