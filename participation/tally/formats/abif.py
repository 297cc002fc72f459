"""Ballots in the Aggregated Ballot Information Format: files that end with .abif (electowiki.org/wiki/ABIF).

There is no formal specification; what is read here is what the project's drafts describe and its test data
(electorama/abiftool) use:

    {"title": "..."}                  metadata: a JSON object, or one key without quotation marks
    =Memph:[Memphis, TN]              an option's token and what it is called
    42:Memph>Nash=Chat>Knox           42 people rank: > above, = tied
    12:Allie/5, Billy/0, Dennis/3     12 people rate; an option without a rating in such a list has no opinion
    7:Memph,Nash                      7 people choose these
    50:                               50 empty ballots
    # a comment, in a line of its own or behind everything else

A token stands bare or in brackets or quotation marks. Where options are declared, no others may be named;
where none is, those that ballots name are the options, in the order in which they come.

What a file's ballots are follows from `ballot_type` (ranked, rated, choose_many, choose_one) or `max_rating`
1, which is a choice; without either, from what ballots are written with: ratings, else > or =, else commas,
which mean choices. Rated ballots are read by their ratings: between equal ratings > says nothing, but a higher
rating behind a lower one, or = between different ones, is refused.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from participation.tally.ballots import LARGEST_VALUE, Profile
from participation.tally.declarations import RoundDeclaration
from participation.tally.formats.elections import Election
from participation.tally.formats.lines import BLANKS, LONGEST_CODE, MOST_OPTIONS, ByteReader, Place, numbered_lines
from participation.tally.formats.numbers import whole_number
from participation.tally.formats.orders import LARGEST_COUNT, Order, ranking_profile, times
from participation.tally.formats.tokens import Tokens
from participation.tally.kinds import BallotKind

Scalar: TypeAlias = str | int | float | None

BALLOT_TYPES: Final[Mapping[str, BallotKind]] = MappingProxyType(
    {
        "ranked": BallotKind.RANKING,
        "rated": BallotKind.SCORE,
        "choose_many": BallotKind.APPROVAL,
        "choose_one": BallotKind.APPROVAL,
    }
)
_BARE_KEY: Final = re.compile(r"\{[ \t]*([A-Za-z_][A-Za-z_0-9]*)[ \t]*:(.*)\}[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class AbifBallot:
    """A ballot and how many people cast it."""

    order: Order
    scores: tuple[int, ...] | None = None
    """The ratings of the options in the order's groups, one behind the other; None unless ballots are rated."""


@dataclass(frozen=True, slots=True)
class AbifFile:
    """One election."""

    kind: BallotKind
    metadata: Mapping[str, Scalar]
    options: tuple[str, ...]
    """Tokens."""
    names: Mapping[str, str]
    """What options are called, by token, where the file says so."""
    ballots: tuple[AbifBallot, ...]

    def election(self) -> Election:
        """The ballots, ready to be counted."""
        orders = [ballot.order for ballot in self.ballots]
        if self.kind is BallotKind.RANKING:
            profile = ranking_profile(self.options, orders)
        else:
            listed = [[option for group in order.groups for option in group] for order in orders]
            given = [score for ballot in self.ballots for score in ballot.scores or ()]
            profile = Profile(
                self.kind,
                self.options,
                np.array([option for one in listed for option in one], np.int32),
                np.array(given, np.int64) if self.kind is BallotKind.SCORE else None,
                np.array([len(one) for one in listed], np.int64),
            )
        title = self.metadata.get("title")
        name = title if isinstance(title, str) and title else "ballots"
        return Election(RoundDeclaration(name, self.kind, self.options), profile, times(orders), self.names)


def read_abif(stream: ByteReader, *, name: str) -> AbifFile:
    """Read an election; `name` is the file's name for messages. Raises UnreadableFile."""
    reading = _Reading(name)
    for number, line in numbered_lines(stream, name):
        place = Place(name, number, len(line) - len(line.lstrip(BLANKS)) + 1)
        text = line.strip(BLANKS)
        reading.last = number
        if text and not text.startswith("#"):
            _LINES.get(text[0], _Reading.ballot)(reading, text, place)
    return reading.result()


