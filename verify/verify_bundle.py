#!/usr/bin/env python3
"""Verify a public bundle of a result: count the published ballots again and compare.

    python verify_bundle.py BUNDLE [--key HEX] [--fingerprint HEX]

BUNDLE is a folder or a ZIP file. This one file needs Python 3.11 or later and the package `cryptography`, and nothing
else: it was written from the specification (docs/BUNDLE.md) alone and shares no code with the program that makes the
bundles. It stands in the order of the specification, so that both can be read side by side:

    Container, Canonical JSON, Forms of values, Counting, Ranking, Joint ranking, Steps, Command line

A rule that is broken raises Refused with the reason; the step in which that happens has failed. All arithmetic is on
whole numbers and fractions. Ballots are read line by line and never held all at once.
"""

import argparse
import hashlib
import itertools
import json
import os
import re
import stat
import struct
import sys
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

if sys.version_info < (3, 11):  # noqa: UP036 - people run this file with whatever they have
    sys.stderr.write("This program needs Python 3.11 or later.\n")
    raise SystemExit(2)
try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("The package `cryptography` is missing. Install it: python -m pip install cryptography\n")
    raise SystemExit(2) from None


class Refused(Exception):
    """A rule of the specification is broken. Its words are the reason that is printed."""


def require(holds: object, reason: str) -> None:
    """Refuse the bundle with this reason unless the condition holds."""
    if not holds:
        raise Refused(reason)


def shown(foreign: object) -> str:
    """Show something out of the bundle on one line of printable ASCII characters, whatever it holds."""
    text = ascii(foreign)
    return text if len(text) <= 80 else text[:77] + "..."


# --- Container ----------------------------------------------------------------------------------------------------

MEBIBYTE: Final = 2**20
WHOLE_LIMIT: Final = 2048 * MEBIBYTE
MANIFEST_LIMIT: Final = MEBIBYTE
JSON_LIMIT: Final = 64 * MEBIBYTE
LINE_LIMIT: Final = 64 * 1024
# Not of the specification: a list of files that no bundle needs, refused before it fills the memory.
DIRECTORY_LIMIT: Final = 16 * MEBIBYTE
FILES_LIMIT: Final = 20_000
ENCRYPTED: Final = 0x2041  # bits of the flags of an entry

ROUND_NAME: Final = re.compile(r"[a-z0-9_-]{1,100}")
# Where the files of a joint ranking's bundle may lie: in itself, in a round, in the goals, in a round of the goals.
PLACE: Final = re.compile(r"(?:goals/)?(?:rounds/[a-z0-9_-]{1,100}/)?[^/]+")
UNREADABLE: Final = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


class Container(ABC):
    """The files of a folder or a ZIP file, which can be opened one by one."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.digests: dict[str, str] = {}  # SHA-256 of every file that has been read

    @abstractmethod
    def open(self, name: str) -> BinaryIO: ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """Read a file in pieces; at the end note its SHA-256, and refuse it if it has changed since the last time."""
        digest = hashlib.sha256()
        left = self.sizes[name]
        try:
            with self.open(name) as file:
                while chunk := file.read(2**16):
                    left -= len(chunk)
                    require(left >= 0, f"{shown(name)} is longer than it says")
                    digest.update(chunk)
                    yield chunk
        except UNREADABLE as error:
            raise Refused(f"{shown(name)} cannot be read: {shown(str(error))}") from error
        require(left == 0, f"{shown(name)} is shorter than it says")
        before = self.digests.setdefault(name, digest.hexdigest())
        require(before == digest.hexdigest(), f"{shown(name)} changed while it was read")


class Folder(Container):
    """A bundle that lies unpacked in a folder."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

        def unreadable(error: OSError) -> None:
            raise error

        for folder, folders, files in os.walk(path, onerror=unreadable):
            for entry in (*folders, *files):
                place = Path(folder, entry)
                name = place.relative_to(path).as_posix()
                status = place.lstat()
                if stat.S_ISDIR(status.st_mode):
                    continue
                require(stat.S_ISREG(status.st_mode), f"{shown(name)} is a link or no ordinary file")
                self.sizes[name] = status.st_size
                require(len(self.sizes) <= FILES_LIMIT, "it holds too many files")

    def open(self, name: str) -> BinaryIO:
        return Path(self.path, name).open("rb", buffering=0)


class Archive(Container):
    """A bundle in a ZIP file."""

    def __init__(self, path: str) -> None:
        super().__init__()
        check_directory_size(path)
        self.zip = zipfile.ZipFile(path)
        self.entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self.zip.infolist():
            name = entry.orig_filename  # as it stands in the file, before Python shortens it at a zero byte
            parts = name.removesuffix("/").split("/")
            unsafe = any(part in {"", ".", ".."} or not part.isprintable() for part in parts)
            require(not unsafe and "\\" not in name and ":" not in name, f"unsafe name {shown(name)}")
            require(name not in self.entries, f"{shown(name)} is there twice")
            kind = stat.S_IFMT(entry.external_attr >> 16)
            ordinary = stat.S_IFDIR if name.endswith("/") else stat.S_IFREG
            require(kind in {0, ordinary}, f"{shown(name)} is a link or no ordinary file")
            require(not entry.flag_bits & ENCRYPTED, f"{shown(name)} is encrypted")
            known = entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
            require(known, f"{shown(name)} is compressed by a method that is not allowed")
            self.entries[name] = entry
        self.sizes = {name: entry.file_size for name, entry in self.entries.items() if not name.endswith("/")}
        require(len(self.sizes) <= FILES_LIMIT, "it holds too many files")

    def open(self, name: str) -> BinaryIO:
        return cast("BinaryIO", self.zip.open(self.entries[name]))


def check_directory_size(path: str) -> None:
    """Refuse a ZIP file whose list of contents alone would fill the memory; `zipfile` reads it whole."""
    require(Path(path).is_file(), "it is neither a folder nor an ordinary file")
    with Path(path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2**16 - 64))
        tail = file.read()
    end = tail.rfind(b"PK\5\6")
    require(end >= 0 and len(tail) >= end + 22, "it is neither a folder nor a ZIP file")
    listed = int.from_bytes(tail[end + 12 : end + 16], "little")
    large = tail[max(0, end - 20) : end].startswith(b"PK\6\7")
    require(listed <= DIRECTORY_LIMIT and not large, "the list of its contents is too long")


