"""Officials admit, merge, split or decline, with reasons that everybody can read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, DomainError, Faults, Invalid
from participation.core.ids import new_id
from participation.core.permissions import Permission, authorise
from participation.processes.queries import lock_process
from participation.proposals.models import Proposal, ProposalServes
from participation.proposals.queries import by_codes, hold_proposal, process_of
from participation.proposals.rules import (
    ProposalAction,
    ProposalKind,
    ProposalState,
    check_basis,
    check_merge,
    check_parts,
    next_state,
)
from participation.proposals.services.stations import add_station, hand_in, record_decision
from participation.proposals.services.supporting import carry_support
from participation.proposals.services.words import (
    NOWHERE,
    Draft,
    Place,
    assign_department,
    check_draft,
    children_of,
    measures_serving,
    place_of,
    place_proposal,
    word_proposal,
)
from participation.rounds.models import Round, RoundEvent
from participation.rounds.rules import CODES_FACT, RoundAction, RoundState

Reasons = Mapping[str, str]
"""A public reason by language; the process's own language counts as the original if it is there."""


def admit(
    session: Session,
    proposal_id: str,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
    reasons: Reasons | None = None,
    place: Place | None = None,
    department: str = "",
) -> Proposal:
    """Let a proposal stand as an option in rounds; `place` puts it where it belongs if its author did not."""
    proposal = _held(session, proposal_id, ProposalAction.ADMIT, based_on, actor)
    if place is not None and place != place_of(proposal):
        place_proposal(session, proposal, place)
        proposal.revision += 1
    if department:
        assign_department(session, proposal, department)
    _check_admissible(proposal)
    add_station(session, proposal, ProposalAction.ADMIT, actor=actor, now=now, reasons=reasons)
    record_decision(session, proposal, ProposalAction.ADMIT, actor=actor, now=now)
    return proposal


