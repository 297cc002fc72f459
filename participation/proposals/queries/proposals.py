"""Reading proposals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, lazyload, load_only, selectinload

from participation.core.actor import Actor
from participation.core.errors import Invalid, NotFound
from participation.core.wording import searchable
from participation.processes.models import Field, Process
from participation.proposals.models import Proposal, ProposalEvent
from participation.proposals.rules import (
    LIVE,
    NEEDS_REASON,
    ProposalKind,
    ProposalState,
    letter_triples,
    title_likeness,
)
from participation.rounds.models import Round
from participation.rounds.queries import organisations_spoken_for
from participation.texts.models import Origin, Text
from participation.texts.queries import wordings


def proposal_by_code(session: Session, process_id: str, code: str) -> Proposal:
    """Return a proposal by its code, a draft by its id, or raise NotFound; who may read it is asked apart."""
    found = session.scalar(with_words(select(Proposal).where(Proposal.process_id == process_id, Proposal.code == code)))
    if found is None:
        raise NotFound("no_such_proposal", proposal=code)
    return found


def readable_proposal(session: Session, process: Process, code: str, *, actor: Actor, now: datetime) -> Proposal:
    """Return a proposal that the actor may read: what was submitted is public, a draft is its author's alone."""
    found = proposal_by_code(session, process.id, code)
    if found.submitted_at is None and not is_author(session, found, actor, now):
        raise NotFound("no_such_proposal", proposal=code)
    return found


def process_of(session: Session, proposal_id: str) -> str:
    """Return the id of a proposal's process: what is held before the proposal itself."""
    found = session.scalar(select(Proposal.process_id).where(Proposal.id == proposal_id))
    if found is None:
        raise NotFound("no_such_proposal", proposal=proposal_id)
    return found


