"""What a backup says about itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Self

FORMAT: Final = "participation-backup/1"
NAME: Final = "manifest.json"
LARGEST: Final = 4 * 1024 * 1024
"""No manifest of a city is nearly as long; what is longer is none."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Refused(RuntimeError):
    """A backup is not taken or not restored; the sentence says why and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RoundThen:
    """A round that was not concluded when the backup was taken."""

    id: str
    slug: str
    state: str
    ballots: int
    voters: int


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Number and hash of the last record of officials' acts; 0 and zeros where there is none."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class State:
    """What a database holds, as far as a backup notes it: compared again when it is restored."""

    schema: str
    tables: Mapping[str, int]
    audit: AuditHead
    rounds: tuple[RoundThen, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first thing that is read of a backup. `columns` names those of each table that is kept as rows."""

    taken_at: datetime
    program: str
    engine: str
    engine_version: str
    state: State
    parts: Mapping[str, Part]
    columns: Mapping[str, tuple[str, ...]]

    def to_json(self) -> bytes:
        """Return the manifest as it stands in the backup."""
        fields = asdict(self) | {"format": FORMAT, "taken_at": self.taken_at.isoformat()}
        return json.dumps(fields, indent=2, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a manifest; raises Refused for what is none, or one of another format."""
        try:
            fields = json.loads(text)
            if fields["format"] != FORMAT:
                raise Refused(f"The backup has the format {fields['format']!r}; this program reads {FORMAT!r}.")
            return cls._read(fields)
        except (ValueError, KeyError, TypeError, AttributeError) as reason:
            raise Refused("This is no backup of this program, or its manifest is damaged.") from reason

    @classmethod
    def _read(cls, fields: Mapping[str, Any]) -> Self:
        state = fields["state"]
        return cls(
            taken_at=datetime.fromisoformat(fields["taken_at"]),
            program=str(fields["program"]),
            engine=str(fields["engine"]),
            engine_version=str(fields["engine_version"]),
            state=State(
                schema=str(state["schema"]),
                tables={_name(table): int(rows) for table, rows in state["tables"].items()},
                audit=AuditHead(int(state["audit"]["number"]), _digest(state["audit"]["hash"])),
                rounds=tuple(RoundThen(**round_) for round_ in state["rounds"]),
            ),
            parts={
                str(name): Part(int(part["bytes"]), _digest(part["sha256"])) for name, part in fields["parts"].items()
            },
            columns={
                _name(table): tuple(_name(column) for column in columns) for table, columns in fields["columns"].items()
            },
        )


def _name(text: str) -> str:
    """Return the name of a table or column, which becomes part of a statement."""
    if not _NAME.fullmatch(text):
        raise ValueError(text)
    return text


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise ValueError(text)
    return text
