"""Folders and ZIP files that hold a bundle, read without trusting anything in them.

A ZIP file says how large its files are before they are unpacked; what unpacks to more is refused by its checksum, so
that the sizes that are looked at first bound all that is read afterwards.
"""

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Protocol, TypeAlias

from participation.bundles.naming import (
    GOALS_FOLDER,
    LARGEST_BUNDLE,
    LARGEST_DOCUMENT,
    LARGEST_MANIFEST,
    LONGEST_LINE,
    MANIFEST,
    ROUND_NAME,
    ROUNDS_FOLDER,
    SIGNATURE,
)

CHUNK: Final = 2**20
MOST_FILES: Final = 20_000
"""More than any bundle has; a container with more names is not looked through."""

_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UNIX: Final = 3

Told: TypeAlias = Callable[[int], object]
"""Is told how many bytes more were read."""


class BadContainer(ValueError):
    """Something is wrong with the container as a whole; the text says what."""


class Source(Protocol):
    """Where files are read from."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Return the length of every file."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """Open one of the files."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on a disk."""

    sizes: Mapping[str, int]
    path: Path

    def open(self, name: str) -> IO[bytes]:
        """Open one of the files."""
        return (self.path / name).open("rb")


@dataclass(frozen=True, slots=True)
class Archive:
    """A ZIP file."""

    sizes: Mapping[str, int]
    file: zipfile.ZipFile

    def open(self, name: str) -> IO[bytes]:
        """Open one of the files."""
        return self.file.open(name)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle of a container: the container's files below a folder, "" for the outer one."""

    source: Source
    digests: Mapping[str, str]
    folder: str = ""
    told: Told = field(default=lambda _read: None, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all files in it, those of bundles inside it among them."""
        return frozenset(name[len(self.folder) :] for name in self.source.sizes if name.startswith(self.folder))

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file."""
        return self.digests[self.folder + name]

    def size(self, name: str) -> int:
        """Return the length of a file."""
        return self.source.sizes[self.folder + name]

    def data(self, name: str) -> bytes:
        """Return a small file whole."""
        with self.source.open(self.folder + name) as file:
            data = file.read()
        self.told(len(data))
        return data

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """Read a file line by line, each with its line feed; of a line that is too long, no more than shows it."""
        with self.source.open(self.folder + name) as file:
            while line := file.readline(longest + 2):
                self.told(len(line))
                yield line

    def inside(self, folder: str) -> "Bundle":
        """Return the bundle in one of its folders."""
        return Bundle(self.source, self.digests, f"{self.folder}{folder}/", self.told)

    def folders_of_rounds(self) -> list[str]:
        """Return the names of the folders in rounds/, in ascending order."""
        inside = f"{ROUNDS_FOLDER}/"
        return sorted({name[len(inside) :].split("/")[0] for name in self.names if name.startswith(inside)})


@contextmanager
def opened(path: Path, told: Told = lambda _read: None) -> Iterator[Bundle]:
    """Open a folder or a ZIP file and read it once to the end; raises BadContainer if it is no bundle as a whole."""
    if path.is_dir():
        yield _whole(Folder(_sizes_of_folder(path), path), told)
        return
    if not path.is_file():  # opening a pipe would wait for whoever writes into it
        raise BadContainer("neither a folder nor an ordinary file")
    with ExitStack() as stack:
        try:
            file = stack.enter_context(zipfile.ZipFile(path))
            bundle = _whole(Archive(_sizes_of_archive(file), file), told)
        except ZIP_FAULTS as fault:
            raise BadContainer(f"neither a folder nor a ZIP file that can be read: {fault}") from fault
        yield bundle


ZIP_FAULTS: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeDecodeError, RuntimeError)
"""What the standard library says of ZIP files that are damaged or made to harm."""


def _whole(source: Source, told: Told) -> Bundle:
    joint = "joint.json" in source.sizes
    for name, size in source.sizes.items():
        _check_name(name, joint=joint)
        _check_size(name, size)
    if sum(source.sizes.values()) > LARGEST_BUNDLE:
        raise BadContainer("its files are larger than 2 GiB in all")
    digests = {name: _digest(source, name, told) for name in source.sizes}
    return Bundle(source, digests, told=told)


def _check_name(name: str, *, joint: bool) -> None:
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or ":" in name:
        raise BadContainer(f"a path that leads elsewhere: {name!a}")
    if not joint:
        depth = 1
    elif parts[0] == GOALS_FOLDER:
        if parts[1:2] == [ROUNDS_FOLDER]:
            parts = parts[1:]
            depth = 3
        else:
            depth = 2
    else:
        depth = 3 if parts[0] == ROUNDS_FOLDER else 1
    if len(parts) != depth or (parts[0] == ROUNDS_FOLDER and not ROUND_NAME.fullmatch(parts[1])):
        raise BadContainer(f"a file that belongs to no bundle: {name!a}")


def _check_size(name: str, size: int) -> None:
    last = name.rsplit("/", 1)[-1]
    if last == MANIFEST and size > LARGEST_MANIFEST:
        raise BadContainer(f"{name} is larger than 1 MiB")
    if last.endswith(".json") and size > LARGEST_DOCUMENT:
        raise BadContainer(f"{name} is larger than 64 MiB")
    if last == SIGNATURE and size > LONGEST_LINE:
        raise BadContainer(f"{name} is no signature")


def _digest(source: Source, name: str, told: Told) -> str:
    digest, left = hashlib.sha256(), source.sizes[name]
    with source.open(name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            left -= len(chunk)
            told(len(chunk))
            if left < 0:
                break
    if left:
        raise BadContainer(f"{name} is not as long as it says")
    return digest.hexdigest()


def _sizes_of_folder(path: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for folder, inner, names in os.walk(path, followlinks=False):
        for name in (*inner, *names):
            found = Path(folder, name)
            kind = found.lstat()
            relative = found.relative_to(path).as_posix()
            if not (stat.S_ISREG(kind.st_mode) or stat.S_ISDIR(kind.st_mode)):
                raise BadContainer(f"a link or a device: {relative!a}")
            if stat.S_ISREG(kind.st_mode):
                sizes[relative] = kind.st_size
        if len(sizes) > MOST_FILES:
            raise BadContainer("more files than any bundle has")
    return sizes


def _sizes_of_archive(file: zipfile.ZipFile) -> dict[str, int]:
    sizes: dict[str, int] = {}
    seen: set[str] = set()
    entries = file.infolist()
    if len(entries) > MOST_FILES:
        raise BadContainer("more files than any bundle has")
    for entry in entries:
        name = entry.orig_filename
        if name in seen:
            raise BadContainer(f"twice in the ZIP file: {name!a}")
        seen.add(name)
        _check_entry(entry)
        if name.endswith("/"):
            _check_folder(entry)
        else:
            sizes[name] = entry.file_size
    return sizes


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.filename != name:
        raise BadContainer(f"a name that cannot be: {name!a}")
    if entry.flag_bits & _ENCRYPTED:
        raise BadContainer(f"encrypted: {name!a}")
    if entry.compress_type not in _METHODS:
        raise BadContainer(f"packed in a way that is not allowed: {name!a}")
    mode = entry.external_attr >> 16
    if entry.create_system == _UNIX and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise BadContainer(f"a link or a device: {name!a}")


def _check_folder(entry: zipfile.ZipInfo) -> None:
    parts = entry.orig_filename[:-1].split("/")
    if entry.file_size or any(part in {"", ".", ".."} for part in parts):
        raise BadContainer(f"a path that leads elsewhere: {entry.orig_filename!a}")
