"""Bundles of joint rankings: what is inside them is verified first, and then what follows from it."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from participation.bundles.verification import Asked, Verdict, verify
from tests.factories.bundles import Files, changed, joint_files, ranked, resealed, round_files, text, unpacked

WEIGHTS = {"online": 30, "steering": 70, "silent": 5}
VOTES = [["M1"], ["M2", "M1"], [], ["M3"], ["M1", "M2"]] * 2
SHARE = Fraction(1, 5)


def rates(files: Files) -> dict[str, Fraction | None]:
    options = json.loads(files["ranking.json"])["options"]
    return {one["code"]: Fraction(one["win_rate"]) if one["win_rate"] else None for one in options}


def mixed(own: Fraction | None, goals: Fraction | None) -> Fraction | None:
    return own if own is None or goals is None else (1 - SHARE) * own + SHARE * goals


def combined(
    rounds: dict[str, Files], weights: dict[str, int], goals: dict[str, Fraction], serves: dict[str, list[str]]
) -> dict[str, Any]:
    """Combine by hand what docs/BUNDLE.md calls own, goals, score and coverage."""
    said = {name: rates(rounds[name]) if name in rounds else {} for name in weights}
    whole = sum(weights[name] for name, figures in said.items() if any(one is not None for one in figures.values()))
    codes = {code for figures in said.values() for code in figures}
    own: dict[str, Fraction | None] = {}
    coverage, served = {}, {}
    for code in codes:
        figures = {name: rate for name, one in said.items() if (rate := one.get(code)) is not None}
        weight = sum(weights[name] for name in figures)
        own[code] = sum(weights[name] * rate for name, rate in figures.items()) / Fraction(weight) if weight else None
        coverage[code] = Fraction(weight, whole) if whole else Fraction(0)
        known = [goals[goal] for goal in serves.get(code, []) if goal in goals]
        served[code] = sum(known, Fraction(0)) / len(known) if known else None
    scores = {code: mixed(own[code], served[code]) for code in codes}
    rows, ties = ranked({code: scores[code] if coverage[code] >= Fraction(1, 2) else None for code in codes})
    return {
        "schema": "participation/bundle-joint-ranking/1",
        "rule": "weighted-win-rates",
        "method_version": "win-rate/1",
        "tie_break": None,
        "ballots": sum(json.loads(one["ranking.json"])["ballots"] for one in rounds.values()),
        "options": [
            {
                "code": code,
                "rank": rank,
                "score": text(scores[code]),
                "own": text(own[code]),
                "goals": text(served[code]),
                "coverage": str(coverage[code]),
                "tied_with": tied,
                "rounds": {name: text(said[name].get(code)) for name in weights},
            }
            for code, rank, tied in rows
        ],
        "ties": ties,
    }


@pytest.fixture
def files() -> Files:
    goal_round = round_files(
        {"kind": "score", "max": 5}, ["G1", "G2"], [{"G1": 5, "G2": 1}, {"G2": 3}] * 6, name="goals-1"
    )
    goals = joint_files(
        {"goals-1": goal_round}, {"goals-1": 1}, combined({"goals-1": goal_round}, {"goals-1": 1}, {}, {}), name="goals"
    )
    known = {code: rate for code, rate in rates(goal_round).items() if rate is not None}
    serves = {"M1": ["G1", "G2"], "M2": ["G9"], "M4": ["G2", "G2"]}
    ballot = {"kind": "ranking", "k": 3}
    rounds = {
        "online": round_files(ballot, ["M1", "M2", "M3"], VOTES, name="online", serves={"M1": ["G9"]}, struck=["M3"]),
        "steering": round_files(
            ballot,
            ["M1", "M2", "M4"],
            [["M4"], ["M1"]],
            name="steering",
            serves=serves,
            opens_at="2026-10-02T08:00:00Z",
        ),
    }
    ranking = combined(rounds, WEIGHTS, known, serves)
    return joint_files({**rounds, "silent": None}, WEIGHTS, ranking, share="1/5", goals=goals, goals_ranking="goals")


def steps(files: Files, folder: Path) -> tuple[int, list[str]]:
    verdict = Verdict()
    said = [str(step) for step in verify(unpacked(files, folder), Asked(), verdict)]
    return verdict.exit_code, said


def test_a_joint_ranking_with_goals_is_recounted_from_the_inside_out(files: Files, tmp_path: Path) -> None:
    code, said = steps(files, tmp_path)
    assert (code, said[-1]) == (0, "step 11 ranking: ok")
    assert len(said) == 11 * 5
    assert said[0] == "rounds/online step 1 container: ok"
    assert said[11 * 2] == "goals/rounds/goals-1 step 1 container: ok"
    assert said[11 * 3] == "goals step 1 container: ok"
    assert said[-4] == "step 8 ballots: not possible"


def _inside(files: Files, folder: str) -> Files:
    return {name.removeprefix(folder): data for name, data in files.items() if name.startswith(folder)}


def _without(files: Files, folder: str) -> Files:
    return {name: data for name, data in files.items() if not name.startswith(folder)}


def test_what_is_wrong_inside_is_said_with_its_folder(files: Files, tmp_path: Path) -> None:
    inner = _inside(files, "rounds/online/")
    bad = resealed({**inner, "ballots.jsonl": inner["ballots.jsonl"].replace(b'["M1"]', b'["M2"]', 1)})
    code, said = steps(files | {f"rounds/online/{name}": data for name, data in bad.items()}, tmp_path)
    assert code == 19
    assert said[-1].startswith("rounds/online step 9 root: FAILED: ")


@pytest.mark.parametrize(
    "what, step",
    [
        ("a round's bundle that was exchanged", 7),
        ("a round that is missing", 7),
        ("a round too many", 7),
        ("another weight", 11),
        ("another share", 11),
        ("a share without goals", 7),
        ("another score", 11),
        ("goals of goals", 1),
    ],
)
def test_what_does_not_fit_together_is_found(what: str, step: int, files: Files, tmp_path: Path) -> None:
    other = round_files({"kind": "ranking", "k": 3}, ["M1", "M2", "M3"], VOTES, name="online")
    tampered: dict[str, Any] = {
        "a round's bundle that was exchanged": lambda: files | {f"rounds/online/{name}": other[name] for name in other},
        "a round that is missing": lambda: {
            name: files[name] for name in files if not name.startswith("rounds/online/")
        },
        "a round too many": lambda: files | {f"rounds/third/{name}": other[name] for name in other},
        "another weight": lambda: changed(files, "joint.json", lambda one: one["rounds"][0].update(weight=31)),
        "another share": lambda: changed(files, "joint.json", lambda one: one["carry_over"].update(share="1/4")),
        "a share without goals": lambda: resealed(_without(files, "goals/"), lambda one: one.update(goals=None)),
        "another score": lambda: changed(files, "ranking.json", lambda one: one["options"][0].update(score="1")),
        "goals of goals": lambda: files | {"goals/goals.json": b"{}"},
    }
    code, _said = steps(tampered[what](), tmp_path)
    assert code == 10 + step