class Files:
    """The files of one bundle: all of a container, or of a folder in it, whose name `prefix` ends with a slash."""

    def __init__(self, container: Container, prefix: str = "") -> None:
        self.container = container
        self.prefix = prefix
        self.sizes = {
            name.removeprefix(prefix): size for name, size in container.sizes.items() if name.startswith(prefix)
        }

    def digest(self, name: str) -> str:
        return self.container.digests[self.prefix + name]

    def read(self, name: str) -> bytes:
        return b"".join(self.container.chunks(self.prefix + name))

    def lines(self, name: str) -> Iterator[bytes]:
        """Read the lines of a .jsonl file, each without its line feed."""
        rest = b""
        for chunk in self.container.chunks(self.prefix + name):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                require(len(line) <= LINE_LIMIT, f"{name} has a line longer than 64 KiB")
                yield line
            require(len(rest) <= LINE_LIMIT, f"{name} has a line longer than 64 KiB")
        require(not rest, f"{name} does not end with a line feed")


def open_container(path: str) -> Container:
    """Open a folder or a ZIP file and check what concerns it as a whole, reading every file to its end."""
    try:
        container: Container = Folder(path) if Path(path).is_dir() else Archive(path)
    except UNREADABLE as error:
        raise Refused(f"it cannot be read: {shown(str(error))}") from error
    for name, size in container.sizes.items():
        if name.endswith(".json"):
            limit = MANIFEST_LIMIT if name.rpartition("/")[2] == "manifest.json" else JSON_LIMIT
            require(size <= limit, f"{shown(name)} is larger than {limit // MEBIBYTE} MiB")
        require(not name.endswith("manifest.sig") or size <= LINE_LIMIT, f"{shown(name)} is larger than 64 KiB")
    require(sum(container.sizes.values()) <= WHOLE_LIMIT, "its files are larger than 2 GiB")
    for name in container.sizes:
        for _ in container.chunks(name):
            pass
    return container


# --- Canonical JSON -----------------------------------------------------------------------------------------------

# Quantifiers with a + behind them never give back what they took, so that no text makes the search slow.
STRING: Final = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))[^"\\\x00-\x1f]*+)*+"'
ONE_VALUE: Final = rf"[\[{{]|{STRING}|0|-?[1-9][0-9]{{0,15}}+|true|false|null"
VALUE: Final = re.compile(ONE_VALUE)
FIRST_ITEM: Final = re.compile(rf"\]|{ONE_VALUE}")
NEXT_ITEM: Final = re.compile(rf"\]|,(?:{ONE_VALUE})")
FIRST_NAME: Final = re.compile(rf"}}|{STRING}:")
NEXT_NAME: Final = re.compile(rf"}}|,{STRING}:")

LARGEST_WHOLE: Final = 2**53 - 1
DEEPEST: Final = 64


def check_canonical(data: bytes) -> None:
    """Refuse bytes that are not one JSON object in canonical form, going through them once from left to right.

    `opened` holds an entry for each list or object that is still open: None for a list, the last name for an object.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"byte {error.start + 1} is not UTF-8") from error
    require(text.startswith("{"), "it does not begin with an object")
    opened: list[str | None] = []
    expected = VALUE
    at = 0
    while True:
        token = expected.match(text, at)
        if token is None:
            raise Refused(f"not canonical at character {at + 1}: {shown(text[at : at + 20])}")
        at = token.end()
        word = token[0].removeprefix(",")
        if word[-1] == ":":
            name = str(json.loads(word[:-1])) if "\\" in word else word[1:-2]
            if not name.isascii() or (expected is NEXT_NAME and name <= (opened[-1] or "")):
                raise Refused(f"a name that is not ASCII, out of order or there twice: {shown(name)}")
            opened[-1] = name
            expected = VALUE
            continue
        if word in {"[", "{"}:
            require(len(opened) < DEEPEST, f"deeper than {DEEPEST} levels")
            opened.append(None if word == "[" else "")
            expected = FIRST_ITEM if word == "[" else FIRST_NAME
            continue
        if word in {"]", "}"}:
            opened.pop()
        elif len(word) > 15 and word[0] in "-123456789":  # fewer digits are always below the largest
            require(abs(int(word)) <= LARGEST_WHOLE, f"the number {word} is too large")
        if not opened:
            break
        expected = NEXT_ITEM if opened[-1] is None else NEXT_NAME
    require(at == len(text), f"something follows the object, at character {at + 1}")


def canonical(value: object) -> bytes:
    """Write a value in canonical form."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


# --- Forms of values ----------------------------------------------------------------------------------------------

HASH: Final = re.compile(r"[0-9a-f]{64}")
SIGNATURE: Final = re.compile(rb"[0-9a-f]{128}\n")
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
EXACT: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,999})(?:/[1-9][0-9]{0,999})?")
CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,16}")
RECEIPT: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{16}")
SALT: Final = re.compile(r"[0-9a-f]{32}")


def require_names(value: Any, names: str, where: str) -> None:
    """Refuse what is not an object with exactly these names (separated by blanks)."""
    require(isinstance(value, dict), f"{where} is not an object")
    expected = set(names.split())
    if value.keys() == expected:
        return
    for name in sorted(expected - value.keys()):
        raise Refused(f"{where} lacks {name}")
    raise Refused(f"{where} has an unknown name {shown(min(value.keys() - expected))}")


def require_string(value: Any, where: str) -> None:
    require(isinstance(value, str), f"{where} is not a string")


def require_form(form: re.Pattern[str], value: Any, where: str) -> None:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Refused(f"{where} is not well-formed: {shown(value)}")


def require_whole(value: Any, where: str, least: int = 0, most: int = LARGEST_WHOLE) -> None:
    """Refuse what is not a whole number between two bounds; true and false are no numbers."""
    require(type(value) is int and least <= value <= most, f"{where} is not a whole number from {least} to {most}")


