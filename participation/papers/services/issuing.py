"""Issuing a paper to the council, taking it back, and finding out whether its annexes have changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries import envelope_document, granting, latest_settled
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.costings.queries import current_costings
from participation.papers.models import CouncilPaper, DocumentSnapshot
from participation.papers.queries import snapshot_document
from participation.papers.queries.concept_content import sheets_content
from participation.papers.rules.drafts import WITHDRAWAL
from participation.papers.rules.files import FileKind, SnapshotKind
from participation.papers.rules.papers import PaperAction, next_state
from participation.papers.services.composition import (
    FillIn,
    paper_document,
    plan_is_open,
    statements_document,
)
from participation.papers.services.files import request_file
from participation.papers.services.records import at_hand, keep
from participation.papers.services.writing import latest_plan
from participation.proposals.models import Proposal
from participation.results.rules.documents import document_hash
from participation.results.rules.round_snapshot import moment_text
from participation.texts.services import write_text

AT_ISSUE = (FileKind.PDF, FileKind.DOCX, FileKind.XLSX)
"""The files that are made without anybody asking, in the language of the paper."""


def issue_paper(
    session: Session, process: str, slug: str, *, seen: str, fill_in: FillIn, actor: Actor, now: datetime
) -> CouncilPaper:
    """Give a paper to the council: freeze everything that it says, and file the making of its files.

    `seen` is the hash of the document that was on the screen (preview_hash); where it would be another one now, nobody
    has read what would be issued. Raises Conflict `plan_not_settled`, `paper_seen_otherwise`, `figure_missing`.
    """
    paper = at_hand(session, process, slug, actor=actor)
    state = next_state(paper.state, PaperAction.ISSUE)
    if plan_is_open(paper.plan):
        raise Conflict("plan_not_settled", plan=paper.plan.slug if paper.plan else "")
    document = paper_document(session, paper, fill_in)
    if document_hash(document) != seen:
        raise Conflict("paper_seen_otherwise")
    _check_figures(document)
    issued_on = now.astimezone(ZoneInfo(paper.process.time_zone)).date().isoformat()
    frozen = {**document, "issued_at": moment_text(now), "issued_on": issued_on}
    snapshot = DocumentSnapshot(
        process_id=paper.process_id,
        kind=SnapshotKind.PAPER,
        sha256=document_hash(frozen),
        made_at=now,
        document=frozen,
    )
    session.add(snapshot)
    paper.snapshot = snapshot
    paper.state = state
    paper.issued_at = now
    paper.issued_by = actor.id or actor.kind.value
    keep(session, "paper.issued", paper, actor, now, {"number": paper.number, "sha256": snapshot.sha256})
    for kind in AT_ISSUE:
        request_file(session, snapshot, kind, paper.language, now=now)
    return paper


def withdraw_paper(
    session: Session, process: str, slug: str, reason: str, *, based_on: int, actor: Actor, now: datetime
) -> CouncilPaper:
    """Take an issued paper back; it stays readable where it was, and says why it was taken back."""
    paper = at_hand(session, process, slug, actor=actor, based_on=based_on)
    state = next_state(paper.state, PaperAction.WITHDRAW)
    paper.withdrawal_reason = write_text(
        session, reason, language=paper.language, shape=WITHDRAWAL, actor=actor, now=now
    )
    paper.state = state
    paper.withdrawn_at = now
    paper.withdrawn_by = actor.id or actor.kind.value
    keep(session, "paper.withdrawn", paper, actor, now, {"number": paper.number})
    return paper


def preview_hash(document: Mapping[str, Any]) -> str:
    """Return by what a preview is known again when the paper is issued."""
    return document_hash(document)


@dataclass(frozen=True, slots=True)
class Change:
    """What of a paper's annexes is another one now.

    `plan` is a later one and has its slug; `other_plan` is one that was settled later and does not rest on the paper's;
    `envelopes` are those that grant something else now than in the plan. Then there are `costings`, `sheets` and
    `statements`. `codes` are the envelopes, the measures whose costs were stated anew, or those of whose sheets
    something else than the costs is new.
    """

    key: str
    plan: str | None = None
    codes: tuple[str, ...] = ()


def changes_since(session: Session, paper: CouncilPaper, document: Mapping[str, Any]) -> list[Change]:
    """Return what has changed since a document was put together: a frozen one, or a plan that was settled before."""
    changes = []
    later = latest_plan(session, paper.plan)
    if later is not None and later is not paper.plan:
        changes.append(Change("plan", plan=later.slug))
    counting = latest_settled(session, paper.process_id)
    if later is not None and counting is not None and _is_after(counting, later):
        changes.append(Change("other_plan", plan=counting.slug))
    if document["plan"] is not None:
        granted = _granted_anew(session, paper.process_id, document["plan"])
        if granted:
            changes.append(Change("envelopes", codes=granted))
        codes = _costed_anew(session, paper.process_id, document["plan"])
        if codes:
            changes.append(Change("costings", codes=codes))
    if paper.snapshot_id is not None and document.get("sheets") is not None:
        codes = _worded_anew(session, paper, document)
        if codes:
            changes.append(Change("sheets", codes=codes))
    if document["plan"] and document["statements"] != statements_document(session, paper.process_id):
        changes.append(Change("statements"))
    return changes


def shown_document(session: Session, paper: CouncilPaper, fill_in: FillIn) -> dict[str, Any]:
    """Return what a reader of a paper is shown: the frozen document, or of a draft what it would be now."""
    if paper.snapshot_id is not None:
        return snapshot_document(session, paper.snapshot_id)
    return paper_document(session, paper, fill_in)


def _is_after(plan: Plan, other: Plan) -> bool:
    return plan.settled_at is not None and other.settled_at is not None and plan.settled_at > other.settled_at


_GRANTS = ("cents", "first_year", "last_year", "mode", "carries_over", "decided_on")


def _granted_anew(session: Session, process_id: str, plan: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the codes of envelopes that grant something else now, were withdrawn, or came since."""
    now = [envelope_document(one) for one in granting(session, process_id)]
    was, is_ = ({one["code"]: [one[key] for key in _GRANTS] for one in side} for side in (plan["envelopes"], now))
    return tuple(code for code in sorted(was.keys() | is_.keys()) if was.get(code) != is_.get(code))


