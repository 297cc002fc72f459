"""The eleven steps of a verification (docs/BUNDLE.md), each a function that passes, does not apply, or refuses."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from participation.bundles import canonical
from participation.bundles.checks import Refused, require
from participation.bundles.containers import BadContainer, Bundle, Told, opened
from participation.bundles.counting import Sums
from participation.bundles.declarations import Declared, check_declaration
from participation.bundles.joints import CheckedRound, Weighing, check_joint, joint_ranking_document
from participation.bundles.manifests import JOINT, ROUND, check_manifest, check_signature
from participation.bundles.naming import (
    BALLOTS_FILE,
    COUNTS_FILE,
    GOALS_FOLDER,
    JOINT_FILE,
    JOINT_FILES,
    LONGEST_LINE,
    MANIFEST,
    MODERATION_FILE,
    RANKING_FILE,
    ROUND_FILE,
    ROUND_FILES,
    ROUNDS_FOLDER,
    SIGNATURE,
    STEPS,
)
from participation.bundles.reading import ReadBallots, read_ballots
from participation.bundles.sums import read_sums

SIGNATURE_LENGTH: Final = 129
FIRST_EXIT_CODE: Final = 10


class State(StrEnum):
    """What came of a step."""

    OK = "ok"
    NOT_POSSIBLE = "not possible"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the verification of one bundle; `folder` is "" for the outer one, and ends with no slash."""

    folder: str
    number: int
    state: State
    reason: str = ""

    @property
    def name(self) -> str:
        """Return the step's name."""
        return STEPS[self.number - 1]

    def __str__(self) -> str:
        folder = f"{self.folder} " if self.folder else ""
        reason = f": {self.reason}" if self.reason else ""
        return f"{folder}step {self.number} {self.name}: {self.state}{reason}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever verifies knows from elsewhere: the site's key, the printed fingerprint."""

    key: str | None = None
    fingerprint: str | None = None


@dataclass(slots=True)
class Verdict:
    """What the whole verification came to, as far as it has gone."""

    fingerprint: str | None = None
    failed: Step | None = None

    @property
    def exit_code(self) -> int:
        """Return how the program ends."""
        return FIRST_EXIT_CODE + self.failed.number if self.failed else 0


def verify(path: Path, asked: Asked, verdict: Verdict, told: Told = lambda _read: None) -> Iterator[Step]:
    """Go through all steps of the bundle at `path` and stop at the first that fails; `verdict` says what came of it."""
    try:
        with opened(path, told) as outer:
            check = _Joint(outer, asked) if JOINT_FILE in outer.names else _Round(outer, asked)
            for step in _walked(check):
                if step.state is State.FAILED:
                    verdict.failed = step
                yield step
    except (BadContainer, OSError) as fault:
        verdict.failed = Step("", 1, State.FAILED, _printable(str(fault)))
        yield verdict.failed
    else:
        verdict.fingerprint = check.fingerprint if verdict.failed is None else None


def _walked(check: "_Check") -> Generator[Step, None, bool]:
    """Go through the bundles inside a bundle and then through its own steps; return whether all have passed."""
    for inner in check.inner:
        if not (yield from _walked(inner)):
            return False
    folder = check.bundle.folder.rstrip("/")
    for number, step in enumerate(check.steps, start=1):
        try:
            passed = step()
        except Refused as refusal:
            yield Step(folder, number, State.FAILED, _printable(str(refusal)))
            return False
        yield Step(folder, number, State.OK if passed else State.NOT_POSSIBLE)
    return True


