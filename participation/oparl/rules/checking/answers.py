"""Answers of an interface: what every one must bring, and what stands in it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from participation.oparl.rules.checking.faults import Fault, Level

OK: Final = 200
NOT_MODIFIED: Final = 304
FIRST_ERROR: Final = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for an address: status, headers by their names in small letters, and the bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Fetch = Callable[[str, Mapping[str, str]], Answer]
"""Asks for an address with further headers."""


@dataclass(slots=True)
class Visit:
    """One look at an interface: it asks for each address once, and notes what it finds."""

    fetch: Fetch
    base: str
    faults: list[Fault] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    def note(self, where: str, rule: str, found: object, level: Level = Level.MUST) -> None:
        """Note a fault."""
        self.faults.append(Fault(where, rule, str(found)[:200], level))

    def note_all(self, faults: Iterator[Fault]) -> None:
        """Note what another check found."""
        self.faults.extend(faults)

    def ask(self, url: str, *, again: bool = False) -> Answer:
        """Return the answer for an address; `again` asks anew."""
        if again or url not in self.answers:
            self.answers[url] = self.fetch(url, {})
        return self.answers[url]

    def read(self, url: str, *, again: bool = False) -> Any:  # noqa: ANN401 - any JSON
        """Return the JSON at an address, None where there is none; what is wrong with the answer is noted."""
        answer = self.ask(url, again=again)
        if answer.status != OK:
            self.note(url, "an address that is given leads to something", f"status {answer.status}")
            return None
        self._check_headers(url, answer)
        return self.parsed(url, answer)

    def parsed(self, url: str, answer: Answer) -> Any:  # noqa: ANN401 - any JSON
        """Return the JSON of an answer, None where it is none."""
        if answer.body.startswith(b"\xef\xbb\xbf"):
            self.note(url, "JSON is UTF-8 without a byte order mark", "BOM")
        try:
            return json.loads(answer.body.decode())
        except ValueError as failure:
            self.note(url, "the answer is JSON in UTF-8", failure)
            return None

    def _check_headers(self, url: str, answer: Answer) -> None:
        media, _semicolon, rest = answer.headers.get("content-type", "").partition(";")
        if media.strip().lower() != "application/json":
            self.note(url, "JSON comes as application/json", media)
        if "charset" in rest.lower() and "utf-8" not in rest.lower():
            self.note(url, "JSON is UTF-8", rest)
        if answer.headers.get("access-control-allow-origin") != "*":
            self.note(url, "Access-Control-Allow-Origin is *", answer.headers.get("access-control-allow-origin"))
        methods = answer.headers.get("access-control-allow-methods")
        if methods is not None and "GET" not in methods:
            self.note(url, "Access-Control-Allow-Methods is not sent, or names GET", methods)
        if "set-cookie" in answer.headers:
            self.note(url, "every request stands alone, without cookies", answer.headers["set-cookie"])

    def check_conditional(self, url: str) -> None:
        """Look whether an answer that has not changed need not be sent again."""
        tag = self.ask(url).headers.get("etag")
        if tag is None:
            self.note(url, "answers have an ETag", "none", Level.SHOULD)
        elif self.fetch(url, {"If-None-Match": tag}).status != NOT_MODIFIED:
            self.note(url, "If-None-Match is answered by 304", tag, Level.SHOULD)

    def check_refusal(self, url: str) -> None:
        """Look whether an address that leads nowhere is refused as the specification proposes."""
        answer = self.fetch(url, {})
        if answer.status < FIRST_ERROR:
            self.note(url, "what cannot be answered has a status that says so", answer.status)
            return
        if answer.headers.get("access-control-allow-origin") != "*":
            self.note(url, "Access-Control-Allow-Origin is * on refusals in JSON too", answer.status)
        try:
            body = json.loads(answer.body.decode())
        except ValueError:
            body = None
        wanted = {"type", "message", "debug"}
        if not isinstance(body, dict) or not wanted <= body.keys() or not str(body["type"]).endswith("/Error"):
            self.note(url, "a refusal is an error object with type, message and debug", answer.body[:80], Level.SHOULD)
