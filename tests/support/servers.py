"""The program as a city runs it: gunicorn in processes of its own, on either database, with a round that is open.

A `Site` is a folder with its database, settings and an open round full of voters. A `Server` serves it and can be
killed and started again at the same address. A `Crowd` casts through it as programs of voters do: over the JSON API,
with a request token, again and again with the same one until the ballot is acknowledged. `Site.box` reads what came
of it straight from the database.
"""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from sqlalchemy import insert, make_url, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, ApiToken, SignInSession, SubjectKind
from participation.app import create_app
from participation.ballots.box import count_register
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, ReplacedReceipt
from participation.ballots.services import open_round
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.ids import fingerprint, new_id
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.storage import make_engine
from tests.factories.votes import make_measures, make_process, make_round
from tests.support.databases import migrate
from tests.support.pages import form_inputs

ROOT: Final = Path(__file__).resolve().parents[2]
SLUG: Final = "online"
CODES: Final = tuple(f"M{number:02}" for number in range(1, 13))
RANKINGS: Final = tuple(list(ranking) for ranking in permutations(CODES, 3))
HANG_SECONDS: Final = 120
"""How long a client waits before it takes a server for hanging. No test is about how fast something is."""

LONGEST_PAUSE: Final = 1.0
"""A client that is not served waits longer each time, as clients should."""

Content = list[str]


class Hangs(AssertionError):
    """The server, or what should have come of its work, did not come in any sensible time."""


def eventually(answer: Callable[[], object], what: str, seconds: float = HANG_SECONDS) -> None:
    """Return when something has become true; raise Hangs if it never does."""
    deadline = time.monotonic() + seconds
    while not answer():
        if time.monotonic() > deadline:
            raise Hangs(what)
        time.sleep(0.02)


# --- the site ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who may vote; the secret is their API token and the cookie of their browser's session alike."""

    number: int
    account_id: str
    secret: str

    def ranking(self, revision: int) -> Content:
        """Return what this voter casts as a revision; the next revision is always another ranking."""
        return RANKINGS[(self.number * 7 + revision * 31) % len(RANKINGS)]


@dataclass(frozen=True, slots=True)
class Filed:
    """A ballot as it lies in the box."""

    revision: int
    content: Content
    receipt: str


@dataclass(frozen=True, slots=True)
class Box:
    """What the database holds: each voter's ballot, how many lie there in all, and how many are in the register."""

    by_voter: Mapping[int, Filed]
    ballots: int
    registered: int
    receipts: Counter[str]
    replaced: Counter[str]


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with its database and an open round."""

    settings: Settings
    round_id: str
    voters: Sequence[Voter]
    slug: str = SLUG

    @property
    def keys(self) -> KeyStore:
        """Return the keys of its rounds."""
        return KeyStore(self.settings.keys_dir)

    def box(self) -> Box:
        """Read the box and the register, past the program."""
        key = self.keys.key(self.round_id)
        owner = {key.ballot_key(f"account:{voter.account_id}"): voter.number for voter in self.voters}
        engine = make_engine(self.settings.database_url)
        with Session(engine) as session:
            rows = session.execute(
                select(Ballot.ballot_key, Ballot.revision, Ballot.content, Ballot.receipt).where(
                    Ballot.round_id == self.round_id
                )
            ).all()
            registered = count_register(session, self.round_id)
            replaced = session.scalars(select(ReplacedReceipt.receipt).where(ReplacedReceipt.round_id == self.round_id))
            gone = Counter(replaced.all())
        engine.dispose()
        by_voter = {
            owner[row.ballot_key]: Filed(row.revision, row.content, row.receipt)
            for row in rows
            if row.ballot_key in owner
        }
        return Box(by_voter, len(rows), registered, Counter(row.receipt for row in rows), gone)


def make_site(folder: Path, database_url: str, voters: int, **overrides: Any) -> Site:
    """Migrate a database and open a round of 12 measures for so many voters; `overrides` are of Settings."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings.for_tests(
        data_dir=folder,
        database_url=database_url,
        keys_dir=folder / "keys",
        secret_key=secrets.token_urlsafe(48),
        **overrides,
    )
    migrate(settings)
    app, now = create_app(settings), utcnow()
    people = [Voter(number, new_id(), secrets.token_urlsafe(24)) for number in range(voters)]
    with app.app_context():
        with transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, CODES, now)
            round_ = make_round(session, process, now, slug=SLUG)
            open_round(session, SLUG, actor=SYSTEM, now=now, keys=KeyStore(settings.keys_dir))
            if people:
                _sign_everybody_in(session, people)
            round_id = round_.id
        db.session.remove()
        db.engine.dispose()
    return Site(settings, round_id, people)


