"""Setting up rounds as drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import Window
from participation.core.wording import BODY, TITLE, TextShape
from participation.processes.models import Phase, Process
from participation.processes.queries import process_by_slug
from participation.processes.rules import check_code, check_slug, check_window, slug_from
from participation.rounds.kinds import KINDS, Eligibility, KindName, Task
from participation.rounds.models import CodeBatch, OptionRule, ParticipationCode, RollEntry, Round, SharedTablet
from participation.rounds.queries import lock_round, roll_of, round_by_slug, slug_is_taken
from participation.rounds.rules import (
    LONGEST_RETENTION,
    MAX_LIMIT,
    RETENTION_DAYS,
    Limits,
    RoundState,
    check_ballot,
    check_tasks,
)
from participation.rounds.services.records import record_act
from participation.tally.kinds import BallotKind
from participation.texts.models import Text
from participation.texts.services import revise_texts, write_texts

DESCRIPTION: Final = TextShape("description", BODY.maximum, required=False)
MAX_CHOSEN: Final = 500


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """What somebody says about a round. Texts map language tags to words.

    `limits` and `option_rule` belong to a `ballot_kind`; `chosen_codes` to the rule `chosen`. Without a `slug` one
    is made from the title; it is the public address and stays when the round is edited. Without an
    `eligibility` the body takes part in its usual way.
    """

    phase: str
    kind: KindName
    tasks: frozenset[Task]
    window: Window
    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    eligibility: Eligibility | None = None
    ballot_kind: BallotKind | None = None
    limits: Limits = field(default_factory=Limits)
    option_rule: OptionRule | None = None
    chosen_codes: tuple[str, ...] = ()
    expected_participants: int | None = None
    retention_days: int = RETENTION_DAYS
    slug: str = ""


def create_round(session: Session, process_slug: str, draft: RoundDraft, *, actor: Actor, now: datetime) -> Round:
    """Set up a round as a draft. It is announced on its process's page; nobody can take part before it is opened."""
    process = process_by_slug(session, process_slug)
    authorise(actor, Permission.ROUND_EDIT, process)
    phase = _checked(process, draft)
    slug = check_slug(draft.slug or _free_slug(session, draft, process))
    if slug_is_taken(session, slug):
        raise Conflict("slug_taken", field="slug", slug=slug)
    round_ = Round(slug=slug, process=process, state=RoundState.DRAFT, created_at=now)
    _apply(round_, draft, phase)
    round_.title = _write(session, draft.titles, process, TITLE, actor, now)
    round_.description = _write_optional(session, draft.descriptions, process, actor, now)
    session.add(round_)
    session.flush()
    record_act(session, "round.created", round_, actor, now, {"slug": slug, "kind": draft.kind.value})
    return round_


def edit_round(session: Session, slug: str, draft: RoundDraft, *, actor: Actor, now: datetime) -> Round:
    """Change a round while it is a draft; what people have seen open stays as they saw it.

    Once a joint ranking weighs it, only its window and its words change: a round that comes to ask something or
    somebody else would take its declared weight with it. Raises Conflict `round_weighed`.
    """
    round_ = lock_round(session, round_by_slug(session, slug).id)
    authorise(actor, Permission.ROUND_EDIT, round_)
    if round_.state is not RoundState.DRAFT:
        raise Conflict("round_not_draft", state=round_.state.value)
    phase = _checked(round_.process, draft)
    if round_.weighed_at is not None and not _asks_the_same(round_, draft, phase):
        raise Conflict("round_weighed")
    _apply(round_, draft, phase)
    revise_texts(session, round_.title, draft.titles, shape=TITLE, actor=actor, now=now)
    if round_.description is None:
        round_.description = _write_optional(session, draft.descriptions, round_.process, actor, now)
    else:
        revise_texts(session, round_.description, draft.descriptions, shape=DESCRIPTION, actor=actor, now=now)
    session.flush()
    record_act(session, "round.edited", round_, actor, now, {"closes_at": round_.closes_at.isoformat()})
    return round_


def discard_round(session: Session, slug: str, *, actor: Actor, now: datetime) -> None:
    """Take back a round that was never opened, with its roll and its codes; the audit log keeps that it was there.

    Raises Conflict `round_not_draft`, or `round_in_use` while a joint ranking or a gathering counts on it.
    """
    round_ = lock_round(session, round_by_slug(session, slug).id)
    authorise(actor, Permission.ROUND_EDIT, round_)
    if round_.state is not RoundState.DRAFT:
        raise Conflict("round_not_draft", state=round_.state.value)
    record_act(session, "round.discarded", round_, actor, now, {"slug": slug})
    words = [round_.title, round_.description, *(entry.seat for entry in roll_of(session, round_.id))]
    texts = [text for text in words if text is not None]
    session.execute(delete(ParticipationCode).where(ParticipationCode.round_id == round_.id))
    session.execute(delete(CodeBatch).where(CodeBatch.round_id == round_.id))
    session.execute(delete(RollEntry).where(RollEntry.round_id == round_.id))
    session.execute(delete(SharedTablet).where(SharedTablet.round_id == round_.id))
    session.delete(round_)
    try:
        session.flush()
    except IntegrityError as reason:
        raise Conflict("round_in_use") from reason
    for text in texts:
        session.delete(text)
    session.flush()


