"""Files that are meant to do harm: bombs, files under other names, names that lead elsewhere."""

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape
from typing import Any, Final

import pytest
from werkzeug.test import TestResponse

from tests.http.abuse.acts import EVERYWHERE
from tests.http.abuse.ground import Ground
from tests.http.abuse.test_xss import first_shown, markup_of, pages

IMPORT: Final = "/manage/processes/integrationskonzept/import"
COSTS: Final = "/processes/integrationskonzept/costs/upload"
UPLOADS: Final[dict[str, dict[str, str]]] = {
    IMPORT: {"run": "1"},
    COSTS: {"round": "own-costing-open"},
    "/processes/integrationskonzept/document-template": {},
    "/api/v1/processes/integrationskonzept/imports": {},
    "/api/v1/processes/integrationskonzept/costs/preview": {},
}
"""Where files are taken, and what is sent beside them."""
MEBIBYTE: Final = 1024 * 1024


def zipped(*entries: tuple[str, int]) -> bytes:
    """Return an archive of entries that are nothing but zeros."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in entries:
            with archive.open(name, "w", force_zip64=True) as entry:
                for _chunk in range(max(1, size // MEBIBYTE)):
                    entry.write(bytes(min(size, MEBIBYTE)))
    return kept.getvalue()


def lying() -> bytes:
    """Return an archive whose directory says that a large entry is small."""
    honest = zipped(("xl/worksheets/sheet1.xml", 80 * MEBIBYTE))
    size = (80 * MEBIBYTE).to_bytes(4, "little")
    return honest.replace(size, (1000).to_bytes(4, "little"))


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "one entry that is all zeros": lambda: zipped(("xl/worksheets/sheet1.xml", 80 * MEBIBYTE)),
    "many entries": lambda: zipped(*((f"xl/{number}.xml", 10) for number in range(2_000))),
    "much in all": lambda: zipped(*((f"xl/{number}.xml", 8 * MEBIBYTE) for number in range(12))),
    "an archive in an archive": lambda: zipped(("xl/workbook.xml", 10)) + lying(),
    "a directory that lies": lying,
}


def sent(ground: Ground, path: str, content: bytes, name: str) -> TestResponse:
    body: dict[str, Any] = UPLOADS[path] | {"file": (io.BytesIO(content), name)}
    return ground.request(EVERYWHERE, "POST", path, body)


@pytest.fixture(scope="module", params=BOMBS)
def bomb(request: pytest.FixtureRequest) -> bytes:
    content: bytes = BOMBS[request.param]()
    assert len(content) < 4 * MEBIBYTE
    return content


@pytest.mark.parametrize("path", UPLOADS)
def test_a_bomb_is_refused_before_it_is_unpacked(
    ground: Ground, path: str, bomb: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = 0
    read = zipfile.ZipExtFile.read

    def counting(entry: zipfile.ZipExtFile, *how: Any) -> bytes:
        nonlocal unpacked
        content: bytes = read(entry, *how)
        unpacked += len(content)
        return content

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counting)
    answer = sent(ground, path, bomb, "sheet.xlsx")
    assert answer.status_code == 422
    assert unpacked < 8 * MEBIBYTE
    assert not ground.has_changed()


@pytest.mark.parametrize("path", UPLOADS)
@pytest.mark.parametrize(
    "name, content",
    [
        ("sheet.xlsx", b"kind,code,title\n"),
        ("sheet.xlsx", b"PK\x03\x04 and then nothing of the kind"),
        ("sheet.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("sheet.xlsm", zipped(("xl/vbaProject.bin", 100))),
        ("sheet.exe", b"MZ" + bytes(200)),
        ("sheet", b"kind,code,title\n"),
        ("sheet.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        ("sheet.html", b"<script>x()</script>"),
        ("", b"kind,code,title\n"),
        ("sheet.xlsx", b""),
    ],
)
def test_a_file_that_is_not_what_it_is_called_is_refused(ground: Ground, path: str, name: str, content: bytes) -> None:
    assert sent(ground, path, content, name).status_code == 422
    assert not ground.has_changed()


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.csv",
        "..\\..\\x.csv",
        "/etc/cron.d/x.csv",
        "C:\\x.csv",
        "\u202evsc.exe.csv",
        "x" * 400 + ".csv",
    ],
)
def test_the_name_of_a_file_leads_nowhere(ground: Ground, name: str) -> None:
    folder = ground.file.parent
    before = sorted(path.name for path in folder.rglob("*") if not path.name.endswith(("-wal", "-shm")))
    answer = sent(ground, IMPORT, b"kind,code,title,text,field,serves\nmeasure,M90,Lesen,Vorlesen,F1,G1.1\n", name)
    assert answer.status_code in {200, 422}
    assert sorted(path.name for path in folder.rglob("*") if not path.name.endswith(("-wal", "-shm"))) == before


def test_every_place_that_takes_files_is_tried(ground: Ground) -> None:
    found = set()
    for _rule, path in pages(ground, ("open",)):
        for form in re.findall(r"<form\b.*?</form>", markup_of(first_shown(ground, path)), re.DOTALL):
            if 'type="file"' in form:
                action = re.search(r'<form[^>]*\baction="([^"]*)"', form)
                found.add(unescape(action[1]).partition("?")[0] if action and action[1] else path)
    document: Any = ground.client("anonymous").get("/api/v1/openapi.json").json
    taken = {
        path.replace("{slug}", "integrationskonzept").replace("{process}", "integrationskonzept")
        for path, acts in document["paths"].items()
        if "multipart/form-data" in str(acts)
    }
    assert found | taken == set(UPLOADS)


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/.svn/entries",
        "/static/../../wsgi.py",
        "/static/..%2f..%2fwsgi.py",
        "/static/%2e%2e/%2e%2e/README.md",
        "/static/.git/config",
        "/static//etc/passwd",
        "/static/",
        "/wsgi.py",
        "/participation.sqlite",
        "/keys/signing.key",
        "/server-status",
        "/console",
    ],
)
def test_only_our_own_files_are_served(ground: Ground, path: str) -> None:
    assert ground.client("anonymous").get(path).status_code == 404