def _sign_everybody_in(session: Session, people: Sequence[Voter]) -> None:
    now = utcnow()
    times = {"created_at": now, "expires_at": now + timedelta(days=1)}
    session.execute(
        insert(Account),
        [{"id": one.account_id, "language": "en", "created_at": now, "verified_at": now} for one in people],
    )
    session.execute(
        insert(SignInSession),
        [
            {
                "id": fingerprint(one.secret),
                "public_id": new_id(),
                "subject_kind": SubjectKind.ACCOUNT,
                "subject_id": one.account_id,
                "last_seen_on": now.date(),
                **times,
            }
            for one in people
        ],
    )
    session.execute(
        insert(ApiToken),
        [
            {
                "id": new_id(),
                "account_id": one.account_id,
                "name": "voting",
                "fingerprint": fingerprint(one.secret),
                "scopes": [Permission.BALLOT_CAST.value],
                "last_used_on": now.date(),
                **times,
            }
            for one in people
        ],
    )


def sqlite_url(folder: Path) -> str:
    """Return the address of a new SQLite database in a folder."""
    return f"sqlite:///{folder / 'participation.sqlite'}"


def postgresql_url(server_url: str) -> str:
    """Create an empty database on a PostgreSQL server and return its address."""
    name = f"participation_fault_{secrets.token_hex(4)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


# --- the server ----------------------------------------------------------------------------------------------


class Server:
    """Gunicorn with the project's own configuration, serving a site from processes of its own.

    `application` names what gunicorn loads; a control that must fail serves a variant of the program from its own
    module. `environment` is added to the server's, for example a library to preload.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        application: str = "wsgi:app",
        environment: Mapping[str, str] | None = None,
        worker: bool = True,
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.log_file = settings.data_dir / "server.log"
        self.starts = 0
        self._application = application
        self._gunicorn: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "PARTICIPATION_SECRET_KEY": settings.secret_key,
            "PARTICIPATION_DATA": str(settings.data_dir),
            "PARTICIPATION_DATABASE": settings.database_url,
            "PARTICIPATION_KEYS": str(settings.keys_dir),
            "PARTICIPATION_LANGUAGE": "en",
            "PARTICIPATION_PROCESSES": "2",
            "PARTICIPATION_WORKER": "embedded" if worker else "elsewhere",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }
        self._environment.pop("PARTICIPATION_DEMO", None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Return the process that started the others; its process group is the whole server."""
        if self._gunicorn is None:
            raise RuntimeError("the server was not started")
        return self._gunicorn.pid

    def start(self) -> None:
        """Start the server and return when it answers."""
        with self.log_file.open("a") as log:
            self._gunicorn = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), self._application],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        eventually(self._is_up, "the server does not answer")
        self.starts += 1

    def _is_up(self) -> bool:
        if self._gunicorn is None or self._gunicorn.poll() is not None:
            raise Hangs(f"the server ended by itself:\n{self.log()[-4000:]}")
        client = Client(self.port)
        try:
            return client.ask("GET", "/healthz").status == http.client.OK
        except NoAnswer:
            return False
        finally:
            client.close()

    def kill(self) -> None:
        """End every process of the server with SIGKILL: it writes, says and tidies up nothing any more."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the server to end, and see that it has."""
        self._end(signal.SIGTERM)

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to all processes of the server."""
        os.killpg(self.pid, number)

    def _end(self, number: signal.Signals) -> None:
        if self._gunicorn is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number) if number is signal.SIGKILL else self._gunicorn.send_signal(number)
        try:
            self._gunicorn.wait(timeout=HANG_SECONDS)
        except subprocess.TimeoutExpired:
            number = signal.SIGKILL
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # whatever outlived it
        self._gunicorn.wait()
        self._gunicorn = None

    def children(self) -> list[int]:
        """Return the processes that answer requests."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def log(self) -> str:
        """Return what the server wrote."""
        return self.log_file.read_text(errors="replace")

    def statuses(self) -> Counter[int]:
        """Return how many requests were answered with which status, by the lines of the log."""
        lines = (line.split() for line in self.log().splitlines() if " participation.requests " in line)
        return Counter(int(words[-2]) for words in lines if words[-2].isdecimal())


