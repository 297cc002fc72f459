"""The file of a backup: a ZIP that any tool can look into, written under another name until it is whole."""

import hashlib
import os
import secrets
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from participation.backup import manifest
from participation.backup.manifest import Manifest, Part, Refused
from participation.storage.files import sync_folder

CHUNK: Final = 1024 * 1024
OWNER_ONLY: Final = 0o600
LARGEST_SECRET: Final = 8 * 1024
"""A file in a folder of keys that is longer is none."""

FEWEST_BYTES: Final = 16
"""What is shorter is no secret, and could stand anywhere by chance."""

Told = Callable[[str, int], object]
"""Is told what is being done, and how much of it is done, in bytes or rows."""


class Watch:
    """Looks for secrets in what is written, as they are, in hexadecimal and in base 64."""

    def __init__(self, folders: Iterable[Path | None], words: Iterable[str]) -> None:
        found = {word.encode() for word in words}
        for folder in folders:
            if folder is not None and folder.is_dir():
                found |= {path.read_bytes() for path in folder.iterdir() if _may_be_secret(path)}
        whole = {secret.strip() for secret in found} | found
        self._needles = [
            form
            for secret in whole
            if len(secret) >= FEWEST_BYTES
            for form in (secret, secret.hex().encode(), b64encode(secret).rstrip(b"="))
        ]
        self._overlap = max((len(needle) for needle in self._needles), default=1) - 1
        self._tail = b""

    def look(self, chunk: bytes) -> None:
        """Raise Refused if a secret stands in what was seen so far."""
        text = self._tail + chunk
        if any(needle in text for needle in self._needles):
            raise Refused(
                "A key of a round, the signing key or the application's secret stands in the database. "
                "No backup was written. Please find out how it came there."
            )
        self._tail = text[-self._overlap :] if self._overlap else b""


class Draft:
    """A backup that is being written; it bears its name only once it is whole, and never takes another one's place."""

    def __init__(self, target: Path, watch: Watch, told: Told) -> None:
        self._target, self._watch, self._told = target, watch, told
        self.path = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
        self.parts: dict[str, Part] = {}

    def __enter__(self) -> Self:
        descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY)
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with suppress(ValueError, OSError):
            self._zip.close()
        self._file.close()
        self.path.unlink(missing_ok=True)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file of the backup."""
        digest, written = hashlib.sha256(), 0
        with self._zip.open(_entry(name), "w", force_zip64=True) as member:
            for chunk in _together(chunks):
                self._watch.look(chunk)
                digest.update(chunk)
                member.write(chunk)
                written += len(chunk)
                self._told(f"writing {name}", written)
        self.parts[name] = Part(written, digest.hexdigest())

    def seal(self, contents: Manifest) -> str:
        """Write the manifest, bring everything to the disk, and return the SHA-256 of the whole file."""
        self._zip.writestr(_entry(manifest.NAME), contents.to_json())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        digest, read = hashlib.sha256(), 0
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            digest.update(chunk)
            read += len(chunk)
            self._told("reading it again", read)
        return digest.hexdigest()

    def publish(self) -> None:
        """Give the backup its name; raises Refused if something else bears it by now."""
        try:
            os.link(self.path, self._target)
        except FileExistsError as reason:
            raise _exists(self._target) from reason
        except OSError:  # a file system without links
            if self._target.exists():
                raise _exists(self._target) from None
            self.path.rename(self._target)
        sync_folder(self._target.parent)


class Backup:
    """A backup that is read."""

    def __init__(self, path: Path, opened: zipfile.ZipFile, contents: Manifest, told: Told) -> None:
        self.path, self.manifest, self._zip, self._told = path, contents, opened, told

    def check_parts(self) -> None:
        """Read every file of the backup once; raises Refused unless each is what the manifest says."""
        held = set(self._zip.namelist()) - {manifest.NAME}
        if held != set(self.manifest.parts):
            raise Refused("The backup does not hold the files that its manifest names.")
        for name in sorted(held):
            for _chunk in self.read(name):
                pass

    def read(self, name: str) -> Iterator[bytes]:
        """Return a file of the backup, chunk by chunk; raises Refused at its end if it is damaged."""
        expected, digest, read = self.manifest.parts[name], hashlib.sha256(), 0
        try:
            with self._zip.open(name) as member:
                while chunk := member.read(CHUNK):
                    digest.update(chunk)
                    read += len(chunk)
                    self._told(f"reading {name}", read)
                    yield chunk
        except (zipfile.BadZipFile, EOFError, ValueError) as reason:
            raise Refused(f"The backup is damaged: {name} cannot be read.") from reason
        if Part(read, digest.hexdigest()) != expected:
            raise Refused(f"The backup is damaged: {name} is not what its manifest says.")


@contextmanager
def opened(path: Path, told: Told) -> Iterator[Backup]:
    """Open a backup and read its manifest; raises Refused."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            described = archive.getinfo(manifest.NAME)
            if described.file_size > manifest.LARGEST:
                raise Refused("This is no backup of this program, or its manifest is damaged.")
            yield Backup(path, archive, Manifest.from_json(archive.read(described)), told)
    except (zipfile.BadZipFile, KeyError) as reason:
        raise Refused(f"{path} is no backup of this program, or it is damaged.") from reason


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_target(target: Path, forbidden: Mapping[str, Path | None]) -> None:
    """Refuse a place for a backup that is taken, is not there, or lies beside what must stay apart from it."""
    if target.exists() or target.is_symlink():
        raise _exists(target)
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}.")
    folder = target.parent.resolve()
    for name, place in forbidden.items():
        if place is not None and (folder == place or place in folder.parents):
            raise Refused(f"A backup and the keys of rounds must not lie side by side: {folder} is in {name}.")


def file_in_chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Return what a file holds."""
    while chunk := file.read(CHUNK):
        yield chunk


def _exists(target: Path) -> Refused:
    return Refused(f"{target} is there already and is not overwritten.")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = OWNER_ONLY << 16
    return entry


def _together(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Return the same bytes in chunks of a size that is worth looking at."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        if len(waiting) >= CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _may_be_secret(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= LARGEST_SECRET
