"""Bundles that nobody thought of: changed at random, made up at random. Both verifiers must agree about each."""

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.verify.bundles import VERIFIERS, Answer, good, lay_out, packed, seal
from verify import verify_bundle
from verify.vectors import generate
from verify.vectors.generate import Joint, Round

FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MANY = settings(FEW, max_examples=500)
VECTOR_NAMES = ["ranking", "points", "score", "few", "few-auditors", "joint-with-goals"]


def judge(bundle: Mapping[str, bytes] | bytes, capsys: pytest.CaptureFixture[str]) -> Answer:
    """Ask both verifiers, who must agree, and give their answer."""
    answers = judged_by_both(bundle, capsys)
    assert len({(answer.code, answer.last) for answer in answers}) == 1, [answer.lines[-2:] for answer in answers]
    return answers[0]


def judged_by_both(bundle: Mapping[str, bytes] | bytes, capsys: pytest.CaptureFixture[str]) -> list[Answer]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bundle")
        if isinstance(bundle, bytes):
            path.write_bytes(bundle)
        else:
            lay_out(bundle, path)
        answers = [verifier([str(path)], capsys) for verifier in VERIFIERS.values()]
    assert not any("could not go on" in line for answer in answers for line in answer.lines)
    return answers


# --- Changed bytes ------------------------------------------------------------------------------------------------


def disturbed(data: bytes, chance: random.Random) -> bytes:
    """Change, insert, drop, double or cut a few bytes."""
    at, length = chance.randrange(len(data) + 1), chance.choice([1, 1, 1, 2, 8, 100])
    some = bytes(chance.choice([0, 9, 10, 32, 34, 44, 48, 92, 123, 125, 255]) for _ in range(length))
    return chance.choice(
        [
            data[:at] + some + data[at + length :],
            data[:at] + some + data[at:],
            data[:at] + data[at + length :],
            data[: at + length] + data[at:],
            data[:at],
        ]
    )


def a_changed_byte_is_caught(name: str, chance: random.Random, capsys: pytest.CaptureFixture[str]) -> None:
    files = good(name)
    changed = chance.choice(sorted(files))
    before = files[changed]
    files[changed] = disturbed(before, chance)
    assert (judge(files, capsys).code == 0) == (files[changed] == before)


def a_damaged_archive_is_no_other_bundle(name: str, chance: random.Random, capsys: pytest.CaptureFixture[str]) -> None:
    """Some bytes of an archive say nothing (the time of a file); what verifies is the bundle that was packed."""
    for answer in judged_by_both(disturbed(packed(good(name)), chance), capsys):
        assert answer.last in {"NOT VERIFIED", f"VERIFIED {generate.fingerprint(good(name))}"}


# --- Changed meaning ----------------------------------------------------------------------------------------------

ODD: list[Any] = [None, True, False, 0, 1, -1, 2**53 - 1, "", "0", "1/2", "2/4", "\u0130\u200f\U0001f6b2", [], {}, [[]]]


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value inside a value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*way, key)
        yield from places(part, (*way, key))


def changed_somewhere(value: Any, chance: random.Random) -> None:
    """Replace, remove, add or double one value inside an object."""
    *way, last = chance.choice(list(places(value)))
    for key in way:
        value = value[key]
    act = chance.choice(["replace", "replace", "replace", "remove", "add", "double", "move"])
    if act == "remove":
        del value[last]
    elif isinstance(value, list) and act in {"add", "double", "move"}:
        value.insert(
            chance.randrange(len(value) + 1), {"add": ODD, "double": [value[last]]}.get(act, [value.pop(last)])[0]
        )
    elif act == "add":
        value[chance.choice(["x", "M1", "M10", "M77"])] = chance.choice(ODD)
    elif type(value[last]) is int and chance.random() < 0.5:
        value[last] += chance.choice([-1, 1])
    else:
        value[last] = chance.choice([*ODD, *value.values()] if isinstance(value, dict) else [*ODD, *value])


