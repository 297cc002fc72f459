"""A round's count while it goes on: what the ballots read so far give, and how far it has come.

Counts add up, so a count can stop anywhere and be taken up again. What is kept of it in between is sums over many
ballots and never a ballot: `is_summed` says from when on that is so.
"""

import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from participation.ballots.rules import BallotShape
from participation.bundles.lines import ballot_lines, new_round_salt
from participation.bundles.merkle import SIZE, MerkleTree
from participation.core.errors import Conflict
from participation.results.rules.documents import BallotsHash
from participation.results.rules.round_snapshot import CountedBox
from participation.tally.ballots import Content, Profile
from participation.tally.contributions import Contributions
from participation.tally.counts import PairwiseCounts
from participation.tally.grades import Grades, Histogram
from participation.tally.marks import Marks
from participation.tally.mentions import Mentions
from participation.tally.moments import Moments

LARGE_ROUND: Final = 20_000
"""Above so many ballots the confirming request files a job instead of counting them itself."""

VERSION: Final = "count/2"
"""Name and number of how a count is kept; it changes when what was kept can no longer be read."""

Kept: TypeAlias = tuple[str, Content]
"""A receipt and what stands on its ballot."""


class BoxChanged(Conflict):
    """The box is not the one that was counted; nothing of the two is mixed."""

    def __init__(self) -> None:
        super().__init__("box_changed")


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a count had come when it was kept: so many ballots, the last one's receipt, their hash, the sums."""

    counted: int
    last_receipt: str | None
    digest: str
    state: bytes


@dataclass(slots=True)
class Counting:
    """A count under way. Ballots come in the order of their receipts, each once.

    `tree` grows with the ballots' lines, which are salted with what follows from `salt`: a secret of the round that is
    drawn when its count begins, kept with its result and never given to anybody.
    """

    shape: BallotShape
    counts: PairwiseCounts
    mentions: Mentions
    grades: Grades
    contributions: Contributions
    marks: Marks
    salt: bytes
    tree: MerkleTree = field(default_factory=MerkleTree)
    read: int = 0
    last_receipt: str | None = None
    hash: BallotsHash = field(default_factory=BallotsHash)

    @classmethod
    def start(cls, shape: BallotShape) -> "Counting":
        """Begin with no ballots."""
        return cls(
            shape,
            PairwiseCounts.none(shape.shown),
            Mentions.none(shape.kind, shape.shown),
            Grades.none(shape.kind, shape.shown),
            Contributions.none(shape.kind, shape.standing),
            Marks.none(shape.kind, shape.standing),
            new_round_salt(),
        )

    def add(self, batch: Sequence[Kept]) -> None:
        """Count some ballots more; raises UnreadableBallot for one that breaks the rules of its round."""
        profile = Profile.of(self.shape.kind, self.shape.shown, [content for _receipt, content in batch])
        self.shape.limits.check(profile)
        self.counts += PairwiseCounts.of(profile)
        self.mentions += Mentions.of(profile)
        self.grades += Grades.of(profile)
        self.contributions += Contributions.of(profile, self.shape.struck)
        self.marks += Marks.of(profile.without(self.shape.struck))
        self.tree.add(ballot_lines(self.salt, batch))
        self.pass_over(batch)

    def pass_over(self, batch: Sequence[Kept]) -> None:
        """Take ballots into the hash alone, which were counted before a checkpoint."""
        self.hash.add_all(batch)
        self.read += len(batch)
        if batch:
            self.last_receipt = batch[-1][0]

    def result(self) -> CountedBox:
        """Return the finished count."""
        return CountedBox(
            self.counts,
            self.mentions,
            self.grades,
            self.contributions,
            self.marks,
            self.hash.hexdigest(),
            self.tree.root().hex(),
            self.salt,
            self.shape.struck,
        )

    @property
    def is_summed(self) -> bool:
        """Say whether nothing in the count is a single ballot any more, so that it may be kept."""
        return self.contributions.moments is not None

    def mark(self) -> "Mark":
        """Return the count as it may be kept; raises ValueError before it `is_summed`."""
        return Mark(self.read, self.last_receipt, self.hash.digest_so_far(), self._packed())

    def _packed(self) -> bytes:
        moments = self.contributions.moments
        if moments is None:
            raise ValueError("what is kept of a count must be sums over many ballots")
        arrays = {
            "version": np.array(VERSION),
            "ballots": np.array(self.counts.ballots, np.int64),
            "above": self.counts.above,
            "compared": self.counts.compared,
            "mentioned": np.array(self.mentions.mentioned, np.int64),
            "given": np.array(self.mentions.given, np.int64),
            "grades": _as_table(self.grades.given),
            "marks": _as_table(self.marks.given),
            "empty": np.array(self.marks.empty, np.int64),
            "salt": np.frombuffer(self.salt, np.uint8),
            "peaks": np.frombuffer(b"".join(peak or bytes(SIZE) for peak in self.tree.peaks), np.uint8),
            "struck": np.array(sorted(self.shape.struck), np.str_),
            **{name: getattr(moments, name) for name in _MOMENTS},
        }
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def unpacked(cls, packed: bytes, shape: BallotShape) -> "Counting | None":
        """Return the count as it was kept, its hash begun anew; None if it has to begin again.

        That is so if options have been struck since: what they took part in cannot be taken out of sums. And if it was
        kept by another version of this program.
        """
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            if arrays["version"].item() != VERSION or set(arrays["struck"].tolist()) != set(shape.struck):
                return None
            ballots = int(arrays["ballots"])
            moments = Moments(ballots, *(arrays[name] for name in _MOMENTS))
            return cls(
                shape,
                PairwiseCounts(shape.shown, arrays["above"], arrays["compared"], ballots),
                Mentions(
                    shape.kind,
                    shape.shown,
                    tuple(arrays["mentioned"].tolist()),
                    tuple(arrays["given"].tolist()),
                    ballots,
                ),
                Grades(shape.kind, shape.shown, _from_table(arrays["grades"].tolist(), len(shape.shown))),
                Contributions(shape.kind, shape.standing, ballots, (), moments),
                Marks(
                    shape.kind,
                    shape.standing,
                    _from_table(arrays["marks"].tolist(), len(shape.standing)),
                    int(arrays["empty"]),
                ),
                arrays["salt"].tobytes(),
                _tree(arrays["peaks"].tobytes(), ballots),
            )


