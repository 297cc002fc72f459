"""What lies on the table of officials in each process: work that waits, turnout, and contributions by language."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from participation.accounts.queries import voiceless, waiting_registrations
from participation.ballots.queries import Turnout, turnouts
from participation.comments.models import Comment, CommentReport
from participation.comments.rules import CommentState
from participation.core.actor import Actor
from participation.core.permissions import Permission, may
from participation.costings.queries import owed_by_process
from participation.gatherings.queries import waiting_records
from participation.monitoring.queries import due_steps, unreported_measures
from participation.papers.queries import failed_files, missing_outcomes
from participation.papers.rules.files import SnapshotKind
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalState
from participation.rounds.kinds import Eligibility, Task
from participation.rounds.models import Round
from participation.rounds.queries import known_until
from participation.rounds.rules import RoundState, takes_part_now
from participation.texts.models import Text


class Work(StrEnum):
    """What may wait in a process."""

    DECIDE = "decide"
    MODERATE = "moderate"
    COSTS = "costs"
    REGISTRATIONS = "registrations"
    VOICELESS = "voiceless"
    RECORDS = "records"
    RESULTS = "results"
    STEPS = "steps"
    STATUSES = "statuses"
    PAPER_FILES = "paper_files"
    CONCEPT_FILES = "concept_files"


@dataclass(frozen=True, slots=True)
class Waiting:
    """So much of some work waits in a process; of costs the round says until when they are taken.

    Of files that could not be made, `file` is the id of the first.
    """

    work: Work
    process: Process
    count: int
    round: Round | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many proposals and comments people wrote in a language."""

    language: str
    proposals: int
    comments: int


@dataclass(frozen=True, slots=True)
class ProcessOnTable:
    """A process with its rounds, turnouts, until when it is known who took part, and the languages spoken."""

    process: Process
    rounds: Sequence[Round]
    turnouts: Mapping[str, Turnout]
    known_until: Mapping[str, datetime]
    spoken: Sequence[Spoken]


def work_waiting(session: Session, processes: Sequence[Process], actor: Actor, now: datetime) -> list[Waiting]:
    """Return what waits for the actor in processes, kind by kind."""
    ids = [process.id for process in processes]
    rounds = _rounds_taking_costs(session, ids, now)
    files = {work: _first_failed(session, ids, kind) for work, kind in _FILES.items()}
    found = []
    for work, (permission, count) in _WORK.items():
        counted = count(session, ids, now)
        for process in processes:
            waits = counted.get(process.id, 0)
            round_ = rounds.get(process.id) if work is Work.COSTS else None
            if waits and may(actor, permission, process) and (work is not Work.COSTS or round_ is not None):
                found.append(Waiting(work, process, waits, round_, files.get(work, {}).get(process.id)))
    return found


def processes_on_table(session: Session, processes: Sequence[Process], actor: Actor) -> list[ProcessOnTable]:
    """Return the processes that the actor watches, with rounds, turnout and languages."""
    mine = [process for process in processes if may(actor, Permission.ROUND_WATCH, process)]
    ids = [process.id for process in mine]
    rounds = session.scalars(
        select(Round).where(Round.process_id.in_(ids)).order_by(Round.opens_at.desc(), Round.slug)
    ).all()
    counted = turnouts(session, [round_ for round_ in rounds if is_voted_in(round_)])
    known = known_until(session, [round_.id for round_ in rounds])
    spoken = _spoken(session, ids)
    return [
        ProcessOnTable(
            process,
            [round_ for round_ in rounds if round_.process_id == process.id],
            counted,
            known,
            spoken.get(process.id, ()),
        )
        for process in mine
    ]


def is_voted_in(round_: Round) -> bool:
    """Say whether a round has a turnout: something is voted on, and it has been opened."""
    return round_.voting_task is not None and round_.state is not RoundState.DRAFT


def _undecided(session: Session, ids: Sequence[str], _now: datetime) -> Mapping[str, int]:
    return _counts(
        session.execute(
            select(Proposal.process_id, func.count())
            .where(Proposal.process_id.in_(ids), Proposal.state == ProposalState.SUBMITTED)
            .group_by(Proposal.process_id)
        ).all()
    )


def _reported(session: Session, ids: Sequence[str], _now: datetime) -> Mapping[str, int]:
    return _counts(
        session.execute(
            select(Proposal.process_id, func.count(Comment.id.distinct()))
            .join(Comment, Comment.proposal_id == Proposal.id)
            .join(CommentReport, CommentReport.comment_id == Comment.id)
            .where(Proposal.process_id.in_(ids), CommentReport.settled_at.is_(None))
            .group_by(Proposal.process_id)
        ).all()
    )


