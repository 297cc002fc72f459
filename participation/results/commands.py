"""Command line of results."""

from typing import Final

import click

COMMANDS: Final[tuple[click.Command, ...]] = ()
