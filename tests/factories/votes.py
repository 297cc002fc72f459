"""A small city that votes: made straight from the tables, so that a test of one room needs no other room's verbs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.core.actor import SYSTEM, Actor, ActorKind, Grant
from participation.core.permissions import Role
from participation.core.wording import TITLE, TextShape
from participation.costings.models import Costing, Cover, EstimateQuality
from participation.processes.models import Field, Phase, Process
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind, ProposalState
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import CodeBatch, OptionRule, ParticipationCode, RollEntry, Round
from participation.rounds.rules import RoundState
from participation.tally.kinds import BallotKind
from participation.texts.models import Origin, Text
from participation.texts.services import write_texts

LIMITS: Mapping[BallotKind, Mapping[str, int]] = {
    BallotKind.RANKING: {"max_choices": 3},
    BallotKind.APPROVAL: {"max_choices": 3},
    BallotKind.POINTS: {"points": 10, "max_per_option": 5},
    BallotKind.SCORE: {"max_score": 5},
}


def words(session: Session, bodies: str | Mapping[str, str], now: datetime, shape: TextShape = TITLE) -> Text:
    """Store a text; a plain string is German, in a mapping the first language is the original."""
    texts = {"de": bodies} if isinstance(bodies, str) else bodies
    original = next(iter(texts))
    origins = dict.fromkeys(texts, Origin.MACHINE) | {original: Origin.AUTHOR}
    return write_texts(session, texts, language=original, shape=shape, actor=SYSTEM, now=now, origins=origins)


def make_process(session: Session, now: datetime, slug: str = "integration") -> Process:
    """Make a process of Lindenhafen with one phase and two fields."""
    process = Process(
        slug=slug,
        city="Lindenhafen",
        time_zone="Europe/Berlin",
        languages=["de", "en", "tr", "ar"],
        default_language="de",
        created_at=now,
        title=words(session, {"de": "Integrationskonzept", "en": "Integration concept"}, now),
    )
    process.phases.append(
        Phase(
            code="I",
            position=1,
            opens_at=now - timedelta(days=30),
            closes_at=now + timedelta(days=90),
            title=words(session, "Maßnahmen", now),
        )
    )
    for position, title in enumerate(({"de": "Sprache", "en": "Language"}, {"de": "Wohnen", "en": "Housing"}), start=1):
        process.fields.append(Field(code=f"F{position}", position=position, title=words(session, title, now)))
    session.add(process)
    session.flush()
    return process


def make_measures(session: Session, process: Process, codes: Sequence[str], now: datetime) -> list[Proposal]:
    """Make admitted measures with German, Turkish (machine) and Arabic (machine) titles and a costing each."""
    measures = []
    for position, code in enumerate(codes, start=1):
        titles = {"de": f"Maßnahme {code}", "en": f"Measure {code}", "tr": f"Önlem {code}", "ar": f"إجراء {code}"}
        measure = Proposal(
            process_id=process.id,
            code=code,
            position=position,
            kind=ProposalKind.MEASURE,
            state=ProposalState.ADMITTED,
            field=process.fields[position % 2],
            title=words(session, titles, now),
            body=words(session, {"de": f"Was {code} bewirkt."}, now),
            created_at=now,
            submitted_at=now,
            decided_at=now,
        )
        session.add(measure)
        session.flush()
        session.add(
            Costing(
                proposal_id=measure.id,
                revision=1,
                once_cents=position * 100_000,
                annual_cents=50_000,
                currency="EUR",
                quality=EstimateQuality.CALCULATED,
                cover=Cover.OPEN if position % 2 else Cover.COVERED,
                cover_source=None if position % 2 else words(session, "Haushalt", now),
                written_at=now,
                written_by="system",
            )
        )
        measures.append(measure)
    session.flush()
    return measures


def make_round(
    session: Session,
    process: Process,
    now: datetime,
    *,
    slug: str = "online-1",
    ballot_kind: BallotKind | None = BallotKind.RANKING,
    kind: KindName = KindName.ONLINE,
    eligibility: Eligibility = Eligibility.OPEN,
    option_rule: OptionRule = OptionRule.ALL_MEASURES,
    chosen_codes: Sequence[str] = (),
    closes_in: timedelta = timedelta(days=7),
) -> Round:
    """Make a draft of a round whose window has begun; without a ballot kind it only asks for comments."""
    votes = ballot_kind is not None
    round_ = Round(
        slug=slug,
        process=process,
        phase=process.phases[0],
        kind=kind,
        eligibility=eligibility,
        state=RoundState.DRAFT,
        task_names=[Task.PRIORITISE_MEASURES.value if votes else Task.COMMENT.value],
        opens_at=now - timedelta(hours=1),
        closes_at=now + closes_in,
        ballot_kind=ballot_kind,
        option_rule=option_rule if votes else None,
        chosen_codes=list(chosen_codes),
        created_at=now,
        title=words(session, {"de": "Was zuerst?", "en": "What comes first?"}, now),
        **(LIMITS[ballot_kind] if ballot_kind else {}),
    )
    session.add(round_)
    session.flush()
    return round_


def make_person(session: Session, name: str, now: datetime, *roles: Role, process: Process | None = None) -> Actor:
    """Make a verified account and return it as an actor, with roles in a process or everywhere."""
    address = f"{name.lower()}@example.org".encode("ascii", "ignore").decode()
    account = Account(email=address, display_name=name, language="de", created_at=now, verified_at=now)
    session.add(account)
    session.flush()
    grants = frozenset(Grant(role.value, process.id if process else None) for role in roles)
    return Actor(ActorKind.ACCOUNT, account.id, name, grants)


def put_on_roll(session: Session, round_: Round, person: Actor) -> None:
    """Give somebody a seat in a round."""
    session.add(RollEntry(round_id=round_.id, account_id=person.id))
    session.flush()


def make_codes(session: Session, round_: Round, count: int, now: datetime) -> list[Actor]:
    """Make participation codes and return their bearers."""
    batch = CodeBatch(round_id=round_.id, number=1, created_at=now, created_by="system")
    session.add(batch)
    session.flush()
    codes = [
        ParticipationCode(batch_id=batch.id, round_id=round_.id, number=number, fingerprint=f"{number:064d}")
        for number in range(1, count + 1)
    ]
    session.add_all(codes)
    session.flush()
    return [Actor(ActorKind.CODE, code.id) for code in codes]
