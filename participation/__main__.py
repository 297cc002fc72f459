"""The command line: `python -m participation`."""

import sys

from flask.cli import FlaskGroup

from participation.app import create_app
from participation.config import Misconfigured
from participation.results.commands import WITHOUT_DATABASE


def main() -> None:
    """Run one command; a setting that is wrong is said in one sentence."""
    group = FlaskGroup(
        name="participation",
        create_app=create_app,
        add_default_commands=False,
        add_version_option=False,
        load_dotenv=False,
        help="Run rounds, count ballots and export rankings from the command line.",
    )
    group.params.clear()  # which application it is and with which settings is not a question of options here
    for command in WITHOUT_DATABASE:
        group.add_command(command)
    try:
        group.main(prog_name="participation")
    except Misconfigured as reason:
        sys.exit(f"participation: {reason}")


if __name__ == "__main__":
    main()
