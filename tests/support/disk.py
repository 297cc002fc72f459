"""What a disk holds after a loss of power, worked out from what a process asked of it.

tests/faults/power_loss.c records the calls. A disk keeps for certain what was written to a file before its last fsync,
and the names of a folder as they were at the folder's last fsync. Of everything later it may keep any part, in any
order, in pieces of a sector; a program that relies on nothing of it stands on firm ground.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

SECTOR: Final = 512
UNSEEN: Final = "-shm"
"""SQLite's index of its log is written through a map, never synced, and made anew after a crash."""

_HEAD: Final = struct.Struct("<BiiiqII")


def recording(library: Path, folder: Path, record: Path) -> dict[str, str]:
    """Return what the environment of a process needs, so that its calls on the files of a folder are recorded."""
    return {"LD_PRELOAD": str(library), "POWER_FOLDER": str(folder.absolute()), "POWER_LOG": str(record)}


class Call(NamedTuple):
    """One call of the record; `end` is how long the record was once the call was done."""

    what: str
    process: int
    file: int
    flags: int
    offset: int
    path: str
    data: bytes
    end: int


def calls_of(record: Path) -> Iterator[Call]:
    """Read a record, call by call. A last one that was cut off was never answered, and is left out."""
    stored = record.read_bytes()
    place = 0
    while place + _HEAD.size <= len(stored):
        what, process, file, flags, offset, path_size, data_size = _HEAD.unpack_from(stored, place)
        path_end = place + _HEAD.size + path_size
        end = path_end + data_size
        if end > len(stored):
            return
        path = stored[place + _HEAD.size : path_end].decode()
        yield Call(chr(what), process, file, flags, offset, path, stored[path_end:end], end)
        place = end


@dataclass(eq=False)
class Inode:
    """A file: what the disk keeps for certain, and what was done to it since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(offset, data) of a write, (size, None) of a new length."""

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.durable, *change)
        self.pending.clear()

    def content(self, kept: "Kept") -> bytes:
        """Return what a disk has of the file that keeps so much of what was not synced."""
        content = bytearray(self.durable)
        for offset, data in self.pending:
            for change in kept.pieces(offset, data):
                _apply(content, *change)
        return bytes(content)

    def size(self) -> int:
        size = len(self.durable)
        for offset, data in self.pending:
            size = offset if data is None else max(size, offset + len(data))
        return size


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset : offset + len(data)] = data


Names = dict[str, Inode | None]
"""What a folder lists; a folder inside it is None."""
Change = tuple[Names, str]
"""Names that are added or replaced, and one that is taken away; both happen or neither, as in a rename."""


@dataclass(eq=False)
class Folder:
    """A folder: the names that it lists, those that the disk keeps for certain, and the changes since."""

    now: Names = field(default_factory=dict)
    durable: Names = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)

    def change(self, added: Names, removed: str = "") -> None:
        _rename(self.now, (added, removed))
        self.pending.append((added, removed))

    def sync(self) -> None:
        for change in self.pending:
            _rename(self.durable, change)
        self.pending.clear()

    def names(self, kept: "Kept") -> Names:
        names = dict(self.durable)
        for change in self.pending:
            if kept.whole():
                _rename(names, change)
        return names


def _rename(names: Names, change: Change) -> None:
    added, removed = change
    names.pop(removed, None)
    names.update(added)


class Kept:
    """How much a disk keeps of what was not synced: a share of it, drawn piece by piece."""

    def __init__(self, share: float, draw: Random) -> None:
        self._share, self._draw = share, draw

    def whole(self) -> bool:
        """Say whether a change that is never done by halves was kept."""
        return self._share > 0 and (self._share >= 1 or self._draw.random() < self._share)

    def pieces(self, offset: int, data: bytes | None) -> Iterator[tuple[int, bytes | None]]:
        """Give what was kept of a change; a write is kept by the sector."""
        if data is None or self._share >= 1:
            if self.whole():
                yield offset, data
            return
        first = offset
        while first < offset + len(data) and self._share > 0:
            end = min(first - first % SECTOR + SECTOR, offset + len(data))
            if self.whole():
                yield first, data[first - offset : end - offset]
            first = end


NOTHING_MORE: Final = Kept(0, Random(0))
"""A disk that has only what it was made to wait for."""
EVERYTHING: Final = Kept(1, Random(0))
"""What the system still holds when a program alone is killed."""