def hold_proposal(session: Session, proposal_id: str) -> Proposal:
    """Return the proposal as it stands now, held until the transaction ends."""
    found = session.scalar(
        with_words(select(Proposal).where(Proposal.id == proposal_id))
        .with_for_update(of=Proposal)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("no_such_proposal", proposal=proposal_id)
    return found


def is_author(session: Session, proposal: Proposal, actor: Actor, now: datetime) -> bool:
    """Say whether the actor wrote the proposal, or speaks today for the organisation whose proposal it is."""
    if actor.is_anonymous or actor.is_system:
        return False
    if proposal.organisation_id is None:
        return proposal.author_id == actor.id
    spoken_for = organisations_spoken_for(session, proposal.process, actor, now)
    return proposal.organisation_id in {organisation.id for organisation in spoken_for}


def admitted(session: Session, process_id: str, kind: ProposalKind) -> Sequence[Proposal]:
    """Return the admitted goals or measures of a process in the order of lists."""
    return session.scalars(with_words(_admitted(process_id, kind))).all()


def admitted_in_brief(session: Session, process_id: str, kind: ProposalKind) -> Sequence[Proposal]:
    """Return the same with no more than titles and departments, for tables and choices."""
    return session.scalars(_admitted(process_id, kind).options(selectinload(Proposal.department))).all()


def sub_goals(session: Session, process_id: str) -> Sequence[Proposal]:
    """Return the admitted sub-goals of a process: those that measures serve and rounds prioritise."""
    return session.scalars(
        with_words(_admitted(process_id, ProposalKind.GOAL).where(Proposal.parent_id.is_not(None)))
    ).all()


def by_codes(session: Session, process_id: str, codes: Sequence[str], *, field: str = "codes") -> list[Proposal]:
    """Return proposals in the order of their codes; raises Invalid `unknown_proposal` for one that is not there.

    Drafts are not found: they are their author's alone.
    """
    known = known_codes(session, process_id, codes)
    for code in codes:
        if code not in known:
            raise Invalid("unknown_proposal", field=field, proposal=code)
    return [known[code] for code in codes]


def known_codes(session: Session, process_id: str, codes: Iterable[str]) -> dict[str, Proposal]:
    """Return those of the codes that proposals of the process have, with the proposals; drafts are not among them."""
    found = session.scalars(
        with_words(
            select(Proposal).where(
                Proposal.process_id == process_id,
                Proposal.code.in_(set(codes)),
                Proposal.state != ProposalState.DRAFT,
            )
        )
    )
    return {proposal.code: proposal for proposal in found}


def with_words(statement: Select[Proposal]) -> Select[Proposal]:
    """Load what a card, an option or a page says about each proposal, in a fixed number of queries."""
    return statement.options(
        selectinload(Proposal.body),
        selectinload(Proposal.target_group),
        selectinload(Proposal.partners),
        selectinload(Proposal.serves),
        selectinload(Proposal.parent),
        selectinload(Proposal.field),
        selectinload(Proposal.organisation),
        selectinload(Proposal.department),
    )


def _admitted(process_id: str, kind: ProposalKind) -> Select[Proposal]:
    return (
        select(Proposal)
        .where(Proposal.process_id == process_id, Proposal.kind == kind, Proposal.state == ProposalState.ADMITTED)
        .order_by(Proposal.position, Proposal.id)
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the list of proposals; what is empty does not narrow it.

    Without a state everything is shown but what was withdrawn.
    """

    kind: ProposalKind | None = None
    state: ProposalState | None = None
    field: str = ""
    language: str = ""
    search: str = ""


def listed(process_id: str, wanted: Wanted) -> Select[Proposal]:
    """Return the selection of public proposals that fit, in the order of lists, with what cards say about them.

    Every word of the search has to occur somewhere in code, title, text or target group, in any language.
    """
    conditions: list[ColumnElement[bool]] = [
        Proposal.process_id == process_id,
        Proposal.submitted_at.is_not(None),
        Proposal.state == wanted.state if wanted.state else Proposal.state != ProposalState.WITHDRAWN,
    ]
    if wanted.kind:
        conditions.append(Proposal.kind == wanted.kind)
    if wanted.field:
        conditions.append(Proposal.field.has(Field.code == wanted.field))
    if wanted.language:
        conditions.append(Proposal.title.has(Text.language == wanted.language))
    conditions += [Proposal.search_words.contains(word, autoescape=True) for word in searchable(wanted.search).split()]
    return with_relatives(select(Proposal).where(*conditions).order_by(Proposal.position, Proposal.id))


def languages_written(session: Session, process_id: str) -> list[str]:
    """Return the languages in which public proposals of a process were written, the most used first."""
    rows = session.execute(
        select(Text.language, func.count())
        .join(Proposal, Proposal.title_id == Text.id)
        .where(Proposal.process_id == process_id, Proposal.submitted_at.is_not(None))
        .group_by(Text.language)
        .order_by(func.count().desc(), Text.language)
    )
    return [row[0] for row in rows]


def drafts_of(session: Session, process: Process, actor: Actor, now: datetime) -> Sequence[Proposal]:
    """Return the drafts that the actor may go on with, their own and their organisations', the newest first."""
    if actor.is_anonymous or actor.is_system:
        return []
    spoken_for = [organisation.id for organisation in organisations_spoken_for(session, process, actor, now)]
    mine = and_(Proposal.organisation_id.is_(None), Proposal.author_id == actor.id)
    return session.scalars(
        select(Proposal)
        .where(
            Proposal.process_id == process.id,
            Proposal.state == ProposalState.DRAFT,
            or_(mine, Proposal.organisation_id.in_(spoken_for)),
        )
        .order_by(Proposal.created_at.desc(), Proposal.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Relatives:
    """What stands around a proposal: what was merged into it (and into that), its parts, what serves it."""

    taken_in: Sequence[Proposal]
    parts: Sequence[Proposal]
    sub_goals: Sequence[Proposal]
    measures: Sequence[Proposal]


def relatives_of(session: Session, proposal: Proposal) -> Relatives:
    """Return what stands around a proposal, each in the order of lists."""
    return Relatives(
        taken_in=_taken_in(session, proposal),
        parts=_near(session, Proposal.split_from_id == proposal.id),
        sub_goals=_near(session, Proposal.parent_id == proposal.id, Proposal.state == ProposalState.ADMITTED),
        measures=_near(
            session, Proposal.serves.any(Proposal.id == proposal.id), Proposal.state == ProposalState.ADMITTED
        ),
    )


def _taken_in(session: Session, proposal: Proposal) -> list[Proposal]:
    found: list[Proposal] = []
    newest = [proposal.id]
    while newest:
        children = _near(session, Proposal.merged_into_id.in_(newest))
        found += children
        newest = [child.id for child in children]
    return found


def _near(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Proposal]:
    return session.scalars(
        select(Proposal)
        .where(*conditions)
        .order_by(Proposal.position, Proposal.id)
        .options(selectinload(Proposal.organisation), selectinload(Proposal.events))
    ).all()


def with_relatives(statement: Select[Proposal]) -> Select[Proposal]:
    """Load beside the words where a proposal came from and where it went."""
    only_code = (load_only(Proposal.code, Proposal.state), lazyload(Proposal.title))
    return with_words(statement).options(
        selectinload(Proposal.merged_into).options(*only_code),
        selectinload(Proposal.split_from).options(*only_code),
        selectinload(Proposal.round).options(
            load_only(Round.slug), lazyload(Round.title), lazyload(Round.process), lazyload(Round.phase)
        ),
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """Another proposal whose title is spelt alike, in percent of shared letter triples.

    Both titles exist in `language`, and in it they were compared. `translated` says who made the less certain of the
    two wordings, None where both are their authors' own words; `is_stale` that one was made from an earlier wording.
    """

    proposal: Proposal
    percent: int
    language: str
    translated: Origin | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a comparison of titles found, and with how many proposals there was no language to compare in."""

    found: Sequence[Alike]
    uncompared: int


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A title in one language, cut for the comparison."""

    triples: frozenset[str]
    translated: Origin | None
    is_stale: bool


def spelt_alike(session: Session, proposals: Sequence[Proposal], *, least: int = 40) -> dict[str, Likeness]:
    """Return for each proposal the other live ones of its kind with a similar title, the most similar first.

    Titles are compared in every language that both have, be it through translations that exist; none is made for it.
    This is spelling, not meaning.
    """
    if not proposals:
        return {}
    others = session.scalars(
        select(Proposal).where(Proposal.process_id == proposals[0].process_id, Proposal.state.in_(LIVE))
    ).all()
    pieces = {one.id: _pieces(one.title) for one in (*others, *proposals)}
    return {one.id: _likeness(one, others, pieces, least) for one in proposals}


def _pieces(title: Text) -> dict[str, _Pieces]:
    return {
        tag: _Pieces(letter_triples(shown.body), shown.origin if shown.is_translation else None, shown.is_stale)
        for tag, shown in wordings(title).items()
    }


def _likeness(
    one: Proposal, others: Sequence[Proposal], pieces: Mapping[str, Mapping[str, _Pieces]], least: int
) -> Likeness:
    own, found, uncompared = pieces[one.id], [], 0
    for other in others:
        if other.id == one.id or other.kind is not one.kind:
            continue
        theirs = pieces[other.id]
        nearest = max(
            (_compared(other, tag, own[tag], theirs[tag]) for tag in own.keys() & theirs.keys()),
            key=lambda alike: (alike.percent, alike.translated is None, alike.language),
            default=None,
        )
        if nearest is None:
            uncompared += 1
        elif nearest.percent >= least:
            found.append(nearest)
    found.sort(key=lambda alike: (-alike.percent, alike.proposal.position))
    return Likeness(found[:3], uncompared)


def _compared(other: Proposal, language: str, own: _Pieces, theirs: _Pieces) -> Alike:
    translations = [piece.translated for piece in (own, theirs) if piece.translated is not None]
    origin = Origin.MACHINE if Origin.MACHINE in translations else next(iter(translations), None)
    percent = title_likeness(own.triples, theirs.triples)
    return Alike(other, percent, language, origin, own.is_stale or theirs.is_stale)


def mergeable_with(session: Session, proposal: Proposal) -> Sequence[Proposal]:
    """Return the proposals into which this one could be merged, in the order of lists."""
    live = [ProposalState.ADMITTED] if proposal.state is ProposalState.ADMITTED else list(LIVE)
    return session.scalars(
        select(Proposal)
        .where(
            Proposal.process_id == proposal.process_id,
            Proposal.kind == proposal.kind,
            Proposal.state.in_(live),
            Proposal.id != proposal.id,
        )
        .order_by(Proposal.position, Proposal.id)
    ).all()


def refusals_between(
    session: Session, process_id: str, opened_at: datetime, closed_at: datetime
) -> Sequence[ProposalEvent]:
    """Return which proposals of a process were merged, split or declined in a span of time, with the reasons."""
    return session.scalars(
        select(ProposalEvent)
        .join(Proposal, Proposal.id == ProposalEvent.proposal_id)
        .where(
            Proposal.process_id == process_id,
            ProposalEvent.action.in_(NEEDS_REASON),
            ProposalEvent.at >= opened_at,
            ProposalEvent.at < closed_at,
        )
        .order_by(ProposalEvent.at, ProposalEvent.id)
        .options(selectinload(ProposalEvent.proposal))
    ).all()


def count_contributions_of(session: Session, account_id: str) -> tuple[int, int]:
    """Return how many proposals of somebody would stay, and how many drafts would be deleted."""
    states = session.execute(
        select(Proposal.state, Proposal.organisation_id).where(Proposal.author_id == account_id)
    ).all()
    drafts = sum(state is ProposalState.DRAFT and organisation is None for state, organisation in states)
    return len(states) - drafts, drafts