def _checked(process: Process, draft: RoundDraft) -> Phase:
    """Return the draft's phase if everything that it says fits together."""
    phase = next((phase for phase in process.phases if phase.code == draft.phase), None)
    if phase is None:
        raise Invalid("no_such_phase", field="phase", phase=draft.phase)
    check_tasks(draft.kind, draft.tasks, _eligibility(draft))
    check_ballot(draft.tasks, draft.ballot_kind, draft.limits)
    _check_options(draft)
    if draft.expected_participants is not None and not 1 <= draft.expected_participants <= MAX_LIMIT * 100:
        raise Invalid("limit_out_of_range", field="expected_participants", lowest=1, highest=MAX_LIMIT * 100)
    if not 1 <= draft.retention_days <= LONGEST_RETENTION:
        raise Invalid("limit_out_of_range", field="retention_days", lowest=1, highest=LONGEST_RETENTION)
    return phase


def _eligibility(draft: RoundDraft) -> Eligibility:
    return draft.eligibility or KINDS[draft.kind].usual


def _check_options(draft: RoundDraft) -> None:
    if draft.ballot_kind is None:
        if draft.option_rule is not None or draft.chosen_codes:
            raise Invalid("options_without_ballot", field="option_rule")
        return
    if draft.option_rule is None:
        raise Invalid("option_rule_missing", field="option_rule")
    goals = draft.option_rule is OptionRule.ALL_SUBGOALS
    measures = draft.option_rule in {OptionRule.ALL_MEASURES, OptionRule.OPEN_MEASURES}
    if (goals and Task.PRIORITISE_MEASURES in draft.tasks) or (measures and Task.PRIORITISE_GOALS in draft.tasks):
        raise Invalid("option_rule_not_of_task", field="option_rule", rule=draft.option_rule.value)
    if draft.option_rule is not OptionRule.CHOSEN:
        if draft.chosen_codes:
            raise Invalid("codes_without_choice", field="chosen_codes")
        return
    if len(draft.chosen_codes) not in range(2, MAX_CHOSEN + 1):
        raise Invalid("chosen_codes_count", field="chosen_codes", lowest=2, highest=MAX_CHOSEN)
    for code in draft.chosen_codes:
        check_code(code, field="chosen_codes")
    doubled = next((code for code in draft.chosen_codes if draft.chosen_codes.count(code) > 1), None)
    if doubled is not None:
        raise Invalid("doubled_code", field="chosen_codes", proposal=doubled)


def _asks_the_same(round_: Round, draft: RoundDraft, phase: Phase) -> bool:
    """Say whether a draft leaves everything but window and words as it is."""
    limits = Limits(round_.max_choices, round_.points, round_.max_per_option, round_.max_score)
    return (
        phase.id == round_.phase_id
        and draft.kind is round_.kind
        and _eligibility(draft) is round_.eligibility
        and draft.tasks == round_.tasks
        and draft.ballot_kind is round_.ballot_kind
        and draft.limits == limits
        and draft.option_rule is round_.option_rule
        and list(draft.chosen_codes) == round_.chosen_codes
        and draft.expected_participants == round_.expected_participants
    )


def _apply(round_: Round, draft: RoundDraft, phase: Phase) -> None:
    round_.phase = phase
    round_.kind = draft.kind
    round_.eligibility = _eligibility(draft)
    round_.task_names = [task.value for task in Task if task in draft.tasks]
    window = check_window(draft.window)
    round_.opens_at, round_.closes_at = window.opens_at, window.closes_at
    round_.ballot_kind = draft.ballot_kind
    round_.max_choices = draft.limits.max_choices
    round_.points = draft.limits.points
    round_.max_per_option = draft.limits.max_per_option
    round_.max_score = draft.limits.max_score
    round_.option_rule = draft.option_rule
    round_.chosen_codes = list(draft.chosen_codes)
    round_.expected_participants = draft.expected_participants
    round_.retention_days = draft.retention_days


def _free_slug(session: Session, draft: RoundDraft, process: Process) -> str:
    """Return a slug from the title or else from phase and kind, with a number behind it where that is taken."""
    named = slug_from(draft.titles.get(process.default_language, ""))
    stem = named or slug_from(f"{process.slug} {draft.phase} {draft.kind.value}")
    tries: Sequence[str] = (stem, *(f"{stem[:60]}-{number}" for number in range(2, 1000)))
    return next(slug for slug in tries if not slug_is_taken(session, slug))


def _write(
    session: Session, bodies: Mapping[str, str], process: Process, shape: TextShape, actor: Actor, now: datetime
) -> Text:
    return write_texts(session, bodies, language=process.default_language, shape=shape, actor=actor, now=now)


def _write_optional(
    session: Session, bodies: Mapping[str, str], process: Process, actor: Actor, now: datetime
) -> Text | None:
    if not any(body.strip() for body in bodies.values()):
        return None
    return _write(session, bodies, process, DESCRIPTION, actor, now)
