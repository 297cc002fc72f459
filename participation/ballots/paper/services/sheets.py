"""Making and printing sheets."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from participation.ballots.paper.models import PaperSheet
from participation.ballots.paper.rules import SheetState
from participation.ballots.queries import voting_task_of
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.ids import fingerprint
from participation.core.permissions import Permission, authorise
from participation.rounds.codes import code_text, mark_text
from participation.rounds.models import CodeBatch, Round
from participation.rounds.queries import batch_by_number, round_by_slug
from participation.rounds.rules import BatchKind, RoundState
from participation.rounds.services import issue_codes, record_act, see_codes


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet for printing: its number, the mark on the part that is handed in, the code on the part that is kept."""

    batch: int
    number: int
    mark: str
    code: str


def issue_sheets(
    session: Session, slug: str, count: int, label: str, app_key: str, *, actor: Actor, now: datetime
) -> CodeBatch:
    """Make a batch of sheets, each with a code of its own, before the round is closed.

    Raises what rounds.services.issue_codes raises, and Conflict `nothing_to_vote_on`.
    """
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.CODE_PRINT, round_)
    voting_task_of(round_)
    batch = issue_codes(session, round_, count, label, app_key, actor=actor, now=now, kind=BatchKind.SHEETS)
    session.execute(
        insert(PaperSheet),
        [
            {
                "code_id": code.id,
                "round_id": round_.id,
                "batch": batch.number,
                "number": code.number,
                "mark": fingerprint(mark_text(app_key, code.id)),
                "state": SheetState.OUT,
            }
            for code in batch.codes
        ],
    )
    return batch


def print_sheets(
    session: Session,
    slug: str,
    batch_number: int,
    app_key: str,
    *,
    actor: Actor,
    now: datetime,
    most: int | None = None,
) -> list[PrintedSheet]:
    """Return the sheets of a batch whose codes hold, for printing; that somebody saw the codes is recorded.

    Only while the round is open: the numbers on a sheet are those of the options that were frozen at the opening.
    Raises Conflict `sheets_before_opening`, and `too_many_whole_sheets` where there are more than `most`.
    """
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.CODE_PRINT, round_)
    if round_.state is RoundState.DRAFT:
        raise Conflict("sheets_before_opening")
    batch = batch_by_number(session, round_, batch_number)
    if most is not None and sum(code.revoked_at is None for code in batch.codes) > most:
        raise Conflict("too_many_whole_sheets", most=most)
    codes = see_codes(session, round_, batch_number, BatchKind.SHEETS, actor=actor, now=now)
    return [
        PrintedSheet(batch_number, code.number, mark_text(app_key, code.id), code_text(app_key, code.id))
        for code in codes
    ]


def record_sheets(session: Session, action: str, round_: Round, actor: Actor, now: datetime, **facts: object) -> None:
    """Append an act on sheets to the audit log: by their numbers, never with what stands on one."""
    record_act(session, f"paper.{action}", round_, actor, now, facts)
