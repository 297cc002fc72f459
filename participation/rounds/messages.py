"""Words for the refusals of rounds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words
from participation.web.rendering import moment_in_words


def _moment(facts: Mapping[str, object], name: str) -> str:
    moment = facts[name]
    return moment_in_words(moment, str(facts["zone"])) if isinstance(moment, datetime) else str(moment)


WORDS: Final[Mapping[str, Words]] = {
    "round_not_open_yet": lambda f: _(
        "This round has not opened yet. It takes contributions from %(moment)s.", moment=_moment(f, "opens_at")
    ),
    "round_over": lambda f: _(
        "This round is over: it closed on %(moment)s. Nothing was saved.", moment=_moment(f, "closes_at")
    ),
    "round_closed_early": lambda _facts: _("This round was closed and takes nothing more. Nothing was saved."),
    "task_not_in_round": lambda _facts: _("This round does not ask for this."),
    "not_a_participant": lambda _facts: _(
        "You do not take part in this round. Its page says who does and how to join."
    ),
}
