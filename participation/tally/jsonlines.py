"""Our own file of ballots: JSON lines, UTF-8, one object a line.

A round is declared before its ballots, or in a declaration given beside the file:

    {"round": "online", "ballot": {"kind": "ranking", "k": 3}, "options": ["a", "b", "c", "d"]}
    {"round": "online", "ballot_no": 1, "content": ["c", "a"]}
    {"round": "online", "ballot_no": 2, "content": []}

Contents have the shapes of ballots.Content. Ballots may come in any order and from several rounds in turn.
Ballot numbers are unique within their round; they say which line a fault is about and decide nothing.

A file is read whole or not at all: the first fault raises UnreadableFile with file, line and reason.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Protocol

from participation.tally.ballots import BATCH, Content, Profile
from participation.tally.contributions import Contributions
from participation.tally.counts import PairwiseCounts
from participation.tally.declarations import RoundDeclaration, check_size
from participation.tally.errors import (
    InvalidDeclaration,
    InvalidWeights,
    TallyError,
    UnreadableBallot,
    UnreadableFile,
)
from participation.tally.exact import fraction_from_text
from participation.tally.grades import Grades
from participation.tally.mentions import Mentions

LONGEST_LINE: Final = 2**20
"""Bytes; a ballot that scores ten thousand options still fits."""


class LineReader(Protocol):
    """Any binary file: plain, compressed, or in memory."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line with its line break, cut after `size` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class CountedRound:
    """A round as its file gives it: what adds up over its ballots."""

    declaration: RoundDeclaration
    counts: PairwiseCounts
    mentions: Mentions
    grades: Grades
    contributions: Contributions

    @classmethod
    def none(cls, declaration: RoundDeclaration) -> "CountedRound":
        """A round without ballots, where every sum starts."""
        kind, options = declaration.kind, declaration.options
        return cls(
            declaration,
            PairwiseCounts.none(options),
            Mentions.none(kind, options),
            Grades.none(kind, options),
            Contributions.none(kind, options),
        )

    @classmethod
    def of(cls, declaration: RoundDeclaration, profile: Profile) -> "CountedRound":
        """The ballots of a profile, counted."""
        return cls(
            declaration,
            PairwiseCounts.of(profile),
            Mentions.of(profile),
            Grades.of(profile),
            Contributions.of(profile),
        )

    def __add__(self, other: "CountedRound") -> "CountedRound":
        """The ballots of both; they have to be of the same round."""
        return CountedRound(
            self.declaration,
            self.counts + other.counts,
            self.mentions + other.mentions,
            self.grades + other.grades,
            self.contributions + other.contributions,
        )


def read_ballots(
    stream: LineReader, *, name: str, declared: Iterable[RoundDeclaration] = ()
) -> dict[str, CountedRound]:
    """Count the ballots of a file, round by round, without holding them in memory.

    `name` is the file's name for messages; `declared` are rounds that the file need not declare itself. A
    round without ballots is counted too. Raises UnreadableFile.
    """
    rounds = {one.round: _Counting.start(one) for one in declared}
    in_file: set[str] = set()
    line = 0
    try:
        for line, raw in enumerate(_lines(stream), start=1):  # the fault below names it
            if not raw.strip():
                continue
            document = _object(raw)
            if "content" in document:
                _round_of(document, rounds).add(line, document)
            else:
                _declare(RoundDeclaration.from_json(document), rounds, in_file)
        for counting in rounds.values():
            counting.count()
    except UnreadableBallot as fault:
        raise _unreadable(fault, name, fault.ballot) from None
    except TallyError as fault:
        raise _unreadable(fault, name, line) from None
    return {round_name: counting.counted for round_name, counting in rounds.items()}


def read_declarations(data: bytes, *, name: str) -> list[RoundDeclaration]:
    """Read a JSON list of round declarations, for files of ballots that carry none. Raises UnreadableFile."""
    try:
        documents = _json(data)
        if not isinstance(documents, list):
            raise InvalidDeclaration("not_a_list_of_declarations")
        declarations = [RoundDeclaration.from_json(document) for document in documents]
        check_size(declarations)
        names = [one.round for one in declarations]
        for place, one in enumerate(names):
            if one in names[:place]:
                raise InvalidDeclaration("round_declared_twice", round=one)
    except TallyError as fault:
        raise _unreadable(fault, name) from None
    return declarations


