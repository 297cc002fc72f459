"""Statistics of joint rankings: what they are made from, and keeping them once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.results.models import JointRanking, JointRankingPart, JointResult, JointStatistics, RoundResult
from participation.results.queries import joint_result_of
from participation.results.rules.joint_statistics import DrawnRound, Evidence
from participation.rounds.models import Round


def evidence_of(session: Session, ranking_id: str) -> Evidence:
    """Return what the statistics of a settled joint ranking are made from."""
    settled = joint_result_of(session, ranking_id)
    if settled is None:
        raise ValueError("a ranking without a result has no statistics")
    carried = settled.ranking.carry_over
    goals = _drawn(session, carried.goals_ranking_id) if carried else []
    return Evidence(settled.snapshot, _drawn(session, ranking_id), goals)


def keep_statistics(session: Session, ranking_id: str, document: Mapping[str, Any], *, now: datetime) -> bool:
    """Keep a joint ranking's statistics; what is there already stays. Say whether they are new."""
    session.execute(
        select(JointRanking.id).where(JointRanking.id == ranking_id).with_for_update()
    )  # whoever else works them out waits, and then finds them
    if session.get(JointStatistics, ranking_id) is not None or session.get(JointResult, ranking_id) is None:
        return False
    session.add(
        JointStatistics(ranking_id=ranking_id, version=document["version"], computed_at=now, document=dict(document))
    )
    session.flush()
    return True


def _drawn(session: Session, ranking_id: str) -> list[DrawnRound]:
    rows = session.execute(
        select(Round.slug, JointRankingPart.weight, RoundResult.snapshot, RoundResult.draws)
        .join(JointRankingPart, JointRankingPart.round_id == Round.id)
        .outerjoin(RoundResult, RoundResult.round_id == Round.id)
        .where(JointRankingPart.ranking_id == ranking_id)
        .order_by(JointRankingPart.position)
    )
    return [DrawnRound(*row) for row in rows]
