"""What is new, and whom it concerns."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
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
from participation.papers.models import Amendment, Consultation, CouncilPaper
from participation.papers.rules.consultations import Competence, result_is_public
from participation.papers.rules.papers import PUBLIC, PaperState
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalState


@dataclass(frozen=True, slots=True)
class Source:
    """Where news come from: the column of the news that names the thing, and the things that are public.

    `things` selects process, id and moment of each, and of a result its revision, which is news of its own.
    """

    column: InstrumentedAttribute[str | None]
    things: Select[*tuple[Any, ...]]
    revision: InstrumentedAttribute[int] | None = None

    def keys(self, thing: str, revision: int | None = None) -> dict[str, str | int | None]:
        """Return what names the thing in its news, by column."""
        named: dict[str, str | int | None] = {self.column.key: thing}
        return named if self.revision is None else named | {News.outcome_revision.key: revision}


_DECIDED_IN_PRIVATE: Final = (
    select(Amendment.id)
    .join(Consultation, Consultation.id == Amendment.consultation_id)
    .where(Amendment.plan_id == Plan.id, Consultation.is_public.is_(False))
    .exists()
)
"""That a plan is what a committee made of another behind closed doors, which is for the council to announce."""

SOURCES: Final = (
    Source(
        News.status_id,
        select(Proposal.process_id, MeasureStatus.id, MeasureStatus.reported_at).join(
            Proposal, Proposal.id == MeasureStatus.proposal_id
        ),
    ),
    Source(
        News.plan_id,
        select(Plan.process_id, Plan.id, Plan.settled_at).where(Plan.state == PlanState.SETTLED, ~_DECIDED_IN_PRIVATE),
    ),
    Source(
        News.paper_id,
        select(CouncilPaper.process_id, CouncilPaper.id, CouncilPaper.issued_at).where(
            CouncilPaper.state == PaperState.ISSUED
        ),
    ),
    Source(
        News.consultation_id,
        select(Consultation.process_id, Consultation.id, Consultation.modified_at, Consultation.outcome_revision)
        .join(CouncilPaper, CouncilPaper.id == Consultation.paper_id)
        .where(
            or_(
                Consultation.outcome.is_not(None),
                select(News.id).where(News.consultation_id == Consultation.id).exists(),
            ),
            Consultation.is_public,
            Consultation.removed_at.is_(None),
            Consultation.competence == Competence.DECISION,
            CouncilPaper.state.in_(PUBLIC),
        ),
        Consultation.outcome_revision,
    ),
)
"""Everything of which followers are told; of consultations only those in which something is decided in public.

A result that was taken back is news where it was news before.
"""


def processes_with_news(session: Session) -> list[str]:
    """Return the processes in which something happened that is not noted as news yet; a plain read."""
    found = {row[0] for source in SOURCES for row in session.execute(_unnoted(source))}
    return sorted(found)


def unnoted_news(session: Session, process_id: str) -> list[dict[str, str | int | None]]:
    """Return what happened in a process and is not noted yet, in its order: what names each thing in its news."""
    happened = [
        (at, source.column.key, source.keys(thing, *revision))
        for source in SOURCES
        for process, thing, at, *revision in session.execute(_unnoted(source))
        if process == process_id
    ]
    return [keys for _at, _column, keys in sorted(happened, key=lambda one: (one[0], one[1], str(one[2])))]


def _unnoted(source: Source) -> Select[*tuple[Any, ...]]:
    thing = source.things.selected_columns[1]
    same = [source.column == thing]
    if source.revision is not None:
        same.append(News.outcome_revision == source.revision)
    return source.things.where(~select(News.id).where(*same).exists())


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
        self._private_plans = frozenset(
            session.scalars(select(Plan.id).where(Plan.process_id == process_id, _DECIDED_IN_PRIVATE))
        )
        self._decisions = _decisions(session, {one.consultation_id for one in self.all if one.consultation_id})

    def concerning(self, follower: Follower) -> list[News]:
        """Return those of which somebody wants to be told and was not, in their order.

        Who follows a proposal follows what it was merged into or split into as well.
        """
        return [
            one
            for one in self.all
            if one.number > follower.told and self.concerns(one, follower, mailed_at=follower.mailed_at)
        ]

    def concerns(self, one: News, follower: Follower, *, mailed_at: datetime | None) -> bool:
        """Say whether somebody wants to be told of it; a thing that was taken back meanwhile concerns nobody.

        Unless it is a result of which they were told, by a mail of `mailed_at` or before.
        """
        if one.plan_id in self._private_plans or not self._is_wanted(one, one.number, follower):
            return False
        return self.corrects(one, follower, mailed_at=mailed_at) if _was_taken_back(one) else _still_stands(one)

    def corrects(self, one: News, follower: Follower, *, mailed_at: datetime | None) -> bool:
        """Say whether it is the present result of a station of which somebody was told another one before."""
        station = one.consultation
        return (
            station is not None
            and mailed_at is not None
            and station.outcome_revision == one.outcome_revision
            and any(
                number < one.number and noted_at <= mailed_at and self._is_wanted(one, number, follower)
                for number, noted_at in self._decisions[station.id]
            )
        )

    def _is_wanted(self, one: News, number: int, follower: Follower) -> bool:
        """Say whether somebody wanted to be told of it, or of such a thing, when it came with that number."""
        if follower.whole_since is not None and number > follower.whole_since:
            return True
        about = self._about[one.id]
        return any(
            number > followed.since and not about.isdisjoint(self.lives_in(followed.proposal_id))
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


def _decisions(session: Session, consultation_ids: Collection[str]) -> dict[str, list[tuple[int, datetime]]]:
    """Return which news there were of each station: their numbers, and when they were noted."""
    found: defaultdict[str, list[tuple[int, datetime]]] = defaultdict(list)
    rows = session.execute(
        select(News.consultation_id, News.number, News.noted_at).where(News.consultation_id.in_(consultation_ids))
    )
    for consultation_id, number, noted_at in rows:
        if consultation_id is not None:
            found[consultation_id].append((number, noted_at))
    return found


def _was_taken_back(one: News) -> bool:
    """Say whether it is of a station in public that has no result any more."""
    station = one.consultation
    return station is not None and station.outcome is None and station.removed_at is None and result_is_public(station)


def _still_stands(one: News) -> bool:
    """Say whether what happened is still so; an earlier report stands until the mail is written (telling)."""
    if one.status is not None:
        return one.status.proposal.state is ProposalState.ADMITTED
    if one.paper is not None:
        return one.paper.state is PaperState.ISSUED
    if one.consultation is not None:
        station = one.consultation
        return (
            station.outcome_revision == one.outcome_revision
            and station.outcome is not None
            and station.removed_at is None
            and result_is_public(station)
        )
    return True
