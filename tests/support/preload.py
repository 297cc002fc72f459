"""Small libraries in C that come between a process and its system."""

import shutil
import subprocess
import sys
from pathlib import Path


class CannotPreload(RuntimeError):
    """No library can be preloaded here; the sentence says why."""


def build(source: Path, folder: Path) -> Path:
    """Compile a library into a folder; raises CannotPreload where that cannot be done."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if sys.platform != "linux":
        raise CannotPreload("libraries are preloaded on Linux only")
    if compiler is None:
        raise CannotPreload("there is no C compiler")
    library = folder / f"{source.stem}.so"
    built = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl", "-lpthread"],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        raise CannotPreload(f"{source.name} could not be compiled: {built.stderr[-300:]}")
    return library