def require_list(value: Any, where: str) -> None:
    require(isinstance(value, list), f"{where} is not a list")


def require_moment(value: Any, where: str) -> None:
    require_form(MOMENT, value, where)
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused(f"{where} is a moment that does not exist: {value}") from error


def require_text(value: Any, where: str) -> None:
    """Refuse what is not a text of somebody with its translations."""
    require_names(value, "language body translations", where)
    require_string(value["language"], f"{where}.language")
    require_string(value["body"], f"{where}.body")
    require(isinstance(value["translations"], dict), f"{where}.translations is not an object")
    for translation in value["translations"].values():
        require_names(translation, "body origin stale", f"a translation of {where}")
        require_string(translation["body"], f"a translation of {where}")
        require_string(translation["origin"], f"the origin of a translation of {where}")
        require(isinstance(translation["stale"], bool), f"stale of a translation of {where} is not true or false")


def require_equal(found: Any, expected: Any, where: str) -> None:
    """Refuse a value that is not exactly the expected one (1 and true are different)."""
    same = type(found) is type(expected) and found == expected
    require(same, f"{where} is {shown(found)} and not {shown(expected)}")


def exact(text: Any, where: str) -> Fraction:
    """Read an exact number in lowest terms."""
    require_form(EXACT, text, where)
    whole, _, below = text.partition("/")
    number = Fraction(int(whole), int(below or 1))
    require(str(number) == text, f"{where} is not in lowest terms: {shown(text)}")
    return number


def order_of_display(code: str) -> tuple[list[str | int], str]:
    """Sort codes so that M2 stands before M10: runs of digits compare as numbers."""
    runs = re.split(r"([0-9]+)", code)
    return [int(run) if place % 2 else run for place, run in enumerate(runs)], code


# --- Counting -----------------------------------------------------------------------------------------------------

RULE: Final = "win-rate"
METHOD: Final = "win-rate/1"
OPTIONS_LIMIT: Final = 1000
LIMITS_LIMIT: Final = 10_000
# Names of a round's "ballot" beside its kind.
KINDS: Final = {"ranking": "k", "approval": "k", "points": "points max", "score": "max"}


def markable(ballot: Mapping[str, Any], options: int) -> int:
    """Tell how many options one ballot can mark."""
    match ballot["kind"]:
        case "score":
            return options
        case "points":
            return min(int(ballot["points"]), options)
        case _:
            return min(int(ballot["k"]), options)


def check_content(content: Any, ballot: Mapping[str, Any], codes: Iterable[str]) -> None:
    """Refuse a ballot's content that breaks the kind, the limits or the options of its round."""
    kind = ballot["kind"]
    if kind in {"ranking", "approval"}:
        require_list(content, "the content")
        require(all(isinstance(code, str) for code in content), "the content holds what is no code")
        require(len(content) <= ballot["k"], f"it marks {len(content)} options, allowed are {ballot['k']}")
        require(len(set(content)) == len(content), "it names an option twice")
    else:
        require(isinstance(content, dict), "the content is not an object")
        least = 1 if kind == "points" else 0
        allowed = all(type(mark) is int and least <= mark <= ballot["max"] for mark in content.values())
        require(allowed, f"it holds a mark that is not a whole number from {least} to {ballot['max']}")
        if kind == "points":
            require(sum(content.values()) <= ballot["points"], "it gives more points than allowed")
    for code in content:
        if code not in codes:
            raise Refused(f"{shown(code)} is no option of this round")


class Tally:
    """Sums over ballots.

    A row of counters, one for each option, is held in one whole number of 32 bits for each counter, so that one
    addition adds to the whole row: `unit[code]` is the number that adds 1 to the counter of that option. 2 GiB hold
    less than 2^32 ballots, so no counter runs over into the next.
    """

    def __init__(self, kind: str, options: Sequence[str]) -> None:
        self.kind = kind
        self.options = options
        self.unit = {code: 1 << 32 * place for place, code in enumerate(options)}
        self.everything = sum(self.unit.values())
        self.ballots = 0
        self.empty = 0
        self.above = dict.fromkeys(options, 0)
        self.compared = dict.fromkeys(options, 0)
        self.marks: dict[str, Counter[int]] = {code: Counter() for code in options}

    def add(self, content: Any) -> None:
        """Count one ballot whose content is valid."""
        self.ballots += 1
        remaining = [code for code in content if code in self.unit]
        if not remaining:
            self.empty += 1
            return
        match self.kind:
            case "ranking":
                marks = {code: place for place, code in enumerate(remaining, 1)}
                tiers = [[code] for code in reversed(remaining)]
            case "approval":
                marks = dict.fromkeys(remaining, 1)
                tiers = [remaining]
            case _:
                marks = {code: content[code] for code in remaining}
                remaining.sort(key=marks.__getitem__)
                tiers = [list(tier) for _, tier in itertools.groupby(remaining, marks.__getitem__)]
        for code, mark in marks.items():
            self.marks[code][mark] += 1
        present = sum([self.unit[code] for code in remaining])
        # From the lowest tier up: an option stands above all that came before its tier. Options that are not marked
        # stand below all marked ones, except in scores, which say nothing about them.
        below = 0 if self.kind == "score" else self.everything - present
        for tier in tiers:
            for code in tier:
                self.above[code] += below
            below += sum([self.unit[code] for code in tier])
        if self.kind == "score":
            for code in remaining:
                self.compared[code] += present - self.unit[code]

    def counts(self) -> dict[str, Any]:
        """Give the object that counts.json must hold."""
        size = len(self.options)

        def row(number: int) -> list[int]:
            return list(struct.unpack(f"<{size}I", number.to_bytes(4 * size, "little")))

        if self.kind == "score":
            compared = [row(self.compared[code]) for code in self.options]
        else:
            compared = [[self.ballots if i != j else 0 for j in range(size)] for i in range(size)]
        return {
            "schema": "participation/bundle-counts/1",
            "ballots": self.ballots,
            "empty": self.empty,
            "options": list(self.options),
            "above": [row(self.above[code]) for code in self.options],
            "compared": compared,
            "marks": [[list(pair) for pair in sorted(self.marks[code].items())] for code in self.options],
        }


