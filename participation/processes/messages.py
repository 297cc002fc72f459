"""Words for the refusals of processes."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    "no_such_process": lambda _facts: _("There is no such participation process."),
    "no_such_phase": lambda _facts: _("This process has no such phase."),
    "no_such_field": lambda _facts: _("This process has no such field."),
    "slug_not_possible": lambda f: _(
        "“%(slug)s” cannot stand in an address. Please use small letters from a to z, digits and single hyphens, "
        "at most %(maximum)s characters.",
        slug=f["slug"],
        maximum=f["maximum"],
    ),
    "slug_taken": lambda f: _("The address “%(slug)s” is taken. Please choose another one.", slug=f["slug"]),
    "short_name_not_possible": lambda f: _(
        "“%(typed)s” cannot be a short name. Please use letters from a to z, digits, points and hyphens, "
        "at most %(maximum)s characters.",
        typed=f["typed"],
        maximum=f["maximum"],
    ),
    "short_name_taken": lambda f: _(
        "The short name “%(typed)s” is taken. Please choose another one.", typed=f["typed"]
    ),
    "currency_in_use": lambda f: _(
        "Costs have been stated in %(currency)s already. The currency of this process can no longer be changed.",
        currency=f["currency"],
    ),
    "unknown_time_zone": lambda f: _(
        "“%(zone)s” is not a time zone. Please choose one like Europe/Berlin.", zone=f["zone"]
    ),
    "currency_not_possible": lambda f: _(
        "“%(typed)s” is not a currency. Please use its three letters, such as EUR.", typed=f["typed"]
    ),
    "default_language_not_among_them": lambda _facts: _(
        "The first language must be one of the languages of the process."
    ),
    "position_out_of_range": lambda f: _("Please give a whole number from 0 to %(highest)s.", highest=f["highest"]),
    "moment_out_of_range": lambda f: _(
        "Please give a year between %(first)s and %(last)s.", first=f["first"], last=f["last"]
    ),
    "window_without_length": lambda _facts: _("The end must be later than the beginning."),
    "time_skipped": lambda f: _(
        "There is no %(typed)s in %(zone)s: the clocks are put forward past it that night. "
        "Please choose a time before or after.",
        typed=f["typed"],
        zone=f["zone"],
    ),
    "time_twice": lambda f: _(
        "%(typed)s comes twice in %(zone)s: the clocks are put back that night. "
        "Please choose a time before or after the hour that is repeated.",
        typed=f["typed"],
        zone=f["zone"],
    ),
}
