"""A bundle as a ZIP file whose bytes depend on nothing but its files.

Files are stored, not packed: what a packer makes of them differs from version to version of its library, and most of a
bundle are receipts and salts, which cannot be packed anyway. Times and rights are the same everywhere.
"""

import zipfile
from collections.abc import Iterable
from typing import IO, Final, TypeAlias

BundleFile: TypeAlias = tuple[str, Iterable[bytes]]
"""A file's name and its content piece by piece."""

_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16


def write_archive(files: Iterable[BundleFile], target: IO[bytes]) -> None:
    """Write files in their order; memory does not grow with them, and equal files give equal bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, pieces in files:
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            with archive.open(entry, "w") as file:
                for piece in pieces:
                    file.write(piece)