def _costed_anew(session: Session, process_id: str, plan: Mapping[str, Any]) -> tuple[str, ...]:
    stated = {row["code"]: row["costing"]["revision"] if row["costing"] else None for row in plan["measures"]}
    rows = session.execute(
        select(Proposal.code, Proposal.id).where(Proposal.process_id == process_id, Proposal.code.in_(stated))
    )
    ids = {code: proposal_id for code, proposal_id in rows if code}
    now = current_costings(session, list(ids.values()))
    return tuple(
        code
        for code, revision in stated.items()
        if code in ids and (now[ids[code]].revision if ids[code] in now else None) != revision
    )


def _worded_anew(session: Session, paper: CouncilPaper, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the measures whose sheets would be others now. A translation that came later makes no other sheet."""
    now = sheets_content(session, paper.process, document["plan"], document["ranking"])
    shown, current = _by_code(document["sheets"]), _by_code(now)
    return tuple(code for code, said in shown.items() if current.get(code) != said)


def _by_code(sheets: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that each measure's sheet shows, the names of its field and goals included."""
    fields = {field["code"]: field["title"] for field in sheets["fields"]}
    goals = {goal["code"]: goal["title"] for field in sheets["fields"] for goal in field["goals"]}
    return {
        one["code"]: _untranslated([one, fields.get(one["field"]), [goals.get(code) for code in one["serves"]]])
        for one in sheets["measures"]
    }


def _untranslated(part: object) -> object:
    if isinstance(part, list):
        return [_untranslated(one) for one in part]
    if isinstance(part, dict):
        return {name: _untranslated(one) for name, one in part.items() if name != "translations"}
    return part


def _check_figures(document: Mapping[str, Any]) -> None:
    """Refuse a figure that the plan does not have, such as the second year of a plan over one."""
    for decision in document["decisions"]:
        if "{" in decision["text"]["body"]:
            raise Invalid("figure_missing", field="decisions", position=decision["position"])
