"""How long the conclusion of a round takes, and how much memory: count, snapshot and unlinking; vacuum apart.

    python benchmarks/conclude.py [--ballots 100000]

Goals for 100,000 ballots on 62 measures: at most 5 s and 500 MB, on SQLite and on PostgreSQL. The conclusion runs in
a process of its own, so that its memory is not that of the program that filled the box.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.cities import MeasuredCity, databases, machine
from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.app import create_app
from participation.ballots.jobs import destroy_round_key
from participation.config import Settings
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results import services
from participation.rounds.queries import round_by_slug

SLUG: Final = "online"
GOAL_SECONDS: Final = 5
GOAL_MEGABYTES: Final = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=100_000)
    parser.add_argument("--measure", nargs=3, metavar=("URL", "DATA", "ACCOUNT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(*asked.measure)))
        return
    print(f"concluding {asked.ballots:,} rankings of 3 to 10 out of 62 measures; {machine()}")
    with databases() as backends:
        for backend in backends:
            city = MeasuredCity.on(backend)
            city.draft(SLUG)
            city.vote(SLUG, asked.ballots)
            with city.app.app_context(), transaction() as session:
                services.request_conclusion(session, SLUG, actor=city.hall.birte, now=city.now)
            city.leave()
            settings = backend.settings()
            measured = subprocess.run(
                [
                    sys.executable,
                    __file__,
                    "--measure",
                    settings.database_url,
                    str(settings.data_dir),
                    city.hall.farid.id,
                ],
                check=True,
                capture_output=True,
                text=True,
            )
            show(backend.name, json.loads(measured.stdout))


def measure(url: str, data_dir: str, account_id: str) -> dict[str, Any]:
    """Conclude the round as the second person and return seconds and megabytes."""
    folder = Path(data_dir)
    app = create_app(Settings.for_tests(data_dir=folder, database_url=url, keys_dir=folder / "keys"))
    with app.app_context():
        account = db.session.get_one(Account, account_id)
        actor, round_id = actor_of(account), round_by_slug(db.session(), SLUG).id
        db.session.rollback()
        before = _megabytes()
        began, cpu = time.perf_counter(), time.process_time()
        box = services.count_round(db.session(), SLUG, actor=actor)
        counted = time.perf_counter()
        with transaction() as session:
            services.conclude_round(session, SLUG, box, actor=actor, now=utcnow())
        done, spent = time.perf_counter(), time.process_time() - cpu
        peak = _megabytes()
        destroy_round_key(db.session(), {"round_id": round_id})
        cleared = time.perf_counter()
    return {
        "count": counted - began,
        "locked": done - counted,
        "whole": done - began,
        "cpu": spent,
        "vacuum": cleared - done,
        "before": before,
        "peak": peak,
    }


def show(name: str, figures: dict[str, float]) -> None:
    print(
        f"  {name:<10} count outside the lock {figures['count']:5.2f} s, inside it {figures['locked']:5.2f} s, "
        f"whole {figures['whole']:5.2f} s (goal {GOAL_SECONDS} s; CPU of the process {figures['cpu']:.2f} s)\n"
        f"  {'':<10} memory at its peak {figures['peak']:.0f} MB (goal {GOAL_MEGABYTES} MB; "
        f"{figures['before']:.0f} MB before); vacuum and key, apart, {figures['vacuum']:.2f} s"
    )


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
