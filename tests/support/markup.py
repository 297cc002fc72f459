"""Reading a page for what is not ours: elements, attributes and addresses that came out of what people had typed."""

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from typing import Final

from tests.support.payloads import MARK

_DRAWN: Final = ("circle clippath defs desc g line path polygon polyline rect svg symbol text title tspan use",)
_WRITTEN: Final = (
    "a abbr address article aside b bdi blockquote br caption cite code col colgroup data dd del details div dl dt em",
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav noscript ol p pre q s samp",
    "search section small span strong sub summary sup table tbody td template tfoot th thead time tr u ul var wbr",
)
_FILLED_IN: Final = ("button fieldset form input label legend meter optgroup option output progress select textarea",)
_AROUND: Final = ("body head html link meta script",)
ELEMENTS: Final = frozenset(" ".join((*_DRAWN, *_WRITTEN, *_FILLED_IN, *_AROUND)).split())
"""What pages may be made of. Whatever else stands on one was not written by us."""
ADDRESSES: Final = frozenset(
    {"action", "background", "cite", "data", "formaction", "href", "icon", "longdesc", "manifest", "ping"}
    | {"poster", "profile", "src", "srcset", "xlink:href"}
)
_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9:._-]*")
_LOCAL: Final = re.compile(r"(?:[/?#]|$)(?![/\\])|\w[\w./-]*(?:[?#]|$)|https?://|mailto:")
_NEVER: Final = frozenset({"style", "srcdoc"})
_SPECIAL: Final = re.compile(r"[<>\"']")


class _Reader(HTMLParser):
    """Notes what a page has that none of ours has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._in_script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.faults.append(f"an element <{tag}>")
        names = {name for name, _value in attrs}
        self._in_script = tag if tag in {"script", "style"} else ""
        if tag == "script" and "src" not in names:
            self.faults.append("a script that stands in the page")
        for name, value in attrs:
            self.faults.extend(_faults_of_attribute(tag, name, value or ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_script = ""

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.faults.append(f"words in a <{self._in_script}>")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.faults.append("a comment")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.faults.append(f"a declaration {decl[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"a section {data[:40]}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"an instruction {data[:40]}")


def _faults_of_attribute(tag: str, name: str, value: str) -> Iterator[str]:
    if not _ATTRIBUTE.fullmatch(name) or name.startswith(("on", "hx-on")) or name in _NEVER or MARK in name:
        yield f"an attribute {name!r} of <{tag}>"
    if name in ADDRESSES and not _LOCAL.match(value) and not (tag == "img" and value.startswith("data:image/")):
        yield f"an address {name}={value[:60]!r} of <{tag}>"
    if name in {"http-equiv", "is"} and MARK in value:
        yield f"{name}={value[:60]!r} of <{tag}>"


def foreign_markup(page: str, typed: Collection[str]) -> list[str]:
    """Return what on a page came out of texts that people typed and is more than text; nothing if all of it is.

    A text with a sign that means something in HTML may stand nowhere as it was typed; what the page is made of may hold
    no element and no attribute that ours do not have, and no address that leads to a program.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    raw = [text for text in typed if _SPECIAL.search(text) and text in page]
    return [*sorted(set(reader.faults)), *(f"the text {text!r} as it was typed" for text in raw)]
