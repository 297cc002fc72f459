"""The site's own interface keeps to OParl 1.1, and the check that says so finds each way of breaking it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from participation.config import Settings
from participation.extensions import transaction
from participation.oparl.commands import OwnAnswers
from participation.oparl.rules.checking.answers import Answer
from participation.oparl.rules.checking.interface import check_interface
from participation.papers.models import Consultation, RenderedFile
from tests.http.oparl.conftest import LATER, SITE, Council, look
from tests.support.databases import Backend
from tests.support.oparl import Recording, Replay, every_object, in_every, with_json

BASE = "https://ris.lindenhafen.example"
ENTRANCE = f"{BASE}/oparl/v1.1/system"
Change = Callable[[str, Answer], Answer]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def settings(backend: Backend) -> Settings:
    return backend.settings(base_url=BASE, **SITE)


def forget_some(app: Flask, council: Council) -> None:
    """Take a station and a file away, so that there is something deleted to be listed."""
    with app.app_context(), transaction() as session:
        station = session.query(Consultation).filter_by(paper_id=council.report.id).one()
        station.removed_at = LATER
        session.query(RenderedFile).filter_by(language="tr").delete()
    look(app, LATER)


@pytest.fixture
def recording(app: Flask, council: Council) -> Recording:
    forget_some(app, council)
    recording = Recording(OwnAnswers(app))
    assert [str(fault) for fault in check_interface(recording, ENTRANCE)] == []
    return recording


def test_the_interface_keeps_to_everything_that_the_text_demands_or_recommends(recording: Recording) -> None:
    deleted = [answer for answer in recording.kept.values() if b'"deleted":true' in answer.body]
    assert len(recording.kept) > 100
    assert deleted


def headers(**changed: str | None) -> Change:
    def change(_url: str, answer: Answer) -> Answer:
        kept = dict(answer.headers) | {name.replace("_", "-"): value for name, value in changed.items()}
        return replace(answer, headers={name: value for name, value in kept.items() if value is not None})

    return change


def page(change: Callable[[dict[str, Any]], object]) -> Change:
    def change_page(content: dict[str, Any]) -> None:
        if "data" in content:
            change(content)

    return lambda _url, answer: with_json(answer, change_page)


def only(part: str, change: Change) -> Change:
    return lambda url, answer: change(url, answer) if part in url else answer


def status(part: str, code: int) -> Change:
    return only(part, lambda _url, answer: replace(answer, status=code))


def body(part: str, content: bytes) -> Change:
    return only(part, lambda _url, answer: replace(answer, body=content))


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda one: one.pop(name, None)


def putting(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda one: one.__setitem__(name, value)


def reverse(content: dict[str, Any]) -> None:
    content["data"].reverse()


def all_on_one(url: str, answer: Answer) -> Answer:
    """Forget what was asked for in the links of pages."""
    return with_json(answer, lambda content: _strip(content.get("links", {})))


def _strip(links: dict[str, str]) -> None:
    for name, link in links.items():
        links[name] = link.split("?")[0]


BREAKS: dict[str, tuple[Change, str]] = {
    "no header for other sites": (headers(access_control_allow_origin=None), "Access-Control-Allow-Origin"),
    "only one other site": (headers(access_control_allow_origin=BASE), "Access-Control-Allow-Origin"),
    "methods without GET": (headers(access_control_allow_methods="OPTIONS"), "Access-Control-Allow-Methods"),
    "JSON that says it is text": (only("/system", headers(content_type="text/html")), "application/json"),
    "JSON in another encoding": (headers(content_type="application/json; charset=latin-1"), "JSON is UTF-8"),
    "a byte order mark": (body("/system", b"\xef\xbb\xbf{}"), "byte order mark"),
    "no JSON": (body("/bodies", b"<html>"), "the answer is JSON"),
    "cookies": (headers(set_cookie="session=1"), "without cookies"),
    "no system": (status("/system", 404), "leads to something"),
    "a system without lists": (in_every("System", without("body")), "body is mandatory"),
    "an id that is another's": (in_every("Paper", putting("id", f"{BASE}/oparl/v1.1/paper/x")), "leads to something"),
    "an id of another host": (in_every("Paper", putting("id", "https://10.0.0.1/p")), "one scheme and host"),
    "objects that cannot be asked for": (status("/agendaitem/", 404), "leads to something"),
    "no moment of change": (in_every("Consultation", without("modified")), "modified is mandatory"),
    "a body without its list of files": (in_every("Body", without("file")), "file is mandatory"),
    "the way back inside": (
        in_every("Paper", lambda one: [inner.update(paper=one["id"]) for inner in one.get("consultation", [])]),
        "way back is left out",
    ),
    "a list without links": (page(without("links")), "has links"),
    "a list without data": (page(without("data")), "has data"),
    "a list without pagination": (page(without("pagination")), "has pagination"),
    "a page that does not say next": (page(lambda one: one["links"].pop("next", None)), "same list in the same order"),
    "next that leads in a circle": (
        page(lambda one: one["links"].update(next=one["links"]["self"])),
        "leads to an end",
    ),
    "a wrong sum": (page(lambda one: one["pagination"].update(totalElements=99)), "totalElements counts"),
    "a wrong number of the page": (page(lambda one: one["pagination"].update(currentPage=7)), "currentPage counts"),
    "pages of another length": (
        page(lambda one: one["pagination"].update(elementsPerPage=0)),
        "elementsPerPage objects",
    ),
    "a last page that is not": (
        page(lambda one: one["links"].update(last=f"{BASE}/?page=9")),
        "the page that it names",
    ),
    "an order that depends on the filter": (only("modified_since", page(reverse)), "modified_since of long ago"),
    "deleted objects in plain lists": (
        only("/file", page(lambda one: one["data"].append(_tombstone()))),
        "nothing deleted is listed",
    ),
    "filters that are not kept": (
        only("created_until", page(lambda one: one.update(data=[]))),
        "created_until is kept",
    ),
    "deleted objects that are kept back": (
        only("modified_since", page(lambda one: one.update(data=[x for x in one["data"] if "deleted" not in x]))),
        "tells what was deleted",
    ),
    "links that lose the filter": (only("modified_since", all_on_one), "links keep the filter"),
    "lists that omit nothing": (
        only("omit_internal", page(lambda one: [x.update(auxiliaryFile=[]) for x in one["data"]])),
        "omit_internal leaves",
    ),
    "a moment in words": (status("modified_since=yesterday", 200), "has a status that says so"),
    "a deleted object that is not there": (status("/consultation/", 404), "leads to something"),
    "a refusal without words": (body("no-such-thing", b"no"), "a refusal is an error object"),
    "an agenda that counts from one": (
        in_every("AgendaItem", lambda one: one.update(order=one["order"] + 1)),
        "from 0",
    ),
    "a consultation of another item": (
        in_every("AgendaItem", putting("consultation", f"{BASE}/oparl/v1.1/consultation/x")),
        "consultation leads to a Consultation",
    ),
    "a meeting of nobody": (
        in_every("Meeting", putting("organization", [f"{BASE}/oparl/v1.1/system"])),
        "Organization",
    ),
    "a committee that forgets a meeting": (
        only("/meeting", only("/organization/", page(lambda one: one.update(data=[])))),
        "meeting and organization say the same",
    ),
    "a file that is another": (body("/access/", b"x"), "size is that of the file"),
    "a file with another checksum": (in_every("File", putting("sha512Checksum", "0" * 128)), "sha512Checksum is that"),
    "a file of another kind": (in_every("File", putting("mimeType", "image/png")), "mimeType is that of the file"),
    "a file that must be saved": (only("/access/", headers(content_disposition="attachment")), "without attachment"),
    "a download that is shown": (only("/download/", headers(content_disposition="inline")), "attachment with filename"),
    "a file that is gone": (status("/access/", 410), "fetched at its accessUrl"),
    "files without a tag": (only("/access/", headers(etag=None)), "files have etag"),
    "texts as in HTML": (in_every("Paper", putting("name", "Stadt &amp; Land")), "not escaped as in HTML"),
    "an order of parameters by chance": (
        page(lambda one: one["links"].update(self=f"{one['links']['self'].split('?')[0]}?page=1&limit=1")),
        "sorted alike",
    ),
}


def _tombstone() -> dict[str, Any]:
    stamp = "2026-01-01T00:00:00Z"
    type_ = "https://schema.oparl.org/1.1/File"
    return {"id": f"{BASE}/oparl/v1.1/file/gone", "type": type_, "created": stamp, "modified": stamp, "deleted": True}


def test_each_way_of_breaking_it_is_found(recording: Recording) -> None:
    """One recording, every break: the check of an interface that was never asked anew."""
    earlier = sorted(
        url
        for (url, _tag), answer in recording.kept.items()
        if answer.status == 200 and re.fullmatch(rf"{BASE}/oparl/v1.1/[a-z]+/[^/?]+", url)
    )
    assert check_interface(Replay(recording.kept, lambda _url, answer: answer), ENTRANCE, earlier=earlier) == []
    missed = {}
    for name, (change, rule) in BREAKS.items():
        faults = check_interface(Replay(recording.kept, change), ENTRANCE, earlier=earlier)
        if not any(rule in fault.rule for fault in faults):
            missed[name] = [str(fault) for fault in faults][:5]
    assert missed == {}


@pytest.mark.slow
@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [None], "gone"], ids=repr)
def test_the_check_survives_whatever_an_interface_answers(recording: Recording, value: object) -> None:
    """Another city's server may answer anything; the check says so and never breaks off."""
    names = {name for answer in recording.kept.values() for one in _objects_in(answer) for name in one}
    names |= {"data", "links", "pagination", "next", "self", "totalElements", "elementsPerPage"}
    silent = set()
    for name in sorted(name for name in names if ":" not in name):
        if not check_interface(Replay(recording.kept, _everywhere(name, value)), ENTRANCE):
            silent.add(name)
    assert len(names) > 40
    assert value in ("x", "gone") or silent <= {"legislativeTerm", "pagination"}  # empty they are right


def _objects_in(answer: Answer) -> list[dict[str, Any]]:
    is_json = answer.status == 200 and answer.headers.get("content-type", "").startswith("application/json")
    return list(every_object(json.loads(answer.body))) if is_json else []


def _everywhere(name: str, value: object) -> Change:
    def change(content: object) -> None:
        if isinstance(content, dict):
            if name in content:
                if value == "gone":
                    del content[name]
                else:
                    content[name] = value
            content = list(content.values())
        if isinstance(content, list):
            for part in content:
                change(part)

    return lambda _url, answer: with_json(answer, change)
