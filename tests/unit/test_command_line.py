"""Counting a file starts at once: it waits for neither the web nor a database to be loaded.

No command and no server waits for what few of them need, nor holds it: 40 MB of engines, readers and lists of words.
"""

import subprocess
import sys

import pytest

from participation.config import ROOT

HEAVY = {"flask", "sqlalchemy"}
LATER = {"docx", "docxtpl", "lxml", "openpyxl", "typst", "zxcvbn"}


@pytest.mark.parametrize("module, loads", [("participation.__main__", False), ("participation.command_line", True)])
def test_only_commands_that_need_it_load_the_web(module: str, *, loads: bool) -> None:
    asked = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY.issubset(loaded.stdout.split()) is loads
    assert not LATER.intersection(loaded.stdout.split())
