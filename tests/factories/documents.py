"""Whole result documents, for tests of what is made from them: pages, files, questions about weights.

A process of three bodies, twelve measures and as many ballots as asked for, drawn with a fixed seed, counted by the
rules themselves. Nothing of it needs a database.
"""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from participation.results.rules.documents import document_hash
from participation.results.rules.evaluation import evaluate
from participation.results.rules.joint_snapshot import Goals, WeighedRound, joint_snapshot
from participation.results.rules.joint_statistics import DrawnRound, Evidence, joint_statistics
from participation.results.rules.round_snapshot import CountedBox, FrozenOption, Turnout, round_snapshot
from participation.tally.ballots import Content, Limits, Profile
from participation.tally.contributions import Contributions
from participation.tally.counts import PairwiseCounts
from participation.tally.grades import Grades
from participation.tally.kinds import BallotKind
from participation.tally.marks import Marks
from participation.tally.mentions import Mentions

Document = dict[str, Any]
MEASURES: Final = tuple(f"M{number}" for number in range(1, 13))
GOALS: Final = ("G1", "G2", "G3")
BODIES: Final[Mapping[str, tuple[str, BallotKind, int, int]]] = {
    "steering": ("steering_group", BallotKind.RANKING, 24, 40),
    "online": ("online", BallotKind.SCORE, 180, 35),
    "forum": ("migrant_forum", BallotKind.APPROVAL, 60, 25),
}
"""Slug: kind of the round, kind of its ballot, ballots, weight."""


def text(body: str, **translations: str) -> Document:
    """Return a text as documents carry it, in German with human translations."""
    return {
        "language": "de",
        "body": body,
        "translations": {tag: {"body": one, "origin": "human", "stale": False} for tag, one in translations.items()},
    }


def frozen_option(code: str, serves: Sequence[str] = ()) -> FrozenOption:
    """Return a measure as it was frozen; every third one is covered in the budget."""
    number = int(code[1:])
    facts = {
        "title": text(f"Maßnahme {code}", en=f"Measure {code}", tr=f"Önlem {code}", ar=f"إجراء {code}"),
        "field": None,
        "serves": list(serves),
        "department": {"code": "D4", "title": text("Kultur", en="Culture")},
        "costing": {
            "once_cents": number * 100_000,
            "annual_cents": 50_000,
            "currency": "EUR",
            "cover": "covered" if number % 3 == 0 else "open",
        },
    }
    return FrozenOption(code, document_hash(facts), facts)


def drawn_ballots(kind: BallotKind, codes: Sequence[str], ballots: int, seed: int) -> list[Content]:
    """Draw ballots in which earlier options are likelier to stand high."""
    chance = random.Random(seed)
    weights = [1 / (place + 3) for place in range(len(codes))]

    def ranking() -> list[str]:
        drawn = chance.choices(codes, weights, k=3 * len(codes))
        return list(dict.fromkeys(drawn))[: chance.randint(1, 5)]

    def scores() -> dict[str, int]:
        return {
            code: min(5, int(10 * chance.random() * weights[codes.index(code)] + 4 * chance.random()))
            for code in chance.sample(list(codes), k=len(codes) - chance.randint(0, 4))
        }

    return [scores() if kind is BallotKind.SCORE else ranking() for _ballot in range(ballots)]


def counted_box(kind: BallotKind, codes: Sequence[str], ballots: Sequence[Content]) -> CountedBox:
    """Count ballots as the conclusion of a round does."""
    profile = Profile.of(kind, codes, ballots)
    return CountedBox(
        PairwiseCounts.of(profile),
        Mentions.of(profile),
        Grades.of(profile),
        Contributions.of(profile),
        Marks.of(profile),
        document_hash(ballots),
        document_hash(ballots),
        bytes(32),
    )


def round_document(slug: str = "online", *, codes: Sequence[str] = MEASURES, ballots: int | None = None) -> Document:
    """Return the result of one of BODIES."""
    return evaluated_round(slug, codes=codes, ballots=ballots)[0]


def evaluated_round(
    slug: str, *, codes: Sequence[str] = MEASURES, ballots: int | None = None
) -> tuple[Document, bytes | None]:
    """Return the result of one of BODIES, and the draws that are kept with it."""
    kind, ballot_kind, usual, _weight = BODIES[slug]
    size = usual if ballots is None else ballots
    about = {
        "round": slug,
        "process": "integration",
        "phase": "II",
        "kind": kind,
        "eligibility": "roll" if kind == "steering_group" else "open",
        "task": "prioritise_measures",
        "title": text(f"Runde {slug}", en=f"Round {slug}"),
        "ballot": {"kind": ballot_kind.value, **({"max": 5} if ballot_kind is BallotKind.SCORE else {"k": 5})},
        "opens_at": "2026-10-01T06:00:00Z",
        "closes_at": "2026-10-31T22:59:00Z",
        "closed_at": "2026-10-31T22:59:00Z",
        "counted_at": "2026-11-02T10:00:00Z",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
    }
    box = counted_box(ballot_kind, codes, drawn_ballots(ballot_kind, codes, size, seed=len(slug)))
    options = [frozen_option(code, [GOALS[int(code[1:]) % len(GOALS)]]) for code in codes]
    evaluation = evaluate(box, Limits(value=5) if ballot_kind is BallotKind.SCORE else Limits(options=5))
    turnout = Turnout(size if kind == "steering_group" else None)
    return round_snapshot(about, options, box, evaluation, turnout), evaluation.draws


def joint_documents(*, share: Fraction | None = None, codes: Sequence[str] = MEASURES) -> tuple[Document, Document]:
    """Return a joint ranking's snapshot and its statistics; with a share, the goals that measures serve carry over."""
    evaluated = {slug: evaluated_round(slug, codes=codes) for slug in BODIES}
    weights = {slug: weight for slug, (_kind, _ballot, _ballots, weight) in BODIES.items()}
    rounds = [
        WeighedRound(
            slug,
            weights[slug],
            "2026-10-01T06:00:00Z",
            {name: result[name] for name in ("kind", "eligibility", "title", "ballot")},
            result,
        )
        for slug, (result, _draws) in evaluated.items()
    ]
    about = {
        "ranking": "joint-measures",
        "process": "integration",
        "phase": "II",
        "task": "prioritise_measures",
        "title": text("Gemeinsame Rangliste", en="Joint ranking"),
        "declared_at": "2026-09-01T10:00:00Z",
        "declared_by": text("Rat der Stadt", en="City council"),
        "computed_at": "2026-11-02T10:00:00Z",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
    }
    goals = None if share is None else Goals(share, "joint-goals", goals_document())
    snapshot = joint_snapshot(about, rounds, goals)
    drawn = [DrawnRound(slug, weights[slug], result, draws) for slug, (result, draws) in evaluated.items()]
    return snapshot, joint_statistics(Evidence(snapshot, drawn, goals_rounds() if goals else ()))


def goals_rounds() -> list[DrawnRound]:
    """Return the one round in which goals were voted on."""
    result, draws = evaluated_round("forum", codes=GOALS)
    return [DrawnRound("forum", 1, result, draws)]


def goals_document() -> Document:
    """Return a settled ranking of the goals."""
    rounds = [WeighedRound(one.slug, one.weight, "2026-01-01", {}, one.snapshot) for one in goals_rounds()]
    return joint_snapshot({"ranking": "joint-goals"}, rounds)