def count_on(counting: Counting, mark: Mark | None, batches: Iterable[Sequence[Kept]]) -> Iterator[None]:
    """Count the ballots of a box batch by batch, from where the mark stands.

    `counting` was unpacked from the mark, or started anew without one. Ballots before the mark are read once more for
    the hash, which cannot be kept half-finished; that proves as well that they are still those that were counted.
    Raises BoxChanged if they are not, and UnreadableBallot.
    """
    until = mark.counted if mark else 0
    for batch in batches:
        known = max(0, until - counting.read)
        if known:
            counting.pass_over(batch[:known])
            if counting.read == until and mark is not None:
                _check_mark(counting, mark)
        if batch[known:]:
            counting.add(batch[known:])
            yield
    if counting.read < until:
        raise BoxChanged


def _check_mark(counting: Counting, mark: Mark) -> None:
    if (counting.last_receipt, counting.hash.digest_so_far()) != (mark.last_receipt, mark.digest):
        raise BoxChanged


_MOMENTS: Final = ("surplus", "made", "products")


def _as_table(given: Sequence[Histogram]) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    rows = [(place, *pair) for place, histogram in enumerate(given) for pair in histogram]
    return np.array(rows, np.int64).reshape(-1, 3)


def _from_table(rows: Collection[Sequence[int]], options: int) -> tuple[Histogram, ...]:
    histograms: list[list[tuple[int, int]]] = [[] for _option in range(options)]
    for place, value, ballots in rows:
        histograms[place].append((value, ballots))
    return tuple(map(tuple, histograms))


def _tree(peaks: bytes, ballots: int) -> MerkleTree:
    """Return a tree of so many leaves: there is a full tree of 2^n leaves where the n-th bit of their number is set."""
    heights = range(len(peaks) // SIZE)
    return MerkleTree([peaks[SIZE * at : SIZE * (at + 1)] if ballots >> at & 1 else None for at in heights])
