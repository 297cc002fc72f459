"""Costs of many measures at once, as a sheet brings them: judged first, entered together or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid
from participation.core.permissions import Permission, authorise, may
from participation.costings.models import Costing, Costs
from participation.costings.queries import Line, Sheet, sheet
from participation.costings.services import check_may_enter_in, checked_costs, enter_costing, says_the_same
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.rounds.queries import departments_acted_for


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row says: the measure, the revision that it was filled in from, and what it costs.

    `costs` is None where the row cannot be read; `faults` then say why. `row` is where it stands in a file.
    """

    code: str
    based_on: int
    costs: Costs | None
    row: int = 0
    faults: Sequence[DomainError] = ()


class Verdict(StrEnum):
    """What taking over a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    STALE = "stale"
    REFUSED = "refused"


TAKEN_OVER = frozenset({Verdict.NEW, Verdict.CHANGED})


@dataclass(frozen=True, slots=True)
class Judged:
    """A row beside what is stated now; `costs` are those of the row in the form in which they would be stored."""

    stated: Stated
    verdict: Verdict
    proposal: Proposal | None = None
    present: Costing | None = None
    costs: Costs | None = None
    faults: Sequence[DomainError] = field(default_factory=tuple)


def measures_to_fill_in(session: Session, process: Process, *, actor: Actor) -> Sheet:
    """Return what somebody may fill in: the office every admitted measure, others those of their departments."""
    authorise(actor, Permission.COSTING_ENTER, process)
    whole = sheet(session, process.id)
    if may(actor, Permission.COSTING_ENTER_ANY, process):
        return whole
    return whole.of_departments({one.id for one in departments_acted_for(session, process.id, actor)})


def preview_costings(
    session: Session, process: Process, rows: Sequence[Stated], *, actor: Actor, now: datetime, slug: str | None = None
) -> list[Judged]:
    """Say of each row what taking it over would do; writes nothing.

    Raises what `enter_costing` raises where nothing at all could be entered now.
    """
    check_may_enter_in(session, process.id, slug, actor=actor, now=now)
    lines = {line.proposal.code: line for line in sheet(session, process.id).lines}
    mine = _own_departments(session, process, actor)
    seen: set[str] = set()
    judged = []
    for row in rows:
        judged.append(_judge(row, lines.get(row.code), mine, seen))
        seen.add(row.code)
    return judged


def apply_costings(
    session: Session, process: Process, rows: Sequence[Stated], *, actor: Actor, now: datetime, slug: str | None = None
) -> list[Costing]:
    """Enter every row in the caller's transaction, or refuse all of them and name each that is at fault.

    Raises Conflict `costings_changed` where somebody stated costs since the rows were filled in, else Faults.
    """
    judged = preview_costings(session, process, rows, actor=actor, now=now, slug=slug)
    stale = [one.stated.code for one in judged if one.verdict is Verdict.STALE]
    if stale:
        raise Conflict("costings_changed", field="rows", codes=", ".join(stale), count=len(stale))
    faults = [fault for one in judged if one.verdict is Verdict.REFUSED for fault in one.faults]
    if faults:
        raise Faults("costings_refused", faults)
    wanted = [(one.proposal, one.costs, one.stated) for one in judged if one.verdict in TAKEN_OVER]
    return [
        enter_costing(session, measure.id, costs, based_on=row.based_on, actor=actor, now=now, slug=slug)
        for measure, costs, row in sorted(wanted, key=lambda one: one[0].id if one[0] else "")  # all lock in one order
        if measure is not None and costs is not None
    ]


def _own_departments(session: Session, process: Process, actor: Actor) -> frozenset[str] | None:
    """Return the departments for whose measures the actor answers; None for the office, which answers for all."""
    if may(actor, Permission.COSTING_ENTER_ANY, process):
        return None
    return frozenset(department.id for department in departments_acted_for(session, process.id, actor))


def _judge(row: Stated, line: Line | None, mine: frozenset[str] | None, seen: Collection[str]) -> Judged:
    if line is None:
        return Judged(row, Verdict.REFUSED, faults=[*row.faults, _at("measure_unknown", row)])
    measure, present = line.proposal, line.costing
    faults = list(row.faults)
    if row.code in seen:
        faults.append(_at("measure_doubled", row))
    if mine is not None and measure.department_id not in mine:
        faults.append(Forbidden("not_your_department", field="code", **_place(row)))
    costs = None
    if row.costs is not None:
        try:
            costs = checked_costs(row.costs)
        except Invalid as refusal:
            found = refusal.faults if isinstance(refusal, Faults) else [refusal]
            faults += [Invalid(one.code, field=one.field, **_place(row), **one.facts) for one in found]
    if faults or costs is None:
        return Judged(row, Verdict.REFUSED, measure, present, costs, faults)
    return Judged(row, _verdict(row, present, costs), measure, present, costs)


def _verdict(row: Stated, present: Costing | None, costs: Costs) -> Verdict:
    if present is not None and says_the_same(present, costs):
        return Verdict.SAME
    if row.based_on != (present.revision if present else 0):
        return Verdict.STALE
    return Verdict.CHANGED if present else Verdict.NEW


def _at(code: str, row: Stated, **facts: object) -> Invalid:
    return Invalid(code, field="code", **_place(row), **facts)


def _place(row: Stated) -> dict[str, object]:
    return {"proposal": row.code, "row": row.row}
