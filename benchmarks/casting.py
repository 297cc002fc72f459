"""How many ballots are cast over HTTP, as a ratio to the engine's own rate of durable single-row commits.

    python benchmarks/casting.py [--database sqlite|postgresql|both] [--door form|api] [--seconds 8] [--clients 16]
                                 [--rounds 2]

A real gunicorn with the project's own configuration serves a round of 62 measures; signed-in people hand in the
reviewed form of a ranking (or the same as JSON), each of them once, from another process over kept connections. On
SQLite the same is done with one commit a ballot, in turns with the program as it is, which commits ballots that wait
together. Before and after each, a bare loop on the same disk commits one row at a time with the same durability. All
rates are from the same run, because disks and neighbours differ; the ratio is what carries over. At the end the box
must hold exactly what was acknowledged.
"""

import argparse
import http.client
import json
import os
import platform
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))  # the clone is not installed

import flask_migrate
import psycopg
import pysqlite3.dbapi2 as sqlite_driver
from sqlalchemy import insert, make_url

from participation.accounts.models import Account, SignInSession, SubjectKind
from participation.app import create_app
from participation.ballots.box import count_ballots, count_register
from participation.ballots.guard import key_store
from participation.ballots.services import open_round
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.ids import fingerprint, new_id
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.storage.engines import BUSY_TIMEOUT_MS
from tests.factories.votes import make_measures, make_process, make_round
from tests.support import postgres

ROOT: Final = Path(__file__).resolve().parents[1]
SLUG: Final = "online"
OPTIONS: Final = 62
RANKED: Final = 3
ENGINE_SECONDS: Final = 3.0
WARMING_UP: Final = 64
APPLICATIONS: Final = {"as it is": "wsgi:app", "one commit a ballot": "ungrouped:app"}
WAYS: Final = {"sqlite": tuple(APPLICATIONS), "postgresql": ("as it is",)}
DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass
class Measured:
    """What one client saw."""

    acknowledged: int = 0
    refused: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--door", choices=tuple(DOORS), default="form")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=2, help="how often each way is measured, in turns")
    parser.add_argument("--folder", type=Path, help="where the databases lie; default: a temporary folder")
    asked = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, {loaded()}")
    names = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    for name in names:
        with (
            tempfile.TemporaryDirectory(prefix="casting-", dir=asked.folder) as folder,
            ENGINES[name](Path(folder)) as (url, commit_rate),
        ):
            measure(name, url, Path(folder), commit_rate, asked)


def measure(name: str, url: str, folder: Path, commit_rate: Callable[[int], float], asked: argparse.Namespace) -> None:
    """Cast in every way in turns, each between two measurements of the engine, and print what came of it."""
    settings = Settings.for_tests(data_dir=folder, database_url=url, secret_key=secrets.token_urlsafe(48))
    measurements = [(way, asked.clients) for _ in range(asked.rounds) for way in WAYS[name]] + [("as it is", 1)]
    voters = int(asked.seconds * 1500)
    tokens, round_id = make_election(settings, voters * len(measurements))
    acknowledged = 0
    for number, (way, clients) in enumerate(measurements):
        with server(settings, APPLICATIONS[way]) as (port, pid):
            mine = tokens[number * voters : (number + 1) * voters]
            run_clients(port, mine[:WARMING_UP], asked.seconds, clients, asked.door)
            before, busy_before = commit_rate(1), processor_seconds(pid)
            measured, seconds = run_clients(port, mine[WARMING_UP:], asked.seconds, clients, asked.door)
            busy = processor_seconds(pid) - busy_before
            engine = statistics.mean([before, commit_rate(1)])
        acknowledged += WARMING_UP + sum(one.acknowledged for one in measured)
        show(f"{name}, {way}, {clients} clients", measured, seconds, engine, busy)
    bare = commit_rate(asked.clients)
    print(f"{name}: the engine by itself with {asked.clients} clients, one row a commit: {bare:.0f} /s")
    with create_app(settings).app_context():
        stored, noted = count_ballots(db.session(), round_id), count_register(db.session(), round_id)
        db.session.remove()
    print(f"{name}: {acknowledged:,} acknowledged, {stored:,} in the box, {noted:,} in the register")
    if not acknowledged == stored == noted:
        sys.exit("what was acknowledged is not what lies in the box")


