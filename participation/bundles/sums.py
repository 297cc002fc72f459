"""counts.json where ballots are withheld: sums that ballots can have given."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from participation.bundles.checks import Refused, a_list, a_number, an_object, require, shown
from participation.bundles.counting import Sums
from participation.bundles.declarations import Declared
from participation.bundles.naming import COUNTS
from participation.tally.counts import MOST_BALLOTS, PairwiseCounts
from participation.tally.errors import InvalidCounts
from participation.tally.grades import Histogram
from participation.tally.kinds import NO_OPINION, READINGS, BallotKind
from participation.tally.marks import Marks

_PAIRWISE: Final = ("options", "ballots", "above", "compared")
_NAMES: Final = ("schema", "empty", "marks", *_PAIRWISE)


def read_sums(document: Mapping[str, Any], declared: Declared, ballots: int) -> Sums:
    """Return the sums; raises Refused if no ballots of the round can have given them."""
    an_object(document, _NAMES, "counts.json")
    require(document["schema"] == COUNTS, f"unknown schema {shown(document['schema'])}")
    require(document["options"] == list(declared.standing), "options are not those of round.json that were not struck")
    require(a_number(document["ballots"], "ballots") == ballots, "not as many ballots as the manifest says")
    require(ballots < MOST_BALLOTS, "more ballots than anybody can count")
    empty = a_number(document["empty"], "empty", most=ballots)
    try:
        counts = PairwiseCounts.from_json({name: document[name] for name in _PAIRWISE})
    except InvalidCounts as fault:
        raise Refused(f"above or compared: {fault.code.replace('_', ' ')}") from None
    if READINGS[declared.kind].unmentioned != NO_OPINION:
        _check_all_compared(counts)
    rows = a_list(document["marks"], "marks")
    require(len(rows) == len(declared.standing), "marks are not one list for each option")
    least, most = _bounds(declared)
    given = tuple(
        _histogram(row, code, least, most, ballots - empty) for code, row in zip(declared.standing, rows, strict=True)
    )
    return Sums(counts, Marks(declared.kind, declared.standing, given, empty))


def _check_all_compared(counts: PairwiseCounts) -> None:
    size = len(counts.options)
    everything = counts.ballots * size * (size - 1)
    require(int(counts.compared.sum()) == everything, "compared is not the number of ballots for every two options")


def _bounds(declared: Declared) -> tuple[int, int]:
    ballot = declared.ballot
    bounds: Mapping[BallotKind, tuple[int, int]] = {
        BallotKind.RANKING: (1, ballot.get("k", 0)),
        BallotKind.APPROVAL: (1, 1),
        BallotKind.POINTS: (1, ballot.get("max", 0)),
        BallotKind.SCORE: (0, ballot.get("max", 0)),
    }
    return bounds[declared.kind]


def _histogram(row: object, code: str, least: int, most: int, whole: int) -> Histogram:
    pairs: list[tuple[int, int]] = []
    for pair in a_list(row, f"the marks of {code}"):
        mark, ballots = _pair(a_list(pair, f"a mark of {code}"), code)
        require(least <= mark <= most, f"{code} has a mark beyond the limits: {mark}")
        require(ballots >= 1, f"a mark of {code} without ballots")
        require(not pairs or pairs[-1][0] < mark, f"the marks of {code} do not ascend")
        pairs.append((mark, ballots))
    require(sum(ballots for _mark, ballots in pairs) <= whole, f"{code} has more marks than there are ballots")
    return tuple(pairs)


def _pair(pair: Sequence[object], code: str) -> tuple[int, int]:
    require(len(pair) == 2, f"a mark of {code} is no pair")  # noqa: PLR2004 - a pair
    return a_number(pair[0], f"a mark of {code}"), a_number(pair[1], f"the ballots of a mark of {code}")