def check_possible(counts: Any, ballot: Mapping[str, Any], options: list[str], ballots: int) -> None:
    """Refuse counts that no ballots can have given."""
    require_names(counts, "schema ballots empty options above compared marks", "counts.json")
    require_equal(counts["schema"], "participation/bundle-counts/1", "the schema")
    require_equal(counts["options"], options, "the list of options")
    require_equal(counts["ballots"], ballots, "the number of ballots")
    require_whole(counts["empty"], "empty", 0, ballots)
    for name in ("above", "compared"):
        require_list(counts[name], name)
        require(len(counts[name]) == len(options), f"{name} is not square")
        for row in counts[name]:
            require_list(row, f"a row of {name}")
            require(len(row) == len(options), f"{name} is not square")
            for number in row:
                require_whole(number, f"a number of {name}", 0, ballots)
    above, compared = counts["above"], counts["compared"]
    for i, j in itertools.product(range(len(options)), repeat=2):
        pair = f"{options[i]} and {options[j]}"
        require(compared[i][j] == compared[j][i], f"compared is not symmetric in {pair}")
        require(i != j or compared[i][j] == 0, f"{options[i]} is compared with itself")
        require(above[i][j] + above[j][i] <= compared[i][j], f"more ballots order {pair} than compare them")
        if ballot["kind"] != "score" and i != j:
            require(compared[i][j] == ballots, f"not every ballot compares {pair}")
    check_marks(counts["marks"], ballot, options, ballots - counts["empty"])


def check_marks(marks: Any, ballot: Mapping[str, Any], options: list[str], filled: int) -> None:
    """Refuse marks outside the limits, out of order, or on more ballots than say something."""
    least = 0 if ballot["kind"] == "score" else 1
    most = {"ranking": ballot.get("k"), "approval": 1}.get(ballot["kind"], ballot.get("max"))
    require_list(marks, "marks")
    require(len(marks) == len(options), "marks are not one list for each option")
    for code, pairs in zip(options, marks, strict=True):
        require_list(pairs, f"marks of {code}")
        last = least - 1
        for pair in pairs:
            require(isinstance(pair, list) and len(pair) == len(("mark", "ballots")), f"marks of {code} are no pairs")
            require_whole(pair[0], f"a mark of {code}", least, most or 0)
            require_whole(pair[1], f"the ballots of a mark of {code}", 1)
            require(pair[0] > last, f"marks of {code} do not ascend")
            last = pair[0]
        require(sum(pair[1] for pair in pairs) <= filled, f"{code} is marked on more ballots than say something")


class MerkleTree:
    """Root of a Merkle tree (RFC 6962, section 2.1) over leaves that come one by one.

    `peaks` holds the roots of whole subtrees from left to right, each with its number of leaves.
    """

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        size, node = 1, hashlib.sha256(b"\0" + leaf).digest()
        while self.peaks and self.peaks[-1][0] == size:
            size, node = 2 * size, hashlib.sha256(b"\1" + self.peaks.pop()[1] + node).digest()
        self.peaks.append((size, node))

    def root(self) -> str:
        if not self.peaks:
            return hashlib.sha256().hexdigest()
        *left, (_, node) = self.peaks
        for _, peak in reversed(left):
            node = hashlib.sha256(b"\1" + peak + node).digest()
        return node.hex()


# --- Ranking ------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """An option in a ranking: its place, if it has one, and the options with the same place."""

    code: str
    rank: int | None
    tied_with: list[str]


def rank(scores: Mapping[str, Fraction | None], ranked: Iterable[str]) -> tuple[list[Row], list[list[str]]]:
    """Rank the options that are to be ranked by score and put the others behind them; give rows and ties."""
    with_rank = set(ranked)
    tiers: dict[Fraction, list[str]] = {}
    for code in sorted(scores, key=order_of_display):
        score = scores[code]
        if score is not None and code in with_rank:
            tiers.setdefault(score, []).append(code)
    rows: list[Row] = []
    for _, tier in sorted(tiers.items(), reverse=True):
        place = len(rows) + 1
        rows += [Row(code, place, [other for other in tier if other != code]) for code in tier]
    ties = [tier for _, tier in sorted(tiers.items(), reverse=True) if len(tier) > 1]
    placed = {row.code for row in rows}
    rows += [Row(code, None, []) for code in sorted(scores.keys() - placed, key=order_of_display)]
    return rows, ties


def text_of(score: Fraction | None) -> str | None:
    return None if score is None else str(score)


def win_rates(counts: Mapping[str, Any]) -> dict[str, Fraction | None]:
    """Give each option's win rate, or None if it was compared with nothing."""
    rates: dict[str, Fraction | None] = {}
    lost = [sum(column) for column in zip(*counts["above"], strict=True)]
    for i, code in enumerate(counts["options"]):
        won, made = sum(counts["above"][i]), sum(counts["compared"][i])
        rates[code] = Fraction(made + won - lost[i], 2 * made) if made else None
    return rates


def round_ranking(counts: Mapping[str, Any], kind: str, rates: Mapping[str, Fraction | None]) -> dict[str, Any]:
    """Give the object that a round's ranking.json must hold."""
    rows, ties = rank(rates, rates)
    marks = dict(zip(counts["options"], counts["marks"], strict=True))
    gives = kind in {"points", "score"}
    return {
        "schema": "participation/bundle-ranking/1",
        "rule": RULE,
        "method_version": METHOD,
        "tie_break": None,
        "ballots": counts["ballots"],
        "options": [
            {
                "code": row.code,
                "rank": row.rank,
                "win_rate": text_of(rates[row.code]),
                "mentioned": sum(ballots for _, ballots in marks[row.code]),
                "given": sum(mark * ballots for mark, ballots in marks[row.code]) if gives else 0,
                "tied_with": row.tied_with,
            }
            for row in rows
        ],
        "ties": ties,
    }


# --- Joint ranking ------------------------------------------------------------------------------------------------


class Counted(NamedTuple):
    """What a joint ranking needs of a round that was verified."""

    name: str
    opens_at: str
    ballots: int
    rates: dict[str, Fraction | None]
    contents: dict[str, Any]  # of the options that were not struck


