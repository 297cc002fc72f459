"""Declaring which rounds make a joint ranking, and with which weights, before anybody can vote."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.wording import REASON, TITLE, TextShape
from participation.processes.queries import process_by_slug
from participation.results.models import CarryOver, JointRanking, JointRankingPart
from participation.results.queries import carrying_from, ranking_by_slug, rankings_with
from participation.results.rules.declaration import (
    Declaration,
    RoundToWeigh,
    check_carry_over,
    check_declaration,
    check_slug,
    check_weights,
)
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from participation.tally.exact import fraction_text
from participation.texts.models import Origin
from participation.texts.services import write_texts

DECLARED_BY = TextShape("declared_by", REASON.maximum)


def declare_joint_ranking(
    session: Session,
    process_slug: str,
    declared: Declaration,
    *,
    actor: Actor,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> JointRanking:
    """Declare a joint ranking; `origins` says of translations who made them, people unless told otherwise.

    Refused once the first of the rounds has been opened: nobody may weigh what can already be foreseen. What else is
    refused is in rules.declaration.
    """
    process = process_by_slug(session, process_slug)
    authorise(actor, Permission.RANKING_DECLARE, process)
    check_slug(declared.slug)
    check_weights(declared.weights)
    goals = _lock_goals(session, process.id, declared.goals_ranking)
    check_carry_over(declared, goals.task if goals else None)
    rounds = _lock_rounds(session, list(declared.weights))
    check_declaration(
        process.id,
        declared.task,
        [RoundToWeigh(one.slug, one.process_id, one.voting_task, one.state) for one in rounds],
    )
    language = process.default_language
    ranking = JointRanking(
        process_id=process.id,
        phase_id=rounds[0].phase_id if len({one.phase_id for one in rounds}) == 1 else None,
        slug=declared.slug,
        task=declared.task,
        declared_at=now,
        title=write_texts(
            session, declared.title, language=language, shape=TITLE, actor=actor, now=now, origins=origins
        ),
        declared_by=write_texts(
            session, declared.declared_by, language=language, shape=DECLARED_BY, actor=actor, now=now, origins=origins
        ),
        parts=[
            JointRankingPart(round_id=one.id, position=place, weight=declared.weights[one.slug])
            for place, one in enumerate(rounds, start=1)
        ],
        carry_over=CarryOver(goals_ranking=goals, share=fraction_text(declared.share)) if goals else None,
    )
    for one in rounds:
        one.weighed_at = one.weighed_at or now
    session.add(ranking)
    try:
        session.flush()
    except IntegrityError as reason:
        raise Conflict("ranking_slug_taken", field="slug", slug=declared.slug) from reason
    _record(session, "ranking.declare", ranking, actor, now)
    return ranking


def withdraw_joint_ranking(session: Session, process_slug: str, slug: str, *, actor: Actor, now: datetime) -> None:
    """Take back a declaration while none of its rounds has been opened, so that it can be made anew.

    Raises Conflict `weights_after_opening` afterwards: then the weights are fixed for good; `ranking_is_carried_over`
    while another ranking takes a share of this one's scores.
    """
    ranking = ranking_by_slug(session, process_slug, slug)
    authorise(actor, Permission.RANKING_DECLARE, ranking.process)
    _lock(session, JointRanking.id == ranking.id)
    for taker in session.scalars(carrying_from([ranking.id])):
        raise Conflict("ranking_is_carried_over", ranking=taker.slug)
    rounds = _lock_rounds(session, [part.round.slug for part in ranking.parts])
    for one in rounds:
        if one.state is not RoundState.DRAFT:
            raise Conflict("weights_after_opening", round=one.slug)
    _record(session, "ranking.withdraw", ranking, actor, now)
    words = [ranking.title, ranking.declared_by]
    session.delete(ranking)
    session.flush()
    for one in rounds:
        if not rankings_with(session, one.id):
            one.weighed_at = None
    for text in words:
        session.delete(text)
    session.flush()


def _lock_goals(session: Session, process_id: str, slug: str | None) -> JointRanking | None:
    """Return the ranking of goals that is named, held so that nobody withdraws it meanwhile."""
    if slug is None:
        return None
    goals = _lock(session, (JointRanking.process_id == process_id) & (JointRanking.slug == slug))
    if goals is None:
        raise Invalid("unknown_goals_ranking", field="goals_ranking", ranking=slug)
    return goals


def _lock(session: Session, which: ColumnElement[bool]) -> JointRanking | None:
    return session.scalar(
        select(JointRanking).where(which).with_for_update(of=JointRanking).execution_options(populate_existing=True)
    )


def _lock_rounds(session: Session, slugs: Sequence[str]) -> list[Round]:
    """Return the rounds in the given order, held alone so that none of them is opened or edited meanwhile.

    They are locked in one order whoever asks, so that two declarations do not wait for each other in a circle.
    """
    found = {
        one.slug: one
        for one in session.scalars(
            select(Round)
            .where(Round.slug.in_(slugs))
            .order_by(Round.id)
            .with_for_update(of=Round)
            .execution_options(populate_existing=True)
        )
    }
    for slug in slugs:
        if slug not in found:
            raise Invalid("unknown_round_to_weigh", field="weights", round=slug)
    return [found[slug] for slug in slugs]


def _record(session: Session, action: str, ranking: JointRanking, actor: Actor, now: datetime) -> None:
    facts: dict[str, Any] = {"weights": {part.round.slug: part.weight for part in ranking.parts}}
    if ranking.carry_over is not None:
        facts |= {"share": ranking.carry_over.share, "goals_ranking": ranking.carry_over.goals_ranking_id}
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="joint_ranking",
        subject_id=ranking.id,
        process_id=ranking.process_id,
        facts=facts,
    )
