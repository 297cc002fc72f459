"""How long conclusions take, and how much memory: count, bands, snapshot and unlinking; vacuum apart.

    python benchmarks/conclude.py [--ballots 100000]
    python benchmarks/conclude.py --process 1000000

The first concludes one round. The second concludes a process of five rounds with so many ballots in all, with bands and
the statistics of their joint ranking, and before it the same with a tenth of the ballots, to see whether memory grows
with them. Rankings of 3 to 10 out of 62 measures, on SQLite and on PostgreSQL.

Goals: 100,000 ballots in one round, 5 s and 500 MB; 1,000,000 in five rounds on SQLite, 30 s and 600 MB.

Conclusions run in a process of their own, so that its memory is not that of the program that filled the boxes.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.cities import BODIES, MeasuredCity, databases, machine
from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.app import create_app
from participation.ballots.jobs import destroy_round_key
from participation.config import Settings
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results import services
from participation.results.concluding import confirm, finish_count
from participation.rounds.queries import round_by_slug
from tests.support.databases import Backend

SLUG: Final = "online"


@dataclass(frozen=True)
class Goal:
    seconds: int
    megabytes: int


ONE_ROUND: Final = Goal(5, 500)
PROCESS: Final = Goal(30, 600)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=100_000, help="in one round")
    parser.add_argument("--process", type=int, help="in five rounds")
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        url, data_dir, account, *slugs = asked.measure
        print(json.dumps(measure(url, data_dir, account, slugs)))
        return
    print(f"rankings of 3 to 10 out of 62 measures; {machine()}")
    with databases() as backends:
        for backend in backends:
            if asked.process:
                for ballots in (asked.process // 10, asked.process):
                    show(backend.name, ballots, process(backend, ballots), PROCESS)
            else:
                show(backend.name, asked.ballots, one_round(backend, asked.ballots), ONE_ROUND)


def one_round(backend: Backend, ballots: int) -> dict[str, Any]:
    city = MeasuredCity.on(backend)
    city.draft(SLUG)
    return concluded(city, backend, {SLUG: ballots})


def process(backend: Backend, ballots: int) -> dict[str, Any]:
    city = MeasuredCity.on(backend)
    for kind in BODIES:
        city.draft(kind.value, kind)
    city.declare({kind.value: 20 for kind in BODIES})
    return concluded(city, backend, {kind.value: ballots // len(BODIES) for kind in BODIES})


def concluded(city: MeasuredCity, backend: Backend, rounds: dict[str, int]) -> dict[str, Any]:
    """Fill the rounds, request their conclusions, and measure them in another process."""
    for slug, ballots in rounds.items():
        city.vote(slug, ballots)
        with city.app.app_context(), transaction() as session:
            services.request_conclusion(session, slug, actor=city.hall.birte, now=city.now)
    city.leave()
    settings = backend.settings()
    command = [sys.executable, __file__, "--measure", settings.database_url, str(settings.data_dir), city.hall.farid.id]
    measured = subprocess.run([*command, *rounds], check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(measured.stdout)
    return figures


def measure(url: str, data_dir: str, account_id: str, slugs: Sequence[str]) -> dict[str, Any]:
    """Conclude the rounds as the second person and return seconds and megabytes."""
    folder = Path(data_dir)
    app = create_app(Settings.for_tests(data_dir=folder, database_url=url, keys_dir=folder / "keys"))
    with app.app_context():
        actor = actor_of(db.session.get_one(Account, account_id))
        ids = {slug: round_by_slug(db.session(), slug).id for slug in slugs}
        db.session.rollback()
        before = _megabytes()
        began, cpu = time.perf_counter(), time.process_time()
        counted = 0.0
        for slug, round_id in ids.items():
            start = last = time.perf_counter()

            def told(_counted: int, _ballots: int) -> None:
                nonlocal last
                last = time.perf_counter()

            if confirm(slug, actor=actor, now=utcnow()).is_counting:
                finish_count(round_id, told=told)
            counted += last - start
        done, spent = time.perf_counter(), time.process_time() - cpu
        peak = _megabytes()
        for round_id in ids.values():
            destroy_round_key(db.session(), {"round_id": round_id})
        cleared = time.perf_counter()
    return {
        "count": counted,
        "whole": done - began,
        "cpu": spent,
        "vacuum": cleared - done,
        "before": before,
        "peak": peak,
    }


def show(name: str, ballots: int, figures: dict[str, float], goal: Goal) -> None:
    print(
        f"  {name:<10} {ballots:>9,} ballots: {figures['whole']:5.2f} s (goal {goal.seconds} s; of it reading and "
        f"counting {figures['count']:.2f} s; CPU of the process {figures['cpu']:.2f} s)\n"
        f"  {'':<10} memory at its peak {figures['peak']:.0f} MB (goal {goal.megabytes} MB; "
        f"{figures['before']:.0f} MB before); vacuum and keys, apart, {figures['vacuum']:.2f} s",
        flush=True,
    )


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