class Score(NamedTuple):
    score: Fraction | None
    own: Fraction | None
    goals: Fraction | None
    coverage: Fraction


def weighted_mean(parts: Sequence[tuple[int, Fraction]]) -> Fraction | None:
    """Give the mean of values by their weights, or None if they weigh nothing."""
    weight = sum(weight for weight, _ in parts)
    return sum((weight * value for weight, value in parts), Fraction(0)) / weight if weight else None


def served(code: str, rounds: Iterable[Counted]) -> list[str]:
    """Give the goals that an option serves, by the round that shows it last."""
    last = max((one for one in rounds if code in one.contents), key=lambda one: (one.opens_at, one.name))
    serves = last.contents[code].get("serves")
    if not isinstance(serves, list) or not all(isinstance(goal, dict) for goal in serves):
        return []
    return [goal["code"] for goal in serves if isinstance(goal.get("code"), str)]


def joint_scores(
    rounds: Sequence[Counted], weights: Mapping[str, int], share: Fraction, goals: Mapping[str, Fraction]
) -> dict[str, Score]:
    """Give each option's joint score and its parts."""
    whole = sum(weights[one.name] for one in rounds if any(rate is not None for rate in one.rates.values()))
    scores = {}
    for code in {code for one in rounds for code in one.rates}:
        parts = [(weights[one.name], rate) for one in rounds if (rate := one.rates.get(code)) is not None]
        own = weighted_mean(parts)
        coverage = Fraction(sum(weight for weight, _ in parts), whole) if whole else Fraction(0)
        of_goals = weighted_mean([(1, goals[goal]) for goal in served(code, rounds) if goal in goals])
        score = own if own is None or of_goals is None else (1 - share) * own + share * of_goals
        scores[code] = Score(score, own, of_goals, coverage)
    return scores


def joint_ranking(rounds: Sequence[Counted], weights: Mapping[str, int], scores: Mapping[str, Score]) -> dict[str, Any]:
    """Give the object that a joint ranking.json must hold."""
    enough = [code for code, score in scores.items() if score.coverage >= Fraction(1, 2)]
    rows, ties = rank({code: score.score for code, score in scores.items()}, enough)
    rates = {one.name: one.rates for one in rounds}
    return {
        "schema": "participation/bundle-joint-ranking/1",
        "rule": "weighted-win-rates",
        "method_version": METHOD,
        "tie_break": None,
        "ballots": sum(one.ballots for one in rounds),
        "options": [
            {
                "code": row.code,
                "rank": row.rank,
                "score": text_of(scores[row.code].score),
                "own": text_of(scores[row.code].own),
                "goals": text_of(scores[row.code].goals),
                "coverage": text_of(scores[row.code].coverage),
                "tied_with": row.tied_with,
                "rounds": {name: text_of(rates.get(name, {}).get(row.code)) for name in weights},
            }
            for row in rows
        ],
        "ties": ties,
    }


# --- Steps --------------------------------------------------------------------------------------------------------

# Files that are not listed in the manifest.
SEAL: Final = frozenset({"manifest.json", "manifest.sig"})
ROUND_FILES: Final = frozenset(
    {"ballots.jsonl", "counts.json", "moderation.jsonl", "ranking.json", "round.json", "statistics.json"}
)
JOINT_FILES: Final = frozenset({"joint.json", "ranking.json", "statistics.json"})


class Failed(Exception):
    """A step has failed and was reported; the verification is over."""

    def __init__(self, step: int) -> None:
        super().__init__(step)
        self.step = step


class Given(NamedTuple):
    """What the caller knows from elsewhere about the outermost bundle."""

    key: str | None = None
    fingerprint: str | None = None