def show(who: str, measured: list[Measured], seconds: float, engine: float, busy: float) -> None:
    times = sorted(second for one in measured for second in one.seconds)
    cast = sum(one.acknowledged for one in measured)
    refused = sum(len(one.refused) for one in measured)
    middle, late, last = times[len(times) // 2], times[int(len(times) * 0.99)], times[-1]
    print(
        f"{who}: {cast / seconds:.0f} ballots/s, ratio {cast / seconds / engine:.2f} to {engine:.0f} bare commits/s;"
        f" median {middle * 1000:.0f} ms, 99 % {late * 1000:.0f} ms, slowest {last * 1000:.0f} ms, refused {refused};"
        f" the server's processor {busy / cast * 1000:.1f} ms a ballot; {loaded()}"
    )


def loaded() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


# --- the election ----------------------------------------------------------------------------------------


def make_election(settings: Settings, voters: int) -> tuple[list[str], str]:
    """Migrate the database and open a round with so many signed-in people; return their session tokens."""
    app, now = create_app(settings), utcnow()
    tokens = [secrets.token_urlsafe(24) for _ in range(voters)]
    with app.app_context():
        flask_migrate.upgrade()
        with transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, [f"M{number:02}" for number in range(1, OPTIONS + 1)], now)
            round_ = make_round(session, process, now, slug=SLUG)
            open_round(session, SLUG, actor=SYSTEM, now=now, keys=key_store())
            ids = [new_id() for _ in tokens]
            people = [{"id": person, "language": "de", "created_at": now, "verified_at": now} for person in ids]
            session.execute(insert(Account), people)
            session.execute(
                insert(SignInSession),
                [
                    {
                        "id": fingerprint(token),
                        "public_id": new_id(),
                        "subject_kind": SubjectKind.ACCOUNT,
                        "subject_id": person,
                        "created_at": now,
                        "last_seen_on": now.date(),
                        "expires_at": now + timedelta(days=1),
                    }
                    for token, person in zip(tokens, ids, strict=True)
                ],
            )
        db.session.remove()
        db.engine.dispose()
    return tokens, round_.id


# --- the server and its clients --------------------------------------------------------------------------


@contextmanager
def server(settings: Settings, application: str) -> Iterator[tuple[int, int]]:
    """Serve as the project is served, in a process of its own; give its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {
        "PARTICIPATION_SECRET_KEY": settings.secret_key,
        "PARTICIPATION_DATA": str(settings.data_dir),
        "PARTICIPATION_DATABASE": settings.database_url,
        "PORT": str(port),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'benchmarks'}",
    }
    with (settings.data_dir / "server.log").open("w") as log:
        gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", application], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(port, gunicorn)
            yield port, gunicorn.pid
        finally:
            gunicorn.send_signal(signal.SIGTERM)
            gunicorn.wait(timeout=30)


def processor_seconds(pid: int) -> float:
    """Return what a process and its children have used so far; nothing where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_seconds(int(child)) for child in children)


def wait_for(port: int, gunicorn: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and gunicorn.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.1)
    sys.exit("the server did not start")


def run_clients(port: int, tokens: list[str], seconds: float, clients: int, door: str) -> tuple[list[Measured], float]:
    """Let clients cast from another process, so that they do not take turns with this one."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(cast_for, (port, tokens, seconds, clients, door))


def cast_for(port: int, tokens: list[str], seconds: float, clients: int, door: str) -> tuple[list[Measured], float]:
    form_cookie, csrf = form_of(port, tokens[0])
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        jobs = [
            pool.submit(cast_in_turn, port, tokens[number::clients], door, form_cookie, csrf, began + seconds)
            for number in range(clients)
        ]
        measured = [job.result() for job in jobs]
    return measured, time.perf_counter() - began


def form_of(port: int, token: str) -> tuple[str, str]:
    """Return the cookie and the token of the form, which this benchmark's people share."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/rounds/{SLUG}/ballot", headers={"Cookie": f"session={token}"})
    answer = connection.getresponse()
    page = answer.read().decode()
    cookie = next(value for name, value in answer.getheaders() if name == "Set-Cookie" and value.startswith("form="))
    found = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    connection.close()
    if found is None:
        sys.exit(f"no form to fill in: {answer.status}")
    return cookie.split(";")[0], found[1]


