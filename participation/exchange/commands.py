"""Command line of exchange."""

from typing import Final

import click

COMMANDS: Final[tuple[click.Command, ...]] = ()