# --- its clients ---------------------------------------------------------------------------------------------


class NoAnswer(Exception):
    """The connection broke: whether the request was done is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """Return the body as data."""
        return json.loads(self.body)


class Client:
    """One kept connection; it is opened anew after it broke. Redirects are not followed."""

    def __init__(self, port: int, *, seconds: float = HANG_SECONDS) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request. Raises NoAnswer when the connection broke, Hangs when nothing came at all."""
        try:
            self._connection.request(method, path, body, dict(headers or {}))
            answer = self._connection.getresponse()
            got = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        except TimeoutError as reason:
            self._connection.close()
            raise Hangs(f"{method} {path} got no answer") from reason
        except (OSError, http.client.HTTPException) as reason:
            self._connection.close()
            raise NoAnswer(type(reason).__name__) from reason
        return got

    def cast(self, voter: Voter, content: Content, *, token: str, based_on: int = 0, slug: str = SLUG) -> Answer:
        """Cast a ballot over the API; `token` is the request's own."""
        body = json.dumps({"content": content, "based_on": based_on}).encode()
        headers = {
            "Authorization": f"Bearer {voter.secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": token,
        }
        return self.ask("PUT", f"/api/v1/rounds/{slug}/ballot", body, headers)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A ballot for which the server answered 200, after how many tries."""

    voter: Voter
    content: Content
    receipt: str
    revision: int
    repeated: bool
    token: str
    tries: int


@dataclass
class Crowd:
    """Clients that cast in parallel, each for its share of the voters, and try again until they are acknowledged.

    Every voter casts `revisions(voter)` times. `fresh_tokens` makes clients without request token: each try is a
    request of its own. An answer other than 200 and 503 is final and is kept in `refused`. `unavailable` counts the
    503s by their code and Retry-After, `put_off` holds the voters who got one, `broken` counts connections without
    an answer.
    """

    port: int
    voters: Sequence[Voter]
    clients: int = 64
    revisions: Callable[[Voter], int] = lambda _voter: 1
    fresh_tokens: bool = False
    pause: float = 0.05
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[tuple[Voter, Answer]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    unavailable: Counter[tuple[str, str]] = field(default_factory=Counter)
    put_off: set[int] = field(default_factory=set)
    broken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def voting(self) -> Iterator[Self]:
        """Let everybody vote while the body of the statement runs, and wait for them at its end."""
        with ThreadPoolExecutor(self.clients) as pool:
            shares = [pool.submit(self._client, self.voters[number :: self.clients]) for number in range(self.clients)]
            try:
                yield self
            except BaseException:
                self._over.set()
                raise
            for share in shares:
                share.result()

    def vote(self) -> Self:
        """Let everybody vote and return when all have."""
        with self.voting():
            return self

    def wait_for(self, acknowledged: int) -> None:
        """Return when so many ballots are acknowledged."""
        eventually(
            lambda: len(self.acknowledged) + len(self.refused) >= acknowledged,
            f"{acknowledged} ballots are not acknowledged",
            seconds=10 * HANG_SECONDS,
        )

    def wait_until_put_off(self) -> None:
        """Return when somebody is told from now on that the store is away."""
        before = self.statuses[http.client.SERVICE_UNAVAILABLE]
        eventually(lambda: self.statuses[http.client.SERVICE_UNAVAILABLE] > before, "nobody is told that it is away")

    def wait_until_all_put_off(self) -> None:
        """Return when every client was told that the store is away; each stays with its voter meanwhile."""
        eventually(lambda: len(self.put_off) >= self.clients, "not everybody is told that it is away")

    @property
    def last(self) -> dict[int, Acknowledged]:
        """Return each voter's newest acknowledged ballot."""
        newest: dict[int, Acknowledged] = {}
        for one in self.acknowledged:
            known = newest.get(one.voter.number)
            if known is None or known.revision < one.revision:
                newest[one.voter.number] = one
        return newest

    def _client(self, voters: Iterable[Voter]) -> None:
        client = Client(self.port)
        for voter in voters:
            for revision in range(1, self.revisions(voter) + 1):
                self._cast(client, voter, revision)
        client.close()

    def _cast(self, client: Client, voter: Voter, revision: int) -> None:
        content, token, tries = voter.ranking(revision), new_id(), 0
        while not self._over.is_set():
            tries += 1
            if self.fresh_tokens:
                token = new_id()
            try:
                answer = client.cast(voter, content, token=token, based_on=revision - 1)
            except NoAnswer:
                with self._lock:
                    self.broken += 1
                time.sleep(min(LONGEST_PAUSE, self.pause * tries))
                continue
            with self._lock:
                self.statuses[answer.status] += 1
                if answer.status == http.client.OK:
                    said = answer.json
                    self.acknowledged.append(
                        Acknowledged(voter, content, said["receipt"], said["revision"], said["repeated"], token, tries)
                    )
                    return
                if answer.status != http.client.SERVICE_UNAVAILABLE:
                    self.refused.append((voter, answer))
                    return
                self.unavailable[answer.json["code"], answer.headers.get("retry-after", "")] += 1
                self.put_off.add(voter.number)
            time.sleep(min(LONGEST_PAUSE, self.pause * tries))


