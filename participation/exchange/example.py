"""Loading the example city: a whole process with concluded and open rounds, through the services that people use.

What happened in the past is done again with the moments at which it happened, so concluded rounds went the same
street as any other: opened, voted in, closed, concluded by two people.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from participation.ballots.generated import file_generated_ballots
from participation.ballots.keys import KeyStore
from participation.ballots.services import close_round, open_round
from participation.core.actor import SYSTEM
from participation.core.windows import Window
from participation.exchange.afterwards import enter_what_followed
from participation.exchange.cast import address, enter_cast, official
from participation.exchange.city import Calendar, City, city_file, example_city, generated_ballots, origins
from participation.exchange.concept_of_city import enter_concept, fill_in_partners, publish_version
from participation.exchange.contributions import enter_comments, enter_proposals
from participation.exchange.meetings import enter_meetings
from participation.exchange.money_of_city import enter_envelopes_and_plan
from participation.exchange.on_paper import enter_sheets
from participation.exchange.papers_of_city import enter_papers
from participation.exchange.services import import_proposals
from participation.exchange.sheets import read_records
from participation.exchange.sheets_of_city import fill_in_sheets, translate_statements
from participation.exchange.together import enter_together
from participation.papers.queries import committees_of
from participation.processes.models import Process
from participation.processes.queries import all_processes, process_by_slug
from participation.processes.services import FieldDraft, PhaseDraft, ProcessDraft, add_field, add_phase, create_process
from participation.results.rules.declaration import Declaration
from participation.results.services import (
    conclude_round,
    declare_joint_ranking,
    request_conclusion,
)
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import OptionRule
from participation.rounds.queries import rounds_of
from participation.rounds.rules import Limits, RoundState
from participation.rounds.services import RoundDraft, Seat, create_round, extend_round, issue_codes, set_roll
from participation.tally.kinds import BallotKind
from participation.texts.models import Origin, TextVersion

PROCESS_DAY: Final = -720
GOALS_DAY: Final = -705
MEASURES_DAY: Final = -492
SHEETS_DAY: Final = -2
DEMO_EXTENSION: Final = timedelta(days=28)
_RULES: Final[Mapping[str, OptionRule]] = {
    "all_subgoals": OptionRule.ALL_SUBGOALS,
    "open_measures": OptionRule.OPEN_MEASURES,
}
Step = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """What every step of the loading needs."""

    city: City
    calendar: Calendar
    keys: KeyStore
    secret: str

    @property
    def slug(self) -> str:
        """Return the address of the process."""
        return str(self.city["process"]["code"])


def is_loaded(session: Session) -> bool:
    """Say whether the database already holds a process."""
    return bool(all_processes(session))


def example_steps(*, now: datetime, keys: KeyStore, secret: str) -> list[tuple[str, Step]]:
    """Return the loading as named steps for one write transaction, so that progress can be shown.

    Either everything is there afterwards or, if somebody interrupts it, nothing. Rounds are walked in the order of
    time.
    """
    city = example_city()
    stage = Stage(city, Calendar.of(city, now), keys, secret)
    ballots = _ballots_by_round()
    steps: list[tuple[str, Step]] = [("process", partial(_set_up, stage))]
    steps += [(str(entry["id"]), partial(_declare, stage, entry)) for entry in city["joint_rankings"]]
    for entry in sorted(city["rounds"], key=lambda entry: int(entry["window"]["opens_day"])):
        steps += _round_steps(stage, entry, ballots[entry["id"]])
    steps.append(("money and plan", partial(_plan, stage)))
    steps.append(("ballots on paper", partial(_hand_in_sheets, stage)))
    steps.append(("concept", partial(_publish_concept, stage)))
    steps.append(("contributions", partial(_contribute, stage)))
    steps.append(("follow-up", partial(_follow_up, stage)))
    return steps


def put_before_the_council(session: Session, *, now: datetime) -> None:
    """Enter the committees and the council's paper, unless they are there.

    A step of its own, after the commit of the others: the paper names the public bundles of the rounds, which are made
    of what was committed.
    """
    city = example_city()
    process = process_by_slug(session, city["process"]["code"])
    if not committees_of(session, process.id, with_removed=True):
        enter_papers(session, process.slug, city, Calendar.of(city, now))


def extend_lapsed_rounds(session: Session, *, now: datetime) -> list[str]:
    """Give the example's open rounds that ran out while nobody looked another four weeks, with the reason published."""
    extended = []
    for process in all_processes(session):
        if not process.is_example:
            continue
        for round_ in rounds_of(session, process.id):
            if round_.state is RoundState.OPEN and round_.window.is_over(now):
                extend_round(
                    session, round_.slug, closes_at=now + DEMO_EXTENSION, reasons=_REASONS, actor=SYSTEM, now=now
                )
                extended.append(round_.slug)
    return extended


