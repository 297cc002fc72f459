"""What the doors of the five bodies share: finding the round, and the one next step for this visitor.

A door is a view in kinds/. Whether somebody has voted is known by a room above this one, so the door says it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import abort, redirect, url_for
from flask_babel import gettext as _

from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.kinds import VOTING_TASKS, KindName, Task
from participation.rounds.models import Round
from participation.rounds.queries import RoundStanding, round_by_slug, round_standing
from participation.rounds.rules import Obstacle, Situation
from participation.rounds.sentences import (
    obstacle_in_words,
    sheet_handed_in_in_words,
    standing_in_words,
    voted_elsewhere_in_words,
)
from participation.texts.queries import wording
from participation.web.guard import current_actor
from participation.web.locale import reader_languages
from participation.web.rendering import end_in_words


@dataclass(frozen=True, slots=True)
class Link:
    """Words and where they lead."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a visitor can do at a door now: a sentence, at most one main button, and what else there is."""

    sentence: str
    main: Link | None = None
    others: tuple[Link, ...] = ()


def door_address(standing: RoundStanding) -> str:
    """Return the address of the door of the round's body."""
    return url_for(standing.round.body.endpoint, slug=standing.round.slug)


def standing_at(slug: str, kind: KindName) -> RoundStanding:
    """Return where the round stands for the visitor; at the door of another body they are led to the right one."""
    session = db.session()
    round_ = round_by_slug(session, slug)
    if round_.kind is not kind:
        abort(redirect(url_for(round_.body.endpoint, slug=slug)))
    return round_standing(session, round_, current_actor(), utcnow())


def next_step(
    standing: RoundStanding, *, has_voted: bool, costs: Link | None = None, spent: str | None = None
) -> NextStep:
    """Return what the visitor can do now; `costs` is where departments enter costs.

    `spent` says why they have no ballot although they take part: somebody with their address has used it.
    """
    if not standing.is_running:
        return _outside(standing)
    if standing.obstacle is not None:
        label, endpoint = _WAYS_IN.get(standing.obstacle, (None, ""))
        main = Link(label(), _way_in(standing, endpoint)) if label else None
        return NextStep(obstacle_in_words(standing.obstacle), main, _reading(standing))
    links = _contributions(standing, has_voted=has_voted, costs=costs, votes=spent is None)
    if spent is not None:
        return NextStep(spent, None, tuple(links) or _reading(standing))
    if standing.voted_elsewhere is not None and not has_voted:
        other = standing.voted_elsewhere
        there = Link(_("Go to the round in which you voted"), url_for("rounds.show", slug=other.slug))
        return NextStep(voted_elsewhere_in_words(_title(other)), there, tuple(links))
    if not links:
        nothing = _("There is nothing to do for you here.")
        return NextStep(sheet_handed_in_in_words() if standing.sheet_handed_in else nothing, None, _reading(standing))
    return NextStep(_invitation(standing, has_voted=has_voted), links[0], tuple(links[1:]))


def _outside(standing: RoundStanding) -> NextStep:
    slug = standing.round.slug
    if standing.situation is Situation.CONCLUDED and standing.round.voting_task is not None:
        result = Link(_("See the result"), url_for("results.round_result", slug=slug))
        return NextStep(_("This round is concluded."), result, _reading(standing))
    sentence = _AFTERWARDS.get(standing.situation)
    words = sentence() if sentence else standing_in_words(standing.round, standing.situation)
    return NextStep(words, None, _reading(standing))


_AFTERWARDS: Final[Mapping[Situation, Callable[[], str]]] = {
    Situation.SUSPENDED: lambda: _(
        "This round is suspended. The site had to be restored from a backup, and what was handed in after the backup "
        "was taken is lost. Nothing is taken until the office has decided how the round goes on; it will say so here."
    ),
    Situation.LAPSED: lambda: _("The time is over. Nothing more is taken; the round will be closed."),
    Situation.CLOSED: lambda: _("The round is closed and nothing more is taken. The result will be shown here."),
    Situation.CONCLUDED: lambda: _("This round is concluded."),
}

_WAYS_IN: Final[Mapping[Obstacle, tuple[Callable[[], str], str]]] = {
    Obstacle.SIGN_IN: (lambda: _("Join with your e-mail address"), "accounts.sign_in"),
    Obstacle.ACCOUNT_NEEDED: (lambda: _("Join with your e-mail address"), "accounts.sign_in"),
    Obstacle.ACCOUNT_NOT_VERIFIED: (lambda: _("Join with your e-mail address"), "accounts.sign_in"),
    Obstacle.ENTER_CODE: (lambda: _("Enter your code"), "rounds.enter_code"),
    Obstacle.CODE_NEEDED: (lambda: _("Enter your code"), "rounds.enter_code"),
    Obstacle.CODE_OF_OTHER_ROUND: (lambda: _("Enter your code"), "rounds.enter_code"),
    Obstacle.CODE_REVOKED: (lambda: _("Enter your code"), "rounds.enter_code"),
    Obstacle.CODE_EXPIRED: (lambda: _("Enter your code"), "rounds.enter_code"),
}


def _way_in(standing: RoundStanding, endpoint: str) -> str:
    if endpoint == "rounds.enter_code":
        return url_for(endpoint, round=standing.round.slug)
    return url_for(endpoint, next=door_address(standing))


def _contributions(standing: RoundStanding, *, has_voted: bool, costs: Link | None, votes: bool) -> list[Link]:
    """Return what the participant can do, the vote first if they have one."""
    slug, tasks = standing.round.slug, standing.round.tasks
    links = []
    if (
        votes
        and VOTING_TASKS & tasks
        and not standing.sheet_handed_in
        and (has_voted or standing.voted_elsewhere is None)
    ):
        label = _("See or change your ballot") if has_voted else _("Fill in the ballot")
        links.append(Link(label, url_for("ballots.fill_in", slug=slug)))
    if has_voted:
        links.append(Link(_("See your receipt"), url_for("ballots.receipt", slug=slug)))
    if Task.COST in tasks and costs is not None:
        links.append(costs)
    if Task.PROPOSE in tasks:
        links.append(Link(_("Write a proposal"), url_for("proposals.new", slug=slug)))
    if Task.COMMENT in tasks:
        links.append(Link(_("Read and comment on proposals"), _proposals(standing)))
    return links


def _title(round_: Round) -> str:
    return wording(round_.title, reader_languages(round_.process.default_language)).body


def _reading(standing: RoundStanding) -> tuple[Link, ...]:
    return (Link(_("Read the proposals"), _proposals(standing)),)


def _proposals(standing: RoundStanding) -> str:
    return url_for("proposals.index", process=standing.round.process.slug)


def _invitation(standing: RoundStanding, *, has_voted: bool) -> str:
    closes = end_in_words(standing.round.closes_at, standing.round.process.time_zone)
    if standing.sheet_handed_in:
        return sheet_handed_in_in_words()
    if has_voted:
        return _("Your ballot is in the box. You can change it until %(moment)s.", moment=closes)
    return _("You can take part until %(moment)s.", moment=closes)