def write_abif(file: AbifFile) -> bytes:
    """Write an election; reading it gives the same ballots."""
    metadata = {**file.metadata, "ballot_type": _type_of(file)}
    lines = [json.dumps({key: value}, ensure_ascii=False) for key, value in metadata.items()]
    lines += [f"={_token(option)}:{_enclosed(file.names.get(option, option))}" for option in file.options]
    lines += [f"{ballot.order.times}:{_ballot_text(file, ballot)}" for ballot in file.ballots]
    return "".join(line + "\n" for line in lines).encode()


@dataclass(slots=True)
class _Read:
    """One line of ballots as it stands there: options with their ratings, and the signs between them."""

    times: int
    options: list[int]
    ratings: list[int | None]
    signs: list[str]
    place: Place


@dataclass(slots=True)
class _Reading:
    name: str
    metadata: dict[str, Scalar] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ballots: list[_Read] = field(default_factory=list)
    people: int = 0
    last: int = 1

    def about(self, text: str, place: Place) -> None:
        """Read a line of metadata."""
        for key, value in _pairs(text, place):
            if key in self.metadata:
                place.refuse("entry_twice", name=key[:LONGEST_CODE])
            if not isinstance(value, str | int | float | None):
                place.refuse("not_a_single_value", name=key[:LONGEST_CODE])
            self.metadata[key], self.places[key] = value, place

    def option(self, text: str, place: Place) -> None:
        """Read the declaration of an option."""
        if self.ballots:
            place.refuse("option_after_ballots")
        tokens = Tokens(text, place, at=1)
        here, token = tokens.here(), tokens.token()
        tokens.expect(":")
        if token in self.index:
            here.refuse("id_twice", what="option", text=token)
        self._add(token, here)
        name = tokens.name()
        tokens.end()
        self.names[token] = name

    def ballot(self, text: str, place: Place) -> None:
        """Read one ballot and how many people cast it."""
        tokens = Tokens(text, place)
        count = whole_number(tokens.until(":"), place, "count")
        if not 1 <= count <= LARGEST_COUNT - self.people:
            place.refuse("count_out_of_range", most=LARGEST_COUNT)
        tokens.expect(":")
        read, seen = _Read(count, [], [], [], place), set[int]()
        while not tokens.done() or read.signs:
            here = tokens.here()
            option = self._place(tokens.token(), here)
            if option in seen:
                here.refuse("choice_twice", option=next(one for one, at in self.index.items() if at == option))
            seen.add(option)
            read.options.append(option)
            read.ratings.append(_rating(tokens))
            if tokens.done():
                break
            read.signs.append(tokens.sign(">=,"))
        self.people += count
        self.ballots.append(read)

    def result(self) -> AbifFile:
        """Everything, if the ballots are of one kind."""
        if not self.ballots:
            Place(self.name, self.last).refuse("no_ballots")
        stated = self.metadata.get("ballotcount", self.people)
        if stated != self.people:
            self.places["ballotcount"].refuse("wrong_count", what="ballotcount", stated=stated, found=self.people)
        kind = self._kind()
        ballots = tuple(_BALLOTS[kind](read) for read in self.ballots)
        return AbifFile(kind, self.metadata, tuple(self.index), self.names, ballots)

    def _kind(self) -> BallotKind:
        stated = self.metadata.get("ballot_type")
        if stated is not None:
            if stated not in BALLOT_TYPES:
                self.places["ballot_type"].refuse(
                    "unknown_ballot_kind", text=str(stated)[:LONGEST_CODE], known=list(BALLOT_TYPES)
                )
            return BALLOT_TYPES[str(stated)]
        if self.metadata.get("max_rating") == 1:
            return BallotKind.APPROVAL
        if any(rating is not None for read in self.ballots for rating in read.ratings):
            return BallotKind.SCORE
        signs = {sign for read in self.ballots for sign in read.signs}
        return BallotKind.APPROVAL if signs == {","} else BallotKind.RANKING

    def _place(self, token: str, place: Place) -> int:
        if token not in self.index:
            if self.names:
                place.refuse("unknown_option", option=token)
            self._add(token, place)
        return self.index[token]

    def _add(self, token: str, place: Place) -> None:
        if len(self.index) == MOST_OPTIONS:
            place.refuse("too_many_options", limit=MOST_OPTIONS)
        self.index[token] = len(self.index)


