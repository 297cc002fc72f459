"""ballots.jsonl, read once for three steps: whether its ballots are valid, what their root is, what they give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import orjson

from participation.bundles.checks import Refused, an_object, require, shown
from participation.bundles.counting import Sums
from participation.bundles.declarations import Declared
from participation.bundles.lines import RECEIPT_LENGTH, RECEIPT_SIGNS, SALT_BYTES
from participation.bundles.merkle import MerkleTree
from participation.tally.ballots import BATCH, Profile
from participation.tally.counts import PairwiseCounts
from participation.tally.errors import UnreadableBallot
from participation.tally.marks import Marks

_NAMES = frozenset({"content", "receipt", "salt"})
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class ReadBallots:
    """What a file of ballots came to."""

    sums: Sums
    root: str


def read_ballots(lines: Iterable[bytes], declared: Declared, ballots: int) -> ReadBallots:
    """Read canonical lines; raises Refused for the first ballot that is not valid, or if they are not so many."""
    sums = Sums(
        PairwiseCounts.none(declared.standing),
        Marks.none(declared.kind, declared.standing),
    )
    tree = MerkleTree()
    stream = iter(lines)
    read, last = 0, ""
    while batch := [line[:-1] for line in islice(stream, BATCH)]:
        documents = [orjson.loads(line) for line in batch]
        receipts = [_receipt(document, read + place) for place, document in enumerate(documents, start=1)]
        _check_order(last, receipts, read)
        sums += _count([document["content"] for document in documents], declared, read)
        tree.add(batch)
        read, last = read + len(batch), receipts[-1]
    require(read == ballots, f"{read} ballots, the manifest says {ballots}")
    return ReadBallots(sums, tree.root().hex())


def _receipt(document: Mapping[str, Any], line: int) -> str:
    if document.keys() != _NAMES:
        an_object(document, _NAMES, f"line {line}")
    receipt, salt = document["receipt"], document["salt"]
    if type(receipt) is not str or len(receipt) != RECEIPT_LENGTH or not RECEIPT_SIGNS.issuperset(receipt):
        raise Refused(f"line {line} has no receipt of {RECEIPT_LENGTH} characters: {shown(receipt)}")
    if type(salt) is not str or len(salt) != 2 * SALT_BYTES or not _HEXADECIMAL.issuperset(salt):
        raise Refused(f"line {line} has no salt of {2 * SALT_BYTES} hexadecimal digits: {shown(salt)}")
    return receipt


def _check_order(last: str, receipts: list[str], read: int) -> None:
    for place, (one, following) in enumerate(pairwise([last, *receipts]), start=1):
        if one >= following:
            raise Refused(f"line {read + place}: receipts do not ascend, or one stands there twice")


def _count(contents: list[Any], declared: Declared, read: int) -> Sums:
    try:
        profile = Profile.of(declared.kind, declared.shown, contents)
        declared.limits.check(profile)
    except UnreadableBallot as fault:
        reason = fault.code.replace("_", " ")
        raise Refused(f"line {read + fault.ballot + 1} is no valid ballot: {reason}") from None
    return Sums.of(profile.without(declared.struck))
