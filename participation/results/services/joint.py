"""Joint rankings are computed when the last of their rounds is concluded, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.core.errors import Conflict
from participation.outbox.services import file_job
from participation.results.models import CarryOver, JointRanking, JointRankingPart, JointResult
from participation.results.queries import has_joint_result, joint_result_of, result_of, text_document
from participation.results.rules.joint_snapshot import Goals, WeighedRound, joint_snapshot
from participation.results.rules.round_snapshot import moment_text
from participation.results.services.describing import ballot_document
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from participation.tally.exact import fraction_from_text

ADD_STATISTICS: Final = "results.add_statistics"
"""The job that is filed with a joint result, for the case that whoever concluded was interrupted before it."""


def lock_rankings_with(session: Session, round_id: str) -> Sequence[JointRanking]:
    """Return the joint rankings that a round's conclusion may settle, held until the transaction ends.

    Those are the ones of which it is part, and those that carry over from them; held with them are the goals' rankings
    that they carry over from. Two rounds that are concluded at the same time would otherwise each see the other one as
    not yet concluded, and nobody would compute the ranking. Always taken after the round's lock and in one order, so
    that nobody waits in a circle; on SQLite the write transaction itself is the lock.
    """
    own = session.scalars(select(JointRankingPart.ranking_id).where(JointRankingPart.round_id == round_id)).all()
    tied = session.execute(
        select(CarryOver.ranking_id, CarryOver.goals_ranking_id).where(
            CarryOver.ranking_id.in_(own) | CarryOver.goals_ranking_id.in_(own)
        )
    )
    held = {*own, *(ranking_id for pair in tied for ranking_id in pair)}
    return session.scalars(
        select(JointRanking)
        .where(JointRanking.id.in_(held))
        .order_by(JointRanking.id)
        .with_for_update(of=JointRanking)
        .execution_options(populate_existing=True)
    ).all()


def settle_rankings(session: Session, rankings: Sequence[JointRanking], *, now: datetime) -> list[JointResult]:
    """Compute each of the rankings whose rounds are all concluded, and return what was computed.

    Rounds with weight 0 are waited for too: a ranking shows what every body said, also where it does not count. A
    ranking of measures to which goals carry over waits for the goals' ranking; goals are settled first.
    """
    results = []
    for ranking in sorted(rankings, key=lambda one: one.carry_over is not None):
        rounds = _rounds_of(session, ranking)
        if all(round_.state is RoundState.CONCLUDED for round_, _ in rounds) and not has_joint_result(
            session, ranking.id
        ):
            goals = _goals(session, ranking.carry_over) if ranking.carry_over else None
            if goals is not None or ranking.carry_over is None:
                results.append(_settle(session, ranking, rounds, goals, now))
    return results


def _goals(session: Session, carried: CarryOver) -> Goals | None:
    """Return what carries over, None while the goals' own ranking is not settled."""
    settled = joint_result_of(session, carried.goals_ranking_id)
    if settled is None:
        return None
    return Goals(fraction_from_text(carried.share), settled.snapshot["ranking"], settled.snapshot)


def _rounds_of(session: Session, ranking: JointRanking) -> list[tuple[Round, int]]:
    rows = session.execute(
        select(Round, JointRankingPart.weight)
        .join(JointRankingPart, JointRankingPart.round_id == Round.id)
        .where(JointRankingPart.ranking_id == ranking.id)
        .order_by(JointRankingPart.position)
        .execution_options(populate_existing=True)
    )
    return [(round_, weight) for round_, weight in rows]


def _settle(
    session: Session, ranking: JointRanking, rounds: list[tuple[Round, int]], goals: Goals | None, now: datetime
) -> JointResult:
    weighed = [_weighed(session, ranking, round_, weight) for round_, weight in rounds]
    snapshot = joint_snapshot(_about_ranking(ranking, computed_at=now), weighed, goals)
    result = JointResult(
        ranking_id=ranking.id,
        method_version=snapshot["method_version"],
        inputs_hash=snapshot["inputs_hash"],
        computed_at=now,
        snapshot=snapshot,
    )
    session.add(result)
    session.flush()
    file_job(session, ADD_STATISTICS, {"ranking_id": ranking.id}, now=now)
    return result


def _weighed(session: Session, ranking: JointRanking, round_: Round, weight: int) -> WeighedRound:
    """Return a part with its result.

    Raises Conflict `weighed_round_changed` for a round that asks something else than was declared: to leave out its
    weight without a word would be another ranking than the declared one.
    """
    if round_.voting_task is not ranking.task:
        raise Conflict("weighed_round_changed", round=round_.slug)
    result = result_of(session, round_.id)
    about: dict[str, Any] = {
        "kind": round_.kind.value,
        "eligibility": round_.eligibility.value,
        "title": text_document(round_.title),
        "ballot": ballot_document(round_),
    }
    return WeighedRound(
        slug=round_.slug,
        weight=weight,
        opened_at=moment_text(round_.opens_at),
        about=about,
        snapshot=result.snapshot if result else None,
    )


def _about_ranking(ranking: JointRanking, *, computed_at: datetime) -> dict[str, Any]:
    return {
        "ranking": ranking.slug,
        "process": ranking.process.slug,
        "phase": ranking.phase.code if ranking.phase else None,
        "task": ranking.task.value,
        "title": text_document(ranking.title),
        "declared_at": moment_text(ranking.declared_at),
        "declared_by": text_document(ranking.declared_by),
        "computed_at": moment_text(computed_at),
        "time_zone": ranking.process.time_zone,
        "currency": ranking.process.currency,
    }