def a_changed_meaning_is_judged_alike(name: str, chance: random.Random, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever holds the key can declare another round, but not another count of the same ballots."""
    files = good(name)
    changed = chance.choice([file for file in sorted(files) if file.endswith((".json", ".jsonl"))])
    before = files[changed]
    lines = before.splitlines(keepends=True) or [b'{"x":1}\n']
    at = chance.randrange(len(lines))
    value = json.loads(lines[at])
    changed_somewhere(value, chance)
    lines[at] = generate.canonical(value) + (b"\n" if changed.endswith(".jsonl") else b"")
    files[changed] = b"".join(lines)
    try:
        seal(files)
    except (KeyError, TypeError, AttributeError):  # the manifest has lost what is needed to seal it
        return
    same = files[changed] == before
    answer = judge(files, capsys)
    recounted = changed.endswith(("ranking.json", "counts.json", "ballots.jsonl"))
    if recounted and name != "few" and "steering" not in changed:
        assert (answer.code == 0) == same


# --- Made up ------------------------------------------------------------------------------------------------------

CODES = ["M1", "M2", "M10", "A7", "B03"]
CONTENTS: Mapping[str, Callable[[random.Random, int], Any]] = {
    "ranking": lambda chance, limit: chance.sample(CODES, chance.randint(0, limit)),
    "approval": lambda chance, limit: chance.sample(CODES, chance.randint(0, limit)),
    "points": lambda chance, limit: dict.fromkeys(chance.sample(CODES, chance.randint(0, limit)), 1),
    "score": lambda chance, limit: {
        code: chance.randint(0, limit) for code in chance.sample(CODES, chance.randint(0, 5))
    },
}


def made_up(name: str, kind: str, chance: random.Random) -> Round:
    """Make up a round of some of the options, some of which are struck."""
    limit = chance.randint(1, 5)
    limits = {"points": {"points": limit, "max": 2}, "score": {"max": limit}}.get(kind, {"k": limit})
    goals = [chance.choice(CODES) for _ in range(chance.randint(0, 3))]
    return Round(
        name=name,
        ballot={"kind": kind, **limits},
        options={code: generate.measure(generate.text(code), *goals) for code in CODES},
        opens_at=f"2026-09-0{chance.randint(1, 3)}T08:00:00Z",
        contents=[CONTENTS[kind](chance, limit) for _ in range(chance.choice([0, 1, 3, 9, 10, 11, 40]))],
        struck=tuple(chance.sample(CODES, chance.choice([0, 0, 1, 2, 5]))),
    )


def joint_made_up(name: str, chance: random.Random) -> Joint:
    """Make up a joint ranking of rounds of which some have no weight, no ballots or no count."""
    kinds = {f"r{number}": chance.choice(list(CONTENTS)) for number in range(chance.randint(1, 4))}
    rounds = {
        round_: (chance.choice([0, 1, 1, 2, 30]), made_up(round_, kind, chance) if chance.random() < 0.9 else None)
        for round_, kind in kinds.items()
    }
    rounds["last"] = (7, made_up("last", chance.choice(list(CONTENTS)), chance))
    return Joint(name=name, rounds=rounds)


def a_round_made_up_is_verified(kind: str, chance: random.Random, capsys: pytest.CaptureFixture[str]) -> None:
    """The vectors' generator counts pair by pair and ballot by ballot; the verifiers have shorter ways."""
    bundle = generate.bundle_of_round(made_up("online", kind, chance), auditors=chance.random() < 0.5)
    assert judge(bundle, capsys).code == 0


def a_joint_ranking_made_up_is_verified(share: str, chance: random.Random, capsys: pytest.CaptureFixture[str]) -> None:
    joint = joint_made_up("measures", chance)
    if share != "0":
        joint = replace(joint, share=share, goals=joint_made_up("goals", chance))
    assert judge(generate.bundle_of_joint(joint), capsys).code == 0


PROPERTIES = [
    (a_changed_byte_is_caught, VECTOR_NAMES),
    (a_damaged_archive_is_no_other_bundle, VECTOR_NAMES),
    (a_changed_meaning_is_judged_alike, VECTOR_NAMES),
    (a_round_made_up_is_verified, list(CONTENTS)),
    (a_joint_ranking_made_up_is_verified, ["0", "1/7", "1/2", "1"]),
]
named = pytest.mark.parametrize("holds, about", PROPERTIES, ids=[holds.__name__ for holds, _ in PROPERTIES])


@named
@FEW
@given(chance=st.randoms(use_true_random=False))
def test_a_few_times(
    holds: Callable[[str, random.Random, pytest.CaptureFixture[str]], None],
    about: list[str],
    chance: random.Random,
    capsys: pytest.CaptureFixture[str],
) -> None:
    holds(chance.choice(about), chance, capsys)


@pytest.mark.slow
@named
@MANY
@given(seed=st.integers(0, 2**63))
def test_thousands_of_times(
    holds: Callable[[str, random.Random, pytest.CaptureFixture[str]], None],
    about: list[str],
    seed: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chance = random.Random(seed)
    holds(chance.choice(about), chance, capsys)


@FEW
@given(st.binary(max_size=300))
def test_bytes_at_random_are_no_bundle(capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    assert judge(data, capsys).code == 11


# --- Canonical form -----------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=12,
)


def allowed(value: Any) -> bool:
    """Tell whether numbers and names are such as bundles may hold."""
    if isinstance(value, dict):
        return all(name.isascii() for name in value) and all(map(allowed, value.values()))
    if isinstance(value, list):
        return all(map(allowed, value))
    return not isinstance(value, int) or abs(value) < 2**53


@FEW
@given(st.dictionaries(st.text(st.characters(max_codepoint=127)), VALUES), st.randoms(use_true_random=False))
def test_canonical_is_what_is_written_again_as_it_was_read(value: dict[str, Any], chance: random.Random) -> None:
    data = generate.canonical(value)
    verify_bundle.check_canonical(data)
    other = disturbed(data, chance)
    try:
        read = json.loads(other)
        same = isinstance(read, dict) and allowed(read) and generate.canonical(read) == other
    except (ValueError, RecursionError):
        same = False
    if same:
        verify_bundle.check_canonical(other)
    else:
        with pytest.raises(verify_bundle.Refused):
            verify_bundle.check_canonical(other)
