"""The example city's further proposals and comments, in the languages in which they were written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Department, Organisation
from participation.comments.models import Comment
from participation.comments.services import Recorded as RecordedComment
from participation.comments.services import record_comment
from participation.core.actor import SYSTEM
from participation.exchange.city import Calendar, City
from participation.processes.models import Field, Process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalAction, ProposalKind, ProposalState
from participation.proposals.services import Past, Place, Recorded, record_proposal
from participation.rounds.models import Round
from participation.texts.models import Origin
from participation.texts.queries import original

_DECISIONS: Mapping[ProposalState, ProposalAction] = {
    ProposalState.ADMITTED: ProposalAction.ADMIT,
    ProposalState.MERGED: ProposalAction.MERGE,
    ProposalState.DECLINED: ProposalAction.DECLINE,
    ProposalState.WITHDRAWN: ProposalAction.WITHDRAW,
}
_ANSWERING: Mapping[str, str] = {"X03": "D4", "X05": "D5", "X11": "D2"}
"""Which department answers for what was admitted; none has stated the costs yet."""


class _Contributions:
    """What proposals and comments of the file refer to."""

    def __init__(self, session: Session, process: Process, calendar: Calendar) -> None:
        self.session = session
        self.process = process
        self.calendar = calendar
        self.rounds = dict(session.execute(select(Round.slug, Round.id)).all())
        self.organisations = {
            organisation.code: organisation
            for organisation in session.scalars(select(Organisation).where(Organisation.process_id == process.id))
        }
        departments = session.scalars(select(Department).where(Department.process_id == process.id))
        self.departments = {department.code: original(department.title).body for department in departments}
        self.fields = dict(session.execute(select(Field.code, Field.id).where(Field.process_id == process.id)).all())
        self.proposals = {
            proposal.code: proposal
            for proposal in session.scalars(select(Proposal).where(Proposal.process_id == process.id))
        }

    def at(self, day: int, *, after: int = 0) -> datetime:
        """Return a moment of the day, never in the future; `after` keeps what came later in its order."""
        return self.calendar.not_after_now(self.calendar.noon(day)).replace(second=after)

    def origins(self, language: str, bodies: Mapping[str, str]) -> dict[str, Origin]:
        """Say who worded what: the author the original, a machine the rest."""
        return {tag: Origin.AUTHOR if tag == language else Origin.MACHINE for tag in bodies}

    def author(self, by: Mapping[str, str]) -> tuple[str, Organisation | None]:
        """Return the shown name and the organisation of a contribution."""
        organisation = self.organisations[by["organisation"]] if "organisation" in by else None
        name = self.departments[by["department"]] if "department" in by else by.get("given_name", "")
        return name, organisation


def enter_proposals(session: Session, process: Process, city: City, calendar: Calendar) -> None:
    """Enter the proposals that people and organisations handed in, with what was decided about them."""
    known = _Contributions(session, process, calendar)
    for entry in city["proposals_extra"]:
        told = _told(known, entry)
        record_proposal(session, process, told, actor=SYSTEM, now=told.past[-1].at)


def _told(known: _Contributions, entry: Mapping[str, Any]) -> Recorded:
    name, organisation = known.author(entry["by"])
    state = ProposalState(entry["state"])
    past = [Past(ProposalAction.SUBMIT, known.at(entry["submitted_day"]))]
    if "decided_day" in entry:
        decided = known.at(entry["decided_day"], after=1)
        past.append(Past(_DECISIONS[state], decided, entry.get("reason", {}), entry.get("merged_into", "")))
    in_field = entry["serves"] in known.fields
    return Recorded(
        code=entry["code"],
        kind=ProposalKind(entry["kind"]),
        language=entry["language"],
        titles=entry["title"],
        bodies=entry["text"],
        origins=known.origins(entry["language"], entry["title"]),
        place=Place(field=entry["serves"]) if in_field else Place(serves=(entry["serves"],)),
        author_name=name,
        organisation_id=organisation.id if organisation else None,
        round_id=known.rounds[entry["round"]],
        state=state,
        past=past,
        department=_ANSWERING.get(entry["code"], ""),
    )


def enter_comments(session: Session, process: Process, city: City, calendar: Calendar) -> None:
    """Enter the comments, their replies and the decision of moderation among them."""
    known = _Contributions(session, process, calendar)
    by_number: dict[int, Comment] = {}
    for entry in city["comments"]:
        by_number[entry["number"]] = _comment(known, entry, by_number)
    session.flush()


def _comment(known: _Contributions, entry: Mapping[str, Any], by_number: Mapping[int, Comment]) -> Comment:
    name, organisation = known.author(entry["by"])
    words, language = entry["text"], entry["language"]
    bodies = words if isinstance(words, Mapping) else {language: words}
    statement = entry.get("statement_of_reasons")
    told = RecordedComment(
        language=language,
        bodies=bodies,
        origins=known.origins(language, bodies),
        at=known.at(entry["day"], after=entry["number"]),
        round_id=known.rounds[entry["round"]],
        reply_to=by_number[entry["reply_to"]].id if entry["reply_to"] else None,
        author_name=name,
        organisation_id=organisation.id if organisation else None,
        hidden_because=_grounds(statement) if statement else None,
        hidden_at=known.at(entry["hidden_day"]) if statement else None,
    )
    return record_comment(known.session, known.proposals[entry["about"]], told, actor=SYSTEM, now=told.at)


def _grounds(statement: Mapping[str, Any]) -> dict[str, str]:
    """Join what happened and which rule it breaks to one reason in each language."""
    return {tag: f"{statement['facts'][tag]} {ground}" for tag, ground in statement["ground"].items()}