Request = tuple[str, str, str, dict[str, str], int]
"""Method, address, body, headers, and the status that acknowledges it."""


def by_form(token: str, chosen: list[str], csrf: str) -> Request:
    fields = [("csrf_token", csrf), ("based_on", "0"), ("request_token", token), *(("order", code) for code in chosen)]
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return "POST", f"/rounds/{SLUG}/ballot/cast", urlencode(fields), kind, http.client.SEE_OTHER


def by_api(token: str, chosen: list[str], csrf: str) -> Request:
    body = json.dumps({"content": chosen, "based_on": 0, "request_token": token})
    kind = {"Content-Type": "application/json", "X-CSRFToken": csrf}
    return "PUT", f"/api/v1/rounds/{SLUG}/ballot", body, kind, http.client.OK


def cast_in_turn(port: int, tokens: list[str], door: str, form_cookie: str, csrf: str, end: float) -> Measured:
    measured, connection = Measured(), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number, token in zip(count(), tokens, strict=False):
        if time.perf_counter() >= end:
            break
        chosen = [f"M{(number * 7 + place * 11) % OPTIONS + 1:02}" for place in range(RANKED)]
        method, address, body, headers, acknowledges = DOORS[door](token, chosen, csrf)
        began = time.perf_counter()
        connection.request(method, address, body, headers | {"Cookie": f"session={token}; {form_cookie}"})
        answer = connection.getresponse()
        answer.read()
        measured.seconds.append(time.perf_counter() - began)
        if answer.status == acknowledges:
            measured.acknowledged += 1
        else:
            measured.refused.append(answer.status)
    connection.close()
    return measured


DOORS: Final = {"form": by_form, "api": by_api}


# --- what the engine does by itself ----------------------------------------------------------------------


@contextmanager
def on_sqlite(folder: Path) -> Iterator[tuple[str, Callable[[int], float]]]:
    """Give the address of a new database, and the rate of bare commits into a file beside it."""
    bare = folder / "bare.sqlite"
    yield (
        f"sqlite:///{folder / 'participation.sqlite'}",
        lambda clients: each_for(clients, lambda end: sqlite_commits(bare, end)),
    )


def sqlite_commits(path: Path, end: float) -> int:
    connection = sqlite_driver.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, content TEXT)",
    ):
        connection.execute(statement)
    done = 0
    while time.perf_counter() < end:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare VALUES (?, ?)", (new_id(), '["M01", "M12", "M23"]'))
        connection.execute("COMMIT")
        done += 1
    connection.close()
    return done


@contextmanager
def on_postgresql(_folder: Path) -> Iterator[tuple[str, Callable[[int], float]]]:
    """Start a durable server, or use PARTICIPATION_TEST_PG; give a new database and the rate of bare commits."""
    postgres.SERVER_OPTIONS.update(DURABLE)
    given = os.environ.get("PARTICIPATION_TEST_PG", "")
    keeper = None if given else postgres.Keeper()
    try:
        if keeper is not None:
            keeper.initialise()
        server_url = given or (keeper.start() if keeper else "")
        name = f"casting_{secrets.token_hex(4)}"
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE bare (id TEXT PRIMARY KEY, content TEXT)")
        yield url, lambda clients: each_for(clients, lambda end: postgresql_commits(url, end))
        if given:
            with psycopg.connect(server_url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        if keeper is not None:
            keeper.stop()


def postgresql_commits(url: str, end: float) -> int:
    done = 0
    with psycopg.connect(url, autocommit=True) as connection:
        while time.perf_counter() < end:
            connection.execute("INSERT INTO bare VALUES (%s, %s)", (new_id(), '["M01", "M12", "M23"]'))
            done += 1
    return done


def each_for(clients: int, commits: Callable[[float], int]) -> float:
    end = time.perf_counter() + ENGINE_SECONDS
    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(commits, [end] * clients)) / ENGINE_SECONDS


ENGINES: Final[dict[str, Any]] = {"sqlite": on_sqlite, "postgresql": on_postgresql}

if __name__ == "__main__":
    main()
