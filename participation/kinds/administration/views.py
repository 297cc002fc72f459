"""Departments enter the costs of measures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from participation.accounts.models import Department
from participation.accounts.queries import departments_of
from participation.ballots.booth import options_at_door, spent_in_words
from participation.ballots.guard import key_store
from participation.ballots.queries import has_voted
from participation.core.permissions import Permission, may
from participation.costings.models import CostReminder
from participation.costings.queries import Sheet, last_reminders, sheet
from participation.extensions import db
from participation.proposals.models import Proposal
from participation.rounds.doors import Link, next_step, standing_at
from participation.rounds.kinds import KindName, Task
from participation.rounds.queries import RoundStanding, departments_acted_for
from participation.web.guard import current_actor, requires

bp = Blueprint("administration", __name__, url_prefix="/administration")


@dataclass(frozen=True, slots=True)
class Owing:
    """How many measures a department answers for and how many of them have no costs yet; None is nobody's.

    `reminder` is the last letter that asked for them.
    """

    department: Department | None
    measures: int
    owed: int
    reminder: CostReminder | None = None


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands, the visitor's own measures with their sums, and who still owes what."""
    standing = standing_at(slug, KindName.ADMINISTRATION)
    session, round_, actor = db.session(), standing.round, current_actor()
    me = standing.participant
    voted = me is not None and has_voted(session, round_.id, me)
    spent = spent_in_words(session, standing, key_store(), has_voted=voted)
    asks_for_costs = Task.COST in round_.tasks
    whole = sheet(session, round_.process_id) if asks_for_costs else Sheet(())
    mine = departments_acted_for(session, round_.process_id, actor)
    inbox = whole.of_departments({department.id for department in mine})
    address = _addresses(standing)
    return render_template(
        "administration/door.html",
        standing=standing,
        step=next_step(standing, has_voted=voted, spent=spent, costs=_next_cost(inbox, address) if mine else None),
        options=options_at_door(session, round_),
        has_voted=voted,
        is_spent=spent is not None,
        asks_for_costs=asks_for_costs,
        departments=mine,
        inbox=inbox,
        whole=whole,
        owing=_owing(whole, departments_of(session, round_.process_id), last_reminders(session, round_.process_id)),
        may_remind=standing.is_running and may(actor, Permission.COSTING_ENTER_ANY, round_),
        enter_mine=address if standing.is_running and mine else None,
        enter_any=address if may(actor, Permission.COSTING_ENTER_ANY, round_) else None,
    )


def _addresses(standing: RoundStanding) -> Callable[[Proposal], str]:
    """Return the function from a measure to where its costs are entered, with the round while it runs."""
    process = standing.round.process.slug
    slug = standing.round.slug if standing.is_running else None
    return lambda measure: url_for("costings.enter", process=process, code=measure.code, round=slug)


def _next_cost(inbox: Sheet, address: Callable[[Proposal], str]) -> Link | None:
    if inbox.owed:
        first = inbox.owed[0].proposal
        return Link(_("Enter the costs of %(code)s", code=first.code), address(first))
    return Link(_("Look through your costs"), "#inbox") if inbox.lines else None


def _owing(whole: Sheet, departments: Sequence[Department], reminders: Mapping[str, CostReminder]) -> list[Owing]:
    """Return every department with measures, those that owe most first, nobody's measures last."""
    rows = [(department, whole.of_departments({department.id})) for department in departments]
    found = [
        Owing(department, len(part.lines), len(part.owed), reminders.get(department.id))
        for department, part in rows
        if part.lines
    ]
    nobody = whole.of_departments({None})
    found.sort(key=lambda one: -one.owed)
    return [*found, Owing(None, len(nobody.lines), len(nobody.owed))] if nobody.lines else found