def read_weights(data: bytes, *, name: str) -> dict[str, Fraction]:
    """Read declared weights: a JSON object from round names to whole numbers or texts such as "1/3".

    Decimal numbers are refused, since 0.1 is not the fraction that was meant. Raises UnreadableFile.

    >>> read_weights(b'{"steering": 40, "online": "1/3"}', name="weights.json")
    {'steering': Fraction(40, 1), 'online': Fraction(1, 3)}
    """
    try:
        document = _object(data)
        return {round_name: _weight(round_name, weight) for round_name, weight in document.items()}
    except TallyError as fault:
        raise _unreadable(fault, name) from None


def declaration_line(declaration: RoundDeclaration) -> bytes:
    """The line that declares a round, with its line break."""
    return _line(declaration.to_json())


def ballot_line(round_name: str, ballot_no: int, content: Content) -> bytes:
    r"""The line of one ballot, with its line break.

    >>> ballot_line("online", 1, ["c", "a"])
    b'{"round":"online","ballot_no":1,"content":["c","a"]}\n'
    """
    return _line({"round": round_name, "ballot_no": ballot_no, "content": content})


@dataclass(slots=True)
class _Counting:
    """A round while its file is read: what is counted, and the ballots that wait for the batch to fill."""

    counted: CountedRound
    waiting: list[Content] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)

    @classmethod
    def start(cls, declaration: RoundDeclaration) -> "_Counting":
        return cls(CountedRound.none(declaration))

    @property
    def declaration(self) -> RoundDeclaration:
        return self.counted.declaration

    def add(self, line: int, document: Mapping[str, Any]) -> None:
        number = document.get("ballot_no")
        if set(document) != {"round", "ballot_no", "content"} or type(number) is not int or number < 1:
            raise TallyError("not_a_ballot", needs=["round", "ballot_no", "content"])
        if number in self.numbers:
            raise TallyError("ballot_number_twice", round=self.declaration.round, ballot_no=number)
        self.numbers.add(number)
        self.waiting.append(document["content"])
        self.lines.append(line)
        if len(self.waiting) == BATCH:
            self.count()

    def count(self) -> None:
        """Count what waits; a fault is placed at its line."""
        try:
            profile = Profile.of(self.declaration.kind, self.declaration.options, self.waiting)
            self.declaration.limits.check(profile)
        except UnreadableBallot as fault:
            raise fault.placed(self.lines[fault.ballot]) from None
        self.counted += CountedRound.of(self.declaration, profile)
        self.waiting, self.lines = [], []


def _declare(one: RoundDeclaration, rounds: dict[str, _Counting], in_file: set[str]) -> None:
    """A file may repeat what was declared beside it, but only once and only in the same words."""
    if one.round in in_file or (one.round in rounds and rounds[one.round].declaration != one):
        raise InvalidDeclaration("round_declared_twice", round=one.round)
    in_file.add(one.round)
    if one.round not in rounds:
        check_size([*(counting.declaration for counting in rounds.values()), one])
        rounds[one.round] = _Counting.start(one)


def _round_of(document: Mapping[str, Any], rounds: Mapping[str, _Counting]) -> _Counting:
    name = document.get("round")
    if type(name) is not str or name not in rounds:
        raise TallyError("round_not_declared", round=name)
    return rounds[name]


def _lines(stream: LineReader) -> Iterator[bytes]:
    """Lines, each read no further than one byte beyond what is accepted."""
    return iter(lambda: stream.readline(LONGEST_LINE + 1), b"")


def _object(data: bytes) -> dict[str, Any]:
    document = _json(data)
    if not isinstance(document, dict):
        raise TallyError("not_an_object")
    return document


def _json(data: bytes) -> object:
    if len(data) > LONGEST_LINE:
        raise TallyError("too_long", limit=LONGEST_LINE)
    try:
        document: object = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once_each)
    except UnicodeDecodeError:
        raise TallyError("not_utf_8") from None
    except (ValueError, RecursionError) as fault:
        raise TallyError("not_json", reason=str(fault)) from None
    return document


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """JSON allows a name twice and Python would keep the last: two different votes for one option."""
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        raise TallyError("name_twice", name=next(name for name in names if names.count(name) > 1))
    return document


def _weight(round_name: str, weight: object) -> Fraction:
    if type(weight) is int:
        return Fraction(weight)
    if type(weight) is not str:
        raise InvalidWeights("weight_not_exact", round=round_name, weight=str(weight))
    return fraction_from_text(weight)


def _line(document: Mapping[str, object]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8") + b"\n"


def _unreadable(fault: TallyError, name: str, line: int | None = None) -> UnreadableFile:
    facts: dict[str, Any] = {fact: value for fact, value in fault.facts.items() if fact != "ballot"}
    if line is not None:
        facts["line"] = line
    return UnreadableFile(fault.code, file=name, **facts)
