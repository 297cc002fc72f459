"""The command line: `python -m participation`.

Counting a file takes neither the web nor a database, and loading both would take longer than most counts; so they
are loaded only for a command that needs them.
"""

import sys
from importlib import import_module

import click

from participation.results.count_files import WITHOUT_DATABASE


def main() -> None:
    """Run one command."""
    counting = click.Group("participation", {str(command.name): command for command in WITHOUT_DATABASE})
    if sys.argv[1:2] and sys.argv[1] in counting.commands:
        counting.main(prog_name="participation")
    else:
        import_module("participation.command_line").main()


if __name__ == "__main__":
    main()
