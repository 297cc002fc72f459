"""What is said about a proposal: its words, and its place among fields and goals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Department
from participation.core.actor import Actor
from participation.core.errors import DomainError, Faults, Invalid
from participation.core.languages import language as known_language
from participation.core.wording import BODY, NAME, TITLE, TextShape, clean_text, searchable
from participation.processes.models import Field
from participation.proposals.models import Proposal
from participation.proposals.queries import by_codes
from participation.proposals.rules import PARTNERS, UNIT, ProposalKind, ProposalState, next_code
from participation.texts.models import Text
from participation.texts.queries import wordings
from participation.texts.services import write_text

AUTHOR_NAME: Final = TextShape("author_name", NAME.maximum, one_line=True, required=False)
TARGET_GROUP: Final = TextShape("target_group", TITLE.maximum, one_line=True, required=False)
OPTIONAL_BODY: Final = TextShape("body", BODY.maximum, required=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a proposal belongs, by codes: its field, a sub-goal's parent, the sub-goals that a measure serves."""

    field: str = ""
    parent: str = ""
    serves: tuple[str, ...] = ()


NOWHERE: Final = Place()
"""A proposal whose author left it to officials to say where it belongs."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody proposes, in one language. A measure needs a body; a goal may be a single sentence."""

    kind: ProposalKind
    language: str
    title: str
    body: str = ""
    target_group: str = ""
    partners: str = ""
    place: Place = NOWHERE
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A proposal's words in another language; what is left blank stays untranslated."""

    language: str
    title: str
    body: str = ""
    target_group: str = ""
    partners: str = ""


def check_draft(draft: Draft) -> None:
    """Refuse words that cannot be kept, all faults at once."""
    faults: list[DomainError] = []
    for typed, shape in (
        (draft.title, TITLE),
        (draft.body, OPTIONAL_BODY),
        (draft.target_group, TARGET_GROUP),
        (draft.partners, PARTNERS),
        (draft.author_name, AUTHOR_NAME),
    ):
        try:
            clean_text(typed, shape)
        except DomainError as fault:
            faults.append(fault)
    if draft.partners.strip() and draft.kind is not ProposalKind.MEASURE:
        faults.append(Invalid("only_measures_have_partners", field=PARTNERS.field))
    try:
        known_language(draft.language, field="language")
    except DomainError as fault:
        faults.append(fault)
    Faults.refuse(faults)


def word_proposal(session: Session, proposal: Proposal, draft: Draft, *, actor: Actor, now: datetime) -> None:
    """Give a proposal its words anew, without a trace of earlier ones: for new proposals and for drafts."""
    earlier = proposal.texts

    def written(typed: str, shape: TextShape) -> Text:
        return write_text(session, typed, language=draft.language, shape=shape, actor=actor, now=now)

    with session.no_autoflush:
        proposal.kind = draft.kind
        proposal.title = written(draft.title, TITLE)
        proposal.body = written(draft.body, BODY) if draft.body.strip() else None
        proposal.target_group = written(draft.target_group, TARGET_GROUP) if draft.target_group.strip() else None
        proposal.partners = written(draft.partners, PARTNERS) if draft.partners.strip() else None
        proposal.author_name = "" if proposal.organisation_id else clean_text(draft.author_name, AUTHOR_NAME)
    session.flush()
    for text in earlier:
        session.delete(text)


def place_proposal(session: Session, proposal: Proposal, place: Place) -> None:
    """Put a proposal into its field, under its parent and beside the sub-goals that it serves.

    A field that is not named follows from the parent or from the first sub-goal served.
    """
    parent = _parent(session, proposal, place.parent) if place.parent else None
    serves = _served(session, proposal, place.serves)
    field = _field(session, proposal.process_id, place.field) if place.field else None
    if field and parent and parent.field_id and field.id != parent.field_id:
        raise Invalid("field_not_of_parent", field="field", parent=parent.code)
    following = parent or next(iter(serves), None)
    proposal.parent = parent
    proposal.serves = serves
    proposal.field = field or (following.field if following else None)


