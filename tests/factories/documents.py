"""Whole result documents, for tests of what is made from them: pages, files, questions about weights.

A process of three bodies, twelve measures and as many ballots as asked for, drawn with a fixed seed, counted by the
rules themselves. Nothing of it needs a database.
"""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from participation.results.rules.documents import document_hash
from participation.results.rules.joint_snapshot import Goals, WeighedRound, joint_snapshot
from participation.results.rules.round_snapshot import CountedBox, FrozenOption, Turnout, round_snapshot
from participation.tally.ballots import Content, Profile
from participation.tally.counts import PairwiseCounts
from participation.tally.kinds import BallotKind
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
    return CountedBox(PairwiseCounts.of(profile), Mentions.of(profile), document_hash(ballots))


def round_document(slug: str = "online", *, codes: Sequence[str] = MEASURES, ballots: int | None = None) -> Document:
    """Return the result of one of BODIES."""
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
    document = round_snapshot(about, options, box, Turnout(size if kind == "steering_group" else None))
    return document | round_statistics(document)


def joint_documents(*, share: Fraction | None = None, codes: Sequence[str] = MEASURES) -> tuple[Document, Document]:
    """Return a joint ranking's snapshot and its statistics; with a share, the goals that measures serve carry over."""
    rounds = [
        WeighedRound(
            slug,
            weight,
            "2026-10-01T06:00:00Z",
            {name: result[name] for name in ("kind", "eligibility", "title", "ballot")},
            result,
        )
        for slug, (_kind, _ballot, _ballots, weight) in BODIES.items()
        for result in [round_document(slug, codes=codes)]
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
    return snapshot, joint_statistics(snapshot)


def goals_document() -> Document:
    """Return as much of a settled ranking of goals as carries over."""
    scores = zip(GOALS, ("3/4", "1/2", "1/4"), strict=True)
    options = [{"code": code, "score": score, "rank": rank} for rank, (code, score) in enumerate(scores, start=1)]
    return {"ranking": "joint-goals", "inputs_hash": document_hash(options), "options": options}


def round_statistics(document: Mapping[str, Any]) -> Document:
    """Return what stands beside a round's figures: bands, other rules, the Condorcet winner, the order shown."""
    codes = [one["code"] for one in document["options"]]
    other = {"options": [{"code": one["code"], "rank": one["rank"], "figure": None} for one in document["options"]]}
    carried: Document = {"schulze": other, "kemeny": other | {"optimal": True, "unique": True, "gap": "0"}}
    figures = [
        {"code": one["code"], "rank": one["rank"], "figure": f"{one['mentioned']}/{document['ballots'] + 1}"}
        for one in document["options"]
    ]
    by_kind = {"approval": ("approval",), "score": ("approval", "score", "median")}
    carried |= {rule: {"options": figures} for rule in by_kind.get(document["ballot"]["kind"], ())}
    return {
        "statistics": _bands(document["options"], "win_rate")
        | {"everybody_voted": document["turnout"]["expected"] == document["ballots"]},
        "rules": carried,
        "condorcet": {"winner": codes[0]},
        "shown": sorted(codes, key=lambda code: int(code[1:])),
    }


def joint_statistics(snapshot: Mapping[str, Any]) -> Document:
    """Return a joint ranking's statistics, drawn by hand around its figures."""
    options = snapshot["options"]
    order = [{"code": one["code"], "rank": one["rank"]} for one in options]
    tau = {"tau_b": "0.879", "numerator": 58, "radicand": 4356, "options": len(options)}
    return _bands(options, "score") | {
        "agreement": {
            "kendall_w": {
                "w": "0.812",
                "numerator": 812,
                "denominator": 1000,
                "options": len(options),
                "rounds": len(snapshot["rounds"]),
            }
        },
        "disagreements": [
            {
                "code": one["code"],
                "spread": "1/4",
                "rounds": {
                    slug: {"score": score, "rank": place}
                    for place, (slug, score) in enumerate(one["rounds"].items(), start=1)
                },
            }
            for one in options[:5]
        ],
        "condorcet": {"winner": options[0]["code"], "is_first": True},
        "rules": {
            "schulze": {"options": order, "tau_b": tau},
            "kemeny": {"options": order, "tau_b": tau, "optimal": True, "unique": True, "gap": "0"},
        },
        "leave_one_out": [{"round": one["round"], "tau_b": tau, "options": order} for one in snapshot["rounds"]],
        "weight_intervals": [
            {"round": one["round"], "weight": one["weight"], "share": one["share"], "low": "1/5", "high": "1/2"}
            for one in snapshot["rounds"]
        ],
        "holds": {"what": "first_places", "count": 10},
    }


def _bands(options: Sequence[Mapping[str, Any]], figure: str) -> Document:
    last = len(options)
    codes = [one["code"] for one in options]
    return {
        "version": "bands/1",
        "method": "bootstrap",
        "draws": 1000,
        "level": "19/20",
        "seed": "0" * 64,
        "options": [
            {
                "code": one["code"],
                "rank": [max(1, place - 2), min(last, place + 3)],
                "score": [f"{float(Fraction(one[figure])) - 0.03:.4f}", f"{float(Fraction(one[figure])) + 0.03:.4f}"],
            }
            for place, one in enumerate(options, start=1)
        ],
        "groups": [codes[:2], codes[2:7], codes[7:]],
    }
