"""A bundle's ZIP file: read by others, as long as was said before, and begun before its files are read."""

import io
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from participation.bundles.archive import BLOCK, BundleFile, WrongLength, archive, archive_length

FILES = {
    "ballots.jsonl": [b"a" * BLOCK, b"b" * (BLOCK - 1), b"c"],
    "empty": [],
    "manifest.json": [b"{}"],
    "rounds/online/ballots.jsonl": [b"line\n"] * 40_000,
    "rounds/online/one more than a block": [b"d" * (BLOCK + 1)],
}


def files() -> list[BundleFile]:
    return [BundleFile(name, len(b"".join(pieces)), pieces) for name, pieces in FILES.items()]


def test_what_was_written_is_read_by_another_program_and_was_as_long_as_said() -> None:
    data = b"".join(archive(files()))
    assert len(data) == archive_length(files())
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == {
            name: b"".join(pieces) for name, pieces in FILES.items()
        }
        assert {entry.external_attr >> 16 for entry in read.infolist()} == {0o100644}


def test_the_end_of_a_file_is_found_by_who_reads_from_the_beginning() -> None:
    data = b"".join(archive(files()))
    for name, pieces in FILES.items():
        assert data[:4] == b"PK\3\4"
        reader = zlib.decompressobj(-zlib.MAX_WBITS)
        assert reader.decompress(data[30 + len(name) :]) == b"".join(pieces)
        assert reader.unused_data[:4] == b"PK\7\x08"
        data = reader.unused_data[16:]
    assert data[:4] == b"PK\1\2"


def test_how_a_file_comes_in_pieces_makes_no_difference() -> None:
    whole = [BundleFile(file.name, file.size, [b"".join(file.pieces)]) for file in files()]
    assert b"".join(archive(whole)) == b"".join(archive(files()))


def test_it_begins_before_its_files_are_read() -> None:
    read: list[bytes] = []

    def lines() -> Iterator[bytes]:
        read.append(b"line\n")
        yield read[-1]

    pieces = archive([BundleFile("ballots.jsonl", 5, lines())])
    assert next(pieces).startswith(b"PK\3\4")
    assert not read
    assert next(pieces).endswith(b"line\n")


@pytest.mark.parametrize("said", [4, 6])
def test_a_file_that_is_not_as_long_as_said_makes_no_archive(said: int) -> None:
    with pytest.raises(WrongLength, match=f"5 bytes instead of {said}"):
        b"".join(archive([BundleFile("ballots.jsonl", said, [b"12345"])]))
