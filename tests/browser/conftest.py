"""A real browser on a real server with the example city; each test gets the city as it was."""

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from participation.config import Settings
from tests.support.browsers import NoBrowser, find_browser, use_a_node_that_starts
from tests.support.databases import Backend, renew_with_example_city

OpenPage = Callable[..., Page]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""No name leads anywhere: what asks another host fails, whatever network there is."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test beside this file as one that needs a browser."""
    for item in items:
        if item.path.is_relative_to(__file__.removesuffix("conftest.py")):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a browser, or skip with the way to get one; where one is required its absence is a failure."""
    try:
        found = find_browser()
        use_a_node_that_starts()
    except NoBrowser as reason:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.path, args=[*found.arguments, NOWHERE], env={**os.environ, **found.environment}
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def port() -> int:
    """Return a port for this worker's server; a fixed one, because addresses in mails carry it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest, backend_of: Callable[[str], Backend], shared_dir: Path) -> Backend:
    """Return the example city, freshly copied. Browsers do not notice which database is behind a page."""
    fresh = backend_of(request.param)
    renew_with_example_city(fresh, shared_dir)
    return fresh


@pytest.fixture
def settings(backend: Backend, port: int) -> Settings:
    """Return the settings of a demonstration."""
    return backend.settings(demo=True, base_url=f"http://127.0.0.1:{port}")


class Quiet(WSGIRequestHandler):
    """Writes no lines; the application has its own log."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Drop the line."""


def _read_whole(app: Flask) -> Callable[..., Iterable[bytes]]:
    """Close what an answer was read from before it is sent: the server forgets to if the browser leaves meanwhile."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        parts, status, headers = run_wsgi_app(app, environ, buffered=True)
        start_response(status, headers.to_wsgi_list())
        return parts

    return answer


@pytest.fixture
def live_server(app: Flask, port: int) -> Iterator[str]:
    """Serve the application and return its address."""
    server = make_server("127.0.0.1", port, _read_whole(app), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, live_server: str) -> Iterator[OpenPage]:
    """Return a function that opens a page of a new visitor, for example with `java_script_enabled=False`.

    A page that asks another host for something, breaks the Content-Security-Policy or throws fails its test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def guard(request: Request) -> None:
        # Told of afterwards rather than asked before each: that would keep the browser from using what it has.
        if not request.url.startswith((live_server, "data:", "blob:")):
            faults.append(f"asked {request.url}")

    def listen(message: ConsoleMessage) -> None:
        # A refusal (422, 403, ...) is an answer that tests look at; the browser's own note about it is no fault.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    def open_one(**options: Any) -> Page:
        context = browser.new_context(**{"base_url": live_server, "locale": "de-DE", "viewport": DESKTOP, **options})
        contexts.append(context)
        context.on("request", guard)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return a page on a desktop, in German."""
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """Return a page on a small phone, in German."""
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def page_without_javascript(open_page: OpenPage) -> Page:
    """Return a page in a browser that runs no scripts."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def arabic_page(open_page: OpenPage) -> Page:
    """Return a page whose reader prefers Arabic."""
    return open_page(locale="ar")
