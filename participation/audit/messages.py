"""Words for the refusals of the record."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    "not_a_head": lambda f: _("This is not a head of the record: %(line)s", line=f["line"]),
    "nothing_recorded": lambda _facts: _("Nothing was recorded yet."),
    "no_heads": lambda _facts: _("No heads of the record stand there, so nothing was checked."),
}