_LINES: Final = {"{": _Reading.about, "=": _Reading.option}
"""What reads a line that begins with this sign; all others are ballots."""


def _pairs(text: str, place: Place) -> Sequence[tuple[str, object]]:
    bare = _BARE_KEY.match(text)
    try:
        if bare is not None:
            return [(bare[1], json.loads(bare[2]))]
        pairs: list[tuple[str, object]] = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        place.refuse("not_metadata", needs='{"key": "value"}')
    return pairs


def _rating(tokens: Tokens) -> int | None:
    if not tokens.skip("/"):
        return None
    here = tokens.here()
    value = whole_number(tokens.digits(), here, "rating")
    if value > LARGEST_VALUE:
        here.refuse("value_too_large", limit=LARGEST_VALUE)
    return value


def _ranked(read: _Read) -> AbifBallot:
    if any(rating is not None for rating in read.ratings):
        read.place.refuse("ratings_on_a_ranking")
    if "," in read.signs:
        read.place.refuse("mixed_separators", signs=sorted(set(read.signs)))
    groups: list[list[int]] = []
    for option, sign in zip(read.options, [">", *read.signs], strict=False):
        if sign == ">":
            groups.append([])
        groups[-1].append(option)
    return AbifBallot(Order(read.times, tuple(map(tuple, groups)), read.place.line))


def _rated(read: _Read) -> AbifBallot:
    known = [(option, rating) for option, rating in zip(read.options, read.ratings, strict=True) if rating is not None]
    ordered = any(sign != "," for sign in read.signs)
    if read.options and (not known or (ordered and len(known) < len(read.options))):
        read.place.refuse("rating_missing")
    if ordered and "," in read.signs:
        read.place.refuse("mixed_separators", signs=sorted(set(read.signs)))
    if ordered:
        for sign, (_, above), (_, below) in zip(read.signs, known, known[1:], strict=False):
            if above < below or (sign == "=" and above != below):
                read.place.refuse("order_against_ratings", above=above, below=below)
    groups = tuple((option,) for option, _ in known)
    return AbifBallot(Order(read.times, groups, read.place.line), tuple(rating for _, rating in known))


def _chosen(read: _Read) -> AbifBallot:
    if ">" in read.signs or len(set(read.signs)) > 1:
        read.place.refuse("mixed_separators", signs=sorted(set(read.signs)))
    if any(rating not in {None, 0, 1} for rating in read.ratings):
        read.place.refuse("value_too_large", limit=1)
    chosen = tuple(option for option, rating in zip(read.options, read.ratings, strict=True) if rating != 0)
    return AbifBallot(Order(read.times, (chosen,) if chosen else (), read.place.line))


_BALLOTS: Final = {BallotKind.RANKING: _ranked, BallotKind.SCORE: _rated, BallotKind.APPROVAL: _chosen}


def _type_of(file: AbifFile) -> str:
    """What the file said, or the first name of its kind."""
    said = file.metadata.get("ballot_type")
    return str(said) if said is not None else next(name for name, kind in BALLOT_TYPES.items() if kind is file.kind)


def _ballot_text(file: AbifFile, ballot: AbifBallot) -> str:
    groups = [[_token(file.options[option]) for option in group] for group in ballot.order.groups]
    if file.kind is BallotKind.RANKING:
        return ">".join("=".join(group) for group in groups)
    listed = [token for group in groups for token in group]
    if ballot.scores is not None:
        listed = [f"{token}/{score}" for token, score in zip(listed, ballot.scores, strict=True)]
    return ",".join(listed)


def _token(option: str) -> str:
    return option if Tokens.is_bare(option) else _enclosed(option)


def _enclosed(text: str) -> str:
    return f'"{text}"' if "]" in text else f"[{text}]"