def _voiceless(session: Session, ids: Sequence[str], now: datetime) -> Mapping[str, int]:
    """Count the organisations for which nobody speaks, where a round for organisations is running or to come."""
    asking = session.scalars(
        select(Round.process_id).where(
            Round.process_id.in_(ids),
            Round.eligibility == Eligibility.ORGANISATIONS,
            Round.state.in_((RoundState.DRAFT, RoundState.OPEN)),
        )
    ).all()
    return voiceless(session, sorted(set(asking)), now.date())


def _missing_results(session: Session, ids: Sequence[str], now: datetime) -> Mapping[str, int]:
    return Counter(station.process_id for station in missing_outcomes(session, ids, now))


def _failed(kind: SnapshotKind) -> Callable[[Session, Sequence[str], datetime], Mapping[str, int]]:
    return lambda session, ids, _now: Counter(process_id for process_id, _file in failed_files(session, ids, kind))


def _first_failed(session: Session, ids: Sequence[str], kind: SnapshotKind) -> dict[str, str]:
    return dict(reversed(failed_files(session, ids, kind)))


_FILES: Final[Mapping[Work, SnapshotKind]] = {
    Work.PAPER_FILES: SnapshotKind.PAPER,
    Work.CONCEPT_FILES: SnapshotKind.CONCEPT,
}

_WORK: Final[Mapping[Work, tuple[Permission, Callable[[Session, Sequence[str], datetime], Mapping[str, int]]]]] = {
    Work.DECIDE: (Permission.PROPOSAL_DECIDE, _undecided),
    Work.MODERATE: (Permission.COMMENT_MODERATE, _reported),
    Work.COSTS: (Permission.COSTING_ENTER_ANY, lambda session, ids, _now: owed_by_process(session, ids)),
    Work.REGISTRATIONS: (
        Permission.ORGANISATION_MANAGE,
        lambda session, ids, _now: waiting_registrations(session, ids),
    ),
    Work.VOICELESS: (Permission.ORGANISATION_MANAGE, _voiceless),
    Work.RECORDS: (Permission.GATHERING_NOTE, waiting_records),
    Work.RESULTS: (Permission.COUNCIL_PAPER_EDIT, _missing_results),
    Work.STEPS: (Permission.ROADMAP_EDIT, due_steps),
    Work.STATUSES: (Permission.MEASURE_TRACK_ANY, lambda session, ids, _now: unreported_measures(session, ids)),
    Work.PAPER_FILES: (Permission.COUNCIL_PAPER_EDIT, _failed(SnapshotKind.PAPER)),
    Work.CONCEPT_FILES: (Permission.CONCEPT_EDIT, _failed(SnapshotKind.CONCEPT)),
}


def _rounds_taking_costs(session: Session, ids: Sequence[str], now: datetime) -> dict[str, Round]:
    """Return for each process the round that takes costs now and ends first."""
    open_rounds = session.scalars(
        select(Round)
        .where(Round.process_id.in_(ids), Round.state == RoundState.OPEN)
        .order_by(Round.closes_at.desc(), Round.slug)
    )
    return {
        round_.process_id: round_
        for round_ in open_rounds
        if Task.COST in round_.tasks
        and takes_part_now(round_.state, round_.window, now, is_suspended=round_.is_suspended)
    }


def _spoken(session: Session, ids: Sequence[str]) -> dict[str, list[Spoken]]:
    """Count what people handed in and what they commented, by the language in which they wrote; by process."""
    proposals = session.execute(
        select(Proposal.process_id, Text.language, func.count())
        .join(Text, Text.id == Proposal.title_id)
        .where(Proposal.process_id.in_(ids), Proposal.state != ProposalState.DRAFT, Proposal.round_id.is_not(None))
        .group_by(Proposal.process_id, Text.language)
    ).all()
    comments = session.execute(
        select(Proposal.process_id, Text.language, func.count())
        .select_from(Comment)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .join(Text, Text.id == Comment.body_id)
        .where(Proposal.process_id.in_(ids), Comment.state == CommentState.VISIBLE)
        .group_by(Proposal.process_id, Text.language)
    ).all()
    handed_in = {(process_id, language): count for process_id, language, count in proposals}
    said = {(process_id, language): count for process_id, language, count in comments}
    found: dict[str, list[Spoken]] = {}
    for process_id, language in sorted(handed_in.keys() | said.keys()):
        key = (process_id, language)
        found.setdefault(process_id, []).append(Spoken(language, handed_in.get(key, 0), said.get(key, 0)))
    for languages in found.values():
        languages.sort(key=lambda one: (-one.proposals - one.comments, one.language))
    return found


def _counts(rows: Sequence[Row[str, int]]) -> dict[str, int]:
    return dict(rows)
