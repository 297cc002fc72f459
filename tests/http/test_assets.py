"""Static files have an address that changes with their content, and travel small."""

from pathlib import Path

import pytest
from flask import Flask, url_for

from participation.app import create_app
from participation.config import Settings


@pytest.fixture
def app() -> Flask:
    """Return an application without a database; static files need none."""
    return create_app(Settings.for_tests())


def test_a_versioned_file_may_be_kept_for_good(app: Flask) -> None:
    with app.test_request_context():
        address = url_for("static", filename="participation.css")
    answer = app.test_client().get(address)
    assert answer.cache_control.immutable
    assert answer.cache_control.max_age == 365 * 24 * 3600
    assert b"@font-face" in answer.data


def test_a_file_without_its_version_is_asked_for_again_after_a_day(app: Flask) -> None:
    answer = app.test_client().get("/static/participation.css")
    assert not answer.cache_control.immutable
    assert answer.cache_control.max_age == 24 * 3600


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_a_sheet_travels_at_a_fifth_of_its_size(app: Flask, coding: str) -> None:
    answer = app.test_client().get("/static/kern.css", headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding
    assert len(answer.data) * 5 < (Path(app.static_folder or "") / "kern.css").stat().st_size


def test_a_font_is_compressed_already(app: Flask) -> None:
    path = "/static/vendor/fonts/participation-sans-latin-400.woff2"
    answer = app.test_client().get(path, headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers
    answer.close()


def test_an_unchanged_file_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/static/kern.css", headers={"Accept-Encoding": "br"})
    again = client.get("/static/kern.css", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    again.close()
    assert again.status_code == 304
