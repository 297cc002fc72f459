"""Where measures stand."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session, selectinload

from participation.core.wording import searchable
from participation.monitoring.models import MeasureStatus
from participation.monitoring.rules import MeasureState
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.rules.consultations import ADOPTED, Competence
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind, ProposalState


def statuses_of(session: Session, proposal_id: str) -> Sequence[MeasureStatus]:
    """Return everything that was reported of a measure, the present status first."""
    return session.scalars(
        select(MeasureStatus).where(MeasureStatus.proposal_id == proposal_id).order_by(MeasureStatus.revision.desc())
    ).all()


def current_statuses(session: Session, proposal_ids: Collection[str]) -> dict[str, MeasureStatus]:
    """Return the highest revision of each measure's status, by its id; those of which nothing was said are missing."""
    highest = (
        select(MeasureStatus.proposal_id, func.max(MeasureStatus.revision).label("revision"))
        .where(MeasureStatus.proposal_id.in_(set(proposal_ids)))
        .group_by(MeasureStatus.proposal_id)
        .subquery()
    )
    rows = session.scalars(
        select(MeasureStatus).join(
            highest,
            (MeasureStatus.proposal_id == highest.c.proposal_id) & (MeasureStatus.revision == highest.c.revision),
        )
    )
    return {status.proposal_id: status for status in rows}


def unreported_measures(session: Session, process_ids: Collection[str]) -> dict[str, int]:
    """Return of how many admitted measures nobody has said where they stand, by process.

    Nobody has to before the council adopts a paper about a plan, or before somebody begins to report.
    """
    begun = select(Proposal.process_id).join(MeasureStatus, MeasureStatus.proposal_id == Proposal.id)
    adopted = (
        select(Consultation.process_id)
        .join(CouncilPaper, CouncilPaper.id == Consultation.paper_id)
        .where(
            Consultation.competence == Competence.DECISION,
            Consultation.outcome.in_(ADOPTED),
            Consultation.removed_at.is_(None),
            CouncilPaper.plan_id.is_not(None),
        )
    )
    rows = session.execute(
        select(Proposal.process_id, func.count())
        .where(
            Proposal.process_id.in_(process_ids),
            Proposal.process_id.in_(union(begun, adopted)),
            Proposal.kind == ProposalKind.MEASURE,
            Proposal.state == ProposalState.ADMITTED,
            ~select(MeasureStatus.id).where(MeasureStatus.proposal_id == Proposal.id).exists(),
        )
        .group_by(Proposal.process_id)
    ).all()
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Line:
    """A measure and where it stands; None if nobody has said."""

    proposal: Proposal
    status: MeasureStatus | None

    @property
    def state(self) -> MeasureState | None:
        """Return the bare state."""
        return self.status.state if self.status else None


@dataclass(frozen=True, slots=True)
class Board:
    """The admitted measures of a process in the order of lists, and how many stand where."""

    lines: Sequence[Line]

    @property
    def counts(self) -> Mapping[MeasureState, int]:
        """Return how many stand where; states in which none stands are missing."""
        counted = Counter(line.state for line in self.lines)
        return {state: counted[state] for state in MeasureState if counted[state]}

    @property
    def silent(self) -> int:
        """Return of how many nobody has said anything."""
        return sum(line.status is None for line in self.lines)

    def of_departments(self, department_ids: Collection[str]) -> "Board":
        """Return those for which the departments answer."""
        return Board([line for line in self.lines if line.proposal.department_id in department_ids])


def board_of(session: Session, process_id: str) -> Board:
    """Return where the admitted measures of a process stand, in a fixed number of queries."""
    measures = session.scalars(
        select(Proposal)
        .where(
            Proposal.process_id == process_id,
            Proposal.kind == ProposalKind.MEASURE,
            Proposal.state == ProposalState.ADMITTED,
        )
        .order_by(Proposal.position, Proposal.id)
        .options(selectinload(Proposal.department), selectinload(Proposal.field))
    ).all()
    statuses = current_statuses(session, [measure.id for measure in measures])
    return Board([Line(measure, statuses.get(measure.id)) for measure in measures])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which measures somebody looks for; what is empty does not narrow it. `silent` are those without a status."""

    state: MeasureState | None = None
    silent: bool = False
    field: str = ""
    department: str = ""
    search: str = ""


def narrowed(board: Board, wanted: Wanted) -> Board:
    """Return the measures that fit; every word of the search has to occur in code, title or text, in any language."""
    words = searchable(wanted.search).split()

    def fits(line: Line) -> bool:
        measure = line.proposal
        return (
            (wanted.state is None or line.state is wanted.state)
            and (not wanted.silent or line.status is None)
            and (not wanted.field or (measure.field is not None and measure.field.code == wanted.field))
            and (
                not wanted.department
                or (measure.department is not None and measure.department.code == wanted.department)
            )
            and all(word in measure.search_words for word in words)
        )

    return Board([line for line in board.lines if fits(line)])