class _Check(ABC):
    """A bundle that is being verified. A step returns False where it does not apply, and raises Refused."""

    kind: str
    documents: tuple[str, ...]
    """The .json files beside the manifest, and files of lines."""

    def __init__(self, bundle: Bundle, asked: Asked) -> None:
        self.bundle = bundle
        self.inner: list[_Check] = []
        self.fingerprint = ""
        self.data: dict[str, Any] = {}
        self._asked = asked

    @property
    def steps(self) -> tuple[Callable[[], bool], ...]:
        """Return the steps in their order."""
        return (
            self.container,
            self.canonical,
            self.manifest,
            self.files,
            self.signature,
            self.known_fingerprint,
            self.declaration,
            self.ballots,
            self.root,
            self.counts,
            self.ranking,
        )

    @property
    def own_names(self) -> Collection[str]:
        """Return the names of the files that are this bundle's and not those of one inside it."""
        return self.bundle.names

    def container(self) -> bool:
        """Step 1: nothing unknown, and everything there that only the manifest may let be missing."""
        allowed = {MANIFEST, SIGNATURE, *self.documents}
        for name in sorted(self.own_names):
            require(name in allowed, f"a file that does not belong here: {name!a}")
        for name in sorted(allowed - {BALLOTS_FILE}):
            require(name in self.bundle.names, f"{name} is missing")
        return True

    def canonical(self) -> bool:
        """Step 2."""
        for name in (MANIFEST, *self.documents):
            try:
                if name.endswith(".json"):
                    self._keep(name, canonical.read(self.bundle.data(name)))
                elif name in self.bundle.names:
                    self._check_lines(name)
            except canonical.NotCanonical as fault:
                raise Refused(f"{name}: {fault}") from None
        return True

    def manifest(self) -> bool:
        """Step 3."""
        check_manifest(self.data[MANIFEST], self.kind)
        return True

    def files(self) -> bool:
        """Step 4."""
        for name, digest in self.data[MANIFEST]["files"].items():
            if name in self.bundle.names:
                require(self.bundle.digest(name) == digest, f"{name} does not have the hash that the manifest says")
        return True

    def signature(self) -> bool:
        """Step 5."""
        key = self.data[MANIFEST]["public_key"]
        require(self.bundle.size(SIGNATURE) == SIGNATURE_LENGTH, "manifest.sig is not 128 digits and a line feed")
        check_signature(self.bundle.data(MANIFEST), self.bundle.data(SIGNATURE), key)
        require(self._asked.key in {None, key}, "signed with another key than the one that was given")
        return True

    def known_fingerprint(self) -> bool:
        """Step 6."""
        self.fingerprint = self.bundle.digest(MANIFEST)
        if self._asked.fingerprint is None:
            return False
        require(
            self.fingerprint == self._asked.fingerprint, f"the fingerprint is {self.fingerprint}, another was given"
        )
        return True

    @abstractmethod
    def declaration(self) -> bool:
        """Step 7."""

    def ballots(self) -> bool:
        """Step 8."""
        return False

    def root(self) -> bool:
        """Step 9."""
        return False

    def counts(self) -> bool:
        """Step 10."""
        return False

    @abstractmethod
    def ranking(self) -> bool:
        """Step 11."""

    def _keep(self, name: str, document: Mapping[str, Any]) -> None:
        self.data[name] = document

    def _check_lines(self, name: str) -> None:
        last = b""
        for number, line in enumerate(self.bundle.lines(name, LONGEST_LINE), start=1):
            text = line.removesuffix(b"\n")
            where = f"{name}, line {number}"
            require(len(text) <= LONGEST_LINE, f"{where} is longer than 64 KiB")
            require(len(text) < len(line), f"{where} does not end with a line feed")
            try:
                canonical.read(text)
            except canonical.NotCanonical as fault:
                raise Refused(f"{where}: {fault}") from None
            if name == MODERATION_FILE:
                require(last <= text, f"{where} does not stand in its place")
                last = text

    def _check_same(self, name: str, document: Mapping[str, Any], source: str) -> None:
        require(canonical.written(document) == self.bundle.data(name), f"{name} is not what {source} give")


