"""What is new, and whom it concerns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, undefer

from participation.accounts.models import Account
from participation.budgeting.models import Plan
from participation.budgeting.rules.plans import PlanState
from participation.monitoring.models import Follower, MeasureStatus, News
from participation.monitoring.queries.following import carriers_of
from participation.monitoring.rules import GATHERING, PAUSE
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.rules.consultations import Competence, result_is_public
from participation.papers.rules.papers import PUBLIC, PaperState
from participation.proposals.models import Proposal


@dataclass(frozen=True, slots=True)
class Source:
    """Where news come from: the column of the news that names the thing, and the things that are public.

    `things` selects process, id and moment of each.
    """

    column: InstrumentedAttribute[str | None]
    things: Select[*tuple[Any, ...]]


SOURCES: Final[Mapping[str, Source]] = {
    "status_id": Source(
        News.status_id,
        select(Proposal.process_id, MeasureStatus.id, MeasureStatus.reported_at).join(
            Proposal, Proposal.id == MeasureStatus.proposal_id
        ),
    ),
    "plan_id": Source(
        News.plan_id,
        select(Plan.process_id, Plan.id, Plan.settled_at).where(Plan.state == PlanState.SETTLED),
    ),
    "paper_id": Source(
        News.paper_id,
        select(CouncilPaper.process_id, CouncilPaper.id, CouncilPaper.issued_at).where(
            CouncilPaper.state == PaperState.ISSUED
        ),
    ),
    "consultation_id": Source(
        News.consultation_id,
        select(Consultation.process_id, Consultation.id, Consultation.modified_at)
        .join(CouncilPaper, CouncilPaper.id == Consultation.paper_id)
        .where(
            Consultation.outcome.is_not(None),
            Consultation.is_public,
            Consultation.removed_at.is_(None),
            Consultation.competence == Competence.DECISION,
            CouncilPaper.state.in_(PUBLIC),
        ),
    ),
}
"""Everything of which followers are told; of consultations only those in which something is decided in public."""


def processes_with_news(session: Session) -> list[str]:
    """Return the processes in which something happened that is not noted as news yet; a plain read."""
    found = {process_id for source in SOURCES.values() for process_id, _id, _at in session.execute(_unnoted(source))}
    return sorted(found)


def unnoted_news(session: Session, process_id: str) -> list[tuple[datetime, str, str]]:
    """Return what happened in a process and is not noted yet: when, which kind of thing, its id; in its order."""
    return sorted(
        (at, name, thing)
        for name, source in SOURCES.items()
        for process, thing, at in session.execute(_unnoted(source))
        if process == process_id
    )


def _unnoted(source: Source) -> Select[*tuple[Any, ...]]:
    thing = source.things.selected_columns[1]
    return source.things.where(~select(News.id).where(source.column == thing).exists())


def ripe(now: datetime) -> ColumnElement[bool]:
    """Say which news have waited long enough; the twin of rules.is_time_to_tell."""
    return or_(News.noted_at <= now - GATHERING, News.noted_at > now)


def followers_to_look_at(session: Session, now: datetime, limit: int) -> list[str]:
    """Return followers of processes with ripe news of which they were not told, and who may get a mail again."""
    rested = or_(Follower.mailed_at.is_(None), Follower.mailed_at <= now - PAUSE, Follower.mailed_at > now)
    newest = (
        select(News.process_id, func.max(News.number).label("number"))
        .where(ripe(now))
        .group_by(News.process_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(Follower.id)
            .join(newest, and_(newest.c.process_id == Follower.process_id, newest.c.number > Follower.told))
            .join(Account, Account.id == Follower.account_id)
            .where(rested, Account.email.is_not(None), Account.disabled_at.is_(None))
            .order_by(Follower.id)
            .limit(limit)
        )
    )


class NewsOfProcess:
    """The news of a process after a number, and which proposals each of them is about."""

    def __init__(self, session: Session, process_id: str, after: int, until: int | None = None) -> None:
        upto: Iterable[ColumnElement[bool]] = () if until is None else (News.number <= until,)
        self.all: Sequence[News] = session.scalars(
            select(News)
            .where(News.process_id == process_id, News.number > after, *upto)
            .order_by(News.number)
            .options(
                joinedload(News.status).joinedload(MeasureStatus.proposal),
                joinedload(News.plan).options(undefer(Plan.snapshot)),
                joinedload(News.paper).joinedload(CouncilPaper.plan).options(undefer(Plan.snapshot)),
                joinedload(News.consultation)
                .joinedload(Consultation.paper)
                .joinedload(CouncilPaper.plan)
                .options(undefer(Plan.snapshot)),
            )
        ).all()
        self._session = session
        self.carriers = carriers_of(session, process_id)
        self._ids: dict[str, str] = dict(
            session.execute(select(Proposal.code, Proposal.id).where(Proposal.process_id == process_id)).all()
        )
        self._about = {one.id: self._measures(one) for one in self.all}

    def concerning(self, follower: Follower) -> list[News]:
        """Return those of which somebody wants to be told and was not, in their order.

        Who follows a proposal follows what it was merged into or split into as well.
        """
        return [one for one in self.all if one.number > follower.told and self.concerns(one, follower)]

    def concerns(self, one: News, follower: Follower) -> bool:
        """Say whether somebody wants to be told of it; a thing that was taken back meanwhile concerns nobody."""
        if not _still_stands(one):
            return False
        if follower.whole_since is not None and one.number > follower.whole_since:
            return True
        about = self._about[one.id]
        return any(
            one.number > followed.since and not about.isdisjoint(self.lives_in(followed.proposal_id))
            for followed in follower.proposals
        )

    def lives_in(self, proposal_id: str) -> frozenset[str]:
        """Return in which proposals one lives on."""
        return self.carriers.get(proposal_id, frozenset({proposal_id}))

    def carried_by(self, proposal_id: str) -> list[Proposal]:
        """Return the proposals that one was merged into or split into, and so on, without itself."""
        others = sorted(self.lives_in(proposal_id) - {proposal_id})
        return list(self._session.scalars(select(Proposal).where(Proposal.id.in_(others))))

    def _measures(self, one: News) -> frozenset[str]:
        if one.status is not None:
            return frozenset({one.status.proposal_id})
        plan = plan_behind(one)
        rows = plan.snapshot["measures"] if plan is not None and plan.snapshot is not None else ()
        return frozenset(self._ids[row["code"]] for row in rows if row["code"] in self._ids)


def plan_behind(one: News) -> Plan | None:
    """Return the plan that was settled, or that the paper is about; None where there is none."""
    if one.plan is not None:
        return one.plan
    paper = one.paper or (one.consultation.paper if one.consultation else None)
    return paper.plan if paper else None


def _still_stands(one: News) -> bool:
    if one.paper is not None:
        return one.paper.state is PaperState.ISSUED
    if one.consultation is not None:
        station = one.consultation
        return station.outcome is not None and station.removed_at is None and result_is_public(station)
    return True