def place_of(proposal: Proposal) -> Place:
    """Return where a proposal is now."""
    return Place(
        proposal.field.code if proposal.field else "",
        proposal.parent.code if proposal.parent else "",
        tuple(goal.code for goal in proposal.serves),
    )


def give_code(session: Session, proposal: Proposal, code: str | None = None) -> None:
    """Give a proposal its code and its place at the end of lists; the process is held while this is done."""
    taken = session.execute(
        select(Proposal.code, Proposal.position).where(Proposal.process_id == proposal.process_id)
    ).all()
    proposal.code = code or next_code(row.code for row in taken)
    proposal.position = max((row.position for row in taken), default=0) + 1


def assign_department(session: Session, proposal: Proposal, code: str) -> None:
    """Make a department answer for a measure."""
    if proposal.kind is not ProposalKind.MEASURE:
        raise Invalid("only_measures_have_departments", field="department")
    department = session.scalar(
        select(Department).where(Department.process_id == proposal.process_id, Department.code == code)
    )
    if department is None:
        raise Invalid("unknown_department", field="department", department=code)
    proposal.department = department


def name_unit(proposal: Proposal, unit: str) -> None:
    """Name the part of the department that is in charge of a measure, or nobody in particular."""
    if unit.strip() and proposal.kind is not ProposalKind.MEASURE:
        raise Invalid("only_measures_have_units", field=UNIT.field)
    proposal.unit = clean_text(unit, UNIT)


def note_search_words(proposal: Proposal) -> None:
    """Let the search find the proposal by its code and by its words in every language."""
    bodies = [shown.body for text in proposal.texts for shown in wordings(text).values()]
    proposal.search_words = searchable("\n".join([proposal.code, *bodies]))


def children_of(session: Session, proposal: Proposal) -> Sequence[Proposal]:
    """Return the sub-goals of a goal that have not been withdrawn, declined, merged or split."""
    return session.scalars(
        select(Proposal).where(
            Proposal.parent_id == proposal.id,
            Proposal.state.in_([ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.ADMITTED]),
        )
    ).all()


def _field(session: Session, process_id: str, code: str) -> Field:
    found = session.scalar(select(Field).where(Field.process_id == process_id, Field.code == code))
    if found is None:
        raise Invalid("unknown_field", field="field", theme=code)
    return found


def _parent(session: Session, proposal: Proposal, code: str) -> Proposal:
    if proposal.kind is not ProposalKind.GOAL:
        raise Invalid("only_goals_have_parents", field="parent")
    parent = by_codes(session, proposal.process_id, [code], field="parent")[0]
    if parent.kind is not ProposalKind.GOAL or parent.parent_id or parent.state is not ProposalState.ADMITTED:
        raise Invalid("parent_is_no_main_goal", field="parent", proposal=code)
    if parent.id == proposal.id or (proposal.id and children_of(session, proposal)):
        raise Invalid("goal_has_sub_goals", field="parent")
    return parent


def _served(session: Session, proposal: Proposal, codes: Sequence[str]) -> list[Proposal]:
    if codes and proposal.kind is not ProposalKind.MEASURE:
        raise Invalid("only_measures_serve_goals", field="serves")
    if len(set(codes)) < len(codes):
        raise Invalid("goal_named_twice", field="serves")
    goals = by_codes(session, proposal.process_id, codes, field="serves")
    for goal in goals:
        if goal.kind is not ProposalKind.GOAL or not goal.parent_id or goal.state is not ProposalState.ADMITTED:
            raise Invalid("serves_no_sub_goal", field="serves", proposal=goal.code)
    return goals


def measures_serving(session: Session, goal: Proposal) -> int:
    """Return how many live measures serve a goal."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Proposal)
            .where(
                Proposal.serves.any(Proposal.id == goal.id),
                Proposal.state.in_([ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.ADMITTED]),
            )
        )
        or 0
    )
