"""How fast files of ballots are read and counted, against Python's own csv module in the same run.

    python benchmarks/formats.py [--voters 100000] [--folder FOLDER]

Files of every vote type are made with a fixed seed. The csv module reads the same rows, takes the choices of each
apart and looks every project up: the least that a plain reader has to do, without checking anything. With a folder
of .pb files, all of them are read, counted and decided too.
"""

import argparse
import csv
import io
import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from participation.tally.counts import PairwiseCounts  # the clone is not installed
from participation.tally.errors import TallyError  # the clone is not installed
from participation.tally.formats.pabulib import PabulibFile  # the clone is not installed
from participation.tally.formats.pabulib_budget import Settings, decide_file  # the clone is not installed
from participation.tally.formats.pabulib_reading import read_pabulib  # the clone is not installed
from participation.tally.formats.registry import FORMATS, Reading  # the clone is not installed
from participation.tally.formats.words import said  # the clone is not installed

PROJECTS: Final = 100
SEED: Final = 20261122


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voters", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(f"{given.voters:,} voters, {PROJECTS} projects, seed {SEED}; megabytes of the file a second")
    print(f"  {'':<22} {'MB':>6} {'read':>7} {'+ pairs':>8} {'+ decide':>9} {'tally':>7} {'csv':>7} {'memory':>8}")
    for name, points, quoted in (("approval", False, False), ("cumulative", True, False), ("approval", False, True)):
        data = made(name, given.voters, points=points, quoted=quoted)
        label = f"{name}, in marks" if quoted else name
        print(f"  {label:<22} {len(data) / 1e6:>6.1f} {' '.join(figures(data))}")
    others(given.voters)
    if given.folder:
        collection(given.folder)


def figures(data: bytes) -> list[str]:
    """Speeds of reading, of counting pairs and deciding too, of the command `tally` with its bands, and of csv."""
    tasks = [
        lambda: read(data),
        lambda: PairwiseCounts.of(read(data).profile),
        lambda: whole(data),
        lambda: FORMATS["pabulib"].count(io.BytesIO(data), Reading("made.pb")),
        lambda: by_csv(data),
    ]
    speeds = [len(data) / 1e6 / best(task) for task in tasks]
    tracemalloc.start()
    kept = read(data)
    memory = tracemalloc.get_traced_memory()[1] / len(data)
    tracemalloc.stop()
    widths = (7, 8, 9, 7, 7)
    shown = [f"{speed:>{width}.1f}" for speed, width in zip(speeds, widths, strict=True)]
    return [*shown, f"{memory:>6.1f} x" if kept.projects else ""]


def read(data: bytes) -> PabulibFile:
    return read_pabulib(io.BytesIO(data), name="made.pb")


def whole(data: bytes) -> None:
    """Everything that the goal asks for: read, count, decide, compare with what is published."""
    file = read(data)
    PairwiseCounts.of(file.profile)
    decide_file(file, Settings(seed=b"seed"))


def made(vote_type: str, voters: int, *, points: bool, quoted: bool) -> bytes:
    """A file of one to ten choices a voter, with the columns that most files of the collection have."""
    draw = random.Random(SEED)
    rows = []
    for voter in range(voters):
        chosen = ",".join(str(one) for one in draw.sample(range(1, PROJECTS + 1), draw.randint(1, 10)))
        given = ",".join(str(draw.randint(1, 5)) for _ in range(chosen.count(",") + 1))
        cells = [str(7 * voter + 11), str(draw.randint(16, 90)), draw.choice("MF"), draw.choice(["internet", "paper"])]
        cells += [f'"{chosen}"' if quoted else chosen, *([given] if points else [])]
        rows.append(";".join(cells))
    projects = "".join(f"{one};{draw.randint(1_000, 100_000)};Łąka {one}\n" for one in range(1, PROJECTS + 1))
    return (
        f"META\nkey;value\nnum_projects;{PROJECTS}\nnum_votes;{voters}\nbudget;1000000,50\nvote_type;{vote_type}\n"
        f"rule;greedy\nPROJECTS\nproject_id;cost;name\n{projects}VOTES\n"
        f"voter_id;age;sex;voting_method;vote{';points' if points else ''}\n" + "\n".join(rows) + "\n"
    ).encode()


def by_csv(data: bytes) -> list[list[int]]:
    rows = csv.reader(io.StringIO(data.decode()), delimiter=";")
    index: dict[str, int] = {}
    found = []
    section = ""
    for row in rows:
        if len(row) == 1:
            section = row[0]
        elif section == "PROJECTS":
            index[row[0]] = len(index)
        elif section == "VOTES" and row[0] != "voter_id":
            found.append([index[one] for one in row[4].split(",")])
    return found


def others(voters: int) -> None:
    """The other formats, read and counted: as many ballots, most of them cast by several people."""
    draw = random.Random(SEED)
    orders = {tuple(draw.sample(range(1, 21), draw.randint(1, 6))): draw.randint(1, 9) for _ in range(voters)}
    header = [f"# DATA TYPE: soi\n# NUMBER ALTERNATIVES: 20\n# NUMBER VOTERS: {sum(orders.values())}\n"]
    header += [f"# ALTERNATIVE NAME {one}: {one}\n" for one in range(1, 21)]
    soi = "".join([*header, *(f"{times}: {','.join(map(str, one))}\n" for one, times in orders.items())])
    abif = "".join(f"{times}:{'>'.join(f'M{one}' for one in order)}\n" for order, times in orders.items())
    table = "body,round,kind,ballot," + ",".join(f"M{one}" for one in range(1, 21)) + "\n"
    table += "".join(
        f"online,measures,approval,{number}," + ",".join(str(draw.randint(0, 1)) for _ in range(20)) + "\n"
        for number in range(voters)
    )
    for name, text in (("preflib", soi), ("abif", abif), ("csv", table)):
        seconds = best(partial(count, name, text.encode()))
        print(f"  {name:<22} {len(text) / 1e6:>6.1f} {'':>25} {len(text) / 1e6 / seconds:>7.1f}")


def count(form: str, data: bytes) -> None:
    FORMATS[form].count(io.BytesIO(data), Reading("made"))


def collection(folder: Path) -> None:
    """Read, count and decide all files of a folder, each by its own rule."""
    files = sorted(folder.glob("*.pb"))
    size = sum(file.stat().st_size for file in files)
    refused = 0
    start = time.process_time()
    for file in files:
        try:
            whole(file.read_bytes())
        except TallyError as fault:
            refused += 1
            print(f"  refused: {file.name}: {said(fault)}")
    taken = time.process_time() - start
    print(f"{len(files)} files, {size / 1e6:.0f} MB: {taken:.1f} s, {size / 1e6 / taken:.1f} MB/s, {refused} refused")


def best(task: Callable[[], Any], times: int = 3) -> float:
    """The shortest of some runs, in seconds of processor time: what the machine can do when nobody disturbs it."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        task()
        taken.append(time.process_time() - start)
    return min(taken)


if __name__ == "__main__":
    main()
