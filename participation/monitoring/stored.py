"""What is stored about a person here: what they follow, and what they reported as officials."""

from typing import Final

from sqlalchemy import select

from participation.monitoring.models import (
    FollowedProposal,
    Follower,
    MeasureStatus,
    RoadmapStep,
    RoadmapTime,
)
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.storage.holdings import Holding, the_person
from participation.texts.queries import original_body

STORED: Final = (
    Holding(
        "followed_processes",
        select(
            Process.slug.label("process"),
            Follower.whole_since.is_not(None).label("whole_process"),
            Follower.began_at,
            Follower.mailed_at,
        )
        .select_from(Follower)
        .join(Process, Process.id == Follower.process_id)
        .where(Follower.account_id == the_person())
        .order_by(Follower.began_at, Follower.id),
    ),
    Holding(
        "followed_proposals",
        select(
            Process.slug.label("process"),
            Proposal.code,
            original_body(Proposal.title_id).label("title"),
            FollowedProposal.began_at,
        )
        .select_from(FollowedProposal)
        .join(Follower, Follower.id == FollowedProposal.follower_id)
        .join(Process, Process.id == Follower.process_id)
        .join(Proposal, Proposal.id == FollowedProposal.proposal_id)
        .where(Follower.account_id == the_person())
        .order_by(FollowedProposal.began_at, Proposal.code),
    ),
    Holding(
        "measure_statuses",
        select(
            Proposal.code,
            MeasureStatus.revision,
            MeasureStatus.state.label("measure_state"),
            MeasureStatus.since,
            original_body(MeasureStatus.reason_id).label("reason"),
            MeasureStatus.reported_at,
        )
        .select_from(MeasureStatus)
        .join(Proposal, Proposal.id == MeasureStatus.proposal_id)
        .where(MeasureStatus.reported_by == the_person())
        .order_by(MeasureStatus.reported_at, MeasureStatus.id),
    ),
    Holding(
        "roadmap_times",
        select(
            original_body(RoadmapStep.title_id).label("title"),
            RoadmapTime.number,
            RoadmapTime.done_on,
            original_body(RoadmapTime.note_id).label("note"),
            RoadmapTime.noted_at,
        )
        .select_from(RoadmapTime)
        .join(RoadmapStep, RoadmapStep.id == RoadmapTime.step_id)
        .where(RoadmapTime.noted_by == the_person())
        .order_by(RoadmapTime.noted_at, RoadmapStep.id),
    ),
)