class Bundle:
    """What the bundles of a round and of a joint ranking have in common: steps 1 to 6.

    Each step is a method that raises Refused if it fails, returns False if it is not possible and else True.
    """

    kind: str
    listed: frozenset[str]  # the files that the manifest lists
    optional: frozenset[str] = frozenset()
    manifest_names: str

    def __init__(self, files: Files, given: Given) -> None:
        self.files = files
        self.given = given
        self.manifest: dict[str, Any] = {}

    @property
    def fingerprint(self) -> str:
        return self.files.digest("manifest.json")

    def belongs(self, name: str) -> bool:
        """Tell whether a file of this name may be in the bundle."""
        return name in self.listed | SEAL

    def check_strangers(self) -> bool:
        for name in sorted(self.files.sizes):
            require(self.belongs(name), f"{shown(name)} does not belong in the bundle")
        return True

    def check_container(self) -> bool:
        self.check_strangers()
        for name in sorted((self.listed | SEAL) - self.optional - self.files.sizes.keys()):
            raise Refused(f"{name} is missing")
        return True

    def check_canonical_form(self) -> bool:
        for name in sorted((self.listed | {"manifest.json"}) & self.files.sizes.keys()):
            if name.endswith(".jsonl"):
                self.check_lines(name)
                continue
            try:
                check_canonical(self.files.read(name))
            except Refused as refused:
                raise Refused(f"{name}: {refused}") from refused
        return True

    def check_lines(self, name: str) -> None:
        previous = b""
        for number, line in enumerate(self.files.lines(name), 1):
            try:
                check_canonical(line)
                require(name != "moderation.jsonl" or previous <= line, "the line stands before the previous one")
            except Refused as refused:
                raise Refused(f"{name}, line {number}: {refused}") from refused
            previous = line

    def check_manifest(self) -> bool:
        manifest = self.load("manifest.json")
        require_names(
            manifest, f"schema kind site process method_version made_at files public_key {self.manifest_names}", "it"
        )
        require_equal(manifest["schema"], "participation/bundle/1", "schema")
        require_equal(manifest["kind"], self.kind, "kind")
        for name in ("site", "process", "method_version"):
            require_string(manifest[name], name)
        require_moment(manifest["made_at"], "made_at")
        require_names(manifest["files"], " ".join(self.listed), "files")
        for name, digest in manifest["files"].items():
            require_form(HASH, digest, f"the hash of {name}")
        require_form(HASH, manifest["public_key"], "public_key")
        self.manifest = manifest
        self.check_kind_of_manifest(manifest)
        return True

    def check_kind_of_manifest(self, manifest: dict[str, Any]) -> None:
        raise NotImplementedError

    def check_files(self) -> bool:
        for name, digest in sorted(self.manifest["files"].items()):
            if name in self.files.sizes:
                require(self.files.digest(name) == digest, f"{name} has another SHA-256 than the manifest says")
        return True

    def check_signature(self) -> bool:
        signature = self.files.read("manifest.sig")
        require(SIGNATURE.fullmatch(signature), "manifest.sig is not well-formed")
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.manifest["public_key"]))
        try:
            key.verify(bytes.fromhex(signature.decode()), self.files.read("manifest.json"))
        except InvalidSignature as error:
            raise Refused("the signature does not belong to manifest.json and public_key") from error
        if self.given.key is not None:
            require(self.given.key == self.manifest["public_key"], "public_key is not the key that was given")
        return True

    def check_fingerprint(self) -> bool:
        if self.given.fingerprint is None:
            return False
        require(self.given.fingerprint == self.fingerprint, f"it is {self.fingerprint}, another one was given")
        return True

    def check_declaration(self) -> bool:
        raise NotImplementedError

    def check_ballots(self) -> bool:
        return False

    def check_root(self) -> bool:
        return False

    def check_counts(self) -> bool:
        return False

    def check_ranking(self) -> bool:
        raise NotImplementedError

    def load(self, name: str) -> Any:
        return json.loads(self.files.read(name))

    def compare(self, name: str, computed: Mapping[str, Any]) -> None:
        """Compare a file byte for byte with what was computed, and say where the first difference is."""
        found, expected = self.files.read(name), canonical(computed)
        if found != expected:
            at = next((at for at, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), None)
            at = min(len(found), len(expected)) if at is None else at
            around = slice(max(0, at - 20), at + 20)
            raise Refused(
                f"{name} differs from what was computed at byte {at + 1}: "
                f"it says {shown(found[around])}, computed was {shown(expected[around])}"
            )

    def verify(self) -> None:
        """Go through all steps, print a line for each, and raise Failed at the first that fails."""
        steps: list[tuple[str, Callable[[], bool]]] = [
            ("container", self.check_container),
            ("canonical", self.check_canonical_form),
            ("manifest", self.check_manifest),
            ("files", self.check_files),
            ("signature", self.check_signature),
            ("fingerprint", self.check_fingerprint),
            ("declaration", self.check_declaration),
            ("ballots", self.check_ballots),
            ("root", self.check_root),
            ("counts", self.check_counts),
            ("ranking", self.check_ranking),
        ]
        for number, (name, check) in enumerate(steps, 1):
            run_step(self.files.prefix, number, name, check)


def run_step(prefix: str, number: int, name: str, check: Callable[[], bool], *, quiet: bool = False) -> None:
    """Run one step and print its line (a quiet one only if it fails)."""
    line = f"{prefix.removesuffix('/')} step {number} {name}:".lstrip()
    try:
        possible = check()
    except Refused as refused:
        say(f"{line} FAILED: {refused}")
        raise Failed(number) from refused
    except Exception as error:
        # Nothing is known that leads here. A bundle that finds a way must neither pass nor end in a traceback.
        say(f"{line} FAILED: the verifier itself could not go on ({type(error).__name__}: {shown(str(error))})")
        raise Failed(number) from error
    if not quiet:
        say(f"{line} {'ok' if possible else 'not possible'}")


def say(line: str) -> None:
    try:
        print(line, flush=True)
    except OSError:  # nobody reads any more; the exit code still tells
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class RoundBundle(Bundle):
    """The bundle of one round: its ballots are counted again."""

    kind = "round"
    listed = ROUND_FILES
    optional = frozenset({"ballots.jsonl"})
    manifest_names = "round ballots"

    def __init__(self, files: Files, given: Given) -> None:
        super().__init__(files, given)
        self.has_ballots = "ballots.jsonl" in files.sizes
        self.round: dict[str, Any] = {}
        self.tree = MerkleTree()
        self.tally = Tally("", [])
        self.counts: dict[str, Any] = {}
        self.rates: dict[str, Fraction | None] = {}

    def check_kind_of_manifest(self, manifest: dict[str, Any]) -> None:
        require_form(ROUND_NAME, manifest["round"], "round")
        ballots = manifest["ballots"]
        require_names(ballots, "count published root", "ballots")
        require_whole(ballots["count"], "ballots.count")
        require(isinstance(ballots["published"], bool), "ballots.published is neither true nor false")
        require_form(HASH, ballots["root"], "ballots.root")
        require(self.has_ballots or not ballots["published"], "ballots are published, but ballots.jsonl is missing")

    def check_declaration(self) -> bool:
        declared = self.load("round.json")
        require_names(
            declared,
            "schema process phase round kind task eligibility title time_zone currency opens_at closes_at closed_at"
            " counted_at events ballot rule method_version eligible voted options",
            "it",
        )
        require_equal(declared["schema"], "participation/bundle-round/1", "schema")
        for name in ("round", "process", "method_version"):
            require_equal(declared[name], self.manifest[name], name)
        require_equal(declared["rule"], RULE, "rule")
        require_equal(declared["method_version"], METHOD, "method_version")
        for name in ("kind", "task", "eligibility", "time_zone", "currency"):
            require_string(declared[name], name)
        if declared["phase"] is not None:
            require_string(declared["phase"], "phase")
        require_text(declared["title"], "title")
        for name in ("opens_at", "closes_at", "closed_at", "counted_at"):
            require_moment(declared[name], name)
        require(declared["opens_at"] < declared["closes_at"], "opens_at is not before closes_at")
        check_events(declared["events"])
        check_options(declared["options"])
        check_ballot(declared["ballot"])
        check_voted(declared, self.manifest["ballots"]["count"])
        few = self.manifest["ballots"]["count"] < 10
        long = markable(declared["ballot"], len(declared["options"])) > 6
        publish = not few and not long
        require_equal(self.manifest["ballots"]["published"], publish, "ballots.published")
        self.round = declared
        return True

    def check_ballots(self) -> bool:
        if not self.has_ballots:
            return False
        ballot = self.round["ballot"]
        codes = {option["code"] for option in self.round["options"]}
        self.tally = Tally(ballot["kind"], self.counted_codes())
        receipt = ""
        for number, line in enumerate(self.files.lines("ballots.jsonl"), 1):
            try:
                entry = json.loads(line)
                require_names(entry, "content receipt salt", "the line")
                require_form(RECEIPT, entry["receipt"], "the receipt")
                require_form(SALT, entry["salt"], "the salt")
                require(receipt < entry["receipt"], "the receipt is not above the previous one")
                check_content(entry["content"], ballot, codes)
            except Refused as refused:
                raise Refused(f"line {number}: {refused}") from refused
            receipt = entry["receipt"]
            self.tree.add(line)
            self.tally.add(entry["content"])
        announced = self.manifest["ballots"]["count"]
        require(self.tally.ballots == announced, f"there are {self.tally.ballots} and not {announced}")
        return True

    def check_root(self) -> bool:
        if not self.has_ballots:
            return False
        root = self.tree.root()
        require(root == self.manifest["ballots"]["root"], f"it is {root}, the manifest says another")
        return True

    def check_counts(self) -> bool:
        if self.has_ballots:
            self.counts = self.tally.counts()
            self.compare("counts.json", self.counts)
        else:
            self.counts = self.load("counts.json")
            check_possible(self.counts, self.round["ballot"], self.counted_codes(), self.manifest["ballots"]["count"])
        return True

    def check_ranking(self) -> bool:
        self.rates = win_rates(self.counts)
        self.compare("ranking.json", round_ranking(self.counts, self.round["ballot"]["kind"], self.rates))
        return True

    def counted_codes(self) -> list[str]:
        return [option["code"] for option in self.round["options"] if option["struck"] is None]

    def counted(self) -> Counted:
        contents = {one["code"]: one["content"] for one in self.round["options"] if one["struck"] is None}
        name, opens_at = self.round["round"], self.round["opens_at"]
        return Counted(name, opens_at, self.manifest["ballots"]["count"], self.rates, contents)