class _Round(_Check):
    """The bundle of a round."""

    kind = ROUND
    documents = ROUND_FILES

    def __init__(self, bundle: Bundle, asked: Asked) -> None:
        super().__init__(bundle, asked)
        self._declared: Declared | None = None
        self._read: ReadBallots | None = None
        self._sums: Sums | None = None

    def manifest(self) -> bool:
        """Step 3."""
        super().manifest()
        published = self.data[MANIFEST]["ballots"]["published"]
        require(self._has_ballots or not published, "ballots.jsonl is missing, although ballots are published")
        return True

    def declaration(self) -> bool:
        """Step 7."""
        self._declared = check_declaration(self.data[ROUND_FILE], self.data[MANIFEST])
        return True

    def ballots(self) -> bool:
        """Step 8."""
        if not self._has_ballots:
            return False
        lines = self.bundle.lines(BALLOTS_FILE, LONGEST_LINE)
        self._read = read_ballots(lines, self._known, self.data[MANIFEST]["ballots"]["count"])
        return True

    def root(self) -> bool:
        """Step 9."""
        if self._read is None:
            return False
        require(
            self._read.root == self.data[MANIFEST]["ballots"]["root"], f"the ballots have the root {self._read.root}"
        )
        return True

    def counts(self) -> bool:
        """Step 10."""
        if self._read is not None:
            self._sums = self._read.sums
            self._check_same(COUNTS_FILE, self._sums.counts_document(), "the ballots")
        else:
            document = canonical.read(self.bundle.data(COUNTS_FILE))
            self._sums = read_sums(document, self._known, self.data[MANIFEST]["ballots"]["count"])
        return True

    def ranking(self) -> bool:
        """Step 11."""
        if self._sums is None:
            raise ValueError("steps go in their order")
        self._check_same(RANKING_FILE, self._sums.ranking_document(), "the counts")
        return True

    @property
    def _has_ballots(self) -> bool:
        return BALLOTS_FILE in self.bundle.names

    @property
    def _known(self) -> Declared:
        if self._declared is None:
            raise ValueError("steps go in their order")
        return self._declared

    def _keep(self, name: str, document: Mapping[str, Any]) -> None:
        if name in {MANIFEST, ROUND_FILE, RANKING_FILE}:  # what is large and needed once is read again
            super()._keep(name, document)


class _Joint(_Check):
    """The bundle of a joint ranking, with those of its rounds and perhaps of the goals' ranking inside."""

    kind = JOINT
    documents = JOINT_FILES

    def __init__(self, bundle: Bundle, asked: Asked, *, may_have_goals: bool = True) -> None:
        super().__init__(bundle, asked)
        self._may_have_goals = may_have_goals
        nothing = Asked()
        self._rounds = {
            name: _Round(bundle.inside(f"{ROUNDS_FOLDER}/{name}"), nothing) for name in bundle.folders_of_rounds()
        }
        has_goals = may_have_goals and any(name.startswith(f"{GOALS_FOLDER}/") for name in bundle.names)
        self._goals = _Joint(bundle.inside(GOALS_FOLDER), nothing, may_have_goals=False) if has_goals else None
        self.inner = [*self._rounds.values(), *([self._goals] if self._goals else [])]
        self._weighing: Weighing | None = None

    @property
    def own_names(self) -> Collection[str]:
        """Return the names of the files that are this bundle's and not those of one inside it."""
        inside = (f"{ROUNDS_FOLDER}/", *([f"{GOALS_FOLDER}/"] if self._may_have_goals else []))
        return [name for name in self.bundle.names if not name.startswith(inside)]

    def declaration(self) -> bool:
        """Step 7."""
        manifest = self.data[MANIFEST]
        self._weighing = check_joint(self.data[JOINT_FILE], manifest)
        expected = {name for name, fingerprint in manifest["rounds"].items() if fingerprint is not None}
        for name in sorted(expected ^ set(self._rounds)):
            require(name in self._rounds, f"the bundle of the round {name!a} is missing")
            require(name in expected, f"the manifest knows no bundle of a round {name}")
        for name, inner in self._rounds.items():
            require(inner.fingerprint == manifest["rounds"][name], f"rounds/{name} has another fingerprint")
            self._check_inside(inner, "round", name)
        require((self._goals is None) == (manifest["goals"] is None), "the goals' bundle is missing, or one too many")
        if self._goals is not None:
            require(self._goals.fingerprint == manifest["goals"], "goals has another fingerprint")
            self._check_inside(self._goals, "ranking", self._weighing.goals_ranking)
        return True

    def ranking(self) -> bool:
        """Step 11."""
        if self._weighing is None:
            raise ValueError("steps go in their order")
        rounds = {
            name: CheckedRound(one.data[ROUND_FILE], one.data[RANKING_FILE]) for name, one in self._rounds.items()
        }
        goals = self._goals.data[RANKING_FILE] if self._goals else None
        document = joint_ranking_document(self._weighing, rounds, goals)
        self._check_same(RANKING_FILE, document, "the rounds' rankings and the weights")
        return True

    def _check_inside(self, inner: _Check, what: str, name: str | None) -> None:
        manifest = inner.data[MANIFEST]
        folder = inner.bundle.folder.rstrip("/")
        require(manifest[what] == name, f"{folder} holds the bundle of another {what}")
        require(manifest["process"] == self.data[MANIFEST]["process"], f"{folder} is of another process")


def _printable(text: str) -> str:
    return "".join(sign if " " <= sign <= "~" else "?" for sign in text)
