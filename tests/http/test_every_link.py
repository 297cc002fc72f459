"""Everybody follows every link that they are shown, in every language, and each leads somewhere."""

from collections import deque
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.config import Settings
from participation.core.languages import INTERFACE_TAGS
from participation.site.demo import ROLES
from tests.support.databases import Backend, renew_with_example_city

FEWEST_PAGES = 30
MOST_PAGES = 400


class Links(HTMLParser):
    """Collects where a page leads: links, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        named = dict(attrs)
        self.ids.update(value for name, value in attrs if name == "id" and value)
        target = named.get("href") if tag in {"a", "link"} else named.get("src")
        if target and tag in {"a", "link", "script", "img"}:
            self.found.append(target)


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest, backend_of: Callable[[str], Backend], shared_dir: Path) -> Backend:
    fresh = backend_of(request.param)
    renew_with_example_city(fresh, shared_dir)
    return fresh


@pytest.fixture
def settings(backend: Backend) -> Settings:
    return backend.settings(demo=True)


def follow_every_link(client: FlaskClient, start: str, language: str) -> dict[str, list[str]]:
    """Visit all that can be reached and return what was wrong, by page."""
    faults: dict[str, list[str]] = {}
    waiting, seen = deque([start]), {start}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        answer = client.get(path, headers={"Accept-Language": language})
        if answer.status_code >= 400:
            faults.setdefault(path, []).append(str(answer.status_code))
        if answer.status_code in {301, 302, 303, 307, 308}:
            targets = [answer.headers["Location"]]
        elif answer.mimetype == "text/html":
            page = Links()
            page.feed(answer.text)
            targets = page.found
            broken = {t for t in targets if t.startswith("#") and len(t) > 1 and t[1:] not in page.ids}
            if broken:
                faults.setdefault(path, []).append(f"leads to no place on the page: {sorted(broken)}")
        else:
            targets = []
        for target in targets:
            place = urlsplit(urldefrag(urljoin(f"http://localhost{path}", target)).url)
            query = "&".join(part for part in place.query.split("&") if part and not part.startswith("lang="))
            address = place.path + (f"?{query}" if query else "")
            if place.netloc == "localhost" and place.scheme == "http" and address not in seen:
                seen.add(address)
                waiting.append(address)
    assert len(seen) > FEWEST_PAGES
    return faults


@pytest.mark.parametrize(
    "language",
    # Those who signed in meet all languages below; a visitor every day the site's own and the one from right to left.
    [pytest.param(tag, marks=() if tag in {"de", "ar"} else pytest.mark.slow) for tag in INTERFACE_TAGS],
)
def test_a_visitor_finds_no_dead_end(app: Flask, language: str) -> None:
    assert follow_every_link(app.test_client(), "/", language) == {}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_who_signed_in_finds_a_dead_end(app: Flask, role: str) -> None:
    client = app.test_client()
    entered = client.post(f"/demo/enter/{role}")
    assert entered.status_code == 303
    language = sorted(INTERFACE_TAGS)[list(ROLES).index(role) % len(INTERFACE_TAGS)]
    assert follow_every_link(client, "/", language) == {}
