"""What a hall sees: how many ballots are in the box, how long it goes on, and the way to the door. Nothing else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.ballots.queries import turnout
from participation.ballots.views.blueprint import bp
from participation.core.languages import Language, interface_languages, reading_order
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import Situation, situation
from participation.rounds.sentences import standing_in_words
from participation.texts.queries import Wording, wording
from participation.web.guard import current_actor, requires
from participation.web.locale import force_language
from participation.web.pictures import qr_code
from participation.web.redirects import absolute_url

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HallWords:
    """What the page says in one language; `left` names the unit of the time that is left."""

    language: Language
    title: Wording
    ballots: str
    left: str
    state: str
    join: str


@bp.get("/rounds/<slug>/projector")
@requires(Permission.ROUND_WATCH)
def projector(slug: str) -> str:
    """Show the number of ballots in large, in the languages of the house side by side; it renews itself.

    The whole number alone is shown (promise 12): parts of a running round would tell who took part how.
    """
    round_, now = round_by_slug(db.session(), slug), utcnow()
    authorise(current_actor(), Permission.ROUND_WATCH, round_)
    stands = situation(round_.state, round_.window, now, is_suspended=round_.is_suspended)
    total = turnout(db.session(), round_).total
    left = round_.closes_at - now
    address = absolute_url("rounds.show", slug=slug)
    return render_template(
        "ballots/projector.html",
        round=round_,
        process=round_.process,
        total=total,
        is_running=stands is Situation.RUNNING,
        left=_figure(left),
        words=[
            _words(round_, tag, total, left, stands) for tag, _name in interface_languages(round_.process.languages)
        ],
        picture=qr_code(address),
        address=address.partition("://")[2],
    )


def _figure(left: timedelta) -> str:
    """Return whole days, and on the last one hours and minutes as a clock shows them."""
    if left >= _DAY:
        return str(left.days)
    minutes = max(int(left.total_seconds()), 0) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def _words(round_: Round, tag: str, total: int, left: timedelta, stands: Situation) -> HallWords:
    with force_language(tag) as language:
        return HallWords(
            language,
            wording(round_.title, reading_order(tag, round_.process.default_language)),
            ngettext("ballot in the box", "ballots in the box", total),
            ngettext("day left", "days left", left.days) if left >= _DAY else _("hours and minutes left"),
            standing_in_words(round_, stands),
            _("Take part here"),
        )
