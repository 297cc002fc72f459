"""Templates of processes that travel with the package: what they say, as plain values."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from participation.core.errors import NotFound

Blueprint = Mapping[str, Any]
NAMES: Final = ("two_phase_concept",)
_DATA: Final = files("participation.exchange") / "data"


@cache
def _read(name: str) -> Blueprint:
    blueprint: Blueprint = yaml.safe_load((_DATA / f"{name}.yaml").read_bytes())
    return blueprint


def all_blueprints() -> Sequence[Blueprint]:
    """Return every template."""
    return [_read(name) for name in NAMES]


def blueprint_by_name(name: str) -> Blueprint:
    """Return a template or raise NotFound."""
    if name not in NAMES:
        raise NotFound("no_such_template", field="template", template=name)
    return _read(name)


def titles_of(blueprint: Blueprint) -> Iterator[Mapping[str, str]]:
    """Yield the title of everything that a template would make, by language."""
    for phase in blueprint["phases"]:
        yield phase["title"]
        yield from (entry["title"] for entry in phase["rounds"])
    yield from (theme["title"] for theme in blueprint["fields"])
