"""Authors write, submit, reword and withdraw; officials reword what has been admitted."""

from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.ids import new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import BODY, TITLE, TextShape, clean_text
from participation.processes.queries import lock_process
from participation.proposals.models import Proposal
from participation.proposals.queries import hold_proposal, is_author, process_of, with_words
from participation.proposals.rules import (
    IN_THE_HANDS_OF_ITS_AUTHOR,
    LIVE,
    PARTNERS,
    ProposalAction,
    ProposalKind,
    ProposalState,
    check_basis,
    next_state,
)
from participation.proposals.services.stations import add_station, hand_in, record_decision
from participation.proposals.services.words import (
    AUTHOR_NAME,
    OPTIONAL_BODY,
    TARGET_GROUP,
    Draft,
    Translation,
    assign_department,
    check_draft,
    name_unit,
    note_search_words,
    place_of,
    place_proposal,
    word_proposal,
)
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.rounds.queries import Participant, enter_round
from participation.texts.models import Origin, Text
from participation.texts.queries import original
from participation.texts.services import revise_text, translate_text, write_text

MAX_PER_PARTICIPANT: Final = 50
"""Proposals of one participant in one round: above what anybody writes, below what a script could flood us with."""


def start_draft(session: Session, slug: str, draft: Draft, *, actor: Actor, now: datetime) -> Proposal:
    """Begin a proposal in a round that asks for proposals; only its author sees it until it is submitted.

    The same draft sent twice in a row, as an impatient finger does, is one draft.
    """
    authorise(actor, Permission.PROPOSAL_WRITE)
    round_, participant = enter_round(session, slug, Task.PROPOSE, actor=actor, now=now)
    check_draft(draft)
    earlier = _repeated(session, round_.id, draft, participant, actor)
    if earlier is not None:
        return earlier
    _check_number(session, round_.id, participant, actor)
    identity = new_id()
    proposal = Proposal(
        id=identity,
        code=identity,
        process_id=round_.process_id,
        process=round_.process,
        state=ProposalState.DRAFT,
        round_id=round_.id,
        author_id=actor.id,
        organisation_id=participant.organisation_id,
        created_at=now,
        revision=1,
        events=[],
        serves=[],
    )
    word_proposal(session, proposal, draft, actor=actor, now=now)
    session.add(proposal)
    session.flush()
    place_proposal(session, proposal, draft.place)
    note_search_words(proposal)
    session.flush()
    return proposal


def submit(session: Session, proposal_id: str, *, actor: Actor, now: datetime, slug: str | None = None) -> Proposal:
    """Hand a draft in: it gets its code and everybody can read it.

    It goes into the round in which it was begun, or into another one of the same process that `slug` names.
    """
    authorise(actor, Permission.PROPOSAL_WRITE)
    process_id = process_of(session, proposal_id)
    begun_in = select(Round.slug).join(Proposal, Proposal.round_id == Round.id).where(Proposal.id == proposal_id)
    target = slug or session.scalar(begun_in) or ""
    round_, participant = enter_round(session, target, Task.PROPOSE, actor=actor, now=now)
    lock_process(session, process_id)
    proposal = _own(session, proposal_id, actor, now)
    if round_.process_id != process_id or participant.organisation_id != proposal.organisation_id:
        raise Conflict("round_of_somebody_else")
    if proposal.kind is ProposalKind.MEASURE and proposal.body is None:
        raise Invalid("text_missing", field=BODY.field)
    proposal.round_id = round_.id
    hand_in(session, proposal, actor=actor, now=now)
    return proposal


def revise(
    session: Session,
    proposal_id: str,
    draft: Draft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
    department: str | None = None,
    unit: str | None = None,
) -> Proposal:
    """Reword a proposal. Before the decision its author may, afterwards officials; submitted texts keep revisions.

    `based_on` is the revision that was edited: a change that somebody else made meanwhile is not overwritten. Which
    department and which unit of it answer for a measure is the office's to say.
    """
    lock_process(session, process_of(session, proposal_id))
    proposal = hold_proposal(session, proposal_id)
    _authorise_wording(session, proposal, actor, now)
    if department is not None or unit is not None:
        authorise(actor, Permission.PROPOSAL_EDIT, proposal)
    check_basis(proposal.revision, based_on)
    check_draft(draft)
    before = _as_it_stands(proposal)
    if proposal.state is ProposalState.DRAFT:
        word_proposal(session, proposal, draft, actor=actor, now=now)
    else:
        _reword(session, proposal, draft, actor=actor, now=now)
    place_proposal(session, proposal, draft.place)
    if department is not None:
        assign_department(session, proposal, department)
    if unit is not None:
        name_unit(proposal, unit)
    session.flush()
    if _as_it_stands(proposal) != before:
        _note_revision(session, proposal, actor=actor, now=now)
    return proposal


def translate(
    session: Session,
    proposal_id: str,
    words: Translation,
    *,
    actor: Actor,
    now: datetime,
    origin: Origin = Origin.HUMAN,
) -> Proposal:
    """Add a translation of the present wording: the author's own, or one by officials, marked as such."""
    lock_process(session, process_of(session, proposal_id))
    proposal = hold_proposal(session, proposal_id)
    by_author = proposal.state in IN_THE_HANDS_OF_ITS_AUTHOR and is_author(session, proposal, actor, now)
    if not by_author:
        if proposal.state is ProposalState.DRAFT:
            raise Forbidden("not_the_author")
        authorise(actor, Permission.PROPOSAL_EDIT, proposal)
        if proposal.state not in LIVE:
            raise Conflict("proposal_state", state=proposal.state.value, action=ProposalAction.REVISE.value)
    marked = Origin.AUTHOR if by_author else origin
    changed = False
    for text, typed, shape in (
        (proposal.title, words.title, TITLE),
        (proposal.body, words.body, BODY),
        (proposal.target_group, words.target_group, TARGET_GROUP),
        (proposal.partners, words.partners, PARTNERS),
    ):
        if text is not None and (typed.strip() or shape is TITLE):
            changed |= translate_text(
                session, text, typed, language=words.language, origin=marked, shape=shape, actor=actor, now=now
            )
    if changed and not by_author:
        record_decision(session, proposal, ProposalAction.REVISE, actor=actor, now=now, translation=words.language)
    note_search_words(proposal)
    session.flush()
    return proposal


