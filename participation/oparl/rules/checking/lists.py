"""Lists: their pages, their order, and their filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

from participation.oparl.rules.checking.answers import Visit
from participation.oparl.rules.checking.faults import Level
from participation.oparl.rules.checking.objects import check_object
from participation.oparl.rules.checking.types import LEFT_OUT, type_name
from participation.oparl.rules.checking.values import check_canonical, read_moment

_MOST_PAGES: Final = 10_000
_EVER: Final = "1900-01-01T00:00:00Z"
_LINKS: Final = frozenset({"first", "prev", "self", "next", "last"})
_COUNTS: Final = ("totalElements", "elementsPerPage", "currentPage", "totalPages")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list."""

    url: str
    data: Sequence[dict[str, Any]]
    pagination: Mapping[str, int]
    links: Mapping[str, str]


def identity(one: Mapping[str, Any]) -> str:
    """Return the id of an object, whatever stands there."""
    return str(one.get("id"))


def with_query(url: str, **given: str) -> str:
    """Return an address with further parameters, encoded."""
    more = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(given.items()))
    return f"{url}{'&' if urlsplit(url).query else '?'}{more}" if more else url


def walk(visit: Visit, url: str, *, again: bool = False) -> list[dict[str, Any]]:
    """Return everything in a list, page after page; what is wrong with the pages is noted."""
    sheets: list[Sheet] = []
    following: str | None = url
    while following is not None:
        sheet = _read_sheet(visit, following, again=again)
        if sheet is None:
            break
        sheets.append(sheet)
        following = sheet.links.get("next")
        if following in {sheet.url for sheet in sheets} or len(sheets) > _MOST_PAGES:
            visit.note(url, "following next leads to an end", following)
            break
    _check_pages(visit, url, sheets)
    return [one for sheet in sheets for one in sheet.data]


def _read_sheet(visit: Visit, url: str, *, again: bool) -> Sheet | None:
    page = visit.read(url, again=again)
    if not isinstance(page, dict):
        if page is not None:
            visit.note(url, "a page of a list is an object", type(page).__name__)
        return None
    parts: list[Any] = []
    for name, kind in (("data", list), ("pagination", dict), ("links", dict)):
        if not isinstance(page.get(name), kind):
            visit.note(url, f"a page of a list has {name}", repr(page.get(name))[:60])
        parts.append(page[name] if isinstance(page.get(name), kind) else kind())
    data, pagination, links = parts
    if not all(isinstance(one, dict) for one in data):
        visit.note(url, "data holds objects", repr(data)[:60])
    for name in [name for name in _LINKS if name in links and not isinstance(links[name], str)]:
        visit.note(url, f"links.{name} is an address", repr(links[name]))
    for name in [name for name in _COUNTS if name in pagination and not _is_count(pagination[name])]:
        visit.note(url, f"pagination.{name} is a whole number", repr(pagination[name]))
    leads = {name: link for name, link in links.items() if name in _LINKS and isinstance(link, str)}
    for name, link in leads.items():
        visit.note_all(check_canonical(f"{url} links.{name}", link, visit.base))
    counts = {name: count for name, count in pagination.items() if name in _COUNTS and _is_count(count)}
    return Sheet(url, [one for one in data if isinstance(one, dict)], counts, leads)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_pages(visit: Visit, url: str, sheets: Sequence[Sheet]) -> None:
    total = sum(len(sheet.data) for sheet in sheets)
    ids = [identity(one) for sheet in sheets for one in sheet.data]
    if len(set(ids)) < len(ids):
        visit.note(url, "a list holds each object once", f"{len(ids) - len(set(ids))} more than once")
    for number, sheet in enumerate(sheets, 1):
        said = sheet.pagination
        if said.get("totalElements", total) != total:
            visit.note(sheet.url, "totalElements counts the objects of the list", f"{said} for {total}")
        if said.get("currentPage", number) != number:
            visit.note(sheet.url, "currentPage counts the pages", f"{said} on page {number}")
        if said.get("totalPages", len(sheets)) != len(sheets):
            visit.note(sheet.url, "totalPages counts the pages", f"{said} for {len(sheets)}")
        per_page, held = said.get("elementsPerPage", len(sheet.data)), len(sheet.data)
        if held > per_page or (held < per_page and number < len(sheets)):
            visit.note(sheet.url, "every page but the last has elementsPerPage objects", f"{held}: {said}")
        _check_neighbours(visit, sheets, number)


