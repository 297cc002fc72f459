"""What a round asked, as a file declares it: ballot kind, limits, and the options that were shown.

Nothing about ballots is guessed from the ballots: whether an option that nobody mentions stood at all, and
whether silence means last or no opinion, changes results.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from participation.tally.ballots import Limits, option_places
from participation.tally.errors import InvalidDeclaration, TallyError
from participation.tally.kinds import BallotKind

NO_LIMITS: Final = Limits()

MOST_ROUNDS: Final = 1_000
"""Rounds of one file: bodies times what each was asked."""

MOST_TO_COUNT: Final = 2_000
"""Options of a round that is counted: its counts of pairs grow with the square, to 32 MB a matrix."""

MOST_PAIRS: Final = 2**24
"""Pairs of options over all rounds of a file: a short line can declare what takes gigabytes to count."""

_LIMITS: Final[Mapping[BallotKind, Mapping[str, str]]] = MappingProxyType(
    {
        BallotKind.RANKING: {"k": "options"},
        BallotKind.APPROVAL: {"k": "options"},
        BallotKind.POINTS: {"points": "points", "max": "value"},
        BallotKind.SCORE: {"max": "value"},
    }
)
"""The limits that each kind can declare: their names in a file, and in Limits."""


@dataclass(frozen=True, slots=True)
class RoundDeclaration:
    """A round's name, how its ballots are read, and what they could say."""

    round: str
    kind: BallotKind
    options: tuple[str, ...]
    limits: Limits = NO_LIMITS

    @classmethod
    def from_json(cls, document: object) -> "RoundDeclaration":
        """Read {"round": name, "ballot": {"kind": ..., limits}, "options": [codes]}; nothing else may be there.

        Limits are "k" for rankings and approvals, "points" and "max" for points, "max" for scores; one that
        is not declared is not checked. Raises InvalidDeclaration or InvalidOptions.

        >>> ballot = {"kind": "points", "points": 30, "max": 6}
        >>> RoundDeclaration.from_json({"round": "r", "ballot": ballot, "options": ["a", "b"]}).limits
        Limits(options=None, points=30, value=6)
        """
        if not isinstance(document, Mapping) or set(document) != {"round", "ballot", "options"}:
            raise InvalidDeclaration("not_a_round_declaration", needs=["round", "ballot", "options"])
        kind, limits = _ballot(document["ballot"])
        if not isinstance(document["options"], list):
            raise InvalidDeclaration("not_a_list_of_codes")
        options = tuple(option_places(document["options"]))
        return cls(_code(document["round"]), kind, tuple(map(_code, options)), limits)

    def to_json(self) -> dict[str, object]:
        """The same document again."""
        declared = {
            name: getattr(self.limits, limit)
            for name, limit in _LIMITS[self.kind].items()
            if getattr(self.limits, limit) is not None
        }
        return {
            "round": self.round,
            "ballot": {"kind": self.kind.value, **declared},
            "options": list(self.options),
        }


def _ballot(document: object) -> tuple[BallotKind, Limits]:
    if not isinstance(document, Mapping) or document.get("kind") not in list(BallotKind):
        raise InvalidDeclaration("unknown_ballot_kind", known=[kind.value for kind in BallotKind])
    kind = BallotKind(document["kind"])
    limits: dict[str, int] = {}
    for name, value in document.items():
        if name == "kind":
            continue
        if name not in _LIMITS[kind]:
            raise InvalidDeclaration("unknown_limit", limit=name, kind=kind.value)
        if type(value) is not int or value < 1:
            raise InvalidDeclaration("limit_not_a_whole_number", limit=name)
        limits[_LIMITS[kind][name]] = value
    return kind, Limits(**limits)


def _code(text: object) -> str:
    """A code is printed and compared by eye: no invisible characters, none that cannot be written."""
    if type(text) is not str or not text or not text.isprintable() or text != text.strip():
        raise InvalidDeclaration("not_a_code")
    return text


def check_size(rounds: Collection[RoundDeclaration]) -> None:
    """Raise TallyError for rounds that cannot be counted together, before anything is made for them.

    >>> check_size([RoundDeclaration("r", BallotKind.RANKING, ("a", "b"))])
    """
    if len(rounds) > MOST_ROUNDS:
        raise TallyError("too_many_rounds", limit=MOST_ROUNDS)
    sizes = [len(one.options) for one in rounds]
    if max(sizes, default=0) > MOST_TO_COUNT:
        raise TallyError("too_many_options_to_count", limit=MOST_TO_COUNT, options=max(sizes))
    pairs = sum(size**2 for size in sizes)
    if pairs > MOST_PAIRS:
        raise TallyError("too_many_pairs_to_count", limit=MOST_PAIRS, pairs=pairs)
