"""A process before it is made: from a template or as a copy of another one, to be looked at first.

Nothing of a plan is written until `make_process`, which goes through the services that people use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from participation.accounts.models import Organisation, OrganisationKind
from participation.accounts.queries import departments_of, organisations_of
from participation.accounts.services import approve_organisation, create_department, register_organisation
from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import Window
from participation.exchange.blueprints import blueprint_by_name, titles_of
from participation.processes.models import Process
from participation.processes.rules import LATEST, check_time_zone
from participation.processes.services import FieldDraft, PhaseDraft, ProcessDraft, add_field, add_phase, create_process
from participation.rounds.kinds import VOTING_TASKS, KindName, Task
from participation.rounds.models import OptionRule, Round
from participation.rounds.queries import rounds_of
from participation.rounds.rules import Limits
from participation.rounds.services import RoundDraft, create_round, settle_overlap
from participation.tally.kinds import BallotKind
from participation.texts.models import Origin, Text
from participation.texts.queries import wordings

Origins = Mapping[tuple[str, str], Origin]
"""Who worded something, by its language and its words."""

_RULE_OF: Final = {
    Task.PRIORITISE_GOALS: OptionRule.ALL_SUBGOALS,
    Task.PRIORITISE_MEASURES: OptionRule.OPEN_MEASURES,
}
LAST_START: Final = LATEST - timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class Unit:
    """A department or an organisation as it is to be entered."""

    code: str
    words: Mapping[str, str]
    kind: OrganisationKind | None = None
    name: str = ""
    languages: tuple[str, ...] = ()
    is_approved: bool = False
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that would be made. `source` names the template, or the process that is copied.

    `replaced_choices` counts rounds whose options were chosen one by one, which a copy cannot choose again;
    `forbids_overlap` says that a person has one ballot in all rounds of a phase that ask the same.
    """

    source: str
    process: ProcessDraft
    phases: Sequence[PhaseDraft]
    fields: Sequence[FieldDraft]
    rounds: Sequence[RoundDraft]
    departments: Sequence[Unit] = ()
    organisations: Sequence[Unit] = ()
    origins: Origins = field(default_factory=dict)
    replaced_choices: int = 0
    forbids_overlap: bool = False

    def rounds_in(self, phase: str) -> list[RoundDraft]:
        """Return the rounds of a phase in the order of their windows."""
        rounds = [round_ for round_ in self.rounds if round_.phase == phase]
        return sorted(rounds, key=lambda round_: (round_.window.opens_at, round_.kind))

    @property
    def weighs(self) -> bool:
        """Say whether several rounds vote on the same, so that weights are to be declared next."""
        voted = [task for round_ in self.rounds for task in round_.tasks & VOTING_TASKS]
        return any(voted.count(task) > 1 for task in VOTING_TASKS)


def plan_from_template(name: str, process: ProcessDraft, starts_on: date, *, now: datetime) -> Plan:
    """Return the plan of a template for a process of these words, beginning on a day.

    Raises NotFound `no_such_template`; Invalid `template_language` where the template has no words in the process's
    first language, and `start_not_possible`.
    """
    found = blueprint_by_name(name)
    if process.default_language not in found["title"]:
        raise Invalid("template_language", field="default_language", known=", ".join(sorted(found["title"])))
    _check_start(starts_on, check_time_zone(process.time_zone), now)
    languages = process.languages

    def window(days: Sequence[int]) -> Window:
        opens, closes = (_midnight(starts_on, day, process.time_zone) for day in days)
        return Window(opens, closes)

    return Plan(
        source=name,
        process=process,
        phases=[
            PhaseDraft(phase["code"], _chosen(phase["title"], languages), window(phase["days"]))
            for phase in found["phases"]
        ],
        fields=[FieldDraft(theme["code"], _chosen(theme["title"], languages)) for theme in found["fields"]],
        rounds=[
            _round_of(entry, phase["code"], languages, window(entry["days"]))
            for phase in found["phases"]
            for entry in phase["rounds"]
        ],
        origins={
            (tag, words[tag]): Origin.AUTHOR_UNREVIEWED for words in titles_of(found) for tag in found["unreviewed"]
        },
    )