def ask_again(port: int, acknowledged: Iterable[Acknowledged]) -> list[Acknowledged]:
    """Send requests once more that were answered before; return those whose answer is not the same receipt."""
    client, others = Client(port), []
    for said in acknowledged:
        answer = client.cast(said.voter, said.content, token=said.token, based_on=said.revision - 1)
        same = {"receipt": said.receipt, "revision": said.revision, "repeated": True}
        if answer.status != http.client.OK or answer.json != same:
            others.append(said)
    client.close()
    return others


class Browser:
    """A voter's browser without JavaScript: it keeps cookies and sends forms. Redirects are not followed."""

    def __init__(self, port: int, voter: Voter) -> None:
        self._client = Client(port)
        self._cookies = {"session": voter.secret}
        self._origin = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, None, {})

    def send(self, page: Answer, action: str, *changes: tuple[str, str]) -> Answer:
        """Send the form of a page that goes to an address, with its inputs and some more."""
        body = urlencode([*form_inputs(page.text, action), *changes]).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        return self._ask("POST", action, body, headers)

    def review(self, ranking: Sequence[str], slug: str = SLUG) -> Answer:
        """Fill in a ballot and go on to its review."""
        path = f"/rounds/{slug}/ballot"
        csrf = re.search(r'name="csrf_token"\s+value="([^"]+)"', self.get(path).text)
        fields = [("csrf_token", csrf[1] if csrf else ""), ("based_on", "0"), ("action", "review")]
        body = urlencode([*fields, *(("order", code) for code in ranking)]).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        self._client.close()  # people read for longer than a server keeps a connection
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        answer = self._client.ask(method, path, body, {"Cookie": cookies, "Accept-Language": "en", **headers})
        if given := re.match(r"(form)=([^;]+)", answer.headers.get("set-cookie", "")):
            self._cookies[given[1]] = given[2]
        return answer


# --- what must hold afterwards -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong between that which voters were told and that which lies in the box."""

    lost: list[Acknowledged]
    altered: list[Acknowledged]
    doubled: int
    unregistered: int

    @property
    def nothing(self) -> bool:
        """Nothing is wrong."""
        return not (self.lost or self.altered or self.doubled or self.unregistered)


def compare(crowd: Crowd, box: Box) -> Findings:
    """Compare what every voter was told with the box.

    Lost: a voter's newest receipt is not there, or an earlier one is not among those that were replaced. Altered: it
    is there with another content or revision than was acknowledged. Doubled: how many ballots there are beyond one
    for each voter. Unregistered: how far box and register differ.
    """
    lost, altered = [], []
    for number, said in crowd.last.items():
        filed = box.by_voter.get(number)
        if not box.receipts[said.receipt]:
            lost.append(said)
        elif filed != Filed(said.revision, said.content, said.receipt):
            altered.append(said)
    newest = {said.receipt for said in crowd.last.values()}
    lost += [said for said in crowd.acknowledged if said.receipt not in newest and box.replaced[said.receipt] != 1]
    doubled = box.ballots - len(box.by_voter) + sum(count - 1 for count in box.receipts.values())
    return Findings(lost, altered, doubled, abs(box.ballots - box.registered))