def withdraw(session: Session, proposal_id: str, *, actor: Actor, now: datetime, reason: str = "") -> Proposal:
    """Take a proposal back before it is decided; its page stays and says so. Only its author may."""
    lock_process(session, process_of(session, proposal_id))
    proposal = _own(session, proposal_id, actor, now)
    reasons = {proposal.title.language: reason} if reason.strip() else None
    add_station(session, proposal, ProposalAction.WITHDRAW, actor=actor, now=now, reasons=reasons)
    return proposal


def _own(session: Session, proposal_id: str, actor: Actor, now: datetime) -> Proposal:
    authorise(actor, Permission.PROPOSAL_WRITE)
    proposal = hold_proposal(session, proposal_id)
    if not is_author(session, proposal, actor, now):
        raise Forbidden("not_the_author")
    return proposal


def _authorise_wording(session: Session, proposal: Proposal, actor: Actor, now: datetime) -> None:
    if proposal.state in IN_THE_HANDS_OF_ITS_AUTHOR:
        authorise(actor, Permission.PROPOSAL_WRITE)
        if not is_author(session, proposal, actor, now):
            raise Forbidden("not_the_author")
    else:
        authorise(actor, Permission.PROPOSAL_EDIT, proposal)
    next_state(proposal.state, ProposalAction.REVISE)


def _reword(session: Session, proposal: Proposal, draft: Draft, *, actor: Actor, now: datetime) -> None:
    if draft.language != proposal.title.language:
        raise Invalid("language_fixed", field="language", language=proposal.title.language)
    if draft.kind is not proposal.kind:
        raise Invalid("kind_fixed", field="kind", kind=proposal.kind.value)
    revise_text(session, proposal.title, draft.title, shape=TITLE, actor=actor, now=now)
    proposal.body = _reworded(session, proposal, proposal.body, draft.body, BODY, actor=actor, now=now)
    proposal.target_group = _reworded(
        session, proposal, proposal.target_group, draft.target_group, TARGET_GROUP, actor=actor, now=now
    )
    proposal.partners = _reworded(session, proposal, proposal.partners, draft.partners, PARTNERS, actor=actor, now=now)
    if proposal.organisation_id is None and proposal.state is ProposalState.SUBMITTED:
        proposal.author_name = clean_text(draft.author_name, AUTHOR_NAME)


def _reworded(
    session: Session,
    proposal: Proposal,
    text: Text | None,
    typed: str,
    shape: TextShape,
    *,
    actor: Actor,
    now: datetime,
) -> Text | None:
    if text is None:
        if not typed.strip():
            return None
        return write_text(session, typed, language=proposal.title.language, shape=shape, actor=actor, now=now)
    if not typed.strip() and not shape.required:
        session.delete(text)
        return None
    revise_text(session, text, typed, shape=shape, actor=actor, now=now)
    return text


def _as_it_stands(proposal: Proposal) -> tuple[object, ...]:
    texts = [(text.id, text.revision) for text in proposal.texts]
    return (texts, place_of(proposal), proposal.department_id, proposal.unit, proposal.author_name)


def _note_revision(session: Session, proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    """Count a revision; a draft's are nobody's business, later ones are stations, and officials' are recorded."""
    proposal.revision += 1
    if proposal.state is not ProposalState.DRAFT:
        add_station(session, proposal, ProposalAction.REVISE, actor=actor, now=now)
    if proposal.state not in IN_THE_HANDS_OF_ITS_AUTHOR:
        record_decision(session, proposal, ProposalAction.REVISE, actor=actor, now=now)
    note_search_words(proposal)
    session.flush()


def _repeated(session: Session, round_id: str, draft: Draft, participant: Participant, actor: Actor) -> Proposal | None:
    """Return the participant's latest draft of this round if it says the same."""
    latest = session.scalars(
        with_words(_of_participant(round_id, participant, actor))
        .where(Proposal.state == ProposalState.DRAFT)
        .order_by(Proposal.created_at.desc(), Proposal.id)
        .limit(1)
    ).one_or_none()
    if latest is None:
        return None
    said = (
        latest.kind,
        latest.title.language,
        original(latest.title).body,
        original(latest.body).body if latest.body else "",
    )
    again = (draft.kind, draft.language, clean_text(draft.title, TITLE), clean_text(draft.body, OPTIONAL_BODY))
    return latest if said == again else None


def _check_number(session: Session, round_id: str, participant: Participant, actor: Actor) -> None:
    mine = _of_participant(round_id, participant, actor).subquery()
    if (session.scalar(select(func.count()).select_from(mine)) or 0) >= MAX_PER_PARTICIPANT:
        raise Conflict("too_many_proposals", maximum=MAX_PER_PARTICIPANT)


def _of_participant(round_id: str, participant: Participant, actor: Actor) -> Select[Proposal]:
    mine = (
        Proposal.organisation_id == participant.organisation_id
        if participant.organisation_id
        else Proposal.author_id == actor.id
    )
    return select(Proposal).where(Proposal.round_id == round_id, mine)