def _check_neighbours(visit: Visit, sheets: Sequence[Sheet], number: int) -> None:
    """Look whether the links of a page agree with where its neighbours say that they are."""
    own = {other: sheet.links.get("self", sheet.url) for other, sheet in enumerate(sheets, 1)}
    sheet, said = sheets[number - 1], sheets[number - 1].links
    meant = {"first": own[1], "prev": own.get(number - 1), "last": own[len(sheets)], "next": own.get(number + 1)}
    for name, place in meant.items():
        if name in said and said[name] != place:
            visit.note(sheet.url, f"links.{name} is the page that it names", f"{said[name]} instead of {place}")
    if number < len(sheets) and "next" not in said:
        visit.note(sheet.url, "every page but the last says next", "missing")


def check_list(visit: Visit, url: str, type_: str) -> list[dict[str, Any]]:
    """Look at a list with its pages, its order and its filters, and return its objects, the deleted among them."""
    visit.note_all(check_canonical(url, url, visit.base))
    present = _objects(visit, url, type_)
    everything = _objects(visit, with_query(url, modified_since=_EVER), type_, deleted_too=True)
    if [identity(one) for one in walk(visit, url, again=True)] != [identity(one) for one in present]:
        visit.note(url, "the order of a list does not change from request to request", "it did")
    shown = [identity(one) for one in everything if one.get("deleted") is not True]
    if shown != [identity(one) for one in present]:
        visit.note(url, "modified_since of long ago gives what there is and what was deleted", f"{len(shown)}")
    if len(present) > 1:
        _check_limit(visit, url, present)
    _check_filters(visit, url, everything)
    _check_omitting(visit, url, type_)
    visit.check_refusal(with_query(url, modified_since="yesterday"))
    return everything


def _objects(visit: Visit, url: str, type_: str, *, deleted_too: bool = False) -> list[dict[str, Any]]:
    found = walk(visit, url)
    for one in found:
        visit.note_all(check_object(one, type_))
        if one.get("deleted") is True and not deleted_too:
            visit.note(url, "without modified_since nothing deleted is listed", one.get("id"))
    return found


def _check_limit(visit: Visit, url: str, present: Sequence[Mapping[str, Any]]) -> None:
    """Look whether a smaller page leads to the same list. A server may take no notice of it; its links may not."""
    short = with_query(url, limit="1")
    page = visit.read(short)
    if not isinstance(page, dict) or not isinstance(page.get("data"), list) or len(page["data"]) != 1:
        return
    if [identity(one) for one in walk(visit, short)] != [identity(one) for one in present]:
        visit.note(short, "smaller pages hold the same list in the same order", "they do not")
    _check_kept(visit, short, page, {"limit": "1"})


def _check_kept(visit: Visit, url: str, page: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Look whether the links of a page keep what was asked for."""
    links = page.get("links")
    for name, link in links.items() if isinstance(links, dict) else ():
        if name not in _LINKS or not isinstance(link, str):
            continue
        kept = dict(parse_qsl(urlsplit(link).query))
        for asked, value in given.items():
            as_moment = read_moment(value)
            same = read_moment(kept.get(asked)) == as_moment if as_moment else kept.get(asked) == value
            if not same:
                visit.note(url, f"links keep the filter {asked}", f"{name}: {link}")


def _check_filters(visit: Visit, url: str, everything: Sequence[Mapping[str, Any]]) -> None:
    """Ask for what was created or changed before, at and after a moment that there is, and compare."""
    for attribute in ("created", "modified"):
        moments = sorted({moment for one in everything if (moment := read_moment(one.get(attribute)))})
        if not moments:
            continue
        middle = moments[len(moments) // 2]
        for name, belongs in ((f"{attribute}_since", True), (f"{attribute}_until", False)):
            given = {name: middle.isoformat()}
            if name != "modified_since":
                given["modified_since"] = _EVER  # so that what was deleted belongs to both
            asked = with_query(url, **given)
            found = {identity(one) for one in walk(visit, asked)}
            wanted = {identity(one) for one in everything if _is_in(one, attribute, middle, since=belongs)}
            if found != wanted:
                visit.note(asked, f"{name} is kept", f"{len(found)} objects instead of {len(wanted)}")
            page = visit.read(asked)
            if isinstance(page, dict):
                _check_kept(visit, asked, page, given)


def _is_in(one: Mapping[str, Any], attribute: str, moment: datetime, *, since: bool) -> bool:
    own = read_moment(one.get(attribute))
    return own is not None and (own >= moment if since else own <= moment)


def _check_omitting(visit: Visit, url: str, type_: str) -> None:
    asked = with_query(url, omit_internal="true")
    for one in walk(visit, asked):
        kept = set(LEFT_OUT.get(type_name(one.get("type")) or type_, ())) & one.keys()
        if kept:
            visit.note(asked, "omit_internal leaves lists out that have an address of their own", kept, Level.SHOULD)