def check_events(events: Any) -> None:
    """Refuse events that do not lead from one opening through one close to one conclusion."""
    require_list(events, "events")
    for event in events:
        require_names(event, "action at reason", "an event")
        require_string(event["action"], "the action of an event")
        require_moment(event["at"], "the moment of an event")
        if event["reason"] is not None:
            require_text(event["reason"], "the reason of an event")
    actions = [event["action"] for event in events]
    for action in ("open", "close", "conclude"):
        require(actions.count(action) == 1, f"there is not exactly one event {action}")
    require(actions[0] == "open" and actions[-1] == "conclude", "events do not lead from open to conclude")


def check_options(options: Any) -> None:
    require_list(options, "options")
    require(1 <= len(options) <= OPTIONS_LIMIT, f"there are {len(options)} options, not 1 to {OPTIONS_LIMIT}")
    for option in options:
        require_names(option, "code content content_hash struck", "an option")
        require_form(CODE, option["code"], "the code of an option")
        code = option["code"]
        require(isinstance(option["content"], dict), f"the content of {code} is not an object")
        digest = hashlib.sha256(canonical(option["content"])).hexdigest()
        require_equal(option["content_hash"], digest, f"the content_hash of {code}")
        if option["struck"] is not None:
            require_names(option["struck"], "struck_at reason", f"struck of {code}")
            require_moment(option["struck"]["struck_at"], f"struck_at of {code}")
            require_text(option["struck"]["reason"], f"the reason of {code}")
    for code, times in Counter(option["code"] for option in options).items():
        require(times == 1, f"the code {code} is there twice")


def check_ballot(ballot: Any) -> None:
    require(isinstance(ballot, dict), "ballot is not an object")
    kind = ballot.get("kind")
    require(isinstance(kind, str) and kind in KINDS, f"unknown kind of ballot {shown(kind)}")
    require_names(ballot, f"kind {KINDS[kind]}", "ballot")
    for limit in KINDS[kind].split():
        require_whole(ballot[limit], f"ballot.{limit}", 1, LIMITS_LIMIT)


def check_voted(declared: Mapping[str, Any], ballots: int) -> None:
    """Refuse figures of participation that do not fit the number of ballots or each other."""
    if declared["eligible"] is not None:
        require_whole(declared["eligible"], "eligible")
    voted = declared["voted"]
    require_names(voted, "total classes channels", "voted")
    require_equal(voted["total"], ballots, "voted.total")
    for name in ("classes", "channels"):
        require(isinstance(voted[name], dict), f"voted.{name} is not an object")
        parts = voted[name].values()
        for part in parts:
            if part is not None:
                require_whole(part, f"a part of voted.{name}")
        together = sum(part for part in parts if part is not None)
        fits = together <= ballots if None in parts else together == ballots
        require(fits, f"voted.{name} adds up to {together} of {ballots}")


