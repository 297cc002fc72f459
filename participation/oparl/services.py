"""Keeping the register of published objects: what is new, what changed, and what is gone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256, sha512
from typing import Any

from sqlalchemy.orm import Session

from participation.bundles.canonical import written
from participation.oparl.models import PublishedObject
from participation.oparl.queries.register import hold_register, register_prints, rows_of
from participation.oparl.queries.sources import file_bytes, public_sources
from participation.oparl.rules.addresses import Kind, insiders
from participation.oparl.rules.objects import Built, Key, build
from participation.oparl.rules.sources import Site


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a look at everything public has changed in the register."""

    added: int = 0
    changed: int = 0
    deleted: int = 0


@dataclass(slots=True)
class _Prints:
    """Fingerprints of objects; that of an object covers those that are put out inside of it."""

    built: Mapping[Key, Built]
    known: dict[Key, str] = field(default_factory=dict)

    def of(self, key: Key) -> str:
        if key not in self.known:
            one = self.built[key]
            inner = [self.of(inside) for inside in sorted(insiders(dict(one.content)))]
            shown = [dict(one.content), one.body, one.organization, one.source_sha256, inner]
            self.known[key] = sha256(written(shown)).hexdigest()
        return self.known[key]


def needs_renewal(session: Session, site: Site, *, today: date, now: datetime) -> bool:
    """Say whether anything public differs from the register, without keeping anybody from writing."""
    built = build(site, public_sources(session), today=today, now=now)
    return any(_differences(register_prints(session), built))


def renew_register(session: Session, site: Site, *, today: date, now: datetime) -> Renewal:
    """Bring the register in line with what is public now. Nobody acts here: what is public was decided elsewhere.

    The moment of change is set for exactly those objects that show something else than before, whatever the reason:
    a result that was entered, a file that became ready, another number on the agenda of the same meeting.
    """
    hold_register(session)
    built = build(site, public_sources(session), today=today, now=now)
    different = dict(_differences(register_prints(session), built))
    rows = rows_of(session, different)
    added = changed = deleted = 0
    for key, fingerprint in different.items():
        row, one = rows.get(key), built.get(key)
        if row is None:
            session.add(_new_row(session, key, built[key], fingerprint, now))
            added += 1
        elif one is None:
            _bury(row, now)
            deleted += 1
        else:
            _write(session, row, one, fingerprint, now)
            changed += 1
    session.flush()
    return Renewal(added, changed, deleted)


def _differences(prints: Mapping[Key, str], built: Mapping[Key, Built]) -> Iterator[tuple[Key, str]]:
    """Yield what the register has not, has otherwise or has still, each with its present fingerprint, "" for none."""
    now = _Prints(built)
    for key in built:
        if prints.get(key) != now.of(key):
            yield key, now.of(key)
    for key, fingerprint in prints.items():
        if fingerprint and key not in built:
            yield key, ""


def _bury(row: PublishedObject, now: datetime) -> None:
    """Take everything away from an object but that it was there, and is gone."""
    row.content, row.is_deleted, row.fingerprint, row.source_sha256 = None, True, "", ""
    row.modified_at = max(now, row.modified_at)


def _new_row(session: Session, key: Key, one: Built, fingerprint: str, now: datetime) -> PublishedObject:
    kind, own = key
    return PublishedObject(
        kind=kind,
        key=own,
        body_key=one.body,
        organization_key=one.organization,
        content=dict(one.content) | _read_file(session, key),
        fingerprint=fingerprint,
        source_sha256=one.source_sha256,
        is_deleted=False,
        created_at=min(one.since, now),
        modified_at=now,
    )


def _write(session: Session, row: PublishedObject, one: Built, fingerprint: str, now: datetime) -> None:
    kept = row.content if row.content is not None and row.source_sha256 == one.source_sha256 else None
    read = _kept_reading(kept) if kept is not None else _read_file(session, (row.kind, row.key))
    row.content, row.is_deleted = dict(one.content) | read, False
    row.body_key, row.organization_key = one.body, one.organization
    row.fingerprint, row.source_sha256 = fingerprint, one.source_sha256
    row.modified_at = max(now, row.modified_at)


_READ = ("sha512Checksum", "text")


def _kept_reading(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in _READ if name in content}


def _read_file(session: Session, key: Key) -> dict[str, Any]:
    """Return what is known of a file only by reading it: its checksum, and its text where it has one."""
    kind, file_id = key
    if kind is not Kind.FILE:
        return {}
    return {"sha512Checksum": sha512(file_bytes(session, file_id)).hexdigest()}
