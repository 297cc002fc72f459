"""Somebody who has the files of a concluded round and tries to find out whose ballot is whose.

Everything that could give an order or a neighbourhood away is tried: how tables list their rows, the system columns of
PostgreSQL, where in each file a name or a receipt lies first and last, what lies next to what, in pages, free pages,
logs and backups, and every key that is still to be found. Each attempt is a guess of a receipt for each participant;
of a guess that rests on nothing one pair is right on average, however many there are.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from participation.ballots.keys import RoundKey

Guess = Mapping[str, str]
"""A receipt for each participant."""

KNOWN: Final = 0.5
"""A file tells an order if it has at least this share of the names."""


@dataclass(frozen=True)
class Evidence:
    """What somebody has: lists of participants and of receipts in some order, raw files, and keys of rounds."""

    participants: Mapping[str, Sequence[str]]
    receipts: Mapping[str, Sequence[str]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    keys: Sequence[bytes] = ()


def guesses(evidence: Evidence) -> Iterator[tuple[str, Guess]]:
    """Give every attempt with its name."""
    people = sorted(set().union(*evidence.participants.values()))
    receipts = sorted(set().union(*evidence.receipts.values()))
    names = {name: _places(content, people) for name, content in evidence.files.items()}
    marks = {name: _places(content, receipts) for name, content in evidence.files.items()}
    known_people = {**evidence.participants, **_orders(names, len(people))}
    known_receipts = {**evidence.receipts, **_orders(marks, len(receipts))}
    for by, order in known_people.items():
        for other, received in known_receipts.items():
            yield f"{by} as {other}", dict(zip(order, received, strict=False))
            yield f"{by} as {other}, backwards", dict(zip(order, reversed(received), strict=False))
    for name, content in evidence.files.items():
        for side, where in _SIDES.items():
            yield f"{where} in {name}", _neighbours(names[name], marks[name], side)
        if name.endswith("-wal"):
            yield f"commits in {name}", _commits(content, people, receipts)
    for number, key in enumerate(evidence.keys):
        yield f"key {number}", _by_key(RoundKey(key), people, evidence.files, marks)


def best(evidence: Evidence, truth: Guess) -> tuple[int, str]:
    """Return how many pairs the best attempt has right, and which attempt that was."""
    tried = [(sum(truth.get(one) == other for one, other in guess.items()), name) for name, guess in guesses(evidence)]
    return max(tried, key=lambda attempt: attempt[0])


_SIDES: Final = {-1: "before", 1: "behind", 0: "nearest"}

Places = Mapping[str, Sequence[int]]
"""Where each text lies in a file, in ascending order."""


def _places(content: bytes, texts: Sequence[str]) -> Places:
    return {text: found for text in texts if (found := [at.start() for at in re.finditer(text.encode(), content)])}


def _orders(files: Mapping[str, Places], count: int) -> dict[str, list[str]]:
    """Return the orders in which files have the texts first and last, where they have most of them."""
    orders = {}
    for name, places in files.items():
        if len(places) >= KNOWN * count:
            orders[f"first in {name}"] = sorted(places, key=lambda text: places[text][0])
            orders[f"last in {name}"] = sorted(places, key=lambda text: places[text][-1])
    return orders


def _neighbours(names: Places, marks: Places, side: int) -> Guess:
    """Pair each name with the receipt that most often lies next to it: before, behind, or on the nearer side."""
    line = sorted((place, mark) for mark, places in marks.items() for place in places)
    at = [place for place, _mark in line]
    guess = {}
    for name, places in names.items():
        near: Counter[str] = Counter()
        for place in places:
            before, behind = bisect_left(at, place) - 1, bisect_right(at, place)
            beside = {-1: (before,), 1: (behind,), 0: (before, behind)}[side]
            candidates = [index for index in beside if 0 <= index < len(line)]
            if candidates:
                near[line[min(candidates, key=lambda index: abs(at[index] - place))][1]] += 1
        if near:
            guess[name] = near.most_common(1)[0][0]
    return guess


WAL_HEAD: Final = 32
FRAME_HEAD: Final = 24


def _commits(log: bytes, people: Sequence[str], receipts: Sequence[str]) -> Guess:
    """Pair what a commit of SQLite's log brings for the first time; where it brings several, one after the other."""
    page = int.from_bytes(log[8:12], "big")
    guess: dict[str, str] = {}
    known: set[str] = set()
    frames: list[bytes] = []
    for at in range(WAL_HEAD, len(log) - FRAME_HEAD - page + 1, FRAME_HEAD + page):
        frames.append(log[at + FRAME_HEAD : at + FRAME_HEAD + page])
        if not any(log[at + 4 : at + 8]):  # the last frame of a commit says how large the database is then
            continue
        brought, frames = b"".join(frames), []
        came = [one for one in people if one not in known and one.encode() in brought]
        left = [one for one in receipts if one not in known and one.encode() in brought]
        known.update(came, left)
        guess |= zip(came, left, strict=False)
    return guess


def _by_key(key: RoundKey, people: Sequence[str], files: Mapping[str, bytes], marks: Mapping[str, Places]) -> Guess:
    """Work out under which key each ballot was filed, and take the receipt that lies nearest to it."""
    filed = {key.ballot_key(participant): participant for participant in people}
    guess: dict[str, str] = {}
    for name, content in files.items():
        near = _neighbours(_places(content, list(filed)), marks[name], 0)
        guess |= {filed[ballot_key]: receipt for ballot_key, receipt in near.items()}
    return guess