class JointBundle(Bundle):
    """The bundle of a joint ranking: the bundles of its rounds and goals are verified, then their scores combined."""

    kind = "joint"
    listed = JOINT_FILES
    manifest_names = "ranking rounds goals"

    def __init__(self, files: Files, given: Given, *, within: bool = False) -> None:
        super().__init__(files, given)
        self.within = within  # a bundle of goals inside another has no goals of its own
        names = {name.split("/")[1] for name in files.sizes if name.startswith("rounds/")}
        self.rounds = {
            name: RoundBundle(Files(files.container, f"{files.prefix}rounds/{name}/"), Given())
            for name in sorted(names)
        }
        self.goals: JointBundle | None = None
        if not within and any(name.startswith("goals/") for name in files.sizes):
            self.goals = JointBundle(Files(files.container, f"{files.prefix}goals/"), Given(), within=True)
        self.declared: dict[str, Any] = {}
        self.share = Fraction(0)
        self.scores: dict[str, Fraction] = {}  # of the options that have a rank

    def belongs(self, name: str) -> bool:
        # What lies in a folder is judged in that bundle's own step 1.
        return super().belongs(name) or ("/" in name and PLACE.fullmatch(name) is not None)

    def verify(self) -> None:
        for bundle in (*self.rounds.values(), *filter(None, [self.goals])):
            bundle.verify()
        super().verify()

    def check_kind_of_manifest(self, manifest: dict[str, Any]) -> None:
        require_string(manifest["ranking"], "ranking")
        require(isinstance(manifest["rounds"], dict), "rounds is not an object")
        for name, fingerprint in manifest["rounds"].items():
            require_form(ROUND_NAME, name, "the name of a round")
            if fingerprint is not None:
                require_form(HASH, fingerprint, f"the fingerprint of {name}")
        if manifest["goals"] is not None:
            require_form(HASH, manifest["goals"], "goals")

    def check_declaration(self) -> bool:
        declared = self.load("joint.json")
        require_names(
            declared,
            "schema process phase ranking task title declared_at declared_by computed_at time_zone currency rounds"
            " carry_over",
            "it",
        )
        require_equal(declared["schema"], "participation/bundle-joint/1", "schema")
        for name in ("ranking", "process"):
            require_equal(declared[name], self.manifest[name], name)
        require_equal(self.manifest["method_version"], METHOD, "method_version")
        for name in ("task", "time_zone", "currency"):
            require_string(declared[name], name)
        if declared["phase"] is not None:
            require_string(declared["phase"], "phase")
        for name in ("title", "declared_by"):
            require_text(declared[name], name)
        for name in ("declared_at", "computed_at"):
            require_moment(declared[name], name)
        self.check_weights(declared["rounds"])
        self.check_carry_over(declared["carry_over"])
        self.check_folders()
        self.declared = declared
        return True

    def check_weights(self, rounds: Any) -> None:
        require_list(rounds, "rounds")
        for entry in rounds:
            require_names(entry, "round weight", "a round")
            require_string(entry["round"], "the name of a round")
            require_whole(entry["weight"], f"the weight of {shown(entry['round'])}")
        names = [entry["round"] for entry in rounds]
        require(len(names) == len(set(names)), "a round is named twice")
        require(any(entry["weight"] for entry in rounds), "no round has a weight")
        require_equal(sorted(names), sorted(self.manifest["rounds"]), "the list of rounds")

    def check_carry_over(self, carry_over: Any) -> None:
        require_names(carry_over, "share goals_ranking", "carry_over")
        self.share = exact(carry_over["share"], "the share of the goals")
        require(0 <= self.share <= 1, "the share of the goals is not from 0 to 1")
        ranking = carry_over["goals_ranking"]
        if ranking is not None:
            require_string(ranking, "goals_ranking")
        carries = self.share > 0
        require(carries == (ranking is not None), "the share and goals_ranking do not fit each other")
        require(carries == (self.manifest["goals"] is not None), "the share and the manifest's goals do not fit")
        require(carries == (self.goals is not None), "the share and the folder of the goals do not fit each other")
        if self.goals:
            require_equal(self.goals.fingerprint, self.manifest["goals"], "the fingerprint of the goals")
            require_equal(self.goals.manifest["ranking"], ranking, "the ranking of the goals")
            require_equal(self.goals.manifest["process"], self.manifest["process"], "the process of the goals")

    def check_folders(self) -> None:
        for name, fingerprint in sorted(self.manifest["rounds"].items()):
            if fingerprint is not None:
                require(name in self.rounds, f"the bundle of {name} is missing")
        for name, bundle in self.rounds.items():
            expected = self.manifest["rounds"].get(name)
            require(expected is not None, f"the manifest names no bundle of {name}")
            require_equal(bundle.fingerprint, expected, f"the fingerprint of {name}")
            require_equal(bundle.manifest["round"], name, f"the round in the folder {name}")
            require_equal(bundle.manifest["process"], self.manifest["process"], f"the process of {name}")

    def check_ranking(self) -> bool:
        rounds = [bundle.counted() for bundle in self.rounds.values()]
        weights = {entry["round"]: entry["weight"] for entry in self.declared["rounds"]}
        scores = joint_scores(rounds, weights, self.share, self.goals.scores if self.goals else {})
        ranking = joint_ranking(rounds, weights, scores)
        self.compare("ranking.json", ranking)
        ranked = {row["code"] for row in ranking["options"] if row["rank"] is not None}
        self.scores = {code: one.score for code, one in scores.items() if code in ranked and one.score is not None}
        return True


# --- Command line -------------------------------------------------------------------------------------------------


def hexadecimal(text: str) -> str:
    """Read a key or a fingerprint as it is printed: in groups, perhaps in capitals."""
    digits = "".join(text.split()).lower()
    if not HASH.fullmatch(digits):
        raise argparse.ArgumentTypeError("it is not 64 hexadecimal digits")
    return digits


def verify(path: str, given: Given) -> int:
    """Verify the bundle, print a line for each step and the result, and give the exit code."""
    bundle: Bundle

    def open_bundle() -> bool:
        nonlocal bundle
        files = Files(open_container(path))
        bundle = (JointBundle if "joint.json" in files.sizes else RoundBundle)(files, given)
        return bundle.check_strangers()

    try:
        run_step("", 1, "container", open_bundle, quiet=True)
        bundle.verify()
    except Failed as failed:
        say("NOT VERIFIED")
        return 10 + failed.step
    say(f"VERIFIED {bundle.fingerprint}")
    return 0


def main(call: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify a public bundle of a result: count it again and compare.")
    parser.add_argument("bundle", help="a folder or a ZIP file")
    parser.add_argument("--key", type=hexadecimal, metavar="HEX", help="the key that the site is known to sign with")
    parser.add_argument("--fingerprint", type=hexadecimal, metavar="HEX", help="the fingerprint printed elsewhere")
    arguments = parser.parse_args(call)
    if not os.path.exists(arguments.bundle):  # noqa: PTH110 - Path.exists raises for names that are too long
        parser.error(f"there is nothing at {shown(arguments.bundle)}")
    return verify(arguments.bundle, Given(arguments.key, arguments.fingerprint))


if __name__ == "__main__":
    sys.exit(main())
