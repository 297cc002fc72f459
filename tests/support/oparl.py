"""An OParl interface as it answered once, for checks that break it: no database, no program, only its answers."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from participation.oparl.rules.checking.answers import Answer, Fetch

ChangeObject = Callable[[dict[str, Any]], object]


@dataclass
class Recording:
    """Passes questions on and keeps the answers."""

    fetch: Fetch
    kept: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def __call__(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask the interface itself."""
        answer = self.fetch(url, headers)
        self.kept[url, headers.get("If-None-Match", "")] = answer
        return answer


@dataclass
class Replay:
    """Answers as was recorded, changed by `change`; what was never asked for is not there."""

    kept: Mapping[tuple[str, str], Answer]
    change: Callable[[str, Answer], Answer]

    def __call__(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Answer from what was kept."""
        found = self.kept.get((url, headers.get("If-None-Match", "")))
        return self.change(url, found) if found else Answer(404, {"access-control-allow-origin": "*"}, b"{}")


def every_object(content: object) -> Iterator[dict[str, Any]]:
    """Yield all objects in an answer, those inside of others too."""
    if isinstance(content, dict):
        if "type" in content and "id" in content:
            yield content
        content = list(content.values())
    if isinstance(content, list):
        for part in content:
            yield from every_object(part)


def with_json(answer: Answer, change: Callable[[Any], object]) -> Answer:
    """Return an answer whose JSON was changed; a file or a refusal stays as it is."""
    if answer.status != 200 or not answer.headers.get("content-type", "").startswith("application/json"):
        return answer
    content = json.loads(answer.body)
    change(content)
    return replace(answer, body=json.dumps(content).encode())


def in_every(type_: str, change: ChangeObject) -> Callable[[str, Answer], Answer]:
    """Return what changes every object of a type, wherever it is shown."""

    def change_all(content: object) -> None:
        for one in every_object(content):
            if one["type"].endswith(f"/{type_}") and "deleted" not in one:
                change(one)

    return lambda _url, answer: with_json(answer, change_all)
