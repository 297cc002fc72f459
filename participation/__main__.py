"""The command line: `python -m participation`.

Counting a file and verifying a bundle take neither the web nor a database, and loading both would take longer than most
counts; so they are loaded only for a command that needs them.
"""

import sys
from importlib import import_module
from typing import Final

import click

from participation.bundles import commands as bundles
from participation.results import count_files

WITHOUT_DATABASE: Final = {
    str(command.name): command for command in (*count_files.WITHOUT_DATABASE, *bundles.WITHOUT_DATABASE)
}


def main() -> None:
    """Run one command."""
    if sys.argv[1:2] and sys.argv[1] in WITHOUT_DATABASE:
        click.Group("participation", WITHOUT_DATABASE).main(prog_name="participation")
    else:
        import_module("participation.command_line").main()


if __name__ == "__main__":
    main()
