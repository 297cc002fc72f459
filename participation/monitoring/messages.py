"""Words for the refusals of what follows the decision."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words
from participation.web.rendering import day_in_words

WORDS: Final[Mapping[str, Words]] = {
    "only_measures_have_status": lambda _facts: _("Only measures have a status. Goals are reached through them."),
    "only_admitted_measures_have_status": lambda _facts: _(
        "This measure does not stand by itself: only admitted measures have a status."
    ),
    "day_missing": lambda _facts: _("Please give a day."),
    "day_ahead": lambda _facts: _("This day lies ahead. Please give a day that has come, today at the latest."),
    "day_too_early": lambda f: _(
        "This day cannot be meant. Please give one from %(earliest)s on.", earliest=_day(f["earliest"])
    ),
    "status_reason_missing": lambda _facts: _("Please say why. Everybody who asked for this measure will read it."),
    "status_changed": lambda _facts: _(
        "Somebody has reported on this measure in the meantime. Nothing of yours was saved; please compare."
    ),
    "too_many_reports": lambda f: _("A measure can have at most %(highest)s reports.", highest=f["highest"]),
    "no_such_step": lambda _facts: _("The roadmap has no such step."),
    "too_many_steps": lambda f: _("A roadmap can have at most %(highest)s steps.", highest=f["highest"]),
    "step_changed": lambda _facts: _(
        "Somebody has changed this step in the meantime. Nothing of yours was saved; please compare."
    ),
    "step_done": lambda _facts: _("This step is done already."),
    "step_done_before_last": lambda f: _(
        "It was done on %(last)s already. The next time must be later.", last=_day(f["last"])
    ),
    "step_done_more_than_once": lambda _facts: _("It was done more than once already, so it comes round."),
    "step_noted_meanwhile": lambda _facts: _(
        "Somebody has noted something about this step in the meantime. Please look at it first."
    ),
    "step_was_done": lambda _facts: _("This step was done already, so it stays on the roadmap."),
    "news_need_address": lambda _facts: _("Your account has no mail address, so no mail can reach you."),
    "too_many_followed": lambda f: _(
        "You follow %(highest)s proposals already. Please follow the whole process instead.", highest=f["highest"]
    ),
    "news_link_over": lambda _facts: _("This link does not belong to any of our mails."),
}


def _day(iso: object) -> str:
    return day_in_words(date.fromisoformat(str(iso)))