_REASONS: Final = {
    "de": "Das Beispiel wurde erneut gestartet. Damit alle mitmachen können, läuft die Runde vier Wochen länger.",
    "en": "The example was started again. So that everybody can take part, the round runs four weeks longer.",
    "tr": "Örnek yeniden başlatıldı. Herkesin katılabilmesi için tur dört hafta uzatıldı.",
    "ar": "أُعيد تشغيل المثال. ولكي يتمكن الجميع من المشاركة مُدِّدت الجولة أربعة أسابيع.",
}


def _ballots_by_round() -> Mapping[str, list[object]]:
    by_round: dict[str, list[object]] = defaultdict(list)
    for round_id, content in generated_ballots():
        by_round[round_id].append(content)
    return by_round


def _set_up(stage: Stage, session: Session) -> None:
    city, calendar = stage.city, stage.calendar
    created = calendar.midnight(PROCESS_DAY)
    process = create_process(
        session,
        ProcessDraft(
            city=city["city"]["name"],
            titles=city["process"]["title"],
            summaries=city["process"]["summary"],
            time_zone=city["city"]["time_zone"],
            languages=tuple(city["city"]["languages"]),
            default_language=city["city"]["default_language"],
            currency=city["city"]["currency"],
            slug=stage.slug,
        ),
        actor=SYSTEM,
        now=created,
        is_example=True,
    )
    for phase in city["process"]["phases"]:
        window = _window(calendar, phase["window"])
        draft = PhaseDraft(code=phase["code"], titles=phase["title"], window=window)
        add_phase(session, stage.slug, draft, actor=SYSTEM, now=created)
    for field in city["fields"]:
        draft_field = FieldDraft(code=field["code"], titles=field["title"], position=field["order"])
        add_field(session, stage.slug, draft_field, actor=SYSTEM, now=created)
    session.flush()
    session.expire(process)
    enter_cast(session, process, city, now=created)
    _enter_goals_and_measures(session, process, stage)
    for entry in city["rounds"]:
        _draft_round(session, stage, entry)
    _mark_origins(session, origins(city))


def _enter_goals_and_measures(session: Session, process: Process, stage: Stage) -> None:
    records = read_records("example_city.yaml", city_file())
    fill_in_sheets(records, stage.city, stage.calendar)
    fill_in_partners(records)
    for kind, day in (("goal", GOALS_DAY), ("measure", MEASURES_DAY)):
        chosen = [record for record in records if record.get("kind").value == kind]
        moment = stage.calendar.noon(day)
        import_proposals(session, process, chosen, actor=SYSTEM, now=moment, origins=origins(stage.city))
    translate_statements(session, process, stage.city, now=stage.calendar.noon(MEASURES_DAY))


def _mark_origins(session: Session, marks: Mapping[str, Origin]) -> None:
    """Say of each language who worded it; the services take every text of an official for a human's."""
    for tag, origin in marks.items():
        session.execute(update(TextVersion).where(TextVersion.language == tag).values(origin=origin))
    session.expire_all()


def _draft_round(session: Session, stage: Stage, entry: Mapping[str, Any]) -> None:
    window = _window(stage.calendar, entry["window"])
    extension = entry.get("extension")
    if extension:
        window = Window(window.opens_at, stage.calendar.midnight(extension["former_closes_day"]))
    ballot, options = entry["ballot"], entry["options"]
    kind = BallotKind(ballot["kind"])
    tasks = frozenset(Task(name) for name in entry["task"])
    round_ = create_round(
        session,
        stage.slug,
        RoundDraft(
            phase=entry["phase"],
            kind=KindName(entry["kind"]),
            eligibility=Eligibility(entry["eligibility"]),
            tasks=tasks,
            window=window,
            titles=entry["title"],
            ballot_kind=kind,
            limits=_limits(kind, ballot),
            option_rule=_RULES[options] if isinstance(options, str) else OptionRule.CHOSEN,
            chosen_codes=() if isinstance(options, str) else tuple(options),
            expected_participants=entry["expected_participants"],
            slug=entry["id"],
        ),
        actor=SYSTEM,
        now=stage.calendar.midnight(entry["window"]["opens_day"] - 14),
    )
    if round_.eligibility is Eligibility.ROLL:
        seats = [Seat(address(seat["given_name"]), seat["seat"]) for seat in stage.city["steering_group"]]
        set_roll(session, round_.slug, seats, actor=SYSTEM, now=round_.created_at)
    if round_.eligibility is Eligibility.CODES and entry["state"] == "open":
        issue_codes(
            session,
            round_,
            entry["codes_issued"],
            entry["title"]["de"],
            stage.secret,
            actor=SYSTEM,
            now=round_.created_at,
        )
    session.flush()


