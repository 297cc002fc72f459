"""All commands: those of the rooms, which need settings and a database, and those that count files."""

import sys

import click
from flask.cli import FlaskGroup, ScriptInfo

from participation.app import create_app
from participation.bundles import commands as bundles
from participation.config import Misconfigured
from participation.results import count_files


class Commands(FlaskGroup):
    """All commands; help lists those that need no settings even where a setting is wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names for help; where the application cannot start, say why in one sentence."""
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except Misconfigured as reason:
            click.echo(f"participation: {reason}\n", err=True)
            return sorted(self.commands)
        return super().list_commands(ctx)


def command_line() -> Commands:
    """Return the group of all commands."""
    group = Commands(
        name="participation",
        create_app=create_app,
        add_default_commands=False,
        add_version_option=False,
        load_dotenv=False,
        help="Run rounds, count ballots and export rankings from the command line.",
    )
    group.params.clear()  # which application it is and with which settings is not a question of options here
    for command in (*count_files.WITHOUT_DATABASE, *bundles.WITHOUT_DATABASE):
        group.add_command(command)
    return group


def main() -> None:
    """Run one command; a setting that is wrong is said in one sentence."""
    try:
        command_line().main(prog_name="participation")
    except Misconfigured as reason:
        sys.exit(f"participation: {reason}")