class Disk:
    """The files of one folder, followed through a record from how they lay before it."""

    def __init__(self, home: Path, before: Path) -> None:
        """`home` is the folder as the recorded process named it, `before` a copy of what was in it."""
        self._home = str(home.absolute())
        self._folders: dict[str, Folder] = {self._home: Folder()}
        self._open: dict[tuple[int, int], tuple[str, Inode | None]] = {}
        self._add_folder(before, self._home)

    def _add_folder(self, folder: Path, path: str) -> None:
        names: Names = {}
        for entry in folder.iterdir():
            if entry.is_dir():
                names[entry.name] = None
                self._folders[f"{path}/{entry.name}"] = Folder()
                self._add_folder(entry, f"{path}/{entry.name}")
            else:
                names[entry.name] = Inode(bytearray(entry.read_bytes()))
        self._folders[path].now.update(names)
        self._folders[path].durable.update(names)

    def do(self, call: Call) -> None:
        """Follow one call; a change that the record cannot show is refused."""
        key = (call.process, call.file)
        match call.what:
            case "o":
                self._open[key] = (call.path, self._opened(call.path, call.flags))
            case "c":
                del self._open[key]
            case "w":
                self._inode(key).pending.append((call.offset, call.data))
            case "t":
                self._inode(key).pending.append((call.offset, None))
            case "s":
                path, inode = self._open[key]
                (self._folders[path] if inode is None else inode).sync()
            case "u":
                folder, name = self._split(call.path)
                folder.change({}, name)
            case "m":
                folder, name = self._split(call.path)
                folder.change({name: None})
                self._folders[call.path] = Folder()
            case "l" | "r":
                self._name_anew(call)
            case "p" if self._open[key][0].endswith(UNSEEN):
                pass
            case _:
                raise ValueError(f"{call.what!r} on {call.path or self._open[key][0]!r} cannot be followed")

    def _opened(self, path: str, flags: int) -> Inode | None:
        if path in self._folders:
            return None
        folder, name = self._split(path)
        inode = folder.now.get(name)
        if inode is None:
            inode = Inode()
            folder.change({name: inode})
        elif flags & os.O_TRUNC:
            inode.pending.append((0, None))
        return inode

    def _name_anew(self, call: Call) -> None:
        old, new = call.path.split("\0")
        (from_folder, from_name), (to_folder, to_name) = self._split(old), self._split(new)
        inode = from_folder.now[from_name]
        if inode is None or (call.what == "r" and from_folder is not to_folder):
            raise ValueError(f"renaming {old!r} to {new!r} cannot be followed")
        to_folder.change({to_name: inode}, from_name if call.what == "r" else "")

    def _split(self, path: str) -> tuple[Folder, str]:
        folder, _slash, name = path.rpartition("/")
        return self._folders[folder], name

    def _inode(self, key: tuple[int, int]) -> Inode:
        inode = self._open[key][1]
        if inode is None:
            raise ValueError("a folder is not written to")
        return inode

    def lie_as(self, kept: Kept, target: Path) -> None:
        """Write into an empty folder what a disk holds that keeps so much of what was not synced."""
        self._lay(self._home, kept, target, {})

    def _lay(self, path: str, kept: Kept, target: Path, laid: dict[int, Path]) -> None:
        target.mkdir(exist_ok=True)
        for name, inode in self._folders[path].names(kept).items():
            if inode is None:
                self._lay(f"{path}/{name}", kept, target / name, laid)
            elif id(inode) in laid:  # one file under two names
                os.link(laid[id(inode)], target / name)
            else:
                laid[id(inode)] = target / name
                seen = not name.endswith(UNSEEN)
                (target / name).write_bytes(inode.content(kept) if seen else kept_of_a_map(inode.size(), kept))

    def differs_from(self, folder: Path) -> list[str]:
        """Return the names of files that are not what the record says: what was done to them was not seen."""
        return sorted(self._differences(self._home, folder))

    def _differences(self, path: str, folder: Path) -> Iterator[str]:
        names = self._folders[path].now
        there: Mapping[str, Path] = {entry.name: entry for entry in folder.iterdir()}
        yield from (f"{path}/{name}" for name in names.keys() ^ there.keys())
        for name in names.keys() & there.keys():
            inode = names[name]
            if inode is None:
                yield from self._differences(f"{path}/{name}", there[name])
            elif not name.endswith(UNSEEN) and inode.content(EVERYTHING) != there[name].read_bytes():
                yield f"{path}/{name}"


def kept_of_a_map(size: int, kept: Kept) -> bytes:
    """Return what may lie where a file was written through a map and never synced: anything at all."""
    draw = Random(size)
    content = bytearray()
    while len(content) < size:
        content += draw.randbytes(SECTOR) if kept.whole() else bytes(SECTOR)
    return bytes(content[:size])
