"""Payloads in everything that is stored, and every page in a browser: no dialog, no script, no report of the policy.

tests/http/abuse/test_xss.py reads the same pages every day; here Chromium decides what is markup.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Dialog, Page
from werkzeug.serving import make_server

from participation.app import create_app
from tests.browser.conftest import Quiet
from tests.http.abuse.ground import Ground
from tests.http.abuse.test_xss import READERS, pages
from tests.http.abuse.words import inject
from tests.support.clients import Client
from tests.support.databases import Backend
from tests.support.payloads import PROBE, READABLE

pytestmark = pytest.mark.slow
WATCH: Final = """
window.xssRan = []; window.xssViolations = [];
window.xss = (number) => { window.xssRan.push(String(number)); };
document.addEventListener("securitypolicyviolation", (event) => {
  window.xssViolations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
FOUND: Final = """() => ({
  ran: window.xssRan, violations: window.xssViolations,
  strange: [...document.querySelectorAll(
    "xss-probe, iframe, object, embed, base, frameset, marquee, math, foreignObject, animate, style, " +
    "link[rel=import], " +
    "[onerror], [onload], [onfocus], [ontoggle], [onclick], [onmouseover], [style], [srcdoc], [formaction^=javascript]"
  )].filter((one) => !one.matches("[data-ours]")).map((one) => one.outerHTML.slice(0, 120)),
  addresses: [...document.querySelectorAll("[href], [src], [action], [formaction]")].map(
    (one) => one.href?.baseVal ?? one.href ?? one.src ?? one.action ?? one.formAction
  ).filter((address) => /^(javascript|vbscript|data:text|blob):/i.test(address)),
})"""
TURNS: Final = 3
"""How often all pages are opened, each time with the payloads at other places."""


@pytest.fixture
def ground(backend_of: Callable[[str], Backend]) -> Ground:
    """Return a world of its own; it is filled with payloads."""
    backend = backend_of("sqlite")
    backend.renew()
    app = create_app(backend.settings(site_name="with payloads"))
    app.test_client_class = Client
    return Ground(app, Path(backend.data_dir) / "participation.sqlite")


@contextmanager
def served(ground: Ground) -> Iterator[str]:
    """Serve the world and yield its address."""
    server = make_server("127.0.0.1", 0, ground.app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def readable(ground: Ground) -> Mapping[str, str]:
    """Return the addresses of pages, and who is shown them."""
    shown = {}
    for _rule, path in pages(ground):
        for who in READERS:
            answer = ground.request(who, "GET", path, {})
            if answer.status_code == 200:
                if answer.mimetype == "text/html":
                    shown[path] = who
                break
    return shown


def watched(browser: Browser, address: str, ground: Ground, who: str, dialogs: list[str]) -> Page:
    context = browser.new_context(locale="en", base_url=address)
    if ground.tokens[who]:
        context.add_cookies([{"name": "session", "value": ground.tokens[who], "url": address}])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("dialog", lambda dialog: note(dialog, dialogs))
    return page


def note(dialog: Dialog, dialogs: list[str]) -> None:
    """Keep what a dialog said, and close it."""
    dialogs.append(dialog.message)
    dialog.dismiss()


def what_ran(page: Page, path: str, *, strange: bool = True) -> dict[str, Any]:
    """Open a page, touch what waits for a touch, and return what happened that must not."""
    page.goto(path, wait_until="load")
    found: dict[str, Any] = page.evaluate(FOUND)
    if not strange:
        found.pop("strange")
    return {name: value for name, value in found.items() if value}


def test_no_page_runs_what_people_have_typed(browser: Browser, ground: Ground) -> None:
    shown = readable(ground)
    faults: list[str] = []
    dialogs: list[str] = []
    assert len(shown) > 120
    with served(ground) as address:
        people = {who: watched(browser, address, ground, who, dialogs) for who in set(shown.values())}
        for turn in range(TURNS):
            first = turn * len(READABLE) // TURNS
            ground.renew()
            inject(ground.file, PROBE, [*READABLE[first:], *READABLE[:first]])
            for path, who in shown.items():
                if found := what_ran(people[who], path):
                    faults.append(f"{path} as {who}: {found}")
        for page in people.values():
            page.context.close()
    assert not faults, "\n".join(faults)
    assert not dialogs


def test_control_pages_that_do_not_escape_are_noticed(browser: Browser, ground: Ground) -> None:
    inject(ground.file, PROBE, READABLE)
    ground.app.jinja_env.autoescape = False
    with served(ground) as address:
        page = watched(browser, address, ground, "anonymous", [])
        found = what_ran(page, "/processes/integrationskonzept/proposals/M01")
        page.context.close()
    assert found["violations"]
    assert found["strange"]
