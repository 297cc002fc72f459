"""Words for what a list cannot be asked."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    "no_such_object": lambda _facts: _("There is no such object here."),
    "no_such_list_page": lambda _facts: _("The list has no such page."),
    "oparl_moment": lambda facts: _(
        "“%(name)s” must be a date with time and zone, such as 2026-01-31T23:59:59+01:00, encoded for an address.",
        name=facts["name"],
    ),
    "oparl_number": lambda facts: _("“%(name)s” must be a whole number from 1.", name=facts["name"]),
}
