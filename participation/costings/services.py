"""Entering what a measure costs. A costing is never changed: a new statement is a further revision."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.permissions import Permission, authorise, may
from participation.core.wording import REASON, TextShape, clean_text
from participation.costings.models import Costing, Cover, EstimateQuality
from participation.costings.queries import current_costings
from participation.costings.rules import check_amounts, check_may_be_costed
from participation.processes.services import fix_currency
from participation.proposals.models import Proposal
from participation.proposals.queries import hold_proposal, process_of
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.rounds.queries import departments_acted_for, enter_round, lock_round, round_by_slug, rounds_to_enter
from participation.rounds.rules import check_takes_part
from participation.texts.models import Text
from participation.texts.queries import original
from participation.texts.services import write_text

COVER_SOURCE: Final = TextShape("cover_source", 500, one_line=True, required=False)
NOTE: Final = replace(REASON, field="note", required=False)


@dataclass(frozen=True, slots=True)
class Costs:
    """What somebody says a measure costs, in cents; `language` is that of the source and the note."""

    once_cents: int
    annual_cents: int
    quality: EstimateQuality
    cover: Cover
    language: str
    low_cents: int | None = None
    high_cents: int | None = None
    cover_source: str = ""
    needs_post: bool = False
    note: str = ""


def enter_costing(
    session: Session,
    proposal_id: str,
    costs: Costs,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
    slug: str | None = None,
) -> Costing:
    """State what a measure costs; what was stated before stays readable.

    A department does so for its own measures in an open round that asks for costs (`slug`, or the first such
    round); the office does so for any measure at any time. `based_on` is the revision that was on the screen, 0
    for none. The same statement sent twice is one.
    """
    process_id = process_of(session, proposal_id)
    round_ = _authorise(session, process_id, slug, actor, now)
    currency = fix_currency(session, process_id)
    proposal = hold_proposal(session, proposal_id)
    _check_own(session, proposal, actor)
    check_may_be_costed(proposal.kind, proposal.state)
    check_amounts(costs.once_cents, costs.annual_cents, costs.low_cents, costs.high_cents)
    source, note = clean_text(costs.cover_source, COVER_SOURCE), clean_text(costs.note, NOTE)
    if source and costs.cover is Cover.OPEN:
        raise Invalid("open_cover_has_no_source", field=COVER_SOURCE.field)
    latest = current_costings(session, [proposal.id]).get(proposal.id)
    if latest is not None and _said(latest) == replace(costs, cover_source=source, note=note, language=""):
        return latest
    revision = latest.revision if latest else 0
    if based_on != revision:
        raise Conflict("costing_changed", revision=revision, based_on=based_on)

    def written(typed: str, shape: TextShape) -> Text | None:
        return write_text(session, typed, language=costs.language, shape=shape, actor=actor, now=now) if typed else None

    costing = Costing(
        proposal_id=proposal.id,
        proposal=proposal,
        revision=revision + 1,
        once_cents=costs.once_cents,
        annual_cents=costs.annual_cents,
        low_cents=costs.low_cents,
        high_cents=costs.high_cents,
        currency=currency,
        quality=costs.quality,
        cover=costs.cover,
        cover_source=written(source, COVER_SOURCE),
        needs_post=costs.needs_post,
        note=written(note, NOTE),
        round_id=round_.id if round_ else None,
        written_at=now,
        written_by=actor.id or actor.kind.value,
    )
    session.add(costing)
    session.flush()
    record(
        session,
        "costing_entered",
        actor=actor,
        now=now,
        subject_kind="proposal",
        subject_id=proposal.id,
        process_id=proposal.process_id,
        facts={
            "code": proposal.code,
            "revision": costing.revision,
            "once_cents": costs.once_cents,
            "annual_cents": costs.annual_cents,
            "cover": costs.cover.value,
        },
    )
    return costing


def check_may_enter(session: Session, proposal: Proposal, slug: str | None, *, actor: Actor, now: datetime) -> None:
    """Refuse whoever could not enter the measure's costs now, before they type them."""
    _authorise(session, proposal.process_id, slug, actor, now)
    _check_own(session, proposal, actor)


def _authorise(session: Session, process_id: str, slug: str | None, actor: Actor, now: datetime) -> Round | None:
    authorise(actor, Permission.COSTING_ENTER, process_id)
    if may(actor, Permission.COSTING_ENTER_ANY, process_id):
        return _round_asking_for_costs(session, slug, now) if slug else None
    if slug is None:
        running = rounds_to_enter(session, process_id, Task.COST, actor=actor, now=now)
        if not running:
            raise Conflict("no_round_for_costs")
        slug = running[0][0].slug
    round_, _participant = enter_round(session, slug, Task.COST, actor=actor, now=now)
    if round_.process_id != process_id:
        raise Forbidden("not_your_department")
    return round_


def _check_own(session: Session, proposal: Proposal, actor: Actor) -> None:
    if may(actor, Permission.COSTING_ENTER_ANY, proposal):
        return
    mine = {department.id for department in departments_acted_for(session, proposal.process_id, actor)}
    if proposal.department_id not in mine:
        raise Forbidden("not_your_department")


def _round_asking_for_costs(session: Session, slug: str, now: datetime) -> Round:
    round_ = lock_round(session, round_by_slug(session, slug).id, shared=True)
    check_takes_part(
        Task.COST,
        round_.tasks,
        round_.state,
        round_.window,
        now,
        round_.process.time_zone,
        is_suspended=round_.is_suspended,
    )
    return round_


def _said(costing: Costing) -> Costs:
    """Return what a stored costing says, its language apart."""
    return Costs(
        once_cents=costing.once_cents,
        annual_cents=costing.annual_cents,
        quality=costing.quality,
        cover=costing.cover,
        language="",
        low_cents=costing.low_cents,
        high_cents=costing.high_cents,
        cover_source=original(costing.cover_source).body if costing.cover_source else "",
        needs_post=costing.needs_post,
        note=original(costing.note).body if costing.note else "",
    )
