"""How long a council paper of 62 measures takes as PDF, DOCX and XLSX, and what the formats cost beside their words.

Each measurement is of a paper that was not set before (its figures are drawn anew), because the typesetter keeps what
it has seen. The first paper of a process is told apart: typefaces and templates are read then. In the same run the same
tables are written by python-docx, cell by cell, as the plain way to the same file.

    nice python benchmarks/documents.py [--times 15] [--measures 62]
"""

import argparse
import io
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import docx

sys.path.insert(0, str(Path(__file__).parents[1]))

from participation.documents.blocks import Document, words_of  # the clone is not installed
from participation.documents.pdf import render_pdf
from participation.documents.sheets import render_xlsx, sheets_of
from participation.documents.word.rendering import render_docx
from tests.factories.papers import a_paper, a_plan

GOALS = {"PDF": 0.3, "DOCX": 0.2, "XLSX": 0.1}


def as_workbook(paper: Document) -> bytes:
    return render_xlsx(sheets_of(paper), language=paper.language, on=paper.date)


def in_the_plain_way(paper: Document) -> bytes:
    """Write a plan as large as the paper's two with python-docx alone, without looks, lists or other directions."""
    word = docx.Document()
    for _annex in range(2):
        plan = a_plan(len(paper.sections[4].blocks[0].rows))  # type: ignore[union-attr]  # the annex is its table
        table = word.add_table(rows=0, cols=len(plan.columns))
        for row in plan.rows:
            cells = table.add_row().cells
            for cell, holder in zip(row.cells, cells, strict=False):
                holder.text = words_of(cell.text)
    packed = io.BytesIO()
    word.save(packed)
    return packed.getvalue()


FORMATS: dict[str, Callable[[Document], bytes]] = {
    "PDF": render_pdf,
    "DOCX": render_docx,
    "XLSX": as_workbook,
    "its tables alone by python-docx": in_the_plain_way,
}


def timed(render: Callable[[Document], bytes], paper: Document) -> tuple[float, float, int]:
    """Return seconds on the clock, seconds of the processor, and the size of the file."""
    clock, processor = time.perf_counter(), time.process_time()
    size = len(render(paper))
    return time.perf_counter() - clock, time.process_time() - processor, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--measures", type=int, default=62)
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    print(f"{'format':<32} {'first':>7} {'median':>7} {'longest':>8} {'processor':>10} {'size':>9} {'goal':>6}")
    for name, render in FORMATS.items():
        first, _processor, _size = timed(render, a_paper(chosen.measures, seed=1))
        runs = [timed(render, a_paper(chosen.measures, seed=2 + number)) for number in range(chosen.times)]
        clocks, processors, sizes = zip(*runs, strict=True)
        goal = f"{GOALS[name]} s" if name in GOALS else "–"
        print(
            f"{name:<32} {first:7.3f} {statistics.median(clocks):7.3f} {max(clocks):8.3f}"
            f" {statistics.median(processors):10.3f} {max(sizes) // 1000:6} kB {goal:>6}"
        )
    print(f"memory at its peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
