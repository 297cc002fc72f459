"""Reading costings."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from participation.accounts.models import Department
from participation.costings.models import Costing, CostReminder, Cover
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted_in_brief, with_words
from participation.proposals.rules import ProposalKind, ProposalState


def current_costings(session: Session, proposal_ids: Collection[str]) -> dict[str, Costing]:
    """Return the highest revision of each proposal's costing, by proposal id; those without one are missing."""
    highest = (
        select(Costing.proposal_id, func.max(Costing.revision).label("revision"))
        .where(Costing.proposal_id.in_(set(proposal_ids)))
        .group_by(Costing.proposal_id)
        .subquery()
    )
    rows = session.scalars(
        select(Costing).join(
            highest, (Costing.proposal_id == highest.c.proposal_id) & (Costing.revision == highest.c.revision)
        )
    )
    return {costing.proposal_id: costing for costing in rows}


def costings_at(session: Session, revisions: Mapping[str, int]) -> dict[str, Costing]:
    """Return the costing of each proposal that had a revision, by proposal id: what was stated at some earlier time."""
    rows = session.scalars(
        select(Costing).where(tuple_(Costing.proposal_id, Costing.revision).in_(list(revisions.items())))
    )
    return {costing.proposal_id: costing for costing in rows}


def open_measures(session: Session, process_id: str) -> Sequence[Proposal]:
    """Return the admitted measures whose present costing says that nothing covers them yet."""
    highest = select(Costing.proposal_id, func.max(Costing.revision).label("revision")).group_by(Costing.proposal_id)
    latest = highest.subquery()
    return session.scalars(
        with_words(
            select(Proposal)
            .join(Costing, Costing.proposal_id == Proposal.id)
            .join(latest, (Costing.proposal_id == latest.c.proposal_id) & (Costing.revision == latest.c.revision))
            .where(
                Proposal.process_id == process_id,
                Proposal.kind == ProposalKind.MEASURE,
                Proposal.state == ProposalState.ADMITTED,
                Costing.cover == Cover.OPEN,
            )
            .order_by(Proposal.position, Proposal.id)
        )
    ).all()


def owed_by_process(session: Session, process_ids: Collection[str]) -> dict[str, int]:
    """Return how many admitted measures have no costing, by process; those in which none is owed are missing."""
    rows = session.execute(
        select(Proposal.process_id, func.count())
        .where(
            Proposal.process_id.in_(process_ids),
            Proposal.kind == ProposalKind.MEASURE,
            Proposal.state == ProposalState.ADMITTED,
            ~select(Costing.id).where(Costing.proposal_id == Proposal.id).exists(),
        )
        .group_by(Proposal.process_id)
    ).all()
    return dict(rows)


def costings_of(session: Session, proposal_id: str) -> Sequence[Costing]:
    """Return every statement of what a measure costs, the present one first."""
    return session.scalars(
        select(Costing).where(Costing.proposal_id == proposal_id).order_by(Costing.revision.desc())
    ).all()


def last_reminders(session: Session, process_id: str) -> dict[str, CostReminder]:
    """Return when each department was last reminded of costs, by its id."""
    rows = session.scalars(
        select(CostReminder)
        .join(CostReminder.department)
        .where(Department.process_id == process_id)
        .order_by(CostReminder.day)
    )
    return {reminder.department_id: reminder for reminder in rows}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in a measure's history, with the one that it replaced."""

    costing: Costing
    before: Costing | None


def history_of(session: Session, proposal_id: str) -> list[Statement]:
    """Return every statement of what a measure costs with the one before it, the present one first."""
    costings = costings_of(session, proposal_id)
    replaced = [*costings, None][1:]
    return [Statement(costing, before) for costing, before in zip(costings, replaced, strict=True)]


@dataclass(frozen=True, slots=True)
class Line:
    """A measure on the sheet of costs, with the sum of all volumes down to it."""

    proposal: Proposal
    costing: Costing | None
    running_cents: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Admitted measures with what they cost. A volume is one-off cost plus one full year's running cost."""

    lines: Sequence[Line]

    def of_departments(self, ids: Collection[str | None]) -> "Sheet":
        """Return the sheet of the measures for which some departments answer, None for nobody's."""
        return _summed((line.proposal, line.costing) for line in self.lines if line.proposal.department_id in ids)

    def of_cover(self, cover: Cover) -> "Sheet":
        """Return the sheet of the measures that the budget covers, or of those that nothing covers yet."""
        return _summed((one.proposal, one.costing) for one in self.lines if one.costing and one.costing.cover == cover)

    @property
    def owed(self) -> list[Line]:
        """Return the measures whose cost nobody has stated."""
        return [line for line in self.lines if line.costing is None]

    @property
    def once_cents(self) -> int:
        """Return the sum of all one-off costs."""
        return sum(costing.once_cents for costing in self._costings)

    @property
    def annual_cents(self) -> int:
        """Return the sum of all running costs of one full year."""
        return sum(costing.annual_cents for costing in self._costings)

    @property
    def volume_cents(self) -> int:
        """Return the sum of both."""
        return self.once_cents + self.annual_cents

    @property
    def ending_cents(self) -> int:
        """Return the part of the yearly costs that ends after the years stated with them."""
        return sum(costing.annual_cents for costing in self._costings if costing.years is not None)

    @property
    def posts_hundredths(self) -> int:
        """Return the sum of all stated posts, in hundredths."""
        return sum(costing.posts_hundredths or 0 for costing in self._costings)

    @property
    def uncounted_posts(self) -> int:
        """Return for how many measures a post is needed without anybody having said how many."""
        return sum(costing.needs_post and costing.posts_hundredths is None for costing in self._costings)

    @property
    def covered_cents(self) -> int:
        """Return the volume of what the budget covers."""
        return self.of_cover(Cover.COVERED).volume_cents

    @property
    def open_cents(self) -> int:
        """Return the volume of what nothing covers yet."""
        return self.of_cover(Cover.OPEN).volume_cents

    @property
    def costed(self) -> list[Line]:
        """Return the measures whose cost somebody has stated."""
        return [line for line in self.lines if line.costing is not None]

    @property
    def _costings(self) -> list[Costing]:
        return [line.costing for line in self.lines if line.costing is not None]


def sheet(session: Session, process_id: str) -> Sheet:
    """Return the sheet of a process's admitted measures."""
    measures = admitted_in_brief(session, process_id, ProposalKind.MEASURE)
    costings = current_costings(session, [measure.id for measure in measures])
    return _summed((measure, costings.get(measure.id)) for measure in measures)


def _summed(rows: Iterable[tuple[Proposal, Costing | None]]) -> Sheet:
    lines: list[Line] = []
    running = 0
    for measure, costing in rows:
        running += costing.volume.cents if costing else 0
        lines.append(Line(measure, costing, running))
    return Sheet(lines)