def merge_into(
    session: Session,
    proposal_id: str,
    into: str,
    *,
    reasons: Reasons,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Proposal:
    """Let a proposal go on inside another one (named by its code), on whose page its authors stay visible.

    Its support goes along and says where it came from. What served a merged goal serves the other one from now on, and
    its sub-goals go with it.
    """
    proposal = _held(session, proposal_id, ProposalAction.MERGE, based_on, actor)
    target = by_codes(session, proposal.process_id, [into], field="into")[0]
    check_merge(
        same=target.id == proposal.id,
        same_kind=target.kind is proposal.kind,
        state=proposal.state,
        into_state=target.state,
    )
    _check_not_standing(session, proposal)
    moved = _hand_over(session, proposal, target)
    along = carry_support(session, proposal, target)
    add_station(session, proposal, ProposalAction.MERGE, actor=actor, now=now, reasons=reasons, other=target)
    facts = {"into": target.code, "moved": moved, "support": along}
    record_decision(session, proposal, ProposalAction.MERGE, actor=actor, now=now, **facts)
    return proposal


def split(
    session: Session,
    proposal_id: str,
    parts: Sequence[Draft],
    *,
    reasons: Reasons,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> list[Proposal]:
    """Make two or more proposals of one; they stand where it stood, keep its authors and are linked to it."""
    proposal = _held(session, proposal_id, ProposalAction.SPLIT, based_on, actor)
    check_parts(len(parts))
    _check_not_in_use(session, proposal)
    _check_not_standing(session, proposal)
    was_admitted = proposal.state is ProposalState.ADMITTED
    made = [_part(session, proposal, part, number, actor=actor, now=now) for number, part in enumerate(parts)]
    add_station(session, proposal, ProposalAction.SPLIT, actor=actor, now=now, reasons=reasons)
    for new in made:
        hand_in(session, new, actor=actor, now=now, other=proposal)
        if was_admitted:
            add_station(session, new, ProposalAction.ADMIT, actor=actor, now=now)
    codes = [new.code for new in made]
    record_decision(session, proposal, ProposalAction.SPLIT, actor=actor, now=now, parts=codes)
    return made


def decline(
    session: Session, proposal_id: str, *, reasons: Reasons, based_on: int, actor: Actor, now: datetime
) -> Proposal:
    """Say no to a proposal and why."""
    proposal = _held(session, proposal_id, ProposalAction.DECLINE, based_on, actor)
    _check_not_in_use(session, proposal)
    _check_not_standing(session, proposal)
    add_station(session, proposal, ProposalAction.DECLINE, actor=actor, now=now, reasons=reasons)
    record_decision(session, proposal, ProposalAction.DECLINE, actor=actor, now=now)
    return proposal


def _held(session: Session, proposal_id: str, action: ProposalAction, based_on: int, actor: Actor) -> Proposal:
    process_id = process_of(session, proposal_id)
    authorise(actor, Permission.PROPOSAL_DECIDE, process_id)
    lock_process(session, process_id)
    proposal = hold_proposal(session, proposal_id)
    next_state(proposal.state, action)
    check_basis(proposal.revision, based_on)
    return proposal


def _check_admissible(proposal: Proposal) -> None:
    if proposal.kind is ProposalKind.MEASURE and not proposal.serves:
        raise Invalid("measure_serves_nothing", field="serves", proposal=proposal.code)
    if proposal.field is None:
        raise Invalid("field_missing", field="field", proposal=proposal.code)


def _check_not_in_use(session: Session, proposal: Proposal) -> None:
    """Refuse to take away a goal under which other things stand; merging it moves them instead."""
    if proposal.kind is not ProposalKind.GOAL:
        return
    count = len(children_of(session, proposal)) + measures_serving(session, proposal)
    if count:
        raise Conflict("goal_in_use", proposal=proposal.code, count=count)


def _hand_over(session: Session, proposal: Proposal, target: Proposal) -> int:
    """Move what stands under a goal to another goal; return how much there was."""
    if proposal.kind is not ProposalKind.GOAL:
        return 0
    children = children_of(session, proposal)
    measures = set(session.scalars(select(ProposalServes.measure_id).where(ProposalServes.goal_id == proposal.id)))
    if (children and target.parent_id) or (measures and not target.parent_id):
        raise Invalid("merge_levels_differ", field="into")
    if target.parent_id == proposal.id:
        raise Invalid("merged_into_own_part", field="into")
    for child in children:
        child.parent = target
        child.field = target.field
    there = set(session.scalars(select(ProposalServes.measure_id).where(ProposalServes.goal_id == target.id)))
    both = ProposalServes.goal_id == proposal.id, ProposalServes.measure_id.in_(measures & there)
    session.execute(delete(ProposalServes).where(*both))
    session.execute(update(ProposalServes).where(ProposalServes.goal_id == proposal.id).values(goal_id=target.id))
    session.flush()
    return len(children) + len(measures)


def _part(session: Session, proposal: Proposal, draft: Draft, number: int, *, actor: Actor, now: datetime) -> Proposal:
    try:
        check_draft(draft)
    except Invalid as fault:
        raise _at_part(fault, number) from None
    identity = new_id()
    part = Proposal(
        id=identity,
        code=identity,
        process_id=proposal.process_id,
        process=proposal.process,
        state=ProposalState.DRAFT,
        round_id=proposal.round_id,
        author_id=proposal.author_id,
        organisation_id=proposal.organisation_id,
        department_id=proposal.department_id if draft.kind is ProposalKind.MEASURE else None,
        unit=proposal.unit if draft.kind is ProposalKind.MEASURE else "",
        split_from=proposal,
        created_at=now,
        revision=1,
        events=[],
        serves=[],
    )
    word_proposal(session, part, draft, actor=actor, now=now)
    session.add(part)
    session.flush()
    part.author_name = proposal.author_name
    same_kind = draft.kind is proposal.kind
    place = place_of(proposal) if draft.place == NOWHERE and same_kind else draft.place
    try:
        place_proposal(session, part, place)
        if proposal.state is ProposalState.ADMITTED:
            _check_admissible(part)
    except Invalid as fault:
        raise _at_part(fault, number) from None
    session.flush()
    return part


def _at_part(fault: DomainError, number: int) -> DomainError:
    """Return a fault that names the input of one part: `parts-0-title`."""
    if isinstance(fault, Faults):
        return Faults(fault.code, [_at_part(one, number) for one in fault.faults])
    return type(fault)(fault.code, field=f"parts-{number}-{fault.field}", **fault.facts)


def _check_not_standing(session: Session, proposal: Proposal) -> None:
    """Refuse to take away what people are voting on; an option can only be struck from a running round.

    What a round put to the vote stands in the event of its opening: neither a clock nor where the proposal stands
    today can say it.
    """
    if proposal.state is not ProposalState.ADMITTED:
        return
    openings = session.execute(
        select(Round.slug, RoundEvent.facts)
        .join(RoundEvent, and_(RoundEvent.round_id == Round.id, RoundEvent.action == RoundAction.OPEN))
        .where(
            Round.process_id == proposal.process_id,
            Round.state.in_([RoundState.OPEN, RoundState.CLOSED]),
            Round.option_rule.is_not(None),
        )
        .order_by(Round.opens_at, Round.slug)
    )
    for slug, facts in openings:
        if proposal.code in facts.get(CODES_FACT, ()):
            raise Conflict("proposal_stands_in_round", proposal=proposal.code, round=slug)
