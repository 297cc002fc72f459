"""Proposals that were written elsewhere are entered as they stand, with what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.permissions import Permission, authorise
from participation.core.wording import BODY, TITLE, TextShape
from participation.processes.models import Process
from participation.processes.queries import lock_process
from participation.proposals.models import Proposal, ProposalEvent
from participation.proposals.queries import proposal_by_code
from participation.proposals.rules import PARTNERS, ProposalAction, ProposalKind, ProposalState
from participation.proposals.services.stations import write_reason
from participation.proposals.services.words import (
    NOWHERE,
    TARGET_GROUP,
    Place,
    assign_department,
    give_code,
    name_unit,
    note_search_words,
    place_proposal,
)
from participation.texts.models import Origin, Text
from participation.texts.services import write_texts


@dataclass(frozen=True, slots=True)
class Past:
    """A station that lies behind an entered proposal; `other` is the code of the proposal it was merged into."""

    action: ProposalAction
    at: datetime
    reasons: Mapping[str, str] = field(default_factory=dict)
    other: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A proposal as a file tells it. Texts map language tags to words; `language` is the one it was written in."""

    code: str
    kind: ProposalKind
    language: str
    titles: Mapping[str, str]
    bodies: Mapping[str, str] = field(default_factory=dict)
    target_groups: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    place: Place = NOWHERE
    department: str = ""
    unit: str = ""
    author_name: str = ""
    organisation_id: str | None = None
    round_id: str | None = None
    state: ProposalState = ProposalState.ADMITTED
    past: Sequence[Past] = ()


def record_proposal(session: Session, process: Process, told: Recorded, *, actor: Actor, now: datetime) -> Proposal:
    """Enter a proposal with its code, its state and its stations; without a past it was admitted just now.

    Codes are the caller's to check; a doubled one breaks a constraint. The importer is not its author.
    """
    authorise(actor, Permission.IMPORT_RUN, process)
    lock_process(session, process.id)
    past = told.past or (Past(ProposalAction.SUBMIT, now), Past(ProposalAction.ADMIT, now))
    first, last = past[0], past[-1]

    def written(bodies: Mapping[str, str], shape: TextShape) -> Text | None:
        if not any(body.strip() for body in bodies.values()):
            return None
        return write_texts(
            session, bodies, language=told.language, shape=shape, actor=actor, now=first.at, origins=told.origins
        )

    title = write_texts(
        session, told.titles, language=told.language, shape=TITLE, actor=actor, now=first.at, origins=told.origins
    )
    others = {station.other: proposal_by_code(session, process.id, station.other) for station in past if station.other}
    proposal = Proposal(
        process_id=process.id,
        process=process,
        kind=told.kind,
        state=told.state,
        title=title,
        body=written(told.bodies, BODY),
        target_group=written(told.target_groups, TARGET_GROUP),
        partners=written(told.partners, PARTNERS),
        author_name=told.author_name,
        organisation_id=told.organisation_id,
        round_id=told.round_id,
        merged_into=others[last.other] if told.state is ProposalState.MERGED else None,
        revision=1,
        created_at=first.at,
        submitted_at=first.at,
        decided_at=last.at if told.state not in {ProposalState.SUBMITTED, ProposalState.WITHDRAWN} else None,
        events=[],
        serves=[],
    )
    with session.no_autoflush:
        give_code(session, proposal, told.code)
    session.add(proposal)
    session.flush()
    place_proposal(session, proposal, told.place)
    if told.department:
        assign_department(session, proposal, told.department)
    name_unit(proposal, told.unit)
    for number, station in enumerate(past, start=1):
        reason = write_reason(session, proposal, station.action, station.reasons, actor=actor, now=station.at)
        proposal.events.append(
            ProposalEvent(
                number=number,
                action=station.action,
                revision=1,
                at=station.at,
                actor_id=actor.id,
                reason=reason,
                other=others.get(station.other),
            )
        )
    note_search_words(proposal)
    session.flush()
    return proposal
