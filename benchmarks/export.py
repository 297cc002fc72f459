"""How much memory the ballots of a large round take on their way out, and how long that takes.

    python benchmarks/export.py [--ballots 1000000] [--database sqlite|postgresql|both]

Concludes one round with so many rankings of 3 to 6 out of 62 measures (longer ballots are not published one by one),
publishes its bundle, and then has the command line export it in every way there is, each time in a process of its own:
the bundle as ZIP file and as folder, the ballots as .pb and for PrefLib, the result as table, workbook and snapshot.
The same for a tenth of the ballots shows whether memory grows with them. What came out is read again and must hold
every ballot, or the script fails. "nothing" is a command that exports nothing: the memory of the program itself.

The goal is 200 MB for 1,000,000 ballots.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.cities import MeasuredCity, databases, machine
from participation.accounts.models import Account
from participation.ballots.jobs import destroy_round_key
from participation.bundles.naming import BALLOTS_FILE
from participation.extensions import db
from participation.results.publishing import publish_bundles
from participation.rounds.queries import round_by_slug
from tests.support.databases import Backend

SLUG: Final = "online"
LONGEST: Final = 6
GOAL_MEGABYTES: Final = 200
PEAK: Final = str(Path(__file__).with_name("peak.py"))


@dataclass(frozen=True)
class Way:
    """A command of the command line, the file it writes, and how many ballots that file holds."""

    name: str
    words: tuple[str, ...]
    ballots_in: Callable[[Path], int] | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    asked = parser.parse_args()
    print(f"rankings of 3 to 6 out of 62 measures; {machine()}; goal {GOAL_MEGABYTES} MB")
    with databases() as backends:
        for backend in backends:
            if asked.database in {backend.name, "both"}:
                for ballots in (asked.ballots // 10, asked.ballots):
                    measure(backend, ballots)


def measure(backend: Backend, ballots: int) -> None:
    """Conclude a round with so many ballots, then export it in every way."""
    city = MeasuredCity.on(backend)
    city.draft(SLUG, longest=LONGEST)
    city.vote(SLUG, ballots, longest=LONGEST)
    city.conclude(SLUG)
    with city.app.app_context():
        destroy_round_key(db.session(), {"round_id": round_by_slug(db.session(), SLUG).id})  # as the worker does then
        publish_bundles()
        email = db.session.get_one(Account, city.hall.birte.id).email or ""
    city.leave()
    settings = backend.settings()
    environment = {
        **os.environ,
        "PARTICIPATION_SECRET_KEY": settings.secret_key,
        "PARTICIPATION_DATABASE": settings.database_url,
        "PARTICIPATION_DATA": str(settings.data_dir),
        "PARTICIPATION_KEYS": str(settings.keys_dir),
    }
    print(f"  {backend.name}, {ballots:,} ballots, load {os.getloadavg()[0]:.0f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="participation-bench-") as folder:
        for way in ways(Path(folder), email):
            run(way, Path(folder), ballots, environment)


def ways(folder: Path, email: str) -> list[Way]:
    """Return everything that can be exported of the round."""
    result = ("round", "export", SLUG, "--as", email)
    return [
        Way("nothing", ("round", "list")),
        *(
            Way(f"result as .{ending}", (*result, "--format", ending, "--output", str(folder / f"result.{ending}")))
            for ending in ("csv", "xlsx", "json")
        ),
        Way("ballots as .pb", (*result, "--format", "pb", "--output", str(folder / "out")), in_pb),
        Way("ballots for PrefLib", (*result, "--format", "preflib", "--output", str(folder / "out")), in_preflib),
        Way("bundle as ZIP file", ("bundle", "export", SLUG, str(folder / "out.zip"), "--as", email), in_zip),
        Way("bundle as folder", ("bundle", "export", SLUG, str(folder / "bundle"), "--as", email), in_folder),
    ]


def run(way: Way, folder: Path, ballots: int, environment: dict[str, str]) -> None:
    """Run one command in a process of its own and print what it took."""
    began = time.perf_counter()
    figures = folder / "figures"
    command = [sys.executable, PEAK, str(figures), *way.words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{way.name}: {done.stderr}")
    peak, cpu = figures.read_text().split()
    if way.ballots_in is not None and (found := way.ballots_in(folder)) != ballots:
        sys.exit(f"{way.name}: {found} ballots came out of {ballots}")
    print(
        f"    {way.name:<22} {int(peak) / 1024:6.0f} MB at its peak   {seconds:6.1f} s, of the processor {cpu:>5} s"
        f"{''.join(f'   | {line}' for line in done.stderr.splitlines()[-2:] if str(folder) not in line)}",
        flush=True,
    )


def in_pb(folder: Path) -> int:
    with (folder / "out").open("rb") as file:
        for line in file:
            if line == b"VOTES\n":
                break
        return sum(1 for _line in file) - 1


def in_preflib(folder: Path) -> int:
    with (folder / "out").open("rb") as file:
        return sum(int(line.partition(b":")[0]) for line in file if not line.startswith(b"#"))


def in_zip(folder: Path) -> int:
    with zipfile.ZipFile(folder / "out.zip") as archive, archive.open(BALLOTS_FILE) as file:
        return sum(1 for _line in file)


def in_folder(folder: Path) -> int:
    with (folder / "bundle" / BALLOTS_FILE).open("rb") as file:
        return sum(1 for _line in file)


if __name__ == "__main__":
    main()