def _round_steps(stage: Stage, entry: Mapping[str, Any], ballots: Sequence[object]) -> list[tuple[str, Step]]:
    slug = str(entry["id"])
    window = _window(stage.calendar, entry["window"])
    is_concluded = entry["state"] == "concluded"

    def open_it(session: Session) -> None:
        open_round(session, slug, actor=SYSTEM, now=window.opens_at, keys=stage.keys)
        if ballots:
            file_generated_ballots(session, slug, ballots, now=window.opens_at + timedelta(hours=12), keys=stage.keys)
        if "extension" in entry:
            _extend(session, stage, slug, entry["extension"])
        if is_concluded:
            close_round(session, slug, actor=SYSTEM, now=window.closes_at)

    def conclude_it(session: Session) -> None:
        asked = window.closes_at + timedelta(days=1, hours=10)
        request_conclusion(session, slug, actor=official(session, "Farid"), now=asked)
        conclude_round(session, slug, actor=official(session, "Silke"), now=asked + timedelta(hours=1))

    return [(slug, open_it), (slug, conclude_it)] if is_concluded else [(slug, open_it)]


def _plan(stage: Stage, session: Session) -> None:
    enter_envelopes_and_plan(session, stage.slug, stage.city, stage.calendar)


def _hand_in_sheets(stage: Stage, session: Session) -> None:
    enter_sheets(session, stage.secret, stage.keys, now=stage.calendar.noon(SHEETS_DAY))


def _extend(session: Session, stage: Stage, slug: str, extension: Mapping[str, Any]) -> None:
    extend_round(
        session,
        slug,
        closes_at=stage.calendar.midnight(extension["closes_day"]),
        reasons=extension["reason"],
        actor=SYSTEM,
        now=stage.calendar.not_after_now(stage.calendar.noon(extension["decided_on_day"])),
    )
    marks = origins(stage.city)
    for tag, origin in marks.items():
        session.execute(
            update(TextVersion)
            .where(TextVersion.language == tag, TextVersion.body == extension["reason"].get(tag, ""))
            .values(origin=origin)
        )


def _declare(stage: Stage, entry: Mapping[str, Any], session: Session) -> None:
    carried = entry.get("carry_over")
    declare_joint_ranking(
        session,
        stage.slug,
        Declaration(
            slug=entry["id"],
            task=Task(entry["task"]),
            weights={part["round"]: part["weight"] for part in entry["weights"]},
            title=entry["title"],
            declared_by=entry["declared_by"],
            share=Fraction(carried["share"]) if carried else Fraction(0),
            goals_ranking=carried["goals_ranking"] if carried else None,
        ),
        actor=SYSTEM,
        now=stage.calendar.noon(entry["declared_on_day"]),
        origins=origins(stage.city),
    )


def _contribute(stage: Stage, session: Session) -> None:
    process = process_by_slug(session, stage.slug)
    enter_proposals(session, process, stage.city, stage.calendar)
    enter_comments(session, process, stage.city, stage.calendar)
    enter_meetings(session, process, stage.city, stage.calendar)
    enter_together(session, process, stage.calendar)


def _publish_concept(stage: Stage, session: Session) -> None:
    process = process_by_slug(session, stage.slug)
    enter_concept(session, process, stage.city, stage.calendar)
    for number in (1, 2):
        publish_version(session, process, number, stage.city, stage.calendar)


def _follow_up(stage: Stage, session: Session) -> None:
    process = process_by_slug(session, stage.slug)
    enter_what_followed(session, process, stage.city, stage.calendar)


def _limits(kind: BallotKind, ballot: Mapping[str, int]) -> Limits:
    return {
        BallotKind.RANKING: lambda: Limits(max_choices=ballot["k"]),
        BallotKind.APPROVAL: lambda: Limits(max_choices=ballot["k"]),
        BallotKind.POINTS: lambda: Limits(points=ballot["points"], max_per_option=ballot["max"]),
        BallotKind.SCORE: lambda: Limits(max_score=ballot["max"]),
    }[kind]()


def _window(calendar: Calendar, days: Mapping[str, int]) -> Window:
    return Window(calendar.midnight(days["opens_day"]), calendar.midnight(days["closes_day"]))
