"""The same document gives the same bytes: on another day, in another folder, time zone and order of hashes."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import hashlib
from participation.documents.pdf import render_pdf
from participation.documents.sheets import render_xlsx, sheets_of
from participation.documents.word.rendering import render_docx
from tests.factories.papers import a_paper
paper = a_paper(measures=5)
sheets = render_xlsx(sheets_of(paper), language="de", on=paper.date)
for rendered in (render_pdf(paper), render_docx(paper), sheets):
    print(hashlib.sha256(rendered).hexdigest())
"""


def made(folder: Path, **environment: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.split()


def test_every_format_is_the_same_in_other_places_and_times(tmp_path: Path) -> None:
    here = made(ROOT, TZ="Europe/Berlin", PYTHONHASHSEED="1")
    assert len(set(here)) == len(here)
    assert here == made(tmp_path, TZ="Pacific/Kiritimati", PYTHONHASHSEED="2", LC_ALL="C")
