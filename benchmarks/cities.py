"""Databases and a city for measurements: 62 measures, five bodies, as many ballots as asked for.

Databases are those of the tests, SQLite through pysqlite3 and PostgreSQL from the wheel (without fsync), each in a
folder of its own that is taken away afterwards.
"""

import os
import platform
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from flask import Flask

sys.path.insert(0, str(Path(__file__).parents[1]))

from participation.app import create_app  # the clone is not installed
from participation.ballots.guard import key_store
from participation.ballots.services import close_round, open_round
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.kinds import KindName
from participation.rounds.queries import round_by_slug
from tests.factories.results import Hall, conclude, declare, fill_box, make_hall
from tests.factories.votes import make_round
from tests.support import postgres
from tests.support.databases import Backend, Postgresql, Sqlite, prepare

SEED: Final = 20261120
MEASURES: Final = tuple(f"M{number:02}" for number in range(1, 63))
LONGEST: Final = 10
BATCH: Final = 10_000


def machine() -> str:
    """Say on what was measured."""
    limits = Path("/sys/fs/cgroup/cpu.max")
    quota = limits.read_text().strip() if limits.exists() else "no limit known"
    return f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores, cpu.max {quota}"


@contextmanager
def databases() -> Iterator[list[Backend]]:
    """Give a migrated SQLite and a migrated PostgreSQL database."""
    with tempfile.TemporaryDirectory(prefix="participation-bench-") as folder:
        home = Path(folder)
        try:
            server = os.environ.get("PARTICIPATION_TEST_PG") or postgres.server_url(home, os.getpid())
            yield [
                prepare(Sqlite(home, home), home),
                prepare(Postgresql(home, home, server, "bench"), home),
            ]
        finally:
            postgres.stop_server(home)


def rankings(count: int, seed: int = SEED, longest: int = LONGEST) -> Iterator[list[str]]:
    """Draw rankings of 3 measures to the longest, earlier ones likelier; the same for the same seed."""
    chance = random.Random(seed)
    weights = [1 / (place + 8) for place in range(len(MEASURES))]
    for _ballot in range(count):
        drawn = chance.choices(MEASURES, weights, k=3 * LONGEST)
        yield list(dict.fromkeys(drawn))[: chance.randint(3, longest)]


@dataclass
class MeasuredCity:
    """An application on a fresh database with 62 measures."""

    app: Flask
    now: datetime
    hall: Hall

    @classmethod
    def on(cls, backend: Backend) -> "MeasuredCity":
        """Make the city."""
        backend.renew()
        app, now = create_app(backend.settings()), utcnow()
        with app.app_context(), transaction() as session:
            hall = make_hall(session, now, MEASURES)
        return cls(app, now, hall)

    def draft(self, slug: str, kind: KindName = KindName.ONLINE, longest: int = LONGEST) -> None:
        """Make a round of rankings."""
        with self.app.app_context(), transaction() as session:
            round_ = make_round(session, self.hall.process, self.now, slug=slug, kind=kind)
            round_.max_choices = longest

    def declare(self, weights: dict[str, int]) -> None:
        """Declare the joint ranking."""
        with self.app.app_context(), transaction() as session:
            declare(session, self.hall, weights, self.now)

    def vote(self, slug: str, ballots: int, longest: int = LONGEST) -> None:
        """Open a round, fill its box and close it."""
        with self.app.app_context():
            with transaction() as session:
                open_round(session, slug, actor=SYSTEM, now=self.now, keys=key_store())
            drawn = rankings(ballots, longest=longest)
            while batch := list(islice(drawn, BATCH)):
                with transaction() as session:
                    fill_box(session, round_by_slug(session, slug), batch, self.now)
            with transaction() as session:
                close_round(session, slug, actor=SYSTEM, now=self.now)

    def conclude(self, slug: str) -> None:
        """Have two people conclude a round."""
        with self.app.app_context(), transaction() as session:
            conclude(session, round_by_slug(session, slug), self.hall, self.now)

    def leave(self) -> None:
        """Close all connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


BODIES: Final[Sequence[KindName]] = tuple(KindName)


def city_with_ranking(backend: Backend, ballots: int) -> MeasuredCity:
    """Make a city whose five bodies have concluded one round each; the online round has all but forty ballots."""
    city = MeasuredCity.on(backend)
    sizes = dict.fromkeys(BODIES, 10) | {KindName.ONLINE: ballots - 40}
    for kind in BODIES:
        city.draft(kind.value, kind)
    city.declare({kind.value: 20 for kind in BODIES})
    for kind, size in sizes.items():
        city.vote(kind.value, size)
        city.conclude(kind.value)
    return city