def plan_copy(
    session: Session,
    source: Process,
    process: ProcessDraft,
    starts_on: date,
    *,
    with_organisations: bool,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Return the plan of a copy: phases, fields, departments and rounds, all moved to begin on a day.

    People, proposals, ballots and results are not copied, organisations only when asked for, without their delegates.
    A round whose options were chosen one by one puts to the vote what its task usually does.
    """
    authorise(actor, Permission.PROCESS_EDIT, source)
    _check_start(starts_on, check_time_zone(process.time_zone), now)
    rounds = rounds_of(session, source.id)
    began = [phase.opens_at for phase in source.phases] + [round_.opens_at for round_ in rounds]
    first = min(began, default=now).astimezone(ZoneInfo(source.time_zone)).date()

    def moved(window: Window) -> Window:
        opens, closes = (
            _moved(moment, (starts_on - first).days, source.time_zone, process.time_zone)
            for moment in (window.opens_at, window.closes_at)
        )
        return Window(opens, closes)

    departments, organisations = departments_of(session, source.id), organisations_of(session, source.id)
    texts = [phase.title for phase in source.phases] + [theme.title for theme in source.fields]
    texts += [round_.title for round_ in rounds] + [department.title for department in departments]
    _check_words(texts, process.default_language)
    texts += [round_.description for round_ in rounds if round_.description]
    return Plan(
        source=source.slug,
        process=process,
        phases=[
            PhaseDraft(phase.code, _said(phase.title), moved(Window(phase.opens_at, phase.closes_at)), phase.position)
            for phase in source.phases
        ],
        fields=[FieldDraft(theme.code, _said(theme.title), theme.position) for theme in source.fields],
        rounds=[_copy_of(round_, moved(round_.window)) for round_ in rounds],
        departments=[Unit(one.code, _said(one.title)) for one in departments],
        organisations=[_organisation(one) for one in organisations] if with_organisations else (),
        origins={(tag, said.body): said.origin for text in texts for tag, said in wordings(text).items()},
        forbids_overlap=source.forbids_overlap,
        replaced_choices=sum(round_.option_rule is OptionRule.CHOSEN for round_ in rounds),
    )


def make_process(session: Session, plan: Plan, *, actor: Actor, now: datetime) -> Process:
    """Make everything that a plan names, rounds as drafts, in the caller's transaction."""
    process = create_process(session, plan.process, actor=actor, now=now)
    slug = process.slug
    texts = [add_phase(session, slug, phase, actor=actor, now=now).title for phase in plan.phases]
    texts += [add_field(session, slug, theme, actor=actor, now=now).title for theme in plan.fields]
    for round_ in plan.rounds:
        made = create_round(session, slug, round_, actor=actor, now=now)
        texts += [made.title, *([made.description] if made.description else [])]
    texts += [
        create_department(session, process, code=unit.code, titles=unit.words, actor=actor, now=now).title
        for unit in plan.departments
    ]
    for unit in plan.organisations:
        _enter(session, process, unit, actor, now)
    if plan.forbids_overlap:
        settle_overlap(session, slug, forbids=True, actor=actor, now=now)
    _mark(texts, plan.origins)
    record(
        session,
        "process.planned",
        actor=actor,
        now=now,
        subject_kind="process",
        subject_id=process.id,
        process_id=process.id,
        facts={"source": plan.source, "rounds": len(plan.rounds), "organisations": len(plan.organisations)},
    )
    session.flush()
    return process


def draft_of(process: Process) -> ProcessDraft:
    """Return what a process says about itself, for a copy to begin with."""
    return ProcessDraft(
        city=process.city,
        titles=_said(process.title),
        summaries=_said(process.summary) if process.summary else {},
        time_zone=process.time_zone,
        languages=tuple(process.languages),
        default_language=process.default_language,
        currency=process.currency,
    )


def _check_start(starts_on: date, zone: str, now: datetime) -> None:
    if not now.astimezone(ZoneInfo(zone)).date() <= starts_on <= LAST_START.date():
        raise Invalid("start_not_possible", field="starts_on", last=LAST_START.year)


def _check_words(texts: Sequence[Text], language: str) -> None:
    """Refuse a copy in which something would have no words in the first language."""
    lacking = [text for text in texts if language not in wordings(text)]
    if lacking:
        raise Invalid("copy_lacks_words", field="default_language", count=len(lacking), language=language)


def _midnight(starts_on: date, days: int, zone: str) -> datetime:
    return datetime.combine(starts_on + timedelta(days=days), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _moved(moment: datetime, days: int, zone: str, to_zone: str) -> datetime:
    """Return the same time on the clock, so many days later, in the time zone of the copy."""
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=ZoneInfo(to_zone)).astimezone(UTC)


def _chosen(words: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {tag: words[tag] for tag in languages if tag in words}


def _said(text: Text) -> dict[str, str]:
    return {tag: said.body for tag, said in wordings(text).items()}


def _round_of(entry: Mapping[str, Any], phase: str, languages: Sequence[str], window: Window) -> RoundDraft:
    tasks = frozenset(Task(name) for name in entry["tasks"])
    ballot = dict(entry.get("ballot", {}))
    return RoundDraft(
        phase=phase,
        kind=KindName(entry["kind"]),
        tasks=tasks,
        window=window,
        titles=_chosen(entry["title"], languages),
        ballot_kind=BallotKind(ballot.pop("kind")) if ballot else None,
        limits=Limits(**ballot),
        option_rule=_usual_options(tasks),
    )


def _copy_of(round_: Round, window: Window) -> RoundDraft:
    was_chosen = round_.option_rule is OptionRule.CHOSEN
    return RoundDraft(
        phase=round_.phase.code,
        kind=round_.kind,
        tasks=round_.tasks,
        window=window,
        titles=_said(round_.title),
        descriptions=_said(round_.description) if round_.description else {},
        eligibility=round_.eligibility,
        ballot_kind=round_.ballot_kind,
        limits=Limits(round_.max_choices, round_.points, round_.max_per_option, round_.max_score),
        option_rule=_usual_options(round_.tasks) if was_chosen else round_.option_rule,
        expected_participants=round_.expected_participants,
        retention_days=round_.retention_days,
    )


def _usual_options(tasks: frozenset[Task]) -> OptionRule | None:
    return next((rule for task, rule in _RULE_OF.items() if task in tasks), None)


def _organisation(one: Organisation) -> Unit:
    said = wordings(one.description) if one.description else {}
    return Unit(
        one.code,
        {tag: wording.body for tag, wording in said.items()},
        one.kind,
        one.name,
        tuple(one.languages),
        is_approved=one.approved_at is not None,
        origins={tag: wording.origin for tag, wording in said.items()},
    )


def _enter(session: Session, process: Process, unit: Unit, actor: Actor, now: datetime) -> None:
    if unit.kind is None:
        return
    entered = register_organisation(
        session,
        process,
        code=unit.code,
        kind=unit.kind,
        name=unit.name,
        languages=unit.languages,
        description=unit.words,
        description_language=next(iter(unit.words), None),
        description_origins=unit.origins,
        actor=actor,
        now=now,
    )
    if unit.is_approved:
        approve_organisation(session, entered, actor=actor, now=now)


def _mark(texts: Sequence[Text], origins: Origins) -> None:
    """Say of each wording who it is from; the services take every text of an official for a person's."""
    for text in texts:
        for version in text.versions:
            version.origin = origins.get((version.language, version.body), version.origin)
